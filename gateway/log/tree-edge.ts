import { TileTree } from '../../certs/log/tile-tree.ts';
import { type Tile, tileWidth } from '../../certs/log/tiles.ts';
import { emptyRoot, foldHashes } from '../../certs/log/tree.ts';
import type { KeptTile, TilePlace } from './log-store.ts';

/**
 * The right edge of the tree: the last, partial tile of every level, which may be empty. It is all that one needs to append
 * leaves and to know the root, and has at most 255 hashes a level, however many leaves there are.
 */
export class TreeEdge {
  #size: number;
  readonly #levels: TileTree[];

  private constructor(size: number, levels: TileTree[]) {
    this.#size = size;
    this.#levels = levels;
  }

  /** @param tiles The partial tiles of {@link edgePlaces}. */
  static of(size: number, tiles: readonly TileTree[]): TreeEdge {
    return new TreeEdge(size, [...tiles]);
  }

  /** Leaves. */
  get size(): number {
    return this.#size;
  }

  root(): Uint8Array {
    return this.#size === 0 ? emptyRoot : foldHashes(this.#levels.toReversed().flatMap(({ peaks }) => peaks));
  }

  copy(): TreeEdge {
    return new TreeEdge(
      this.#size,
      this.#levels.map(tile => tile.copy()),
    );
  }

  /** @returns The tiles that are full now. */
  append(leaf: Uint8Array): readonly KeptTile[] {
    this.#size += 1;
    const full: KeptTile[] = [];
    for (let level = 0, hash = leaf; ; level++) {
      const tile = this.#level(level);
      tile.append(hash);
      if (tile.width < tileWidth) return full;
      full.push({ level, index: this.#size / tileWidth ** (level + 1) - 1, hashes: tile.bytes() });
      [hash] = tile.peaks as [Uint8Array];
      this.#levels[level] = TileTree.of([]);
    }
  }

  #level(level: number): TileTree {
    this.#levels[level] ??= TileTree.of([]);
    return this.#levels[level];
  }

  /** The partial tiles above level 0 that have a hash. */
  growing(): readonly KeptTile[] {
    return edgePlaces(this.#size)
      .map(place => ({ ...place, hashes: this.#level(place.level).bytes() }))
      .filter(({ level, hashes }) => level > 0 && hashes.length > 0);
  }

  /** The tile, if it is the last of its level and has as many hashes. */
  tile({ level, index, width }: Tile): TileTree | undefined {
    const last = level === 'entries' ? undefined : edgePlaces(this.#size)[level];
    if (last?.index !== index) return undefined;
    const tile = this.#level(last.level);
    return width <= tile.width ? tile : undefined;
  }
}

/** The last tile of each level of a tree of this size, the lowest first, though it may be empty. */
export function edgePlaces(size: number): readonly TilePlace[] {
  const places: TilePlace[] = [];
  for (let level = 0; size >= tileWidth ** level; level++) {
    places.push({ level, index: Math.floor(size / tileWidth ** (level + 1)) });
  }
  return places;
}
