import { describe, expect, it } from '@jest/globals';
import {
  organizationCodeFromBody,
  parseOrganizationCode,
  syntheticBody,
} from '../../../subgraphs/standards/organization-code.ts';
import {
  checkCharacter,
  composeUscc,
  organizationCodeOf,
  parseUscc,
  REGISTERING_DEPARTMENTS,
  registryRegionOf,
} from '../../../subgraphs/standards/uscc.ts';
import { DIGITS_AND_LETTERS, slipsOf } from './slips.ts';

const synthetic = (n: number, region = '371002') =>
  composeUscc({
    registeringDepartment: '9',
    class: '1',
    region,
    organizationCode: organizationCodeFromBody(syntheticBody(n)),
  });

describe('unified social credit code, GB 32100-2015', () => {
  it.each([
    '91350100M000100Y43',
    '11330782745817525W',
    '9144030071526726XG',
    '914403001922038216',
    '91330100799655058B',
    '91371002PDY00001XJ',
    '91371002PDY000028J',
    '91330782PDY00001XM',
  ])('%s is valid, with its inner organization code', code => {
    expect(parseUscc(code)).toEqual({ class: 'VALID', value: code });
    expect(parseOrganizationCode(code.slice(8, 17)).class).toBe('VALID');
  });

  it.each(['91350100M0001TGQXM', '91350211M0000XUF46'])('%s of the Fujian pilot is tolerated, not valid', code => {
    expect(parseUscc(code)).toEqual({ class: 'LEGACY_TOLERATED', value: code, reason: 'FUJIAN_PILOT' });
  });

  it.each([
    ['outside Fujian', '91360100M0001TGQXM', 'CHECK_CHARACTER', 17],
    ['with another body', '91350100M1001TGQXM', 'ORGANIZATION_CODE_CHECK', 16],
    ['of another department', '51350100M0001TGQXM', 'CHECK_CHARACTER', 17],
    ['with a broken organization code', '91350100M0001TGQ5M', 'ORGANIZATION_CODE_CHECK', 16],
  ])('a pilot code %s is not tolerated', (_, code, reason, position) => {
    expect(parseUscc(code)).toMatchObject({ class: 'INVALID', reason, position });
  });

  it('a letter that the alphabet lacks is pointed at, and the right check character told', () => {
    expect(parseUscc('91350100M000100Y4Z')).toEqual({
      class: 'INVALID',
      reason: 'CHARACTER',
      position: 17,
      expected: '3',
    });
  });

  it.each([
    ['91371002PDY00001XK', 'CHECK_CHARACTER', 17, 'J'],
    ['91371002PDY000018J', 'ORGANIZATION_CODE_CHECK', 16, 'X'],
    ['91371002PDI00001XJ', 'CHARACTER', 10, undefined],
    ['9137100APDY00001XJ', 'CHARACTER', 7, undefined],
    ['B1371002PDY00001XJ', 'REGISTERING_DEPARTMENT', 0, undefined],
    ['97371002PDY00001XJ', 'ORGANIZATION_CLASS', 1, undefined],
    ['91371002PDY00001X', 'LENGTH', 17, '18'],
    ['91371002PDY00001XJJ', 'LENGTH', 18, '18'],
    ['', 'EMPTY', undefined, undefined],
    ['    ', 'EMPTY', undefined, undefined],
    ['9'.repeat(5000), 'LENGTH', undefined, undefined],
    ['91371002PDY0000１XJ', 'FULL_WIDTH_CHARACTER', 15, undefined],
    ['９１３７１００２ＰＤＹ００００１ＸＪ', 'FULL_WIDTH_CHARACTER', 0, undefined],
    ['91371002 PDY00001XJ', 'WHITESPACE', 8, undefined],
    ['91371002\u00a0PDY00001XJ', 'WHITESPACE', 8, undefined],
    ['\u300091371002PDY00001XJ', 'WHITESPACE', 0, undefined],
    ['91371002PDY00001XJ\n', 'WHITESPACE', 18, undefined],
    ['91371002\u200bPDY00001XJ', 'INVISIBLE_CHARACTER', 8, undefined],
    ['\u202e91371002PDY00001XJ', 'INVISIBLE_CHARACTER', 0, undefined],
    ['91371002PDY0000𝟏XJ', 'CHARACTER', 15, undefined],
    ['91371002PDY00001Xß', 'CHARACTER', 17, 'J'],
  ])('%j is refused: %s at %s', (typed, reason, position, expected) => {
    const verdict = parseUscc(typed);
    expect(verdict).toMatchObject({ class: 'INVALID', reason });
    expect(verdict).toEqual(
      Object.fromEntries(
        Object.entries({ class: 'INVALID', reason, position, expected }).filter(([, value]) => value !== undefined),
      ),
    );
  });

  it('capitals and outer ordinary spaces do not matter', () => {
    expect(parseUscc('  91371002pdy00001xj ')).toEqual({ class: 'VALID', value: '91371002PDY00001XJ' });
  });

  it.each(['913710021234567000', '914403001922038000'])('%s was rounded by a spreadsheet', code => {
    expect(parseUscc(code)).toMatchObject({ class: 'INVALID', reason: 'ROUNDED_BY_SPREADSHEET' });
  });

  it('every lawful department and class makes a valid code, agriculture and army included', () => {
    const organizationCode = organizationCodeFromBody(syntheticBody(7));
    for (const [registeringDepartment, { classes }] of Object.entries(REGISTERING_DEPARTMENTS)) {
      for (const organizationClass of classes) {
        const code = composeUscc({
          registeringDepartment,
          class: organizationClass,
          region: '371002',
          organizationCode,
        });
        expect(parseUscc(code)).toEqual({ class: 'VALID', value: code });
      }
    }
    expect(Object.keys(REGISTERING_DEPARTMENTS).join('')).toBe('123456789ANY');
  });

  it('gives back what it was made of', () => {
    const code = synthetic(42);
    expect(organizationCodeOf(code)).toBe(organizationCodeFromBody('PDY00042'));
    expect(registryRegionOf(code)).toBe('371002');
    expect(checkCharacter(code.slice(0, 17))).toBe(code[17]);
  });

  it.each([
    { registeringDepartment: '9', class: '8', region: '371002', body: 'PDY00001' },
    { registeringDepartment: 'Q', class: '1', region: '371002', body: 'PDY00001' },
    { registeringDepartment: '9', class: '1', region: '37100', body: 'PDY00001' },
    { registeringDepartment: '9', class: '1', region: '37100X', body: 'PDY00001' },
    { registeringDepartment: '9', class: '1', region: '371002', body: 'PDI00001' },
  ])('parts that make no lawful code are a RangeError: %o', ({ body, ...parts }) => {
    expect(() => composeUscc({ ...parts, organizationCode: organizationCodeFromBody(body) })).toThrow(RangeError);
  });

  it('refuses every wrong character and every swap of neighbours, without exception', () => {
    // 31 is prime, no weight is a multiple of it, and neighbouring weights differ by twice a weight.
    const codes = [1, 2, 9, 10, 99, 1234, 40000, 77777, 98765, 99999].map(n => synthetic(n));
    let slips = 0;
    for (const code of codes) {
      for (const slip of slipsOf(code, DIGITS_AND_LETTERS)) {
        slips++;
        expect({ code, slip, verdict: parseUscc(slip.text).class }).toEqual({ code, slip, verdict: 'INVALID' });
      }
    }
    expect(slips).toBeGreaterThan(10 * 18 * 35);
  });
});
