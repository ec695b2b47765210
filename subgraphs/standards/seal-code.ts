/**
 * Seal code 印章编码, GA 241 series: region and serial, without a check character.
 *
 * **Unverified**: thirteen digits, six of region and seven of serial, are told from memory and practice varies between
 * cities; hence the format is a parameter everywhere. As there is no check character, every slip that keeps the form
 * passes: compare the code with the filing.
 */
import { type CodeFault, DIGITS, LETTERS, readShaped, shape } from './code-text.ts';
import { type Verdict, valid } from './verdict.ts';

declare const sealCodeBrand: unique symbol;
/** A code of the form that it was parsed with. */
export type SealCode = string & { readonly [sealCodeBrand]: true };

export type SealCodeReason = CodeFault;

export interface SealCodeFormat {
  readonly regionDigits: number;
  readonly serialCharacters: number;
  /** Whether the serial may hold capital letters. */
  readonly lettersInSerial: boolean;
}

export const SEAL_CODE_FORMAT: SealCodeFormat = { regionDigits: 6, serialCharacters: 7, lettersInSerial: false };

export function parseSealCode(typed: string, format = SEAL_CODE_FORMAT): Verdict<SealCode, SealCodeReason> {
  const serialAlphabet = format.lettersInSerial ? DIGITS + LETTERS : DIGITS;
  const text = readShaped(typed, shape([format.regionDigits, DIGITS], [format.serialCharacters, serialAlphabet]));
  return typeof text === 'string' ? valid(text as SealCode) : text;
}

/** @throws {RangeError} if the serial does not fit or the region has another length. */
export function composeSealCode(region: string, serial: number, format = SEAL_CODE_FORMAT): SealCode {
  if (!Number.isSafeInteger(serial) || serial < 0) throw new RangeError('a seal serial is a whole number from 0');
  const verdict = parseSealCode(region + String(serial).padStart(format.serialCharacters, '0'), format);
  if (verdict.class !== 'VALID') throw new RangeError('region and serial make no seal code of this format');
  return verdict.value;
}
