/**
 * Resident identity number 公民身份号码, GB 11643-1999: 17 digits and a check character, ISO 7064 mod 11-2.
 *
 * Six digits of region, eight of birth date, three of order, one check. The region is only looked at for its
 * province, since a person keeps the code of a county that has been dissolved. Numbers of other documents that look
 * alike, such as a foreigner's permanent residence card (it begins with 9), are another standard's.
 */
import { type CodeFault, DIGITS, looksRoundedBySpreadsheet, readCode, readShaped, shape } from './code-text.ts';
import { mod11_2 } from './iso7064.ts';
import { type Invalid, invalid, type Verdict, valid } from './verdict.ts';

declare const idNumberBrand: unique symbol;
/** Eighteen characters, check character sound, birth date on the calendar. Personal data: never log or print it. */
export type IdNumber = string & { readonly [idNumberBrand]: true };

export type IdNumberReason =
  | CodeFault
  /** Fifteen digits, as issued before 1999-10-01 and no longer valid since 2013-01-01. */
  | 'FIFTEEN_DIGITS'
  | 'PROVINCE'
  | 'BIRTH_DATE'
  /** Born after the day that the caller gave. */
  | 'BIRTH_DATE_IN_FUTURE'
  | 'CHECK_CHARACTER'
  | 'ROUNDED_BY_SPREADSHEET';

const SHAPE = shape([17, DIGITS], [1, '0123456789X']);

/** First two digits of GB/T 2260; 81–83 are carried by holders of residence permits from Hong Kong, Macao, Taiwan. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

/** Nobody alive or on file was born before; a lower year is a slip. */
const BIRTH_YEAR_MIN = 1800;
/** Without a clock the latest year can only be a slip's: no number of this standard will reach it. */
const BIRTH_YEAR_MAX = 2099;

export interface IdNumberOptions {
  /** `YYYY-MM-DD`, China time: the last day on which the person can have been born. */
  readonly bornNotAfter?: string;
}

export function parseIdNumber(typed: string, options: IdNumberOptions = {}): Verdict<IdNumber, IdNumberReason> {
  const text = readShaped(typed, SHAPE);
  if (typeof text !== 'string') return fifteenDigits(typed) ?? text;
  const fault = provinceFault(text) ?? birthDateFault(text, options);
  const expected = mod11_2(text.slice(0, 17));
  if (looksRoundedBySpreadsheet(text) && (fault || text[17] !== expected)) return invalid('ROUNDED_BY_SPREADSHEET', 15);
  if (fault) return fault;
  if (text[17] !== expected) return invalid('CHECK_CHARACTER', 17, expected);
  return valid(text as IdNumber);
}

/** The check character of the 17 digits before it. @throws {RangeError} unless there are 17 digits. */
export function idCheckCharacter(first17: string): string {
  if (!/^[0-9]{17}$/.test(first17)) throw new RangeError('the check character is computed over 17 digits');
  return mod11_2(first17);
}

/** `YYYY-MM-DD`. */
export function birthDateOf(id: IdNumber): string {
  return `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`;
}

/**
 * The region and nothing else: `110105************`.
 *
 * The widespread mask that shows the last four tells order, sex and check character, which together with a birthday
 * known from elsewhere is the whole number. To tell two founders apart there is the salted hash.
 */
export function maskIdNumber(id: IdNumber): string {
  return id.slice(0, 6) + '*'.repeat(12);
}

function fifteenDigits(typed: string): Invalid<IdNumberReason> | undefined {
  const text = readCode(typed);
  return typeof text === 'string' && /^[0-9]{15}$/.test(text) ? invalid('FIFTEEN_DIGITS', undefined, '18') : undefined;
}

function provinceFault(text: string): Invalid<IdNumberReason> | undefined {
  return PROVINCES.has(text.slice(0, 2)) ? undefined : invalid('PROVINCE', 0);
}

function birthDateFault(text: string, { bornNotAfter }: IdNumberOptions): Invalid<IdNumberReason> | undefined {
  const year = Number(text.slice(6, 10));
  const month = Number(text.slice(10, 12));
  const day = Number(text.slice(12, 14));
  if (year < BIRTH_YEAR_MIN || year > BIRTH_YEAR_MAX) return invalid('BIRTH_DATE', 6);
  if (month < 1 || month > 12) return invalid('BIRTH_DATE', 10);
  if (day < 1 || day > daysIn(year, month)) return invalid('BIRTH_DATE', 12);
  const born = birthDateOf(text as IdNumber);
  return bornNotAfter !== undefined && born > bornNotAfter ? invalid('BIRTH_DATE_IN_FUTURE', 6) : undefined;
}

/** Gregorian calendar; in use in China since 1912, and written back over earlier births. */
function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
