/** Signatures under certificates and CRLs: the one place where path validation computes. */
import { DerReader, TAG } from '../der.ts';
import { FormatError } from '../findings.ts';
import { publicKeyOf } from '../primitives.ts';
import { type Suite, suiteOfKey, suiteOfSignature } from '../suites.ts';

export type SignatureFault =
  | 'CERTIFICATE_ALGORITHM'
  | 'SIGNATURE_MALFORMED'
  | 'SIGNATURE_HIGH_S'
  | 'CERTIFICATE_SIGNATURE_WRONG';

/**
 * What is wrong with a signature, if anything.
 *
 * @param algorithm DER of the `AlgorithmIdentifier` beside the signature.
 * @param spki DER of the signer's `SubjectPublicKeyInfo`.
 */
export type VerifySignature = (
  algorithm: Uint8Array,
  spki: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
) => SignatureFault | undefined;

/** With the suites of suites.ts and no other; the key must be of the suite that the signature names. */
export const verifySignature: VerifySignature = (algorithm, spki, bytes, signature) => {
  const suite = suiteOfSignature(algorithm);
  if (!suite || !isKeyOf(suite, spki)) return 'CERTIFICATE_ALGORITHM';
  const fault = suite.signatureFault(signature);
  if (fault) return fault;
  const key = publicKeyOf(spki);
  return key && suite.verify(key, bytes, signature) ? undefined : 'CERTIFICATE_SIGNATURE_WRONG';
};

function isKeyOf(suite: Suite, spki: Uint8Array): boolean {
  try {
    const reader = new DerReader(spki).sequence();
    return suiteOfKey(reader.raw(TAG.SEQUENCE)) === suite && suite.isKey(reader.bitString());
  } catch (fault) {
    if (fault instanceof FormatError) return false;
    throw fault;
  }
}
