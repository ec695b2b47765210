/**
 * Time stamps as RFC 3161 has them (and RFC 5816, whose signing-certificate-v2 says who signed): what is asked, what is
 * answered, and the token, a SignedData (signed-data.ts) over
 *
 *     TSTInfo { version 1, policy, messageImprint { sha256, digest }, serialNumber, genTime, nonce OPTIONAL }
 *
 * without accuracy, ordering, name or extensions. Questions and answers come from strangers; all of them are read as
 * strictly as seals are.
 */
import { readAttributes, writeAttributes, writeContentType } from './attributes.ts';
import {
  boolean,
  constructed,
  DerReader,
  element,
  generalizedTime,
  namedBits,
  oid,
  type Piece,
  sequence,
  TAG,
  unsigned,
  utf8String,
} from './der.ts';
import { FormatError } from './findings.ts';
import { OID } from './oid.ts';
import {
  type Form,
  type Kind,
  type Part,
  readFrame,
  type SignedData,
  type SignerConstants,
  writeFrame,
} from './signed-data.ts';
import { bySuite, SHA256, SHA256_NULL, type Suite, type SuiteId } from './suites.ts';

/** What is stamped. */
export interface Imprint {
  readonly sha256: Uint8Array;
  /** Both forms of the algorithm's parameters stand in the world (RFC 5754 section 2); a token repeats the question's. */
  readonly hasNull: boolean;
}

export interface TstInfo {
  /** Dotted. */
  readonly policy: string;
  readonly imprint: Imprint;
  /** Big-endian, without leading zeros, at most 20 bytes. */
  readonly serial: Uint8Array;
  /** Milliseconds. */
  readonly genTime: Date;
  readonly nonce?: Uint8Array | undefined;
}

/** RFC 3161 section 2.4.2 asks for 160 bits. */
const serialBytesMax = 20;
/** OpenSSL draws 8 bytes; a nonce is repeated in the answer, so that it may not be any length. */
const nonceBytesMax = 32;
const sha256Bytes = 32;

const VERSION_1 = unsigned(1);

const imprintOf = ({ sha256, hasNull }: Imprint): Piece =>
  element(TAG.SEQUENCE, hasNull ? SHA256_NULL : SHA256, element(TAG.OCTET_STRING, sha256));

/** @returns undefined when it is not a digest by SHA-256, and so of another form than ours. */
function readImprint(reader: DerReader): Imprint | undefined {
  const imprint = reader.sequence();
  const hasNull = imprint.passes(SHA256_NULL);
  if (!hasNull && !imprint.passes(SHA256)) return undefined;
  const sha256 = imprint.octetString();
  imprint.done();
  return sha256.length === sha256Bytes ? { sha256, hasNull } : undefined;
}

function readNonce(reader: DerReader): Uint8Array | undefined {
  if (!reader.next(TAG.INTEGER)) return undefined;
  const { offset } = reader;
  const nonce = reader.unsigned();
  if (nonce.length > nonceBytesMax) throw reader.fault('DER_INTEGER', offset);
  return nonce;
}

// --- the token -------------------------------------------------------------------------------------------------------

export interface TimeStampToken extends SignedData {
  readonly info: TstInfo;
  /** DER of the TSTInfo, whose digest is among the signed attributes. */
  readonly content: Part;
}

const SIGNED_DATA = oid(OID.signedData);
const TST_INFO = oid(OID.tstInfo);
/** Of whatever suite: RFC 3161 section 2.4.2 has the types of CMS, which GB/T 35275 does not know of tokens either. */
const tokenFormOf = ({ digestAlgorithm, certificateHashAlgorithm }: Suite): Form => ({
  name: 'TIME_STAMP',
  signedData: SIGNED_DATA,
  digestAlgorithm,
  content: { type: TST_INFO },
  contentFault: 'TIME_STAMP_CONTENT',
  contentTypeAttribute: writeContentType(TST_INFO),
  certificateHashAlgorithm,
});

export const TOKEN: Kind = {
  name: 'TIME_STAMP',
  // RFC 5652 section 5.1: 3, because the content is not id-data.
  version: unsigned(3),
  forms: bySuite(tokenFormOf),
  contentFault: 'TIME_STAMP_CONTENT',
  bare: true,
  readAttributes,
};

export function writeTstInfo({ policy, imprint, serial, genTime, nonce }: TstInfo): Uint8Array {
  return sequence(
    VERSION_1,
    policyOf(policy),
    imprintOf(imprint),
    unsigned(serial),
    generalizedTime(genTime),
    ...(nonce ? [unsigned(nonce)] : []),
  );
}

/** An authority writes the same one again and again. */
function policyOf(dotted: string): Uint8Array {
  if (dotted !== lastPolicy.dotted) lastPolicy = { dotted, der: oid(dotted) };
  return lastPolicy.der;
}

let lastPolicy: { readonly dotted: string; readonly der: Uint8Array } = { dotted: '', der: new Uint8Array() };

/** What the authority signs. @param signingCertificate From {@link writeSigningCertificate}. */
export const writeTokenAttributes = (
  suite: SuiteId,
  infoDigest: Uint8Array,
  signingTime: Date,
  signingCertificate: Uint8Array,
): Uint8Array => writeAttributes(TOKEN.forms[suite].contentTypeAttribute, signingTime, infoDigest, signingCertificate);

export const writeTimeStampToken = (
  constants: SignerConstants,
  info: Uint8Array,
  attributes: Uint8Array,
  signature: Uint8Array,
): Uint8Array => writeFrame(TOKEN, constants, { content: info, attributes, signature });

/**
 * @param base Offset of the token in the seal that it was cut from.
 * @throws {FormatError} for every byte that {@link writeTimeStampToken} would not have written.
 */
