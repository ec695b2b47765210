/**
 * Kinds of characters that a person cannot tell apart by eye, as explicit ranges.
 *
 * The ranges are written out, and not asked of the runtime's Unicode tables, so that every machine and every year
 * gives the same text the same verdict.
 */

export type CharacterKind =
  | 'SURROGATE'
  | 'CONTROL'
  | 'BIDIRECTIONAL'
  | 'INVISIBLE'
  | 'PRIVATE_USE'
  | 'NONCHARACTER'
  | 'REPLACEMENT'
  | 'SPACE'
  | 'FULL_WIDTH'
  | 'OTHER';

/** First code point, last code point, kind; ascending, without overlaps. What is in no range is `OTHER`. */
const RANGES: readonly (readonly [number, number, CharacterKind])[] = [
  [0x0000, 0x001f, 'CONTROL'],
  [0x0020, 0x0020, 'SPACE'],
  [0x007f, 0x009f, 'CONTROL'],
  [0x00a0, 0x00a0, 'SPACE'], // no-break space
  [0x00ad, 0x00ad, 'INVISIBLE'], // soft hyphen
  [0x034f, 0x034f, 'INVISIBLE'], // combining grapheme joiner
  [0x061c, 0x061c, 'BIDIRECTIONAL'],
  [0x115f, 0x1160, 'INVISIBLE'], // hangul fillers
  [0x1680, 0x1680, 'SPACE'],
  [0x17b4, 0x17b5, 'INVISIBLE'],
  [0x180b, 0x180f, 'INVISIBLE'],
  [0x2000, 0x200a, 'SPACE'],
  [0x200b, 0x200d, 'INVISIBLE'], // zero width space, non-joiner, joiner
  [0x200e, 0x200f, 'BIDIRECTIONAL'],
  [0x2028, 0x2029, 'CONTROL'], // line and paragraph separator: a name is one line
  [0x202a, 0x202e, 'BIDIRECTIONAL'],
  [0x202f, 0x202f, 'SPACE'],
  [0x205f, 0x205f, 'SPACE'],
  [0x2060, 0x2065, 'INVISIBLE'],
  [0x2066, 0x2069, 'BIDIRECTIONAL'],
  [0x206a, 0x206f, 'INVISIBLE'],
  [0x2800, 0x2800, 'INVISIBLE'], // blank braille pattern
  [0x3000, 0x3000, 'SPACE'], // ideographic space
  [0x3164, 0x3164, 'INVISIBLE'],
  [0xd800, 0xdfff, 'SURROGATE'], // reached only when its other half is missing
  [0xe000, 0xf8ff, 'PRIVATE_USE'],
  [0xfdd0, 0xfdef, 'NONCHARACTER'],
  [0xfe00, 0xfe0f, 'INVISIBLE'], // variation selectors
  [0xfeff, 0xfeff, 'INVISIBLE'], // byte order mark
  [0xff01, 0xff5e, 'FULL_WIDTH'],
  [0xffa0, 0xffa0, 'INVISIBLE'],
  [0xfff0, 0xfffb, 'INVISIBLE'],
  [0xfffc, 0xfffd, 'REPLACEMENT'],
  [0xfffe, 0xffff, 'NONCHARACTER'],
  [0x1bca0, 0x1bca3, 'INVISIBLE'],
  [0x1d173, 0x1d17a, 'INVISIBLE'],
  [0xe0000, 0xe0fff, 'INVISIBLE'], // tags, supplementary variation selectors
  [0xf0000, 0xffffd, 'PRIVATE_USE'],
  [0x100000, 0x10fffd, 'PRIVATE_USE'],
];

export function characterKind(codePoint: number): CharacterKind {
  for (const [first, last, kind] of RANGES) {
    if (codePoint < first) break;
    if (codePoint <= last) return kind;
  }
  // The last two of every plane are noncharacters: U+1FFFE, U+1FFFF, … U+10FFFF.
  return (codePoint & 0xfffe) === 0xfffe ? 'NONCHARACTER' : 'OTHER';
}

/** Without the ordinary spaces (U+0020) at both ends: what a hurried paste brings along. No other space is taken off. */
export function trimOrdinarySpaces(typed: string): string {
  let start = 0;
  let end = typed.length;
  while (start < end && typed[start] === ' ') start++;
  while (end > start && typed[end - 1] === ' ') end--;
  return typed.slice(start, end);
}
