/**
 * What a lawful text is for the names, addresses and titles that people type.
 *
 * The value is the text as typed without its outer ordinary spaces (U+0020). Nothing inside is changed, no Unicode
 * normalization takes place: a name is sealed as its owner wrote it. Decisions:
 *
 * - Full-width digits and letters, no-break and ideographic spaces between other characters, and every character
 *   outside the Basic Multilingual Plane are lawful.
 * - Private-use characters are refused: what they show depends on one machine's fonts, and a sealed paper must read
 *   the same everywhere. Rare characters that older editions of GB 18030 kept there have had places of their own
 *   since GB 18030-2022; the clerk types those.
 * - Characters not yet assigned are lawful, noncharacters are not. New ideographs are encoded every few years, and
 *   the age of our tables is no ground for refusing a name.
 * - Variation selectors are refused as invisible: two names that look alike must not differ.
 */
import { type CharacterKind, characterKind, trimOrdinarySpaces } from './characters.ts';
import { invalid, type Verdict, valid } from './verdict.ts';

export type TextReason =
  | 'EMPTY'
  /** Spaces of whatever kind and nothing else. */
  | 'ONLY_SPACES'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'CONTROL_CHARACTER'
  | 'LONE_SURROGATE'
  | 'BIDIRECTIONAL_CONTROL'
  | 'INVISIBLE_CHARACTER'
  | 'PRIVATE_USE_CHARACTER'
  | 'NONCHARACTER'
  /** U+FFFD or U+FFFC: the trace of a character that was lost on the way here. */
  | 'REPLACEMENT_CHARACTER';

export interface TextLimits {
  /** Least number of code points that are not spaces. */
  readonly minCharacters: number;
  /** Greatest number of code points, inner spaces counted. */
  readonly maxCharacters: number;
}

const FAULT_OF: { readonly [kind in CharacterKind]?: TextReason } = {
  SURROGATE: 'LONE_SURROGATE',
  CONTROL: 'CONTROL_CHARACTER',
  BIDIRECTIONAL: 'BIDIRECTIONAL_CONTROL',
  INVISIBLE: 'INVISIBLE_CHARACTER',
  PRIVATE_USE: 'PRIVATE_USE_CHARACTER',
  NONCHARACTER: 'NONCHARACTER',
  REPLACEMENT: 'REPLACEMENT_CHARACTER',
};

/** Positions are counted in code points, as a person counts characters. */
export function parseText(typed: string, { minCharacters, maxCharacters }: TextLimits): Verdict<string, TextReason> {
  if (typed === '') return invalid('EMPTY');
  const text = trimOrdinarySpaces(typed);
  if (text === '') return invalid('ONLY_SPACES');
  let position = 0;
  let visible = 0;
  for (const character of text) {
    if (position === maxCharacters) return invalid('TOO_LONG', position, String(maxCharacters));
    const kind = characterKind(character.codePointAt(0)!);
    const fault = FAULT_OF[kind];
    if (fault) return invalid(fault, position);
    if (kind !== 'SPACE') visible++;
    position++;
  }
  if (visible === 0) return invalid('ONLY_SPACES', 0);
  if (visible < minCharacters) return invalid('TOO_SHORT', position, String(minCharacters));
  return valid(text);
}
