/**
 * X.509 version 3 certificates of our profiles (RFC 5280; profile.ts) and suites (suites.ts): the key may be of another
 * suite than its issuer's. Whatever is not one of ours is refused; nothing is skipped. Signatures, dates and chains are
 * judged by others (chain.ts): here only the form is.
 */
import { bitString, compareBytes, constructed, DerReader, encode, sequence, TAG, time, unsigned } from './der.ts';
import { type Name, readName, writeName } from './name.ts';
import { type Extensions, readExtensions, writeExtensions } from './profile.ts';
import { SUITES, type SuiteId, suiteOfKey, suiteOfSignature } from './suites.ts';

export interface PublicKey {
  readonly suite: SuiteId;
  /** The content of `subjectPublicKey`, of the form that the suite demands. */
  readonly bits: Uint8Array;
}

/** What an authority signs. */
export interface CertificateBody {
  /** Big-endian, without leading zeros, at most 20 bytes. */
  readonly serial: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  /** Whole seconds, both inclusive. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKey;
  /** Of the issuer. */
  readonly signatureSuite: SuiteId;
  readonly extensions: Extensions;
}

export interface Certificate extends CertificateBody {
  readonly der: Uint8Array;
  /** The signed part of `der`. */
  readonly body: Uint8Array;
  /** Not yet looked into. */
  readonly signature: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  /** DER of `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
}

/** Serial numbers of RFC 5280 have at most 20 bytes; ours are random of 16. */
const serialBytesMax = 20;

const VERSION_3 = encode(constructed(0), unsigned(2));

export function writeSpki({ suite, bits }: PublicKey): Uint8Array {
  return sequence(SUITES[suite].keyAlgorithm, bitString(bits));
}

/** The `tbsCertificate`: the bytes that the issuer signs. */
export function writeBody(body: CertificateBody): Uint8Array {
  return sequence(
    VERSION_3,
    unsigned(body.serial),
    SUITES[body.signatureSuite].signatureAlgorithm,
    writeName(body.issuer),
    sequence(time(body.notBefore), time(body.notAfter)),
    writeName(body.subject),
    writeSpki(body.publicKey),
    writeExtensions(body.extensions),
  );
}

/** @param body From {@link writeBody}. @param suite The body's `signatureSuite`. */
export function writeCertificate(body: Uint8Array, suite: SuiteId, signature: Uint8Array): Uint8Array {
  return sequence(body, SUITES[suite].signatureAlgorithm, bitString(signature));
}

/**
 * @param base Offset of the certificate in the file it came with.
 * @throws {FormatError} when it is not DER, not X.509, or of none of our profiles.
 */
export function readCertificate(der: Uint8Array, base = 0): Certificate {
  const file = new DerReader(der, base);
  const outer = file.sequence();
  file.done();
  const bodyRaw = outer.fork().raw(TAG.SEQUENCE);
  const body = readBody(outer.sequence());
  const { offset } = outer;
  if (readSignatureAlgorithm(outer) !== body.signatureSuite) throw outer.fault('CERTIFICATE_SUITE_MIXED', offset);
  const signature = outer.bitString();
  outer.done();
  if (compareBytes(writeCertificate(writeBody(body), body.signatureSuite, signature), der) !== 0)
    throw file.fault('DER_NOT_CANONICAL', base);
  return { ...body, der, body: bodyRaw, signature };
}

function readBody(body: DerReader): Omit<Certificate, 'der' | 'body' | 'signature'> {
  readVersion(body);
  const serial = readSerial(body);
  const signatureSuite = readSignatureAlgorithm(body);
  const issuerDer = body.fork().raw(TAG.SEQUENCE);
  const issuer = readName(body);
  const validity = readValidity(body);
  const subjectDer = body.fork().raw(TAG.SEQUENCE);
  const subject = readName(body);
  const spki = body.fork().raw(TAG.SEQUENCE);
  const publicKey = readPublicKey(body);
  const extensions = readExtensions(body);
  body.done();
  return { serial, signatureSuite, issuer, issuerDer, ...validity, subject, subjectDer, publicKey, spki, extensions };
}

function readVersion(body: DerReader): void {
  const { offset } = body;
  if (!body.next(constructed(0))) throw body.fault('CERTIFICATE_VERSION');
  const version = body.enter(constructed(0));
  if (version.smallUnsigned() !== 2) throw body.fault('CERTIFICATE_VERSION', offset);
  version.done();
}

function readSerial(body: DerReader): Uint8Array {
  const { offset } = body;
  const serial = body.unsigned();
  if (serial.length > serialBytesMax || serial[0] === 0) throw body.fault('CERTIFICATE_SERIAL', offset);
  return serial;
}

function readSignatureAlgorithm(reader: DerReader): SuiteId {
  const { offset } = reader;
  const suite = suiteOfSignature(reader.raw(TAG.SEQUENCE));
  if (!suite) throw reader.fault('CERTIFICATE_ALGORITHM', offset);
  return suite.id;
}

function readValidity(body: DerReader): { readonly notBefore: Date; readonly notAfter: Date } {
  const { offset } = body;
  const pair = body.sequence();
  const notBefore = pair.time();
  const notAfter = pair.time();
  pair.done();
  if (notAfter < notBefore) throw body.fault('CERTIFICATE_VALIDITY', offset);
  return { notBefore, notAfter };
}

/** @param spki DER of a `SubjectPublicKeyInfo`. */
export function readSpki(spki: Uint8Array): PublicKey {
  const reader = new DerReader(spki);
  const publicKey = readPublicKey(reader);
  reader.done();
  return publicKey;
}

/** Whether a point lies on its curve is for the library that computes with it; it refuses one that does not. */
function readPublicKey(body: DerReader): PublicKey {
  const { offset } = body;
  const spki = body.sequence();
  const suite = suiteOfKey(spki.raw(TAG.SEQUENCE));
  if (!suite) throw body.fault('CERTIFICATE_ALGORITHM', offset);
  const bits = spki.bitString();
  spki.done();
  if (!suite.isKey(bits)) throw body.fault('CERTIFICATE_KEY', offset);
  return { suite: suite.id, bits };
}
