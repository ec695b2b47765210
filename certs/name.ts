/**
 * X.501 names of our certificates: C=CN, O=the organization in Chinese, OU=its id, CN, in this order, one attribute per
 * RDN. C is a PrintableString because X.520 allows nothing else; the others are UTF8String. Two names are the same when
 * their bytes are.
 */
import { type DerReader, oid, printableString, sequence, setOf, TAG, utf8String } from './der.ts';
import { OID } from './oid.ts';

export interface Name {
  readonly organization: string;
  /** The holder's id, such as `tax`; authorities have none. */
  readonly unit?: string;
  readonly commonName: string;
}

/** RFC 5280 appendix A, ub-organization-name, ub-common-name. */
const nameCharactersMax = 64;

export function writeName({ organization, unit, commonName }: Name): Uint8Array {
  return sequence(
    attribute(OID.countryName, printableString('CN')),
    attribute(OID.organizationName, utf8String(organization)),
    ...(unit === undefined ? [] : [attribute(OID.organizationalUnitName, utf8String(unit))]),
    attribute(OID.commonName, utf8String(commonName)),
  );
}

const attribute = (type: string, value: Uint8Array): Uint8Array => setOf(TAG.SET, [sequence(oid(type), value)]);

export function readName(reader: DerReader): Name {
  const { offset } = reader;
  const rdns = reader.sequence();
  const country = readAttribute(rdns, OID.countryName, value => value.printableString());
  const organization = readAttribute(rdns, OID.organizationName, text);
  const unit = readAttribute(rdns, OID.organizationalUnitName, text);
  const commonName = readAttribute(rdns, OID.commonName, text);
  if (country !== 'CN' || organization === undefined || commonName === undefined || rdns.more)
    throw reader.fault('CERTIFICATE_NAME', offset);
  return unit === undefined ? { organization, commonName } : { organization, unit, commonName };
}

/** The attribute when it is the next one; undefined, and nothing read, when another stands there. */
function readAttribute(rdns: DerReader, type: string, value: (reader: DerReader) => string): string | undefined {
  if (!rdns.more) return undefined;
  const ahead = rdns.fork().enter(TAG.SET).sequence();
  if (ahead.oid() !== type) return undefined;
  const rdn = rdns.enter(TAG.SET);
  const pair = rdn.sequence();
  rdn.done();
  pair.oid();
  const read = value(pair);
  pair.done();
  return read;
}

function text(reader: DerReader): string {
  const { offset } = reader;
  const value = reader.utf8String();
  if (!isNameText(value)) throw reader.fault('CERTIFICATE_NAME', offset);
  return value;
}

/** 1 to 64 characters, none that is invisible or turns the direction of writing. */
export function isNameText(value: string): boolean {
  const characters = [...value].length;
  return characters >= 1 && characters <= nameCharactersMax && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
}
