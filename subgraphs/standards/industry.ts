/**
 * Industry codes 国民经济行业代码, GB/T 4754: a section letter A–T, or the four digits of a class.
 *
 * The same four digits may mean another trade in another edition (7271 is 旅行社服务 in 2011 and 安全服务 in 2017):
 * where the meaning counts, give the edition.
 */
import { type CodeFault, checkShape, DIGITS, readCode, shape } from './code-text.ts';
import { CLASSES_2011, CLASSES_2017, SECTIONS } from './industry-table.ts';
import { invalid, type Verdict, valid } from './verdict.ts';

declare const industryCodeBrand: unique symbol;
/** A section letter or a class that at least one of the shipped editions holds. */
export type IndustryCode = string & { readonly [industryCodeBrand]: true };

export type IndustryReason = CodeFault | 'UNKNOWN_INDUSTRY';

/** Year of GB/T 4754; 2017 is meant with its amendment of 2019. Oldest first. */
export type IndustryEdition = '2011' | '2017';

export const INDUSTRY_EDITIONS: readonly IndustryEdition[] = ['2011', '2017'];

export const NEWEST_INDUSTRY_EDITION: IndustryEdition = '2017';

interface Industry {
  readonly section: string;
  readonly name: string;
}

type Industries = ReadonlyMap<string, Industry>;

const SHAPE = shape([4, DIGITS]);
const SECTION_SHAPE = shape([1, 'ABCDEFGHIJKLMNOPQRST']);

const EDITIONS: { readonly [edition in IndustryEdition]: Industries } = {
  '2011': readTable(CLASSES_2011),
  '2017': readTable(CLASSES_2017),
};

export function parseIndustryCode(
  typed: string,
  editions: readonly IndustryEdition[] = INDUSTRY_EDITIONS,
): Verdict<IndustryCode, IndustryReason> {
  const text = readCode(typed);
  if (typeof text !== 'string') return text;
  const malformed = checkShape(text, [...text].length === 1 && !DIGITS.includes(text) ? SECTION_SHAPE : SHAPE);
  if (malformed) return malformed;
  if (!editions.some(edition => EDITIONS[edition].has(text))) return invalid('UNKNOWN_INDUSTRY');
  return valid(text as IndustryCode);
}

/** As the newest of the editions given has it; undefined if none of them holds the code. */
export function industryName(code: IndustryCode): string;
export function industryName(code: IndustryCode, editions: readonly IndustryEdition[]): string | undefined;
export function industryName(
  code: IndustryCode,
  editions: readonly IndustryEdition[] = INDUSTRY_EDITIONS,
): string | undefined {
  return newest(code, editions)?.name;
}

/** The section letter that the class stands under, likewise. */
export function industrySection(code: IndustryCode): string;
export function industrySection(code: IndustryCode, editions: readonly IndustryEdition[]): string | undefined;
export function industrySection(
  code: IndustryCode,
  editions: readonly IndustryEdition[] = INDUSTRY_EDITIONS,
): string | undefined {
  return newest(code, editions)?.section;
}

/** Every code of an edition: sections, then classes, ascending. */
export function industriesOf(edition: IndustryEdition): readonly IndustryCode[] {
  return [...EDITIONS[edition].keys()] as string[] as IndustryCode[];
}

function newest(code: IndustryCode, editions: readonly IndustryEdition[]): Industry | undefined {
  const edition = INDUSTRY_EDITIONS.findLast(each => editions.includes(each) && EDITIONS[each].has(code));
  return edition && EDITIONS[edition].get(code);
}

function readTable(table: string): Industries {
  const industries = new Map<string, Industry>();
  for (const section of SECTIONS.trim().split(/\s/)) {
    industries.set(section[0]!, { section: section[0]!, name: section.slice(1) });
  }
  for (const line of table.trim().split('\n')) {
    const [division, ...classes] = line.split(' ');
    const [section, digits] = [division![0]!, division!.slice(1, 3)];
    for (const each of classes) industries.set(digits + each.slice(0, 2), { section, name: each.slice(2) });
  }
  return industries;
}
