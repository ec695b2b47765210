import { describe, expect, it } from '@jest/globals';
import {
  INDUSTRY_EDITIONS,
  type IndustryCode,
  industriesOf,
  industryName,
  industrySection,
  NEWEST_INDUSTRY_EDITION,
  parseIndustryCode,
} from '../../../subgraphs/standards/industry.ts';

function industry(text: string): IndustryCode {
  const verdict = parseIndustryCode(text);
  if (verdict.class === 'INVALID') throw new Error(`${text} is in no edition`);
  return verdict.value;
}

describe('industry codes, GB/T 4754', () => {
  it.each([
    ['7263', '2017', '劳务派遣服务', 'L'],
    ['6513', '2017', '应用软件开发', 'I'],
    ['6510', '2011', '软件开发', 'I'],
    ['0111', '2017', '稻谷种植', 'A'],
    ['7271', '2011', '旅行社服务', 'L'],
    ['7271', '2017', '安全服务', 'L'],
    ['7920', '2011', '托儿所服务', 'O'],
    ['7920', '2017', '土地调查评估服务', 'N'],
    ['7517', '2017', '三维（3D）打印技术推广服务', 'M'],
    ['9231', '2017', '监察委员会', 'S'],
    ['9700', '2017', '国际组织', 'T'],
    ['L', '2017', '租赁和商务服务业', 'L'],
  ] as const)('%s of %s is %s, section %s', (code, edition, name, section) => {
    expect(parseIndustryCode(code, [edition])).toEqual({ class: 'VALID', value: code });
    expect(industryName(industry(code), [edition])).toBe(name);
    expect(industrySection(industry(code), [edition])).toBe(section);
  });

  it('without a word about the edition the newest one names the trade', () => {
    expect(industryName(industry('7271'))).toBe('安全服务');
    expect(industryName(industry('6510'))).toBe('软件开发');
    expect(industryName(industry('6510'), ['2017'])).toBeUndefined();
    expect(INDUSTRY_EDITIONS.at(-1)).toBe(NEWEST_INDUSTRY_EDITION);
  });

  it.each([
    ['6513', ['2017']],
    ['6510', ['2011']],
    ['7263', ['2011', '2017']],
  ])('%s is in the editions %j', (code, editions) => {
    const holding = INDUSTRY_EDITIONS.filter(edition => parseIndustryCode(code, [edition]).class === 'VALID');
    expect(holding).toEqual(editions);
  });

  it.each([
    ['9999', { reason: 'UNKNOWN_INDUSTRY' }],
    ['651', { reason: 'LENGTH', position: 3, expected: '4' }],
    ['65130', { reason: 'LENGTH', position: 4, expected: '4' }],
    ['I6513', { reason: 'CHARACTER', position: 0 }],
    ['U', { reason: 'CHARACTER', position: 0 }],
    ['7', { reason: 'LENGTH', position: 1, expected: '4' }],
    ['７263', { reason: 'FULL_WIDTH_CHARACTER', position: 0 }],
    ['72 63', { reason: 'WHITESPACE', position: 2 }],
    ['', { reason: 'EMPTY' }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseIndustryCode(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it('a section letter may be typed small', () => {
    expect(parseIndustryCode('l')).toEqual({ class: 'VALID', value: 'L' });
  });

  it.each([
    ['2011', 96, 1094],
    ['2017', 97, 1382],
  ] as const)('the edition of %s has 20 sections, %i divisions and %i classes', (edition, divisions, classes) => {
    const codes = industriesOf(edition);
    const digits = codes.filter(code => /^[0-9]{4}$/.test(code));
    expect(codes.filter(code => /^[A-T]$/.test(code))).toHaveLength(20);
    expect(codes.length - digits.length).toBe(20);
    expect(new Set(digits.map(code => code.slice(0, 2))).size).toBe(divisions);
    expect(new Set(digits).size).toBe(classes);
    expect([...digits].sort()).toEqual(digits);
    for (const code of digits) expect(industryName(code, [edition])).toMatch(/^[\p{Script=Han}、（）3D]+$/u);
  });
});
