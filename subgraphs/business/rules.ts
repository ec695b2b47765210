import { ENTERPRISE_TYPES, type EnterpriseType } from '../catalogue.ts';
import type { FiledApplication } from '../generated/contract.ts';
import type { Fault } from '../record.ts';
import { parseAmount } from '../standards/amount.ts';
import {
  cityOf,
  levelOf,
  parseRegionCode,
  type RegionCode,
  type RegionLevel,
  regionName,
} from '../standards/region.ts';

/*
 * The registry's decisions. Sources: Company Law 公司法 (2023), Partnership Enterprise Law 合伙企业法, Sole
 * Proprietorship Law 个人独资企业法, Regulation on enterprise names 企业名称登记管理规定 (2020), Market Entity
 * Registration Regulation 市场主体登记管理条例 (2021). What a city decides differently is in the tables.
 */

interface TypeRule {
  /** Forms (组织形式) with which the name may end. */
  readonly forms: readonly string[];
  readonly foundersMin: number;
  readonly foundersMax: number;
  /** Whether enterprises may be founders, or natural persons alone. */
  readonly enterprisesMayFound: boolean;
  /** At which level it is registered (memory: the division between registries varies; a city edits this line). */
  readonly registeredAt: readonly ('CITY' | 'COUNTY')[];
  /** The second character of the unified social credit code, GB 32100: 1 enterprise, 2 individual business. */
  readonly usccClass: '1' | '2';
}

export const TYPE_RULES: Readonly<Record<EnterpriseType, TypeRule>> = {
  // 公司法 art. 42: 1 to 50 shareholders.
  LIMITED_COMPANY: {
    forms: ['有限公司', '有限责任公司'],
    foundersMin: 1,
    foundersMax: 50,
    enterprisesMayFound: true,
    registeredAt: ['CITY', 'COUNTY'],
    usccClass: '1',
  },
  // 公司法 art. 92: 1 to 200 promoters.
  JOINT_STOCK_COMPANY: {
    forms: ['股份有限公司', '股份公司'],
    foundersMin: 1,
    foundersMax: 200,
    enterprisesMayFound: true,
    registeredAt: ['CITY'],
    usccClass: '1',
  },
  // 个人独资企业法 art. 8: one natural person.
  SOLE_PROPRIETORSHIP: {
    forms: ['厂', '店', '中心', '工作室', '商行'],
    foundersMin: 1,
    foundersMax: 1,
    enterprisesMayFound: false,
    registeredAt: ['COUNTY'],
    usccClass: '1',
  },
  // 合伙企业法 art. 14: two or more; art. 61: a limited partnership has at most 50.
  PARTNERSHIP: {
    forms: ['普通合伙', '有限合伙', '特殊普通合伙'],
    foundersMin: 2,
    foundersMax: 50,
    enterprisesMayFound: true,
    registeredAt: ['CITY', 'COUNTY'],
    usccClass: '1',
  },
  INDIVIDUAL_BUSINESS: {
    forms: ['厂', '店', '中心', '工作室', '商行', '经营部'],
    foundersMin: 1,
    foundersMax: 1,
    enterprisesMayFound: false,
    registeredAt: ['COUNTY'],
    usccClass: '2',
  },
};

/** Industries (GB/T 4754-2017) whose law demands a capital, in fen. */
const CAPITAL_MINIMUMS: readonly { readonly industry: RegExp; readonly fen: bigint; readonly article: string }[] = [
  { industry: /^7263$/, fen: 200_000_000n, article: '劳动合同法 art. 57' },
  { industry: /^68[1-4]/, fen: 20_000_000_000n, article: '保险法 art. 69' },
  { industry: /^662/, fen: 5_000_000_000n, article: '商业银行法 art. 13' },
];

/** 企业名称登记管理规定 art. 12: words that only the State Council's leave lets into a name. */
const RESERVED_WORDS = ['中国', '中华', '中央', '全国', '国家'];
/** 企业名称登记管理规定 art. 11: words that mislead the public about who stands behind a name. */
const MISLEADING_WORDS = ['党委', '政府', '法院', '检察院', '军队', '警察'];

/** The window has checked the code; a request that did not come through it is refused as a defect. */
function regionOf({ regionCode }: Pick<FiledApplication, 'regionCode'>): RegionCode {
  const region = parseRegionCode(regionCode);
  if (region.class === 'INVALID') throw new Error(`${regionCode} is no region code of GB/T 2260`);
  return region.value;
}

/** As names begin: 威海市环翠区, without the province, so that districts of the same name in two cities differ. */
function regionInName(region: RegionCode): string {
  const city = cityOf(region);
  const own = regionName(region).name;
  return city === region ? own : `${regionName(city).name}${own}`;
}

/** As much of an application as its lock is made of. */
export interface Named {
  readonly regionCode: string;
  readonly name: { readonly tradingName: string; readonly trade: string };
}

/** The name in full: region, 字号, 行业, 组织形式; partnerships put the form into parentheses. */
export function fullName(application: FiledApplication): string {
  const { name, enterpriseType } = application;
  const form = enterpriseType === 'PARTNERSHIP' ? `（${name.form}）` : name.form;
  return `${regionInName(regionOf(application))}${name.tradingName}${name.trade}${form}`;
}

