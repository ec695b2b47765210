import { judgeSes, refusalOnTheWay } from '../../certs/ses/judge.ts';
import { withSesTimeStamp } from '../../certs/ses/signature.ts';
import type { Judgement } from '../../certs/verify.ts';
import type { Expected, ServedForm } from './form.ts';

/**
 * The national form, SES_Signature of GB/T 38540: from its holder without a time stamp; the center puts one where the
 * standard has a place for it. It has none for a log proof, which is served beside it.
 */
export const SES: ServedForm = {
  faultIn(bytes, expected) {
    const { record, disclosures, trust, at } = expected;
    const judgement = judgeSes({ record, seal: bytes, trust, at, ...(disclosures && { disclosures }) });
    return refusalOnTheWay(judgement) ?? strangenessOf(judgement, expected);
  },
  sealOf: (bytes, timeStamp) => (timeStamp ? withSesTimeStamp(bytes, timeStamp) : bytes),
  withEvidence: (bytes, { timeStamp }) => (timeStamp ? withSesTimeStamp(bytes, timeStamp) : bytes),
};

/** In what a signature that holds is not the one that was asked for: its record has been judged with it. */
function strangenessOf({ findings, signer }: Judgement, { holder }: Expected): string | undefined {
  if (signer?.department !== holder) return 'SEAL_OF_ANOTHER_HOLDER';
  const isBare = findings.some(({ code }) => code === 'NO_TIME_STAMP');
  return isBare ? undefined : 'SEAL_STAMPED_ALREADY';
}
