import { compressed } from '../font/subset.ts';
import type { Print } from '../paper.ts';
import { printPaths, printSide } from '../seal/print.ts';
import { isStruckOut, lineNode, struckOutAlt } from './desk.ts';
import type { Leaf, Mark, Node, Picture } from './document.ts';
import type { Flow } from './flow.ts';
import { black, brown } from './text.ts';

const side = 82;
const perRow = 4;

/** Prints of carved seals (印模) in rows, each over its kind and code. */
export function placePrints(flow: Flow, heading: string, prints: readonly Print[]): readonly Node[] {
  const title = flow.heading(heading, 11);
  const pitch = flow.width / perRow;
  const height = side + 34;
  const nodes: Node[] = [title];
  // The special seals of an enterprise differ by their last line alone.
  const pictures = new Map<string, Picture>();
  const pictureOf = (operators: string): Picture => {
    const known = pictures.get(operators);
    if (known) return known;
    const stream = compressed(Buffer.from(operators, 'latin1'));
    const picture = { width: printSide, height: printSide, stream };
    pictures.set(operators, picture);
    return picture;
  };
  for (let from = 0; from < prints.length; from += perRow) {
    flow.need(height);
    for (const [at, print] of prints.slice(from, from + perRow).entries()) {
      const center = flow.form.left + (at + 0.5) * pitch;
      const box = { x: center - side / 2, y: flow.y + 4, width: side, height: side };
      const text = isStruckOut(print.text) ? struckOutAlt : print.text;
      const { common, own } = printPaths(print, flow.desk.typefaces.TITLE.outlineOf);
      const place = { x: box.x, y: box.y + side, scale: side / printSide };
      const marks: readonly Mark[] = [
        { kind: 'PICTURE', ...place, picture: pictureOf(common) },
        ...(own ? [{ kind: 'PATH', ...place, operators: own } as const] : []),
      ];
      const kids = marks.map((mark): Leaf => ({ sheet: flow.sheet, box, mark }));
      nodes.push({ tag: 'Figure', alt: `印模：${text}`, kids });
      const below = (size: number, down: number) => ({
        sheet: flow.sheet,
        x: center,
        baseline: box.y + side + down + size,
      });
      nodes.push(
        lineNode(flow.desk, 'P', print.kind, { face: 'TEXT', size: 8.5, color: brown }, below(8.5, 4), 'CENTER'),
      );
      nodes.push(lineNode(flow.desk, 'P', print.code, { face: 'TEXT', size: 8, color: black }, below(8, 15), 'CENTER'));
    }
    flow.y += height;
  }
  return nodes;
}
