/**
 * The electronic seal 电子印章 of GB/T 38540-2020 section 6, version 4: picture and holder, signed by a seal maker 制章者.
 *
 *     SESeal       { eSealInfo SES_SealInfo, cert OCTET STRING, signAlgID OBJECT IDENTIFIER, signedValue BIT STRING }
 *     SES_SealInfo { header { "ES" IA5String, version INTEGER 4, Vid IA5String }, esID IA5String,
 *                    property { type INTEGER, name UTF8String, certListType INTEGER, certList,
 *                               createDate, validStart, validEnd GeneralizedTime },
 *                    picture { type IA5String, data OCTET STRING, width INTEGER, height INTEGER },
 *                    extDatas ExtensionDatas OPTIONAL }
 *     certList     certListType 1: SEQUENCE OF OCTET STRING (certificates);
 *                  certListType 2: SEQUENCE OF { type PrintableString, value OCTET STRING } (digests of them)
 *
 * `signedValue` is over the DER of eSealInfo; with SM2 it is the DER of (r, s) (GB/T 35276). Some write the 64 bytes of r
 * and s instead: they are read here, and no suite takes them for a signature. Nobody disagrees about the tags of a seal: a
 * CHOICE of two SEQUENCEs cannot be told by its tag, hence certListType. Version 5 (GM/T 0031-2025) puts a time stamp
 * behind signedValue, versions up to 3 (GM/T 0031-2014) nest differently; neither is read.
 *
 * One seal has one encoding: what is read here is written by {@link writeSeal} in the same bytes, if the times have at
 * most milliseconds, which DER leaves open and everybody leaves out.
 */
import {
  bitString,
  DerReader,
  generalizedTime,
  ia5String,
  octetString,
  oid,
  printableString,
  sequence,
  TAG,
  unsigned,
  utf8String,
} from '../der.ts';
import type { Part } from '../signed-data.ts';
import {
  bounded,
  boundedBits,
  boundedIa5,
  boundedNumber,
  boundedPrintable,
  boundedUtf8,
  certificateBytesMax,
  pictureBytesMax,
  signersMax,
} from './bounds.ts';
import { type CustomDatum, readCustomData, writeCustomData } from './custom-data.ts';

