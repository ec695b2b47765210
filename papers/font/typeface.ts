import { MissingGlyph, Undrawable } from '../undrawable.ts';
import type { FontFile } from './font-file.ts';
import { writeGlyph } from './glyph-bytes.ts';
import { type Contour, moved, type Transform } from './outline.ts';
import { simplified } from './simplify.ts';

/** A character as it is drawn, in units of {@link unitsPerEm}. */
export interface Glyph {
  readonly codePoint: number;
  readonly width: number;
  /** For the table `glyf` of a subset; made when it is first drawn, and kept. */
  bytes(): Uint8Array;
}

/** One weight, with the fonts that stand in where it lacks a character. */
export interface Typeface {
  /** The characters of a text. @throws {MissingGlyph} @throws {Undrawable} */
  glyphsOf(text: string): readonly Glyph[];
  /** Of an em of 1,000 units, as coarse as for texts. */
  outlineOf(codePoint: number): { readonly width: number; readonly contours: readonly Contour[] };
}

/**
 * The em of what is drawn with. At the size of a text a unit is finer than what is printed with 1,200 dots an inch; a grid
 * twice as fine makes a paper a tenth larger.
 */
export const unitsPerEm = 250;
/** How far a simplified contour may lie from the font's own, in units. */
const tolerance = 1.25;
/** Of outlines that seals are made of; a seal on paper is as large as a title. */
const outlineEm = 1_000;
const outlineTolerance = 6;
/** Glyphs that are kept, some 500 bytes each: more than the characters of all names of a city. */
const glyphsKeptMax = 16_384;

interface Found {
  readonly file: FontFile;
  readonly glyph: number;
}

/** @param fallbacks Open already: weights share them. */
export function typefaceOf(font: FontFile, fallbacks: readonly FontFile[]): Typeface {
  const fonts = [font, ...fallbacks];
  const kept = new Map<number, Glyph>();

  /** Undefined for a space that no font has: it is blank. */
  function find(codePoint: number): Found | undefined {
    for (const file of fonts) {
      const glyph = file.glyphOf(codePoint);
      if (glyph !== 0) return { file, glyph };
    }
    if (isSpace(codePoint)) return undefined;
    throw new MissingGlyph(
      codePoint,
      fonts.map(({ path }) => path),
    );
  }

  /** @param within How far a contour may lie from the font's own, in units of the em. */
  function contoursOf({ file, glyph }: Found, em: number, within: number): readonly Contour[] {
    const scale = em / file.unitsPerEm;
    const place: Transform = [scale, 0, 0, scale, 0, 0];
    return file.outlineOf(glyph).map(contour => simplified(moved(contour, place), within));
  }

  const widthOf = (found: Found | undefined, em: number): number =>
    Math.round(found ? (found.file.advanceOf(found.glyph) * em) / found.file.unitsPerEm : em / 4);

  function glyphOf(codePoint: number): Glyph {
    const found = find(codePoint);
    let bytes: Uint8Array | undefined;
    const glyph: Glyph = {
      codePoint,
      width: widthOf(found, unitsPerEm),
      bytes() {
        bytes ??= writeGlyph(found ? contoursOf(found, unitsPerEm, tolerance) : []);
        return bytes;
      },
    };
    if (kept.size === glyphsKeptMax) kept.clear();
    kept.set(codePoint, glyph);
    return glyph;
  }

  return {
    glyphsOf(text) {
      if (!text.isWellFormed()) throw new Undrawable('LONE_SURROGATE', 'a text has half a pair of surrogates');
      const glyphs: Glyph[] = [];
      for (const character of text) {
        const codePoint = character.codePointAt(0) as number;
        const glyph = kept.get(codePoint);
        if (!glyph && INVISIBLE.test(character)) throw invisible(codePoint);
        glyphs.push(glyph ?? glyphOf(codePoint));
      }
      return glyphs;
    },
    outlineOf(codePoint) {
      const found = find(codePoint);
      return {
        width: widthOf(found, outlineEm),
        contours: found ? contoursOf(found, outlineEm, outlineTolerance) : [],
      };
    },
  };
}

const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]$/u;
const invisible = (codePoint: number): Undrawable =>
  new Undrawable(
    'INVISIBLE_CHARACTER',
    `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} can't be seen on paper`,
  );

const isSpace = (codePoint: number): boolean => /^\p{Zs}$/u.test(String.fromCodePoint(codePoint));
