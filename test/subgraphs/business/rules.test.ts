import { describe, expect, it } from '@jest/globals';
import { clashKey, fullName, licenseFaults, nameFaults, TYPE_RULES } from '../../../subgraphs/business/rules.ts';
import type { EnterpriseType } from '../../../subgraphs/catalogue.ts';
import type { FiledApplication } from '../../../subgraphs/generated/contract.ts';
import { applied } from '../office.ts';

const NAME = { tradingName: '星桥', trade: '软件', form: '有限公司' };
const named = (regionCode: string, name: Partial<typeof NAME> = {}, enterpriseType = 'LIMITED_COMPANY') =>
  applied({ regionCode, name: { ...NAME, ...name }, enterpriseType });

describe('the full name of an enterprise', () => {
  it.each([
    ['371002', 'LIMITED_COMPANY', '有限公司', '威海市环翠区星桥软件有限公司', 'a district stands behind its city'],
    ['371000', 'LIMITED_COMPANY', '有限公司', '威海市星桥软件有限公司', 'a city stands alone'],
    [
      '110102',
      'LIMITED_COMPANY',
      '有限公司',
      '北京市西城区星桥软件有限公司',
      'a municipality is the city of its districts',
    ],
    ['110000', 'JOINT_STOCK_COMPANY', '股份有限公司', '北京市星桥软件股份有限公司', 'a municipality stands alone'],
    [
      '429004',
      'LIMITED_COMPANY',
      '有限公司',
      '仙桃市星桥软件有限公司',
      'a county under the province itself stands alone',
    ],
    [
      '371002',
      'PARTNERSHIP',
      '普通合伙',
      '威海市环翠区星桥软件（普通合伙）',
      'a partnership has its form in parentheses',
    ],
    ['371002', 'INDIVIDUAL_BUSINESS', '经营部', '威海市环翠区星桥软件经营部', 'a household business has not'],
  ])('in %s, %s, %s: %s, as %s', (region, type, form, expected) => {
    expect(fullName(named(region, { form }, type))).toBe(expected);
  });
});

describe('two names clash', () => {
  it.each([
    ['the same in two districts of one city', named('371002'), named('371083')],
    ['the same in a city and in one of its districts', named('371000'), named('371002')],
    ['the same in two districts of Beijing', named('110102'), named('110105')],
    ['the same with another form', named('371002'), named('371002', { form: '股份有限公司' }, 'JOINT_STOCK_COMPANY')],
    [
      'full-width and half-width letters',
      named('371002', { tradingName: 'ＡＢ１' }),
      named('371002', { tradingName: 'AB1' }),
    ],
    [
      'capitals and small letters',
      named('371002', { tradingName: 'Star桥' }),
      named('371002', { tradingName: 'sTAR桥' }),
    ],
    ['spaces of any kind', named('371002', { tradingName: '星 桥' }), named('371002', { tradingName: '星　\u00a0桥' })],
    ['a trade of full width', named('371002', { trade: 'ＩＴ' }), named('371002', { trade: 'it' })],
  ])('%s', (_, one, other) => {
    expect(clashKey(one)).toBe(clashKey(other));
  });

  it.each([
    ['in another city', named('371002'), named('370102')],
    ['in another county under the province itself', named('429004'), named('429005')],
    ['in another trade', named('371002'), named('371002', { trade: '餐饮' })],
    ['under another trading name', named('371002'), named('371002', { tradingName: '星桥二' })],
    [
      'under a name that differs outside the basic plane',
      named('371002', { tradingName: '𠀀桥' }),
      named('371002', { tradingName: '𠀁桥' }),
    ],
  ])('but not %s', (_, one, other) => {
    expect(clashKey(one)).not.toBe(clashKey(other));
  });
});

const codes = (faults: readonly { readonly path: string; readonly code: string }[]) =>
  faults.map(({ path, code }) => `${path} ${code}`);

describe('a name is asked to be corrected', () => {
  it.each([
    ['中国星桥', 'name.tradingName NAME_WORD_RESERVED'],
    ['星桥全国', 'name.tradingName NAME_WORD_RESERVED'],
    ['星桥法院', 'name.tradingName NAME_WORD_MISLEADING'],
  ])('when its trading name is %s', (tradingName, fault) => {
    expect(codes(nameFaults(named('371002', { tradingName })))).toEqual([fault]);
  });

  it.each(Object.entries(TYPE_RULES).flatMap(([type, { forms }]) => forms.map(form => [type, form])))(
    'never for %s ending with %s',
    (type, form) => {
      expect(nameFaults(named('371002', { form: form! }, type))).toEqual([]);
    },
  );

  it.each([
    ['LIMITED_COMPANY', '股份有限公司'],
    ['JOINT_STOCK_COMPANY', '有限公司'],
    ['SOLE_PROPRIETORSHIP', '有限公司'],
    ['PARTNERSHIP', '商行'],
    ['INDIVIDUAL_BUSINESS', '有限责任公司'],
    ['LIMITED_COMPANY', ''],
  ])('when %s ends with %s', (type, form) => {
    expect(codes(nameFaults(named('371002', { form }, type)))).toEqual(['name.form NAME_FORM_OF_ANOTHER_TYPE']);
  });

  it('for everything that is wrong with it, at once', () => {
    const bad = named('371002', { tradingName: '中国政府', form: '厂' });
    expect(codes(nameFaults(bad))).toEqual([
      'name.tradingName NAME_WORD_RESERVED',
      'name.tradingName NAME_WORD_MISLEADING',
      'name.form NAME_FORM_OF_ANOTHER_TYPE',
    ]);
  });
});

