import type { Column as TableColumn, TableSection } from '../paper.ts';
import { isStruckOut, type Lines, lineCount, linesOf, placed } from './desk.ts';
import type { Leaf, Node } from './document.ts';
import type { Flow } from './flow.ts';
import { black, brown, type Style } from './text.ts';

/** White around what stands in a cell, points. */
const padding = { x: 5, y: 3.5 } as const;

/**
 * A table that goes on on as many sheets as it takes, its headings on each: as headings on the first, and to be looked at
 * on the others, since they are read once. A row of many lines goes on like everything else.
 */
export function placeTable(flow: Flow, { heading, columns, rows }: TableSection, size: number): readonly Node[] {
  const title = flow.heading(heading, size * 1.12);
  const widths = widthsOf(columns, flow.width);
  const lefts = widths.map((_, at) => flow.form.left + widths.slice(0, at).reduce((sum, width) => sum + width, 0));
  const leading = size * 1.42;
  const head: Style = { face: 'TEXT', size, color: brown, isStrong: true };
  const cell: Style = { face: 'TEXT', size, color: black };
  const headings = columns.map(({ heading: text }, at) =>
    linesOf(flow.desk, head, text, (widths[at] as number) - 2 * padding.x),
  );
  const headHeight = Math.max(...headings.map(lineCount)) * leading + 2 * padding.y;
  const line = (weight: number, color = '0.63 0.46 0.2'): void =>
    flow.rule(flow.form.left, flow.form.left + flow.width, flow.y, weight, color);

  function beginSheet(): readonly (Leaf | Node)[] {
    line(0.9);
    const parts = headings.map((lines, at) =>
      placed(lines, head, { sheet: flow.sheet, x: (lefts[at] as number) + padding.x, y: flow.y + padding.y, leading }),
    );
    flow.y += headHeight;
    line(0.6);
    return parts;
  }

  flow.need(headHeight + leading + 2 * padding.y);
  const table: Node[] = [{ tag: 'TR', kids: beginSheet().map(part => ({ tag: 'TH', kids: [part] })) }];
  for (const row of rows)
    table.push(placeRow(row.map((text, at) => linesOf(flow.desk, cell, text, (widths[at] as number) - 2 * padding.x))));
  flow.y += size * 0.6;
  return [title, { tag: 'Table', kids: table }];

  function placeRow(cells: readonly Lines[]): Node {
    const kids: (Leaf | Node)[][] = cells.map(() => []);
    const count = Math.max(...cells.map(lineCount));
    for (let from = 0; from < count; ) {
      if (flow.room < leading + 2 * padding.y) {
        flow.nextSheet();
        for (const part of beginSheet()) repeatAsDecoration(flow, part);
      }
      const fitting = Math.max(1, Math.min(count - from, Math.floor((flow.room - 2 * padding.y) / leading)));
      for (const [at, lines] of cells.entries()) {
        const some = isStruckOut(lines) ? (from === 0 ? lines : []) : lines.slice(from, from + fitting);
        if (Array.isArray(some) && some.length === 0) continue;
        const column = { sheet: flow.sheet, x: (lefts[at] as number) + padding.x, y: flow.y + padding.y, leading };
        (kids[at] as (Leaf | Node)[]).push(placed(some, cell, column));
      }
      flow.y += fitting * leading + 2 * padding.y;
      from += fitting;
      line(0.4, '0.86 0.79 0.66');
    }
    return { tag: 'TR', kids: kids.map(parts => ({ tag: 'TD', kids: parts })) };
  }
}

function repeatAsDecoration(flow: Flow, part: Leaf | Node): void {
  if ('mark' in part) flow.sheets[flow.sheet]?.decoration.push(part.mark);
}

function widthsOf(columns: readonly TableColumn[], width: number): readonly number[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  return columns.map(({ share }) => (share / whole) * width);
}
