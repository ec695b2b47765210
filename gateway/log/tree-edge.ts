import { type Tile, tileWidth, writeHashes } from '../../certs/log/tiles.ts';
import { emptyRoot, foldHashes, GrowingTree } from '../../certs/log/tree.ts';
import type { KeptTile, TilePlace } from './log-store.ts';

/** The last tile of a level, while it is not full; the tree is over its hashes alone. */
interface GrowingTile {
  readonly hashes: Uint8Array[];
  readonly tree: GrowingTree;
}

/**
 * The right edge of the tree: the last, partial tile of every level, which may be empty. It is all that one needs to append
 * leaves and to know the root, and has at most 255 hashes a level, however many leaves there are.
 */
export class TreeEdge {
  #size: number;
  readonly #levels: GrowingTile[];

  private constructor(size: number, levels: GrowingTile[]) {
    this.#size = size;
    this.#levels = levels;
  }

  /** @param tiles The hashes of the partial tiles of {@link edgePlaces}. */
  static of(size: number, tiles: readonly (readonly Uint8Array[])[]): TreeEdge {
    return new TreeEdge(size, tiles.map(growingTile));
  }

  /** Leaves. */
  get size(): number {
    return this.#size;
  }

  root(): Uint8Array {
    if (this.#size === 0) return emptyRoot;
    return foldHashes(this.#levels.toReversed().flatMap(({ tree }) => tree.peaks));
  }

  copy(): TreeEdge {
    return new TreeEdge(
      this.#size,
      this.#levels.map(({ hashes, tree }) => ({ hashes: [...hashes], tree: GrowingTree.of(tree.size, tree.peaks) })),
    );
  }

  /** @returns The tiles that are full now. */
  append(leaf: Uint8Array): readonly KeptTile[] {
    this.#size += 1;
    const full: KeptTile[] = [];
    for (let level = 0, hash = leaf; ; level++) {
      const { hashes, tree } = this.#level(level);
      hashes.push(hash);
      tree.append(hash);
      if (hashes.length < tileWidth) return full;
      full.push({ level, index: this.#size / tileWidth ** (level + 1) - 1, hashes: writeHashes(hashes) });
      hash = tree.root();
      this.#levels[level] = growingTile([]);
    }
  }

  #level(level: number): GrowingTile {
    this.#levels[level] ??= growingTile([]);
    return this.#levels[level];
  }

  /** The partial tiles above level 0 that have a hash. */
  growing(): readonly KeptTile[] {
    return edgePlaces(this.#size)
      .map((place, level) => ({ ...place, hashes: writeHashes(this.#levels[level]?.hashes ?? []) }))
      .filter(({ level, hashes }) => level > 0 && hashes.length > 0);
  }

  /** The tile, if it is the last of its level and has as many hashes. */
  tile({ level, index, width }: Tile): Uint8Array | undefined {
    const last = level === 'entries' ? undefined : edgePlaces(this.#size)[level];
    if (level === 'entries' || last?.index !== index) return undefined;
    const { hashes } = this.#level(level);
    return width <= hashes.length ? writeHashes(hashes.slice(0, width)) : undefined;
  }
}

function growingTile(hashes: readonly Uint8Array[]): GrowingTile {
  const tree = new GrowingTree();
  for (const hash of hashes) tree.append(hash);
  return { hashes: [...hashes], tree };
}

/** The last tile of each level of a tree of this size, the lowest first, though it may be empty. */
export function edgePlaces(size: number): readonly TilePlace[] {
  const places: TilePlace[] = [];
  for (let level = 0; size >= tileWidth ** level; level++) {
    places.push({ level, index: Math.floor(size / tileWidth ** (level + 1)) });
  }
  return places;
}