/** What the maker signs. */
export interface SealInfo {
  /** Vid: whose program made it. */
  readonly vendor: string;
  /** esID. */
  readonly id: string;
  readonly type: number;
  readonly name: string;
  readonly signers: SignerList;
  readonly createdAt: Date;
  /** Both inclusive. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly picture: Picture;
  readonly custom?: readonly CustomDatum[];
}

/** Who may use the seal. */
export type SignerList =
  | { readonly kind: 'CERTIFICATES'; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: 'DIGESTS'; readonly digests: readonly { readonly type: string; readonly value: Uint8Array }[] };

export interface Picture {
  /** Such as PNG. */
  readonly type: string;
  readonly data: Uint8Array;
  /** As it is to be shown. */
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface Seal {
  readonly info: SealInfo;
  /** DER of eSealInfo: what `signature` is over. */
  readonly signedBytes: Uint8Array;
  /** The maker's certificate, undecoded. */
  readonly maker: Part;
  /** Dotted. */
  readonly algorithm: string;
  readonly signature: Uint8Array;
  readonly signatureOffset: number;
}

/** Also of the signature that carries the seal. */
export const VERSION = 4;
const HEADER_ID = 'ES';
const LIST_TYPE: Readonly<Record<SignerList['kind'], number>> = { CERTIFICATES: 1, DIGESTS: 2 };

// --- writing ---------------------------------------------------------------------------------------------------------

export function writeSealInfo({ vendor, id, picture, custom, ...property }: SealInfo): Uint8Array {
  return sequence(
    sequence(ia5String(HEADER_ID), unsigned(VERSION), ia5String(vendor)),
    ia5String(id),
    writeProperty(property),
    sequence(ia5String(picture.type), octetString(picture.data), unsigned(picture.widthMm), unsigned(picture.heightMm)),
    ...(custom ? [writeCustomData(custom)] : []),
  );
}

function writeProperty({
  type,
  name,
  signers,
  createdAt,
  validFrom,
  validUntil,
}: Omit<SealInfo, 'vendor' | 'id' | 'picture' | 'custom'>): Uint8Array {
  return sequence(
    unsigned(type),
    utf8String(name),
    unsigned(LIST_TYPE[signers.kind]),
    sequence(
      ...(signers.kind === 'CERTIFICATES'
        ? signers.certificates.map(octetString)
        : signers.digests.map(digest => sequence(printableString(digest.type), octetString(digest.value)))),
    ),
    generalizedTime(createdAt),
    generalizedTime(validFrom),
    generalizedTime(validUntil),
  );
}

/** @param signedBytes From {@link writeSealInfo}. @param algorithm Dotted. */
export const writeSeal = ({
  signedBytes,
  maker,
  algorithm,
  signature,
}: Pick<Seal, 'signedBytes' | 'algorithm' | 'signature'> & { readonly maker: Pick<Part, 'der'> }): Uint8Array =>
  sequence(signedBytes, octetString(maker.der), oid(algorithm), bitString(signature));

// --- reading ---------------------------------------------------------------------------------------------------------

/**
 * A file `….esl`.
 *
 * @throws {FormatError}
 */
export function readSealFile(der: Uint8Array): Seal {
  const file = new DerReader(der);
  const seal = readSeal(file);
  file.done();
  return seal;
}

/** @throws {FormatError} */
export function readSeal(reader: DerReader): Seal {
  const seal = reader.sequence();
  const signedBytes = seal.fork().raw(TAG.SEQUENCE);
  const info = readSealInfo(seal.sequence());
  const maker = readCertificate(seal);
  const algorithm = seal.oid();
  const signature = boundedBits(seal);
  const signatureOffset = seal.offset - signature.length;
  seal.done();
  return { info, signedBytes, maker, algorithm, signature, signatureOffset };
}

/** The content of an OCTET STRING that holds a certificate. */
export function readCertificate(reader: DerReader): Part {
  const der = bounded(reader, certificateBytesMax, () => reader.octetString());
  return { der, offset: reader.offset - der.length };
}

function readSealInfo(info: DerReader): SealInfo {
  const vendor = readHeader(info.sequence());
  const id = boundedIa5(info);
  const property = readProperty(info.sequence());
  const picture = readPicture(info.sequence());
  const custom = info.more ? { custom: readCustomData(info) } : {};
  info.done();
  return { vendor, id, ...property, picture, ...custom };
}

function readHeader(header: DerReader): string {
  const { offset } = header;
  if (boundedIa5(header) !== HEADER_ID) throw header.fault('SES_HEADER', offset);
  readVersion(header);
  const vendor = boundedIa5(header);
  header.done();
  return vendor;
}

export function readVersion(reader: DerReader): void {
  const { offset } = reader;
  if (boundedNumber(reader) !== VERSION) throw reader.fault('SES_VERSION', offset);
}

function readProperty(property: DerReader): Omit<SealInfo, 'vendor' | 'id' | 'picture' | 'custom'> {
  const type = boundedNumber(property);
  const name = boundedUtf8(property);
  const signers = readSigners(property);
  const createdAt = property.generalizedTime();
  const validFrom = property.generalizedTime();
  const validUntil = property.generalizedTime();
  property.done();
  return { type, name, signers, createdAt, validFrom, validUntil };
}

function readSigners(property: DerReader): SignerList {
  const { offset } = property;
  const listType = boundedNumber(property);
  const list = property.sequence();
  switch (listType) {
    case LIST_TYPE.CERTIFICATES:
      return { kind: 'CERTIFICATES', certificates: membersOf(list, () => readCertificate(list).der) };
    case LIST_TYPE.DIGESTS:
      return { kind: 'DIGESTS', digests: membersOf(list, () => readDigest(list.sequence())) };
    default:
      throw property.fault('SES_SIGNER_LIST', offset);
  }
}

function membersOf<T>(list: DerReader, read: () => T): readonly T[] {
  const members: T[] = [];
  while (list.more) {
    if (members.length === signersMax) throw list.fault('SES_BOUND_EXCEEDED');
    members.push(read());
  }
  return members;
}

function readDigest(digest: DerReader): { readonly type: string; readonly value: Uint8Array } {
  const type = boundedPrintable(digest);
  const value = bounded(digest, certificateBytesMax, () => digest.octetString());
  digest.done();
  return { type, value };
}

function readPicture(picture: DerReader): Picture {
  const type = boundedIa5(picture);
  const data = bounded(picture, pictureBytesMax, () => picture.octetString());
  const widthMm = boundedNumber(picture);
  const heightMm = boundedNumber(picture);
  picture.done();
  return { type, data, widthMm, heightMm };
}