describe('founders', () => {
  const founders = (count: number, uscc?: string): FiledApplication['founders'] =>
    Array.from({ length: count }, (_, at) => ({
      name: `出资人${at}`,
      contribution: '1.00',
      ...(uscc && at === 0 ? { uscc } : { idNumber: '371002189503070019' }),
    }));
  const of = (type: string, count: number, uscc?: string) =>
    codes(
      licenseFaults(applied({ enterpriseType: type, regionCode: regionFor(type), founders: founders(count, uscc) })),
    );
  const regionFor = (type: string) => (type === 'JOINT_STOCK_COMPANY' ? '371000' : '371002');

  it.each([
    ['LIMITED_COMPANY', 1, 50],
    ['JOINT_STOCK_COMPANY', 1, 200],
    ['SOLE_PROPRIETORSHIP', 1, 1],
    ['PARTNERSHIP', 2, 50],
    ['INDIVIDUAL_BUSINESS', 1, 1],
  ])('of %s are %i to %i', (type, least, most) => {
    expect([of(type, least - 1), of(type, least), of(type, most), of(type, most + 1)]).toEqual([
      ['founders FOUNDER_COUNT'],
      [],
      [],
      ['founders FOUNDER_COUNT'],
    ]);
  });

  it.each([
    ['LIMITED_COMPANY', 1, []],
    ['JOINT_STOCK_COMPANY', 1, []],
    ['PARTNERSHIP', 2, []],
    ['SOLE_PROPRIETORSHIP', 1, ['founders.0.uscc FOUNDER_NOT_NATURAL']],
    ['INDIVIDUAL_BUSINESS', 1, ['founders.0.uscc FOUNDER_NOT_NATURAL']],
  ])('of %s may be enterprises, or must be natural persons', (type, count, faults) => {
    expect(of(type, count, '91371002PDY00001XJ')).toEqual(faults);
  });
});

describe('the registered capital', () => {
  it.each([
    ['6513', '0.01', true, 'software has no minimum'],
    ['7263', '1999999.99', false, 'sending out workers needs two million'],
    ['7263', '2000000.00', true, 'sending out workers needs two million'],
    ['6811', '199999999.99', false, 'insurance needs two hundred million'],
    ['6811', '200000000.00', true, 'insurance needs two hundred million'],
    ['6621', '49999999.99', false, 'a bank needs fifty million'],
    ['6621', '50000000.00', true, 'a bank needs fifty million'],
    ['6851', '1.00', true, 'the law of insurance does not reach the pension trade'],
  ])('in industry %s, %s CNY suffices: %s, as %s', (industryCode, registeredCapital, suffices) => {
    expect(codes(licenseFaults(applied({ industryCode, registeredCapital })))).toEqual(
      suffices ? [] : ['registeredCapital CAPITAL_BELOW_MINIMUM'],
    );
  });
});

describe('the competent registry', () => {
  const everyType = Object.keys(TYPE_RULES) as EnterpriseType[];
  const competent = (regionCode: string) =>
    everyType.filter(enterpriseType => {
      const { foundersMin } = TYPE_RULES[enterpriseType];
      const founders = applied().founders.slice(0, foundersMin);
      return licenseFaults(applied({ enterpriseType, regionCode, founders })).length === 0;
    });

  it('of a district registers every type but joint-stock companies', () => {
    expect(competent('371002')).toEqual([
      'LIMITED_COMPANY',
      'SOLE_PROPRIETORSHIP',
      'PARTNERSHIP',
      'INDIVIDUAL_BUSINESS',
    ]);
    expect(competent('110102')).toEqual(competent('371002'));
    expect(competent('429004')).toEqual(competent('371002'));
  });

  it.each(['371000', '110000'])('of a city or a municipality (%s) registers companies and partnerships', region => {
    expect(competent(region)).toEqual(['LIMITED_COMPANY', 'JOINT_STOCK_COMPANY', 'PARTNERSHIP']);
  });

  it.each(['370000', '150000'])('is not a province (%s) for any type', region => {
    expect(competent(region)).toEqual([]);
  });

  it('registers no type that it does not know', () => {
    for (const enterpriseType of ['FOREIGN_BRANCH', 'constructor', '']) {
      expect(codes(licenseFaults(applied({ enterpriseType })))).toEqual(['enterpriseType TYPE_NOT_REGISTERED_HERE']);
    }
  });
});
