/** Fine lines in a light color behind what is written, as on securities (底纹). */
import { compressed } from '../font/subset.ts';
import type { Picture } from '../layout/document.ts';
import { keptPicture } from './kept-picture.ts';

/** Rings of petals, the outer one first: from where to where they reach, of the radius; how many there are. */
const RINGS = [
  { reach: 0.985, inner: 0.6, petals: 54 },
  { reach: 0.66, inner: 0.3, petals: 40 },
  { reach: 0.36, inner: 0.1, petals: 30 },
] as const;

/** A rosette in a square of the given side: one petal, turned again and again. */
export const rosette = (side: number): Picture =>
  keptPicture(`rosette ${side}`, () => {
    const radius = side / 2;
    const turned = RINGS.flatMap(({ reach, inner, petals }) =>
      Array.from({ length: petals }, (_, nth) => {
        const angle = (nth * 2 * Math.PI) / petals;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const [length, width] = [(reach - inner) * radius, reach * radius * 0.62];
        const matrix = [cos * width, sin * width, -sin * length, cos * length].map(Math.round).join(' ');
        const [x, y] = [radius - sin * inner * radius, radius + cos * inner * radius];
        return `q ${matrix} ${Math.round(x)} ${Math.round(y)} cm /S Do Q`;
      }),
    );
    return { width: side, height: side, stream: packed(`${LINE}\n${turned.join('\n')}`), stamp: packed(PETAL) };
  });

const LINE = '0.92 0.86 0.73 RG';
/** From the foot at the origin to a round head at a height of one, and back. */
const PETAL = '0.0045 w 0 0 m 0.62 0.1 0.72 1 0 1 c -0.72 1 -0.62 0.1 0 0 c S';

/** Waves from edge to edge of a band: one line of waves and its mirror image, drawn again and again further up. */
export const waves = (width: number, height: number): Picture =>
  keptPicture(`waves ${width} ${height}`, () => {
    const amplitude = height / 4;
    const lines = Array.from({ length: wavesInBand }, (_, nth) => {
      const y = (amplitude + (nth / (wavesInBand - 1)) * (height - 2 * amplitude)).toFixed(1);
      return `q 1 0 0 1 0 ${y} cm /S Do Q q 1 0 0 -1 0 ${y} cm /S Do Q`;
    });
    const stamp = `0.35 w 0 0 m ${wave(width / wavePeriods, amplitude)} S`;
    return {
      width,
      height,
      stream: packed(`0.95 0.915 0.84 RG\n${lines.join('\n')}`),
      stamp: packed(stamp),
    };
  });

const wavesInBand = 11;
const wavePeriods = 5;

/** As near to a sine as two cubic curves a period come. */
function wave(length: number, amplitude: number): string {
  const rise = (amplitude * 1.1443 * 1.166).toFixed(1);
  return Array.from({ length: wavePeriods }, (_, nth) => {
    const at = (part: number): string => ((nth + part) * length).toFixed(1);
    return `${at(0.1821)} ${rise} ${at(0.3179)} ${rise} ${at(0.5)} 0 c ${at(0.6821)} -${rise} ${at(0.8179)} -${rise} ${at(1)} 0 c`;
  }).join('\n');
}

const packed = (operators: string): Uint8Array => compressed(Buffer.from(operators, 'latin1'), 9);
