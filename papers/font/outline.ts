/** Outlines of the table `glyf`: closed contours of straight lines and quadratic curves. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * From `from` to `to`, straight or by way of `control`. A contour begins where it ends; outer contours turn one way, holes
 * the other.
 */
export interface Segment {
  readonly from: Point;
  readonly control: Point | undefined;
  readonly to: Point;
}

export type Contour = readonly Segment[];

/** Composites in composites. */
const compositeDepthMax = 4;
/** The parts of one glyph; ideographs that are put together have a dozen. */
const partsMax = 64;
const pointsMax = 4_096;

/** @param bytesOf The bytes of a glyph in the file, which are not trusted. @throws {Error} when they are malformed. */
export function readOutline(bytesOf: (glyph: number) => Uint8Array, glyph: number, depth = 0): readonly Contour[] {
  const bytes = bytesOf(glyph);
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const contours = view.getInt16(0);
  if (contours >= 0) return readSimple(view, contours);
  if (depth === compositeDepthMax) throw new Error(`glyph ${glyph} is a composite of composites`);
  return readParts(view).flatMap(({ glyph: part, place }) =>
    readOutline(bytesOf, part, depth + 1).map(contour => moved(contour, place)),
  );
}

/** A point of the file: on the curve, or its control point. */
interface RawPoint extends Point {
  readonly isOn: boolean;
}

function readSimple(view: DataView, contours: number): readonly Contour[] {
  const ends = Array.from({ length: contours }, (_, nth) => view.getUint16(10 + 2 * nth));
  const points = (ends.at(-1) ?? -1) + 1;
  if (points > pointsMax) throw new Error(`a glyph has ${points} points`);
  let at = 10 + 2 * contours;
  at += 2 + view.getUint16(at); // Behind the instructions, which are for screens of few dots.
  const flags: number[] = [];
  while (flags.length < points) {
    const flag = view.getUint8(at++);
    const times = flag & REPEAT ? view.getUint8(at++) : 0;
    for (let nth = 0; nth <= times; nth++) flags.push(flag);
  }
  const coordinates = (isShort: number, isSame: number): number[] => {
    let value = 0;
    return flags.map(flag => {
      if (flag & isShort) value += flag & isSame ? view.getUint8(at++) : -view.getUint8(at++);
      else if (!(flag & isSame)) {
        value += view.getInt16(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = coordinates(0x02, 0x10);
  const ys = coordinates(0x04, 0x20);
  return ends.flatMap((end, nth) => {
    const first = nth === 0 ? 0 : (ends[nth - 1] as number) + 1;
    const raw: RawPoint[] = [];
    for (let index = first; index <= end; index++)
      raw.push({ x: xs[index] as number, y: ys[index] as number, isOn: ((flags[index] as number) & 1) === 1 });
    return raw.length < 2 ? [] : [segmentsOf(raw)];
  });
}
const REPEAT = 0x08;

/** Between two control points in a row lies a point of the curve that the file leaves out. */
function segmentsOf(raw: readonly RawPoint[]): Contour {
  const points = raw.flatMap((point, at): readonly RawPoint[] => {
    const before = raw.at(at - 1) as RawPoint;
    return point.isOn || before.isOn ? [point] : [{ ...between(before, point), isOn: true }, point];
  });
  const start = points.findIndex(({ isOn }) => isOn);
  const turned = [...points.slice(start), ...points.slice(0, start)];
  const segments: Segment[] = [];
  for (let at = 0; at < turned.length; ) {
    const next = turned[(at + 1) % turned.length] as RawPoint;
    const control = next.isOn ? undefined : next;
    const to = control ? (turned[(at + 2) % turned.length] as RawPoint) : next;
    segments.push({ from: turned[at] as RawPoint, control, to });
    at += control ? 2 : 1;
  }
  return segments;
}

const between = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

/** `x' = a x + c y + e`, `y' = b x + d y + f`. */
export type Transform = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface Part {
  readonly glyph: number;
  readonly place: Transform;
}

function readParts(view: DataView): readonly Part[] {
  const parts: Part[] = [];
  let at = 10;
  const fraction = (): number => {
    at += 2;
    return view.getInt16(at - 2) / 16_384;
  };
  for (;;) {
    const flags = view.getUint16(at);
    const glyph = view.getUint16(at + 2);
    if (!(flags & 0x0002)) throw new Error('a composite is put together by points');
    const [e, f] =
      flags & 0x0001 ? [view.getInt16(at + 4), view.getInt16(at + 6)] : [view.getInt8(at + 4), view.getInt8(at + 5)];
    at += flags & 0x0001 ? 8 : 6;
    let [a, b, c, d] = [1, 0, 0, 1];
    if (flags & 0x0008) a = d = fraction();
    else if (flags & 0x0040) [a, d] = [fraction(), fraction()];
    else if (flags & 0x0080) [a, b, c, d] = [fraction(), fraction(), fraction(), fraction()];
    parts.push({ glyph, place: [a, b, c, d, e, f] });
    if (parts.length > partsMax) throw new Error('a composite has too many parts');
    if (!(flags & 0x0020)) return parts;
  }
}

const movedPoint = ({ x, y }: Point, [a, b, c, d, e, f]: Transform): Point => ({
  x: a * x + c * y + e,
  y: b * x + d * y + f,
});

export const moved = (contour: Contour, place: Transform): Contour =>
  contour.map(({ from, control, to }) => ({
    from: movedPoint(from, place),
    control: control && movedPoint(control, place),
    to: movedPoint(to, place),
  }));
