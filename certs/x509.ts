/**
 * X.509 version 3 certificates of our profiles (RFC 5280; profile.ts), P-256 keys, ECDSA with SHA-256. Whatever is not
 * one of ours is refused; nothing is skipped. Signatures, dates and chains are judged by others (chain.ts): here only
 * the form is.
 */
import { bitString, compareBytes, constructed, DerReader, encode, oid, sequence, TAG, time, unsigned } from './der.ts';
import { type Name, readName, writeName } from './name.ts';
import { OID } from './oid.ts';
import { type Extensions, readExtensions, writeExtensions } from './profile.ts';

/** What an authority signs. */
export interface CertificateBody {
  /** Big-endian, without leading zeros, at most 20 bytes. */
  readonly serial: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  /** Whole seconds, both inclusive. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Uncompressed point: 04 and two coordinates of 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly extensions: Extensions;
}

export interface Certificate extends CertificateBody {
  readonly der: Uint8Array;
  /** The signed part of `der`. */
  readonly body: Uint8Array;
  /** DER of `ECDSA-Sig-Value`, not yet looked into. */
  readonly signature: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly subjectDer: Uint8Array;
  /** DER of `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
}

/** Serial numbers of RFC 5280 have at most 20 bytes; ours are random of 16. */
const serialBytesMax = 20;

const ALGORITHM = sequence(oid(OID.ecdsaWithSha256));
const KEY_ALGORITHM = sequence(oid(OID.ecPublicKey), oid(OID.prime256v1));
const VERSION_3 = encode(constructed(0), unsigned(2));

export function writeSpki(point: Uint8Array): Uint8Array {
  return sequence(KEY_ALGORITHM, bitString(point));
}

/** The `tbsCertificate`: the bytes that the issuer signs. */
export function writeBody(body: CertificateBody): Uint8Array {
  return sequence(
    VERSION_3,
    unsigned(body.serial),
    ALGORITHM,
    writeName(body.issuer),
    sequence(time(body.notBefore), time(body.notAfter)),
    writeName(body.subject),
    writeSpki(body.publicKey),
    writeExtensions(body.extensions),
  );
}

export function writeCertificate(body: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(body, ALGORITHM, bitString(signature));
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
  readAlgorithm(outer);
  const signature = outer.bitString();
  outer.done();
  if (compareBytes(writeCertificate(writeBody(body), signature), der) !== 0)
    throw file.fault('DER_NOT_CANONICAL', base);
  return { ...body, der, body: bodyRaw, signature };
}

function readBody(body: DerReader): Omit<Certificate, 'der' | 'body' | 'signature'> {
  readVersion(body);
  const serial = readSerial(body);
  readAlgorithm(body);
  const issuerDer = body.fork().raw(TAG.SEQUENCE);
  const issuer = readName(body);
  const validity = readValidity(body);
  const subjectDer = body.fork().raw(TAG.SEQUENCE);
  const subject = readName(body);
  const spki = body.fork().raw(TAG.SEQUENCE);
  const publicKey = readSpki(body);
  const extensions = readExtensions(body);
  body.done();
  return { serial, issuer, issuerDer, ...validity, subject, subjectDer, publicKey, spki, extensions };
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

function readAlgorithm(reader: DerReader): void {
  const { offset } = reader;
  if (compareBytes(reader.raw(TAG.SEQUENCE), ALGORITHM) !== 0) throw reader.fault('CERTIFICATE_ALGORITHM', offset);
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

/** Whether the point lies on the curve is for the library that computes with it; it refuses one that does not. */
function readSpki(body: DerReader): Uint8Array {
  const { offset } = body;
  const spki = body.sequence();
  if (compareBytes(spki.raw(TAG.SEQUENCE), KEY_ALGORITHM) !== 0) throw body.fault('CERTIFICATE_ALGORITHM', offset);
  const point = spki.bitString();
  spki.done();
  if (point.length !== 65 || point[0] !== 4) throw body.fault('CERTIFICATE_KEY', offset);
  return point;
}
