import { closingBlock, closingHeight, notesBlock, qrFigure, verifyHint } from '../layout/blocks.ts';
import type { Desk } from '../layout/desk.ts';
import { lineNode } from '../layout/desk.ts';
import type { LaidOut, Mark, Node } from '../layout/document.ts';
import { Flow, type SheetForm } from '../layout/flow.ts';
import { placePrints } from '../layout/prints.ts';
import { placeTable } from '../layout/table.ts';
import { black, brown, glyphsIn, red, type Style, widthOf } from '../layout/text.ts';
import { type FrameKind, frame } from '../ornament/frame.ts';
import { rosette } from '../ornament/guilloche.ts';
import type { Paper, PaperForm } from '../paper.ts';

/** How a form on portrait sheets looks. */
interface Looks {
  readonly frame: FrameKind | undefined;
  readonly rosette: boolean;
  /** The issuer's name in red over everything, as on letters of offices (公文). */
  readonly letterhead: boolean;
  readonly titleSize: number;
  /** Tried from the first; what fits on one sheet at none is set in {@link readingSize} on several. */
  readonly sizes: readonly number[];
  readonly margin: number;
  /** Between fields, of the size. */
  readonly apart: number;
  /** Whether the closing stands at the foot of the sheet, or below the text. */
  readonly closesAtFoot: boolean;
}

const LOOKS: Readonly<Record<Exclude<PaperForm, 'LICENSE'>, Looks>> = {
  CERTIFICATE: {
    frame: 'BROAD',
    rosette: true,
    letterhead: false,
    titleSize: 32,
    sizes: [15, 14, 13, 12, 11, 10, 9],
    margin: 78,
    apart: 1.5,
    closesAtFoot: true,
  },
  CARD: {
    frame: 'DOUBLE',
    rosette: false,
    letterhead: false,
    titleSize: 26,
    sizes: [11.5, 10.5, 9.5],
    margin: 58,
    apart: 0.8,
    closesAtFoot: true,
  },
  RECEIPT: {
    frame: 'DOUBLE',
    rosette: false,
    letterhead: false,
    titleSize: 26,
    sizes: [13, 12, 11, 10.5],
    margin: 70,
    apart: 1.3,
    closesAtFoot: true,
  },
  LETTER: {
    frame: undefined,
    rosette: false,
    letterhead: true,
    titleSize: 21,
    sizes: [12, 11, 10.5],
    margin: 70,
    apart: 0.7,
    closesAtFoot: false,
  },
};
const readingSize = 10.5;

const [width, height] = [595.28, 841.89];

/** Lays a paper out on portrait sheets of A4. */
export function layOutFlowing(paper: Paper, desk: Desk): LaidOut {
  const looks = LOOKS[paper.form as keyof typeof LOOKS];
  for (const size of looks.sizes) {
    const laidOut = layOut(paper, desk, looks, size);
    if (laidOut.sheets.length === 1) return laidOut;
  }
  return layOut(paper, desk, looks, readingSize);
}

function layOut(paper: Paper, desk: Desk, looks: Looks, size: number): LaidOut {
  const flow = new Flow(desk, formOf(looks));
  const nodes: Node[] = [];
  flow.nextSheet();
  nodes.push(...head(flow, paper, looks, size));
  if (paper.addressee !== undefined) {
    const style: Style = { face: 'TEXT', size, color: black };
    nodes.push(flow.paragraph(`${paper.addressee}：`, style, size * 1.7, false));
  }
  const labelWidth = labelWidthOf(paper, desk, size);
  for (const { label, value } of paper.fields)
    nodes.push(flow.field(label, value, size, labelWidth, size * looks.apart));
  for (const section of paper.sections) {
    if (section.kind === 'TEXT') {
      const style: Style = { face: 'TEXT', size, color: black };
      flow.y += size * 0.35;
      nodes.push(...section.paragraphs.map(text => flow.paragraph(text, style, size * 1.7, true)));
      flow.y += size * 0.35;
    } else if (section.kind === 'TABLE') nodes.push(...placeTable(flow, section, Math.max(8.5, size - 1.5)));
    else nodes.push(...placePrints(flow, section.heading, section.prints));
  }
  const { seal, nodes: foot } = closing(flow, paper, looks, size);
  nodes.push(...foot);
  flow.numberSheets(paper.title, sheetHeight => sheetHeight - (looks.frame === 'BROAD' ? 50 : 40));
  return { title: titleOf(paper), sheets: flow.sheets, tree: { tag: 'Document', kids: nodes }, seal };
}

const formOf = (looks: Looks): SheetForm => ({
  width,
  height,
  left: looks.margin,
  right: looks.margin,
  top: looks.frame === 'BROAD' ? 76 : 58,
  bottom: looks.frame === 'BROAD' ? 66 : 56,
  decorate: (sheetWidth, sheetHeight) => decoration(looks, sheetWidth, sheetHeight),
});

