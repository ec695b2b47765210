import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fontkit from '@pdf-lib/fontkit';
import { PDFDocument } from 'pdf-lib';
import { typefaceFile } from '../../papers/known-fonts.ts';
import { textLeaf } from '../../papers/layout/desk.ts';
import type { Node } from '../../papers/layout/document.ts';
import { black, runAt } from '../../papers/layout/text.ts';
import { writePdf } from '../../papers/pdf/write-pdf.ts';
import { sealAppearance } from '../../papers/seal/appearance.ts';
import { type OpenTypefaces, openTypefaces } from '../../papers/typefaces.ts';
import { type Dots, renderDots } from '../../tools/samples/render.ts';
import { judge } from '../judges/judge.ts';
import { someFacts } from './fixture.ts';

const poppler = judge('poppler-utils', 'sh', '-c', 'command -v pdftoppm');

/*
 * Our outlines are made of fewer curves and are numbered anew: each character is held against the same one of the whole
 * font, as pdf-lib draws it. (The subset that pdf-lib makes of this typeface leaves every other character blank.)
 */
const CHARACTERS = [
  ...'的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所',
  ...'市场监督管理局税务登记证组织机构代码公安印章备案营业执照统社会信用名称类型法定代表经营范围注册资本成立日期住所机关',
  ...'壹贰叁肆伍陆柒捌玖拾佰仟万亿元整〇二三四五六七八九十月鬱龘爨癵驫麷鱻齾',
  ...'0123456789ABCDEFGHJKLMNPQRTUWXYabcdefghijklmnopqrstuvwxyz',
  ...'，。；：、（）《》“”！？—…·％￥①ⅣαЖあ가',
].filter((one, at, all) => all.indexOf(one) === at && one !== '가');

const [columns, cell, size] = [20, 28, 24] as const;
const sheet = 20 * 28 + 60;
const placeOf = (nth: number) => ({
  x: 30 + (nth % columns) * cell,
  baseline: 30 + (Math.floor(nth / columns) + 0.9) * cell,
});

let open: OpenTypefaces;
beforeAll(() => {
  open = openTypefaces([]);
});
afterAll(() => open.close());

function ours(): Uint8Array {
  const facts = someFacts();
  const runs = CHARACTERS.map((character, nth) => {
    const { x, baseline } = placeOf(nth);
    const glyphs = open.typefaces.TEXT.glyphsOf(character);
    return runAt(glyphs, { face: 'TEXT', size, color: black }, x, baseline);
  });
  const tree: Node = {
    tag: 'Document',
    kids: [
      { tag: 'P', kids: [textLeaf(0, runs)] },
      { tag: 'Form', kids: [] },
    ],
  };
  const page = { width: sheet, height: sheet, decoration: [] };
  const seal = { sheet: 0, box: { x: 0, y: 0, width: 0.01, height: 0.01 } };
  return writePdf(
    { title: '字', sheets: [page], tree, seal },
    facts,
    sealAppearance('字字', open.typefaces.TITLE.outlineOf),
  ).bytes;
}

async function theirs(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.registerFontkit(fontkit);
  const font = await document.embedFont(readFileSync(typefaceFile('regular')), { subset: false });
  const page = document.addPage([sheet, sheet]);
  for (const [nth, character] of CHARACTERS.entries()) {
    const { x, baseline } = placeOf(nth);
    page.drawText(character, { x, y: sheet - baseline, size, font });
  }
  return document.save();
}

const dotsPerInch = 144;
/** How dark each dot of a character's cell is, 0 to 1. */
function inkOf({ width, rgb }: Dots, nth: number): readonly number[] {
  const scale = dotsPerInch / 72;
  const { x, baseline } = placeOf(nth);
  const ink: number[] = [];
  for (let row = Math.round((baseline - 22) * scale); row < (baseline + 5) * scale; row++)
    for (let column = Math.round((x - 1) * scale); column < (x + 26) * scale; column++)
      ink.push(1 - (rgb[3 * (row * width + column)] as number) / 255);
  return ink;
}
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
/** The ink that is in one and not in the other, of the ink of both. */
const apart = (one: readonly number[], other: readonly number[]): number =>
  sum(one.map((value, at) => Math.abs(value - (other[at] as number)))) / (sum(one) + sum(other));

poppler.describe(`characters as they are drawn${poppler.absent}`, () => {
  it('look as those of the whole font, each like itself and unlike its neighbor', async () => {
    const [[drawn], [whole]] = [renderDots(ours(), dotsPerInch), renderDots(await theirs(), dotsPerInch)] as [
      [Dots],
      [Dots],
    ];
    const wrong: string[] = [];
    for (const [nth, character] of CHARACTERS.entries()) {
      const [mine, its] = [inkOf(drawn, nth), inkOf(whole, nth)];
      const next = inkOf(whole, (nth + 1) % CHARACTERS.length);
      const far = apart(mine, its);
      if (sum(its) < 3 || far > 0.12 || far > apart(mine, next) / 2) wrong.push(`${character} ${far.toFixed(3)}`);
    }
    expect(wrong).toEqual([]);
  }, 90_000);
});
