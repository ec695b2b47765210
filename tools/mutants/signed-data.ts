/** Where what stands in a CMS SignedData, and how one is signed anew by whoever has a key. */
import { hash } from 'node:crypto';
import type { SuiteId } from '../../certs/suites.ts';
import { TAG, text } from './edit.ts';
import type { SeededKey } from './keys.ts';
import {
  contentOf,
  type Element,
  elementAt,
  leaf,
  membersOf,
  node,
  type Path,
  parse,
  replaced,
  write,
} from './tree.ts';

export const CERTIFICATES: Path = [1, 0, 3];
export const SIGNER: Path = [1, 0, 4, 0];
export const SIGNER_ID: Path = [...SIGNER, 1];
export const SIGNED_ATTRIBUTES: Path = [...SIGNER, 3];
export const UNSIGNED_ATTRIBUTES: Path = [...SIGNER, 6];
/** The ContentInfo of the time stamp, in the only attribute that no signature covers. */
export const TOKEN: Path = [...UNSIGNED_ATTRIBUTES, 0, 1, 0];
export const TST_INFO: Path = [1, 0, 2, 1, 0, 0];
const TYPE: Path = [0];
const CONTENT_TYPE: Path = [1, 0, 2, 0];
const TST_INFO_TYPE = Buffer.from('2a864886f70d0109100104', 'hex').toString('latin1');
const [DIGESTS, DIGEST, ALGORITHM, SIGNATURE]: readonly Path[] = [
  [1, 0, 1, 0],
  [...SIGNER, 2],
  [...SIGNER, 4],
  [...SIGNER, 5],
];

export const OID = {
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  signingCertificateV2: '2a864886f70d010910022f',
  signatureTimeStamp: '2a864886f70d010910020e',
} as const;

/** Whoever has a key and certificates for it, rightly or not. */
export interface Party {
  readonly key: SeededKey;
  /** Its certificate first. */
  readonly chain: readonly [Uint8Array, ...Uint8Array[]];
}

export const oid = (hex: string): Element => leaf(TAG.OID, Buffer.from(hex, 'hex'));
export const octetString = (bytes: Uint8Array): Element => leaf(TAG.OCTET_STRING, bytes);
export const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

const isAttribute =
  (hex: string) =>
  (attribute: Element): boolean =>
    text(membersOf(attribute)[0]!) === Buffer.from(hex, 'hex').toString('latin1');

/** SET OF, in the order of DER. */
export const inOrder = (elements: readonly Element[]): Element[] =>
  elements.toSorted((a, b) => Buffer.compare(write(a), write(b)));

export const attribute = (hex: string, ...values: readonly Element[]): Element =>
  node(TAG.SEQUENCE, oid(hex), node(TAG.SET, ...values));

/** The attributes with another value of one of them. */
export function withAttribute(attributes: Element, hex: string, value: Element): Element {
  const others = membersOf(attributes).filter(one => !isAttribute(hex)(one));
  return { ...attributes, inside: inOrder([...others, attribute(hex, value)]) };
}

const set = (root: Element, path: Path, by: Element): Element => replaced(root, path, [by]);

interface Suite {
  /** Hexadecimal, as seals have them. */
  readonly digest: string;
  readonly algorithm: string;
  /** Types of the whole and of what is sealed. */
  readonly signedData: string;
  readonly data: string;
  /** How the hash of the certificate is named; SHA-256 is not. */
  readonly hashed: readonly Element[];
  hash(bytes: Uint8Array): Uint8Array;
}

const SIGNED_DATA = '2a864886f70d010702';
const CMS = { signedData: SIGNED_DATA, data: '2a864886f70d010701', hashed: [], hash: sha256 };
const SM3 = '300a06082a811ccf55018311';
const SUITES: Readonly<Record<SuiteId, Suite>> = {
  ES256: { digest: '300b0609608648016503040201', algorithm: '300a06082a8648ce3d040302', ...CMS },
  RSA3072: { digest: '300b0609608648016503040201', algorithm: '300d06092a864886f70d01010b0500', ...CMS },
  SM2SM3: {
    digest: SM3,
    algorithm: '300b06092a811ccf5501822d01',
    signedData: '2a811ccf550601040202',
    data: '2a811ccf550601040201',
    hashed: [parse(Buffer.from(SM3, 'hex'))],
    hash: bytes => hash('sm3', bytes, 'buffer'),
  },
};

