/**
 * Organization code 组织机构代码, GB 11714-1997: eight characters of body, one check character.
 *
 * Written `D2143569-X` on paper; kept here without the hyphen. Check: the body's values (A = 10 … Z = 35) times
 * 3 7 9 10 5 8 4 2, and the check value, sum to a multiple of 11; ten is written X.
 */
import { type CodeFault, checkShape, DIGITS, LETTERS, readCode, shape } from './code-text.ts';
import { invalid, type Verdict, valid } from './verdict.ts';

declare const organizationCodeBrand: unique symbol;
/** Nine characters, no hyphen, whose check character holds. */
export type OrganizationCode = string & { readonly [organizationCodeBrand]: true };

export type OrganizationCodeReason = CodeFault | 'CHECK_CHARACTER';

const ALPHABET = DIGITS + LETTERS;
const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '0123456789X';
const SHAPE = shape([8, ALPHABET], [1, CHECK_CHARACTERS]);
const BODY_SHAPE = SHAPE.slice(0, 8);
const HYPHEN_AT = 8;

export function parseOrganizationCode(typed: string): Verdict<OrganizationCode, OrganizationCodeReason> {
  const text = readCode(typed);
  if (typeof text !== 'string') return text;
  const hyphens = text[HYPHEN_AT] === '-' ? 1 : 0;
  const code = hyphens ? text.slice(0, HYPHEN_AT) + text.slice(HYPHEN_AT + 1) : text;
  const malformed = checkShape(code, SHAPE);
  if (malformed) {
    // Positions are those of the text as typed, hyphen counted.
    const { reason, position, expected } = malformed;
    return invalid(reason, position !== undefined && position >= HYPHEN_AT ? position + hyphens : position, expected);
  }
  const expected = organizationCheckCharacter(code.slice(0, 8));
  if (code[8] !== expected) return invalid('CHECK_CHARACTER', 8 + hyphens, expected);
  return valid(code as OrganizationCode);
}

/** @throws {RangeError} unless the body is eight digits or capital letters. */
export function organizationCodeFromBody(body: string): OrganizationCode {
  return (body + organizationCheckCharacter(body)) as OrganizationCode;
}

/** @throws {RangeError} unless the body is eight digits or capital letters. */
export function organizationCheckCharacter(body: string): string {
  if (checkShape(body, BODY_SHAPE))
    throw new RangeError('an organization code body is eight digits or capital letters');
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * ALPHABET.indexOf(body[i]!), 0);
  return CHECK_CHARACTERS[(11 - (sum % 11)) % 11]!;
}

/** As printed on paper: `D2143569-X`. */
export function formatOrganizationCode(code: OrganizationCode): string {
  return `${code.slice(0, 8)}-${code.slice(8)}`;
}

/** Last of the bodies PDY00001 – PDY99999, which GB 11714 leaves to private use and never issues. */
export const SYNTHETIC_BODY_MAX = 99_999;

/** The n-th private-use body, 1 to {@link SYNTHETIC_BODY_MAX}. @throws {RangeError} outside of it. */
export function syntheticBody(n: number): string {
  if (!Number.isInteger(n) || n < 1 || n > SYNTHETIC_BODY_MAX) {
    throw new RangeError(`a synthetic body has a number from 1 to ${SYNTHETIC_BODY_MAX}`);
  }
  return `PDY${String(n).padStart(5, '0')}`;
}

/** Whether the code lies in the private-use range, so that it can belong to no real organization. */
export function isSynthetic(code: OrganizationCode): boolean {
  return /^PDY(?!00000)[0-9]{5}/.test(code);
}
