import { describe, expect, it } from '@jest/globals';
import { alternativesTo, type Holder, isKept, nameClash, reservationEnd } from '../../../subgraphs/business/clash.ts';
import type { NameRow, NameStatus } from '../../../subgraphs/business/mapping.ts';
import { forbiddenWordIn } from '../../../subgraphs/business/rules.ts';
import { parseIndustryCode } from '../../../subgraphs/standards/industry.ts';
import { parseText } from '../../../subgraphs/standards/name-text.ts';

const SOFTWARE = '6513';

describe('a reserved name is kept for two months', () => {
  it.each([
    ['2025-06-30', '2025-08-30'],
    ['2025-12-31', '2026-02-28'],
    ['2023-12-31', '2024-02-29'],
    ['2023-12-29', '2024-02-29'],
    ['2099-12-31', '2100-02-28'],
    ['2025-07-31', '2025-09-30'],
    ['2025-11-01', '2026-01-01'],
    ['2024-02-29', '2024-04-29'],
  ])('from %s to %s', (from, to) => expect(reservationEnd(from, SOFTWARE)).toBe(to));
});

describe('a name in an industry that an approval must come before is kept for a year', () => {
  it.each(['1620', '2671', '2672', '6621', '6620', '6712', '6812', '6820', '6830'])('as in %s', industry => {
    expect(parseIndustryCode(industry).class).toBe('VALID');
    expect(reservationEnd('2025-06-30', industry)).toBe('2026-06-30');
    expect(reservationEnd('2024-02-29', industry)).toBe('2025-02-28');
  });

  it.each(['6513', '1610', '2670', '6633', '6711', '6851'])('but not in %s', industry => {
    expect(reservationEnd('2025-06-30', industry)).toBe('2025-08-30');
  });
});

const holder = (status: NameStatus, changes: Partial<NameRow> = {}, license?: 'VALID' | 'REVOKED'): Holder =>
  ({
    row: { status, expiresOn: '2025-08-30', endedOn: null, ...changes },
    license: license && { status: license },
  }) as unknown as Holder;

describe('a name is kept from others', () => {
  it.each([
    ['2025-08-30', true],
    ['2025-08-31', false],
  ])('while it is reserved, its last day included: on %s it is %s', (today, kept) => {
    expect(isKept(holder('LIVE'), today)).toBe(kept);
  });

  it('for ever once it is registered, marked so or known by its license', () => {
    expect(isKept(holder('REGISTERED'), '2125-01-01')).toBe(true);
    expect(isKept(holder('LIVE', {}, 'VALID'), '2125-01-01')).toBe(true);
    expect(isKept(holder('LIVE', {}, 'REVOKED'), '2125-01-01')).toBe(false);
  });

  it('never when it was given up before it was used, or its reservation passed to another', () => {
    expect(isKept(holder('RELEASED', { endedOn: '2025-06-30' }), '2025-06-30')).toBe(false);
    expect(isKept(holder('EXPIRED'), '2025-06-30')).toBe(false);
  });

  const dayAfter = (day: string, days: number) =>
    new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
  it.each(['CANCELLED', 'CHANGED', 'REVOKED'] as const)(
    'for a year from the day on which it was %s: 364 days ago it is refused, 366 days ago it is free, on any day of any year',
    status => {
      for (let day = '2023-01-01'; day < '2029-01-01'; day = dayAfter(day, 1)) {
        const ended = holder(status, { endedOn: day });
        const kept = [0, 1, 364, 366, 1_000].map(days => isKept(ended, dayAfter(day, days)));
        expect([day, ...kept]).toEqual([day, true, true, true, false, false]);
      }
    },
  );

  it.each([
    ['2024-06-30', '2025-06-29', true, 'the day before the same day of the next year is less than a year'],
    ['2024-06-30', '2025-06-30', false, 'the same day of the next year is a year'],
    ['2023-06-30', '2024-06-29', true, '365 days are less than a year when a 29 February lies between'],
    ['2023-06-30', '2024-06-30', false, 'and 366 are one'],
    ['2024-02-29', '2025-02-27', true, 'from a 29 February the year goes'],
    ['2024-02-29', '2025-02-28', false, 'to the last of the next'],
  ])('ended on %s, asked for on %s, kept: %s, for %s', (endedOn, today, kept) => {
    expect(isKept(holder('CANCELLED', { endedOn }), today)).toBe(kept);
  });

  it('when it has ended on a day that nobody knows', () => {
    expect(isKept(holder('REVOKED'), '2125-01-01')).toBe(true);
  });
});

describe('alternatives to a trading name', () => {
  it.each([
    '星桥',
    '中国星桥政府',
    '中中国国星桥',
    '星，桥,、 二',
    '𠮷𰀀',
    'ＡＢ１２',
    '星'.repeat(60),
    '𠮷'.repeat(60),
    '中',
    '国',
    '检察',
  ])('%s are lawful, different, and the same every time', name => {
    const alternatives = alternativesTo(name);
    expect(alternatives.length).toBeGreaterThan(30);
    expect(new Set(alternatives).size).toBe(alternatives.length);
    expect(alternativesTo(name)).toEqual(alternatives);
    for (const one of alternatives) {
      expect(parseText(one, { minCharacters: 2, maxCharacters: 60 })).toMatchObject({ class: 'VALID', value: one });
      expect(forbiddenWordIn(one)).toBeUndefined();
      expect(one).not.toMatch(/[,，、\s]/);
    }
  });

  it('begin with what the applicant chose, without what no name may hold and what a list could not', () => {
    expect(alternativesTo('星桥')[0]).toBe('星桥新');
    expect(alternativesTo('中国星·桥 政府')[0]).toBe('星桥新');
    expect(alternativesTo('𠮷桥')[0]).toBe('𠮷桥新');
  });

  it('are none for a name of nothing but forbidden words and marks', () => {
    for (const name of ['中国', '中国！政府', '——']) expect(alternativesTo(name)).toEqual([]);
  });
});

describe('the fault of a clash', () => {
  it.each<[NameStatus, string, string]>([
    ['LIVE', '在保留期内', '(reserved)'],
    ['REGISTERED', '已经登记', '(registered)'],
    ['CANCELLED', '注销登记未满1年', '(its enterprise was cancelled less than a year ago)'],
    ['CHANGED', '变更登记未满1年', '(its enterprise changed it less than a year ago)'],
    ['REVOKED', '被撤销登记未满1年', '(its registration was revoked less than a year ago)'],
  ])('names the article and the ground where the other is %s', (status, chinese, english) => {
    const { message } = nameClash('威海市星桥软件有限公司', holder(status), []);
    expect(message).toContain('企业名称登记管理规定第十七条');
    expect(message).toContain('art. 17');
    expect(message).toContain(chinese);
    expect(message.endsWith(english)).toBe(true);
  });

  it('ends with the free names, or without a word of them', () => {
    expect(nameClash('X', undefined, ['甲乙', '甲丙']).message).toMatch(/；可选 \/ free: 甲乙, 甲丙$/);
    expect(nameClash('X', undefined, []).message).not.toContain('可选');
  });

  it('fits into what the window takes, for the longest names', () => {
    const longest = `${'市'.repeat(40)}${'𠮷'.repeat(60)}${'𠮷'.repeat(30)}${'𠮷'.repeat(30)}`;
    const { message } = nameClash(longest, holder('REVOKED'), alternativesTo('𠮷'.repeat(60)).slice(-3));
    expect(message.length).toBeLessThan(1_000);
  });
});
