/**
 * Draws papers as PDF files that wait for their seal. The writer is our own: a license takes it 3 ms and 46 KB. pdf-lib
 * took 11 ms, and the subset that it makes of this typeface leaves characters blank.
 *
 * ```ts
 * const press = await openPress({});
 * const drawn = press.draw(paper, { record, issuer, sealedAt, verifyUrl, holeBytes: sealer.holeBytes });
 * const pdf = await sealer.sealPdf(drawn);
 * ```
 */
import type { DrawnPdf } from '../certs/pdf/hole.ts';
import type { Facts } from './facts.ts';
import { layOut } from './forms/lay-out.ts';
import type { Paper } from './paper.ts';
import { type SealAppearance, writePdf } from './pdf/write-pdf.ts';
import { sealAppearance } from './seal/appearance.ts';
import { type SealPicture, sealPictureOf } from './seal/picture.ts';
import { roundSeal } from './seal/shape.ts';
import { openTypefaces } from './typefaces.ts';

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
export async function openPress({ fallbackFonts }: PressSettings): Promise<Press> {
  const { typefaces, close } = openTypefaces(fallbackFonts);
  const { outlineOf } = typefaces.TITLE;
  const appearances = new Map<string, SealAppearance>();

  function appearanceOf(organization: string): SealAppearance {
    const known = appearances.get(organization);
    if (known) return known;
    const appearance = sealAppearance(organization, outlineOf);
    if (appearances.size === appearancesKeptMax) appearances.clear();
    appearances.set(organization, appearance);
    return appearance;
  }

  return {
    draw: (paper, facts) => writePdf(layOut(paper, facts, typefaces), facts, appearanceOf(facts.issuer.organization)),
    sealPicture: organization => sealPictureOf(roundSeal({ name: organization }, outlineOf)),
    close,
  };
}
