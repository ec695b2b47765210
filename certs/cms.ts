/**
 * The seal: a detached CMS SignedData (RFC 5652) with one signer, as CAdES demands it (ETSI EN 319 122-1):
 *
 *     ContentInfo { signedData, [0] SignedData {
 *       version 1, digestAlgorithms { the suite's }, encapContentInfo { data },          -- no content: detached
 *       [0] certificates { signer, seal authority },                                -- the chain but for the root
 *       signerInfos { { version 1, issuer and serial, the suite's digest,
 *         [0] signedAttrs { contentType, signingTime, messageDigest, signing-certificate-v2 },
 *         the suite's signature algorithm, signature } } } }
 *
 * Nothing in these bytes is outside the signatures' reach: what no signature covers has one possible value only, and
 * everything else is refused. One seal therefore has one encoding.
 */
import {
  compareBytes,
  constructed,
  DerReader,
  encode,
  octetString,
  oid,
  sequence,
  setOf,
  TAG,
  time,
  unsigned,
} from './der.ts';
import { OID } from './oid.ts';
import { isDigestAlgorithm, SUITES, type Suite, type SuiteId, suiteOfSignature } from './suites.ts';

export interface SignedAttributes {
  /** SHA-256 of the record. */
  readonly messageDigest: Uint8Array;
  /** SHA-256 of the signer's certificate (RFC 5035): the signature is for this certificate and no other of the key. */
  readonly certificateSha256: Uint8Array;
  /** Whole seconds; what the signer says, not what a time stamp proves. */
  readonly signingTime: Date;
}

export interface SignedData {
  /** DER, in the order of their bytes, with their offsets in the seal. */
  readonly certificates: readonly { readonly der: Uint8Array; readonly offset: number }[];
  readonly issuerDer: Uint8Array;
  readonly serial: Uint8Array;
  readonly attributes: SignedAttributes;
  /** Of the digests and of the signature; whether the signer's key is of it too is for the verifier to say. */
  readonly suite: SuiteId;
  /** What the signature is over: the attributes as a SET OF, RFC 5652 section 5.4. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureOffset: number;
}

/** Signer, seal authority; one more so that a superfluous one is named and not only counted. */
const certificatesMax = 3;

const VERSION_1 = unsigned(1);
const DETACHED = sequence(oid(OID.data));
const SIGNED_DATA = oid(OID.signedData);

// --- writing ---------------------------------------------------------------------------------------------------------

const CONTENT_TYPE = attribute(OID.contentType, oid(OID.data));
const SIGNING_TIME = oid(OID.signingTime);
const MESSAGE_DIGEST = oid(OID.messageDigest);

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), setOf(TAG.SET, [value]));
}

/** ESSCertIDv2 without hashAlgorithm (SHA-256 is its DEFAULT, which DER leaves out) and without issuerSerial. */
export function writeSigningCertificate(certificateSha256: Uint8Array): Uint8Array {
  return attribute(OID.signingCertificateV2, sequence(sequence(sequence(octetString(certificateSha256)))));
}

/** @param signingCertificate From {@link writeSigningCertificate}: the same for every seal of a signer. */
export function writeAttributes(
  messageDigest: Uint8Array,
  signingTime: Date,
  signingCertificate: Uint8Array,
): Uint8Array {
  return setOf(TAG.SET, [
    CONTENT_TYPE,
    sequence(SIGNING_TIME, encode(TAG.SET, time(signingTime))),
    sequence(MESSAGE_DIGEST, encode(TAG.SET, octetString(messageDigest))),
    signingCertificate,
  ]);
}

/** What is the same in every seal of one signer. */
export interface SignerConstants {
  readonly suite: Suite;
  readonly certificates: Uint8Array;
  readonly signerId: Uint8Array;
}

export function signerConstants(
  suite: SuiteId,
  certificates: readonly Uint8Array[],
  issuerDer: Uint8Array,
  serial: Uint8Array,
): SignerConstants {
  return {
    suite: SUITES[suite],
    certificates: setOf(constructed(0), certificates),
    signerId: sequence(issuerDer, unsigned(serial)),
  };
}

