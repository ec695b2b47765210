/**
 * The electronic signature 电子签章 of GB/T 38540-2020 section 7, version 4: a seal put on a document.
 *
 *     SES_Signature { toSign TBS_Sign, cert OCTET STRING, signatureAlgID OBJECT IDENTIFIER, signature BIT STRING,
 *                     timeStamp [0] BIT STRING OPTIONAL }
 *     TBS_Sign      { version INTEGER 4, eseal SESeal, timeInfo GeneralizedTime, dataHash BIT STRING,
 *                     propertyInfo IA5String, extDatas [0] ExtensionDatas OPTIONAL }
 *
 * `signature` is over the DER of toSign; the time stamp is the DER of an RFC 3161 token (GB/T 20520) over the bytes of the
 * signature value, without the BIT STRING around them.
 *
 * About the two last fields implementations disagree:
 *
 * | Field | `[0]` EXPLICIT | no tag at all |
 * | --- | --- | --- |
 * | timeStamp | a0 … 03 … (ofdrw) | 03 … (the OpenSSL templates of gm_0031_38540_verifier, FZZ's C++ over GmSSL) |
 * | extDatas | a0 … 30 … (ofdrw) | 30 … (the same two) |
 *
 * The standard prints the definitions without a module; where none names a default, tags are EXPLICIT (X.680 section
 * 31.2.7), so that is what we write and what our verifier takes: of a field outside every signature only one form may
 * count. The other is read, written again as it was read, and told (SES_TAGGING). `[0]` IMPLICIT, as 80 … or as members
 * directly in a0 …, is nobody's, and refused.
 */
import {
  bitString,
  constructed,
  DerReader,
  element,
  generalizedTime,
  ia5String,
  octetString,
  oid,
  type Piece,
  sequence,
  TAG,
  unsigned,
} from '../der.ts';
import type { Part } from '../signed-data.ts';
import { bounded, boundedBits, boundedIa5, sesBytesMax } from './bounds.ts';
import { type CustomDatum, readCustomData, writeCustomData } from './custom-data.ts';
import { readCertificate, readSeal, readVersion, type Seal, VERSION } from './seal.ts';

/** Whether an optional last field has its `[0]`. */
export type Tagging = 'EXPLICIT' | 'NONE';

/** What the signer signs. */
export interface ToSign {
  readonly signedAt: Date;
  readonly dataHash: Uint8Array;
  /** What the hash is of: a path, where the document is a container; the standard leaves the form open. */
  readonly propertyInfo: string;
  readonly custom?: { readonly data: readonly CustomDatum[]; readonly tagging: Tagging };
}

export interface SesSignature extends ToSign {
  readonly seal: Seal;
  /** The seal as it lies in the signature. */
  readonly sealDer: Part;
  /** DER of toSign: what `signature` is over. */
  readonly signedBytes: Uint8Array;
  /** The signer's certificate, undecoded. */
  readonly certificate: Part;
  /** Dotted. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
  readonly signatureOffset: number;
  /** A time stamp over the signature, undecoded. */
  readonly timeStamp: (Part & { readonly tagging: Tagging }) | undefined;
}

const TAGGED = constructed(0);

// --- writing ---------------------------------------------------------------------------------------------------------

/** @param sealDer From `writeSeal`. */
export const writeToSign = (sealDer: Uint8Array, { signedAt, dataHash, propertyInfo, custom }: ToSign): Uint8Array =>
  sequence(
    unsigned(VERSION),
    sealDer,
    generalizedTime(signedAt),
    bitString(dataHash),
    ia5String(propertyInfo),
    ...(custom ? [tagged(writeCustomData(custom.data), custom.tagging)] : []),
  );

/** @param signedBytes From {@link writeToSign}. */
export const writeSesSignature = ({
  signedBytes,
  certificate,
  algorithm,
  signature,
  timeStamp,
}: Pick<SesSignature, 'signedBytes' | 'algorithm' | 'signature'> & {
  readonly certificate: Pick<Part, 'der'>;
  readonly timeStamp?: (Pick<Part, 'der'> & { readonly tagging: Tagging }) | undefined;
}): Uint8Array =>
  sequence(
    signedBytes,
    octetString(certificate.der),
    oid(algorithm),
    bitString(signature),
    ...(timeStamp ? [tagged(bitString(timeStamp.der), timeStamp.tagging)] : []),
  );

const tagged = (field: Uint8Array, tagging: Tagging): Piece =>
  tagging === 'EXPLICIT' ? element(TAGGED, field) : field;

// --- reading ---------------------------------------------------------------------------------------------------------

/** @throws {FormatError} for every byte that {@link writeSesSignature} would not have written. */
export function readSesSignature(der: Uint8Array): SesSignature {
  const file = new DerReader(der);
  const outer = file.sequence();
  file.done();
  const signedBytes = outer.fork().raw(TAG.SEQUENCE);
  const toSign = readToSign(outer.sequence());
  const certificate = readCertificate(outer);
  const algorithm = outer.oid();
  const signature = boundedBits(outer);
  const signatureOffset = outer.offset - signature.length;
  const timeStamp = outer.more ? readTimeStamp(outer) : undefined;
  outer.done();
  return { ...toSign, signedBytes, certificate, algorithm, signature, signatureOffset, timeStamp };
}

function readToSign(toSign: DerReader): ToSign & Pick<SesSignature, 'seal' | 'sealDer'> {
  readVersion(toSign);
  const sealDer = { offset: toSign.offset, der: toSign.fork().raw(TAG.SEQUENCE) };
  const seal = readSeal(toSign);
  const signedAt = toSign.generalizedTime();
  const dataHash = boundedBits(toSign);
  const propertyInfo = boundedIa5(toSign);
  const custom = toSign.more ? readTagged(toSign, readCustomData) : undefined;
  toSign.done();
  const found = custom && { custom: { data: custom.value, tagging: custom.tagging } };
  return { seal, sealDer, signedAt, dataHash, propertyInfo, ...found };
}

function readTimeStamp(outer: DerReader): NonNullable<SesSignature['timeStamp']> {
  const { value, tagging } = readTagged(outer, reader => {
    const der = bounded(reader, sesBytesMax, () => reader.bitString());
    return { der, offset: reader.offset - der.length };
  });
  return { ...value, tagging };
}

function readTagged<T>(
  reader: DerReader,
  read: (reader: DerReader) => T,
): { readonly value: T; readonly tagging: Tagging } {
  if (!reader.next(TAGGED)) return { value: read(reader), tagging: 'NONE' };
  const explicit = reader.enter(TAGGED);
  const value = read(explicit);
  explicit.done();
  return { value, tagging: 'EXPLICIT' };
}

// --- the time stamp --------------------------------------------------------------------------------------------------

/**
 * @param token DER of a time stamp over {@link sesSignatureValueOf} this. One that is there already is replaced.
 * @throws {FormatError}
 */
export const withSesTimeStamp = (der: Uint8Array, token: Uint8Array): Uint8Array =>
  writeSesSignature({ ...readSesSignature(der), timeStamp: { der: token, tagging: 'EXPLICIT' } });

/** As its signer made it. @throws {FormatError} */
export const withoutSesTimeStamp = (der: Uint8Array): Uint8Array =>
  writeSesSignature({ ...readSesSignature(der), timeStamp: undefined });

/** The bytes of the signature value: what a time stamp is over. @throws {FormatError} */
export const sesSignatureValueOf = (der: Uint8Array): Uint8Array => readSesSignature(der).signature;
