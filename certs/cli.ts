/** `npm run verify -- FILE…`: judges files offline. Reads files and the environment so that verify.ts needs neither. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeBundle } from './bundle/judge.ts';
import { bundleLines } from './bundle/report.ts';
import { zipBytesMax } from './bundle/zip.ts';
import { byHandLines } from './cli/by-hand.ts';
import {
  isSes,
  openTrust,
  readBounded,
  type SealFiles,
  sealFiles,
  type TrustFiles,
  trustFiles,
  Unreadable,
} from './cli/files.ts';
import { leafByHandLines } from './cli/leaf-by-hand.ts';
import { pdfByHandLines } from './cli/pdf-by-hand.ts';
import { judgementLines } from './cli/print.ts';
import { sesByHandLines } from './cli/ses-by-hand.ts';
import { printable } from './findings.ts';
import { disclosuresBytesMax } from './leaves.ts';
import { proofBytesMax } from './log/proof.ts';
import { judgePdf, type PdfJudgement, pdfBytesMax } from './pdf/judge.ts';
import { sesBytesMax } from './ses/bounds.ts';
import { judgeSes } from './ses/judge.ts';
import { type Judgement, judge, recordBytesMax, sealBytesMax, type Trust, type Verdict } from './verify.ts';

const HELP = `Judges electronic seals over records, papers as PDF, and bundles of whole cases, offline.
离线验证电子签章、PDF 文书和办件案卷包。

Usage: npm run verify -- FILE… [--trust root.pem] [--at TIME] [--as-of-signing] [--witnesses N] [--json]

  FILE             x.p7s with x.json beside it, or x.json with x.p7s, and x.tlog-proof and x.disclosures.json beside
                   both; a record.json, a seal.p7s, a seal.tlog-proof and a disclosures.json in one folder belong
                   together too; or x.ses, the seal in the national form (GB/T 38540), with x.json and x.ses.tlog-proof
                   beside it; or x.pdf, which has record, seal and evidence inside; or x.asice, a whole case, which
                   brings its own trust list and revocation lists: the root is enough to judge it by
  --trust FILE     the root to trust; default $DATA_DIR/trust/root.pem, and DATA_DIR is ./data by default. Beside the
                   root, list.json with its list.p7s is the trust list, each *.crl is a revocation list, and chain.pem
                   holds the certificates of the authorities, which x.ses has not inside
  --at TIME        judge as of this instant, such as 2025-06-30T12:00:00Z (UTC or with an offset); default now
  --as-of-signing  answer for the time that the time stamp proves, not for the time of --at
  --witnesses N    how many witnesses must have signed the log's checkpoint; default 0
  --json           one JSON object per file, on a line of its own
  --help           this text

Exit status: 0 valid (at signing, too), 1 invalid, revoked or expired, 2 indeterminate, 3 unreadable or wrong usage.
Of several files the worst counts: 1, then 3, then 2, then 0, because a proven fault outweighs a missing answer.
`;

const EXIT: Readonly<Record<Verdict, number>> = {
  VALID: 0,
  VALID_AT_SIGNING: 0,
  REVOKED: 1,
  EXPIRED: 1,
  INDETERMINATE: 2,
  INVALID: 1,
};
const UNREADABLE = 3;
/** From best to worst. */
const ORDER: readonly number[] = [0, 2, UNREADABLE, 1];

interface Wish {
  readonly files: readonly string[];
  readonly rootPath: string;
  readonly at: Date;
  /** Whether `at` was asked for, or is only now. */
  readonly isTimeGiven: boolean;
  readonly asOfSigning: boolean;
  readonly witnessesMin: number;
  readonly json: boolean;
}

function main(args: readonly string[]): number {
  let wish: Wish;
  try {
    const parsed = parse(args);
    if (!parsed) {
      process.stdout.write(HELP);
      return 0;
    }
    wish = parsed;
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    process.stderr.write(`${printable(sentence).replace(/\.?$/, '.')} Try --help.\n`);
    return UNREADABLE;
  }
  let anchor: Anchor;
  try {
    const files = trustFiles(wish.rootPath);
    anchor = { files, trust: openTrust(files) };
  } catch (error) {
    process.stderr.write(`Cannot tell what to trust: ${(error as Error).message}\n`);
    return UNREADABLE;
  }
  // x.json and x.p7s named together, as by a shell's pattern, are one seal.
  const seen = new Set<string>();
  const codes = wish.files.flatMap(file => verifyOne(file, seen, anchor, wish) ?? []);
  return codes.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).at(-1) ?? UNREADABLE;
}

/** What is trusted, and where it was read from. */
interface Anchor {
  readonly files: TrustFiles;
  readonly trust: Trust;
}

/** @returns undefined when help was asked for. */
function parse(args: readonly string[]): Wish | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      trust: { type: 'string' },
      at: { type: 'string' },
      'as-of-signing': { type: 'boolean', default: false },
      witnesses: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.length === 0) throw new Error('No file was named.');
  if (!/^\d{1,3}$/.test(values.witnesses)) throw new Error('--witnesses takes a number from 0 to 999.');
  return {
    files: positionals,
    rootPath: values.trust ?? join(process.env.DATA_DIR ?? './data', 'trust', 'root.pem'),
    at: instant(values.at),
    isTimeGiven: values.at !== undefined,
    asOfSigning: values['as-of-signing'],
    witnessesMin: Number(values.witnesses),
    json: values.json,
  };
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?:Z|[+-]\d\d:\d\d)$/;

