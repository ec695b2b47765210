import { type Contour, moved, type Point, type Transform } from '../font/outline.ts';
import { Undrawable } from '../undrawable.ts';

/** A character's outline, of an em of 1,000 units. */
export type OutlineOf = (codePoint: number) => { readonly width: number; readonly contours: readonly Contour[] };

/** A seal fills a square of this side, in units of its own. */
export const sealSide = 2_000;
const radius = sealSide / 2;
/** Round, 4.2 cm, a star in the middle, the name on an arc from left to right: 国务院关于印章管理的规定, 国发〔1999〕25号. */
export const sealMm = 42;

const rim = { outer: radius - 8, width: 52 } as const;
/** Between the rim and the characters, and from one arc to the next. */
const gap = 55;
/** The largest angle from one character to the next, and of a whole arc: the name leaves the foot free. */
const stepMax = (36 * Math.PI) / 180;
const arcMax = (292 * Math.PI) / 180;
/** Of an arc over a level line. */
const arcOverFootMax = (222 * Math.PI) / 180;
const starSize = 0.31 * radius;

export interface SealText {
  /** On the arc; nothing in a seal whose text is struck out. */
  readonly name: string;
  /** Whether the arc leaves room for a level line below the star ({@link footLine}). */
  readonly isOverFoot?: boolean;
}

/**
 * A round seal, all of it filled: a rim, a name on an arc, a five-pointed star. Characters stand as far apart as they are
 * few, and grow narrow as they are many; what finds no room on one arc goes on on another further in.
 *
 * @throws {Undrawable} for a name that has no room. @throws {MissingGlyph}
 */
export function roundSeal({ name, isOverFoot = false }: SealText, outlineOf: OutlineOf): readonly Contour[] {
  const widest = isOverFoot ? arcOverFootMax : arcMax;
  const arcs = arcsOf([...name], widest);
  const innermost = arcs.at(-1);
  const clear = innermost ? innermost.outer - innermost.height - gap : starSize;
  const star = Math.min(starSize, clear);
  return [
    circle(rim.outer, 1),
    // What is filled between two circles that turn against each other is a ring.
    circle(rim.outer - rim.width, -1),
    ...(star > starSize / 4 ? [pentagram({ x: radius, y: radius }, star)] : []),
    ...arcs.flatMap(arc => onArc(arc, widest, outlineOf)),
  ];
}

interface Arc {
  readonly characters: readonly string[];
  /** Where the heads of the characters are, from the middle of the seal. */
  readonly outer: number;
  readonly height: number;
}

/** One arc for up to so many characters; more are set smaller, on several. */
const onOneArcMax = 44;
/** Of the characters on several arcs: as high as there is room for. */
const smallHeights = [125, 100, 80] as const;
/** How close characters stand at their feet, to their height. */
const smallPitch = 0.592;

function arcsOf(characters: readonly string[], widest: number): readonly Arc[] {
  const outer = rim.outer - rim.width - gap;
  const count = characters.length;
  if (count === 0) return [];
  if (count <= onOneArcMax)
    return [{ characters, outer, height: count <= 14 ? 250 : count <= 24 ? 225 : count <= 34 ? 200 : 175 }];
  for (const height of smallHeights) {
    const rings = ringsFor(count, { outer, height, widest });
    if (rings) return spread(characters, rings, height);
  }
  throw new Undrawable('ORGANIZATION_LENGTH', `a round seal has no room for a name of ${count} characters`);
}

interface Ring {
  readonly edge: number;
  readonly capacity: number;
}

/** As many as take so many characters, from the rim inward; undefined when there is no room for them. */
function ringsFor(
  count: number,
  { outer, height, widest }: { readonly outer: number; readonly height: number; readonly widest: number },
): readonly Ring[] | undefined {
  const rings: Ring[] = [];
  let room = 0;
  for (let edge = outer; room < count; edge -= height + gap * 0.6) {
    if (edge < 2 * height) return undefined;
    const capacity = Math.floor((widest * (edge - height)) / (height * smallPitch));
    rings.push({ edge, capacity });
    room += capacity;
  }
  return rings;
}

/** Each arc takes its part, so that all are equally dense. */
function spread(characters: readonly string[], rings: readonly Ring[], height: number): readonly Arc[] {
  const room = rings.reduce((sum, { capacity }) => sum + capacity, 0);
  let [taken, passed] = [0, 0];
  return rings.map(({ edge, capacity }) => {
    passed += capacity;
    const from = taken;
    taken = Math.round((characters.length * passed) / room);
    return { characters: characters.slice(from, taken), outer: edge, height };
  });
}

