import { withTimeStamp } from '../../certs/cms.ts';
import type { Stampable } from './case.ts';

/** The form of a seal (CAdES): B without a time stamp, BT with one. */
export type SealForm = 'B' | 'BT';
export const sealForm = ({ timeStamp }: Pick<Stampable, 'timeStamp'>): SealForm => (timeStamp === null ? 'B' : 'BT');

/** A seal as it is shown and logged, DER: the holder's bytes, and the time stamp among them where there is one. */
export function sealBytes({ seal, timeStamp }: { readonly seal: string } & Pick<Stampable, 'timeStamp'>): Uint8Array {
  const bare = Buffer.from(seal, 'base64');
  return timeStamp === null ? bare : withTimeStamp(bare, Buffer.from(timeStamp, 'base64'));
}