export function readTimeStampToken(der: Uint8Array, base = 0): TimeStampToken {
  const read = readFrame(der, TOKEN, base);
  const { content, unsignedAttributes } = read;
  if (unsignedAttributes) throw new FormatError('TIME_STAMP_UNSIGNED_ATTRIBUTE', unsignedAttributes.offset);
  if (!content) throw new FormatError('TIME_STAMP_CONTENT', base);
  const { certificates, issuerDer, serial, attributes, suite, signedBytes, signature, signatureOffset } = read;
  const signed = { certificates, issuerDer, serial, attributes, suite, signedBytes, signature, signatureOffset };
  return { ...signed, content, info: readTstInfo(content) };
}

function readTstInfo({ der, offset }: Part): TstInfo {
  const reader = new DerReader(der, offset);
  const info = reader.sequence();
  reader.done();
  if (!info.passes(VERSION_1)) throw info.fault('TIME_STAMP_VERSION');
  const policy = info.oid();
  const imprintOffset = info.offset;
  const imprint = readImprint(info);
  if (!imprint) throw info.fault('TIME_STAMP_IMPRINT_UNKNOWN', imprintOffset);
  const serialOffset = info.offset;
  const serial = info.unsigned();
  if (serial.length > serialBytesMax) throw info.fault('DER_INTEGER', serialOffset);
  const genTime = info.generalizedTime();
  const nonce = readNonce(info);
  // Accuracy, ordering, the name of the authority, extensions.
  if (info.more) throw info.fault('TIME_STAMP_ELEMENT_UNKNOWN');
  return { policy, imprint, serial, genTime, ...(nonce && { nonce }) };
}

// --- what is asked ---------------------------------------------------------------------------------------------------

export interface TimeStampRequest {
  readonly imprint: Imprint;
  /** Dotted; without one the authority's own will do. */
  readonly policy?: string | undefined;
  readonly nonce?: Uint8Array | undefined;
  /** Is the certificate of the authority to come with the token? */
  readonly certReq: boolean;
}

export function writeTimeStampRequest({ imprint, policy, nonce, certReq }: TimeStampRequest): Uint8Array {
  return sequence(
    VERSION_1,
    imprintOf(imprint),
    ...(policy === undefined ? [] : [oid(policy)]),
    ...(nonce ? [unsigned(nonce)] : []),
    // FALSE is the default, which DER leaves out.
    ...(certReq ? [boolean(true)] : []),
  );
}

/** Why nothing was stamped: the bits of PKIFailureInfo that RFC 3161 section 2.4.2 has. */
export const FAILURES = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const;
export type Failure = keyof typeof FAILURES;
const FAILURE_NAMES = Object.keys(FAILURES) as readonly Failure[];

export type Asked =
  | { readonly ok: true; readonly request: TimeStampRequest }
  | { readonly ok: false; readonly failure: Failure };

/** Reads a question; it never throws, because a bad one is answered too. */
export function readTimeStampRequest(der: Uint8Array): Asked {
  try {
    return readRequest(new DerReader(der));
  } catch (fault) {
    if (fault instanceof FormatError) return refused('badDataFormat');
    throw fault;
  }
}

const refused = (failure: Failure): Asked => ({ ok: false, failure });

function readRequest(file: DerReader): Asked {
  const reader = file.sequence();
  file.done();
  if (!reader.passes(VERSION_1)) {
    reader.unsigned();
    return refused('badRequest');
  }
  const imprint = readImprint(reader);
  if (!imprint) return refused('badAlg');
  const policy = reader.next(TAG.OID) ? reader.oid() : undefined;
  const nonce = readNonce(reader);
  const certReq = reader.next(TAG.BOOLEAN);
  if (certReq && !reader.boolean()) return refused('badDataFormat');
  if (reader.next(constructed(0))) return refused('unacceptedExtension');
  reader.done();
  return { ok: true, request: { imprint, policy, nonce, certReq } };
}

// --- what is answered ------------------------------------------------------------------------------------------------

export type TimeStampResponse =
  | { readonly granted: true; readonly token: Uint8Array }
  | { readonly granted: false; readonly failure: Failure; readonly text: string };

/** PKIStatus, RFC 3161 section 2.4.2. */
const GRANTED = sequence(unsigned(0));
const REJECTION = unsigned(2);

export function writeTimeStampResponse(response: TimeStampResponse): Uint8Array {
  if (response.granted) return sequence(GRANTED, response.token);
  const { failure, text } = response;
  return sequence(sequence(REJECTION, sequence(utf8String(text)), namedBits([FAILURES[failure]])));
}

/**
 * @returns The token is not looked into.
 * @throws {FormatError} for every byte that {@link writeTimeStampResponse} would not have written.
 */
export function readTimeStampResponse(der: Uint8Array): TimeStampResponse {
  const file = new DerReader(der);
  const response = file.sequence();
  file.done();
  if (response.passes(GRANTED)) {
    const token = response.raw(TAG.SEQUENCE);
    response.done();
    return { granted: true, token };
  }
  const status = response.sequence();
  if (!status.passes(REJECTION)) throw status.fault('TIME_STAMP_RESPONSE_UNKNOWN');
  response.done();
  const texts = status.sequence();
  const text = texts.utf8String();
  texts.done();
  const { offset } = status;
  const [bit, ...more] = status.namedBits();
  status.done();
  const failure = FAILURE_NAMES.find(name => FAILURES[name] === bit);
  if (!failure || more.length > 0) throw status.fault('TIME_STAMP_RESPONSE_UNKNOWN', offset);
  return { granted: false, failure, text };
}
