import { describe, expect, it } from '@jest/globals';
import {
  composeLicenseIdentifier,
  licenseIdentifierParts,
  parseLicenseIdentifier,
} from '../../../subgraphs/standards/license-identifier.ts';
import { DIGITS_AND_LETTERS, slipsOf } from './slips.ts';

const ROOT_LENGTH = '1.2.156.3005.2.'.length;

describe('electronic-license identifier, GB/T 36904-2018', () => {
  it('ends in the check character of its parts, dots left out', () => {
    expect(parseLicenseIdentifier('1.2.156.3005.2.A12425G.ABC1.234.002.M')).toEqual({
      class: 'VALID',
      value: '1.2.156.3005.2.A12425G.ABC1.234.002.M',
    });
  });

  it('gives back what it was made of', () => {
    const parts = { type: '11371002PDY00001XJ001', issuer: '11371002PDY00001XJ', serial: '20130000017', version: 12 };
    const identifier = composeLicenseIdentifier(parts);
    expect(parseLicenseIdentifier(identifier.toLowerCase())).toEqual({ class: 'VALID', value: identifier });
    expect(licenseIdentifierParts(identifier)).toEqual(parts);
  });

  it.each([
    ['1.2.156.3005.2.A12425G.ABC1.234.002.N', { reason: 'CHECK_CHARACTER', position: 36, expected: 'M' }],
    ['1.2.156.3005.2.A12425G.ABC1.234.002.', { reason: 'CHECK_CHARACTER', position: 36, expected: 'M' }],
    ['1.2.156.3005.2.A12425G.ABC1.234.002.MM', { reason: 'LENGTH', position: 37, expected: '1' }],
    ['1.2.156.3006.2.A12425G.ABC1.234.002.M', { reason: 'ROOT', position: 0, expected: '1.2.156.3005.2' }],
    ['1.2.156.3005.2.A12425G.ABC1.234002.M', { reason: 'PARTS', position: 15, expected: '5' }],
    ['1.2.156.3005.2.A12425G..ABC1234.002.M', { reason: 'LENGTH', position: 23 }],
    ['1.2.156.3005.2.A12425G.ABC1.234.000.M', { reason: 'VERSION', position: 32 }],
    ['1.2.156.3005.2.A12425G.ABC1.2340.02.M', { reason: 'VERSION', position: 33 }],
    ['1.2.156.3005.2.A12425G.AB-1.234.002.M', { reason: 'CHARACTER', position: 25 }],
    ['1.2.156.3005.2.A12425G.ABC1.234.００2.M', { reason: 'FULL_WIDTH_CHARACTER', position: 32 }],
    ['1.2.156.3005.2. A12425G.ABC1.234.002.M', { reason: 'WHITESPACE', position: 15 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseLicenseIdentifier(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it.each([
    { type: '', issuer: 'B', serial: '1', version: 1 },
    { type: 'A'.repeat(31), issuer: 'B', serial: '1', version: 1 },
    { type: 'A', issuer: 'B', serial: '1', version: 0 },
    { type: 'A', issuer: 'B', serial: '1', version: 1000 },
    { type: 'a', issuer: 'B', serial: '1', version: 1 },
    { type: 'A', issuer: 'B.C', serial: '1', version: 1 },
  ])('makes no identifier from %o', parts => {
    expect(() => composeLicenseIdentifier(parts)).toThrow(RangeError);
  });

  it('refuses every wrong character, and every swap that mod 37,36 can see', () => {
    let unseen = 0;
    for (let i = 0; i < 10; i++) {
      const parts = { type: `T${i}H8`, issuer: '11371002PDY00001XJ', serial: `${i * 7919}KQ`, version: i + 1 };
      const identifier = composeLicenseIdentifier(parts);
      for (const slip of slipsOf(identifier, DIGITS_AND_LETTERS)) {
        const isBlind = slip.kind === 'swap of neighbours' && isBlindSwap(identifier, slip.position);
        if (isBlind) unseen++;
        const verdict = parseLicenseIdentifier(slip.text).class;
        expect({ slip, verdict }).toEqual({ slip, verdict: isBlind ? 'VALID' : 'INVALID' });
      }
    }
    expect(unseen).toBeGreaterThan(0);
  });
});

/**
 * Unseen are: a swap where carry plus either character is 18 and 19 modulo 36, and a swap with a dot that moves a
 * character into the neighbouring part, because dots are not part of the check. The latter is caught only where it
 * breaks a length: next to the version, or where a part becomes empty.
 */
function isBlindSwap(identifier: string, position: number): boolean {
  if (position < ROOT_LENGTH - 1) return false;
  const [a, b] = [identifier[position]!, identifier[position + 1]!];
  if (a === '.' || b === '.') {
    const dots = [...identifier].flatMap((character, i) => (character === '.' && i >= ROOT_LENGTH ? [i] : []));
    const dot = a === '.' ? position : position + 1;
    return dots.slice(0, 2).includes(dot);
  }
  let carry = 36;
  for (const character of identifier.slice(ROOT_LENGTH, position).replaceAll('.', '')) {
    carry = (((carry + DIGITS_AND_LETTERS.indexOf(character)) % 36 || 36) * 2) % 37;
  }
  const sums = [a, b].map(character => (carry + DIGITS_AND_LETTERS.indexOf(character)) % 36);
  return sums.includes(18) && sums.includes(19);
}
