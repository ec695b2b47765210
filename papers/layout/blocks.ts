/** What stands on every form: the closing with its seal, the QR code with its hint, small print. */
import { sealMm } from '../seal/shape.ts';
import { type Desk, lineLeaf, lineNode, placed, textLines } from './desk.ts';
import type { Box, Node } from './document.ts';
import { black, brown, type Style } from './text.ts';

const pointsPerMm = 72 / 25.4;
/** 4.2 cm. */
const sealDiameter = sealMm * pointsPerMm;

export interface Closing {
  readonly nodes: readonly Node[];
  readonly seal: Box;
}

/** Least height of a closing, points: the seal and a little air. */
export const closingHeight = sealDiameter + 24;

/**
 * Who has issued it and when, with the seal over both: "压在落款单位名称和日期上".
 *
 * @param place Upper edge, and the middle of the block.
 */
export function closingBlock(
  desk: Desk,
  closing: { readonly label: string; readonly date: string },
  { sheet, center, y, width }: { sheet: number; center: number; y: number; width: number },
  size = 12,
): Closing {
  const label: Style = { face: 'TEXT', size: size - 1, color: brown, isStrong: true };
  const name: Style = { face: 'TEXT', size, color: black };
  const date: Style = { face: 'TEXT', size, color: black };
  const sealTop = y + closingHeight - sealDiameter;
  const middle = sealTop + sealDiameter / 2;
  const names = textLines(desk, name, desk.organization, width);
  const leading = size * 1.6;
  const top = middle - ((names.length + 1) * leading) / 2;
  const line = (nth: number) => ({ sheet, x: center, baseline: top + nth * leading + size * 1.18 });
  return {
    nodes: [
      lineNode(desk, 'P', closing.label, label, { sheet, x: center, baseline: y + size }, 'CENTER'),
      { tag: 'P', kids: names.map((glyphs, at) => lineLeaf(glyphs, name, line(at), 'CENTER')) },
      lineNode(desk, 'P', closing.date, date, line(names.length), 'CENTER'),
      { tag: 'Form', alt: sealAlt(desk.organization), kids: [] },
    ],
    // Over the name and the date, as it is put by hand.
    seal: { x: center - sealDiameter / 2, y: sealTop, width: sealDiameter, height: sealDiameter },
  };
}

/** What is read in place of the seal. */
export const sealAlt = (organization: string): string => `${organization}（电子印章） / electronic seal`;

/** The white border without which readers don't find a code (ISO/IEC 18004: four modules). */
const quietModules = 4;

export function qrFigure({ qr, verifyUrl }: Desk, sheet: number, box: Box): Node {
  const scale = box.width / (qr.side + 2 * quietModules);
  const border = quietModules * scale;
  const mark = {
    kind: 'PATH',
    x: box.x + border,
    y: box.y + box.height - border,
    scale,
    operators: `1 g -4 -4 ${qr.side + 8} ${qr.side + 8} re f\n${qr.operators}`,
  } as const;
  return { tag: 'Figure', alt: `二维码，通往核验页面 / QR code to ${verifyUrl}`, kids: [{ sheet, box, mark }] };
}

/** What to do with the code, and what to compare. */
export function verifyHint(
  desk: Desk,
  { sheet, x, y, width }: { sheet: number; x: number; y: number; width: number },
  align: 'LEFT' | 'RIGHT',
): readonly Node[] {
  const page = pageOf(desk.verifyUrl);
  const print = (size: number): Style => ({ face: 'TEXT', size, color: brown });
  const rows: readonly (readonly [text: string, style: Style, language?: string])[] = [
    ['扫码或到核验页面查验真伪', print(7.5)],
    ['Scan the code, or verify at', print(6.2), 'en'],
    [page, { face: 'TEXT', size: 6.2, color: black }, 'en'],
    [`记录摘要 ${desk.digest}`, { face: 'TEXT', size: 6.2, color: black }],
  ];
  const edge = align === 'LEFT' ? x : x + width;
  let baseline = y - 2.5;
  return rows.map(([text, style, language]) => ({
    tag: 'P',
    ...(language && { language }),
    kids: textLines(desk, style, text, width).map(glyphs => {
      baseline += smallLeading;
      return lineLeaf(glyphs, style, { sheet, x: edge, baseline }, align);
    }),
  }));
}

/** Of small print, points. */
const smallLeading = 10.5;

/** Without what only the code needs to carry. */
const pageOf = (url: string): string => url.split('#')[0] as string;

/** Small print from a line downwards. */
export function notesBlock(
  desk: Desk,
  notes: readonly string[],
  { sheet, x, y, width }: { sheet: number; x: number; y: number; width: number },
): { readonly nodes: readonly Node[]; readonly height: number } {
  const style: Style = { face: 'TEXT', size: 7, color: brown };
  let at = y;
  const nodes = notes.map((note): Node => {
    const lines = textLines(desk, style, note, width);
    const node: Node = { tag: 'P', kids: [placed(lines, style, { sheet, x, y: at, leading: smallLeading })] };
    at += smallLeading * lines.length;
    return node;
  });
  return { nodes, height: at - y };
}
