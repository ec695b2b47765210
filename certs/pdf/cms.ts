/**
 * The seal of a PDF: that of a record (../cms.ts) without a signing time, and with the evidence that came later inside. Its
 * unsigned attributes are the time stamp over its signature and the log proof: each at most once, in the order of DER.
 */
import { readUntimedAttributes, type SignedAttributes, writeUntimedAttributes } from '../attributes.ts';
import { SEAL } from '../cms.ts';
import { constructed, DerReader, octetString, oid, sequence, setOf, TAG } from '../der.ts';
import { FormatError } from '../findings.ts';
import { OID } from '../oid.ts';
import {
  type Kind,
  type Part,
  readFrame,
  type SignedData,
  type SignerConstants,
  withUnsigned,
  writeFrame,
} from '../signed-data.ts';
import type { SuiteId } from '../suites.ts';

/** What is not signed, because it came after the signature. */
export interface Evidence {
  /** DER of an RFC 3161 token over the signature value. */
  readonly timeStamp?: Uint8Array | undefined;
  /** The bytes of a tlog-proof (../log/proof.ts), of the seal as {@link withEvidence} gives it without the proof. */
  readonly proof?: Uint8Array | undefined;
}

export interface PdfSeal extends SignedData<SignedAttributes> {
  readonly timeStamp: Part | undefined;
  readonly proof: Part | undefined;
}

const PDF_SEAL: Kind<SignedAttributes> = { ...SEAL, readAttributes: readUntimedAttributes };

/** @param signingCertificate From {@link writeSigningCertificate}: the same for every seal of a signer. */
export const writePdfAttributes = (
  suite: SuiteId,
  messageDigest: Uint8Array,
  signingCertificate: Uint8Array,
): Uint8Array => writeUntimedAttributes(PDF_SEAL.forms[suite].contentTypeAttribute, messageDigest, signingCertificate);

/** @param attributes From {@link writePdfAttributes}, as they were signed. */
export const writePdfSeal = (constants: SignerConstants, attributes: Uint8Array, signature: Uint8Array): Uint8Array =>
  writeFrame(PDF_SEAL, constants, { attributes, signature });

/** @throws {FormatError} for every byte that {@link writePdfSeal} and {@link withEvidence} would not have written. */
export function readPdfSeal(der: Uint8Array): PdfSeal {
  const { content: _, unsignedAttributes, ...read } = readFrame(der, PDF_SEAL, 0);
  const evidence = unsignedAttributes ? readEvidence(unsignedAttributes) : NONE;
  return { ...read, ...evidence };
}

// --- the evidence ----------------------------------------------------------------------------------------------------

const NONE = { timeStamp: undefined, proof: undefined };
const TIME_STAMP = oid(OID.signatureTimeStamp);
const LOG_PROOF = oid(OID.logProof);

/** The same seal with this evidence instead of what it has. @throws {FormatError} when it is no seal. */
export function withEvidence(seal: Uint8Array, { timeStamp, proof }: Evidence): Uint8Array {
  const attributes = [
    ...(timeStamp ? [attribute(TIME_STAMP, timeStamp)] : []),
    ...(proof ? [attribute(LOG_PROOF, octetString(proof))] : []),
  ];
  const set = attributes.length === 0 ? new Uint8Array() : setOf(constructed(1), attributes);
  return withUnsigned(seal, set, PDF_SEAL);
}

const attribute = (type: Uint8Array, value: Uint8Array): Uint8Array => sequence(type, setOf(TAG.SET, [value]));

function readEvidence({ der, offset: base }: Part): Pick<PdfSeal, 'timeStamp' | 'proof'> {
  const members = new DerReader(der, base).setOf(constructed(1), TAG.SEQUENCE);
  if (members.length === 0) throw new FormatError('PDF_UNSIGNED_ATTRIBUTE', base);
  const found: Record<'timeStamp' | 'proof', Part | undefined> = { ...NONE };
  for (const member of members) {
    const { name, value } = readMember(member);
    if (found[name]) throw new FormatError('PDF_UNSIGNED_ATTRIBUTE', member.offset);
    found[name] = value;
  }
  return found;
}

/** A type of ours, and exactly one value. */
function readMember({ der: member, offset }: Part): { readonly name: 'timeStamp' | 'proof'; readonly value: Part } {
  const one = new DerReader(member, offset).sequence();
  const name = one.passes(TIME_STAMP) ? 'timeStamp' : 'proof';
  if (name === 'proof' && !one.passes(LOG_PROOF)) throw new FormatError('PDF_UNSIGNED_ATTRIBUTE', offset);
  const values = one.enter(TAG.SET);
  one.done();
  if (!values.more) throw new FormatError('PDF_UNSIGNED_ATTRIBUTE', offset);
  const der = name === 'timeStamp' ? values.raw(TAG.SEQUENCE) : values.octetString();
  if (values.more) throw new FormatError('PDF_UNSIGNED_ATTRIBUTE', offset);
  return { name, value: { der, offset: values.offset - der.length } };
}
