/**
 * How a PDF is checked without this program: by a reader of PDFs that knows the root, and by cutting out what is signed and
 * the seal, which then are checked as those of a record.
 */
import { type PdfSeal, readPdfSeal } from '../pdf/cms.ts';
import { pdfSealOf, sealIn } from '../pdf/evidence.ts';
import { DISCLOSURES_FILE, RECORD_FILE } from '../pdf/form.ts';
import type { PdfJudgement } from '../pdf/judge.ts';
import { type Paper, readPaper } from '../pdf/paper.ts';
import { certificateLines, logLines, stampLines } from './by-hand.ts';
import type { TrustFiles } from './files.ts';
import { leafByHandLines } from './leaf-by-hand.ts';
import { cut, quoted } from './shell.ts';
import { signatureLines } from './signature-by-hand.ts';

export interface CheckedPdf {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  readonly judgement: PdfJudgement;
  /** The time to give to openssl, when it is not the time of its run. */
  readonly at?: Date | undefined;
}

const SEAL = 'seal.p7s';
/** The seal without its log proof: what the log has the hash of. */
const LOGGED = 'logged.p7s';
const PROOF = 'seal.tlog-proof';
const SIGNED = 'signed.bin';

/** @returns Nothing for what has no seal in our form. */
export function pdfByHandLines(checked: CheckedPdf): readonly string[] {
  const { path, bytes, trust, judgement, at } = checked;
  if (!judgement.seal) return [];
  const paper = readPaper(bytes);
  const der = sealIn(paper);
  const seal = readPdfSeal(der);
  const anchor = `-CAfile ${quoted(trust.rootPath)}${at ? ` -attime ${Math.floor(at.getTime() / 1000)}` : ''}`;
  const files = { recordPath: SIGNED, sealPath: SEAL };
  const lines = [
    'mkdir nss && certutil -N -d sql:nss --empty-password',
    `certutil -A -d sql:nss -n root -t CT,C,C -a -i ${quoted(trust.rootPath)}`,
    `pdfsig -nssdir sql:nss ${quoted(path)}`,
    ...cutLines(checked, paper, der),
    ...signatureLines(files, der, seal, anchor),
    ...certificateLines({ files, trust, at }, seal),
    ...stampLines(files, seal, anchor),
    ...loggedLines(seal, der, pdfSealOf(bytes)),
    ...logLines({ files: { ...files, sealPath: LOGGED, ...(seal.proof && { proofPath: PROOF }) }, judgement }),
  ].map(line => `    ${line}`);
  return ['  by hand 手工核对:', ...lines, ...leafByHandLines(RECORD_FILE, paper.disclosures, judgement)];
}

function cutLines(
  { path, bytes }: CheckedPdf,
  { hole: { from, to }, record, disclosures }: Paper,
  der: Uint8Array,
): readonly string[] {
  const fileOut = (file: Uint8Array, name: string): string =>
    `${cut(path, file.byteOffset - bytes.byteOffset, file.length)} > ${name}`;
  return [
    `{ head -c ${from} ${quoted(path)}; tail -c +${to + 1} ${quoted(path)}; } > ${SIGNED}`,
    `${cut(path, from + 1, 2 * der.length)} | xxd -r -p > ${SEAL}`,
    fileOut(record, RECORD_FILE),
    ...(disclosures ? [fileOut(disclosures, DISCLOSURES_FILE)] : []),
  ];
}

/** The proof is cut out of the seal, and the seal put together again as it was without it. */
function loggedLines({ proof }: PdfSeal, der: Uint8Array, logged: Uint8Array): readonly string[] {
  if (!proof) return [];
  return [
    `${cut(SEAL, proof.offset, proof.der.length)} > ${PROOF}`,
    `{ ${piecesOf(logged, der).join('; ')}; } > ${LOGGED}`,
  ];
}

/** Long enough never to be found by chance. */
const pieceBytesMin = 16;

/** Commands that write these bytes: those that stand in the seal too, in this order, are cut out of it. */
function piecesOf(wanted: Uint8Array, seal: Uint8Array): readonly string[] {
  const pieces: string[] = [];
  let octal = '';
  const flush = () => {
    if (octal !== '') pieces.push(`printf '${octal}'`);
    octal = '';
  };
  for (let at = 0, from = 0; at < wanted.length; ) {
    const length = commonLength(wanted, at, seal, from);
    if (length >= pieceBytesMin || at + length === wanted.length) {
      flush();
      pieces.push(cut(SEAL, from, length));
      at += length;
      from += length;
      continue;
    }
    const found = placeOf(wanted.subarray(at, at + pieceBytesMin), seal, from);
    if (found >= 0) from = found;
    else octal += `\\${wanted[at++]!.toString(8).padStart(3, '0')}`;
  }
  flush();
  return pieces;
}

function commonLength(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number): number {
  let length = 0;
  while (aFrom + length < a.length && bFrom + length < b.length && a[aFrom + length] === b[bFrom + length]) length++;
  return length;
}

/** Where these bytes next stand; -1 when nowhere. */
function placeOf(piece: Uint8Array, within: Uint8Array, from: number): number {
  for (let at = from; at + piece.length <= within.length; at++)
    if (commonLength(piece, 0, within, at) === piece.length) return at;
  return -1;
}
