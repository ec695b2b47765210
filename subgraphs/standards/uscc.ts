/**
 * Unified social credit code 统一社会信用代码, GB 32100-2015: 18 characters.
 *
 * ```text
 *  9  1  371002  PDY00001X  J
 *  |  |  |       |          check character, over the 17 before it
 *  |  |  |       organization code, GB 11714, with a check character of its own
 *  |  |  registry's region, GB/T 2260 of the day of registration
 *  |  class of organization
 *  registering department
 * ```
 *
 * Alphabet: 0–9 and A–Z without I O S V Z, 31 signs. The i-th value times 3^(i−1), and the check value, sum to a
 * multiple of 31. Both check characters must hold.
 *
 * The region is only looked at for its form: an enterprise keeps the code of a region that has been dissolved, and
 * registries of development zones and the state's own (100000) are in no edition of GB/T 2260.
 */
import { type CodeFault, DIGITS, looksRoundedBySpreadsheet, readShaped, shape } from './code-text.ts';
import { type OrganizationCode, organizationCheckCharacter } from './organization-code.ts';
import { type Invalid, invalid, legacyTolerated, type Verdict, valid } from './verdict.ts';

declare const usccBrand: unique symbol;
/** Eighteen characters that {@link parseUscc} or {@link composeUscc} vouches for (LEGACY_TOLERATED ones included). */
export type Uscc = string & { readonly [usccBrand]: true };

export type UsccReason =
  | CodeFault
  | 'REGISTERING_DEPARTMENT'
  | 'ORGANIZATION_CLASS'
  /** The inner check character, position 16; then the outer one is not blamed, one slip in the body breaks both. */
  | 'ORGANIZATION_CODE_CHECK'
  /** The last character, position 17. */
  | 'CHECK_CHARACTER'
  | 'ROUNDED_BY_SPREADSHEET'
  /** Reason of a tolerated code: issued in the Fujian pilot, before the check character was settled. */
  | 'FUJIAN_PILOT';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const SHAPE = shape([2, ALPHABET], [6, DIGITS], [8, ALPHABET], [1, '0123456789X'], [1, ALPHABET]);

/**
 * Registering department 登记管理部门 and the organization classes 机构类别 under it.
 *
 * From secondary sources that agree with each other, not from the standard's own text. Class 9 "other" of
 * department 9 is in some of them only; it is accepted, as the two check characters guard against slips anyway.
 */
export const REGISTERING_DEPARTMENTS: {
  readonly [department: string]: { readonly name: string; readonly classes: string };
} = {
  1: { name: '机构编制', classes: '1239' },
  2: { name: '外交', classes: '19' },
  3: { name: '司法行政', classes: '123459' },
  4: { name: '文化', classes: '19' },
  5: { name: '民政', classes: '1239' },
  6: { name: '旅游', classes: '129' },
  7: { name: '宗教', classes: '129' },
  8: { name: '工会', classes: '19' },
  9: { name: '工商', classes: '1239' },
  A: { name: '中央军委改革和编制办公室', classes: '19' },
  N: { name: '农业', classes: '1239' },
  Y: { name: '其他', classes: '1' },
};

/** Codes of the Fujian pilot: registered by the trade department, in Fujian (35), body `M000…`. */
const FUJIAN_PILOT = /^9.35[0-9]{4}M000/;

export function parseUscc(typed: string): Verdict<Uscc, UsccReason> {
  const text = readShaped(typed, SHAPE);
  if (typeof text !== 'string') return withExpectedCheck(typed, text);
  const department = REGISTERING_DEPARTMENTS[text[0]!];
  if (!department) return invalid('REGISTERING_DEPARTMENT', 0);
  if (!department.classes.includes(text[1]!)) return invalid('ORGANIZATION_CLASS', 1);

  const innerCheck = organizationCheckCharacter(text.slice(8, 16));
  const check = checkCharacter(text.slice(0, 17));
  if (text[16] === innerCheck && text[17] === check) return valid(text as Uscc);
  if (looksRoundedBySpreadsheet(text)) return invalid('ROUNDED_BY_SPREADSHEET', 15);
  if (text[16] !== innerCheck) return invalid('ORGANIZATION_CODE_CHECK', 16, innerCheck);
  if (FUJIAN_PILOT.test(text)) return legacyTolerated(text as Uscc, 'FUJIAN_PILOT');
  return invalid('CHECK_CHARACTER', 17, check);
}

/** A last character outside the alphabet still has a right one to be told. */
function withExpectedCheck(typed: string, fault: Invalid<CodeFault>): Invalid<UsccReason> {
  if (fault.reason !== 'CHARACTER' || fault.position !== 17) return fault;
  const first17 = readShaped([...typed.replace(/^ +/, '')].slice(0, 17).join(''), SHAPE.slice(0, 17));
  return typeof first17 === 'string' ? invalid(fault.reason, 17, checkCharacter(first17)) : fault;
}

/** The 18th character. @throws {RangeError} unless given the first 17, in capitals. */
export function checkCharacter(first17: string): string {
  if (first17.length !== 17) throw new RangeError('the check character is computed over 17 characters');
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw new RangeError('a character outside the alphabet of GB 32100');
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31]!;
}

export interface UsccParts {
  /** One of {@link REGISTERING_DEPARTMENTS}; `9` is the registry of enterprises. */
  readonly registeringDepartment: string;
  /** One of the department's classes; `1` under `9` is an enterprise, `2` a household business. */
  readonly class: string;
  /** Six digits, GB/T 2260. */
  readonly region: string;
  readonly organizationCode: OrganizationCode;
}

/** @throws {RangeError} if the parts make no lawful code, for instance a body with an I in it. */
export function composeUscc(parts: UsccParts): Uscc {
  const first17 = parts.registeringDepartment + parts.class + parts.region + parts.organizationCode;
  const verdict = parseUscc(first17 + checkCharacter(first17));
  if (verdict.class !== 'VALID') throw new RangeError('these parts make no unified social credit code');
  return verdict.value;
}

/** Characters 9 to 17. */
export function organizationCodeOf(uscc: Uscc): OrganizationCode {
  return uscc.slice(8, 17) as string as OrganizationCode;
}

/** The registry's region at registration; it need not be in any edition of GB/T 2260 that is shipped. */
export function registryRegionOf(uscc: Uscc): string {
  return uscc.slice(2, 8);
}
