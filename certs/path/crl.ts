/**
 * X.509 CRLs of anybody (RFC 5280 section 5), complete, delta, partitioned and indirect, read as far as a certificate's
 * status depends on them. Only the form is judged here; crl.ts of the folder above is the narrower reader for our own.
 */
import { compareBytes, constructed, DerReader, TAG } from '../der.ts';
import { FormatError } from '../findings.ts';
import { toHex } from '../hex.ts';
import { OID } from '../oid.ts';
import { readAuthorityKeyId } from './certificate.ts';
import { type DistinguishedName, readDistinguishedName } from './distinguished-name.ts';
import { type IssuingDistributionPoint, readIssuingDistributionPoint } from './distribution-point.ts';
import { integerContent, timeOf } from './element.ts';
import { type Extension, extensionValue, readExtensionList } from './extension.ts';
import { readGeneralNamesValue } from './general-name.ts';

export interface PathCrl {
  readonly der: Uint8Array;
  /** The signed part. */
  readonly body: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  /** Critical extensions, of the CRL or of any entry, that nothing here can interpret: nothing may be told from it then. */
  readonly unknownCritical: readonly string[];
  readonly authorityKeyId: Uint8Array | undefined;
  readonly number: bigint | undefined;
  /** Only in a delta CRL: the number of the complete CRL that it adds to. */
  readonly baseNumber: bigint | undefined;
  readonly distribution: IssuingDistributionPoint | undefined;
  /** DER of `distribution`, empty where there is none: a delta CRL must have the same as its base. */
  readonly distributionDer: Uint8Array;
  /** By {@link entryKey}. */
  readonly entries: ReadonlyMap<string, CrlEntry>;
}

export interface CrlEntry {
  readonly revokedAt: Date;
  /** The number of a `CRLReason`, section 5.3.1; 0 where none is given. */
  readonly reason: number;
  /** Since when the key must be held for lost, where that is earlier than the revocation. */
  readonly invalidityDate: Date | undefined;
}

/** As large as der.ts reads. */
const crlBytesMax = 0xffffff;

/** @throws {FormatError} when it is not DER or not a CRL, or when an extension that is known is malformed. */
export function readPathCrl(der: Uint8Array, base = 0): PathCrl {
  if (der.length > crlBytesMax) throw new FormatError('DER_LENGTH_TOO_LONG', base);
  const file = new DerReader(der, base);
  const outer = file.sequence();
  file.done();
  const body = outer.fork().raw(TAG.SEQUENCE);
  const { algorithm, ...fields } = readBody(outer.sequence());
  const { offset } = outer;
  const signatureAlgorithm = outer.raw(TAG.SEQUENCE);
  // Section 5.1.1.2.
  if (compareBytes(signatureAlgorithm, algorithm) !== 0) throw outer.fault('CERTIFICATE_ALGORITHM', offset);
  const signature = outer.bitString();
  outer.done();
  return { der, body, signatureAlgorithm, signature, ...fields };
}

/** Certificates are told apart by their issuer and their serial number. */
export const entryKey = (issuer: DistinguishedName, serial: Uint8Array): string => `${toHex(serial)} ${issuer.key}`;

function readBody(body: DerReader) {
  // Version 2 is written as 1; version 1 is the default.
  if (body.next(TAG.INTEGER) && body.smallUnsigned() !== 1) throw body.fault('CERTIFICATE_VERSION');
  const algorithm = body.raw(TAG.SEQUENCE);
  const issuer = readDistinguishedName(body);
  const thisUpdate = timeOf(body);
  const nextUpdate = body.next(TAG.UTC_TIME) || body.next(TAG.GENERALIZED_TIME) ? timeOf(body) : undefined;
  const unknown = new Set<string>();
  const entries = body.next(TAG.SEQUENCE) ? readEntries(body.sequence(), issuer, unknown) : NO_ENTRIES;
  const extensions = body.next(constructed(0)) ? readExtensions(body) : NO_EXTENSIONS;
  body.done();
  collectUnknown(extensions, KNOWN, unknown);
  return { algorithm, issuer, thisUpdate, nextUpdate, entries, unknownCritical: [...unknown], ...known(extensions) };
}

const NO_ENTRIES: ReadonlyMap<string, CrlEntry> = new Map();
const NO_EXTENSIONS: ReadonlyMap<string, Extension> = new Map();

function readExtensions(body: DerReader): ReadonlyMap<string, Extension> {
  const explicit = body.enter(constructed(0));
  const extensions = readExtensionList(explicit);
  explicit.done();
  return extensions;
}

const KNOWN: ReadonlySet<string> = new Set([
  OID.authorityKeyIdentifier,
  OID.crlNumber,
  OID.deltaCrlIndicator,
  OID.issuingDistributionPoint,
  OID.freshestCrl,
]);
const KNOWN_OF_ENTRIES: ReadonlySet<string> = new Set([OID.reasonCode, OID.invalidityDate, OID.certificateIssuer]);

function collectUnknown(
  extensions: ReadonlyMap<string, Extension>,
  known: ReadonlySet<string>,
  unknown: Set<string>,
): void {
  for (const { id, critical } of extensions.values()) if (critical && !known.has(id)) unknown.add(id);
}

function known(extensions: ReadonlyMap<string, Extension>) {
  const point = OID.issuingDistributionPoint;
  return {
    authorityKeyId: extensionValue(extensions, OID.authorityKeyIdentifier, readAuthorityKeyId),
    number: extensionValue(extensions, OID.crlNumber, readNumber),
    baseNumber: extensionValue(extensions, OID.deltaCrlIndicator, readNumber),
    distribution: extensionValue(extensions, point, readIssuingDistributionPoint),
    distributionDer: extensions.get(point)?.value ?? new Uint8Array(),
  };
}

const readNumber = (value: DerReader): bigint => BigInt(`0x${toHex(value.unsigned())}`);

/** Section 5.3.3: an entry without a certificateIssuer is of the issuer of the entry before, the first of the CRL's. */
function readEntries(list: DerReader, issuer: DistinguishedName, unknown: Set<string>): ReadonlyMap<string, CrlEntry> {
  const entries = new Map<string, CrlEntry>();
  let of = issuer;
  do {
    const entry = list.sequence();
    const serial = integerContent(entry);
    const revokedAt = timeOf(entry);
    const extensions = entry.more ? readExtensionList(entry) : NO_EXTENSIONS;
    entry.done();
    collectUnknown(extensions, KNOWN_OF_ENTRIES, unknown);
    of = extensionValue(extensions, OID.certificateIssuer, readCertificateIssuer) ?? of;
    const reason = extensionValue(extensions, OID.reasonCode, readReason) ?? 0;
    const invalidityDate = extensionValue(extensions, OID.invalidityDate, value => value.wholeSecond());
    entries.set(entryKey(of, serial), { revokedAt, reason, invalidityDate });
  } while (list.more);
  return entries;
}

function readCertificateIssuer(value: DerReader): DistinguishedName {
  const { offset } = value;
  const name = readGeneralNamesValue(value).find(({ form }) => form === 'directory');
  if (name?.form !== 'directory') throw value.fault('CERTIFICATE_NAME', offset);
  return name.name;
}

function readReason(value: DerReader): number {
  const { offset } = value;
  const [reason, ...more] = value.content(TAG.ENUMERATED);
  if (reason === undefined || more.length > 0 || reason > 10 || reason === 7) throw value.fault('DER_INTEGER', offset);
  return reason;
}
