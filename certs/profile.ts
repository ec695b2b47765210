/**
 * The kinds of certificates there are, and their extensions. A certificate is of exactly one kind or it is refused.
 *
 * | Profile | Issued by | May |
 * | --- | --- | --- |
 * | ROOT | itself | issue the authorities; it is pinned, never sent |
 * | SEAL_AUTHORITY | ROOT | issue SEAL, SEAL_MAKER and TIME_STAMP |
 * | TRANSPORT_AUTHORITY | itself | issue TLS; ROOT does not vouch for it, and its EKU says what it is for |
 * | SEAL | SEAL_AUTHORITY | seal records; no EKU, so that `openssl cms -verify` takes it with its default purpose |
 * | SEAL_MAKER | SEAL_AUTHORITY | sign the electronic seals of holders (GB/T 38540 制章者); a purpose of our own, critical, says so |
 * | TIME_STAMP | SEAL_AUTHORITY | stamp the time (RFC 3161 section 2.3: its EKU is critical and holds nothing else) |
 * | TLS | TRANSPORT_AUTHORITY | serve and call on the internal network |
 */
import {
  boolean,
  constructed,
  DerReader,
  encode,
  namedBits,
  octetString,
  oid,
  primitive,
  sequence,
  TAG,
  unsigned,
} from './der.ts';
import { OID } from './oid.ts';

export type Profile = 'ROOT' | 'SEAL_AUTHORITY' | 'TRANSPORT_AUTHORITY' | 'SEAL' | 'SEAL_MAKER' | 'TIME_STAMP' | 'TLS';

export interface Extensions {
  readonly profile: Profile;
  readonly subjectKeyId: Uint8Array;
  /** Absent in those that are their own issuer. */
  readonly authorityKeyId?: Uint8Array;
  /** TLS only: DNS names. 127.0.0.1 is always among the alternative names. */
  readonly dnsNames?: readonly string[];
}

/** Bits of KeyUsage, RFC 5280 section 4.2.1.3. */
const DIGITAL_SIGNATURE = 0;
const NON_REPUDIATION = 1;
export const KEY_CERT_SIGN = 5;
export const CRL_SIGN = 6;

interface Shape {
  /** basicConstraints pathLenConstraint of an authority; undefined in a certificate that is none. */
  readonly pathLength?: number;
  readonly selfSigned?: true;
  readonly keyUsage: readonly number[];
  readonly purposes: readonly string[];
  readonly purposesCritical?: true;
}

const TLS_PURPOSES = [OID.serverAuth, OID.clientAuth];
export const SHAPES: Readonly<Record<Profile, Shape>> = {
  ROOT: { pathLength: 1, selfSigned: true, keyUsage: [KEY_CERT_SIGN, CRL_SIGN], purposes: [] },
  SEAL_AUTHORITY: { pathLength: 0, keyUsage: [KEY_CERT_SIGN, CRL_SIGN], purposes: [] },
  TRANSPORT_AUTHORITY: { pathLength: 0, selfSigned: true, keyUsage: [KEY_CERT_SIGN, CRL_SIGN], purposes: TLS_PURPOSES },
  SEAL: { keyUsage: [DIGITAL_SIGNATURE, NON_REPUDIATION], purposes: [] },
  SEAL_MAKER: { keyUsage: [DIGITAL_SIGNATURE, NON_REPUDIATION], purposes: [OID.sealMaking], purposesCritical: true },
  TIME_STAMP: { keyUsage: [DIGITAL_SIGNATURE], purposes: [OID.timeStamping], purposesCritical: true },
  TLS: { keyUsage: [DIGITAL_SIGNATURE], purposes: TLS_PURPOSES },
};
const PROFILES = Object.keys(SHAPES) as readonly Profile[];

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
/** A department has two or three; what judges paths takes no more than a thousand (path/general-name.ts). */
const dnsNamesMax = 100;
const ASCII = new TextEncoder();

