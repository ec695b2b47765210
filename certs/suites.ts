/**
 * The suites that signatures are made with: the one place that knows which algorithms there are and which belong
 * together. What is of none of them is unknown; a signature whose parts are of two of them is mixed; both are refused.
 *
 * | Suite | Key | Digest | Signature |
 * | --- | --- | --- | --- |
 * | ES256 | P-256, uncompressed point (RFC 5480) | SHA-256 | ecdsa-with-SHA256, the lower s (ecdsa.ts) |
 * | RSA3072 | modulus of 3072 bits, exponent 65537 | SHA-256 | sha256WithRSAEncryption: RSASSA-PKCS1-v1_5 (RFC 8017) |
 */
import { compareBytes, DerReader, encode, oid, sequence, TAG } from './der.ts';
import { isLowS, readSignature } from './ecdsa.ts';
import { FormatError } from './findings.ts';
import { OID } from './oid.ts';
import { type PublicKey, sha256, verifyEs256, verifyRs256 } from './primitives.ts';

export type SuiteId = 'ES256' | 'RSA3072';

export interface Suite {
  readonly id: SuiteId;
  /** DER of the `AlgorithmIdentifier` of a public key. */
  readonly keyAlgorithm: Uint8Array;
  /** … of the digest in a seal. */
  readonly digestAlgorithm: Uint8Array;
  /** … of a signature, in a seal and under a certificate. */
  readonly signatureAlgorithm: Uint8Array;
  digest(bytes: Uint8Array): Uint8Array;
  /** Has this content of a `subjectPublicKey` the form of the suite? Whether it is a key is for {@link publicKeyOf}. */
  isKey(publicKey: Uint8Array): boolean;
  /** What is wrong with the form of a signature, if anything. */
  signatureFault(signature: Uint8Array): 'SIGNATURE_MALFORMED' | 'SIGNATURE_HIGH_S' | undefined;
  /** @param key Of this suite. */
  verify(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean;
}

const NULL = encode(TAG.NULL);
/** RFC 5754 section 2: the parameters are absent; but both forms stand in the world, and DigestInfo has the other. */
export const SHA256 = sequence(oid(OID.sha256));
export const SHA256_NULL = sequence(oid(OID.sha256), NULL);

const ES256: Suite = {
  id: 'ES256',
  keyAlgorithm: sequence(oid(OID.ecPublicKey), oid(OID.prime256v1)),
  digestAlgorithm: SHA256,
  // RFC 5758 section 3.2: the parameters are absent.
  signatureAlgorithm: sequence(oid(OID.ecdsaWithSha256)),
  digest: sha256,
  isKey: point => point.length === 65 && point[0] === 4,
  signatureFault(signature) {
    const pair = wellFormed(() => readSignature(signature));
    if (!pair) return 'SIGNATURE_MALFORMED';
    return isLowS(pair) ? undefined : 'SIGNATURE_HIGH_S';
  },
  verify: verifyEs256,
};

const modulusBytes = 3072 / 8;
const EXPONENT = Uint8Array.of(1, 0, 1);

const RSA3072: Suite = {
  id: 'RSA3072',
  // RFC 8017 appendix A.1 and RFC 4055 section 5: the parameters are NULL in both.
  keyAlgorithm: sequence(oid(OID.rsaEncryption), NULL),
  digestAlgorithm: SHA256,
  signatureAlgorithm: sequence(oid(OID.sha256WithRsaEncryption), NULL),
  digest: sha256,
  isKey: publicKey => wellFormed(() => isRsaKey(new DerReader(publicKey))) === true,
  signatureFault: signature => (signature.length === modulusBytes ? undefined : 'SIGNATURE_MALFORMED'),
  verify: verifyRs256,
};

/** `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`. */
function isRsaKey(reader: DerReader): boolean {
  const key = reader.sequence();
  const modulus = key.unsigned();
  const exponent = key.unsigned();
  key.done();
  reader.done();
  return modulus.length === modulusBytes && modulus[0]! >= 0x80 && compareBytes(exponent, EXPONENT) === 0;
}

function wellFormed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof FormatError) return undefined;
    throw fault;
  }
}

export const SUITES: Readonly<Record<SuiteId, Suite>> = { ES256, RSA3072 };
const ALL: readonly Suite[] = Object.values(SUITES);

/** @param algorithm DER of an `AlgorithmIdentifier`. */
export const suiteOfKey = (algorithm: Uint8Array): Suite | undefined =>
  ALL.find(suite => compareBytes(suite.keyAlgorithm, algorithm) === 0);

export const suiteOfSignature = (algorithm: Uint8Array): Suite | undefined =>
  ALL.find(suite => compareBytes(suite.signatureAlgorithm, algorithm) === 0);

/** The digest algorithm that the reader comes to next, as a suite has it; undefined, and nothing read, for any other. */
export function nextDigestAlgorithm(reader: DerReader): Uint8Array | undefined {
  for (const { digestAlgorithm } of ALL) if (reader.passes(digestAlgorithm)) return digestAlgorithm;
  return undefined;
}

/** The suite whose signature algorithm the reader comes to next; undefined, and nothing read, for any other. */
export function nextSuite(reader: DerReader): Suite | undefined {
  for (const suite of ALL) if (reader.passes(suite.signatureAlgorithm)) return suite;
  return undefined;
}
