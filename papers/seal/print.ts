import { moved } from '../font/outline.ts';
import { simplified } from '../font/simplify.ts';
import type { Print } from '../paper.ts';
import { filledPath } from './path.ts';
import { type OutlineOf, roundSeal, sealSide, squareSeal } from './shape.ts';

/** A print fills a square of this side: coarse units, because it is printed small. */
export const printSide = 600;
const scale = printSide / sealSide;
const tolerance = 0.8;

/** The operators that draw a print; where its text is struck out, of a seal without one. */
export function printPath({ text, square, kind }: Print, outlineOf: OutlineOf): string {
  const carved = typeof text === 'string' ? text : '';
  const contours = square ? squareSeal(carved, outlineOf) : roundSeal(partsOf(carved, kind), outlineOf);
  const coarse = contours.map(contour => simplified(moved(contour, [scale, 0, 0, scale, 0, 0]), tolerance));
  return `0.8 0.06 0.1 rg\n${filledPath(coarse)}`;
}

/** The name stands on the arc; the kind, with which the texts of special seals end, below the star. */
const partsOf = (carved: string, kind: string) =>
  carved.length > kind.length && carved.endsWith(kind)
    ? { name: carved.slice(0, -kind.length), foot: kind }
    : { name: carved };
