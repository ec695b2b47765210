/** Values of a PDF (form.ts), as they stand in the file: read from left to right, in their one form, and nothing repaired. */
import { type FindingCode, finding } from '../findings.ts';
import { PdfFault } from './fault.ts';
import { FORBIDDEN, valueDepthMax } from './form.ts';

export interface PdfName {
  readonly is: 'name';
  readonly name: string;
}
export interface PdfText {
  readonly is: 'text';
  readonly bytes: Uint8Array;
  readonly isHexadecimal: boolean;
  /** Where its first digit is that is an upper-case letter; -1 when none is. */
  readonly upperAt: number;
  /** From `(` or `<`, to after `)` or `>`: places in the file. */
  readonly from: number;
  readonly to: number;
}
export interface PdfReference {
  readonly is: 'reference';
  readonly to: number;
}
export interface PdfArray {
  readonly is: 'array';
  readonly items: readonly PdfValue[];
}
export interface PdfDictionary {
  readonly is: 'dictionary';
  readonly members: ReadonlyMap<string, PdfValue>;
}
export interface PdfNumber {
  readonly is: 'number';
  readonly value: number;
}
export interface PdfBoolean {
  readonly is: 'boolean';
  readonly value: boolean;
}
export type PdfValue = PdfName | PdfText | PdfReference | PdfArray | PdfDictionary | PdfNumber | PdfBoolean;

const SPACE = 0x20;
const LF = 0x0a;
const UPPER_A = 0x41;
const UPPER_F = 0x46;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const setOfBytes = (characters: string): ReadonlySet<number> => new Set([...characters].map(one => one.charCodeAt(0)));
const NAME_BYTES = setOfBytes('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_.,:*');
/** What may stand after a name, number, word or reference. */
const ENDS = setOfBytes(' \n/<>[](');
const nameBytesMax = 127;
const digitsMax = 10;

/** A place in the file that moves on as it is read. */
export class Scanner {
  readonly bytes: Uint8Array;
  at: number;
  /** To which objects the values that were read refer. */
  readonly references: number[] = [];

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  fault(code: FindingCode, at: number = this.at, facts: Readonly<Record<string, string>> = {}): PdfFault {
    return new PdfFault(finding(code, `pdf byte ${at}`, facts));
  }

