import { describe, expect, it } from '@jest/globals';
import { organizationCodeFromBody, syntheticBody } from '../../../subgraphs/standards/organization-code.ts';
import {
  composeTaxpayerNumber15,
  organizationCodeOfTaxpayer,
  parseTaxpayerNumber,
} from '../../../subgraphs/standards/taxpayer-number.ts';
import { DIGITS, slipsOf } from './slips.ts';

describe('taxpayer identification number', () => {
  it('before 三证合一 is the region and the organization code', () => {
    const number = composeTaxpayerNumber15('371002', organizationCodeFromBody('PDY00001'));
    expect(number).toBe('371002PDY00001X');
    expect(parseTaxpayerNumber(' 371002pdy00001x')).toEqual({ class: 'VALID', value: '371002PDY00001X' });
    expect(organizationCodeOfTaxpayer(number)).toBe('PDY00001X');
  });

  it('afterwards is the unified social credit code, tolerated ones included', () => {
    expect(parseTaxpayerNumber('91371002PDY00001XJ')).toEqual({ class: 'VALID', value: '91371002PDY00001XJ' });
    expect(parseTaxpayerNumber('91350100M0001TGQXM')).toMatchObject({ class: 'LEGACY_TOLERATED' });
    const verdict = parseTaxpayerNumber('91371002PDY00001XJ');
    if (verdict.class !== 'INVALID') expect(organizationCodeOfTaxpayer(verdict.value)).toBe('PDY00001X');
    expect(verdict.class).toBe('VALID');
  });

  it.each([
    ['371002PDY000011', { reason: 'ORGANIZATION_CODE_CHECK', position: 14, expected: 'X' }],
    ['37100APDY00001X', { reason: 'CHARACTER', position: 5 }],
    ['371002PDY00001', { reason: 'LENGTH', expected: '15 or 18' }],
    ['371002PDY00001-X', { reason: 'LENGTH', expected: '15 or 18' }],
    ['91371002PDY00001XK', { reason: 'CHECK_CHARACTER', position: 17, expected: 'J' }],
    ['３71002PDY00001X', { reason: 'FULL_WIDTH_CHARACTER', position: 0 }],
    ['371002PDY0000\u00a0X', { reason: 'WHITESPACE', position: 13 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseTaxpayerNumber(typed)).toEqual({ class: 'INVALID', ...fault });
  });

  it('makes no number without six digits of region', () => {
    expect(() => composeTaxpayerNumber15('37100', organizationCodeFromBody('PDY00001'))).toThrow(RangeError);
  });

  it('has no check of its own: wrong region digits pass, wrong digits of the organization code do not', () => {
    for (let n = 1; n <= 10; n++) {
      const number = composeTaxpayerNumber15('371002', organizationCodeFromBody(syntheticBody(n * 8_191)));
      const slips = slipsOf(number, DIGITS).filter(({ position }) => position < 6 || position >= 9);
      for (const slip of slips) {
        // Positions 0–5 are the region; a swap at 5 would bring a letter into it.
        const isInRegion = slip.position < 5 || (slip.position === 5 && slip.kind === 'wrong character');
        const verdict = parseTaxpayerNumber(slip.text).class;
        const expected = isInRegion ? 'VALID' : 'INVALID';
        expect({ number, slip, verdict }).toEqual({ number, slip, verdict: expected });
      }
    }
  });
});
