import type { Contour, Point } from './outline.ts';

/**
 * A simple glyph of the table `glyf`. Coordinates are rounded; a point of the curve that lies halfway between two control
 * points is left out, as readers put it there themselves.
 */
export function writeGlyph(contours: readonly Contour[]): Uint8Array {
  const written = contours.map(pointsOf).filter(points => points.length > 2);
  const points = written.flat();
  if (points.length === 0) return new Uint8Array(0);
  const head = Buffer.alloc(10 + 2 * written.length + 2);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  head.writeInt16BE(written.length, 0);
  for (const [at, bound] of [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].entries())
    head.writeInt16BE(bound, 2 + 2 * at);
  let end = -1;
  for (const [nth, contour] of written.entries()) {
    end += contour.length;
    head.writeUInt16BE(end, 10 + 2 * nth);
  }
  const [xBytes, yBytes]: [number[], number[]] = [[], []];
  const flags: number[] = [];
  let [x, y] = [0, 0];
  for (const point of points) {
    const on = point.isOn ? 1 : 0;
    flags.push(on | step(point.x - x, xBytes, 0x02, 0x10) | step(point.y - y, yBytes, 0x04, 0x20));
    [x, y] = [point.x, point.y];
  }
  return Uint8Array.from([...head, ...repeated(flags), ...xBytes, ...yBytes]);
}

interface Written extends Point {
  readonly isOn: boolean;
}

function pointsOf(contour: Contour): readonly Written[] {
  const points = contour.flatMap(({ from, control }): readonly Written[] =>
    control ? [rounded(from, true), rounded(control, false)] : [rounded(from, true)],
  );
  const distinct = points.filter((point, at) => {
    const before = points.at(at - 1) as Written;
    return !(point.isOn && before.isOn && point.x === before.x && point.y === before.y);
  });
  return distinct.filter((point, at) => {
    const [before, after] = [distinct.at(at - 1), distinct[(at + 1) % distinct.length]] as [Written, Written];
    const isImplied =
      !before.isOn && !after.isOn && 2 * point.x === before.x + after.x && 2 * point.y === before.y + after.y;
    // The first is kept: contours must begin somewhere on the curve.
    return at === 0 || !point.isOn || !isImplied;
  });
}

const rounded = ({ x, y }: Point, isOn: boolean): Written => ({ x: Math.round(x), y: Math.round(y), isOn });

/** Writes one coordinate's way from the last point. @returns The bits of its flag. */
function step(by: number, bytes: number[], isShort: number, isSame: number): number {
  if (by === 0) return isSame;
  if (Math.abs(by) < 256) {
    bytes.push(Math.abs(by));
    return by > 0 ? isShort | isSame : isShort;
  }
  bytes.push((by >> 8) & 0xff, by & 0xff);
  return 0;
}

function repeated(flags: readonly number[]): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at < flags.length; ) {
    let times = 1;
    while (times < 256 && flags[at + times] === flags[at]) times++;
    if (times > 1) bytes.push((flags[at] as number) | 0x08, times - 1);
    else bytes.push(flags[at] as number);
    at += times;
  }
  return bytes;
}
