/**
 * The signed attributes of what we sign, as CAdES demands them (ETSI EN 319 122-1) and RFC 3161 too: the type of the
 * content, its digest, when it was signed, and with which certificate. All four, once each, and no other. The seal of a PDF
 * has all but the time, which stands in the PDF (ETSI EN 319 142-1 section 6.3: signing-time shall not be there).
 */
import {
  type DerReader,
  type Element,
  element,
  encode,
  octetString,
  oid,
  type Piece,
  sequence,
  TAG,
  time,
  write,
} from './der.ts';
import type { FormatError } from './findings.ts';
import { OID } from './oid.ts';
import { SUITES, type SuiteId } from './suites.ts';

export interface SignedAttributes {
  /** Digest, of the signer's suite, of what is signed: of the record, or of the TSTInfo of a time stamp. */
  readonly messageDigest: Uint8Array;
  /** Likewise of the signer's certificate (RFC 5035): the signature is for this certificate and no other of the key. */
  readonly certificateHash: Uint8Array;
}

export interface TimedAttributes extends SignedAttributes {
  /** Whole seconds; what the signer says, not what a time stamp proves. */
  readonly signingTime: Date;
}

const CONTENT_TYPE = oid(OID.contentType);
const SIGNING_TIME = oid(OID.signingTime);
const MESSAGE_DIGEST = oid(OID.messageDigest);
const SIGNING_CERTIFICATE = oid(OID.signingCertificateV2);

// --- writing ---------------------------------------------------------------------------------------------------------

/** @param type DER of an OBJECT IDENTIFIER. */
export const writeContentType = (type: Uint8Array): Uint8Array => write(attribute(CONTENT_TYPE, type));

/** ESSCertIDv2 without issuerSerial. @param certificateHash By the digest of the suite. */
export function writeSigningCertificate(suite: SuiteId, certificateHash: Uint8Array): Uint8Array {
  const id = sequence(SUITES[suite].certificateHashAlgorithm, octetString(certificateHash));
  return write(attribute(SIGNING_CERTIFICATE, sequence(sequence(id))));
}

const attribute = (type: Uint8Array, value: Piece): Element => element(TAG.SEQUENCE, type, element(TAG.SET, value));

/**
 * @param contentType From {@link writeContentType}. @param signingCertificate From {@link writeSigningCertificate}. Both
 *   are the same in everything that a signer signs.
 * @returns A SET OF, whose order their lengths make always this one.
 */
export function writeAttributes(
  contentType: Uint8Array,
  signingTime: Date,
  messageDigest: Uint8Array,
  signingCertificate: Uint8Array,
): Uint8Array {
  return encode(
    TAG.SET,
    contentType,
    attribute(SIGNING_TIME, time(signingTime)),
    attribute(MESSAGE_DIGEST, element(TAG.OCTET_STRING, messageDigest)),
    signingCertificate,
  );
}

/** The same without a time. */
export const writeUntimedAttributes = (
  contentType: Uint8Array,
  messageDigest: Uint8Array,
  signingCertificate: Uint8Array,
): Uint8Array =>
  encode(TAG.SET, contentType, attribute(MESSAGE_DIGEST, element(TAG.OCTET_STRING, messageDigest)), signingCertificate);

// --- reading ---------------------------------------------------------------------------------------------------------

/** Whose attributes they are. */
export interface Attributed {
  /** Faults are named after it. */
  readonly name: 'SEAL' | 'TIME_STAMP';
  /** From {@link writeContentType}. */
  readonly contentTypeAttribute: Uint8Array;
  /** Of the suite that is expected. */
  readonly certificateHashAlgorithm: Uint8Array;
  readonly contentFault: 'SEAL_NOT_DETACHED' | 'TIME_STAMP_CONTENT';
}

const ORDER: readonly Uint8Array[] = [CONTENT_TYPE, SIGNING_TIME, MESSAGE_DIGEST, SIGNING_CERTIFICATE];
const UNTIMED_ORDER: readonly Uint8Array[] = ORDER.filter(type => type !== SIGNING_TIME);

interface Ordered extends Attributed {
  readonly order: readonly Uint8Array[];
}

/** @param set The members of the SET OF, all of which are read. */
export function readAttributes(set: DerReader, whose: Attributed): TimedAttributes {
  const of = { ...whose, order: ORDER };
  if (!set.passes(of.contentTypeAttribute)) throw contentTypeFault(set, of);
  const signingTime = only(attributeOf(set, SIGNING_TIME, of), readTime, of);
  return { ...readOthers(set, of), signingTime };
}

