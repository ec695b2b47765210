/**
 * CMS SignedData (RFC 5652) with one signer, as far as seals (cms.ts) and time stamps (time-stamp.ts) are made of it:
 *
 *     ContentInfo { signedData, [0] SignedData {
 *       version, digestAlgorithms { the suite's }, encapContentInfo { type, [0] content, unless it is detached },
 *       [0] certificates, if any,
 *       signerInfos { { version 1, issuer and serial, the suite's digest,
 *         [0] signedAttrs, the suite's signature algorithm, signature, [1] unsignedAttrs } } } }
 *
 * A seal of the suite SM2SM3 is the same structure under the types of GB/T 35275-2017 instead of signedData and data.
 *
 * Nothing in these bytes but the unsigned attributes is outside the signatures' reach: what no signature covers has one
 * possible value only, and everything else is refused. One SignedData therefore has one encoding: each element is read at
 * its place, in its one form, and none is optional that a writer could put in two ways. To write it again and compare would
 * cost five times the reading; the tests do that.
 */
import type { Attributed, SignedAttributes, TimedAttributes } from './attributes.ts';
import { constructed, DerReader, element, type Piece, retagged, sequence, setOf, TAG, unsigned } from './der.ts';
import { nextDigestAlgorithm, nextSignerSuite, SUITES, type SuiteId } from './suites.ts';

/** What sets one kind of SignedData apart from another. */
export interface Kind<Attributes extends SignedAttributes = TimedAttributes>
  extends Pick<Attributed, 'name' | 'contentFault'> {
  /** DER of `CMSVersion`. */
  readonly version: Uint8Array;
  /** By suite; those of two suites differ in type or digest, or in nothing. */
  readonly forms: Readonly<Record<SuiteId, Form>>;
  /** May it come without certificates? */
  readonly bare: boolean;
  readAttributes(set: DerReader, whose: Attributed): Attributes;
}

/** What depends on the suite. */
export interface Form extends Attributed {
  /** DER of the type of the whole. */
  readonly signedData: Uint8Array;
  readonly digestAlgorithm: Uint8Array;
  /** DER of the `EncapsulatedContentInfo` where the content is detached; of its type alone where it is not. */
  readonly content: { readonly detached: Uint8Array } | { readonly type: Uint8Array };
}

/** A kind but for its attributes, which are read and written elsewhere. */
type Shape = Omit<Kind, 'readAttributes'>;

/** A part of a file, and where in it. */
export interface Part {
  readonly der: Uint8Array;
  readonly offset: number;
}

export interface SignedData<Attributes extends SignedAttributes = TimedAttributes> {
  /** DER, in the order of their bytes. */
  readonly certificates: readonly Part[];
  readonly issuerDer: Uint8Array;
  readonly serial: Uint8Array;
  readonly attributes: Attributes;
  /** Of the digests and of the signature; whether the signer's key is of it too is for the verifier to say. */
  readonly suite: SuiteId;
  /** What the signature is over: the attributes as a SET OF, RFC 5652 section 5.4. */
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureOffset: number;
}

export interface Read<Attributes extends SignedAttributes> extends SignedData<Attributes> {
  /** What is inside the OCTET STRING; undefined where it is detached. */
  readonly content: Part | undefined;
  /** The whole `[1]`, undecoded. */
  readonly unsignedAttributes: Part | undefined;
}

/** Signer, its authority; one more so that a superfluous one is named and not only counted. */
const certificatesMax = 3;

const VERSION_1 = unsigned(1);

// --- writing ---------------------------------------------------------------------------------------------------------

/** What is the same in everything that one signer signs. */
export interface SignerConstants {
  readonly suite: SuiteId;
  /** The `[0]` with the certificates; empty where there are none. */
  readonly certificates: Uint8Array;
  readonly signerId: Uint8Array;
}

export function signerConstants(
  suite: SuiteId,
  certificates: readonly Uint8Array[],
  issuerDer: Uint8Array,
  serial: Uint8Array,
): SignerConstants {
  return {
    suite,
    certificates: certificates.length === 0 ? NOTHING : setOf(constructed(0), certificates),
    signerId: sequence(issuerDer, unsigned(serial)),
  };
}

const NOTHING = new Uint8Array();

export interface Written {
  /** As they were signed: a SET OF. */
  readonly attributes: Uint8Array;
  readonly signature: Uint8Array;
  /** The content, where it is attached. */
  readonly content?: Uint8Array | undefined;
  readonly unsignedAttributes?: Uint8Array | undefined;
}

export function writeFrame(
  kind: Shape,
  { suite, certificates, signerId }: SignerConstants,
  { attributes, signature, content = NOTHING, unsignedAttributes = NOTHING }: Written,
): Uint8Array {
  const { digestAlgorithm, signerAlgorithm } = SUITES[suite];
  const form = kind.forms[suite];
  const signerInfo = element(
    TAG.SEQUENCE,
    VERSION_1,
    signerId,
    digestAlgorithm,
    // The same members under another tag.
    SIGNED_ATTRIBUTES,
    attributes.subarray(1),
    signerAlgorithm,
    element(TAG.OCTET_STRING, signature),
    unsignedAttributes,
  );
  const signedData = element(
    TAG.SEQUENCE,
    kind.version,
    element(TAG.SET, digestAlgorithm),
    encapsulated(form, content),
    certificates,
    element(TAG.SET, signerInfo),
  );
  return contentInfo(form.signedData, signedData);
}

