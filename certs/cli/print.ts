/** How a judgement is told to people: English and Chinese, and nothing of a stranger's that moves the cursor. */
import { printable } from '../findings.ts';
import type { JsonValue } from '../jcs.ts';
import type { Judgement, Verdict } from '../verify.ts';

export const WORDS: Readonly<Record<Verdict, string>> = {
  VALID: '有效',
  VALID_AT_SIGNING: '签章时有效',
  REVOKED: '已吊销',
  EXPIRED: '已过期',
  INDETERMINATE: '无法确定',
  INVALID: '无效',
};

const said = (verdict: Verdict): string => `${verdict} ${WORDS[verdict]}`;

/** What is disclosed of a record's leaves, a line each, and what is struck out; none of a record without leaves. */
export function leafLines({ disclosed = {}, struckOut = [] }: Pick<Judgement, 'disclosed' | 'struckOut'>): string[] {
  const shown = Object.entries(disclosed).map(([path, value]) => [path, textOf(value)] as const);
  const struck = struckOut.map(path => [path, '████ struck out 已隐去'] as const);
  const lines = [...shown, ...struck].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return lines.map(([path, text]) => `${path}: ${text}`);
}

/** A name, and room for what else may be in a leaf. */
const valueCharactersMax = 200;

function textOf(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return printable(text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax - 1)}…` : text);
}

/** @param headline The verdict that was asked for. */
export function judgementLines(file: string, headline: Verdict, judgement: Judgement): readonly string[] {
  const { signer, sealedAt, stampedAt, log, atSigning, now, findings } = judgement;
  const witnesses = log?.witnesses.map(printable).join(', ') || '–';
  return [
    `${printable(file)}: ${said(headline)}`,
    `  as of signing 签章时: ${said(atSigning)}; now 验证时: ${said(now)}`,
    ...(signer ? [`  signer 签章者: ${signer.organization} (${signer.department}), certificate ${signer.serial}`] : []),
    ...(sealedAt ? [`  sealed 签章时间: ${sealedAt}`] : []),
    ...(stampedAt ? [`  stamped 时间戳: ${stampedAt}`] : []),
    ...(log ? [`  log 日志: entry ${log.index} of ${log.size}, ${log.origin}; witnesses 见证者: ${witnesses}`] : []),
    ...leafLines(judgement).map(line => `  ${line}`),
    ...findings.flatMap(({ code, at, en, zh }) => [`  ${code} [${printable(at)}]`, `    ${en}`, `    ${zh}`]),
  ];
}
