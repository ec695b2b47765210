import { type Box, isLeaf, type Leaf, type Node, type Sheet } from '../layout/document.ts';
import type { Content } from './content.ts';
import type { Objects } from './file.ts';
import { numbers, reference, textString } from './values.ts';

export interface Structure {
  /** The number of the StructTreeRoot. */
  readonly root: number;
  /** The key of the widget in the parent tree. */
  readonly widgetKey: number;
}

interface Places {
  readonly sheets: readonly Sheet[];
  /** The numbers of the sheets' page objects, and their contents. */
  readonly pages: readonly number[];
  readonly contents: readonly Content[];
  readonly widget: number;
}

/**
 * Draws the tree, and writes it as the structure by which a screen reader goes (ISO 32000-1, 14.7 and 14.8). A page's key in
 * the parent tree is its number from 0, the widget's the one behind the last page's.
 */
export function addStructure(objects: Objects, tree: Node, { sheets, pages, contents, widget }: Places): Structure {
  const root = objects.next();
  const widgetKey = pages.length;
  /** For each sheet the element of each mark. */
  const parents: number[][] = pages.map(() => []);
  let form = 0;

  function write(node: Node, parent: number): number {
    const element = objects.next();
    const sheet = sheetOf(node);
    const kids = node.kids.map(kid => (isLeaf(kid) ? draw(kid, node, element, sheet) : reference(write(kid, element))));
    if (node.tag === 'Form') {
      form = element;
      kids.push(`<< /Type /OBJR /Obj ${reference(widget)} >>`);
    }
    objects.put(element, `<< /S /${node.tag} /P ${reference(parent)}${entriesOf(node, sheet)} /K ${listOf(kids)} >>`);
    return element;
  }

  function draw({ sheet, mark }: Leaf, { tag }: Node, element: number, home: number | undefined): string {
    const id = (contents[sheet] as Content).mark(tag, mark);
    (parents[sheet] as number[])[id] = element;
    return sheet === home ? String(id) : `<< /Type /MCR /Pg ${reference(pages[sheet] as number)} /MCID ${id} >>`;
  }

  function entriesOf(node: Node, sheet: number | undefined): string {
    const page = sheet === undefined ? '' : ` /Pg ${reference(pages[sheet] as number)}`;
    const alt = node.alt === undefined ? '' : ` /Alt ${textString(node.alt)}`;
    const language = node.language === undefined ? '' : ` /Lang (${node.language})`;
    return `${page}${alt}${language}${attributesOf(node, sheets)}`;
  }

  const top = write(tree, root);
  const keys = parents.map((elements, page) => `${page} [${elements.map(reference).join(' ')}]`);
  const parentTree = objects.add(`<< /Nums [${keys.join(' ')} ${widgetKey} ${reference(form)}] >>`);
  objects.put(
    root,
    `<< /Type /StructTreeRoot /K [${reference(top)}] /ParentTree ${reference(parentTree)} /ParentTreeNextKey ${widgetKey + 1} >>`,
  );
  return { root, widgetKey };
}

/** The sheet of an element's first mark. */
const sheetOf = ({ kids }: Node): number | undefined => kids.find(isLeaf)?.sheet;

function attributesOf({ tag, kids }: Node, sheets: readonly Sheet[]): string {
  if (tag === 'TH') return ' /A << /O /Table /Scope /Column >>';
  const leaf = kids.find(isLeaf);
  if (tag !== 'Figure' || !leaf) return '';
  const { height } = sheets[leaf.sheet] as Sheet;
  return ` /A << /O /Layout /Placement /Block /BBox [${bounds(leaf.box, height)}] >>`;
}

/** Lower left and upper right corner, from the lower left corner of the sheet. */
export const bounds = ({ x, y, width, height }: Box, sheetHeight: number): string =>
  numbers(x, sheetHeight - y - height, x + width, sheetHeight - y);

const listOf = (kids: readonly string[]): string => (kids.length === 1 ? (kids[0] as string) : `[${kids.join(' ')}]`);
