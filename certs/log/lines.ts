import { utf8Length } from '../bytes.ts';
import { type FindingCode, FormatError } from '../findings.ts';

/** Reads the lines of a stranger's text one by one; each ends in a newline. */
export class Lines {
  readonly #text: string;
  readonly #code: FindingCode;
  readonly #base: number;
  #at = 0;
  #line = 0;
  /** How far bytes have been counted, and how many: begun anew for each line, a long text would take minutes. */
  #countedTo = 0;
  #counted = 0;

  /** @param code Of what is wrong with it. @param base Byte offset of the text in what the reader was handed. */
  constructor(text: string, code: FindingCode, base = 0) {
    this.#text = text;
    this.#code = code;
    this.#base = base;
  }

  get isOver(): boolean {
    return this.#at === this.#text.length;
  }

  /** @throws {FormatError} when no whole line is left. */
  next(): string {
    this.#line = this.#at;
    const end = this.#text.indexOf('\n', this.#at);
    if (end < 0) throw this.fault();
    this.#at = end + 1;
    return this.#text.slice(this.#line, end);
  }

  /** The number of a line such as `index 12`. @throws {FormatError} */
  nextNumber(name: string): number {
    const line = this.next();
    const value = line.startsWith(`${name} `) ? wholeNumber(line.slice(name.length + 1)) : undefined;
    if (value === undefined) throw this.fault();
    return value;
  }

  /** What follows the lines that were read. */
  get rest(): string {
    return this.#text.slice(this.#at);
  }

  /** Byte offset of the rest. */
  get restBase(): number {
    this.#counted += utf8Length(this.#text.slice(this.#countedTo, this.#at));
    this.#countedTo = this.#at;
    return this.#base + this.#counted;
  }

  /** A fault of the line that was read last. */
  fault(): FormatError {
    return new FormatError(this.#code, this.#base + utf8Length(this.#text.slice(0, this.#line)));
  }
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws {FormatError} with this code for what is not UTF-8 or longer than so many bytes. */
export function textOf(bytes: Uint8Array, bytesMax: number, code: FindingCode): string {
  if (bytes.length > bytesMax) throw new FormatError(code, bytesMax);
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new FormatError(code, 0);
  }
}

/** A whole number without leading zeros. @returns undefined for anything else, and beyond 2^53 − 1. */
export function wholeNumber(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
