/**
 * Revocation lists (CRLs of version 2, RFC 5280 section 5), as our authorities issue them: complete, of one issuer, with
 * a number that only grows, and for each certificate since when and why it is not to be trusted. Whatever is not one of
 * ours is refused. Signatures and dates are judged by others: here only the form is.
 */
import {
  bitString,
  compareBytes,
  constructed,
  DerReader,
  type Element,
  element,
  elementOf,
  encode,
  generalizedTime,
  oid,
  type Piece,
  primitive,
  sequence,
  TAG,
  time,
  unsigned,
  write,
} from './der.ts';
import { toHex } from './hex.ts';
import { type Name, readName, writeName } from './name.ts';
import { OID } from './oid.ts';
import { SUITES, type SuiteId, suiteOfSignature } from './suites.ts';

/** CRLReason, RFC 5280 section 5.3.1, without `removeFromCRL`, which only lists of changes have. */
const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;
export type RevocationReason = keyof typeof REASONS;
export const revocationReasons = Object.keys(REASONS) as readonly RevocationReason[];

export interface CrlEntry {
  /** Big-endian, without leading zeros, at most 20 bytes. */
  readonly serial: Uint8Array;
  /** When it was revoked. Whole seconds. */
  readonly revocationDate: Date;
  readonly reason: RevocationReason;
  /** Since when it is known or suspected that it should have been: earlier than the revocation. Whole seconds. */
  readonly invalidityDate?: Date | undefined;
}

/** What an authority signs. */
export interface CrlBody {
  readonly signatureSuite: SuiteId;
  readonly issuer: Name;
  /** Whole seconds, as is `nextUpdate`. */
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** No serial number twice. */
  readonly entries: readonly CrlEntry[];
  readonly authorityKeyId: Uint8Array;
  /** From 1 to 2^31 − 1. */
  readonly number: number;
}

export interface Crl extends CrlBody {
  readonly der: Uint8Array;
  /** The signed part of `der`. */
  readonly body: Uint8Array;
  /** Not yet looked into. */
  readonly signature: Uint8Array;
  readonly issuerDer: Uint8Array;
}

/** Some ten thousand entries, which are read in a quarter of a second; ours have some tens. */
export const crlBytesMax = 512 * 1024;
const serialBytesMax = 20;
const numberMax = 2 ** 31 - 1;
const keyIdBytes = 20;

const VERSION_2 = unsigned(1);
const REASON_CODE = oid(OID.reasonCode);
const INVALIDITY_DATE = oid(OID.invalidityDate);
const AUTHORITY_KEY_ID = oid(OID.authorityKeyIdentifier);
const CRL_NUMBER = oid(OID.crlNumber);

// --- writing ---------------------------------------------------------------------------------------------------------

/** The `tbsCertList`: the bytes that the issuer signs. */
export function writeCrlBody(crl: CrlBody): Uint8Array {
  const { signatureSuite, issuer, thisUpdate, nextUpdate, entries, authorityKeyId, number } = crl;
  return sequence(
    VERSION_2,
    SUITES[signatureSuite].signatureAlgorithm,
    writeName(issuer),
    time(thisUpdate),
    time(nextUpdate),
    // An empty list is left out, RFC 5280 section 5.1.2.6.
    ...(entries.length === 0 ? [] : [elementOf(TAG.SEQUENCE, entries.map(entryElement))]),
    encode(
      constructed(0),
      sequence(
        extension(AUTHORITY_KEY_ID, sequence(encode(primitive(0), authorityKeyId))),
        extension(CRL_NUMBER, unsigned(number)),
      ),
    ),
  );
}

/** @param body From {@link writeCrlBody}. @param suite The body's `signatureSuite`. */
export function writeCrl(body: Uint8Array, suite: SuiteId, signature: Uint8Array): Uint8Array {
  return sequence(body, SUITES[suite].signatureAlgorithm, bitString(signature));
}

function entryElement({ serial, revocationDate, reason, invalidityDate }: CrlEntry): Element {
  const extensions: Piece[] = [];
  // RFC 5280 section 5.3.1: "unspecified" is said by saying nothing.
  if (reason !== 'unspecified') extensions.push(REASON_EXTENSIONS[reason]);
  if (invalidityDate) extensions.push(extension(INVALIDITY_DATE, generalizedTime(invalidityDate)));
  const head = [unsigned(serial), time(revocationDate)];
  return elementOf(TAG.SEQUENCE, extensions.length === 0 ? head : [...head, elementOf(TAG.SEQUENCE, extensions)]);
}

const extension = (id: Uint8Array, value: Uint8Array): Element =>
  element(TAG.SEQUENCE, id, element(TAG.OCTET_STRING, value));

const REASON_EXTENSIONS = Object.fromEntries(
  revocationReasons.map(reason => [
    reason,
    write(extension(REASON_CODE, encode(TAG.ENUMERATED, Uint8Array.of(REASONS[reason])))),
  ]),
) as Readonly<Record<RevocationReason, Uint8Array>>;

// --- reading ---------------------------------------------------------------------------------------------------------

/**
 * @param der At most {@link crlBytesMax}: that is for the caller to see.
 * @param base Offset of the list in the file it came with.
 * @throws {FormatError} when it is not DER, no revocation list, or none of ours.
 */
