import type { Glyph } from '../font/typeface.ts';
import { closingBlock, notesBlock, qrFigure, verifyHint } from '../layout/blocks.ts';
import { type Desk, isStruckOut, type Lines, labelLeaf, lineCount, lineNode, linesOf, placed } from '../layout/desk.ts';
import type { LaidOut, Leaf, Mark, Node } from '../layout/document.ts';
import { Flow, type SheetForm } from '../layout/flow.ts';
import { placePrints } from '../layout/prints.ts';
import { placeTable } from '../layout/table.ts';
import { black, brokenLines, brown, glyphsIn, type Style } from '../layout/text.ts';
import { frame } from '../ornament/frame.ts';
import { rosette, waves } from '../ornament/guilloche.ts';
import type { Field, Paper } from '../paper.ts';
import { Undrawable } from '../undrawable.ts';
import { titleOf } from './flowing.ts';

/*
 * A license to be hung on a wall: one sheet of A4 across, with everything that must be seen on it. A business scope that
 * finds no room in the smallest print, and lists of founders, go on on annexes (附页).
 */

const [width, height] = [841.89, 595.28];
const center = width / 2;

/** The two columns of fields, from their upper edge to what stands below. */
const columnTop = 190;
const left = { x: 92, width: 318, bottom: 520 } as const;
const right = { x: 452, width: 302, bottom: 368 } as const;
const closingTop = 378;
const notesTop = 540;

const fieldSizes = [13, 12, 11, 10, 9, 8, 7] as const;
const longSizes = [13, 12, 11, 10, 9, 8, 7.5, 7] as const;
/** The fields before a long one leave it so much of their column. */
const longShareMin = 0.4;

export function layOutLicense(paper: Paper, desk: Desk): LaidOut {
  const { before, long, behind } = parted(paper.fields);
  const sheet = 0;
  const annexes: { readonly heading: string; readonly rest: readonly Glyph[] }[] = [];
  const size = fieldSize(desk, before, behind, long !== undefined);
  const first = placeFields(desk, before, size, { sheet, x: left.x, y: columnTop, width: left.width });
  const longNodes: Node[] = [];
  if (long) {
    const { node, rest } = placeLong(desk, long, size, first.y);
    longNodes.push(node);
    if (rest) annexes.push({ heading: `${long.label}（续）`, rest });
  }
  const second = placeFields(desk, behind, size, { sheet, x: right.x, y: columnTop, width: right.width });
  const signed = closingBlock(desk, paper.closing, { sheet, center: right.x + 190, y: closingTop, width: 230 }, 12.5);
  const flow = new Flow(desk, ANNEX, [{ width, height, decoration: decoration() }]);
  const nodes = [
    ...heading(desk, paper),
    ...first.nodes,
    ...longNodes,
    ...second.nodes,
    ...signed.nodes,
    ...qrBlock(desk),
    ...notesBlock(desk, paper.notes, { sheet, x: left.x, y: notesTop, width: width - 2 * left.x }).nodes,
    ...annexNodes(flow, paper, annexes),
  ];
  flow.numberSheets(titleOf(paper), sheetHeight => sheetHeight - 47);
  return {
    title: titleOf(paper),
    sheets: flow.sheets,
    tree: { tag: 'Document', kids: nodes },
    seal: { sheet, box: signed.seal },
  };
}

function parted(fields: readonly Field[]) {
  const at = fields.findIndex(({ isLong }) => isLong);
  const half = at < 0 ? Math.ceil(fields.length / 2) : at;
  return { before: fields.slice(0, half), long: fields[at], behind: fields.slice(at < 0 ? half : at + 1) };
}

function decoration(): Mark[] {
  const side = 300;
  return [
    { kind: 'PICTURE', x: 48, y: 505, scale: 1, picture: waves(width - 96, 300) },
    { kind: 'PICTURE', x: center - side / 2, y: 355 + side / 2, scale: 1, picture: rosette(side) },
    { kind: 'PICTURE', x: 0, y: height, scale: 1, picture: frame('BROAD', width, height) },
  ];
}

function heading(desk: Desk, { title, subtitle, numbers }: Paper): readonly Node[] {
  const style: Style = { face: 'TITLE', size: 46, color: black };
  const spacing = style.size * 0.42;
  const nodes = [lineNode(desk, 'H1', title, style, { sheet: 0, x: center, baseline: 132, spacing }, 'CENTER')];
  if (subtitle) {
    const small: Style = { face: 'TITLE', size: 14, color: brown };
    nodes.push(lineNode(desk, 'P', subtitle, small, { sheet: 0, x: center, baseline: 160 }, 'CENTER'));
  }
  let y = 74;
  for (const { label, value } of numbers) {
    const column = { sheet: 0, x: 66, y, leading: 16 };
    const number: Style = { face: 'TEXT', size: 12.5, color: black };
    const lines = linesOf(desk, number, value, 190);
    nodes.push({
      tag: 'P',
      kids: [
        placed(linesOf(desk, labelStyle(10), label, 190), labelStyle(10), column),
        placed(lines, number, { ...column, y: y + 16 }),
      ],
    });
    y += 38;
  }
  return nodes;
}

const labelStyle = (size: number): Style => ({ face: 'TEXT', size, color: brown, isStrong: true });
const valueStyle = (size: number): Style => ({ face: 'TEXT', size, color: black });

/** Measures of a field at a size, points. */
const measures = (size: number) => ({ label: 5 * size, gap: 1.15 * size, leading: 1.5 * size, apart: 0.62 * size });

