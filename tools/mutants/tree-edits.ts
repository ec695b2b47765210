/** Edits of a tree, one or several, wherever each has something to change. */
import type { Random } from '../generate/random.ts';
import type { Edit } from './edit.ts';
import type { Material } from './material.ts';
import { Places } from './original.ts';
import { SHAPE_EDITS } from './shape-edits.ts';
import { SIGNATURE_EDITS } from './signature-edits.ts';
import { type Element, placesIn, replaced, write } from './tree.ts';
import { VALUE_EDITS } from './value-edits.ts';

/** What becomes of a tree, in bytes. Undefined where there is nothing to be changed in this way. */
export interface TreeEdit {
  readonly kind: string;
  edit(tree: Element, places: Places, random: Random, material: Material): Uint8Array | undefined;
}

const EDITS: readonly Edit[] = [...SHAPE_EDITS, ...VALUE_EDITS, ...SIGNATURE_EDITS];
const severalMax = 4;

/** Of a root that was dropped or doubled there are none, or several. */
function edited(tree: Element, places: Places, edit: Edit, random: Random, material: Material) {
  const fitting = places.for(edit);
  if (fitting.length === 0) return undefined;
  const { path, element } = random.pick(fitting);
  const by = edit.edit(element, random, material);
  return path.length === 0 ? by : [replaced(tree, path, by)];
}

/** Faults that hide each other, or make each other good. */
function editedAgain(tree: Element, places: Places, random: Random, material: Material) {
  let trees = edited(tree, places, random.pick(EDITS), random, material);
  for (let more = random.between(1, severalMax - 1); more > 0 && trees?.length === 1; more--) {
    const [root] = trees as [Element];
    trees = edited(root, new Places([...placesIn(root)]), random.pick(EDITS), random, material) ?? trees;
  }
  return trees;
}

const bytesOf = (trees: readonly Element[] | undefined): Uint8Array | undefined =>
  trees && Buffer.concat(trees.map(write));

export const TREE_EDITS: readonly TreeEdit[] = [
  ...EDITS.map(edit => ({
    kind: edit.kind,
    edit: (tree: Element, places: Places, random: Random, material: Material) =>
      bytesOf(edited(tree, places, edit, random, material)),
  })),
  {
    kind: 'several at once',
    edit: (tree, places, random, material) => bytesOf(editedAgain(tree, places, random, material)),
  },
];

/** One that has something to change: shapes can be changed anywhere. */
export const editedAnywhere = (tree: Element, places: Places, random: Random, material: Material): Uint8Array =>
  random.pick(TREE_EDITS).edit(tree, places, random, material) ??
  random.pick(SHAPE_TREE_EDITS).edit(tree, places, random, material)!;

const SHAPE_TREE_EDITS = TREE_EDITS.filter(({ kind }) => kind === 'element dropped' || kind === 'element doubled');