function decoration(looks: Looks, sheetWidth: number, sheetHeight: number): readonly Mark[] {
  const marks: Mark[] = [];
  if (looks.rosette) {
    const side = 330;
    const place = { x: (sheetWidth - side) / 2, y: (sheetHeight + side) / 2, scale: 1 } as const;
    marks.push({ kind: 'PICTURE', ...place, picture: rosette(side) });
  }
  if (looks.frame) {
    const picture = frame(looks.frame, sheetWidth, sheetHeight);
    marks.push({ kind: 'PICTURE', x: 0, y: sheetHeight, scale: 1, picture });
  }
  return marks;
}

/** Letterhead, title, subtitle, numbers. */
function head(flow: Flow, paper: Paper, looks: Looks, size: number): readonly Node[] {
  const { desk } = flow;
  const center = width / 2;
  const nodes: Node[] = [];
  const centered = (tag: 'H1' | 'P', text: string, style: Style, spacing = 0): void => {
    const glyphs = glyphsIn(desk.typefaces, style.face, text);
    const natural = widthOf(glyphs, style.size) + spacing * (glyphs.length - 1);
    const shrunk = Math.min(1, flow.width / natural);
    const place = { sheet: flow.sheet, x: center, baseline: flow.y + style.size, spacing: spacing * shrunk };
    nodes.push(lineNode(desk, tag, text, { ...style, size: style.size * shrunk }, place, 'CENTER'));
    flow.y += style.size * 1.3;
  };
  if (looks.letterhead) {
    centered('P', desk.organization, { face: 'TITLE', size: 27, color: red }, 6);
    flow.y += 4;
    flow.rule(flow.form.left - 6, width - flow.form.right + 6, flow.y, 2, '0.78 0.05 0.1');
    flow.rule(flow.form.left - 6, width - flow.form.right + 6, flow.y + 3.4, 0.6, '0.78 0.05 0.1');
    flow.y += 26;
  } else flow.y += looks.frame === 'BROAD' ? 34 : 14;
  centered('H1', paper.title, { face: 'TITLE', size: looks.titleSize, color: black }, looks.titleSize * 0.22);
  if (paper.subtitle) {
    flow.y += 2;
    centered('P', paper.subtitle, { face: 'TITLE', size: looks.titleSize * 0.5, color: brown }, 3);
  }
  flow.y += 8;
  for (const { label, value } of paper.numbers) {
    if (typeof value !== 'string') continue;
    centered('P', `${label}：${value}`, { face: 'TEXT', size: Math.max(10, size - 1), color: black });
    flow.y += 2;
  }
  flow.y += looks.frame === 'BROAD' ? 26 : 14;
  return nodes;
}

function labelWidthOf({ fields }: Paper, desk: Desk, size: number): number {
  const widths = fields.map(({ label }) => widthOf(glyphsIn(desk.typefaces, 'TITLE', label), size));
  return Math.min(size * 8, Math.max(size * 4, ...widths));
}

function closing(
  flow: Flow,
  paper: Paper,
  looks: Looks,
  size: number,
): { nodes: readonly Node[]; seal: LaidOut['seal'] } {
  const { desk } = flow;
  const notes = (sheet: number, y: number) =>
    notesBlock(desk, paper.notes, { sheet, x: flow.form.left, y, width: flow.width });
  const notesHeight = notes(0, 0).height;
  const height = closingHeight + (notesHeight > 0 ? notesHeight + 8 : 0);
  flow.need(height);
  const y = looks.closesAtFoot ? flow.bottom - height : flow.y + Math.min(24, flow.room - height);
  const { sheet } = flow;
  const qrSide = 82;
  const qrBox = { x: flow.form.left - 6, y: y + (closingHeight - qrSide) / 2, width: qrSide, height: qrSide };
  const right = { sheet, center: width - flow.form.right - 105, y, width: 210 };
  const signed = closingBlock(desk, paper.closing, right, Math.min(12, size));
  const hint = { sheet, x: qrBox.x + qrSide + 4, y: y + closingHeight / 2 - 22, width: 128 };
  flow.y = y + height;
  return {
    nodes: [
      ...signed.nodes,
      qrFigure(desk, sheet, qrBox),
      ...verifyHint(desk, hint, 'LEFT'),
      ...notes(sheet, y + closingHeight + 8).nodes,
    ],
    seal: { sheet, box: signed.seal },
  };
}

export const titleOf = ({ title, numbers }: Paper): string => {
  const number = numbers[0]?.value;
  return typeof number === 'string' ? `${title} ${number}` : title;
};
