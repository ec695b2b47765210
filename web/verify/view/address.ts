/**
 * What the address of the page says behind its `#`, which no server ever sees: the language, and what a scanned code names.
 *
 *     /verify#record=<SHA-256 of the record, hexadecimal>&number=371002…&lang=en
 */
import { printable } from '../../../certs/findings.ts';
import type { Language } from '../words/words.ts';

export interface Address {
  readonly language: Language | undefined;
  readonly scanned: Scanned | undefined;
}

export interface Scanned {
  /** SHA-256 of the record, lower-case hexadecimal. */
  readonly record: string;
  readonly number: string | undefined;
}

const numberCharactersMax = 80;

export function readAddress(hash: string): Address {
  const members = new URLSearchParams(hash.replace(/^#/, ''));
  const language = members.get('lang');
  const record = members.get('record')?.toLowerCase() ?? '';
  const number = members.get('number');
  return {
    language: language === 'zh' || language === 'en' ? language : undefined,
    scanned: /^[0-9a-f]{64}$/.test(record)
      ? { record, number: number === null ? undefined : printable(number.slice(0, numberCharactersMax)) }
      : undefined,
  };
}

/** The same address in another language. */
export function withLanguage(hash: string, language: Language): string {
  const members = new URLSearchParams(hash.replace(/^#/, ''));
  members.set('lang', language);
  return `#${members.toString()}`;
}

/** @param languages As the browser prefers them. */
export const preferred = (languages: readonly string[]): Language =>
  languages
    .find(tag => /^(zh|en)\b/i.test(tag))
    ?.slice(0, 2)
    .toLowerCase() === 'en'
    ? 'en'
    : 'zh';
