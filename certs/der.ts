/**
 * DER (ITU-T X.690 section 10 and 11), written and read: only what certificates and seals need, and only in the one form
 * that DER allows. The bytes come from strangers: every read is bounded by the input, by {@link derDepthMax} and by a
 * three-byte length, and whatever is not the shortest form of itself is a {@link FormatError} with its byte offset.
 *
 *     const reader = new DerReader(bytes);
 *     const pair = reader.sequence();
 *     const r = pair.unsigned(), s = pair.unsigned();
 *     pair.done(); reader.done();
 */
import { compareBytes, latin1 } from './bytes.ts';
import { type FindingCode, FormatError } from './findings.ts';

export { compareBytes };

export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  ENUMERATED: 0x0a,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** Context-specific tags: `[n]` around or instead of a constructed element, and `[n] IMPLICIT` of a primitive one. */
export const constructed = (n: number): number => 0xa0 | n;
export const primitive = (n: number): number => 0x80 | n;

/** A seal nests 12 deep, a time stamp as much; neither is read through the other. */
export const derDepthMax = 32;

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// --- writing ---------------------------------------------------------------------------------------------------------

/** What is to be written: bytes as they are, or an element around its pieces. */
export type Piece = Uint8Array | Element;

/** An element that is written nowhere yet: what holds it is written without a copy for each level. */
export interface Element {
  readonly tag: number;
  readonly pieces: readonly Piece[];
  /** Bytes of the content. */
  readonly content: number;
  /** Bytes of the whole. */
  readonly length: number;
}

export const element = (tag: number, ...pieces: readonly Piece[]): Element => elementOf(tag, pieces);

/** For pieces that are as many as a stranger likes. */
export function elementOf(tag: number, pieces: readonly Piece[]): Element {
  let content = 0;
  for (const piece of pieces) content += piece.length;
  if (content > 0xffffff) throw new RangeError(`an element of ${content} bytes is beyond the bound`);
  return { tag, pieces, content, length: headerLength(content) + content };
}

const headerLength = (content: number): number =>
  content < 0x80 ? 2 : content < 0x100 ? 3 : content < 0x10000 ? 4 : 5;

export function write(whole: Element): Uint8Array {
  const out = room(whole.length);
  put(whole, out, 0);
  return out;
}

/** @returns Where it ends. */
function put(piece: Piece, out: Uint8Array, start: number): number {
  if (piece instanceof Uint8Array) {
    out.set(piece, start);
    return start + piece.length;
  }
  const { tag, pieces, content } = piece;
  let at = start + headerLength(content);
  out[start] = tag;
  if (content < 0x80) out[start + 1] = content;
  else {
    out[start + 1] = 0x80 | (at - start - 2);
    for (let i = at - 1, rest = content; i > start + 1; i--, rest >>>= 8) out[i] = rest & 0xff;
  }
  for (const one of pieces) at = put(one, out, at);
  return at;
}

/**
 * Small elements are cut from a common block: of their own each would cost more than writing it, and the collector's
 * time besides. A block lives as long as any element in it.
 */
const blockBytes = 32 * 1024;
const cutBytesMax = blockBytes / 8;
let block = new ArrayBuffer(0);
let cut = 0;

function room(length: number): Uint8Array {
  if (length > cutBytesMax) return new Uint8Array(length);
  if (cut + length > block.byteLength) {
    block = new ArrayBuffer(blockBytes);
    cut = 0;
  }
  const bytes = new Uint8Array(block, cut, length);
  cut += length;
  return bytes;
}

/** A copy with another tag, as an IMPLICIT one: what is handed over is never written into. */
export function retagged(der: Uint8Array, tag: number): Uint8Array {
  const copy = room(der.length);
  copy.set(der);
  copy[0] = tag;
  return copy;
}

export const encode = (tag: number, ...contents: readonly Piece[]): Uint8Array => write(element(tag, ...contents));

export const sequence = (...contents: readonly Piece[]): Uint8Array => encode(TAG.SEQUENCE, ...contents);
export const octetString = (bytes: Uint8Array): Uint8Array => encode(TAG.OCTET_STRING, bytes);
export const bitString = (bytes: Uint8Array): Uint8Array => encode(TAG.BIT_STRING, ZERO, bytes);
export const utf8String = (text: string): Uint8Array => encode(TAG.UTF8_STRING, ENCODER.encode(text));
export const printableString = (text: string): Uint8Array => encode(TAG.PRINTABLE_STRING, ENCODER.encode(text));
/** @param text ASCII. */
export const ia5String = (text: string): Uint8Array => encode(TAG.IA5_STRING, latin1(text));
export const boolean = (value: boolean): Uint8Array => encode(TAG.BOOLEAN, Uint8Array.of(value ? 0xff : 0));

