/**
 * Region codes 行政区划代码, GB/T 2260: six digits, two of province, two of city, two of county.
 *
 * The standard is revised, and an enterprise keeps the code of its day for life; hence editions. Which of them a case
 * may use is for its regime to say; without a word about it every shipped edition is lawful.
 */
import { type CodeFault, DIGITS, readShaped, shape } from './code-text.ts';
import { CHANGES_2013, CHANGES_2025, REGIONS_2007 } from './region-table.ts';
import { invalid, type Verdict, valid } from './verdict.ts';

declare const regionCodeBrand: unique symbol;
/** A code that at least one of the shipped editions holds. */
export type RegionCode = string & { readonly [regionCodeBrand]: true };

export type RegionReason = CodeFault | 'UNKNOWN_REGION';

/** Month of the codes in force; oldest first. */
export type RegionEdition = '2007-12' | '2013-08' | '2025-12';

export const REGION_EDITIONS: readonly RegionEdition[] = ['2007-12', '2013-08', '2025-12'];

export const NEWEST_REGION_EDITION: RegionEdition = '2025-12';

export type RegionLevel = 'PROVINCE' | 'CITY' | 'COUNTY';

export interface RegionName {
  /** 环翠区. */
  readonly name: string;
  /** 山东省威海市环翠区; collective levels such as 省直辖县级行政区划 are left out. */
  readonly full: string;
  readonly edition: RegionEdition;
}

type Regions = ReadonlyMap<string, string>;

const SHAPE = shape([6, DIGITS]);
/** Beijing, Tianjin, Shanghai, Chongqing: one registry for the whole municipality. */
const MUNICIPALITIES = new Set(['11', '12', '31', '50']);
/** City digits of counties that answer to the province directly: 429004 仙桃市, 659001 石河子市. */
const DIRECTLY_ADMINISTERED = '90';

const EDITIONS: { readonly [edition in RegionEdition]: Regions } = readEditions();

export function parseRegionCode(
  typed: string,
  editions: readonly RegionEdition[] = REGION_EDITIONS,
): Verdict<RegionCode, RegionReason> {
  const text = readShaped(typed, SHAPE);
  if (typeof text !== 'string') return text;
  if (!editions.some(edition => EDITIONS[edition].has(text))) return invalid('UNKNOWN_REGION');
  return valid(text as RegionCode);
}

/** As the newest of the editions given has it; undefined if none of them holds the code. */
export function regionName(code: RegionCode): RegionName;
export function regionName(code: RegionCode, editions: readonly RegionEdition[]): RegionName | undefined;
export function regionName(
  code: RegionCode,
  editions: readonly RegionEdition[] = REGION_EDITIONS,
): RegionName | undefined {
  const edition = REGION_EDITIONS.findLast(each => editions.includes(each) && EDITIONS[each].has(code));
  if (!edition) return undefined;
  const regions = EDITIONS[edition];
  const name = regions.get(code)!;
  const above = [provinceOf(code), `${code.slice(0, 4)}00`]
    .filter(each => each !== code && regions.has(each) && !isCollective(regions.get(each)!))
    .map(each => regions.get(each)!);
  return { name, full: [...above, name].join(''), edition };
}

/** Every code of an edition, ascending. */
export function regionsOf(edition: RegionEdition): readonly RegionCode[] {
  return [...EDITIONS[edition].keys()] as string[] as RegionCode[];
}

export function levelOf(code: RegionCode): RegionLevel {
  if (code.endsWith('0000')) return 'PROVINCE';
  return code.endsWith('00') ? 'CITY' : 'COUNTY';
}

/** 370000 of 371002. It is in every edition. */
export function provinceOf(code: RegionCode): RegionCode {
  return `${code.slice(0, 2)}0000` as string as RegionCode;
}

/**
 * The region whose registry keeps the names that may clash, 市级登记机关: the city of a county, the whole municipality
 * of its districts, a directly administered county itself, a province itself.
 */
export function cityOf(code: RegionCode): RegionCode {
  if (MUNICIPALITIES.has(code.slice(0, 2))) return provinceOf(code);
  if (levelOf(code) === 'PROVINCE' || code.slice(2, 4) === DIRECTLY_ADMINISTERED) return code;
  return `${code.slice(0, 4)}00` as string as RegionCode;
}

function isCollective(name: string): boolean {
  return name === '市辖区' || name === '县' || name.includes('直辖县级');
}

function readEditions(): { readonly [edition in RegionEdition]: Regions } {
  const first = readTable(REGIONS_2007);
  const second = change(first, CHANGES_2013);
  const third = change(withoutCollective(second), CHANGES_2025);
  return { '2007-12': first, '2013-08': second, '2025-12': third };
}

function readTable(table: string): Regions {
  const regions = new Map<string, string>();
  for (const line of table.trim().split('\n')) {
    const [province, ...cities] = line.split(' ');
    const provinceDigits = province!.slice(0, 2);
    regions.set(`${provinceDigits}0000`, province!.slice(2));
    for (const city of cities) {
      const [, cityDigits, name, collective, counties] = /^(\d\d)([^:/]+)([:/])(.*)$/.exec(city)!;
      const prefix = provinceDigits + cityDigits;
      regions.set(`${prefix}00`, name!);
      if (collective === ':') regions.set(`${prefix}01`, '市辖区');
      for (const [, digits, county] of counties!.matchAll(/(\d\d)(\D+)/g)) regions.set(prefix + digits, county!);
    }
  }
  return regions;
}

function change(regions: Regions, changes: string): Regions {
  const changed = new Map(regions);
  for (const [, code, name] of changes.matchAll(/(\d{6})(\D*?)\s/g)) {
    if (name) changed.set(code!, name);
    else changed.delete(code!);
  }
  return new Map([...changed].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutCollective(regions: Regions): Regions {
  return new Map([...regions].filter(([, name]) => !isCollective(name)));
}
