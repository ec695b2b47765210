import { compareBytes } from '../certs/der.ts';
import type { Sealer } from '../certs/seal.ts';
import { judgeSes, refusalOnTheWay } from '../certs/ses/judge.ts';
import { readSesSignature } from '../certs/ses/signature.ts';
import type { Trust } from '../certs/verify.ts';
import { NoPaper, type PaperForm } from './papers-desk.ts';

export interface SesFormTools {
  readonly sealer: Pick<Sealer, 'electronicSeal' | 'sealSes'>;
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
    // Revoked is the certificate of the department or of the seal's maker: either has another seal for its consequence.
    const { electronicSeal } = sealer;
    return electronicSeal !== undefined && compareBytes(readSesSignature(bytes).sealDer.der, electronicSeal) !== 0;
  },
});
