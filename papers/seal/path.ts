import type { Contour, Point } from '../font/outline.ts';

/** Operators of a content stream that fill contours, in whole units. PDF knows cubic curves alone (ISO 32000-1, 8.5.2). */
export function filledPath(contours: readonly Contour[]): string {
  return `${contours.map(pathOf).join('\n')}\nf`;
}

function pathOf(contour: Contour): string {
  const [first] = contour;
  if (!first) return '';
  const parts = [`${at(first.from)} m`];
  for (const { from, control, to } of contour) {
    if (control) parts.push(`${at(toward(from, control))} ${at(toward(to, control))} ${at(to)} c`);
    else parts.push(`${at(to)} l`);
  }
  return `${parts.join('\n')} h`;
}

const at = ({ x, y }: Point): string => `${Math.round(x)} ${Math.round(y)}`;

/** The control point of the same curve as a cubic one. */
const toward = (end: Point, control: Point): Point => ({
  x: end.x + (2 / 3) * (control.x - end.x),
  y: end.y + (2 / 3) * (control.y - end.y),
});
