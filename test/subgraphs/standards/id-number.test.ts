import { describe, expect, it } from '@jest/globals';
import { birthDateOf, idCheckCharacter, maskIdNumber, parseIdNumber } from '../../../subgraphs/standards/id-number.ts';
import { DIGITS, slipsOf } from './slips.ts';

/** A synthetic person: nobody born in the 1890s founds an enterprise today. */
const synthetic = (birthDate: string, order: string, region = '371002') => {
  const first17 = region + birthDate.replaceAll('-', '') + order;
  return first17 + idCheckCharacter(first17);
};

describe('resident identity number, GB 11643-1999', () => {
  it.each(['11010519491231002X', '34052419800101001X'])('%s is valid', number => {
    expect(parseIdNumber(number)).toEqual({ class: 'VALID', value: number });
    expect(parseIdNumber(number.toLowerCase())).toEqual({ class: 'VALID', value: number });
  });

  it.each([
    ['1892-02-29', 'VALID', 'a leap year'],
    ['1896-02-29', 'VALID', 'a leap year'],
    ['1893-02-29', 'INVALID', 'no leap year'],
    ['1900-02-29', 'INVALID', 'a century that is no leap year'],
    ['2000-02-29', 'VALID', 'a century that is one'],
    ['1890-04-31', 'INVALID', 'April has 30 days'],
    ['1890-12-31', 'VALID', 'December has 31'],
    ['1890-13-01', 'INVALID', 'there is no 13th month'],
    ['1890-00-10', 'INVALID', 'nor a month zero'],
    ['1890-01-00', 'INVALID', 'nor a day zero'],
    ['1890-01-32', 'INVALID', 'nor a 32nd day'],
    ['1799-12-31', 'INVALID', 'born before any register'],
    ['1800-01-01', 'VALID', 'the first day that is taken'],
    ['2100-01-01', 'INVALID', 'a slip of the century'],
  ])('born on %s is %s: %s', (birthDate, verdict) => {
    expect(parseIdNumber(synthetic(birthDate, '001')).class).toBe(verdict);
  });

  it.each([
    ['year', '1799-12-31', 6],
    ['month', '1890-13-01', 10],
    ['day', '1890-02-30', 12],
  ])('the fault of a birth %s is pointed at', (_, birthDate, position) => {
    expect(parseIdNumber(synthetic(birthDate, '001'))).toEqual({ class: 'INVALID', reason: 'BIRTH_DATE', position });
  });

  it('nobody is born after the day that the caller gives', () => {
    const number = synthetic('1895-06-15', '001');
    expect(parseIdNumber(number, { bornNotAfter: '1895-06-15' }).class).toBe('VALID');
    expect(parseIdNumber(number, { bornNotAfter: '1895-06-14' })).toMatchObject({ reason: 'BIRTH_DATE_IN_FUTURE' });
  });

  it.each([
    ['110105194912310021', { reason: 'CHECK_CHARACTER', position: 17, expected: 'X' }],
    ['110105491231002', { reason: 'FIFTEEN_DIGITS', expected: '18' }],
    ['1101054912310', { reason: 'LENGTH', position: 13, expected: '18' }],
    ['11010549123100X', { reason: 'CHARACTER', position: 14 }],
    ['160105194912310026', { reason: 'PROVINCE', position: 0 }],
    ['11010519491231002Y', { reason: 'CHARACTER', position: 17 }],
    ['1101051949123X0021', { reason: 'CHARACTER', position: 13 }],
    ['11010519491231００2X', { reason: 'FULL_WIDTH_CHARACTER', position: 14 }],
    ['11010519491231002Ｘ', { reason: 'FULL_WIDTH_CHARACTER', position: 17 }],
    ['110105 19491231 002X', { reason: 'WHITESPACE', position: 6 }],
    ['371002189006150000', { reason: 'ROUNDED_BY_SPREADSHEET', position: 15 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseIdNumber(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it('tells the birth date, and hides the person behind the region', () => {
    const verdict = parseIdNumber(synthetic('1890-06-15', '123'));
    if (verdict.class !== 'VALID') throw new Error('the number is synthetic and sound');
    expect(birthDateOf(verdict.value)).toBe('1890-06-15');
    expect(maskIdNumber(verdict.value)).toBe('371002************');
  });

  it('refuses every wrong character and every swap of neighbours, without exception', () => {
    // Modulo 11 no digit is worth another, and neighbouring weights differ by a power of two.
    for (let i = 0; i < 10; i++) {
      const number = synthetic(`189${i}-0${(i % 9) + 1}-1${i}`, `0${i}7`);
      expect(parseIdNumber(number).class).toBe('VALID');
      for (const slip of slipsOf(number, `${DIGITS}X`)) {
        expect({ number, slip, verdict: parseIdNumber(slip.text).class }).toEqual({ number, slip, verdict: 'INVALID' });
      }
    }
  });
});
