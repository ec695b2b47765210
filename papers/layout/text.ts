import { type Glyph, type Typeface, unitsPerEm } from '../font/typeface.ts';
import { Undrawable } from '../undrawable.ts';
import type { Color, Face, Run } from './document.ts';

export interface Style {
  readonly face: Face;
  readonly size: number;
  readonly color: Color;
  readonly isStrong?: boolean;
}

/** The typefaces of a press, by their face. */
export type Typefaces = Readonly<Record<Face, Typeface>>;

export const black: Color = [0.1, 0.09, 0.09];
/** Labels and small print: warm, and dark enough on white (contrast 9 to 1). */
export const brown: Color = [0.33, 0.22, 0.12];
export const red: Color = [0.78, 0.05, 0.1];

/** Of one text: the longest that is let in at the door, a business scope, has 4,000. */
const charactersMax = 8_000;

/** @throws {MissingGlyph} @throws {Undrawable} */
export function glyphsIn(typefaces: Typefaces, face: Face, text: string): readonly Glyph[] {
  if (text.length > 2 * charactersMax)
    throw new Undrawable('TEXT_TOO_LONG', `a text of a paper has more than ${charactersMax} characters`);
  return typefaces[face].glyphsOf(text);
}

export function widthOf(glyphs: readonly Glyph[], size: number): number {
  let units = 0;
  for (const { width } of glyphs) units += width;
  return (units * size) / unitsPerEm;
}

/** A line that begins at x. */
export const runAt = (glyphs: readonly Glyph[], style: Style, x: number, baseline: number, spacing = 0): Run => ({
  face: style.face,
  size: style.size,
  color: style.color,
  isStrong: style.isStrong ?? false,
  glyphs,
  x,
  baseline,
  spacing,
});

/** What the line is above its baseline, of the size; the rest is below. */
export const aboveBaseline = 0.88;

/**
 * Lines of a text no wider than given. Ideographs may be parted anywhere but before what closes and behind what opens
 * (避头尾); words and numbers are kept whole, unless one is wider than a line.
 */
export function brokenLines(glyphs: readonly Glyph[], size: number, width: number): readonly (readonly Glyph[])[] {
  const widthUnits = (width * unitsPerEm) / size + 0.01;
  const lines: (readonly Glyph[])[] = [];
  let start = 0;
  let units = 0;
  let lastBreak = 0;
  for (let at = 0; at < glyphs.length; at++) {
    const glyph = glyphs[at] as Glyph;
    if (at > start && mayBreak((glyphs[at - 1] as Glyph).codePoint, glyph.codePoint)) lastBreak = at;
    units += glyph.width;
    // A space at the end of a line may hang over it: it can't be seen.
    if (units <= widthUnits || at === start || isSpace(glyph.codePoint)) continue;
    const end = lastBreak > start ? lastBreak : at;
    lines.push(glyphs.slice(start, end));
    start = end;
    units = 0;
    for (let behind = start; behind <= at; behind++) units += (glyphs[behind] as Glyph).width;
  }
  if (start < glyphs.length) lines.push(glyphs.slice(start));
  return lines;
}

const codePoints = (text: string): ReadonlySet<number> => new Set([...text].map(one => one.codePointAt(0) as number));
const NOT_FIRST = codePoints('、。，．：；！？）〕】》〉」』”’％…—·,.:;!?)]}%～〜ー々〃°');
const NOT_LAST = codePoints('（〔【《〈「『“‘([{￥¥$＃#');

const isSpace = (codePoint: number): boolean => codePoint === 0x20 || codePoint === 0x3000;
/** Letters, digits and what stands between them in numbers and addresses. */
const isOfWord = (codePoint: number): boolean =>
  codePoint > 0x20 && codePoint < 0x250 && !NOT_FIRST.has(codePoint) && !NOT_LAST.has(codePoint);
/** Signs that part words and belong to none when something else follows. */
const joins = (codePoint: number): boolean => codePoint === 0x2e || codePoint === 0x2c || codePoint === 0x3a;

function mayBreak(before: number, after: number): boolean {
  if (isSpace(after) || NOT_FIRST.has(after) || NOT_LAST.has(before)) return false;
  if (isSpace(before)) return true;
  return !(isOfWord(after) && (isOfWord(before) || joins(before)));
}