function onArc({ characters, outer, height }: Arc, widest: number, outlineOf: OutlineOf): readonly Contour[] {
  const count = characters.length;
  const step = Math.min(stepMax, widest / Math.max(1, count - 1));
  // Characters stand closest at their feet, where the arc is shortest.
  const width = Math.min(height, step * (outer - height) * 0.98);
  return characters.flatMap((character, at) => {
    const turn = ((count - 1) / 2 - at) * step;
    const middle = outer - height / 2;
    const center = { x: radius - Math.sin(turn) * middle, y: radius + Math.cos(turn) * middle };
    return upright(character, { center, width, height, turn }, outlineOf);
  });
}

/** Where a character stands: in a box around a point, turned to the left by an angle. */
interface Stand {
  readonly center: Point;
  readonly width: number;
  readonly height: number;
  readonly turn: number;
}

/** The box of an ideograph is from 0.12 em below the line to 0.88 above. */
const middleOfEm = 380;

function upright(character: string, { center, width, height, turn }: Stand, outlineOf: OutlineOf): readonly Contour[] {
  const { width: advance, contours } = outlineOf(character.codePointAt(0) as number);
  const [sx, sy] = [width / Math.max(1_000, advance), height / 1_000];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [dx, dy] = [-advance / 2, -middleOfEm];
  const place: Transform = [
    cos * sx,
    sin * sx,
    -sin * sy,
    cos * sy,
    center.x + cos * sx * dx - sin * sy * dy,
    center.y + sin * sx * dx + cos * sy * dy,
  ];
  return contours.map(contour => moved(contour, place));
}

/** Level below the star, between the ends of the arc, such as 财务专用章. */
export function footLine(text: string, outlineOf: OutlineOf): readonly Contour[] {
  const characters = [...text];
  const pitch = Math.min(185, 1_000 / characters.length);
  return characters.flatMap((character, at) => {
    const center = { x: radius + (at - (characters.length - 1) / 2) * pitch, y: radius - 500 };
    return upright(character, { center, width: pitch * 0.95, height: 185, turn: 0 }, outlineOf);
  });
}

function pentagram(center: Point, size: number): Contour {
  // The inner corners lie where its lines cross.
  const inner = size * (Math.sin(Math.PI / 10) / Math.sin((7 * Math.PI) / 10));
  return polygon(
    Array.from({ length: 10 }, (_, nth): Point => {
      const angle = Math.PI / 2 + (nth * Math.PI) / 5;
      const away = nth % 2 === 0 ? size : inner;
      return { x: center.x + away * Math.cos(angle), y: center.y + away * Math.sin(angle) };
    }),
  );
}

/** Sixteen quadratic curves: less than a thousandth of the radius off. */
function circle(size: number, direction: 1 | -1): Contour {
  const curves = 16;
  const at = (nth: number, away: number): Point => {
    const angle = (direction * nth * 2 * Math.PI) / curves;
    return { x: radius + away * Math.cos(angle), y: radius + away * Math.sin(angle) };
  };
  const controlAway = size / Math.cos(Math.PI / curves);
  return Array.from({ length: curves }, (_, nth) => ({
    from: at(nth, size),
    control: at(nth + 0.5, controlAway),
    to: at(nth + 1, size),
  }));
}

export const polygon = (corners: readonly Point[]): Contour =>
  corners.map((from, nth) => ({ from, control: undefined, to: corners[(nth + 1) % corners.length] as Point }));

/** A name seal (名章): characters in a square frame, in columns from right to left. */
export function squareSeal(text: string, outlineOf: OutlineOf): readonly Contour[] {
  const characters = [...text];
  const rows = Math.max(1, Math.ceil(Math.sqrt(characters.length)));
  const columns = Math.max(1, Math.ceil(characters.length / rows));
  const edge = 130;
  const [width, height] = [(sealSide - 2 * edge) / columns, (sealSide - 2 * edge) / rows];
  return [
    square(20, false),
    square(85, true),
    ...characters.flatMap((character, nth) => {
      const [column, row] = [Math.floor(nth / rows), nth % rows];
      const center = { x: sealSide - edge - (column + 0.5) * width, y: sealSide - edge - (row + 0.5) * height };
      return upright(character, { center, width: 0.94 * width, height: 0.94 * height, turn: 0 }, outlineOf);
    }),
  ];
}

function square(at: number, turned: boolean): Contour {
  const far = sealSide - at;
  const corners = [
    { x: at, y: at },
    { x: far, y: at },
    { x: far, y: far },
    { x: at, y: far },
  ];
  return polygon(turned ? corners.reverse() : corners);
}