/** The counterpart of {@link writeUntimedAttributes}: a time is as unknown here as anything else. */
export function readUntimedAttributes(set: DerReader, whose: Attributed): SignedAttributes {
  const of = { ...whose, order: UNTIMED_ORDER };
  if (!set.passes(of.contentTypeAttribute)) throw contentTypeFault(set, of);
  return readOthers(set, of);
}

function readOthers(set: DerReader, of: Ordered): SignedAttributes {
  const messageDigest = only(attributeOf(set, MESSAGE_DIGEST, of), readDigest, of);
  const certificateHash = only(attributeOf(set, SIGNING_CERTIFICATE, of), readSigningCertificate, of);
  if (set.more) throw misplaced(set, undefined, of);
  return { messageDigest, certificateHash };
}

/** The values of the next attribute, which must be of this type. */
function attributeOf(set: DerReader, type: Uint8Array, of: Ordered): DerReader {
  const here = set.fork();
  if (!set.more) throw misplaced(here, type, of);
  const one = set.sequence();
  if (!one.passes(type)) throw misplaced(here, type, of);
  const value = one.enter(TAG.SET);
  one.done();
  if (!value.more) throw here.fault(`${of.name}_ATTRIBUTE_REPEATED`);
  return value;
}

const isNext = (set: DerReader, type: Uint8Array): boolean => set.more && set.fork().sequence().passes(type);

function only<T>(value: DerReader, read: (value: DerReader, of: Attributed) => T, of: Attributed): T {
  const result = read(value, of);
  if (value.more) throw value.fault(`${of.name}_ATTRIBUTE_REPEATED`);
  return result;
}

/** Why no attribute of the wanted type stands next; none is wanted where all have been read. */
function misplaced(set: DerReader, wanted: Uint8Array | undefined, { name, order }: Ordered): FormatError {
  if (!set.more) return set.fault(`${name}_ATTRIBUTE_MISSING`);
  const found = order.findIndex(type => isNext(set, type));
  const place = wanted ? order.indexOf(wanted) : order.length;
  if (found < 0) return set.fault(`${name}_ATTRIBUTE_UNKNOWN`);
  // With none or two values an attribute has another length, and therefore another place.
  if (found < place || !hasOneValue(set, order[found] as Uint8Array)) return set.fault(`${name}_ATTRIBUTE_REPEATED`);
  for (const further = set.fork(); further.more; further.sequence()) {
    if (!wanted || !isNext(further, wanted)) continue;
    return set.fault(hasOneValue(further, wanted) ? 'DER_SET_ORDER' : `${name}_ATTRIBUTE_REPEATED`);
  }
  return set.fault(`${name}_ATTRIBUTE_MISSING`);
}

function hasOneValue(set: DerReader, type: Uint8Array): boolean {
  const one = set.fork().sequence();
  one.passes(type);
  const values = one.enter(TAG.SET);
  if (!values.more) return false;
  values.raw(values.tag);
  return !values.more;
}

function contentTypeFault(set: DerReader, of: Ordered): FormatError {
  const value = attributeOf(set, CONTENT_TYPE, of);
  const { offset } = value;
  value.raw(TAG.OID);
  return value.more ? value.fault(`${of.name}_ATTRIBUTE_REPEATED`) : value.fault(of.contentFault, offset);
}

const readTime = (value: DerReader): Date => value.time();

function readDigest(value: DerReader, { name }: Attributed): Uint8Array {
  const { offset } = value;
  const digest = value.octetString();
  if (digest.length !== 32) throw value.fault(`${name}_SUITE_UNKNOWN`, offset);
  return digest;
}

/** Another hashAlgorithm than the suite's, or the default, which DER leaves out, is refused. */
function readSigningCertificate(value: DerReader, of: Attributed): Uint8Array {
  const signingCertificate = value.sequence();
  const list = signingCertificate.sequence();
  const first = list.sequence();
  if (!first.passes(of.certificateHashAlgorithm) || first.next(TAG.SEQUENCE))
    throw first.fault(`${of.name}_SUITE_UNKNOWN`);
  const hash = readDigest(first, of);
  for (const reader of [first, list, signingCertificate])
    if (reader.more) throw reader.fault(`${of.name}_ELEMENT_UNKNOWN`);
  return hash;
}
