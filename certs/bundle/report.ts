/** How the judgement of a bundle is told to people: the case, each paper on a line of its own, then what was found. */
import { leafLines, WORDS } from '../cli/print.ts';
import { printable } from '../findings.ts';
import type { Verdict } from '../verify.ts';
import type { CaseFile } from './case-file.ts';
import type { BundleFinding } from './found.ts';
import type { BundleJudgement } from './judge.ts';
import type { PaperJudgement } from './papers.ts';

/** @param headline The verdict that was asked for. */
export function bundleLines(file: string, headline: Verdict, judgement: BundleJudgement): readonly string[] {
  const { caseFile, listVersion, manifest, papers, findings, atSigning, now } = judgement;
  return [
    `${printable(file)}: ${said(headline)}`,
    `  as of signing 签章时: ${said(atSigning)}; now 验证时: ${said(now)}`,
    ...(caseFile ? [caseLine(caseFile)] : []),
    ...(manifest?.stampedAt ? [`  bundled 制作时间: ${manifest.stampedAt}`] : []),
    ...(listVersion === undefined ? [] : [`  trust list 信任列表: version ${listVersion}`]),
    ...papers.flatMap(paperLines),
    ...findings.flatMap(findingLines),
    '  by hand 手工核对: README.txt in the bundle says how 见案卷包中的 README.txt',
  ];
}

const said = (verdict: Verdict): string => `${verdict} ${WORDS[verdict]}`;

const caseLine = ({ number, regime, state }: CaseFile): string =>
  `  case 办件: ${number}, ${regime.id}/${regime.version}, ${state}`;

function paperLines({ folder, number, status, judgement }: PaperJudgement): readonly string[] {
  const facts = [
    ...(judgement ? [said(judgement.verdict)] : ['not sealed 未签章']),
    ...(status === 'VALID' ? [] : [`${status} by the ledger 台账记载`]),
    ...(number === null ? [] : [printable(number)]),
    ...(judgement?.signer ? [judgement.signer.organization] : []),
    ...(judgement?.stampedAt ? [judgement.stampedAt] : []),
    ...(judgement?.log ? [`log entry 日志条目 ${judgement.log.index}`] : []),
  ];
  return [`  ${folder}: ${facts.join(', ')}`, ...(judgement ? leafLines(judgement) : []).map(line => `    ${line}`)];
}

const findingLines = ({ code, file, at, en, zh }: BundleFinding): readonly string[] => [
  `  ${code} [${[file, at].filter(Boolean).map(printable).join(': ')}]`,
  `    ${en}`,
  `    ${zh}`,
];
