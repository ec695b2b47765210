import type { Contour } from '../font/outline.ts';
import { writePng } from '../png.ts';
import { coverage } from './raster.ts';
import { sealMm, sealSide } from './shape.ts';

/** A seal as electronic seals carry it (GB/T 38540, ESPictrueInfo): red on nothing. */
export interface SealPicture {
  readonly type: 'png';
  /** Of the seal on paper. */
  readonly widthMm: number;
  readonly heightMm: number;
  readonly bytes: Uint8Array;
}

/** 254 dots an inch: the seal has some 6 kB. */
const dotsPerMm = 10;
const RED = [214, 15, 26] as const;
/** Steps from nothing to the full color. */
const shades = 16;

export function sealPictureOf(contours: readonly Contour[]): SealPicture {
  const dots = sealMm * dotsPerMm;
  const bytes = writePng({
    width: dots,
    height: dots,
    palette: Array.from({ length: shades }, (_, shade) => [...RED, Math.round((shade * 255) / (shades - 1))] as const),
    dots: Uint8Array.from(coverage(contours, sealSide, dots), share => Math.round(share * (shades - 1))),
  });
  return { type: 'png', widthMm: sealMm, heightMm: sealMm, bytes };
}
