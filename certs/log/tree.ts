/**
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256: its hashes, and the two proofs. Pure arithmetic: proofs are made
 * over a function that reads hashes, wherever those are kept, and checked over nothing.
 *
 *     const path = await inclusionProof(3, 8, read);
 *     checkInclusion({ index: 3, size: 8, hash: leafHash(entry), path, root });
 *
 * Indices and sizes are whole numbers up to 2^53 − 1; no shift is used, for those have 32 bits.
 */
import { compareBytes, concatBytes } from '../bytes.ts';
import { sha256 } from '../primitives.ts';

export const hashBytes = 32;

/** A proof of a tree of 2^53 leaves has no more hashes than this, and c2sp.org/tlog-witness allows no more. */
export const proofHashesMax = 63;

/** The complete subtree over the leaves from `index · 2^level` up to, not including, `(index + 1) · 2^level`. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** The hashes of complete subtrees, in their order. */
export type ReadHashes = (subtrees: readonly Subtree[]) => readonly Uint8Array[] | PromiseLike<readonly Uint8Array[]>;

export const emptyRoot = sha256(new Uint8Array(0));

export function leafHash(entry: Uint8Array): Uint8Array {
  if (entry.length >= LEAF.length) return sha256(concatBytes([LEAF.subarray(0, 1), entry]));
  LEAF.set(entry, 1);
  return sha256(LEAF.subarray(0, 1 + entry.length));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  NODE.set(left, 1);
  NODE.set(right, 1 + hashBytes);
  return sha256(NODE);
}

// Written anew for each leaf and node: to allocate one would cost more than to hash it. An entry of ours has some 90 bytes.
const LEAF = new Uint8Array(256);
const NODE = new Uint8Array(1 + 2 * hashBytes);
NODE[0] = 1;

/** The root over complete subtrees that stand side by side, the greatest first. */
export function foldHashes(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** A tree that grows at its end: of all that is left of it, the roots of its complete subtrees are kept. */
export class GrowingTree {
  #size = 0;
  #peaks: Uint8Array[] = [];

  /** @param peaks The hashes of {@link peaksOf} the size. */
  static of(size: number, peaks: readonly Uint8Array[]): GrowingTree {
    const tree = new GrowingTree();
    tree.#size = size;
    tree.#peaks = [...peaks];
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  /** The hashes of {@link peaksOf} the size. */
  get peaks(): readonly Uint8Array[] {
    return this.#peaks;
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = half(rest)) hash = nodeHash(this.#peaks.pop()!, hash);
    this.#peaks.push(hash);
    this.#size += 1;
  }

  root(): Uint8Array {
    return this.#size === 0 ? emptyRoot : foldHashes(this.#peaks);
  }
}

/** The complete subtrees that a tree of this size consists of, the greatest first. */
export const peaksOf = (size: number): readonly Subtree[] => subtreesOf({ from: 0, to: size });

export async function rootOf(size: number, read: ReadHashes): Promise<Uint8Array> {
  if (size === 0) return emptyRoot;
  const [root] = await hashesOf([{ from: 0, to: size }], read);
  return root!;
}

// --- making proofs ---------------------------------------------------------------------------------------------------

/** @throws {RangeError} if there is no such leaf. */
export async function inclusionProof(index: number, size: number, read: ReadHashes): Promise<readonly Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size) {
    throw new RangeError(`a tree of ${size} leaves has none with index ${index}`);
  }
  return hashesOf(besideLeaf(index, size), read);
}

/** @throws {RangeError} if the tree did not grow, or was empty: nothing is to be proved of an empty one. */
export async function consistencyProof(from: number, to: number, read: ReadHashes): Promise<readonly Uint8Array[]> {
  if (!isSize(from) || !isSize(to) || from < 1 || from > to) {
    throw new RangeError(`a tree of ${from} leaves does not grow to ${to}`);
  }
  return from === to ? [] : hashesOf(besideTree(from, to), read);
}

/** Leaves from one index up to, not including, another. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** PATH(m, D[n]) of RFC 6962 section 2.1.1, from the leaf up. */
function besideLeaf(index: number, size: number): readonly Range[] {
  const beside: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      beside.push({ from: middle, to });
      to = middle;
    } else {
      beside.push({ from, to: middle });
      from = middle;
    }
  }
  return beside.reverse();
}

/** PROOF(m, D[n]) of RFC 6962 section 2.1.2, from below up. */
function besideTree(old: number, size: number): readonly Range[] {
  const beside: Range[] = [];
  let [from, to] = [0, size];
  while (to !== old) {
    const middle = from + splitOf(to - from);
    if (old <= middle) {
      beside.push({ from: middle, to });
      to = middle;
    } else {
      beside.push({ from, to: middle });
      from = middle;
    }
  }
  // The old tree itself is known to who checks; a part of it is not.
  if (from !== 0) beside.push({ from, to });
  return beside.reverse();
}

/** The greatest power of two below a count of at least two. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The complete subtrees that a range consists of, the greatest first. It begins where a subtree of its size may. */
function subtreesOf({ from, to }: Range): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  let start = from;
  while (start < to) {
    let [level, width] = [0, 1];
    while (width * 2 <= to - start) {
      width *= 2;
      level += 1;
    }
    subtrees.push({ level, index: start / width });
    start += width;
  }
  return subtrees;
}

/** One reading for all ranges. */
async function hashesOf(ranges: readonly Range[], read: ReadHashes): Promise<readonly Uint8Array[]> {
  const parts = ranges.map(subtreesOf);
  const hashes = await read(parts.flat());
  let at = 0;
  return parts.map(({ length }) => {
    const first = at;
    at += length;
    return foldHashes(hashes.slice(first, at));
  });
}

// --- checking proofs: all that comes in is a stranger's --------------------------------------------------------------

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  /** Of the leaf. */
  readonly hash: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2. */
export function checkInclusion({ index, size, hash, path, root }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(hash, root, ...path)) return false;
  let [place, last] = [index, size - 1];
  let result = hash;
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      result = nodeHash(sibling, result);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else result = nodeHash(result, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && compareBytes(result, root) === 0;
}

export interface Consistency {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** RFC 9162 section 2.1.4.2. Of an empty tree nothing is proved: every tree is consistent with it. */
export function checkConsistency({ from, to, fromRoot, toRoot, path }: Consistency): boolean {
  if (!isSize(from) || !isSize(to) || from < 1 || from > to || !areHashes(fromRoot, toRoot, ...path)) return false;
  if (from === to) return path.length === 0 && compareBytes(fromRoot, toRoot) === 0;
  let [place, last] = [from - 1, to - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  // The old tree is complete when nothing is left of its place; then its root is the first hash.
  const [first, ...rest] = place === 0 ? [fromRoot, ...path] : path;
  if (!first || path.length === 0) return false;
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else after = nodeHash(after, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && compareBytes(before, fromRoot) === 0 && compareBytes(after, toRoot) === 0;
}

const half = (value: number): number => Math.floor(value / 2);
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (...values: readonly Uint8Array[]): boolean =>
  values.length <= proofHashesMax + 2 && values.every(({ length }) => length === hashBytes);
