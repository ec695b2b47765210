/**
 * A paper that is laid out: sheets, and one tree of what stands on them in the order in which it is read. Lengths are
 * points (1/72 inch) from the upper left corner of a sheet.
 */
import type { Glyph } from '../font/typeface.ts';

export interface LaidOut {
  readonly title: string;
  readonly sheets: readonly Sheet[];
  readonly tree: Node;
  /** Where the seal is put; it lies over what is printed there, as on paper. */
  readonly seal: { readonly sheet: number; readonly box: Box };
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** What is there to be looked at, and no part of what is read: frames, rules, page numbers. Drawn first, in this order. */
  readonly decoration: readonly Mark[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Tag = 'Document' | 'Sect' | 'H1' | 'H2' | 'P' | 'Span' | 'Figure' | 'Form' | 'Table' | 'TR' | 'TH' | 'TD';

/** An element of the structure (ISO 32000-1, 14.7). */
export interface Node {
  readonly tag: Tag;
  readonly kids: readonly (Node | Leaf)[];
  /** What is read in place of what can't be read. */
  readonly alt?: string;
  /** Where it is another than the document's. */
  readonly language?: string;
}

/** What is drawn of an element on one sheet. */
export interface Leaf {
  readonly sheet: number;
  /** Nothing of the mark lies outside. */
  readonly box: Box;
  readonly mark: Mark;
}

export type Mark = TextMark | PathMark | PictureMark;

export interface TextMark {
  readonly kind: 'TEXT';
  readonly runs: readonly Run[];
}

/** Painted in coordinates of its own, which begin at the given point (the lower left corner) and go right and up. */
export interface PathMark {
  readonly kind: 'PATH';
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  /** Operators of a content stream. */
  readonly operators: string;
}

/** A drawing that is the same on many papers. */
export interface PictureMark {
  readonly kind: 'PICTURE';
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly picture: Picture;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Operators of a content stream, compressed. */
  readonly stream: Uint8Array;
  /** What the picture repeats, as operators too, compressed: its `/S Do`. */
  readonly stamp?: Uint8Array;
}

/** Titles have a weight of their own; labels are of the text's, a little thicker: most of their characters are in the text. */
export type Face = 'TITLE' | 'TEXT';

export interface Run {
  readonly face: Face;
  /** Drawn a little thicker. */
  readonly isStrong: boolean;
  readonly glyphs: readonly Glyph[];
  readonly size: number;
  readonly x: number;
  readonly baseline: number;
  readonly color: Color;
  /** Between two characters. */
  readonly spacing: number;
}

/** Red, green, blue, 0 to 1. */
export type Color = readonly [number, number, number];

export const isLeaf = (part: Node | Leaf): part is Leaf => 'mark' in part;
