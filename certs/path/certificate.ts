/**
 * X.509 certificates of anybody (RFC 5280 section 4), read as far as path validation needs them. Names, algorithms and
 * extensions that it doesn't know are kept as bytes; whether one may be ignored is for the rules to say. The form is
 * judged here, nothing else: x509.ts is the narrower reader for certificates of our own profiles.
 */
import { compareBytes, constructed, DerReader, primitive, TAG } from '../der.ts';
import { FormatError } from '../findings.ts';
import { OID } from '../oid.ts';
import { type DistinguishedName, isSameName, readDistinguishedName } from './distinguished-name.ts';
import { type DistributionPoint, readDistributionPoints } from './distribution-point.ts';
import { count, implicit, integerContent, timeOf } from './element.ts';
import { type Extension, extensionValue, readExtensionList } from './extension.ts';
import { type GeneralName, readGeneralName, readGeneralNamesValue } from './general-name.ts';

export interface PathCertificate {
  readonly der: Uint8Array;
  /** The signed part. */
  readonly body: Uint8Array;
  /** DER of the `AlgorithmIdentifier` outside; the one inside is the same. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** Content of the INTEGER: two's complement, of any length. */
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER of `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
  /** Subject and issuer are the same name, whatever the keys (section 6.1). */
  readonly selfIssued: boolean;
  /** Extensions that are critical and that nothing here can interpret. */
  readonly unknownCritical: readonly string[];
  // Extensions, each undefined where the certificate has none.
  readonly authorityKeyId: Uint8Array | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  /** Numbers of the bits, section 4.2.1.3. */
  readonly keyUsage: readonly number[] | undefined;
  readonly subjectAltNames: readonly GeneralName[] | undefined;
  readonly basicConstraints: { readonly authority: boolean; readonly pathLength: number | undefined } | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  readonly policies: readonly string[] | undefined;
  readonly policyMappings: readonly PolicyMapping[] | undefined;
  readonly policyConstraints: PolicyConstraints | undefined;
  readonly inhibitAnyPolicy: number | undefined;
  readonly purposes: readonly string[] | undefined;
  readonly distributionPoints: readonly DistributionPoint[] | undefined;
}

export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

export interface Subtree {
  readonly base: GeneralName;
  /** Section 4.2.1.10 gives a meaning to subtrees without minimum and maximum alone. */
  readonly interpreted: boolean;
}

export interface PolicyMapping {
  readonly issuerDomain: string;
  readonly subjectDomain: string;
}

/** Numbers of certificates that may follow, each undefined where it is not given. */
export interface PolicyConstraints {
  readonly requireExplicit: number | undefined;
  readonly inhibitMapping: number | undefined;
}

/** Honest ones have one to four kilobytes. */
const certificateBytesMax = 64 * 1024;
/** More than any honest certificate has; policies and subtrees of a path are compared with each other. */
const membersMax = 500;

/**
 * @param base Offset of the certificate in the file it came with.
 * @throws {FormatError} when it is not DER or not X.509, or when an extension that is known is malformed.
 */
export function readPathCertificate(der: Uint8Array, base = 0): PathCertificate {
  if (der.length > certificateBytesMax) throw new FormatError('DER_LENGTH_TOO_LONG', base);
  const file = new DerReader(der, base);
  const outer = file.sequence();
  file.done();
  const body = outer.fork().raw(TAG.SEQUENCE);
  const inner = readBody(outer.sequence());
  const { offset } = outer;
  const signatureAlgorithm = outer.raw(TAG.SEQUENCE);
  // Section 4.1.1.2.
  if (compareBytes(signatureAlgorithm, inner.algorithm) !== 0) throw outer.fault('CERTIFICATE_ALGORITHM', offset);
  const signature = outer.bitString();
  outer.done();
  const { algorithm, extensions, ...fields } = inner;
  return { der, body, signatureAlgorithm, signature, ...fields, ...readKnown(extensions) };
}

function readBody(body: DerReader) {
  const version = readVersion(body);
  const serial = integerContent(body);
  const algorithm = body.raw(TAG.SEQUENCE);
  const issuer = readDistinguishedName(body);
  const validity = body.sequence();
  const notBefore = timeOf(validity);
  const notAfter = timeOf(validity);
  validity.done();
  const subject = readDistinguishedName(body);
  const spki = body.raw(TAG.SEQUENCE);
  // issuerUniqueID and subjectUniqueID, section 4.1.2.8.
  for (const n of [1, 2]) if (version >= 1 && body.next(primitive(n))) body.raw(primitive(n));
  const extensions = version === 2 && body.next(constructed(3)) ? readExtensions(body) : NO_EXTENSIONS;
  body.done();
  const selfIssued = isSameName(issuer, subject);
  return { serial, algorithm, issuer, notBefore, notAfter, subject, spki, selfIssued, extensions };
}

/** 0, 1 or 2 for version 1, 2 or 3; version 1 is the default and must not be written. */
function readVersion(body: DerReader): number {
  if (!body.next(constructed(0))) return 0;
  const { offset } = body;
  const explicit = body.enter(constructed(0));
  const version = explicit.smallUnsigned();
  explicit.done();
  if (version !== 1 && version !== 2) throw body.fault('CERTIFICATE_VERSION', offset);
  return version;
}

const NO_EXTENSIONS: ReadonlyMap<string, Extension> = new Map();

function readExtensions(body: DerReader): ReadonlyMap<string, Extension> {
  const explicit = body.enter(constructed(3));
  const extensions = readExtensionList(explicit);
  explicit.done();
  return extensions;
}

/** Each extension that the rules ask for; those that say nothing about a path are read for their form alone. */
function readKnown(extensions: ReadonlyMap<string, Extension>) {
  const of = <T>(id: string, read: (value: DerReader) => T) => extensionValue(extensions, id, read);
  of(OID.issuerAltName, readGeneralNamesValue);
  // Where delta CRLs are to be had: whoever asks brings them.
  of(OID.freshestCrl, readDistributionPoints);
  const policies = of(OID.certificatePolicies, readPolicies);
  return {
    unknownCritical: unknownCritical(extensions, policies),
    authorityKeyId: of(OID.authorityKeyIdentifier, readAuthorityKeyId),
    subjectKeyId: of(OID.subjectKeyIdentifier, value => value.octetString()),
    keyUsage: of(OID.keyUsage, value => value.namedBits()),
    subjectAltNames: of(OID.subjectAltName, readGeneralNamesValue),
    basicConstraints: of(OID.basicConstraints, readBasicConstraints),
    nameConstraints: of(OID.nameConstraints, readNameConstraints),
    policies: policies?.map(({ policy }) => policy),
    policyMappings: of(OID.policyMappings, value => readMembers(value, readPolicyMapping)),
    policyConstraints: of(OID.policyConstraints, readPolicyConstraints),
    inhibitAnyPolicy: of(OID.inhibitAnyPolicy, count),
    purposes: of(OID.extKeyUsage, value => readMembers(value, purposes => purposes.oid())),
    distributionPoints: of(OID.crlDistributionPoints, readDistributionPoints),
  };
}

const KNOWN: ReadonlySet<string> = new Set([
  OID.authorityKeyIdentifier,
  OID.subjectKeyIdentifier,
  OID.keyUsage,
  OID.subjectAltName,
  OID.issuerAltName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.policyConstraints,
  OID.inhibitAnyPolicy,
  OID.extKeyUsage,
  OID.crlDistributionPoints,
  OID.freshestCrl,
]);

function unknownCritical(
  extensions: ReadonlyMap<string, Extension>,
  policies: readonly PolicyInformation[] | undefined,
): readonly string[] {
  const isUnknown = ({ id }: Extension) =>
    !KNOWN.has(id) || (id === OID.certificatePolicies && policies?.some(({ interpreted }) => !interpreted));
  return [...extensions.values()].filter(extension => extension.critical && isUnknown(extension)).map(({ id }) => id);
}

/** The members of a SEQUENCE OF, of which there must be one. */
function readMembers<T>(value: DerReader, read: (member: DerReader) => T): readonly T[] {
  const sequence = value.sequence();
  const members: T[] = [];
  do {
    if (members.length === membersMax) throw sequence.fault('DER_LENGTH_TOO_LONG');
    members.push(read(sequence));
  } while (sequence.more);
  return members;
}

/** Section 4.2.1.1; the name and serial number of the issuer, which may stand beside the key, are not looked at. */
export function readAuthorityKeyId(value: DerReader): Uint8Array | undefined {
  const identifier = value.sequence();
  const keyId = identifier.next(primitive(0)) ? identifier.content(primitive(0)) : undefined;
  if (identifier.next(constructed(1))) identifier.raw(constructed(1));
  if (identifier.next(primitive(2))) identifier.raw(primitive(2));
  identifier.done();
  return keyId;
}

/** Section 4.2.1.9. */
function readBasicConstraints(value: DerReader) {
  const constraints = value.sequence();
  const authority = constraints.next(TAG.BOOLEAN) && constraints.boolean();
  const pathLength = constraints.more ? count(constraints) : undefined;
  constraints.done();
  return { authority, pathLength };
}

/** Section 4.2.1.10. */
function readNameConstraints(value: DerReader): NameConstraints {
  const constraints = value.sequence();
  const permitted = readSubtrees(constraints, 0);
  const excluded = readSubtrees(constraints, 1);
  constraints.done();
  return { permitted, excluded };
}

function readSubtrees(constraints: DerReader, n: number): readonly Subtree[] {
  if (!constraints.next(constructed(n))) return [];
  const list = constraints.enter(constructed(n));
  const subtrees: Subtree[] = [];
  while (list.more) {
    if (subtrees.length === membersMax) throw list.fault('DER_LENGTH_TOO_LONG');
    subtrees.push(readSubtree(list.sequence()));
  }
  return subtrees;
}

function readSubtree(subtree: DerReader): Subtree {
  const base = readGeneralName(subtree);
  const interpreted = !subtree.more;
  for (const n of [0, 1]) if (subtree.next(primitive(n))) subtree.raw(primitive(n));
  subtree.done();
  return { base, interpreted };
}

interface PolicyInformation {
  readonly policy: string;
  /** No qualifier but those that section 4.2.1.4 defines. */
  readonly interpreted: boolean;
}

/** Section 4.2.1.4: a policy stands once. */
function readPolicies(value: DerReader): readonly PolicyInformation[] {
  const { offset } = value;
  const policies = readMembers(value, readPolicyInformation);
  if (new Set(policies.map(({ policy }) => policy)).size < policies.length)
    throw value.fault('CERTIFICATE_EXTENSION_REPEATED', offset);
  return policies;
}

function readPolicyInformation(list: DerReader): PolicyInformation {
  const information = list.sequence();
  const policy = information.oid();
  const qualifiers = information.more ? readMembers(information, readQualifier) : [];
  information.done();
  return { policy, interpreted: qualifiers.every(id => id === OID.cps || id === OID.userNotice) };
}

function readQualifier(list: DerReader): string {
  const qualifier = list.sequence();
  const id = qualifier.oid();
  qualifier.raw(qualifier.tag);
  qualifier.done();
  return id;
}

/** Section 4.2.1.5. */
function readPolicyMapping(list: DerReader): PolicyMapping {
  const pair = list.sequence();
  const issuerDomain = pair.oid();
  const subjectDomain = pair.oid();
  pair.done();
  return { issuerDomain, subjectDomain };
}

/** Section 4.2.1.11. */
function readPolicyConstraints(value: DerReader): PolicyConstraints {
  const constraints = value.sequence();
  const [requireExplicit, inhibitMapping] = [0, 1].map(n =>
    constraints.next(primitive(n)) ? count(implicit(constraints, n, TAG.INTEGER)) : undefined,
  );
  constraints.done();
  return { requireExplicit, inhibitMapping };
}