const valueLines = (desk: Desk, { value }: Field, size: number, columnWidth: number): Lines => {
  const { label, gap } = measures(size);
  return linesOf(desk, valueStyle(size), value, columnWidth - label - gap);
};

function heightOf(desk: Desk, fields: readonly Field[], size: number, columnWidth: number): number {
  const { leading, apart } = measures(size);
  return fields.reduce(
    (sum, field) => sum + lineCount(valueLines(desk, field, size, columnWidth)) * leading + apart,
    0,
  );
}

/** The largest size at which the fields have room, the same in both columns. */
function fieldSize(desk: Desk, before: readonly Field[], behind: readonly Field[], hasLong: boolean): number {
  const share = hasLong ? 1 - longShareMin : 1;
  const fits = (size: number): boolean =>
    heightOf(desk, before, size, left.width) <= (left.bottom - columnTop) * share &&
    heightOf(desk, behind, size, right.width) <= right.bottom - columnTop;
  const size = fieldSizes.find(fits);
  if (size === undefined) throw new Undrawable('TEXT_TOO_LONG', 'the fields of a license have no room on its sheet');
  return size;
}

interface ColumnPlace {
  readonly sheet: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function placeFields(
  desk: Desk,
  fields: readonly Field[],
  size: number,
  { sheet, x, y, width: columnWidth }: ColumnPlace,
) {
  const { label, gap, leading, apart } = measures(size);
  let at = y;
  const nodes = fields.map((field): Node => {
    const lines = valueLines(desk, field, size, columnWidth);
    const kids: (Leaf | Node)[] = [
      labelLeaf(desk, field.label, labelStyle(size), { sheet, x, y: at, leading }, label),
      placed(lines, valueStyle(size), { sheet, x: x + label + gap, y: at, leading }),
    ];
    at += lineCount(lines) * leading + apart;
    return { tag: 'P', kids };
  });
  return { nodes, y: at };
}

const continued = '（接附页）';

/** The long field in what is left of its column, in the largest print in which it has room; the rest of its lines. */
function placeLong(
  desk: Desk,
  field: Field,
  labelSize: number,
  y: number,
): { readonly node: Node; readonly rest?: readonly Glyph[] } {
  const { label, gap } = measures(labelSize);
  const x = left.x + label + gap;
  const valueWidth = left.width - label - gap;
  const room = left.bottom - y;
  const measured = longSizes
    .filter(size => size <= labelSize)
    .map(size => ({ size, leading: 1.45 * size, lines: linesOf(desk, valueStyle(size), field.value, valueWidth) }));
  const [fitting] = measured.filter(({ leading, lines }) => lineCount(lines) * leading <= room);
  const { size, leading, lines } = fitting ?? (measured.at(-1) as (typeof measured)[number]);
  const named = labelLeaf(
    desk,
    field.label,
    labelStyle(labelSize),
    { sheet: 0, x: left.x, y, leading: 1.5 * labelSize },
    label,
  );
  // The first line of a smaller print stands on the line of its label.
  const shown = { sheet: 0, x, y: y + (1.5 * labelSize - leading) / 2, leading };
  if (fitting || isStruckOut(lines)) {
    return { node: { tag: 'P', kids: [named, placed(lines, valueStyle(size), shown)] } };
  }
  const count = Math.floor((room - leading) / leading);
  const style: Style = { face: 'TEXT', size, color: brown };
  const note = placed([glyphsIn(desk.typefaces, 'TEXT', continued)], style, {
    ...shown,
    y: shown.y + count * leading,
  });
  return {
    node: { tag: 'P', kids: [named, placed(lines.slice(0, count), valueStyle(size), shown), note] },
    rest: lines.slice(count).flat(),
  };
}

function qrBlock(desk: Desk): readonly Node[] {
  const side = 84;
  const box = { x: width - 58 - side, y: 64, width: side, height: side };
  const hint = { sheet: 0, x: box.x - 124, y: 84, width: 120 };
  return [qrFigure(desk, 0, box), ...verifyHint(desk, hint, 'RIGHT')];
}

const ANNEX: SheetForm = {
  width,
  height,
  left: 80,
  right: 80,
  top: 62,
  bottom: 62,
  decorate: () => [{ kind: 'PICTURE', x: 0, y: height, scale: 1, picture: frame('DOUBLE', width, height) }],
};

/** What goes on behind the license, and what stands there by its nature. */
function annexNodes(
  flow: Flow,
  paper: Paper,
  continuations: readonly { readonly heading: string; readonly rest: readonly Glyph[] }[],
): readonly Node[] {
  if (continuations.length === 0 && paper.sections.length === 0) return [];
  flow.nextSheet();
  const style: Style = { face: 'TITLE', size: 20, color: black };
  const place = { sheet: flow.sheet, x: center, baseline: flow.y + 20, spacing: 6 };
  const title = lineNode(flow.desk, 'H1', `${paper.title}附页`, style, place, 'CENTER');
  flow.y += 34;
  return [
    title,
    ...continuations.flatMap(({ heading: text, rest }) => {
      const named = flow.heading(text, 11.5);
      const value = valueStyle(10);
      const lines = brokenLines(rest, value.size, flow.width);
      return [named, { tag: 'P' as const, kids: flow.lines(lines, value, 16, flow.form.left) }];
    }),
    ...paper.sections.flatMap(section => {
      if (section.kind === 'TABLE') return placeTable(flow, section, 10);
      if (section.kind === 'PRINTS') return placePrints(flow, section.heading, section.prints);
      return section.paragraphs.map(text => flow.paragraph(text, valueStyle(10), 16, true));
    }),
  ];
}