/** @param tag 0x31, or the `[n]` that replaces it when the set is IMPLICIT. */
export function setOf(tag: number, members: readonly Uint8Array[]): Uint8Array {
  return write(elementOf(tag, members.toSorted(compareBytes)));
}

/** @param value Unsigned: a number below 2^31, or big-endian bytes of any length. */
export function unsigned(value: number | Uint8Array): Uint8Array {
  const bytes = typeof value === 'number' ? bigEndian(value) : value;
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const minimal = bytes.subarray(from);
  if (minimal.length === 0) throw new RangeError('an integer needs at least one byte');
  return minimal[0]! & 0x80 ? encode(TAG.INTEGER, ZERO, minimal) : encode(TAG.INTEGER, minimal);
}

const ZERO = Uint8Array.of(0);

const bigEndian = (value: number): Uint8Array =>
  Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** Named bits, X.690 section 11.2.2: bit 0 is the leftmost; trailing zero bits are cut. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const last = Math.max(...bits);
  const bytes = new Uint8Array(1 + (last >> 3) + 1);
  bytes[0] = 7 - (last & 7);
  for (const bit of bits) bytes[1 + (bit >> 3)]! |= 0x80 >> (bit & 7);
  return encode(TAG.BIT_STRING, bytes);
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const digits = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) digits.unshift(0x80 | (high % 128));
    bytes.push(...digits);
  }
  return encode(TAG.OID, Uint8Array.from(bytes));
}

/** X.509's and CMS's `Time`: UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). Whole seconds. */
export function time(at: Date): Uint8Array {
  const digits = digitsOf(at);
  return isUtcTimeYear(at.getUTCFullYear())
    ? encode(TAG.UTC_TIME, digits.subarray(2), Z)
    : encode(TAG.GENERALIZED_TIME, digits, Z);
}

/** GeneralizedTime of any year, with the milliseconds as X.690 section 11.7 has them: none that end in 0. */
export function generalizedTime(at: Date): Uint8Array {
  const ms = at.getUTCMilliseconds();
  const fraction = ms === 0 ? '' : `.${String(ms).padStart(3, '0').replace(/0+$/, '')}`;
  return encode(TAG.GENERALIZED_TIME, digitsOf(at), latin1(fraction), Z);
}

const ZULU = 0x5a;
const Z = Uint8Array.of(ZULU);

const isUtcTimeYear = (year: number): boolean => year >= 1950 && year < 2050;

/** YYYYMMDDhhmmss. */
function digitsOf(at: Date): Uint8Array {
  const year = at.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new RangeError('a year of four digits is needed');
  const pairs = [
    Math.floor(year / 100),
    year % 100,
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  ];
  const digits = new Uint8Array(2 * pairs.length);
  for (const [i, pair] of pairs.entries()) {
    digits[2 * i] = 0x30 + Math.floor(pair / 10);
    digits[2 * i + 1] = 0x30 + (pair % 10);
  }
  return digits;
}

// --- reading ---------------------------------------------------------------------------------------------------------

/** Where an element begins, where its content begins and where it ends. */
interface Header {
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  readonly #end: number;
  readonly #depth: number;
  #at: number;

  /** @param base Offset of `bytes` in the file it was cut from, so that faults name a byte of the file. */
  constructor(bytes: Uint8Array, base = 0, start = 0, end: number = bytes.length, depth = 0) {
    this.#bytes = bytes;
    this.#base = base;
    this.#at = start;
    this.#end = end;
    this.#depth = depth;
    if (depth > derDepthMax) throw this.fault('DER_TOO_DEEP');
  }

  /** Offset, in the file, of the next element. */
  get offset(): number {
    return this.#base + this.#at;
  }

  get more(): boolean {
    return this.#at < this.#end;
  }