/** @param attributes From {@link writeAttributes}, as they were signed. */
export function writeSignedData(constants: SignerConstants, attributes: Uint8Array, signature: Uint8Array): Uint8Array {
  const { digestAlgorithm, signatureAlgorithm } = constants.suite;
  const implicit = new Uint8Array(attributes);
  implicit[0] = constructed(0);
  const signerInfo = sequence(
    VERSION_1,
    constants.signerId,
    digestAlgorithm,
    implicit,
    signatureAlgorithm,
    octetString(signature),
  );
  const signedData = sequence(
    VERSION_1,
    encode(TAG.SET, digestAlgorithm),
    DETACHED,
    constants.certificates,
    encode(TAG.SET, signerInfo),
  );
  return sequence(SIGNED_DATA, encode(constructed(0), signedData));
}

// --- reading ---------------------------------------------------------------------------------------------------------

/** @throws {FormatError} for every byte that {@link writeSignedData} would not have written. */
export function readSignedData(der: Uint8Array): SignedData {
  const file = new DerReader(der);
  const contentInfo = file.sequence();
  file.done();
  const { offset } = contentInfo;
  if (contentInfo.oid() !== OID.signedData) throw file.fault('SEAL_NOT_SIGNED_DATA', offset);
  const explicit = contentInfo.enter(constructed(0));
  contentInfo.done();
  const signedData = explicit.sequence();
  explicit.done();
  const read = readContent(signedData);
  const again = writeSignedData(
    signerConstants(
      read.suite,
      read.certificates.map(certificate => certificate.der),
      read.issuerDer,
      read.serial,
    ),
    writeAttributes(
      read.attributes.messageDigest,
      read.attributes.signingTime,
      writeSigningCertificate(read.attributes.certificateSha256),
    ),
    read.signature,
  );
  if (compareBytes(again, der) !== 0) throw file.fault('DER_NOT_CANONICAL', 0);
  return read;
}

function readContent(signedData: DerReader): SignedData {
  readVersion(signedData);
  const digestOffset = signedData.offset;
  const digests = signedData.enter(TAG.SET);
  const digestAlgorithm = readDigestAlgorithm(digests);
  if (digests.more) throw signedData.fault('SEAL_SUITE_UNKNOWN', digestOffset);
  const contentOffset = signedData.offset;
  if (compareBytes(signedData.raw(TAG.SEQUENCE), DETACHED) !== 0)
    throw signedData.fault('SEAL_NOT_DETACHED', contentOffset);
  const certificates = readCertificates(signedData);
  // [1] crls: revocation lists travel beside the seal, never inside.
  if (signedData.next(constructed(1))) throw signedData.fault('SEAL_ELEMENT_UNKNOWN');
  const signersOffset = signedData.offset;
  const signers = signedData.enter(TAG.SET);
  signedData.done();
  if (!signers.more) throw signedData.fault('SEAL_SIGNER_COUNT', signersOffset);
  const signer = readSignerInfo(signers.sequence(), digestAlgorithm);
  if (signers.more) throw signers.fault('SEAL_SIGNER_COUNT');
  return { certificates, ...signer };
}

function readVersion(reader: DerReader): void {
  const { offset } = reader;
  if (reader.smallUnsigned() !== 1) throw reader.fault('SEAL_VERSION', offset);
}

function readDigestAlgorithm(reader: DerReader): Uint8Array {
  const { offset } = reader;
  const algorithm = reader.raw(TAG.SEQUENCE);
  if (!isDigestAlgorithm(algorithm)) throw reader.fault('SEAL_SUITE_UNKNOWN', offset);
  return algorithm;
}

/** @param digests The digest algorithms that stand before it: of another suite they would be a mixture. */
function readSuite(reader: DerReader, digests: readonly Uint8Array[]): SuiteId {
  const { offset } = reader;
  const suite = suiteOfSignature(reader.raw(TAG.SEQUENCE));
  if (!suite) throw reader.fault('SEAL_SUITE_UNKNOWN', offset);
  if (digests.some(digest => compareBytes(digest, suite.digestAlgorithm) !== 0))
    throw reader.fault('SEAL_SUITE_MIXED', offset);
  return suite.id;
}

