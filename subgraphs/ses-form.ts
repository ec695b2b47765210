import type { Sealer } from '../certs/seal.ts';
import { judgeSes, refusalOnTheWay } from '../certs/ses/judge.ts';
import type { Trust } from '../certs/verify.ts';
import { NoPaper, type PaperForm } from './papers-desk.ts';

export interface SesFormTools {
  readonly sealer: Pick<Sealer, 'certificateSha256' | 'sealSes'>;
  trust(): Trust;
  now(): Date;
}

/** The national form, SES_Signature of GB/T 38540, of a department that has an electronic seal: of one whose key is of SM2. */
export const sesForm = ({ sealer, trust, now }: SesFormTools): PaperForm => ({
  async make({ text }) {
    const made = await sealer.sealSes(Buffer.from(text), now());
    if (!made) throw new NoPaper('FORM_NOT_MADE');
    return made;
  },
  isSpent(bytes, { text }) {
    const judgement = judgeSes({ record: Buffer.from(text), seal: bytes, trust: trust(), at: now() });
    if (refusalOnTheWay(judgement) !== 'CERTIFICATE_REVOKED_UNPROVEN') return false;
    return judgement.signer?.certificateSha256 !== sealer.certificateSha256;
  },
});