const SIGNED_ATTRIBUTES = Uint8Array.of(constructed(0));

const encapsulated = ({ content: of }: Form, content: Uint8Array): Piece =>
  'detached' in of
    ? of.detached
    : element(TAG.SEQUENCE, of.type, element(constructed(0), element(TAG.OCTET_STRING, content)));

const contentInfo = (type: Uint8Array, signedData: Piece): Uint8Array =>
  sequence(type, element(constructed(0), signedData));

// --- reading ---------------------------------------------------------------------------------------------------------

/**
 * @param base Offset of these bytes in the file that they were cut from.
 * @throws {FormatError} for every byte that {@link writeFrame} would not have written.
 */
export function readFrame<Attributes extends SignedAttributes>(
  der: Uint8Array,
  kind: Kind<Attributes>,
  base: number,
): Read<Attributes> {
  const { type, signedData } = openSignedData(der, kind, base);
  return readContent(signedData, type, kind);
}

/** The content of the SignedData in a ContentInfo, and the type that it has there. */
function openSignedData(
  der: Uint8Array,
  { name, forms }: Framed,
  base: number,
): { readonly type: Uint8Array; readonly signedData: DerReader } {
  const file = new DerReader(der, base);
  const contentInfo = file.sequence();
  file.done();
  const type = nextType(contentInfo, forms);
  if (!type) {
    const fault = contentInfo.fault(`${name}_NOT_SIGNED_DATA`);
    contentInfo.raw(TAG.OID);
    throw fault;
  }
  const explicit = contentInfo.enter(constructed(0));
  contentInfo.done();
  const signedData = explicit.sequence();
  explicit.done();
  return { type, signedData };
}

/** What of a kind the frame shows. */
type Framed = Pick<Kind, 'name' | 'forms'>;

/** A constant of the forms, which can be compared by identity. */
function nextType(reader: DerReader, forms: Kind['forms']): Uint8Array | undefined {
  for (const suite of SUITE_IDS) if (reader.passes(forms[suite].signedData)) return forms[suite].signedData;
  return undefined;
}

const SUITE_IDS = Object.keys(SUITES) as readonly SuiteId[];

function readContent<Attributes extends SignedAttributes>(
  signedData: DerReader,
  type: Uint8Array,
  kind: Kind<Attributes>,
): Read<Attributes> {
  readVersion(signedData, kind.version, kind);
  const digestOffset = signedData.offset;
  const digests = signedData.enter(TAG.SET);
  const digestAlgorithm = readDigestAlgorithm(digests, kind);
  if (digests.more) throw signedData.fault(`${kind.name}_SUITE_UNKNOWN`, digestOffset);
  const form = formOf(kind, type, digestAlgorithm);
  if (!form) throw signedData.fault(`${kind.name}_SUITE_MIXED`, digestOffset);
  const content = readEncapsulated(signedData, form);
  const certificates = readCertificates(signedData, kind);
  // [1] crls: revocation lists travel beside a seal, never inside.
  if (signedData.next(constructed(1))) throw signedData.fault(`${kind.name}_ELEMENT_UNKNOWN`);
  const signersOffset = signedData.offset;
  const signers = signedData.enter(TAG.SET);
  signedData.done();
  if (!signers.more) throw signedData.fault(`${kind.name}_SIGNER_COUNT`, signersOffset);
  const read = readSignerInfo(signers.sequence(), { form, content, certificates }, kind);
  if (signers.more) throw signers.fault(`${kind.name}_SIGNER_COUNT`);
  return read;
}

function formOf({ forms }: Framed, type: Uint8Array, digestAlgorithm: Uint8Array): Form | undefined {
  for (const suite of SUITE_IDS) {
    const form = forms[suite];
    if (form.signedData === type && form.digestAlgorithm === digestAlgorithm) return form;
  }
  return undefined;
}

function readVersion(reader: DerReader, version: Uint8Array, { name }: Shape): void {
  if (reader.passes(version)) return;
  const fault = reader.fault(`${name}_VERSION`);
  reader.smallUnsigned();
  throw fault;
}

function readDigestAlgorithm(reader: DerReader, { name }: Shape): Uint8Array {
  const algorithm = nextDigestAlgorithm(reader);
  if (algorithm) return algorithm;
  const fault = reader.fault(`${name}_SUITE_UNKNOWN`);
  reader.raw(TAG.SEQUENCE);
  throw fault;
}

function readEncapsulated(signedData: DerReader, { content, contentFault }: Form): Part | undefined {
  const { offset } = signedData;
  if ('detached' in content) {
    if (signedData.passes(content.detached)) return undefined;
    signedData.raw(TAG.SEQUENCE);
    throw signedData.fault(contentFault, offset);
  }
  const encapsulated = signedData.sequence();
  if (!encapsulated.passes(content.type) || !encapsulated.more) throw signedData.fault(contentFault, offset);
  const explicit = encapsulated.enter(constructed(0));
  encapsulated.done();
  const der = explicit.octetString();
  explicit.done();
  return { der, offset: explicit.offset - der.length };
}

