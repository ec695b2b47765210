import { describe, expect, it } from '@jest/globals';
import { composeSealCode, parseSealCode, SEAL_CODE_FORMAT } from '../../../subgraphs/standards/seal-code.ts';

describe('seal code, GA 241', () => {
  it('is thirteen digits unless a city says otherwise', () => {
    expect(composeSealCode('371002', 1)).toBe('3710020000001');
    expect(parseSealCode('3710020000001')).toEqual({ class: 'VALID', value: '3710020000001' });
    expect(parseSealCode('371002000000A')).toMatchObject({ reason: 'CHARACTER', position: 12 });
    expect(parseSealCode('37100200000001')).toMatchObject({ reason: 'LENGTH', position: 13, expected: '13' });
    expect(parseSealCode('371002000000１')).toMatchObject({ reason: 'FULL_WIDTH_CHARACTER', position: 12 });
  });

  it('follows the format that a city gives', () => {
    const format = { ...SEAL_CODE_FORMAT, serialCharacters: 8, lettersInSerial: true };
    expect(parseSealCode('371002a0000001', format)).toEqual({ class: 'VALID', value: '371002A0000001' });
    expect(parseSealCode('3710020000001', format)).toMatchObject({ reason: 'LENGTH' });
    expect(composeSealCode('371002', 12, format)).toBe('37100200000012');
  });

  it.each([
    ['371002', 10_000_000],
    ['371002', -1],
    ['371002', 0.5],
    ['37100', 1],
  ])('makes no code from region %s and serial %d', (region, serial) => {
    expect(() => composeSealCode(region, serial)).toThrow(RangeError);
  });
});
