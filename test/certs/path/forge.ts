/** Certificates and CRLs of any content, well signed: what no honest authority issues, and what others' may. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  bitString,
  boolean,
  constructed,
  encode,
  octetString,
  oid,
  primitive,
  printableString,
  sequence,
  setOf,
  TAG,
  time,
  unsigned,
  utf8String,
} from '../../../certs/der.ts';
import { isLowS, negateS, readSignature, writeSignature } from '../../../certs/ecdsa.ts';
import { OID } from '../../../certs/oid.ts';
import { type PathCertificate, readPathCertificate } from '../../../certs/path/certificate.ts';
import { type PathCrl, readPathCrl } from '../../../certs/path/crl.ts';

export const AT = new Date('2025-06-30T08:00:00Z');
const dayMs = 86_400_000;
export const daysFrom = (days: number): Date => new Date(AT.getTime() + days * dayMs);

const ALGORITHM = sequence(oid(OID.ecdsaWithSha256));
const ASCII = new TextEncoder();

export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
/** Keys are dear and tests many: those that need not differ share one. */
export const SHARED_KEY = newKey();

export type Attribute = readonly [type: string, value: Uint8Array];
export const name = (...attributes: readonly Attribute[]): Uint8Array =>
  sequence(...attributes.map(([type, value]) => setOf(TAG.SET, [sequence(oid(type), value)])));
export const called = (commonName: string): Uint8Array => name([OID.commonName, utf8String(commonName)]);
export const printed = (commonName: string): Uint8Array => name([OID.commonName, printableString(commonName)]);

export const extension = (id: string, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));

export const authority = (pathLength?: number): Uint8Array =>
  extension(
    OID.basicConstraints,
    sequence(boolean(true), ...(pathLength === undefined ? [] : [unsigned(pathLength)])),
    true,
  );

export const policiesOf = (...policies: readonly string[]): Uint8Array =>
  extension(OID.certificatePolicies, sequence(...policies.map(policy => sequence(oid(policy)))));

export const mappingsOf = (...pairs: readonly (readonly [string, string])[]): Uint8Array =>
  extension(OID.policyMappings, sequence(...pairs.map(([from, to]) => sequence(oid(from), oid(to)))), true);

/** IMPLICIT small integers, each with its tag. */
export const policyConstraints = (limits: { readonly requireExplicit?: number; readonly inhibitMapping?: number }) =>
  extension(
    OID.policyConstraints,
    sequence(
      ...[limits.requireExplicit, limits.inhibitMapping].flatMap((limit, n) =>
        limit === undefined ? [] : [encode(primitive(n), Uint8Array.of(limit))],
      ),
    ),
    true,
  );

/** `[n]` of a GeneralName that is text: 1 rfc822Name, 2 dNSName, 6 URI. */
export const textName = (n: number, text: string): Uint8Array => encode(primitive(n), ASCII.encode(text));
export const directoryName = (dn: Uint8Array): Uint8Array => encode(constructed(4), dn);

export const alternativeNames = (...names: readonly Uint8Array[]): Uint8Array =>
  extension(OID.subjectAltName, sequence(...names));

export const nameConstraints = ({
  permitted = [],
  excluded = [],
}: {
  readonly permitted?: readonly Uint8Array[];
  readonly excluded?: readonly Uint8Array[];
}): Uint8Array =>
  extension(
    OID.nameConstraints,
    sequence(
      ...[permitted, excluded].flatMap((bases, n) =>
        bases.length === 0 ? [] : [encode(constructed(n), ...bases.map(base => sequence(base)))],
      ),
    ),
    true,
  );

export interface Forged {
  readonly certificate: PathCertificate;
  readonly key: KeyObject;
}

export interface Wanted {
  readonly subject?: Uint8Array;
  /** DER of the name; by default that of the signer. */
  readonly issuer?: Uint8Array;
  readonly key?: KeyObject;
  readonly serial?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
}

let drawn = 0;

/** @param signer Undefined for what signs itself. */
export function certify(wanted: Wanted, signer?: Forged): Forged {
  const key = wanted.key ?? newKey();
  const subject = wanted.subject ?? called('somebody');
  const body = sequence(
    encode(constructed(0), unsigned(2)),
    encode(TAG.INTEGER, wanted.serial ?? Uint8Array.of(0x40, ++drawn >> 8, drawn & 0xff)),
    ALGORITHM,
    wanted.issuer ?? signer?.certificate.subject.der ?? subject,
    sequence(wanted.notBefore ?? time(daysFrom(-10)), wanted.notAfter ?? time(daysFrom(10))),
    subject,
    spkiOf(key),
    ...(wanted.extensions ? [encode(constructed(3), sequence(...wanted.extensions))] : []),
  );
  return { certificate: readPathCertificate(signed(body, signer?.key ?? key)), key };
}

export interface WantedCrl {
  readonly issuer?: Uint8Array;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
  readonly number?: number;
  /** The number of the base: makes it a delta CRL. */
  readonly base?: number;
  /** `by` is written as the issuer of the certificate, where it is not the one of the list. */
  readonly revoked?: readonly { readonly of: PathCertificate; readonly reason?: number; readonly by?: Uint8Array }[];
  readonly extensions?: readonly Uint8Array[];
}

export function list(signer: Forged, wanted: WantedCrl = {}): PathCrl {
  const entries = (wanted.revoked ?? []).map(({ of, reason, by }) => {
    const own = [
      ...(reason === undefined ? [] : [extension(OID.reasonCode, encode(0x0a, Uint8Array.of(reason)))]),
      ...(by === undefined ? [] : [extension(OID.certificateIssuer, sequence(directoryName(by)), true)]),
    ];
    const extensions = own.length === 0 ? [] : [sequence(...own)];
    return sequence(encode(TAG.INTEGER, of.serial), time(daysFrom(-2)), ...extensions);
  });
  const extensions = [
    ...(wanted.number === undefined ? [] : [extension(OID.crlNumber, unsigned(wanted.number))]),
    ...(wanted.base === undefined ? [] : [extension(OID.deltaCrlIndicator, unsigned(wanted.base), true)]),
    ...(wanted.extensions ?? []),
  ];
  const body = sequence(
    unsigned(1),
    ALGORITHM,
    wanted.issuer ?? signer.certificate.subject.der,
    time(wanted.thisUpdate ?? daysFrom(-1)),
    time(wanted.nextUpdate ?? daysFrom(1)),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    ...(extensions.length > 0 ? [encode(constructed(0), sequence(...extensions))] : []),
  );
  return readPathCrl(signed(body, signer.key));
}

const spkiOf = (key: KeyObject): Uint8Array => createPublicKey(key).export({ format: 'der', type: 'spki' });

function signed(body: Uint8Array, key: KeyObject): Uint8Array {
  const pair = readSignature(sign('sha256', body, key));
  return sequence(body, ALGORITHM, bitString(writeSignature(isLowS(pair) ? pair : negateS(pair))));
}
