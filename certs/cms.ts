/**
 * The seal: a detached CMS SignedData (signed-data.ts) with the attributes of CAdES (attributes.ts), the signer's
 * certificate and its authority's. With the time stamp over its signature it is a CAdES-B-T; that is the one unsigned
 * attribute that it may have, and without it it is the CAdES-B again, byte for byte.
 */
import { writeAttributes as attributesOf, readAttributes, writeContentType } from './attributes.ts';
import { constructed, DerReader, element, oid, type Piece, sequence, TAG, unsigned } from './der.ts';
import { OID } from './oid.ts';
import {
  type Form,
  type Kind,
  type Part,
  readFrame,
  type SignedData as Signed,
  type SignerConstants,
  signatureIn,
  withUnsigned,
  writeFrame,
} from './signed-data.ts';
import { bySuite, type Suite, type SuiteId } from './suites.ts';

export interface SignedData extends Signed {
  /** A time stamp over the signature, undecoded. */
  readonly timeStamp: Part | undefined;
}

/** The content's type is that of the suite, as the whole's is. */
const formOf = ({ types, digestAlgorithm, certificateHashAlgorithm }: Suite): Form => ({
  name: 'SEAL',
  signedData: types.signedData,
  digestAlgorithm,
  content: { detached: sequence(types.data) },
  contentFault: 'SEAL_NOT_DETACHED',
  contentTypeAttribute: writeContentType(types.data),
  certificateHashAlgorithm,
});

/** What a PDF's seal has in common with it is in pdf/cms.ts. */
export const SEAL: Kind = {
  name: 'SEAL',
  version: unsigned(1),
  forms: bySuite(formOf),
  contentFault: 'SEAL_NOT_DETACHED',
  bare: false,
  readAttributes,
};

/** @param signingCertificate From {@link writeSigningCertificate}: the same for every seal of a signer. */
export const writeAttributes = (
  suite: SuiteId,
  messageDigest: Uint8Array,
  signingTime: Date,
  signingCertificate: Uint8Array,
): Uint8Array => attributesOf(SEAL.forms[suite].contentTypeAttribute, signingTime, messageDigest, signingCertificate);

/** @param attributes From {@link writeAttributes}, as they were signed. */
export const writeSignedData = (
  constants: SignerConstants,
  attributes: Uint8Array,
  signature: Uint8Array,
): Uint8Array => writeFrame(SEAL, constants, { attributes, signature });

/** @throws {FormatError} for every byte that {@link writeSignedData} and {@link withTimeStamp} would not have written. */
export function readSignedData(der: Uint8Array): SignedData {
  const read = readFrame(der, SEAL, 0);
  const { certificates, issuerDer, serial, attributes, suite, signedBytes, signature, signatureOffset } = read;
  const timeStamp = read.unsignedAttributes && readTimeStampAttribute(read.unsignedAttributes);
  return { certificates, issuerDer, serial, attributes, suite, signedBytes, signature, signatureOffset, timeStamp };
}

// --- the time stamp --------------------------------------------------------------------------------------------------

/** id-aa-timeStampToken: RFC 3161 appendix A. */
const TIME_STAMP = oid(OID.signatureTimeStamp);

/** @param token DER of a time stamp over {@link signatureOf} the seal. One that the seal has already is replaced. */
export function withTimeStamp(seal: Uint8Array, token: Uint8Array): Uint8Array {
  return withUnsigned(seal, timeStampAttribute(token), SEAL);
}

const timeStampAttribute = (token: Uint8Array): Piece =>
  element(constructed(1), element(TAG.SEQUENCE, TIME_STAMP, element(TAG.SET, token)));

/** The seal as its signer made it. */
export const withoutTimeStamp = (seal: Uint8Array): Uint8Array => withUnsigned(seal, new Uint8Array(), SEAL);

/** The octets of the signature value: what a time stamp is over. */
export const signatureOf = (seal: Uint8Array): Uint8Array => signatureIn(seal, SEAL);

function readTimeStampAttribute({ der, offset: base }: Part): Part {
  const set = new DerReader(der, base).enter(constructed(1));
  const begin = set.offset;
  if (!set.more) throw set.fault('SEAL_UNSIGNED_ATTRIBUTE', begin);
  const one = set.sequence();
  if (set.more || !one.passes(TIME_STAMP)) throw set.fault('SEAL_UNSIGNED_ATTRIBUTE', begin);
  const values = one.enter(TAG.SET);
  one.done();
  const { offset } = values;
  if (!values.more) throw set.fault('SEAL_UNSIGNED_ATTRIBUTE', begin);
  const token = values.raw(TAG.SEQUENCE);
  if (values.more) throw set.fault('SEAL_UNSIGNED_ATTRIBUTE', begin);
  return { der: token, offset };
}
