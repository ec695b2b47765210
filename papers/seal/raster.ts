import type { Contour, Point } from '../font/outline.ts';
import { pointAt } from '../font/simplify.ts';

/**
 * How much of each dot the contours cover, 0 to 1, row by row from above. Each edge adds, to the dots of its rows, the area
 * to its right; summed up along a row this is the coverage, exact for straight edges.
 *
 * @param contours In a square of `side` units, y upwards; nothing lies outside.
 */
export function coverage(contours: readonly Contour[], side: number, dots: number): Float32Array {
  // One column more takes what an edge on the border adds behind it.
  const columns = dots + 2;
  const areas = new Float32Array(columns * dots);
  const scale = dots / side;
  const place = ({ x, y }: Point): Point => ({ x: clamp(x * scale, dots), y: clamp(dots - y * scale, dots) });
  for (const contour of contours) {
    for (const segment of contour) {
      const steps = segment.control ? stepsPerCurve : 1;
      let from = place(segment.from);
      for (let nth = 1; nth <= steps; nth++) {
        const to = place(pointAt(segment, nth / steps));
        addEdge(areas, columns, from, to);
        from = to;
      }
    }
  }
  const covered = new Float32Array(dots * dots);
  for (let y = 0; y < dots; y++) {
    let sum = 0;
    for (let x = 0; x < dots; x++) {
      sum += areas[y * columns + x] as number;
      covered[y * dots + x] = Math.min(1, Math.abs(sum));
    }
  }
  return covered;
}

const stepsPerCurve = 8;

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

function addEdge(areas: Float32Array, columns: number, one: Point, other: Point): void {
  if (one.y === other.y) return;
  const direction = one.y < other.y ? 1 : -1;
  const [from, to] = direction === 1 ? [one, other] : [other, one];
  const slope = (to.x - from.x) / (to.y - from.y);
  for (let row = Math.floor(from.y); row < to.y; row++) {
    const [top, bottom] = [Math.max(row, from.y), Math.min(row + 1, to.y)];
    const [a, b] = [from.x + (top - from.y) * slope, from.x + (bottom - from.y) * slope];
    addStrip(areas, row * columns, Math.min(a, b), Math.max(a, b), (bottom - top) * direction);
  }
}

/** An edge within one row: what it hides, spread over the dots that it crosses from left to right. */
function addStrip(areas: Float32Array, row: number, left: number, right: number, height: number): void {
  const [first, last] = [Math.floor(left), Math.floor(right)];
  if (first === last) {
    const hidden = height * (1 - ((left + right) / 2 - first));
    add(areas, row + first, hidden);
    add(areas, row + first + 1, height - hidden);
    return;
  }
  const perDot = height / (right - left);
  let before = 0;
  for (let dot = first; dot <= last; dot++) {
    const [from, to] = [Math.max(left, dot), Math.min(right, dot + 1)];
    // What lies right of the edge within this dot, and all of it in the dots behind.
    const crossed = (to - from) * perDot;
    const inside = crossed * (1 - ((from + to) / 2 - dot));
    add(areas, row + dot, inside + before);
    before = crossed - inside;
  }
  add(areas, row + last + 1, before);
}

function add(areas: Float32Array, at: number, area: number): void {
  areas[at] = (areas[at] as number) + area;
}
