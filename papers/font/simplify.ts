import type { Contour, Point, Segment } from './outline.ts';

/**
 * The same contour of fewer curves: neighbors that run on smoothly become one where that moves no point of the contour by
 * more than the tolerance. Outlines of fonts were cut into curves for a larger scale than that of a paper; half of a
 * sealed paper's bytes are outlines.
 *
 * @param tolerance In units of the contour.
 */
export function simplified(contour: Contour, tolerance: number): Contour {
  const simple: Segment[] = [];
  for (let at = 0; at < contour.length; ) {
    let widest = contour[at] as Segment;
    let next = at + 1;
    for (let to = at + 1; to < contour.length && to - at < mergedMax; to++) {
      if (!runsOn(contour[to - 1] as Segment, contour[to] as Segment)) break;
      const merged = mergedCurve(contour.slice(at, to + 1), tolerance);
      if (!merged) break;
      widest = merged;
      next = to + 1;
    }
    simple.push(widest);
    at = next;
  }
  return simple;
}

const mergedMax = 8;
/** Cosine of the largest angle between two curves that are one to the eye. */
const smoothCosine = 0.98;

function runsOn({ control, to }: Segment, next: Segment): boolean {
  if (!control || !next.control) return false;
  const [ax, ay] = [to.x - control.x, to.y - control.y];
  const [bx, by] = [next.control.x - next.from.x, next.control.y - next.from.y];
  const lengths = Math.hypot(ax, ay) * Math.hypot(bx, by);
  return lengths > 0 && (ax * bx + ay * by) / lengths > smoothCosine;
}

/** The curve that leaves and arrives as these together do; undefined when they are not near enough to it. */
function mergedCurve(curves: Contour, tolerance: number): Segment | undefined {
  const [first, last] = [curves[0] as Segment, curves.at(-1) as Segment];
  const [from, to] = [first.from, last.to];
  const control = crossing(from, first.control as Point, to, last.control as Point);
  if (!control) return undefined;
  const merged = { from, control, to };
  const isNear = (point: Point): boolean => distance(point, merged) <= tolerance;
  return curves.every(curve => SAMPLES.every(at => isNear(pointAt(curve, at)))) ? merged : undefined;
}
const SAMPLES = [0.25, 0.5, 0.75, 1] as const;

/** Where the ray from `a` through `b` meets the ray from `c` through `d`. */
function crossing(a: Point, b: Point, c: Point, d: Point): Point | undefined {
  const [ux, uy] = [b.x - a.x, b.y - a.y];
  const [vx, vy] = [c.x - d.x, c.y - d.y];
  const turn = ux * vy - uy * vx;
  if (Math.abs(turn) < 1e-6) return undefined;
  const [ex, ey] = [c.x - a.x, c.y - a.y];
  const along = (ex * vy - ey * vx) / turn;
  const back = (ux * ey - uy * ex) / turn;
  return along > 0 && back > 0 ? { x: a.x + ux * along, y: a.y + uy * along } : undefined;
}

export function pointAt({ from, control, to }: Segment, at: number): Point {
  const rest = 1 - at;
  if (!control) return { x: rest * from.x + at * to.x, y: rest * from.y + at * to.y };
  const [p, q, r] = [rest * rest, 2 * rest * at, at * at];
  return { x: p * from.x + q * control.x + r * to.x, y: p * from.y + q * control.y + r * to.y };
}

/** Of a point from a curve: the nearest of eight of its points, and five times halfway closer. */
function distance({ x, y }: Point, curve: Segment): number {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  const look = (at: number): void => {
    const found = pointAt(curve, at);
    const squared = (found.x - x) ** 2 + (found.y - y) ** 2;
    if (squared < least) [nearest, least] = [at, squared];
  };
  for (let nth = 0; nth <= 8; nth++) look(nth / 8);
  for (let step = 1 / 16; step > 1 / 400; step /= 2) {
    const around = nearest;
    look(Math.max(0, around - step));
    look(Math.min(1, around + step));
  }
  return Math.sqrt(least);
}