export function readCrl(der: Uint8Array, base = 0): Crl {
  const file = new DerReader(der, base);
  const outer = file.sequence();
  file.done();
  const body = outer.fork().raw(TAG.SEQUENCE);
  const read = readBody(outer.sequence());
  const { offset } = outer;
  if (readSignatureAlgorithm(outer) !== read.signatureSuite) throw outer.fault('REVOCATION_LIST_ALGORITHM', offset);
  const signature = outer.bitString();
  outer.done();
  if (compareBytes(writeCrl(writeCrlBody(read), read.signatureSuite, signature), der) !== 0)
    throw file.fault('DER_NOT_CANONICAL', base);
  return { ...read, der, body, signature };
}

function readBody(body: DerReader): Omit<Crl, 'der' | 'body' | 'signature'> {
  if (!body.passes(VERSION_2)) throw body.fault('REVOCATION_LIST_VERSION');
  const signatureSuite = readSignatureAlgorithm(body);
  const issuerDer = body.fork().raw(TAG.SEQUENCE);
  const issuer = readName(body);
  const { offset } = body;
  const thisUpdate = body.time();
  const nextUpdate = body.time();
  if (nextUpdate <= thisUpdate) throw body.fault('REVOCATION_LIST_DATES', offset);
  const entries = body.next(TAG.SEQUENCE) ? readEntries(body) : [];
  const extensions = readExtensions(body);
  body.done();
  return { signatureSuite, issuer, issuerDer, thisUpdate, nextUpdate, entries, ...extensions };
}

function readSignatureAlgorithm(reader: DerReader): SuiteId {
  const { offset } = reader;
  const suite = suiteOfSignature(reader.raw(TAG.SEQUENCE));
  if (!suite) throw reader.fault('REVOCATION_LIST_ALGORITHM', offset);
  return suite.id;
}

function readEntries(body: DerReader): readonly CrlEntry[] {
  const list = body.sequence();
  const entries: CrlEntry[] = [];
  const seen = new Set<string>();
  while (list.more) {
    const { offset } = list;
    const entry = readEntry(list.sequence());
    const serial = toHex(entry.serial);
    if (seen.has(serial)) throw list.fault('REVOCATION_LIST_ENTRY', offset);
    seen.add(serial);
    entries.push(entry);
  }
  return entries;
}

function readEntry(entry: DerReader): CrlEntry {
  const { offset } = entry;
  const serial = entry.unsigned();
  if (serial.length > serialBytesMax || serial[0] === 0) throw entry.fault('REVOCATION_LIST_ENTRY', offset);
  const revocationDate = entry.time();
  const said = entry.more ? readEntryExtensions(entry.sequence()) : undefined;
  entry.done();
  return { serial, revocationDate, reason: 'unspecified', ...said };
}

function readEntryExtensions(list: DerReader): Partial<CrlEntry> {
  const reason = readExtension(list, REASON_CODE, readReason);
  const invalidityDate = readExtension(list, INVALIDITY_DATE, value => value.wholeSecond());
  if (list.more) throw list.fault('REVOCATION_LIST_EXTENSION');
  return { ...(reason && { reason }), ...(invalidityDate && { invalidityDate }) };
}

function readReason(value: DerReader): RevocationReason {
  const { offset } = value;
  const code = value.content(TAG.ENUMERATED);
  const reason = revocationReasons.find(name => REASONS[name] === code[0]);
  if (!reason || code.length !== 1) throw value.fault('REVOCATION_LIST_ENTRY', offset);
  return reason;
}

function readExtensions(body: DerReader): Pick<Crl, 'authorityKeyId' | 'number'> {
  const { offset } = body;
  if (!body.next(constructed(0))) throw body.fault('REVOCATION_LIST_EXTENSION', offset);
  const explicit = body.enter(constructed(0));
  const list = explicit.sequence();
  explicit.done();
  const authorityKeyId = readExtension(list, AUTHORITY_KEY_ID, readKeyId);
  const number = readExtension(list, CRL_NUMBER, readNumber);
  if (!authorityKeyId || number === undefined || list.more) throw list.fault('REVOCATION_LIST_EXTENSION', offset);
  return { authorityKeyId, number };
}

/** The value of the extension when it is the next one; undefined, and nothing read, when another stands there. */
function readExtension<T>(list: DerReader, id: Uint8Array, read: (value: DerReader) => T): T | undefined {
  if (!list.more || !list.fork().sequence().passes(id)) return undefined;
  const one = list.sequence();
  one.passes(id);
  const wrapped = one.octetString();
  const value = new DerReader(wrapped, one.offset - wrapped.length);
  one.done();
  const result = read(value);
  value.done();
  return result;
}

function readKeyId(value: DerReader): Uint8Array {
  const { offset } = value;
  const identifier = value.sequence();
  const keyId = identifier.content(primitive(0));
  identifier.done();
  if (keyId.length !== keyIdBytes) throw value.fault('REVOCATION_LIST_EXTENSION', offset);
  return keyId;
}

function readNumber(value: DerReader): number {
  const { offset } = value;
  const number = value.unsigned().reduce((sum, byte) => sum * 256 + byte, 0);
  if (number < 1 || number > numberMax) throw value.fault('REVOCATION_LIST_EXTENSION', offset);
  return number;
}
