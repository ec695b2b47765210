import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AMOUNT_MAX_FEN } from '../../../subgraphs/standards/amount.ts';
import { amountInWords } from '../../../subgraphs/standards/amount-in-words.ts';
import { chineseDate } from '../../../subgraphs/standards/chinese-date.ts';

describe('a day in Chinese numerals', () => {
  it.each([
    ['2026-11-23', '二〇二六年十一月二十三日'],
    ['2010-10-01', '二〇一〇年十月一日'],
    ['2009-12-30', '二〇〇九年十二月三十日'],
    ['2000-01-10', '二〇〇〇年一月十日'],
  ])('writes %s as %s', (day, words) => expect(chineseDate(day)).toBe(words));

  it.each(['2026-11-2', '2026/11/23', '', '23.11.2026'])('refuses %p', day => {
    expect(() => chineseDate(day)).toThrow('is no day');
  });
});

describe('an amount in words', () => {
  // The first four are the examples of 支付结算办法, 附一.
  it.each([
    [140_950n, '壹仟肆佰零玖元伍角整'],
    [600_714n, '陆仟零柒元壹角肆分'],
    [1_640_902n, '壹万陆仟肆佰零玖元零贰分'],
    [32_504n, '叁佰贰拾伍元零肆分'],
    [50_000_000n, '伍拾万元整'],
    [100_000_000n, '壹佰万元整'],
    [10n, '壹角整'],
    [0n, '零元整'],
    [10_000_100n, '壹拾万零壹元整'],
    [1_000_000_000_000n, '壹佰亿元整'],
    [1_000_000_010_000n, '壹佰亿零壹佰元整'],
    [AMOUNT_MAX_FEN, '壹拾万亿元整'],
    [200_030_000_000_000n, '贰万零叁亿元整'],
  ])('writes %i fen as %s', (fen, words) => expect(amountInWords(fen)).toBe(words));

  it('says every amount so that it can be read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: AMOUNT_MAX_FEN }), fen => {
        expect(readBack(amountInWords(fen))).toBe(fen);
      }),
    );
  });
});

/** By another way than it was written: digits, places and sections from left to right. */
function readBack(words: string): bigint {
  const [, yuan = '', jiao, rest] = /^(?:(.*)元)?零?(?:(.)角)?(?:(.)分)?整?$/u.exec(words) ?? [];
  const digit = (word: string | undefined): bigint => BigInt(Math.max(0, '零壹贰叁肆伍陆柒捌玖'.indexOf(word ?? '零')));
  let [whole, section, last] = [0n, 0n, 0n];
  for (const word of yuan) {
    const place = { 拾: 10n, 佰: 100n, 仟: 1_000n }[word];
    if (place) [section, last] = [section + last * place, 0n];
    else if (word === '万') [section, last] = [(section + last) * 10_000n, 0n];
    else if (word === '亿') [whole, section, last] = [(whole + section + last) * 100_000_000n, 0n, 0n];
    else last = digit(word);
  }
  return (whole + section + last) * 100n + digit(jiao) * 10n + digit(rest);
}