  /** Passes over this text when it is what comes next. @param text ASCII. */
  passes(text: string): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
    this.at = at + text.length;
    return true;
  }

  demand(text: string, code: FindingCode): void {
    if (!this.passes(text)) throw this.fault(code);
  }

  /** A number of this many digits, or of any up to ten in its shortest form. */
  whole(code: FindingCode, digits?: number): number {
    const begin = this.at;
    while (isDigit(this.bytes[this.at])) this.at++;
    const length = this.at - begin;
    const isShortest = length <= digitsMax && (length === 1 || this.bytes[begin] !== 0x30);
    if (length === 0 || (digits === undefined ? !isShortest : length !== digits)) throw this.fault(code, begin);
    return Number(this.#ascii(begin, this.at));
  }

  value(depth = 0): PdfValue {
    if (depth > valueDepthMax) throw this.fault('PDF_TOO_DEEP');
    const byte = this.bytes[this.at];
    if (this.passes('<<')) return this.#dictionary(depth);
    if (this.passes('[')) return this.#array(depth);
    if (this.passes('/')) return { is: 'name', name: this.#name() };
    if (byte === 0x3c) return this.#hexadecimal();
    if (byte === 0x28) return this.#literal();
    if (byte === 0x2d || isDigit(byte)) return this.#numberOrReference();
    for (const value of [true, false]) {
      if (!this.passes(String(value))) continue;
      this.#ended();
      return { is: 'boolean', value };
    }
    throw this.fault('PDF_SYNTAX');
  }

  #space(): void {
    for (let byte = this.bytes[this.at]; byte === SPACE || byte === LF; byte = this.bytes[this.at]) this.at++;
  }

  #ended(): void {
    const byte = this.bytes[this.at];
    if (byte !== 0x5d && (byte === undefined || !ENDS.has(byte))) throw this.fault('PDF_SYNTAX');
  }

  #dictionary(depth: number): PdfDictionary {
    const members = new Map<string, PdfValue>();
    for (this.#space(); !this.passes('>>'); this.#space()) {
      const { at } = this;
      this.demand('/', 'PDF_SYNTAX');
      const key = this.#name();
      if (members.has(key)) throw this.fault('PDF_KEY_REPEATED', at, { key });
      this.#space();
      members.set(key, this.value(depth + 1));
    }
    return { is: 'dictionary', members };
  }

  #array(depth: number): PdfArray {
    const items: PdfValue[] = [];
    for (this.#space(); !this.passes(']'); this.#space()) items.push(this.value(depth + 1));
    return { is: 'array', items };
  }

  /** Behind the `/`. One character has one way to be written, or a forbidden name could be written in another. */
  #name(): string {
    const begin = this.at;
    let name = '';
    for (;;) {
      const byte = this.bytes[this.at];
      if (this.passes('#2F')) name += '/';
      else if (byte !== undefined && NAME_BYTES.has(byte)) {
        name += String.fromCharCode(byte);
        this.at++;
      } else break;
      if (name.length > nameBytesMax) throw this.fault('PDF_SYNTAX', begin);
    }
    if (name === '') throw this.fault('PDF_SYNTAX', begin);
    this.#ended();
    if (FORBIDDEN.has(name)) throw this.fault('PDF_FORBIDDEN', begin, { name });
    return name;
  }

  #hexadecimal(): PdfText {
    const from = this.at++;
    const text = this.bytes;
    let end = this.at;
    let upperAt = -1;
    for (let byte = text[end]; byte !== undefined && NIBBLES[byte]! >= 0; byte = text[++end])
      if (byte >= UPPER_A && byte <= UPPER_F && upperAt < 0) upperAt = end;
    const bytes = new Uint8Array((end - this.at) >> 1);
    for (let i = 0, at = this.at; i < bytes.length; i++, at += 2)
      bytes[i] = NIBBLES[text[at]!]! * 16 + NIBBLES[text[at + 1]!]!;
    const isEven = (end - this.at) % 2 === 0;
    this.at = end;
    if (!isEven || !this.passes('>')) throw this.fault('PDF_SYNTAX');
    return { is: 'text', bytes, isHexadecimal: true, upperAt, from, to: this.at };
  }

  #literal(): PdfText {
    const from = this.at++;
    const bytes: number[] = [];
    while (!this.passes(')')) {
      if (this.passes('\\')) {
        const escaped = this.bytes[this.at];
        if (escaped !== 0x5c && escaped !== 0x28 && escaped !== 0x29) throw this.fault('PDF_SYNTAX');
      } else if (this.bytes[this.at] === 0x28) throw this.fault('PDF_SYNTAX');
      const byte = this.bytes[this.at];
      if (byte === undefined || byte < SPACE || byte > 0x7e) throw this.fault('PDF_SYNTAX');
      bytes.push(byte);
      this.at++;
    }
    return { is: 'text', bytes: Uint8Array.from(bytes), isHexadecimal: false, upperAt: -1, from, to: this.at };
  }

  #numberOrReference(): PdfNumber | PdfReference {
    const begin = this.at;
    const sign = this.passes('-') ? -1 : 1;
    const whole = this.whole('PDF_SYNTAX');
    if (sign === 1 && this.passes(' 0 R')) {
      this.#ended();
      this.references.push(whole);
      return { is: 'reference', to: whole };
    }
    let value = whole;
    if (this.passes('.')) {
      const point = this.at;
      while (isDigit(this.bytes[this.at])) this.at++;
      const digits = this.at - point;
      if (digits === 0 || digits > digitsMax) throw this.fault('PDF_SYNTAX', begin);
      value += Number(`0.${this.#ascii(point, this.at)}`);
    }
    this.#ended();
    return { is: 'number', value: sign * value };
  }

  #ascii(from: number, to: number): string {
    return String.fromCharCode(...this.bytes.subarray(from, to));
  }
}

/** By byte: what a hexadecimal digit stands for, of either case; -1 for every other. */
const NIBBLES = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries())
  for (const one of [digit, digit.toUpperCase()]) NIBBLES[one.charCodeAt(0)] = value;

const UTF16 = new TextDecoder('utf-16be', { fatal: true });

/** @returns undefined for bytes that are neither ASCII nor UTF-16 with its mark in front. */
export function textOf({ bytes }: PdfText): string | undefined {
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff)
    return bytes.every(byte => byte >= SPACE && byte < 0x7f) ? String.fromCharCode(...bytes) : undefined;
  try {
    return UTF16.decode(bytes.subarray(2));
  } catch {
    return undefined;
  }
}
