import type { Shown } from '../paper.ts';
import { Undrawable } from '../undrawable.ts';
import { type Desk, isStruckOut, type Lines, labelLeaf, lineCount, lineNode, linesOf, placed } from './desk.ts';
import type { Leaf, Mark, Node, Sheet, Tag } from './document.ts';
import { black, brokenLines, brown, glyphsIn, runAt, type Style, widthOf } from './text.ts';

/** Sheets of one kind, and where on them text may stand. */
export interface SheetForm {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  decorate(width: number, height: number): readonly Mark[];
}

/** A paper with its annexes; the record of an enterprise with 200 founders has ten. */
const sheetsMax = 48;

interface GrowingSheet extends Sheet {
  readonly decoration: Mark[];
}

/** Text that runs down a column and goes on on the next sheet. */
export class Flow {
  readonly sheets: GrowingSheet[] = [];
  readonly desk: Desk;
  readonly form: SheetForm;
  y = 0;

  constructor(desk: Desk, form: SheetForm, before: readonly Sheet[] = []) {
    this.desk = desk;
    this.form = form;
    for (const sheet of before) this.sheets.push({ ...sheet, decoration: [...sheet.decoration] });
  }

  get sheet(): number {
    return this.sheets.length - 1;
  }
  get bottom(): number {
    return this.form.height - this.form.bottom;
  }
  get width(): number {
    return this.form.width - this.form.left - this.form.right;
  }
  get room(): number {
    return this.bottom - this.y;
  }

  nextSheet(): void {
    const { width, height, top } = this.form;
    if (this.sheets.length === sheetsMax)
      throw new Undrawable('TOO_MANY_PAGES', `a paper has at most ${sheetsMax} sheets`);
    this.sheets.push({ width, height, decoration: [...this.form.decorate(width, height)] });
    this.y = top;
  }

  /** Goes on on a new sheet when there is less room than this. */
  need(height: number): void {
    if (this.room < height - 0.01) this.nextSheet();
  }

  /** Lines downwards, over as many sheets as they take. */
  lines(lines: Lines, style: Style, leading: number, x: number): readonly (Leaf | Node)[] {
    if (isStruckOut(lines)) {
      this.need(leading);
      const bar = placed(lines, style, { sheet: this.sheet, x, y: this.y, leading });
      this.y += leading;
      return [bar];
    }
    const parts: (Leaf | Node)[] = [];
    for (let at = 0; at < lines.length; ) {
      this.need(leading);
      const fitting = Math.max(1, Math.floor((this.room + 0.01) / leading));
      const some = lines.slice(at, at + fitting);
      parts.push(placed(some, style, { sheet: this.sheet, x, y: this.y, leading }));
      this.y += some.length * leading;
      at += some.length;
    }
    return parts;
  }

  /** A paragraph; its first line begins two characters further in, where that is asked for. */
  paragraph(text: Shown, style: Style, leading: number, indent: boolean, tag: Tag = 'P'): Node {
    const { left } = this.form;
    if (isStruckOut(text)) return { tag, kids: this.lines(text, style, leading, left) };
    const glyphs = glyphsIn(this.desk.typefaces, style.face, indent ? `　　${text}` : text);
    return { tag, kids: this.lines(brokenLines(glyphs, style.size, this.width), style, leading, left) };
  }

  heading(text: string, size: number): Node {
    this.need(size * 5);
    this.y += size * 0.9;
    const style: Style = { face: 'TEXT', size, color: brown, isStrong: true };
    const place = { sheet: this.sheet, x: this.form.left, baseline: this.y + size };
    this.y += size * 1.75;
    return lineNode(this.desk, 'H2', text, style, place);
  }

  /** A label and what it says, beside each other; a rule below. */
  field(label: string, value: Shown, size: number, labelWidth: number, apart: number): Node {
    const leading = size * 1.5;
    const style: Style = { face: 'TEXT', size, color: black };
    const gap = size * 1.2;
    const { left } = this.form;
    const lines = linesOf(this.desk, style, value, this.width - labelWidth - gap);
    this.need(Math.min(lineCount(lines), 2) * leading + 8);
    const column = { sheet: this.sheet, x: left, y: this.y, leading };
    const named = labelLeaf(this.desk, label, { face: 'TEXT', size, color: brown, isStrong: true }, column, labelWidth);
    const said = this.lines(lines, style, leading, left + labelWidth + gap);
    this.rule(left + labelWidth + gap, left + this.width, this.y + 2.5, 0.4);
    this.y += apart;
    return { tag: 'P', kids: [named, ...said] };
  }

  /** A line that is there to be looked at. */
  rule(from: number, to: number, y: number, weight: number, color = '0.79 0.65 0.39'): void {
    const mark: Mark = {
      kind: 'PATH',
      x: from,
      y,
      scale: 1,
      operators: `${weight} w ${color} RG 0 0 m ${(to - from).toFixed(1)} 0 l S`,
    };
    (this.sheets[this.sheet] as GrowingSheet).decoration.push(mark);
  }

  /** The number of each sheet at its foot, when there is more than one. */
  numberSheets(of: string, y: (height: number) => number): void {
    if (this.sheets.length < 2) return;
    for (const [at, { width, height, decoration }] of this.sheets.entries()) {
      const style: Style = { face: 'TEXT', size: 7.5, color: brown };
      const glyphs = glyphsIn(this.desk.typefaces, 'TEXT', `${of}　第 ${at + 1} 页，共 ${this.sheets.length} 页`);
      const x = (width - widthOf(glyphs, style.size)) / 2;
      decoration.push({ kind: 'TEXT', runs: [runAt(glyphs, style, x, y(height))] });
    }
  }
}