function readCertificates(signedData: DerReader): SignedData['certificates'] {
  const { offset } = signedData;
  if (!signedData.next(constructed(0))) throw signedData.fault('SEAL_CERTIFICATE_COUNT', offset);
  const certificates = signedData.setOf(constructed(0), TAG.SEQUENCE);
  if (certificates.length < 1 || certificates.length > certificatesMax)
    throw signedData.fault('SEAL_CERTIFICATE_COUNT', offset);
  return certificates;
}

function readSignerInfo(info: DerReader, digestAlgorithm: Uint8Array): Omit<SignedData, 'certificates'> {
  readVersion(info);
  const id = info.sequence();
  const issuerDer = id.raw(TAG.SEQUENCE);
  const serial = id.unsigned();
  id.done();
  const digests = [digestAlgorithm, readDigestAlgorithm(info)];
  if (!info.next(constructed(0))) throw info.fault('SEAL_ATTRIBUTE_MISSING');
  // A copy: slice() of a Buffer would be a view, and the next line would write into the seal.
  const signedBytes = new Uint8Array(info.fork().raw(constructed(0)));
  signedBytes[0] = TAG.SET;
  const attributes = readAttributes(info);
  const suite = readSuite(info, digests);
  const signature = info.octetString();
  const signatureOffset = info.offset - signature.length;
  // The place where a time stamp (id-aa-timeStampToken, RFC 3161 appendix A) will be admitted; nothing else ever.
  if (info.next(constructed(1))) throw info.fault('SEAL_UNSIGNED_ATTRIBUTE');
  info.done();
  return { issuerDer, serial, attributes, suite, signedBytes, signature, signatureOffset };
}

function readAttributes(info: DerReader): SignedAttributes {
  const { offset } = info;
  const values = new Map<string, DerReader>();
  const set = info.enter(constructed(0));
  while (set.more) {
    const at = set.offset;
    const one = set.sequence();
    const type = one.oid();
    const value = one.enter(TAG.SET);
    one.done();
    if (values.has(type) || !value.more) throw info.fault('SEAL_ATTRIBUTE_REPEATED', at);
    if (!ATTRIBUTES.has(type)) throw info.fault('SEAL_ATTRIBUTE_UNKNOWN', at);
    values.set(type, value);
  }
  const take = <T>(type: string, read: (value: DerReader) => T): T => {
    const value = values.get(type);
    if (!value) throw info.fault('SEAL_ATTRIBUTE_MISSING', offset);
    const result = read(value);
    if (value.more) throw value.fault('SEAL_ATTRIBUTE_REPEATED');
    return result;
  };
  take(OID.contentType, value => {
    const at = value.offset;
    if (value.oid() !== OID.data) throw value.fault('SEAL_NOT_DETACHED', at);
  });
  return {
    messageDigest: take(OID.messageDigest, readDigest),
    signingTime: take(OID.signingTime, value => value.time()),
    certificateSha256: take(OID.signingCertificateV2, readSigningCertificate),
  };
}

const ATTRIBUTES: ReadonlySet<string> = new Set([
  OID.contentType,
  OID.signingTime,
  OID.messageDigest,
  OID.signingCertificateV2,
]);

/** A hashAlgorithm before the hash would be another one than SHA-256, or a DEFAULT that DER leaves out. */
function readSigningCertificate(value: DerReader): Uint8Array {
  const signingCertificate = value.sequence();
  const list = signingCertificate.sequence();
  const first = list.sequence();
  if (first.next(TAG.SEQUENCE)) throw first.fault('SEAL_SUITE_UNKNOWN');
  const hash = readDigest(first);
  if (first.more) throw first.fault('SEAL_ELEMENT_UNKNOWN');
  if (list.more) throw list.fault('SEAL_ELEMENT_UNKNOWN');
  if (signingCertificate.more) throw signingCertificate.fault('SEAL_ELEMENT_UNKNOWN');
  return hash;
}

function readDigest(reader: DerReader): Uint8Array {
  const { offset } = reader;
  const digest = reader.octetString();
  if (digest.length !== 32) throw reader.fault('SEAL_SUITE_UNKNOWN', offset);
  return digest;
}
