import { type Element, placesIn, tagOf } from './tree.ts';

/** Elements that are good where they stand, to be put where they don't belong. */
export class Material {
  readonly all: readonly Element[];
  readonly #byTag = new Map<number, Element[]>();

  constructor(trees: readonly Element[]) {
    this.all = trees.flatMap(tree => [...placesIn(tree)].map(({ element }) => element));
    for (const element of this.all) {
      const alike = this.#byTag.get(tagOf(element));
      if (alike) alike.push(element);
      else this.#byTag.set(tagOf(element), [element]);
    }
  }

  /** Those of the same kind, or all where there is none. */
  like(element: Element): readonly Element[] {
    return this.#byTag.get(tagOf(element)) ?? this.all;
  }
}
