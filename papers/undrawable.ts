/** No font has a character: a box in its place would be a lie on a sealed paper, so nothing is drawn at all. */
export class MissingGlyph extends Error {
  override readonly name = 'MissingGlyph';
  /** Such as U+3106C. */
  readonly character: string;

  /** @param fonts The files that were asked. */
  constructor(codePoint: number, fonts: readonly string[]) {
    const character = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    super(
      `no font has ${character} (asked: ${fonts.join(', ')}): install one that has, such as Debian's fonts-hanazono, ` +
        'and name its file among the fallback fonts',
    );
    this.character = character;
  }
}

export type UndrawableReason =
  /** Half of a pair of surrogates. */
  | 'LONE_SURROGATE'
  /** A control, or a character that shows nothing: what is read out of the paper would not be what is seen. */
  | 'INVISIBLE_CHARACTER'
  | 'TEXT_TOO_LONG'
  | 'TOO_MANY_PAGES'
  /** Rows, paragraphs and cells. */
  | 'TOO_MANY_PARTS'
  | 'URL_TOO_LONG'
  | 'ORGANIZATION_LENGTH';

/** What no paper can hold. */
export class Undrawable extends Error {
  override readonly name = 'Undrawable';
  readonly reason: UndrawableReason;

  constructor(reason: UndrawableReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
