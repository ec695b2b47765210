import { describe, expect, it } from '@jest/globals';
import {
  cityOf,
  levelOf,
  NEWEST_REGION_EDITION,
  parseRegionCode,
  provinceOf,
  REGION_EDITIONS,
  type RegionCode,
  regionName,
  regionsOf,
} from '../../../subgraphs/standards/region.ts';

function region(text: string): RegionCode {
  const verdict = parseRegionCode(text);
  if (verdict.class === 'INVALID') throw new Error(`${text} is in no edition`);
  return verdict.value;
}

describe('region codes, GB/T 2260', () => {
  it.each([
    ['371002', '环翠区', '山东省威海市环翠区'],
    ['330782', '义乌市', '浙江省金华市义乌市'],
    ['350428', '将乐县', '福建省三明市将乐县'],
    ['610100', '西安市', '陕西省西安市'],
    ['110102', '西城区', '北京市西城区'],
    ['110108', '海淀区', '北京市海淀区'],
    ['350100', '福州市', '福建省福州市'],
    ['440301', '市辖区', '广东省深圳市市辖区'],
    ['110100', '市辖区', '北京市市辖区'],
    ['429004', '仙桃市', '湖北省仙桃市'],
    ['419001', '济源市', '河南省济源市'],
    ['659001', '石河子市', '新疆维吾尔自治区石河子市'],
    ['441900', '东莞市', '广东省东莞市'],
    ['653229', '和安县', '新疆维吾尔自治区和田地区和安县'],
    ['370000', '山东省', '山东省'],
  ])('%s is %s, in full %s', (code, name, full) => {
    expect(regionName(region(code))).toMatchObject({ name, full });
  });

  it('a region is named as its edition has it', () => {
    const xiangzhou = region('420607');
    expect(regionName(xiangzhou, ['2007-12'])?.full).toBe('湖北省襄樊市襄阳区');
    expect(regionName(xiangzhou)).toEqual({ name: '襄州区', full: '湖北省襄阳市襄州区', edition: '2025-12' });
    expect(regionName(region('110104'))).toEqual({ name: '宣武区', full: '北京市宣武区', edition: '2007-12' });
    expect(regionName(region('110104'), ['2025-12'])).toBeUndefined();
  });

  it.each([
    ['110104', ['2007-12'], '宣武区, merged in 2010'],
    ['371081', ['2007-12', '2013-08'], '文登市, a district of Weihai since 2014'],
    ['371003', ['2025-12'], '文登区, in its place'],
    ['110100', ['2007-12', '2013-08'], 'a collective code, which the ministry does not list'],
    ['371002', ['2007-12', '2013-08', '2025-12'], '环翠区, unchanged'],
  ])('%s is in the editions %j: %s', (code, editions) => {
    const holding = REGION_EDITIONS.filter(edition => parseRegionCode(code, [edition]).class === 'VALID');
    expect(holding).toEqual(editions);
  });

  it.each([
    ['371099', { reason: 'UNKNOWN_REGION' }],
    ['100000', { reason: 'UNKNOWN_REGION' }],
    ['37100', { reason: 'LENGTH', position: 5, expected: '6' }],
    ['3710022', { reason: 'LENGTH', position: 6, expected: '6' }],
    ['37100A', { reason: 'CHARACTER', position: 5 }],
    ['37100２', { reason: 'FULL_WIDTH_CHARACTER', position: 5 }],
    ['3710 02', { reason: 'WHITESPACE', position: 4 }],
    ['', { reason: 'EMPTY' }],
    ['toString', { reason: 'CHARACTER', position: 0 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseRegionCode(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it.each([
    ['371002', 'COUNTY', '371000', 'a district belongs to its city'],
    ['330782', 'COUNTY', '330700', 'a county-level city too'],
    ['371000', 'CITY', '371000', 'a city to itself'],
    ['110102', 'COUNTY', '110000', 'a district of a municipality to the municipality'],
    ['500240', 'COUNTY', '500000', 'a county of a municipality too'],
    ['110200', 'CITY', '110000', 'even the collective level between'],
    ['429004', 'COUNTY', '429004', 'a directly administered county to itself'],
    ['469005', 'COUNTY', '469005', 'in Hainan too'],
    ['659001', 'COUNTY', '659001', 'and in Xinjiang'],
    ['522301', 'COUNTY', '522300', 'a county of a prefecture to the prefecture'],
    ['441900', 'CITY', '441900', 'a city without counties to itself'],
    ['370000', 'PROVINCE', '370000', 'a province to itself'],
  ])('%s is a %s, its names are kept at %s: %s', (code, level, city) => {
    expect(levelOf(region(code))).toBe(level);
    expect(cityOf(region(code))).toBe(city);
  });

  it.each(REGION_EDITIONS)('the edition %s is whole: 34 provinces, and every code has those above it', edition => {
    const codes = regionsOf(edition);
    expect([...codes].sort()).toEqual(codes);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter(code => levelOf(code) === 'PROVINCE')).toHaveLength(34);
    for (const code of codes) {
      expect(code).toMatch(/^[1-8][0-9]{5}$/);
      expect(parseRegionCode(provinceOf(code), [edition]).class).toBe('VALID');
      expect(parseRegionCode(cityOf(code), [edition]).class).toBe('VALID');
      expect(regionName(code, [edition])!.name).toMatch(/^\p{Script=Han}+$/u);
    }
  });

  it.each([
    ['2007-12', 3524],
    ['2013-08', 3515],
    ['2025-12', 3212],
  ] as const)('the edition %s has %i codes', (edition, count) => {
    expect(regionsOf(edition)).toHaveLength(count);
  });

  it('the newest edition is the last one', () => {
    expect(REGION_EDITIONS.at(-1)).toBe(NEWEST_REGION_EDITION);
  });
});
