/**
 * How every code is read before its own rule is asked.
 *
 * Outer ordinary spaces are taken off and a–z become A–Z, because people type and paste so. Everything else stays
 * and is judged: a full-width digit, a no-break space or an invisible character inside a code is a fault that says so,
 * for silently repaired text would no longer be what was signed.
 */
import { type CharacterKind, characterKind, trimOrdinarySpaces } from './characters.ts';
import { type Invalid, invalid } from './verdict.ts';

export type CodeFault =
  | 'EMPTY'
  | 'FULL_WIDTH_CHARACTER'
  | 'WHITESPACE'
  | 'INVISIBLE_CHARACTER'
  | 'LENGTH'
  /** A character that this code never has at that position. */
  | 'CHARACTER';

/** The characters allowed at each position. */
export type Shape = readonly string[];

export const DIGITS = '0123456789';
export const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Longest text that is looked at: longer than every code here, and a bound on what a hostile caller makes us scan. */
const CODE_CHARACTERS_MAX = 128;

const FAULT_OF: { readonly [kind in CharacterKind]?: CodeFault } = {
  SPACE: 'WHITESPACE',
  FULL_WIDTH: 'FULL_WIDTH_CHARACTER',
  INVISIBLE: 'INVISIBLE_CHARACTER',
  BIDIRECTIONAL: 'INVISIBLE_CHARACTER',
};

/** A tab or a line end is a space to the person who pasted it. */
const isTypedWhitespace = (codePoint: number): boolean =>
  (codePoint >= 0x09 && codePoint <= 0x0d) || codePoint === 0x85;

/** The text in upper case, or the first thing in it that no code has. */
export function readCode(typed: string): string | Invalid<CodeFault> {
  const text = trimOrdinarySpaces(typed);
  if (text === '') return invalid('EMPTY');
  if (text.length > CODE_CHARACTERS_MAX) return invalid('LENGTH');
  let position = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    const fault = isTypedWhitespace(codePoint) ? 'WHITESPACE' : FAULT_OF[characterKind(codePoint)];
    if (fault) return invalid(fault, position);
    position++;
  }
  // Not toUpperCase: it turns ß into SS and ı into I, which moves positions and forgives foreign letters.
  return text.replace(/[a-z]/g, letter => letter.toUpperCase());
}

/** The first fault of form: a wrong character is named before a wrong length, as it is often the cause of it. */
export function checkShape(text: string, shape: Shape): Invalid<CodeFault> | undefined {
  const characters = [...text];
  for (const [position, allowed] of shape.entries()) {
    const character = characters[position];
    if (character !== undefined && !allowed.includes(character)) return invalid('CHARACTER', position);
  }
  if (characters.length !== shape.length) {
    return invalid('LENGTH', Math.min(characters.length, shape.length), String(shape.length));
  }
  return undefined;
}

/** {@link readCode} and {@link checkShape} in one. */
export function readShaped(typed: string, shape: Shape): string | Invalid<CodeFault> {
  const text = readCode(typed);
  if (typeof text !== 'string') return text;
  return checkShape(text, shape) ?? text;
}

/** `shape([6, DIGITS], [1, 'X'])`: six digits, then an X. */
export function shape(...runs: readonly (readonly [count: number, allowed: string])[]): Shape {
  return runs.flatMap(([count, allowed]) => Array<string>(count).fill(allowed));
}

/**
 * Eighteen digits that end in 000: what is left of a code after a spreadsheet took it for a number and kept 15 digits.
 * Asked only after the check has failed, because one lawful code in a thousand ends so too.
 */
export const looksRoundedBySpreadsheet = (text: string): boolean => /^[1-9][0-9]{14}000$/.test(text);
