/**
 * Registration number 工商注册号, GS 15-2006: 15 digits.
 *
 * Six of the first registry 首次登记机关 (GB/T 2260, or 100000 for the state's own), eight of serial, one check digit,
 * ISO 7064 hybrid mod 11,10.
 */
import { type CodeFault, DIGITS, readShaped, shape } from './code-text.ts';
import { mod11_10 } from './iso7064.ts';
import { invalid, type Verdict, valid } from './verdict.ts';

declare const registrationNumberBrand: unique symbol;
/** Fifteen digits whose check digit holds. */
export type RegistrationNumber = string & { readonly [registrationNumberBrand]: true };

export type RegistrationNumberReason = CodeFault | 'CHECK_CHARACTER';

/** Who owns what is registered: 内资, 外资, 个体工商户. */
export type OwnershipClass = 'DOMESTIC' | 'FOREIGN' | 'HOUSEHOLD';

/**
 * Which first serial digits belong to which owner. **Unverified**: told from memory, not checked against GS 15-2006,
 * and therefore a parameter of {@link ownershipClassOf}.
 */
export const OWNERSHIP_BY_FIRST_SERIAL_DIGIT: { readonly [owner in OwnershipClass]: string } = {
  DOMESTIC: '0123',
  FOREIGN: '45',
  HOUSEHOLD: '6789',
};

const SHAPE = shape([15, DIGITS]);

export function parseRegistrationNumber(typed: string): Verdict<RegistrationNumber, RegistrationNumberReason> {
  const text = readShaped(typed, SHAPE);
  if (typeof text !== 'string') return text;
  const expected = mod11_10(text.slice(0, 14));
  if (text[14] !== expected) return invalid('CHECK_CHARACTER', 14, expected);
  return valid(text as RegistrationNumber);
}

/** @throws {RangeError} unless the region has six digits and the serial eight. */
export function composeRegistrationNumber(region: string, serial: string): RegistrationNumber {
  if (!/^[0-9]{6}$/.test(region) || !/^[0-9]{8}$/.test(serial)) {
    throw new RangeError('a registration number is made of six digits of region and eight of serial');
  }
  return (region + serial + mod11_10(region + serial)) as RegistrationNumber;
}

/** Undefined if the table given has no place for the digit. */
export function ownershipClassOf(
  number: RegistrationNumber,
  table: { readonly [owner in OwnershipClass]: string } = OWNERSHIP_BY_FIRST_SERIAL_DIGIT,
): OwnershipClass | undefined {
  const owners: readonly OwnershipClass[] = ['DOMESTIC', 'FOREIGN', 'HOUSEHOLD'];
  return owners.find(owner => table[owner].includes(number[6]!));
}