/** An instant without an offset would mean another moment on each machine, so it is refused. */
function instant(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const [, local] = INSTANT.exec(text) ?? [];
  const at = new Date(text);
  if (local === undefined || Number.isNaN(at.getTime()) || !isOnTheCalendar(local))
    throw new Error('--at takes an instant such as 2025-06-30T12:00:00Z.');
  return at;
}

/** Date takes February 30 and 24:00 for the day after. */
function isOnTheCalendar(local: string): boolean {
  const read = new Date(`${local}Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(local);
}

/** @returns undefined when the seal has been judged already. */
function verifyOne(file: string, seen: Set<string>, anchor: Anchor, wish: Wish): number | undefined {
  try {
    if (file.endsWith('.asice')) return verifyBundle(file, anchor, wish);
    if (file.endsWith('.pdf')) return verifyPdf(file, anchor, wish);
    const files = sealFiles(file);
    if (seen.has(resolve(files.sealPath))) return undefined;
    seen.add(resolve(files.sealPath));
    return judgeSeal(file, files, anchor, wish);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { message } = error;
    write(wish.json ? JSON.stringify({ file, verdict: null, error: message }) : `${printable(file)}: ${message}`);
    return UNREADABLE;
  }
}

/** The forms of a seal beside its record. */
const CMS = { bytesMax: sealBytesMax, judge, byHand: byHandLines };
const SES = { bytesMax: sesBytesMax, judge: judgeSes, byHand: sesByHandLines };

function judgeSeal(file: string, files: SealFiles, { trust, files: trustPaths }: Anchor, wish: Wish): number {
  const record = readBounded(files.recordPath, recordBytesMax);
  const form = isSes(files.sealPath) ? SES : CMS;
  const seal = readBounded(files.sealPath, form.bytesMax);
  const beside = (path: string | undefined, bytesMax: number) =>
    path === undefined ? undefined : readBounded(path, bytesMax);
  const proof = beside(files.proofPath, proofBytesMax);
  const disclosures = beside(files.disclosuresPath, disclosuresBytesMax);
  const { at, asOfSigning, witnessesMin } = wish;
  const evidence = { ...(proof && { proof }), ...(disclosures && { disclosures }) };
  const judgement = form.judge({ record, seal, ...evidence, trust, at, witnessesMin });
  const headline = asOfSigning ? judgement.atSigning : judgement.verdict;
  if (wish.json) write(JSON.stringify({ file, at: at.toISOString(), asOfSigning, ...judgement }));
  else {
    const byHand = form.byHand({ files, trust: trustPaths, seal, judgement, at: timeForOpenssl(judgement, wish) });
    const leaves = leafByHandLines(files.recordPath, disclosures, judgement);
    write([...judgementLines(file, headline, judgement), ...byHand, ...leaves].join('\n'));
  }
  return EXIT[headline];
}

function verifyPdf(file: string, { trust, files }: Anchor, wish: Wish): number {
  const { at, asOfSigning, witnessesMin } = wish;
  const bytes = readBounded(file, pdfBytesMax);
  const judgement = judgePdf({ bytes, trust, at, witnessesMin });
  const headline = asOfSigning ? judgement.atSigning : judgement.verdict;
  if (wish.json) write(JSON.stringify({ file, at: at.toISOString(), asOfSigning, ...inWords(judgement) }));
  else {
    const byHand = pdfByHandLines({ path: file, bytes, trust: files, judgement, at: timeForOpenssl(judgement, wish) });
    write([...judgementLines(file, headline, judgement), ...byHand].join('\n'));
  }
  return EXIT[headline];
}

/** The record, instead of bytes of it. */
const inWords = ({ recordBytes: _, disclosures: __, seal: ___, ...words }: PdfJudgement): object => words;

function verifyBundle(file: string, { trust }: Anchor, wish: Wish): number {
  const { at, asOfSigning, witnessesMin } = wish;
  const judgement = judgeBundle({ bytes: readBounded(file, zipBytesMax), trust, at, witnessesMin });
  const headline = asOfSigning ? judgement.atSigning : judgement.verdict;
  if (wish.json) write(JSON.stringify({ file, at: at.toISOString(), asOfSigning, ...judgement }));
  else write(bundleLines(file, headline, judgement).join('\n'));
  return EXIT[headline];
}

/** What was good only when it was made, openssl accepts only when it is asked about that time. */
function timeForOpenssl({ verdict, stampedAt }: Judgement, { at, asOfSigning, isTimeGiven }: Wish): Date | undefined {
  if (stampedAt !== undefined && (asOfSigning || verdict === 'VALID_AT_SIGNING')) return new Date(stampedAt);
  return isTimeGiven ? at : undefined;
}

const write = (text: string): void => void process.stdout.write(`${text}\n`);

// Whoever reads our output may stop reading, as head does; the verdict is in the exit status all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = main(process.argv.slice(2));