  /** A second reader at the same place, to look ahead with. */
  fork(): DerReader {
    return new DerReader(this.#bytes, this.#base, this.#at, this.#end, this.#depth);
  }

  fault(code: FindingCode, offset: number = this.offset): FormatError {
    return new FormatError(code, offset);
  }

  /** Is the next element one of this tag? For OPTIONAL elements. */
  next(tag: number): boolean {
    return this.more && this.#bytes[this.#at] === tag;
  }

  /** The tag of the next element. One that goes on in further bytes (X.690 section 8.1.2.4) is nothing that we read. */
  get tag(): number {
    const tag = this.#byte(this.#at);
    if ((tag & 0x1f) === 0x1f) throw this.fault('DER_TAG_UNEXPECTED');
    return tag;
  }

  /** Passes over these bytes when they are what comes next: for prebuilt constants, which need not be decoded. */
  passes(constant: Uint8Array): boolean {
    const { length } = constant;
    if (this.#at + length > this.#end) return false;
    const [bytes, at] = [this.#bytes, this.#at];
    for (let i = 0; i < length; i++) if (bytes[at + i] !== constant[i]) return false;
    this.#at = at + length;
    return true;
  }

  done(): void {
    if (this.more) throw this.fault('DER_TRAILING_BYTES');
  }

  /** The content of a constructed element, as a reader of its own. */
  enter(tag: number): DerReader {
    const { content, end } = this.#take(tag);
    return new DerReader(this.#bytes, this.#base, content, end, this.#depth + 1);
  }

  sequence(): DerReader {
    return this.enter(TAG.SEQUENCE);
  }

  /** A whole element, header included, undecoded. */
  raw(tag: number): Uint8Array {
    const { start, end } = this.#take(tag);
    return this.#bytes.subarray(start, end);
  }

  content(tag: number): Uint8Array {
    const { content, end } = this.#take(tag);
    return this.#bytes.subarray(content, end);
  }

  /** Readers of the members of a SET OF, whose order is checked; a member that stands twice is refused. */
  setOf(tag: number, memberTag: number): readonly { readonly der: Uint8Array; readonly offset: number }[] {
    const set = this.enter(tag);
    const members: { der: Uint8Array; offset: number }[] = [];
    while (set.more) {
      const { offset } = set;
      const der = set.raw(memberTag);
      const before = members.at(-1);
      if (before && compareBytes(before.der, der) >= 0) throw this.fault('DER_SET_ORDER', offset);
      members.push({ der, offset });
    }
    return members;
  }

  boolean(): boolean {
    const { offset } = this;
    const bytes = this.content(TAG.BOOLEAN);
    if (bytes.length !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff)) throw this.fault('DER_BOOLEAN', offset);
    return bytes[0] === 0xff;
  }

  /** A non-negative INTEGER as big-endian bytes without leading zeros (zero itself is one zero byte). */
  unsigned(): Uint8Array {
    const { offset } = this;
    const bytes = this.content(TAG.INTEGER);
    const [first, second] = bytes;
    if (first === undefined || first & 0x80) throw this.fault('DER_INTEGER', offset);
    if (first !== 0 || second === undefined) return bytes;
    if ((second & 0x80) === 0) throw this.fault('DER_INTEGER', offset);
    return bytes.subarray(1);
  }

  smallUnsigned(): number {
    const { offset } = this;
    const bytes = this.unsigned();
    if (bytes.length > 1) throw this.fault('DER_INTEGER', offset);
    return bytes[0]!;
  }

  oid(): string {
    const { offset } = this;
    const bytes = this.content(TAG.OID);
    let dotted = '';
    let arc = 0;
    let inside = false;
    for (const byte of bytes) {
      if (!inside && byte === 0x80) throw this.fault('DER_OID', offset);
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER) throw this.fault('DER_OID', offset);
      inside = byte >= 0x80;
      if (inside) continue;
      dotted += dotted === '' ? firstArcs(arc) : `.${arc}`;
      arc = 0;
    }
    if (dotted === '' || inside) throw this.fault('DER_OID', offset);
    return dotted;
  }

  octetString(): Uint8Array {
    return this.content(TAG.OCTET_STRING);
  }

  /** A BIT STRING of whole bytes. */
  bitString(): Uint8Array {
    const { offset } = this;
    const bytes = this.content(TAG.BIT_STRING);
    if (bytes[0] !== 0) throw this.fault('DER_BIT_STRING', offset);
    return bytes.subarray(1);
  }

  /** The numbers of the bits that are set, in the form of {@link namedBits}. */
  namedBits(): readonly number[] {
    const { offset } = this;
    const [unused, ...bytes] = this.content(TAG.BIT_STRING);
    const last = bytes.at(-1);
    if (
      unused === undefined ||
      last === undefined ||
      unused > 7 ||
      ((last >> unused) & 1) === 0 ||
      last & ((1 << unused) - 1)
    )
      throw this.fault('DER_BIT_STRING', offset);
    return bytes.flatMap((byte, i) =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter(bit => byte & (0x80 >> bit)).map(bit => i * 8 + bit),
    );
  }

  utf8String(): string {
    return this.#text(TAG.UTF8_STRING, bytes => DECODER.decode(bytes));
  }

  printableString(): string {
    return this.#text(TAG.PRINTABLE_STRING, bytes => {
      const text = ascii(bytes);
      if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new TypeError('not of the PrintableString alphabet');
      return text;
    });
  }