/** The digest that a suite has. */
export const digestBy = (suite: SuiteId, bytes: Uint8Array): Uint8Array => SUITES[suite].hash(bytes);

/** The signature over the attributes as they now are, by the party's key. */
export function signedAgain(signedData: Element, { key }: Party): Element {
  const attributes = { ...elementAt(signedData, SIGNED_ATTRIBUTES), tag: Uint8Array.of(TAG.SET) };
  return set(signedData, SIGNATURE!, octetString(key.sign(write(attributes))));
}

/** The same content, sealed by another: its certificates, its name, its algorithms, its signature; no time stamp. */
export function signedBy(signedData: Element, party: Party): Element {
  const [certificate] = party.chain;
  const { digest, algorithm, hashed, hash: hashOf } = SUITES[party.key.suite];
  const [, serial, , issuer] = membersOf(elementAt(parse(certificate), [0]));
  const id = node(TAG.SEQUENCE, ...hashed, octetString(hashOf(certificate)));
  const typed = withTypes(signedData, party.key.suite);
  const attributes = withAttribute(
    elementAt(typed, SIGNED_ATTRIBUTES),
    OID.signingCertificateV2,
    node(TAG.SEQUENCE, node(TAG.SEQUENCE, id)),
  );
  let signed = set(typed, CERTIFICATES, node(0xa0, ...inOrder(party.chain.map(parse))));
  signed = set(signed, SIGNER_ID, node(TAG.SEQUENCE, issuer!, serial!));
  for (const path of [DIGESTS!, DIGEST!]) signed = set(signed, path, parse(Buffer.from(digest, 'hex')));
  signed = set(signed, ALGORITHM!, parse(Buffer.from(algorithm, 'hex')));
  signed = set(signed, SIGNED_ATTRIBUTES, attributes);
  const bare = set(signed, SIGNER, node(TAG.SEQUENCE, ...membersOf(elementAt(signed, SIGNER)).slice(0, 6)));
  return signedAgain(bare, party);
}

/** A seal under the types that the suite has; a time stamp has its own. */
function withTypes(signedData: Element, suite: SuiteId): Element {
  const { signedData: whole, data } = SUITES[suite];
  if (text(elementAt(signedData, CONTENT_TYPE)) === TST_INFO_TYPE) return signedData;
  const typed = set(set(signedData, TYPE, oid(whole)), CONTENT_TYPE, oid(data));
  const attributes = withAttribute(elementAt(typed, SIGNED_ATTRIBUTES), OID.contentType, oid(data));
  return set(typed, SIGNED_ATTRIBUTES, attributes);
}

/** Another time stamp in the place of the one there is; one that is wrapped in its attribute where there is none. */
export function stampedWith(seal: Element, ...tokens: readonly Element[]): Element {
  const members = membersOf(elementAt(seal, SIGNER)).slice(0, 6);
  const unsigned = node(0xa1, attribute(OID.signatureTimeStamp, ...tokens));
  return set(seal, SIGNER, node(TAG.SEQUENCE, ...members, unsigned));
}

export const signatureOf = (signedData: Element): Uint8Array => {
  const whole = write(elementAt(signedData, SIGNATURE!));
  return whole.subarray(whole[1]! < 0x80 ? 2 : 2 + (whole[1]! & 0x7f));
};

/** A token like this one, over another imprint and by whoever has a key: the policy and the time stay. */
export function tokenLike(token: Element, stamped: Uint8Array, party: Party): Element {
  const imprinted = set(token, [...TST_INFO, 2, 1], octetString(sha256(stamped)));
  const digest = SUITES[party.key.suite].hash(write(elementAt(imprinted, TST_INFO)));
  const attributes = withAttribute(elementAt(imprinted, SIGNED_ATTRIBUTES), OID.messageDigest, octetString(digest));
  return signedBy(set(imprinted, SIGNED_ATTRIBUTES, attributes), party);
}

/** The organizational unit of a certificate's subject; empty where it has none. */
export function unitOf(certificate: Element): string {
  const subject = membersOf(elementAt(certificate, [0, 5]));
  const names = subject.flatMap(membersOf).map(membersOf);
  const unit = names.find(([type]) => type && text(type) === UNIT)?.[1];
  return unit ? Buffer.from(contentOf(unit)).toString('utf8') : '';
}
const UNIT = Buffer.from('55040b', 'hex').toString('latin1');
