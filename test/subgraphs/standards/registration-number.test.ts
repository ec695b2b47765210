import { describe, expect, it } from '@jest/globals';
import {
  composeRegistrationNumber,
  ownershipClassOf,
  parseRegistrationNumber,
} from '../../../subgraphs/standards/registration-number.ts';
import { DIGITS, slipsOf } from './slips.ts';

describe('registration number, GS 15-2006', () => {
  it.each(['110108000000016', '370125200024527', '440301103072002'])('%s is valid', number => {
    expect(parseRegistrationNumber(number)).toEqual({ class: 'VALID', value: number });
    expect(composeRegistrationNumber(number.slice(0, 6), number.slice(6, 14))).toBe(number);
  });

  it.each([
    ['320483000067848', { reason: 'CHECK_CHARACTER', position: 14, expected: '7' }],
    ['32048300006784', { reason: 'LENGTH', position: 14, expected: '15' }],
    ['3204830000678471', { reason: 'LENGTH', position: 15, expected: '15' }],
    ['32048300006784X', { reason: 'CHARACTER', position: 14 }],
    ['11010800000001６', { reason: 'FULL_WIDTH_CHARACTER', position: 14 }],
    ['110108 00000016', { reason: 'WHITESPACE', position: 6 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseRegistrationNumber(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it.each([
    ['00000001', 'DOMESTIC'],
    ['30000001', 'DOMESTIC'],
    ['40000001', 'FOREIGN'],
    ['50000001', 'FOREIGN'],
    ['60000001', 'HOUSEHOLD'],
    ['90000001', 'HOUSEHOLD'],
  ])('a serial %s belongs to %s by the table of this house', (serial, owner) => {
    expect(ownershipClassOf(composeRegistrationNumber('371002', serial))).toBe(owner);
  });

  it('a center with another table says so itself', () => {
    const table = { DOMESTIC: '012', FOREIGN: '3', HOUSEHOLD: '7' };
    expect(ownershipClassOf(composeRegistrationNumber('371002', '30000001'), table)).toBe('FOREIGN');
    expect(ownershipClassOf(composeRegistrationNumber('371002', '90000001'), table)).toBeUndefined();
  });

  it.each([
    ['37100', '00000001'],
    ['371002', '0000001'],
    ['37100A', '00000001'],
  ])('makes no number from region %s and serial %s', (region, serial) => {
    expect(() => composeRegistrationNumber(region, serial)).toThrow(RangeError);
  });

  it('refuses every wrong digit, and every swap of neighbours that mod 11,10 can see', () => {
    let unseen = 0;
    for (let i = 0; i < 10; i++) {
      const number = composeRegistrationNumber('371002', String(12_345_678 * (i + 1)).slice(0, 8));
      for (const slip of slipsOf(number, DIGITS)) {
        const isBlind = slip.kind === 'swap of neighbours' && isBlindSwap(number, slip.position);
        if (isBlind) unseen++;
        const verdict = parseRegistrationNumber(slip.text).class;
        expect({ number, slip, verdict }).toEqual({ number, slip, verdict: isBlind ? 'VALID' : 'INVALID' });
      }
    }
    expect(unseen).toBeGreaterThan(0);
  });
});

/** The carry before the pair, plus either digit, is 5 and 6 (modulo 10): the one place where order is lost. */
function isBlindSwap(number: string, position: number): boolean {
  let carry = 10;
  for (const digit of number.slice(0, position)) carry = (((carry + Number(digit)) % 10 || 10) * 2) % 11;
  const sums = [number[position], number[position + 1]].map(digit => (carry + Number(digit)) % 10);
  return sums.includes(5) && sums.includes(6);
}
