import { describe, expect, it } from '@jest/globals';
import {
  formatOrganizationCode,
  isSynthetic,
  organizationCodeFromBody,
  parseOrganizationCode,
  SYNTHETIC_BODY_MAX,
  syntheticBody,
} from '../../../subgraphs/standards/organization-code.ts';
import { DIGITS_AND_LETTERS, type Slip, slipsOf } from './slips.ts';

const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2, 1];

/** By theory: a slip goes unseen if it leaves the weighted sum the same modulo 11, and the check character lawful. */
function isUnseenByTheory(code: string, slip: Slip): boolean {
  if (!'0123456789X'.includes(slip.text[8]!)) return false;
  const valueAt = (text: string, i: number) => (i === 8 && text[i] === 'X' ? 10 : DIGITS_AND_LETTERS.indexOf(text[i]!));
  const change = (i: number) => WEIGHTS[i]! * (valueAt(slip.text, i) - valueAt(code, i));
  const { position } = slip;
  const total = change(position) + (slip.kind === 'swap of neighbours' ? change(position + 1) : 0);
  return total % 11 === 0;
}

describe('organization code, GB 11714-1997', () => {
  it.each(['D2143569-X', 'D2143569X', 'd2143569-x', ' D2143569-X '])('%j is valid and kept without a hyphen', typed => {
    expect(parseOrganizationCode(typed)).toEqual({ class: 'VALID', value: 'D2143569X' });
  });

  it.each([
    ['D2143569-9', { reason: 'CHECK_CHARACTER', position: 9, expected: 'X' }],
    ['D21435699', { reason: 'CHECK_CHARACTER', position: 8, expected: 'X' }],
    ['D2143569-A', { reason: 'CHARACTER', position: 9 }],
    ['D2143569A', { reason: 'CHARACTER', position: 8 }],
    ['D214-3569X', { reason: 'CHARACTER', position: 4 }],
    ['D2143569--X', { reason: 'CHARACTER', position: 9 }],
    ['D2143569-', { reason: 'LENGTH', position: 9, expected: '9' }],
    ['D2143569', { reason: 'LENGTH', position: 8, expected: '9' }],
    ['D2143569-XX', { reason: 'LENGTH', position: 10, expected: '9' }],
    ['D2143569－X', { reason: 'FULL_WIDTH_CHARACTER', position: 8 }],
    ['D2143569 X', { reason: 'WHITESPACE', position: 8 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseOrganizationCode(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it('takes small letters for capitals, but no foreign letter whose capital only looks so', () => {
    const code = organizationCodeFromBody('PDI00001');
    expect(parseOrganizationCode(code.toLowerCase()).class).toBe('VALID');
    expect(parseOrganizationCode(code.replace('I', 'ı'))).toEqual({
      class: 'INVALID',
      reason: 'CHARACTER',
      position: 2,
    });
  });

  it('is printed with its hyphen', () => {
    expect(formatOrganizationCode(organizationCodeFromBody('D2143569'))).toBe('D2143569-X');
  });

  it('knows the bodies of private use, PDY00001 to PDY99999, from all others', () => {
    expect(syntheticBody(1)).toBe('PDY00001');
    expect(syntheticBody(SYNTHETIC_BODY_MAX)).toBe('PDY99999');
    for (const n of [0, 100_000, 1.5, -1, Number.NaN]) expect(() => syntheticBody(n)).toThrow(RangeError);
    expect(isSynthetic(organizationCodeFromBody('PDY00001'))).toBe(true);
    expect(isSynthetic(organizationCodeFromBody('PDY99999'))).toBe(true);
    expect(isSynthetic(organizationCodeFromBody('PDY00000'))).toBe(false);
    expect(isSynthetic(organizationCodeFromBody('PDZ00001'))).toBe(false);
    expect(isSynthetic(organizationCodeFromBody('D2143569'))).toBe(false);
  });

  it('has a check digit 0 and a check character X', () => {
    const checks = Array.from({ length: 200 }, (_, i) => organizationCodeFromBody(syntheticBody(i + 1))[8]!);
    expect([...new Set(checks)].sort().join('')).toBe('0123456789X');
  });

  it.each(['PDY0000', 'PDY000001', 'pdy00001', 'PDY-0001'])('makes no code from the body %j', body => {
    expect(() => organizationCodeFromBody(body)).toThrow(RangeError);
  });

  it('finds every slip but those that theory says it cannot: values that differ by 11, 22 or 33', () => {
    let unseen = 0;
    for (const n of [1, 2, 3, 17, 123, 1849, 20406, 65536, 90817, 99999]) {
      const code = organizationCodeFromBody(syntheticBody(n));
      for (const slip of slipsOf(code, DIGITS_AND_LETTERS)) {
        const isUnseen = isUnseenByTheory(code, slip);
        if (isUnseen) unseen++;
        const verdict = parseOrganizationCode(slip.text).class;
        expect({ code, slip, verdict }).toEqual({ code, slip, verdict: isUnseen ? 'VALID' : 'INVALID' });
      }
    }
    // 36 values in 11 classes: each character of the body has two or three doubles.
    expect(unseen).toBeGreaterThanOrEqual(10 * 8 * 2);
    expect(unseen).toBeLessThanOrEqual(10 * 8 * 3 + 10);
  });

  it('never misses a wrong digit for a digit, nor a swap of two digits', () => {
    for (const n of [1, 2, 3, 17, 123, 1849, 20406, 65536, 90817, 99999]) {
      const code = organizationCodeFromBody(syntheticBody(n));
      for (const slip of slipsOf(code, '0123456789').filter(({ position }) => position >= 3 && position < 7)) {
        expect({ slip, verdict: parseOrganizationCode(slip.text).class }).toEqual({ slip, verdict: 'INVALID' });
      }
    }
  });
});
