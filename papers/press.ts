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
import type { Paper } from './paper.ts';

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

export interface SealPicture {
  readonly type: 'png';
  /** Of the seal on paper. */
  readonly widthMm: number;
  readonly heightMm: number;
  readonly bytes: Uint8Array;
}

export interface PressSettings {
  /** Files of TrueType fonts, asked in this order for characters that the typeface lacks; known places when absent. */
  readonly fallbackFonts?: readonly string[];
}
