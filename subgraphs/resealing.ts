/** An answer that its department had sealed with a certificate which was revoked before anybody took it. */
import { checkSeal, type Trust } from '../certs/verify.ts';
import type { Answer, DeskTools } from './desk.ts';

export interface ResealingTools extends Pick<DeskTools, 'sealer' | 'now'> {
  trust(): Trust;
}

/**
 * The same record under the seal of today: given again as it was, nobody could ever take it, and its case would never end.
 *
 * @returns undefined while the seal that it bears counts, or there is no other to put in its place yet.
 */
export async function resealed(answer: Answer, { sealer, now, trust }: ResealingTools): Promise<Answer | undefined> {
  if (answer.seal === null) return undefined;
  const [record, seal, at] = [Buffer.from(answer.record), Buffer.from(answer.seal, 'base64'), now()];
  const checked = checkSeal({ record, seal, trust: trust(), at });
  if (checked.ok || checked.reason !== 'CERTIFICATE_REVOKED_UNPROVEN') return undefined;
  if (checked.judgement.signer?.certificateSha256 === sealer.certificateSha256) return undefined;
  return { ...answer, seal: Buffer.from(await sealer.seal(record, at)).toString('base64') };
}
