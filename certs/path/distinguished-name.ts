/**
 * X.501 names of anybody, and when two of them are the same (RFC 5280 section 7.1): attribute by attribute, text without
 * regard to case, to the kind of string and to the amount of white space; everything else by its bytes.
 */
import { compareBytes, DerReader, TAG } from '../der.ts';
import { toHex } from '../hex.ts';
import { asciiText } from './element.ts';

export interface DistinguishedName {
  readonly der: Uint8Array;
  /** One per RDN; RDNs that match are equal strings. */
  readonly rdns: readonly string[];
  /** Names that match have equal keys. */
  readonly key: string;
  /** What emailAddress attributes (PKCS #9) hold: name constraints of mailboxes apply to them. */
  readonly emailAddresses: readonly string[];
}

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';
const IA5_STRING = 0x16;

/** @param reader At the SEQUENCE of a `Name`. */
export function readDistinguishedName(reader: DerReader): DistinguishedName {
  const der = reader.fork().raw(TAG.SEQUENCE);
  const sequence = reader.sequence();
  const rdns: string[] = [];
  const emailAddresses: string[] = [];
  while (sequence.more) rdns.push(readRdn(sequence, TAG.SET, emailAddresses));
  return { der, rdns, key: rdns.join('\n'), emailAddresses };
}

/** @param tag 0x31, or the `[n]` that replaces it. */
export function readRdn(reader: DerReader, tag: number, emailAddresses: string[] = []): string {
  const { offset } = reader;
  const members = reader.setOf(tag, TAG.SEQUENCE);
  if (members.length === 0) throw reader.fault('CERTIFICATE_NAME', offset);
  const attributes = members.map(({ der, offset }) => readAttribute(new DerReader(der, offset), emailAddresses));
  return attributes.sort().join('\t');
}

function readAttribute(reader: DerReader, emailAddresses: string[]): string {
  const pair = reader.sequence();
  const type = pair.oid();
  const { tag } = pair;
  const value = pair.content(tag);
  pair.done();
  const text = textOf(tag, value);
  if (type === EMAIL_ADDRESS && text !== undefined) emailAddresses.push(text);
  const prepared = text === undefined ? undefined : prepare(text);
  return prepared === undefined ? `${type}#${tag}:${toHex(value)}` : `${type}=${prepared}`;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined for the kinds of strings that may be compared as bytes, and for text that is not of its kind. */
function textOf(tag: number, value: Uint8Array): string | undefined {
  if (tag === TAG.PRINTABLE_STRING || tag === IA5_STRING) return asciiText(value);
  if (tag !== TAG.UTF8_STRING) return undefined;
  try {
    return UTF8.decode(value);
  } catch {
    return undefined;
  }
}

/** Mapped to nothing, to a space, and forbidden: RFC 4518 sections 2.2 and 2.4. */
const NOTHING = /\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]|\ufffc|\p{Cf}|(?![\t\n\v\f\r\u0085])\p{Cc}/gu;
const SPACES = /[\t\n\v\f\r\u0085\p{Z}]+/gu;
const FORBIDDEN = /[\p{Cn}\p{Co}\p{Cs}\ufffd]/u;

/**
 * Text prepared for comparison as RFC 4518 section 2 says, with case folded: map, normalize, forbid, strip insignificant
 * space. Undefined where that section makes a comparison undefined.
 */
export function prepare(text: string): string | undefined {
  const mapped = fold(text.replace(NOTHING, '').replace(SPACES, ' ')).normalize('NFKC');
  return FORBIDDEN.test(mapped) ? undefined : fold(mapped).normalize('NFKC').replace(SPACES, ' ').trim();
}

/** Full case folding, character by character: whole words would give the two small sigmas apart. */
function fold(text: string): string {
  let folded = '';
  // The dotless i is no other form of i.
  for (const character of text) folded += character === 'ı' ? character : character.toUpperCase().toLowerCase();
  return folded;
}

/** Does a name lie in the subtree of a base, itself included (RFC 5280 section 4.2.1.10)? */
export function isBelow(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.rdns.length <= name.rdns.length && base.rdns.every((rdn, i) => rdn === name.rdns[i]);
}

export const isSameName = (a: DistinguishedName, b: DistinguishedName): boolean =>
  compareBytes(a.der, b.der) === 0 || a.key === b.key;
