/**
 * Draws papers as PDF files that wait for their seal.
 *
 * ```ts
 * const press = await openPress({});
 * const drawn = press.draw(paper, { record, issuer, sealedAt, verifyUrl, holeBytes: holeBytesOf('ES256') });
 * const pdf = await sealer.sealPdf(drawn, sealedAt);
 * ```
 */
import type { DrawnPdf } from '../certs/pdf/hole.ts';
import type { Facts } from './facts.ts';
import { openFontFile } from './font/font-file.ts';
import { compressed } from './font/subset.ts';
import { typefaceOf } from './font/typeface.ts';
import { layOutFlowing } from './forms/flowing.ts';
import { layOutLicense } from './forms/license.ts';
import { knownFallbacks, typefaceFile } from './known-fonts.ts';
import { deskFor } from './layout/desk.ts';
import type { LaidOut } from './layout/document.ts';
import type { Typefaces } from './layout/text.ts';
import type { Paper } from './paper.ts';
import { type SealAppearance, writePdf } from './pdf/write-pdf.ts';
import { filledPath } from './seal/path.ts';
import { type SealPicture, sealPictureOf } from './seal/picture.ts';
import { roundSeal, sealSide } from './seal/shape.ts';

export interface Press {
  /**
   * The same paper and facts draw the same bytes.
   *
   * @throws {MissingGlyph} for a character that no font has. @throws {Undrawable} for what no paper can hold.
   */
  draw(paper: Paper, facts: Facts): DrawnPdf;
  /** The round seal of an organization as a picture, for electronic seals. The same name, the same bytes. */
  sealPicture(organization: string): SealPicture;
  /** Nothing can be drawn any more. */
  close(): void;
}

export interface PressSettings {
  /** Files of TrueType fonts, asked in this order for characters that the typeface lacks; known places when absent. */
  readonly fallbackFonts?: readonly string[];
}

/** Issuers of one process, with their predecessors' names. */
const appearancesKeptMax = 64;

/** Opens the fonts; what is drawn with them is read when it is needed. @throws {Error} when one can't be read. */
export async function openPress({ fallbackFonts = knownFallbacks() }: PressSettings): Promise<Press> {
  const fallbacks = fallbackFonts.map(openFontFile);
  const [regular, bold] = [openFontFile(typefaceFile('regular')), openFontFile(typefaceFile('bold'))];
  const [text, titles] = [typefaceOf(regular, fallbacks), typefaceOf(bold, fallbacks)];
  const typefaces: Typefaces = { TITLE: titles, TEXT: text };
  const appearances = new Map<string, SealAppearance>();

  function appearanceOf(organization: string): SealAppearance {
    const known = appearances.get(organization);
    if (known) return known;
    const path = filledPath(roundSeal({ name: organization }, titles.outlineOf));
    const stream = compressed(Buffer.from(`/M gs 0.84 0.06 0.1 rg\n${path}`, 'latin1'), 9);
    const appearance = { width: sealSide, stream };
    if (appearances.size === appearancesKeptMax) appearances.clear();
    appearances.set(organization, appearance);
    return appearance;
  }

  return {
    draw(paper, facts) {
      return writePdf(layOut(paper, facts, typefaces), facts, appearanceOf(facts.issuer.organization));
    },
    sealPicture: organization => sealPictureOf(roundSeal({ name: organization }, titles.outlineOf)),
    close() {
      for (const font of [regular, bold, ...fallbacks]) font.close();
    },
  };
}

/** Where everything of a paper stands. */
export function layOut(paper: Paper, facts: Facts, typefaces: Typefaces): LaidOut {
  const desk = deskFor(typefaces, facts);
  return paper.form === 'LICENSE' ? layOutLicense(paper, desk) : layOutFlowing(paper, desk);
}
