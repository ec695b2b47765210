import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePng } from '../../papers/png.ts';

/** Pages as pictures of few colors, by poppler's pdftoppm. */
export function renderPages(pdf: Uint8Array, dotsPerInch: number): readonly Uint8Array[] {
  return renderDots(pdf, dotsPerInch).map(indexed);
}

export interface Dots {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each dot, row by row from above. */
  readonly rgb: Uint8Array;
}

export function renderDots(pdf: Uint8Array, dotsPerInch: number): readonly Dots[] {
  const folder = mkdtempSync(join(tmpdir(), 'one-window-pages-'));
  try {
    writeFileSync(join(folder, 'paper.pdf'), pdf);
    execFileSync('pdftoppm', ['-r', String(dotsPerInch), 'paper.pdf', 'page'], { cwd: folder, timeout: renderMaxMs });
    const pages = readdirSync(folder).filter(file => file.endsWith('.ppm'));
    return pages.sort().map(file => readPpm(readFileSync(join(folder, file))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const renderMaxMs = 60_000;

/** `P6 WIDTH HEIGHT 255`, then three bytes for each dot. */
function readPpm(bytes: Uint8Array): Dots {
  const [, width, height] =
    /^P6\s(\d+)\s(\d+)\s255\s/.exec(Buffer.from(bytes.subarray(0, 32)).toString('latin1')) ?? [];
  if (!width || !height) throw new Error('pdftoppm wrote no picture');
  const [columns, rows] = [Number(width), Number(height)];
  return { width: columns, height: rows, rgb: bytes.subarray(bytes.length - 3 * columns * rows) };
}

/** Sixteen levels of each channel, and of those colors the most frequent; the others are taken for the nearest of these. */
function indexed({ width, height, rgb }: Dots): Uint8Array {
  const keys = new Uint16Array(width * height);
  const counts = new Map<number, number>();
  for (let at = 0; at < keys.length; at++) {
    const level = (channel: number): number => Math.round((rgb[3 * at + channel] as number) / 17);
    const key = (level(0) << 8) | (level(1) << 4) | level(2);
    keys[at] = key;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const frequent = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([key]) => key);
  const kept = frequent.slice(0, colorsMax);
  const channels = (key: number) => [key >> 8, (key >> 4) & 15, key & 15] as const;
  const apart = (one: number, other: number): number =>
    channels(one).reduce((sum, level, at) => sum + (level - (channels(other)[at] as number)) ** 2, 0);
  const nearest = new Map(
    frequent.map(key => [
      key,
      kept.reduce((best, one, at) => (apart(one, key) < apart(kept[best] as number, key) ? at : best), 0),
    ]),
  );
  return writePng({
    width,
    height,
    palette: kept.map(key => {
      const [red, green, blue] = channels(key);
      return [17 * red, 17 * green, 17 * blue, 255] as const;
    }),
    dots: Uint8Array.from(keys, key => nearest.get(key) as number),
  });
}
/** Enough for black, red, brown and bronze on white, and what lies between. */
const colorsMax = 32;
