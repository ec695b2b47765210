import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contour } from '../../papers/font/outline.ts';
import { sealPictureOf } from '../../papers/seal/picture.ts';
import { coverage } from '../../papers/seal/raster.ts';
import { footLine, polygon, roundSeal, sealSide, squareSeal } from '../../papers/seal/shape.ts';
import { type OpenTypefaces, openTypefaces } from '../../papers/typefaces.ts';

let open: OpenTypefaces;
beforeAll(() => {
  open = openTypefaces([]);
});
afterAll(() => open.close());

const NAME =
  '示例省示范市样例区行政审批服务和市场监督管理以及组织机构代码管理中心综合受理专用窗口办公室业务一二三四五六七八九十甲乙丙丁戊己庚辛';
const named = (count: number): string => [...NAME.repeat(3)].slice(0, count).join('');
const outlineOf = (codePoint: number) => open.typefaces.TITLE.outlineOf(codePoint);
const sealOf = (name: string, isOverFoot = false) => roundSeal({ name, isOverFoot }, outlineOf);

const middle = sealSide / 2;
const away = (contours: readonly Contour[]): readonly number[] =>
  contours.flatMap(contour => contour.map(({ from }) => Math.hypot(from.x - middle, from.y - middle)));
/** What stands on the arc: everything but the rim and the star. */
const lettersOf = (name: string): readonly Contour[] =>
  sealOf(name)
    .filter(contour => contour.length !== 16 || Math.max(...away([contour])) < 900)
    .filter(contour => contour.length !== 10);

describe('the round seal', () => {
  it.each([2, 4, 7, 10, 14, 15, 24, 34, 40])('has the name of %i characters on one arc between rim and star', count => {
    const distances = away(lettersOf(named(count)));
    expect(Math.max(...distances)).toBeLessThan(940);
    expect(Math.min(...distances)).toBeGreaterThan(320);
  });

  it.each([45, 60, 100, 130])('has the name of %i characters on several arcs within the rim', count => {
    const distances = away(lettersOf(named(count)));
    expect(Math.max(...distances)).toBeLessThan(940);
  });

  it('leaves the foot free, and reads from left to right', () => {
    const [first] = lettersOf(named(20)) as [Contour];
    expect(first[0]?.from.x).toBeLessThan(middle);
    for (const count of [4, 20, 40]) {
      for (const contour of lettersOf(named(count)))
        for (const { from } of contour) {
          const angle = Math.abs(Math.atan2(from.x - middle, from.y - middle));
          expect(angle).toBeLessThan((155 * Math.PI) / 180);
        }
    }
  });

  it('keeps a level line below the star clear of the arc', () => {
    const foot = footLine('财务专用章', outlineOf);
    const arc = sealOf(named(30), true).filter(contour => Math.max(...away([contour])) < 930);
    const dots = 300;
    const [one, other] = [coverage(foot, sealSide, dots), coverage(arc, sealSide, dots)];
    expect(one.some(share => share > 0.5)).toBe(true);
    expect(one.some((share, at) => share > 0.1 && (other[at] as number) > 0.1)).toBe(false);
  });

  it('has a star in the middle and a rim around it', () => {
    const dots = 200;
    const shares = coverage(sealOf(named(7)), sealSide, dots);
    const at = (x: number, y: number) => shares[Math.round(y * dots) * dots + Math.round(x * dots)] as number;
    expect(at(0.5, 0.5)).toBeCloseTo(1);
    expect(at(0.5, 0.016)).toBeCloseTo(1);
    expect(at(0.02, 0.02)).toBeCloseTo(0);
    expect(at(0.5, 0.85)).toBeCloseTo(0);
  });

  it('stands upright in a square for a name of few characters', () => {
    const dots = 100;
    const shares = coverage(squareSeal('甲子某印', outlineOf), sealSide, dots);
    expect(shares[2 * dots + 50]).toBeCloseTo(1);
    expect(shares.reduce((sum, share) => sum + share, 0) / dots ** 2).toBeGreaterThan(0.3);
  });
});

describe('the picture of a seal', () => {
  it('covers the area of its outlines, to a thousandth', () => {
    const triangle = polygon([
      { x: 100, y: 100 },
      { x: 900, y: 130 },
      { x: 420, y: 870 },
    ]);
    const shares = coverage([triangle], 1_000, 97);
    const area = shares.reduce((sum, share) => sum + share, 0) / 97 ** 2;
    expect(area).toBeCloseTo((800 * 770 - 30 * 320) / 2 / 1e6, 3);
    expect(shares.every(share => share >= 0 && share <= 1)).toBe(true);
  });

  it('is a PNG of the same bytes each time, of the size that it says', () => {
    const picture = sealPictureOf(sealOf(named(7)));
    const bytes = Buffer.from(picture.bytes);
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([420, 420]);
    expect(picture).toMatchObject({ type: 'png', widthMm: 42, heightMm: 42 });
    expect(Buffer.from(sealPictureOf(sealOf(named(7))).bytes).equals(bytes)).toBe(true);
    expect(bytes.length).toBeLessThan(16 * 1024);
  });
});