function readCertificates(signedData: DerReader, { name, bare }: Shape): readonly Part[] {
  const { offset } = signedData;
  if (!signedData.next(constructed(0))) {
    if (bare) return [];
    throw signedData.fault(`${name}_CERTIFICATE_COUNT`, offset);
  }
  const certificates = signedData.setOf(constructed(0), TAG.SEQUENCE);
  if (certificates.length < 1 || certificates.length > certificatesMax)
    throw signedData.fault(`${name}_CERTIFICATE_COUNT`, offset);
  return certificates;
}

/** What stands before the signer. */
interface Before extends Pick<Read<SignedAttributes>, 'content' | 'certificates'> {
  readonly form: Form;
}

function readSignerInfo<Attributes extends SignedAttributes>(
  info: DerReader,
  { form, content, certificates }: Before,
  kind: Kind<Attributes>,
): Read<Attributes> {
  readVersion(info, VERSION_1, kind);
  const id = info.sequence();
  const issuerDer = id.raw(TAG.SEQUENCE);
  const serial = id.unsigned();
  id.done();
  const digest = readDigestAlgorithm(info, kind);
  if (!info.next(constructed(0))) throw info.fault(`${kind.name}_ATTRIBUTE_MISSING`);
  const signedBytes = retagged(info.fork().raw(constructed(0)), TAG.SET);
  const attributes = kind.readAttributes(info.enter(constructed(0)), form);
  const suite = readSuite(info, form, digest, kind);
  const signature = info.octetString();
  const signatureOffset = info.offset - signature.length;
  const { offset } = info;
  const unsignedAttributes = info.next(constructed(1)) ? { der: info.raw(constructed(1)), offset } : undefined;
  info.done();
  return {
    certificates,
    issuerDer,
    serial,
    attributes,
    suite,
    signedBytes,
    signature,
    signatureOffset,
    content,
    unsignedAttributes,
  };
}

/** @param before, digest What stands before it: of another suite they would be a mixture. */
function readSuite(reader: DerReader, before: Form, digest: Uint8Array, { name, forms }: Framed): SuiteId {
  const { offset } = reader;
  const suite = nextSignerSuite(reader);
  if (!suite) {
    reader.raw(TAG.SEQUENCE);
    throw reader.fault(`${name}_SUITE_UNKNOWN`, offset);
  }
  const { signedData, digestAlgorithm } = forms[suite.id];
  if (signedData !== before.signedData || digestAlgorithm !== before.digestAlgorithm || digestAlgorithm !== digest)
    throw reader.fault(`${name}_SUITE_MIXED`, offset);
  return suite.id;
}

// --- the unsigned attributes of one that is there --------------------------------------------------------------------

/**
 * The same SignedData with these unsigned attributes instead of those that it has. Only its frame is read.
 *
 * @param attributes The whole `[1]`, or no bytes.
 * @throws {FormatError} when the frame is not one.
 */
export function withUnsigned(der: Uint8Array, attributes: Piece, kind: Framed): Uint8Array {
  const { type, content, signers, signer, signatureEnd } = framePlaces(der, kind);
  const info = element(TAG.SEQUENCE, der.subarray(signer, signatureEnd), attributes);
  return contentInfo(type, element(TAG.SEQUENCE, der.subarray(content, signers), element(TAG.SET, info)));
}

export function signatureIn(der: Uint8Array, kind: Framed): Uint8Array {
  const { signature, signatureEnd } = framePlaces(der, kind);
  return der.subarray(signature, signatureEnd);
}

/** Where, in bytes from the beginning, a part begins. */
interface FramePlaces {
  /** DER of the type of the whole. */
  readonly type: Uint8Array;
  /** The content of the SignedData. */
  readonly content: number;
  readonly signers: number;
  /** The content of the one SignerInfo. */
  readonly signer: number;
  /** The octets of the signature value. */
  readonly signature: number;
  readonly signatureEnd: number;
}

function framePlaces(der: Uint8Array, kind: Framed): FramePlaces {
  const { type, signedData } = openSignedData(der, kind, 0);
  const content = signedData.offset;
  signedData.raw(TAG.INTEGER);
  signedData.raw(TAG.SET);
  signedData.raw(TAG.SEQUENCE);
  if (signedData.next(constructed(0))) signedData.raw(constructed(0));
  const signers = signedData.offset;
  const set = signedData.enter(TAG.SET);
  signedData.done();
  const info = set.sequence();
  if (set.more) throw set.fault(`${kind.name}_SIGNER_COUNT`);
  const signer = info.offset;
  info.raw(TAG.INTEGER);
  info.raw(TAG.SEQUENCE);
  info.raw(TAG.SEQUENCE);
  info.raw(constructed(0));
  info.raw(TAG.SEQUENCE);
  const signature = info.octetString();
  return { type, content, signers, signer, signature: info.offset - signature.length, signatureEnd: info.offset };
}
