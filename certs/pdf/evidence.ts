/**
 * What is in the hole of a paper: the seal as its department made it, and the evidence that the center adds later. No
 * signature covers the evidence, so that the paper stays the same paper; taken out again, it is the department's file byte
 * for byte.
 *
 *     const sealed = await sealer.sealPdf(drawn);                        // PAdES-B
 *     const stamped = withPdfEvidence(sealed, { timeStamp });            // PAdES-B-T, over signatureOf(pdfSealOf(sealed))
 *     const leaf = entryOf(department, pdfSealOf(stamped));              // what stands in the log
 *     const whole = withPdfEvidence(stamped, { proof });
 */
import { DerReader, TAG } from '../der.ts';
import { finding } from '../findings.ts';
import { type Evidence, readPdfSeal, withEvidence } from './cms.ts';
import { PdfFault } from './fault.ts';
import { withInHole } from './hole.ts';
import { type Paper, readPaper } from './paper.ts';

export type { Evidence } from './cms.ts';

/**
 * The same paper with this evidence; what is not given stays as it is. The same evidence twice gives the same bytes.
 *
 * @throws {PdfFault} @throws {FormatError} when it is no paper of ours, or has no seal.
 * @throws {HoleTooSmall}
 */
export function withPdfEvidence(pdf: Uint8Array, evidence: Evidence): Uint8Array {
  const { paper, seal } = open(pdf);
  const { timeStamp = seal.timeStamp, proof = seal.proof } = evidence;
  return withInHole(pdf, paper.hole, withEvidence(seal.der, { timeStamp, proof }));
}

/** The paper as its department sealed it. @throws as {@link withPdfEvidence}. */
export function withoutPdfEvidence(pdf: Uint8Array): Uint8Array {
  const { paper, seal } = open(pdf);
  return withInHole(pdf, paper.hole, withEvidence(seal.der, {}));
}

/** The seal with its time stamp, if it has one, and without log proof: DER, and what the log has the hash of. */
export function pdfSealOf(pdf: Uint8Array): Uint8Array {
  const { der, timeStamp } = open(pdf).seal;
  return withEvidence(der, { timeStamp });
}

/** The seal as its department made it, DER. */
export const barePdfSealOf = (pdf: Uint8Array): Uint8Array => withEvidence(open(pdf).seal.der, {});

interface Opened {
  readonly paper: Paper;
  readonly seal: { readonly der: Uint8Array } & Evidence;
}

function open(pdf: Uint8Array): Opened {
  const paper = readPaper(pdf);
  const der = sealIn(paper);
  const { timeStamp, proof } = readPdfSeal(der);
  return { paper, seal: { der, timeStamp: timeStamp?.der, proof: proof?.der } };
}

/**
 * The DER in the hole. @throws {PdfFault} @throws {FormatError} when it is not one element and zeros behind.
 */
export function sealIn({ hole: { from }, inHole }: Pick<Paper, 'hole' | 'inHole'>): Uint8Array {
  if (inHole.every(byte => byte === 0)) throw new PdfFault(finding('PDF_NOT_SEALED', `pdf byte ${from}`));
  const der = new DerReader(inHole).raw(TAG.SEQUENCE);
  const other = inHole.findIndex((byte, i) => i >= der.length && byte !== 0);
  if (other >= 0) throw new PdfFault(finding('PDF_PADDING', `pdf byte ${from + 1 + 2 * other}`));
  return der;
}