/** `[3] EXPLICIT Extensions`, always in this order: one profile has one encoding. */
export function writeExtensions({ profile, subjectKeyId, authorityKeyId, dnsNames }: Extensions): Uint8Array {
  const { pathLength, keyUsage, purposes, purposesCritical = false } = SHAPES[profile];
  const constraints = pathLength === undefined ? sequence() : sequence(boolean(true), unsigned(pathLength));
  const list = [
    extension(OID.basicConstraints, true, constraints),
    extension(OID.keyUsage, true, namedBits(keyUsage)),
    extension(OID.subjectKeyIdentifier, false, octetString(subjectKeyId)),
  ];
  if (authorityKeyId)
    list.push(extension(OID.authorityKeyIdentifier, false, sequence(encode(primitive(0), authorityKeyId))));
  if (purposes.length > 0) list.push(extension(OID.extKeyUsage, purposesCritical, sequence(...purposes.map(oid))));
  if (dnsNames) list.push(extension(OID.subjectAltName, false, alternativeNames(dnsNames)));
  return encode(constructed(3), sequence(...list));
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function alternativeNames(dnsNames: readonly string[]): Uint8Array {
  return sequence(...dnsNames.map(name => encode(primitive(2), ASCII.encode(name))), encode(primitive(7), LOOPBACK));
}

/** What the extensions say, before it is known whether a profile says the same. */
interface Said {
  authority: boolean;
  pathLength?: number;
  keyUsage: readonly number[];
  purposes: readonly string[];
  subjectKeyId?: Uint8Array;
  authorityKeyId?: Uint8Array;
  dnsNames?: readonly string[];
}

const READERS: Readonly<Record<string, (value: DerReader, said: Said) => void>> = {
  [OID.basicConstraints]: (value, said) => {
    const constraints = value.sequence();
    said.authority = constraints.more && constraints.boolean();
    if (constraints.more) said.pathLength = constraints.smallUnsigned();
    constraints.done();
  },
  [OID.keyUsage]: (value, said) => {
    said.keyUsage = value.namedBits();
  },
  [OID.subjectKeyIdentifier]: (value, said) => {
    said.subjectKeyId = value.octetString();
  },
  [OID.authorityKeyIdentifier]: (value, said) => {
    const identifier = value.sequence();
    said.authorityKeyId = identifier.content(primitive(0));
    identifier.done();
  },
  [OID.extKeyUsage]: (value, said) => {
    const purposes = value.sequence();
    const read: string[] = [];
    while (purposes.more) read.push(purposes.oid());
    said.purposes = read;
  },
  [OID.subjectAltName]: (value, said) => {
    const names = value.sequence();
    const read: string[] = [];
    while (names.next(primitive(2))) {
      if (read.length === dnsNamesMax) throw names.fault('DER_LENGTH_TOO_LONG');
      read.push(String.fromCharCode(...names.content(primitive(2)).subarray(0, 255)));
    }
    names.content(primitive(7));
    names.done();
    said.dnsNames = read;
  },
};

/**
 * Reads what {@link writeExtensions} writes. The order of extensions, their critical flags and the alternative address
 * are checked by the caller, who writes the certificate again and compares the bytes.
 */
export function readExtensions(reader: DerReader): Extensions {
  const { offset } = reader;
  const outer = reader.enter(constructed(3));
  const list = outer.sequence();
  outer.done();
  const said: Said = { authority: false, keyUsage: [], purposes: [] };
  const seen = new Set<string>();
  while (list.more) readExtension(list, said, seen);
  return profiled(said) ?? refuse(reader, offset);
}

const refuse = (reader: DerReader, offset: number): never => {
  throw reader.fault('CERTIFICATE_PROFILE_UNKNOWN', offset);
};

function readExtension(list: DerReader, said: Said, seen: Set<string>): void {
  const { offset } = list;
  const one = list.sequence();
  const id = one.oid();
  const critical = one.next(TAG.BOOLEAN) && one.boolean();
  const wrapped = one.octetString();
  const value = new DerReader(wrapped, one.offset - wrapped.length);
  one.done();
  if (seen.has(id)) throw list.fault('CERTIFICATE_EXTENSION_REPEATED', offset);
  seen.add(id);
  const read = Object.hasOwn(READERS, id) ? READERS[id] : undefined;
  if (!read) throw list.fault(critical ? 'CERTIFICATE_EXTENSION_CRITICAL' : 'CERTIFICATE_EXTENSION_UNKNOWN', offset);
  read(value, said);
  value.done();
}

function profiled(said: Said): Extensions | undefined {
  const profile = PROFILES.find(name => {
    const shape = SHAPES[name];
    return (
      said.authority === (shape.pathLength !== undefined) &&
      said.pathLength === shape.pathLength &&
      same(said.keyUsage, shape.keyUsage) &&
      same(said.purposes, shape.purposes) &&
      (said.authorityKeyId === undefined) === (shape.selfSigned === true) &&
      (said.dnsNames !== undefined) === (name === 'TLS')
    );
  });
  const { subjectKeyId, authorityKeyId, dnsNames } = said;
  if (!profile || !isKeyId(subjectKeyId) || (authorityKeyId && !isKeyId(authorityKeyId))) return undefined;
  return { profile, subjectKeyId, ...(authorityKeyId && { authorityKeyId }), ...(dnsNames && { dnsNames }) };
}

const same = <T>(a: readonly T[], b: readonly T[]): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
const isKeyId = (id: Uint8Array | undefined): id is Uint8Array => id?.length === 20;
