import { describe, expect, it } from '@jest/globals';
import { mod11_2, mod11_10, mod37_36 } from '../../../subgraphs/standards/iso7064.ts';
import { DIGITS, DIGITS_AND_LETTERS, slipsOf } from './slips.ts';

describe('check characters of ISO 7064', () => {
  it.each([
    [mod11_2, '11010519491231002', 'X'],
    [mod11_2, '34052419800101001', 'X'],
    [mod11_2, '0794', '0'],
    [mod11_10, '11010800000001', '6'],
    [mod11_10, '37012520002452', '7'],
    [mod11_10, '44030110307200', '2'],
    [mod11_10, '0794', '5'],
    [mod37_36, 'A12425GABC1234002', 'M'],
  ])('%p of %s is %s', (system, text, check) => expect(system(text)).toBe(check));

  it.each([mod11_2, mod11_10, mod37_36])('%p takes a foreign character for a defect of the caller', system => {
    for (const text of ['12a', '１', '12-3', ' ']) expect(() => system(text)).toThrow(RangeError);
  });

  it.each([
    ['digits', mod11_10, DIGITS, ['1101080000000', '3710020000000', '9876543210987', '5555566666', '4949']],
    ['digits and letters', mod37_36, DIGITS_AND_LETTERS, ['A12425GABC1234002', 'PDY00001', 'ZZZZ', 'IJIJIJ', '0H0I']],
  ])(
    'a hybrid system over %s misses one kind of swap only, that around half its size',
    (_, system, alphabet, texts) => {
      const size = alphabet.length;
      let unseen = 0;
      for (const text of texts.map(body => body + system(body))) {
        for (const { kind, position, text: slipped } of slipsOf(text, alphabet)) {
          const found = system(slipped.slice(0, -1)) !== slipped.at(-1);
          const isBlind = kind === 'swap of neighbours' && isAroundHalf(text, position, alphabet);
          if (isBlind) unseen++;
          expect({ text, slipped, found }).toEqual({ text, slipped, found: !isBlind });
        }
      }
      expect(size % 2).toBe(0);
      expect(unseen).toBeGreaterThan(0);
    },
  );
});

/** Whether carry + a and carry + b are the two values between which doubling wraps: M/2 and M/2 + 1. */
function isAroundHalf(text: string, position: number, alphabet: string): boolean {
  const size = alphabet.length;
  const add = (carry: number, character: string) => ((carry + alphabet.indexOf(character) + size - 1) % size) + 1;
  let carry = size;
  for (const character of text.slice(0, position)) carry = (add(carry, character) * 2) % (size + 1);
  const sums = [add(carry, text[position]!), add(carry, text[position + 1]!)].sort((a, b) => a - b);
  return sums[0] === size / 2 && sums[1] === size / 2 + 1;
}
