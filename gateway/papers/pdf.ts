import { compareBytes } from '../../certs/der.ts';
import { pdfSealOf, withPdfEvidence } from '../../certs/pdf/evidence.ts';
import { judgePdf, type PdfJudgement, refusalOnTheWay } from '../../certs/pdf/judge.ts';
import type { Expected, ServedForm } from './form.ts';

/** PDF: PAdES-B from its holder; the center puts time stamp and log proof into the hole. */
export const PDF: ServedForm = {
  faultIn(bytes, expected) {
    const judgement = judgePdf({ bytes, trust: expected.trust, at: expected.at });
    return refusalOnTheWay(judgement) ?? strangenessOf(judgement, expected);
  },
  sealOf: (bytes, timeStamp) => pdfSealOf(timeStamp ? withPdfEvidence(bytes, { timeStamp }) : bytes),
  withEvidence: (bytes, { timeStamp, proof }) => withPdfEvidence(bytes, { timeStamp, proof }),
};

/** In what a paper whose seal holds is not the one that was asked for. */
function strangenessOf(
  { findings, signer, recordBytes, disclosures }: PdfJudgement,
  expected: Expected,
): string | undefined {
  if (signer?.department !== expected.holder) return 'SEAL_OF_ANOTHER_HOLDER';
  if (!areSame(recordBytes, expected.record)) return 'RECORD_DIFFERS';
  if (!areSame(disclosures, expected.disclosures)) return 'DISCLOSURES_DIFFER';
  // Evidence is the center's to add, and is kept apart: what is left without it must be the holder's bytes.
  const isBare = ['NO_TIME_STAMP', 'NO_LOG_PROOF'].every(missing => findings.some(({ code }) => code === missing));
  return isBare ? undefined : 'SEAL_STAMPED_ALREADY';
}

const areSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one === undefined || other === undefined ? one === other : compareBytes(one, other) === 0;
