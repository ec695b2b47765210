import { readSignedData, signatureOf, withTimeStamp } from '../../certs/cms.ts';
import { DerReader, TAG } from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import { sesSignatureValueOf } from '../../certs/ses/signature.ts';
import type { SuiteId } from '../../certs/suites.ts';
import type { Stampable } from './case.ts';

/** The form of a seal (CAdES): B without a time stamp, BT with one. */
export type SealForm = 'B' | 'BT';
export const sealForm = ({ timeStamp }: Pick<Stampable, 'timeStamp'>): SealForm => (timeStamp === null ? 'B' : 'BT');

/** A seal as it is shown and logged, DER: the holder's bytes, and the time stamp among them where there is one. */
export function sealBytes({ seal, timeStamp }: { readonly seal: string } & Pick<Stampable, 'timeStamp'>): Uint8Array {
  const bare = Buffer.from(seal, 'base64');
  return timeStamp === null ? bare : withTimeStamp(bare, Buffer.from(timeStamp, 'base64'));
}

/** What a kept seal was made with; undefined for one that can't be read. @param seal Base64. */
export function sealSuite(seal: string): SuiteId | undefined {
  try {
    return readSignedData(Buffer.from(seal, 'base64')).suite;
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return undefined;
  }
}

/**
 * What a time stamp is over: the signature value of a seal, in whichever of its two forms. A CMS begins with the identifier
 * of its type, an SES_Signature of GB/T 38540 with what is signed.
 *
 * @throws {FormatError}
 */
export const signatureValueOf = (seal: Uint8Array): Uint8Array =>
  new DerReader(seal).sequence().next(TAG.OID) ? signatureOf(seal) : sesSignatureValueOf(seal);
