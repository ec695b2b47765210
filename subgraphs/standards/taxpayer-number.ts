/**
 * Taxpayer identification number 纳税人识别号.
 *
 * Before 2015-10-01 six digits of region and the nine characters of the organization code; since then the unified
 * social credit code. The old form has no check character of its own: only its inner organization code is guarded,
 * so a wrong digit of the region passes here and must be compared with the case.
 */
import { type CodeFault, checkShape, DIGITS, LETTERS, readCode, shape } from './code-text.ts';
import { type OrganizationCode, organizationCheckCharacter } from './organization-code.ts';
import { parseUscc, type Uscc, type UsccReason } from './uscc.ts';
import { invalid, type Verdict, valid } from './verdict.ts';

declare const taxpayerNumberBrand: unique symbol;
/** Fifteen characters with a sound organization code inside, or a unified social credit code. */
export type TaxpayerNumber = (string & { readonly [taxpayerNumberBrand]: true }) | Uscc;

export type TaxpayerNumberReason = CodeFault | UsccReason;

const OLD_SHAPE = shape([6, DIGITS], [8, DIGITS + LETTERS], [1, '0123456789X']);
const USCC_LENGTH = 18;

export function parseTaxpayerNumber(typed: string): Verdict<TaxpayerNumber, TaxpayerNumberReason> {
  const text = readCode(typed);
  if (typeof text !== 'string') return text;
  const length = [...text].length;
  if (length === USCC_LENGTH) return parseUscc(text);
  if (length !== OLD_SHAPE.length) return invalid('LENGTH', undefined, `${OLD_SHAPE.length} or ${USCC_LENGTH}`);
  const malformed = checkShape(text, OLD_SHAPE);
  if (malformed) return malformed;
  const expected = organizationCheckCharacter(text.slice(6, 14));
  if (text[14] !== expected) return invalid('ORGANIZATION_CODE_CHECK', 14, expected);
  return valid(text as TaxpayerNumber);
}

/** The form before 三证合一. @throws {RangeError} unless the region has six digits. */
export function composeTaxpayerNumber15(region: string, organizationCode: OrganizationCode): TaxpayerNumber {
  if (!/^[0-9]{6}$/.test(region)) throw new RangeError('a taxpayer number begins with six digits of region');
  return (region + organizationCode) as TaxpayerNumber;
}

/** The organization code inside, in either form. */
export function organizationCodeOfTaxpayer(number: TaxpayerNumber): OrganizationCode {
  return (number.length === USCC_LENGTH ? number.slice(8, 17) : number.slice(6)) as string as OrganizationCode;
}
