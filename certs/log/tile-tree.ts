import { hashBytes, nodeHash } from './tree.ts';

/**
 * The hashes of one tile, and of all complete subtrees over them, each computed once: as long as it is kept, a proof that
 * leads through the tile costs nothing but reading.
 */
export class TileTree {
  /** Of subtrees over 1, 2, 4, … hashes of the tile. */
  readonly #rows: Uint8Array[][];

  private constructor(rows: Uint8Array[][]) {
    this.#rows = rows;
  }

  /** @param hashes Up to 256. */
  static of(hashes: readonly Uint8Array[]): TileTree {
    const tree = new TileTree([[]]);
    for (const hash of hashes) tree.append(hash);
    return tree;
  }

  /** @param bytes Of whole hashes, one after the other. */
  static ofBytes(bytes: Uint8Array): TileTree {
    const tree = new TileTree([[]]);
    for (let at = 0; at < bytes.length; at += hashBytes) tree.append(bytes.subarray(at, at + hashBytes));
    return tree;
  }

  /** How many hashes it has. */
  get width(): number {
    return this.#rows[0]!.length;
  }

  append(hash: Uint8Array): void {
    let row = this.#row(0);
    row.push(hash);
    for (let level = 1; row.length % 2 === 0; level++) {
      const [left, right] = row.slice(-2);
      row = this.#row(level);
      row.push(nodeHash(left!, right!));
    }
  }

  #row(level: number): Uint8Array[] {
    this.#rows[level] ??= [];
    return this.#rows[level];
  }

  /** The subtree over `2^level` hashes of the tile. @throws {RangeError} if the tile has not so many. */
  node(level: number, index: number): Uint8Array {
    const hash = this.#rows[level]?.[index];
    if (!hash) throw new RangeError(`a tile of ${this.width} hashes has no subtree ${index} of level ${level}`);
    return hash;
  }

  /** Of the complete subtrees that it consists of, the greatest first. */
  get peaks(): readonly Uint8Array[] {
    return this.#rows.flatMap(row => (row.length % 2 === 1 ? [row.at(-1)!] : [])).reverse();
  }

  /** The first so many hashes, one after the other. */
  bytes(width = this.width): Uint8Array {
    const bytes = new Uint8Array(width * hashBytes);
    for (let nth = 0; nth < width; nth++) bytes.set(this.node(0, nth), nth * hashBytes);
    return bytes;
  }

  copy(): TileTree {
    return new TileTree(this.#rows.map(row => [...row]));
  }
}
