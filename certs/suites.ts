/**
 * The suites that signatures are made with: the one place that knows which algorithms there are and which belong
 * together. What is of none of them is unknown; a signature whose parts are of two of them is mixed; both are refused.
 *
 * | Suite | Key | Digest | Signature |
 * | --- | --- | --- | --- |
 * | ES256 | P-256, uncompressed point (RFC 5480) | SHA-256 | ecdsa-with-SHA256, the lower s (ecdsa.ts) |
 * | RSA3072 | modulus of 3072 bits, exponent 65537 | SHA-256 | sha256WithRSAEncryption: RSASSA-PKCS1-v1_5 (RFC 8017) |
 * | SM2SM3 | SM2 curve, uncompressed point (GB/T 32918.5) | SM3 (GB/T 32905) | SM2 (GB/T 32918.2), id 1234567812345678 |
 */
import { compareBytes, DerReader, encode, oid, sequence, TAG } from './der.ts';
import { isLowS, readSignature } from './ecdsa.ts';
import { FormatError } from './findings.ts';
import { OID } from './oid.ts';
import { type PublicKey, sha256, sm3, verifyEs256, verifyRs256, verifySm2 } from './primitives.ts';
import { readSm2Signature } from './sm/sm2.ts';

export type SuiteId = 'ES256' | 'RSA3072' | 'SM2SM3';

export interface Suite {
  readonly id: SuiteId;
  /** DER of the `AlgorithmIdentifier` of a public key. */
  readonly keyAlgorithm: Uint8Array;
  /** … of the digest in a seal. */
  readonly digestAlgorithm: Uint8Array;
  /** … of a signature under a certificate or a revocation list. */
  readonly signatureAlgorithm: Uint8Array;
  /** … of the signature in a seal. */
  readonly signerAlgorithm: Uint8Array;
  /** … of the hash of the signer's certificate in a seal (RFC 5035); no bytes for the default, which DER leaves out. */
  readonly certificateHashAlgorithm: Uint8Array;
  /** DER of the types that a seal and its content have. */
  readonly types: { readonly signedData: Uint8Array; readonly data: Uint8Array };
  digest(bytes: Uint8Array): Uint8Array;
  /** Has this content of a `subjectPublicKey` the form of the suite? Whether it is a key is for {@link publicKeyOf}. */
  isKey(publicKey: Uint8Array): boolean;
  /** What is wrong with the form of a signature, if anything. */
  signatureFault(signature: Uint8Array): 'SIGNATURE_MALFORMED' | 'SIGNATURE_HIGH_S' | undefined;
  /** @param key Of this suite. */
  verify(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean;
}

const NULL = encode(TAG.NULL);
const NOTHING = new Uint8Array();
/** RFC 5754 section 2: the parameters are absent; but both forms stand in the world, and DigestInfo has the other. */
export const SHA256 = sequence(oid(OID.sha256));
export const SHA256_NULL = sequence(oid(OID.sha256), NULL);

const CMS = { signedData: oid(OID.signedData), data: oid(OID.data) };
// RFC 5758 section 3.2: the parameters are absent.
const ECDSA = sequence(oid(OID.ecdsaWithSha256));

const ES256: Suite = {
  id: 'ES256',
  keyAlgorithm: sequence(oid(OID.ecPublicKey), oid(OID.prime256v1)),
  digestAlgorithm: SHA256,
  signatureAlgorithm: ECDSA,
  signerAlgorithm: ECDSA,
  certificateHashAlgorithm: NOTHING,
  types: CMS,
  digest: sha256,
  isKey: isUncompressedPoint,
  signatureFault(signature) {
    const pair = wellFormed(() => readSignature(signature));
    if (!pair) return 'SIGNATURE_MALFORMED';
    return isLowS(pair) ? undefined : 'SIGNATURE_HIGH_S';
  },
  verify: verifyEs256,
};

/** 04, then two coordinates of 256 bits. */
function isUncompressedPoint(point: Uint8Array): boolean {
  return point.length === 65 && point[0] === 4;
}

const modulusBytes = 3072 / 8;
const EXPONENT = Uint8Array.of(1, 0, 1);

const RSASSA = sequence(oid(OID.sha256WithRsaEncryption), NULL);

const RSA3072: Suite = {
  id: 'RSA3072',
  // RFC 8017 appendix A.1 and RFC 4055 section 5: the parameters are NULL in both.
  keyAlgorithm: sequence(oid(OID.rsaEncryption), NULL),
  digestAlgorithm: SHA256,
  signatureAlgorithm: RSASSA,
  signerAlgorithm: RSASSA,
  certificateHashAlgorithm: NOTHING,
  types: CMS,
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

// The parameters of these algorithms are absent wherever they are in use.
const SM3 = sequence(oid(OID.sm3));

const SM2SM3: Suite = {
  id: 'SM2SM3',
  // The curve's identifier may stand for the algorithm too (GM/T 0015-2023); certificates that are in use have id-ecPublicKey.
  keyAlgorithm: sequence(oid(OID.ecPublicKey), oid(OID.sm2)),
  digestAlgorithm: SM3,
  signatureAlgorithm: sequence(oid(OID.sm2WithSm3)),
  // GB/T 35275-2017 section 8.2 (and GM/T 0010 before it) wants digestEncryptionAlgorithm to name SM2-1, the signature by
  // itself, 1.2.156.10197.1.301.1: ofdrw and the Go libraries gmsm write that. GmSSL writes sm2WithSm3 (…501), as under a
  // certificate. A seal has one encoding, so one of the two had to be chosen: the standard's.
  signerAlgorithm: sequence(oid(OID.sm2Signature)),
  certificateHashAlgorithm: SM3,
  types: { signedData: oid(OID.smSignedData), data: oid(OID.smData) },
  digest: sm3,
  isKey: isUncompressedPoint,
  // (r, n − s) verifies for nobody here: there is no lower s.
  signatureFault: signature => (readSm2Signature(signature) ? undefined : 'SIGNATURE_MALFORMED'),
  verify: verifySm2,
};

function wellFormed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof FormatError) return undefined;
    throw fault;
  }
}

export const SUITES: Readonly<Record<SuiteId, Suite>> = { ES256, RSA3072, SM2SM3 };
const ALL: readonly Suite[] = Object.values(SUITES);

export const bySuite = <T>(make: (suite: Suite) => T): Readonly<Record<SuiteId, T>> => ({
  ES256: make(ES256),
  RSA3072: make(RSA3072),
  SM2SM3: make(SM2SM3),
});

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

/** The suite whose algorithm of a seal's signature the reader comes to next; undefined, and nothing read, for any other. */
export function nextSignerSuite(reader: DerReader): Suite | undefined {
  for (const suite of ALL) if (reader.passes(suite.signerAlgorithm)) return suite;
  return undefined;
}
