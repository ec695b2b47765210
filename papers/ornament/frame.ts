import { compressed } from '../font/subset.ts';
import type { Picture } from '../layout/document.ts';
import { numbers } from '../pdf/values.ts';
import { keptPicture } from './kept-picture.ts';

/** BROAD has a band of key frets (雷纹) between lines, DOUBLE has lines alone. */
export type FrameKind = 'BROAD' | 'DOUBLE';

/** From edge to edge of a sheet. */
export const frame = (kind: FrameKind, width: number, height: number): Picture =>
  keptPicture(`frame ${kind} ${width} ${height}`, () =>
    kind === 'BROAD' ? broad(width, height) : { width, height, stream: packed(double(width, height)) },
  );

const BRONZE = '0.63 0.46 0.2 RG';
const GOLD = '0.79 0.65 0.39 RG';

/** Distance of the band from the edge of the sheet, and its width, points. */
const margin = 20;
const band = 17;

const packed = (operators: string): Uint8Array => compressed(Buffer.from(operators, 'latin1'), 9);

function broad(width: number, height: number): Picture {
  const inset = (at: number): string => `${numbers(at, at, width - 2 * at, height - 2 * at)} re S`;
  const parts = [
    `${BRONZE} 1.6 w ${inset(margin)}`,
    `0.5 w ${inset(margin + 2.6)} ${inset(margin + band)}`,
    `1.1 w ${inset(margin + band + 2.6)}`,
    `${GOLD} 0.85 w 2 J`,
  ];
  // Frets run from corner to corner, every other one mirrored, as many as fill the side.
  const [from, room] = [4.4, band - 6.2];
  const far = band - from - room;
  for (const [nth, step] of steps(width)) {
    const x = margin + band + nth * step;
    for (const y of [margin + from, height - margin - band + far]) parts.push(stamped(nth, [step, 0, 0, room], x, y));
  }
  for (const [nth, step] of steps(height)) {
    const y = margin + band + nth * step;
    for (const x of [margin + from, width - margin - band + far]) parts.push(stamped(nth, [0, step, room, 0], x, y));
  }
  for (const x of [margin, width - margin - band])
    for (const y of [margin, height - margin - band]) parts.push(corner(x + band / 2, y + band / 2));
  return { width, height, stream: packed(parts.join('\n')), stamp: packed(FRET) };
}

function steps(length: number): readonly (readonly [nth: number, step: number])[] {
  const run = length - 2 * (margin + band);
  const count = 2 * Math.round(run / (2 * (band - 4)));
  return Array.from({ length: count }, (_, nth) => [nth, run / count]);
}

/** @param along Where the sides of the fret's box go to. */
function stamped(nth: number, along: readonly [number, number, number, number], x: number, y: number): string {
  const [a, b, c, d] = along;
  const matrix = nth % 2 === 0 ? [-a, -b, c, d, x + a, y + b] : [a, b, c, d, x, y];
  return `q ${numbers(...matrix)} cm /S Do Q`;
}

/** A line that winds into a square and ends there; its box is the unit square. */
const FRET = '0.07 w 0.06 0.02 m 0.06 0.98 l 0.9 0.98 l 0.9 0.22 l 0.32 0.22 l 0.32 0.7 l 0.64 0.7 l 0.64 0.46 l S';

/** A rhombus in a rhombus. */
const corner = (x: number, y: number): string =>
  [4.3, 2.1]
    .map(
      away =>
        `${numbers(x - away, y)} m ${numbers(x, y + away)} l ${numbers(x + away, y)} l ${numbers(x, y - away)} l s`,
    )
    .join(' ');

const double = (width: number, height: number): string =>
  [`${BRONZE} 1.4 w`, 26, '0.5 w', 29.4]
    .map(part => (typeof part === 'string' ? part : `${numbers(part, part, width - 2 * part, height - 2 * part)} re S`))
    .join(' ');
