import type { Edit } from './edit.ts';
import { type Element, type Path, type Place, parse, placesIn } from './tree.ts';

/** Something good in DER, with every place in it. */
export interface Original {
  readonly der: Uint8Array;
  readonly tree: Element;
  readonly places: Places;
}

/** Where edits may be made, and, computed once, where each edit has something to change. */
export class Places {
  readonly all: readonly Place[];
  readonly #fitting = new Map<Edit, readonly Place[]>();

  constructor(all: readonly Place[]) {
    this.all = all;
  }

  for(edit: Edit): readonly Place[] {
    const known = this.#fitting.get(edit);
    if (known) return known;
    const found = this.all.filter(({ element }) => edit.applies(element));
    this.#fitting.set(edit, found);
    return found;
  }

  /** Those at and below any of these, or all but those. */
  split(below: readonly Path[]): { readonly inside: Places; readonly outside: Places } {
    const isInside = ({ path }: Place): boolean => below.some(start => start.every((step, at) => path[at] === step));
    return {
      inside: new Places(this.all.filter(isInside)),
      outside: new Places(this.all.filter(place => !isInside(place))),
    };
  }
}

export function originalOf(der: Uint8Array): Original {
  const tree = parse(der);
  return { der, tree, places: new Places([...placesIn(tree)]) };
}
