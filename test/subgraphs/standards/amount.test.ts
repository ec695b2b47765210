import { describe, expect, it } from '@jest/globals';
import { AMOUNT_MAX_FEN, formatAmount, parseAmount } from '../../../subgraphs/standards/amount.ts';

describe('amounts in CNY', () => {
  it.each([
    ['0.00', 0n],
    ['0.01', 1n],
    ['1.00', 100n],
    ['1000000.00', 100_000_000n],
    ['90071992547409.93', undefined],
    ['10000000000000.00', AMOUNT_MAX_FEN],
    ['9999999999999.99', AMOUNT_MAX_FEN - 1n],
  ])('%s is %s fen', (text, fen) => {
    const verdict = parseAmount(text);
    expect(verdict).toMatchObject(fen === undefined ? { reason: 'TOO_LARGE' } : { class: 'VALID', value: fen });
    if (fen !== undefined) expect(formatAmount(fen)).toBe(text);
  });

  it.each([
    ['', { reason: 'EMPTY' }],
    ['1', { reason: 'DECIMAL_PLACES', position: 1, expected: '2' }],
    ['1.', { reason: 'DECIMAL_PLACES', position: 1, expected: '2' }],
    ['1.5', { reason: 'DECIMAL_PLACES', position: 1, expected: '2' }],
    ['1.500', { reason: 'DECIMAL_PLACES', position: 1, expected: '2' }],
    ['01.00', { reason: 'LEADING_ZERO', position: 0 }],
    ['00.00', { reason: 'LEADING_ZERO', position: 0 }],
    ['.50', { reason: 'CHARACTER', position: 0 }],
    ['1.00.00', { reason: 'CHARACTER', position: 4 }],
    ['-1.00', { reason: 'SIGN', position: 0 }],
    ['+1.00', { reason: 'SIGN', position: 0 }],
    ['1e6', { reason: 'EXPONENT', position: 1 }],
    ['1.00E6', { reason: 'EXPONENT', position: 4 }],
    ['1,000.00', { reason: 'THOUSANDS_SEPARATOR', position: 1 }],
    ['１.00', { reason: 'FULL_WIDTH_CHARACTER', position: 0 }],
    ['1．00', { reason: 'FULL_WIDTH_CHARACTER', position: 1 }],
    ['1 000.00', { reason: 'WHITESPACE', position: 1 }],
    ['1\u00a0000.00', { reason: 'WHITESPACE', position: 1 }],
    ['¥1.00', { reason: 'CHARACTER', position: 0 }],
    ['壹.00', { reason: 'CHARACTER', position: 0 }],
    ['0x1.00', { reason: 'CHARACTER', position: 1 }],
    ['NaN', { reason: 'CHARACTER', position: 0 }],
    ['10000000000000.01', { reason: 'TOO_LARGE', position: 0, expected: '10000000000000.00' }],
    [`${'9'.repeat(200)}.00`, { reason: 'LENGTH' }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseAmount(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it('takes outer ordinary spaces off', () => {
    expect(parseAmount(' 12.34 ')).toEqual({ class: 'VALID', value: 1234n });
  });

  it('prints no amount that it would not read', () => {
    expect(() => formatAmount(-1n)).toThrow(RangeError);
    expect(() => formatAmount(AMOUNT_MAX_FEN + 1n)).toThrow(RangeError);
    for (const fen of [0n, 1n, 10n, 99n, 100n, 101n, AMOUNT_MAX_FEN]) {
      expect(parseAmount(formatAmount(fen))).toEqual({ class: 'VALID', value: fen });
    }
  });
});