  /** ASCII, control characters included: what may be shown of them is for whoever shows them. */
  ia5String(): string {
    return this.#text(TAG.IA5_STRING, bytes => {
      if (bytes.some(byte => byte > 0x7f)) throw new TypeError('not ASCII');
      return ascii(bytes);
    });
  }

  /** The counterpart of {@link time}: the two forms, in the years that each is for, and days that exist. */
  time(): Date {
    const { offset } = this;
    const short = this.next(TAG.UTC_TIME);
    const bytes = this.content(short ? TAG.UTC_TIME : TAG.GENERALIZED_TIME);
    const at = short ? clockAt(bytes, centuryOf(two(bytes, 0)), 2) : clockAt(bytes, yearOf(bytes), 4);
    if (!at || bytes.length !== (short ? 13 : 15) || bytes.at(-1) !== ZULU) throw this.fault('DER_TIME', offset);
    if (!short && isUtcTimeYear(at.getUTCFullYear())) throw this.fault('DER_TIME', offset);
    return at;
  }

  /** The counterpart of {@link generalizedTime}. */
  generalizedTime(): Date {
    const { offset } = this;
    const bytes = this.content(TAG.GENERALIZED_TIME);
    const end = bytes.length - 1;
    const at = clockAt(bytes, yearOf(bytes), 4);
    const ms = end === 14 ? 0 : millisecondsOf(bytes, 14, end);
    if (!at || ms === undefined || bytes[end] !== ZULU) throw this.fault('DER_TIME', offset);
    return new Date(at.getTime() + ms);
  }

  /** The same in whole seconds, as everything but a time stamp has it (RFC 5280 sections 4.1.2.5.2 and 5.3.2). */
  wholeSecond(): Date {
    const { offset } = this;
    const at = this.generalizedTime();
    if (at.getUTCMilliseconds() !== 0) throw this.fault('DER_TIME', offset);
    return at;
  }

  #text(tag: number, decode: (bytes: Uint8Array) => string): string {
    const { offset } = this;
    const bytes = this.content(tag);
    try {
      return decode(bytes);
    } catch {
      throw this.fault('DER_STRING', offset);
    }
  }

  #take(tag: number): Header {
    if (this.more && this.#bytes[this.#at] !== tag) throw this.fault('DER_TAG_UNEXPECTED');
    const header = this.#header();
    this.#at = header.end;
    return header;
  }

  #header(): Header {
    const start = this.#at;
    if (start >= this.#end) throw this.fault('DER_TRUNCATED');
    const first = this.#byte(start + 1);
    if (first < 0x80) return this.#bounded(start, start + 2, first);
    if (first === 0x80) throw this.fault('DER_LENGTH_INDEFINITE', this.#base + start + 1);
    const count = first & 0x7f;
    if (count > 3) throw this.fault('DER_LENGTH_TOO_LONG', this.#base + start + 1);
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte(start + 2 + i);
    if (length < 0x80 || length < 1 << (8 * (count - 1)))
      throw this.fault('DER_LENGTH_NOT_MINIMAL', this.#base + start + 1);
    return this.#bounded(start, start + 2 + count, length);
  }

  #byte(at: number): number {
    if (at >= this.#end) throw this.fault('DER_TRUNCATED', this.#base + this.#end);
    return this.#bytes[at]!;
  }

  #bounded(start: number, content: number, length: number): Header {
    if (content + length > this.#end) throw this.fault('DER_TRUNCATED', this.#base + this.#end);
    return { start, content, end: content + length };
  }
}

/** The first number of an OBJECT IDENTIFIER stands for two arcs, X.690 section 8.19.4. */
function firstArcs(number: number): string {
  const root = Math.min(2, Math.floor(number / 40));
  return `${root}.${number - root * 40}`;
}

const POINT = 0x2e;

const digit = (byte: number | undefined): number =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : Number.NaN;
/** Not a number unless both are digits. */
const two = (bytes: Uint8Array, at: number): number => digit(bytes[at]) * 10 + digit(bytes[at + 1]);
const yearOf = (bytes: Uint8Array): number => two(bytes, 0) * 100 + two(bytes, 2);
const centuryOf = (year: number): number => year + (year < 50 ? 2000 : 1900);

/** MMDDhhmmss from `at` on, of that year; undefined when there is no such day or time. */
function clockAt(bytes: Uint8Array, year: number, at: number): Date | undefined {
  const [month, day, hour, minute, second] = [
    two(bytes, at),
    two(bytes, at + 2),
    two(bytes, at + 4),
    two(bytes, at + 6),
    two(bytes, at + 8),
  ];
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date takes February 30, 24:00 and the year 99 for others.
  const isIt =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isIt ? date : undefined;
}

/** One to three digits after a point, the last of which is not 0. */
function millisecondsOf(bytes: Uint8Array, point: number, end: number): number | undefined {
  const places = end - point - 1;
  if (bytes[point] !== POINT || places < 1 || places > 3) return undefined;
  let ms = 0;
  for (let i = 0; i < 3; i++) ms = ms * 10 + (i < places ? digit(bytes[point + 1 + i]) : 0);
  return Number.isNaN(ms) || bytes[end - 1] === 0x30 ? undefined : ms;
}

/** Other bytes than ASCII become characters that no caller's pattern takes. */
const ascii = (bytes: Uint8Array): string => bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');
