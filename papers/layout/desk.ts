import { hash } from 'node:crypto';
import type { Facts } from '../facts.ts';
import type { Glyph } from '../font/typeface.ts';
import type { Shown, StruckOut } from '../paper.ts';
import { type Qr, qrOf } from '../qr.ts';
import type { Box, Leaf, Node, PathMark, Run, Tag } from './document.ts';
import { aboveBaseline, brokenLines, glyphsIn, runAt, type Style, type Typefaces, widthOf } from './text.ts';

/** What every form lays out with. */
export interface Desk {
  readonly typefaces: Typefaces;
  readonly organization: string;
  readonly qr: Qr;
  readonly verifyUrl: string;
  /** Of the record, the first half of 64 bits: what the verification page shows for comparison. */
  readonly digest: string;
}

export const deskFor = (typefaces: Typefaces, { record, issuer, verifyUrl }: Facts): Desk => ({
  typefaces,
  organization: issuer.organization,
  qr: qrOf(verifyUrl),
  verifyUrl,
  digest: hash('sha256', record, 'hex')
    .slice(0, 16)
    .replace(/(.{4})(?=.)/g, '$1 '),
});

/** A text that is broken into lines, or struck out. */
export type Lines = readonly (readonly Glyph[])[] | StruckOut;

export const isStruckOut = (value: Lines | Shown): value is StruckOut =>
  typeof value === 'object' && 'struckOut' in value;

export const linesOf = (desk: Desk, style: Style, text: Shown, width: number): Lines =>
  isStruckOut(text) ? text : textLines(desk, style, text, width);

export const textLines = ({ typefaces }: Desk, style: Style, text: string, width: number) =>
  brokenLines(glyphsIn(typefaces, style.face, text), style.size, width);

/** How many lines of a column they take: a bar takes one. */
export const lineCount = (lines: Lines): number => (isStruckOut(lines) ? 1 : Math.max(1, lines.length));

/** Where lines are put: x of the left edge, y of the upper one, and from one to the next. */
export interface Column {
  readonly sheet: number;
  readonly x: number;
  readonly y: number;
  readonly leading: number;
}

/** What is put into a column of some lines; a bar in place of what is struck out. */
export function placed(lines: Lines, style: Style, { sheet, x, y, leading }: Column): Leaf | Node {
  if (isStruckOut(lines)) return struckOut(style, sheet, x, y);
  return textLeaf(
    sheet,
    lines.map((glyphs, at) => runAt(glyphs, style, x, baselineOf(y, style.size, leading) + at * leading)),
  );
}

/** Of a line that begins at y: the characters stand in the middle of the leading. */
const baselineOf = (y: number, size: number, leading: number): number =>
  y + (leading - size) / 2 + aboveBaseline * size;

export function textLeaf(sheet: number, runs: readonly Run[]): Leaf {
  const edges = runs.map(({ glyphs, size, x, baseline, spacing }) => ({
    left: x,
    right: x + widthOf(glyphs, size) + spacing * Math.max(0, glyphs.length - 1),
    top: baseline - aboveBaseline * size,
    bottom: baseline + (1 - aboveBaseline) * size,
  }));
  const x = Math.min(...edges.map(({ left }) => left));
  const y = Math.min(...edges.map(({ top }) => top));
  const box: Box = {
    x,
    y,
    width: Math.max(...edges.map(({ right }) => right)) - x,
    height: Math.max(...edges.map(({ bottom }) => bottom)) - y,
  };
  return { sheet, box, mark: { kind: 'TEXT', runs } };
}

/** As long for every text: a bar does not tell how long the name was. */
const barCharacters = 6;
export const struckOutAlt = '已隐去 / struck out';

function struckOut({ size }: Style, sheet: number, x: number, y: number): Node {
  const [width, height] = [barCharacters * size, 0.95 * size];
  const mark: PathMark = {
    kind: 'PATH',
    x,
    y: y + 0.3 * size + height,
    scale: 1,
    operators: `0 g 0 0 ${width} ${height} re f`,
  };
  return { tag: 'Span', alt: struckOutAlt, kids: [{ sheet, box: { x, y: y + 0.3 * size, width, height }, mark }] };
}

export interface LinePlace {
  readonly sheet: number;
  /** Of the left edge, the middle or the right edge, as it is aligned. */
  readonly x: number;
  readonly baseline: number;
  /** Between two characters. */
  readonly spacing?: number;
}

export type Align = 'LEFT' | 'CENTER' | 'RIGHT';

export function lineLeaf(glyphs: readonly Glyph[], style: Style, place: LinePlace, align: Align): Leaf {
  const spacing = place.spacing ?? 0;
  const width = widthOf(glyphs, style.size) + spacing * Math.max(0, glyphs.length - 1);
  const x = align === 'LEFT' ? place.x : align === 'CENTER' ? place.x - width / 2 : place.x - width;
  return textLeaf(place.sheet, [runAt(glyphs, style, x, place.baseline, spacing)]);
}

/** An element of one line. */
export const lineNode = (
  { typefaces }: Desk,
  tag: Tag,
  text: string,
  style: Style,
  place: LinePlace,
  align: Align = 'LEFT',
): Node => ({ tag, kids: [lineLeaf(glyphsIn(typefaces, style.face, text), style, place, align)] });

/** A label whose characters are spread over the width of the longest, as on forms; a longer one is set closer and smaller. */
export function labelLeaf(
  desk: Desk,
  label: string,
  style: Style,
  { sheet, x, y, leading }: Column,
  width: number,
): Leaf {
  const glyphs = glyphsIn(desk.typefaces, style.face, label);
  const natural = widthOf(glyphs, style.size);
  const size = natural > width ? (style.size * width) / natural : style.size;
  const spacing = natural < width && glyphs.length > 1 ? (width - natural) / (glyphs.length - 1) : 0;
  const run = runAt(glyphs, { ...style, size }, x, baselineOf(y, style.size, leading), spacing);
  return textLeaf(sheet, [run]);
}
