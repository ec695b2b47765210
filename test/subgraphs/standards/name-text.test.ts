import { describe, expect, it } from '@jest/globals';
import { parseText } from '../../../subgraphs/standards/name-text.ts';

const LIMITS = { minCharacters: 2, maxCharacters: 10 };

describe('texts that people type: names, addresses, titles', () => {
  it.each([
    ['威海海韵', 'an ordinary name'],
    ['𠮷野𡋾', 'characters outside the BMP'],
    ['海韵１２３', 'full-width digits'],
    ['海韵ＡＢ', 'full-width letters'],
    ['海\u00a0韵', 'a no-break space inside'],
    ['海\u3000韵', 'an ideographic space inside'],
    ['海 韵', 'an ordinary space inside'],
    ['Ünïted e\u0301', 'combining marks'],
    ['\u{31350}海', 'an ideograph of a late extension'],
    ['\u{323b0}\u{33479}', 'ideographs younger than this runtime may be'],
    ['阿凡提·买买提', 'the dot inside a name'],
  ])('%j is lawful and stays as it is: %s', text => {
    expect(parseText(text, LIMITS)).toEqual({ class: 'VALID', value: text });
  });

  it('outer ordinary spaces are taken off, no others', () => {
    expect(parseText('  海韵  ', LIMITS)).toEqual({ class: 'VALID', value: '海韵' });
    expect(parseText('\u3000海韵', LIMITS)).toEqual({ class: 'VALID', value: '\u3000海韵' });
  });

  it.each([
    ['', { reason: 'EMPTY' }],
    ['   ', { reason: 'ONLY_SPACES' }],
    ['\u00a0\u00a0', { reason: 'ONLY_SPACES', position: 0 }],
    ['\u3000\u3000\u3000', { reason: 'ONLY_SPACES', position: 0 }],
    ['\u2003 \u202f', { reason: 'ONLY_SPACES', position: 0 }],
    ['海', { reason: 'TOO_SHORT', position: 1, expected: '2' }],
    ['𠮷', { reason: 'TOO_SHORT', position: 1, expected: '2' }],
    ['海\u3000', { reason: 'TOO_SHORT', position: 2, expected: '2' }],
    ['𠮷'.repeat(11), { reason: 'TOO_LONG', position: 10, expected: '10' }],
    ['𠮷海\u0000', { reason: 'CONTROL_CHARACTER', position: 2 }],
    ['海\t韵', { reason: 'CONTROL_CHARACTER', position: 1 }],
    ['海韵\n', { reason: 'CONTROL_CHARACTER', position: 2 }],
    ['海\u0085韵', { reason: 'CONTROL_CHARACTER', position: 1 }],
    ['海\u2028韵', { reason: 'CONTROL_CHARACTER', position: 1 }],
    ['海\ud842', { reason: 'LONE_SURROGATE', position: 1 }],
    ['\udfb7海', { reason: 'LONE_SURROGATE', position: 0 }],
    ['\udfb7\ud842', { reason: 'LONE_SURROGATE', position: 0 }],
    ['海\ue000', { reason: 'PRIVATE_USE_CHARACTER', position: 1 }],
    ['海\u{f0000}', { reason: 'PRIVATE_USE_CHARACTER', position: 1 }],
    ['海\u{10fffd}', { reason: 'PRIVATE_USE_CHARACTER', position: 1 }],
    ['海\uffff', { reason: 'NONCHARACTER', position: 1 }],
    ['海\ufdd0', { reason: 'NONCHARACTER', position: 1 }],
    ['海\u{2fffe}', { reason: 'NONCHARACTER', position: 1 }],
    ['海\u{10ffff}', { reason: 'NONCHARACTER', position: 1 }],
    ['海\ufffd', { reason: 'REPLACEMENT_CHARACTER', position: 1 }],
  ])('%j is refused: %o', (typed, fault) => {
    expect(parseText(typed, LIMITS)).toEqual({ class: 'INVALID', ...fault });
  });

  it.each([0x200e, 0x200f, 0x061c, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069])(
    'U+%#x turns the reading direction and is refused',
    codePoint => {
      expect(parseText(`海${String.fromCodePoint(codePoint)}韵`, LIMITS)).toEqual({
        class: 'INVALID',
        reason: 'BIDIRECTIONAL_CONTROL',
        position: 1,
      });
    },
  );

  it.each([0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x00ad, 0xfe0f, 0xe0001, 0xe0041, 0xe0100, 0x3164, 0x2800])(
    'U+%#x cannot be seen and is refused',
    codePoint => {
      expect(parseText(`海${String.fromCodePoint(codePoint)}韵`, LIMITS)).toEqual({
        class: 'INVALID',
        reason: 'INVISIBLE_CHARACTER',
        position: 1,
      });
    },
  );

  it('the first fault is the one that is told', () => {
    expect(parseText('海\u200b韵\u0000', LIMITS)).toMatchObject({ reason: 'INVISIBLE_CHARACTER', position: 1 });
  });

  it('exactly as many code points as allowed are lawful', () => {
    expect(parseText('𠮷'.repeat(10), LIMITS).class).toBe('VALID');
    expect(parseText('𠮷'.repeat(2), LIMITS).class).toBe('VALID');
  });
});
