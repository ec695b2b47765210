import { type Contour, moved } from '../font/outline.ts';
import { simplified } from '../font/simplify.ts';
import type { Print } from '../paper.ts';
import { filledPath } from './path.ts';
import { footLine, type OutlineOf, roundSeal, sealSide, squareSeal } from './shape.ts';

/** A print fills a square of this side: coarse units, because it is printed small. */
export const printSide = 600;
const scale = printSide / sealSide;
const tolerance = 0.8;

/** The operators that draw a print: what prints of one enterprise have in common, and what is this one's. */
export interface PrintPaths {
  readonly common: string;
  readonly own: string | undefined;
}

/** Where its text is struck out, a seal without one. */
export function printPaths({ text, square, kind }: Print, outlineOf: OutlineOf): PrintPaths {
  const carved = typeof text === 'string' ? text : '';
  if (square) return { common: coarse(squareSeal(carved, outlineOf)), own: undefined };
  // The name stands on the arc; the kind, with which the texts of special seals end, below the star.
  const hasFoot = carved.length > kind.length && carved.endsWith(kind);
  const name = hasFoot ? carved.slice(0, -kind.length) : carved;
  return {
    common: coarse(roundSeal({ name, isOverFoot: hasFoot }, outlineOf)),
    own: hasFoot ? coarse(footLine(kind, outlineOf)) : undefined,
  };
}

const coarse = (contours: readonly Contour[]): string =>
  `0.8 0.06 0.1 rg\n${filledPath(contours.map(contour => simplified(moved(contour, [scale, 0, 0, scale, 0, 0]), tolerance)))}`;
