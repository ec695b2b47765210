/** A dictionary of a PDF that must have these keys and no others, and what is asked of their values. */
import type { FindingCode } from '../findings.ts';
import { objectFault, type PdfFault } from './fault.ts';
import type { Keys } from './form.ts';
import type { PdfFrame } from './read.ts';
import { type PdfArray, type PdfDictionary, type PdfText, type PdfValue, textOf } from './values.ts';

export class Dictionary {
  readonly #frame: PdfFrame;
  /** The object that it is or stands in: faults are placed there. */
  readonly number: number;
  readonly #members: PdfDictionary['members'];

  /** @throws {PdfFault} */
  constructor(frame: PdfFrame, number: number, value: PdfValue | undefined, keys: Keys) {
    this.#frame = frame;
    this.number = number;
    if (value?.is !== 'dictionary') throw this.fault('PDF_SYNTAX');
    this.#members = value.members;
    for (const key of keys.must) if (!value.members.has(key)) throw this.fault('PDF_KEY_MISSING', { key });
    for (const key of value.members.keys())
      if (!keys.must.includes(key) && !keys.may.includes(key)) throw this.fault('PDF_KEY_UNKNOWN', { key });
  }

  fault(code: FindingCode, facts: Readonly<Record<string, string>> = {}): PdfFault {
    return objectFault(code, this.number, facts);
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }

  /** Names that must be these. */
  mustSay(says: Readonly<Record<string, string>>): void {
    for (const [key, name] of Object.entries(says)) if (this.name(key) !== name) throw this.#wrong(key);
  }

  name(key: string): string {
    return this.#of(key, 'name').name;
  }

  whole(key: string): number {
    const { value } = this.#of(key, 'number');
    if (!Number.isInteger(value)) throw this.#wrong(key);
    return value;
  }

  string(key: string): PdfText {
    return this.#of(key, 'text');
  }

  text(key: string): string {
    const text = textOf(this.string(key));
    if (text === undefined) throw this.#wrong(key);
    return text;
  }

  array(key: string): PdfArray['items'] {
    return this.#of(key, 'array').items;
  }

  /** The number of the object that it refers to. */
  reference(key: string): number {
    return this.#of(key, 'reference').to;
  }

  references(key: string): readonly number[] {
    return this.array(key).map(item => {
      if (item.is !== 'reference') throw this.#wrong(key);
      return item.to;
    });
  }

  mustReferTo(key: string, number: number): void {
    if (this.reference(key) !== number) throw this.#wrong(key);
  }

  /** A dictionary that stands in this one. */
  inner(key: string, keys: Keys): Dictionary {
    return new Dictionary(this.#frame, this.number, this.#members.get(key), keys);
  }

  /** The same in an array. */
  item(key: string, at: number, keys: Keys): Dictionary {
    return new Dictionary(this.#frame, this.number, this.array(key)[at], keys);
  }

  mustHave(key: string, holds: boolean): void {
    if (!holds) throw this.#wrong(key);
  }

  #of<Is extends PdfValue['is']>(key: string, is: Is): Extract<PdfValue, { is: Is }> {
    const value = this.#members.get(key);
    if (!value) throw this.fault('PDF_KEY_MISSING', { key });
    if (value.is !== is) throw this.#wrong(key);
    return value as Extract<PdfValue, { is: Is }>;
  }

  #wrong(key: string): PdfFault {
    return this.fault('PDF_VALUE', { key });
  }
}

/** The object of this number, which is a dictionary or a stream. */
export function objectAt(frame: PdfFrame, number: number, keys: Keys): Dictionary {
  return new Dictionary(frame, number, frame.objects.get(number)?.value, keys);
}