/**
 * What two live names may not share: trading name and trade within one city-level registry (企业名称登记管理规定
 * art. 17). Full and half width, and upper and lower case, are the same name to a reader.
 */
export function clashKey(named: Named): string {
  const { tradingName, trade } = named.name;
  const fold = (text: string): string => text.normalize('NFKC').toUpperCase().replace(/\s/gu, '');
  return `${cityOf(regionOf(named))}|${fold(tradingName)}|${fold(trade)}`;
}

/** A word that no trading name may hold. */
export const forbiddenWordIn = (tradingName: string): string | undefined =>
  [...RESERVED_WORDS, ...MISLEADING_WORDS].find(word => tradingName.includes(word));

export function nameFaults(application: FiledApplication): readonly Fault[] {
  const { name } = application;
  const faults: Fault[] = [];
  const reserved = RESERVED_WORDS.find(word => name.tradingName.includes(word));
  const misleading = MISLEADING_WORDS.find(word => name.tradingName.includes(word));
  if (reserved) {
    faults.push({
      path: 'name.tradingName',
      code: 'NAME_WORD_RESERVED',
      message: `字号不得含有“${reserved}” / "${reserved}" needs the leave of the State Council`,
    });
  }
  if (misleading) {
    faults.push({
      path: 'name.tradingName',
      code: 'NAME_WORD_MISLEADING',
      message: `字号不得含有“${misleading}” / "${misleading}" misleads about who stands behind the name`,
    });
  }
  const rule = ruleOf(application);
  if (rule && !rule.forms.includes(name.form)) {
    faults.push({
      path: 'name.form',
      code: 'NAME_FORM_OF_ANOTHER_TYPE',
      message: `组织形式应为 ${rule.forms.join('、')} / the form does not fit ${application.enterpriseType}`,
    });
  }
  return faults;
}

export function licenseFaults(application: FiledApplication): readonly Fault[] {
  const rule = ruleOf(application);
  if (!rule) {
    return [{ path: 'enterpriseType', code: 'TYPE_NOT_REGISTERED_HERE', message: '本登记机关不登记此类型' }];
  }
  return [...founderFaults(application, rule), ...capitalFaults(application), ...jurisdictionFaults(application, rule)];
}

const ruleOf = ({ enterpriseType }: FiledApplication): TypeRule | undefined =>
  Object.hasOwn(TYPE_RULES, enterpriseType) ? TYPE_RULES[enterpriseType as EnterpriseType] : undefined;

function founderFaults({ founders, enterpriseType }: FiledApplication, rule: TypeRule): readonly Fault[] {
  const faults: Fault[] = [];
  if (founders.length < rule.foundersMin || founders.length > rule.foundersMax) {
    faults.push({
      path: 'founders',
      code: 'FOUNDER_COUNT',
      message: `${ENTERPRISE_TYPES[enterpriseType as EnterpriseType]}须有 ${rule.foundersMin}–${rule.foundersMax} 名出资人 / found ${founders.length}`,
    });
  }
  for (const [at, { uscc }] of founders.entries()) {
    if (uscc && !rule.enterprisesMayFound) {
      faults.push({
        path: `founders.${at}.uscc`,
        code: 'FOUNDER_NOT_NATURAL',
        message: '投资人应为自然人 / only natural persons may found an enterprise of this type',
      });
    }
  }
  return faults;
}

function capitalFaults({ registeredCapital, industryCode }: FiledApplication): readonly Fault[] {
  const capital = parseAmount(registeredCapital);
  const fen = capital.class === 'INVALID' ? 0n : capital.value;
  return CAPITAL_MINIMUMS.filter(({ industry, fen: least }) => industry.test(industryCode) && fen < least).map(
    ({ fen: least, article }) => ({
      path: 'registeredCapital',
      code: 'CAPITAL_BELOW_MINIMUM',
      message: `该行业注册资本不得少于 ${least / 100n} 元 / ${article}`,
    }),
  );
}

/** A municipality directly under the central government (直辖市) has the rank of a province and a city's registry. */
function registryLevel(region: RegionCode): RegionLevel {
  return regionName(region).name.endsWith('市') && levelOf(region) === 'PROVINCE' ? 'CITY' : levelOf(region);
}

function jurisdictionFaults(application: FiledApplication, rule: TypeRule): readonly Fault[] {
  const level = registryLevel(regionOf(application));
  if (rule.registeredAt.some(registry => registry === level)) return [];
  return [
    {
      path: 'regionCode',
      code: 'REGISTRY_NOT_COMPETENT',
      message: `此类型不由该级登记机关登记 / ${application.enterpriseType} is registered at ${rule.registeredAt.join(' or ').toLowerCase()} level`,
    },
  ];
}

/** 公司法 art. 178: who is disqualified can't be entered as legal representative; no paper mends that. */
export const DISQUALIFIED = {
  outcome: 'REFUSE',
  ground: '拟任法定代表人依法不得担任该职务 (the person is disqualified as legal representative)',
  article: '公司法 art. 178',
} as const;
