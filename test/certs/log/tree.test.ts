import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { toHex } from '../../../certs/hex.ts';
import {
  checkConsistency,
  checkInclusion,
  consistencyProof,
  GrowingTree,
  inclusionProof,
  leafHash,
  nodeHash,
  peaksOf,
} from '../../../certs/log/tree.ts';
import { bytes, toyLog } from '../../fixtures/toy-log.ts';
import { vectors } from '../../fixtures/vectors.ts';

const entries = Array.from({ length: 70 }, (_, i) => bytes(`entry ${i}\n`));
const log = toyLog(entries);
const sizes = entries.map((_, i) => i + 1);

/** MTH of RFC 6962 section 2.1, as it is written there. */
function mth(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return nodeHash(mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

describe('the tree', () => {
  it('has the hashes that RFC 6962 defines, at every size, read from complete subtrees or grown leaf by leaf', async () => {
    const growing = new GrowingTree();
    expect(toHex(growing.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const size of sizes) {
      growing.append(leafHash(entries[size - 1]!));
      const expected = toHex(mth(entries.slice(0, size).map(leafHash)));
      expect([toHex(await log.root(size)), toHex(growing.root()), growing.size]).toEqual([expected, expected, size]);
    }
  });

  it('goes on growing from what is kept of it', async () => {
    for (const size of sizes) {
      const tree = GrowingTree.of(size, await log.read(peaksOf(size)));
      for (const entry of entries.slice(size)) tree.append(leafHash(entry));
      expect(toHex(tree.root())).toBe(toHex(await log.root()));
    }
  });

  it('proves every leaf of every size, and no other leaf, place, size or root', async () => {
    for (const size of sizes) {
      const root = await log.root(size);
      for (let index = 0; index < size; index++) {
        const path = await inclusionProof(index, size, log.read);
        const proved = { index, size, hash: leafHash(entries[index]!), path, root };
        expect(checkInclusion(proved)).toBe(true);
        const others = [
          { hash: leafHash(bytes('another')) },
          { index: index + 1 },
          { root: leafHash(bytes('another')) },
          { path: [...path, root] },
          { path: path.slice(0, -1) },
        ];
        if (size > 1) for (const other of others) expect(checkInclusion({ ...proved, ...other })).toBe(false);
      }
    }
  });

  it('proves every growth, and refuses every change of what was', async () => {
    for (const to of sizes) {
      for (let from = 1; from <= to; from++) {
        const path = await consistencyProof(from, to, log.read);
        const proved = { from, to, fromRoot: await log.root(from), toRoot: await log.root(to), path };
        expect(checkConsistency(proved)).toBe(true);
        const wrong = leafHash(bytes('another'));
        expect(checkConsistency({ ...proved, fromRoot: wrong })).toBe(false);
        expect(checkConsistency({ ...proved, path: [...path, wrong] })).toBe(false);
        if (from < to) expect(checkConsistency({ ...proved, toRoot: wrong })).toBe(false);
        if (path.length > 0) expect(checkConsistency({ ...proved, path: path.slice(1) })).toBe(false);
      }
    }
  });

  it('makes no proof of what is not there', async () => {
    await expect(inclusionProof(70, 70, log.read)).rejects.toThrow('has none with index 70');
    await expect(consistencyProof(0, 70, log.read)).rejects.toThrow('does not grow');
    await expect(consistencyProof(70, 69, log.read)).rejects.toThrow('does not grow');
  });

  it('checks proofs of trees with up to 2^53 − 1 leaves, beyond the reach of a shift', async () => {
    // Every subtree has the hash of one that is full of equal leaves: only arithmetic on indices is left.
    const full = [leafHash(bytes('equal'))];
    for (let level = 1; level < 53; level++) full.push(nodeHash(full.at(-1)!, full.at(-1)!));
    const read = (subtrees: readonly { level: number }[]) => subtrees.map(({ level }) => full[level]!);
    const size = Number.MAX_SAFE_INTEGER;
    const root = mthOfPeaks(peaksOf(size).map(({ level }) => full[level]!));
    for (const index of [0, 2 ** 31, 2 ** 32 + 1, 2 ** 52, size - 1]) {
      const path = await inclusionProof(index, size, read);
      expect(checkInclusion({ index, size, hash: full[0]!, path, root })).toBe(true);
    }
    for (const from of [1, 2 ** 31 + 1, 2 ** 32, 2 ** 52 + 1]) {
      const path = await consistencyProof(from, size, read);
      const fromRoot = mthOfPeaks(peaksOf(from).map(({ level }) => full[level]!));
      expect(checkConsistency({ from, to: size, fromRoot, toRoot: root, path })).toBe(true);
    }
  });
});

const mthOfPeaks = (peaks: readonly Uint8Array[]) => peaks.reduceRight((right, left) => nodeHash(left, right));

interface InclusionVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

/** Where a hash does not matter the vectors have a few words in its place. */
function decoded(text: string): Uint8Array {
  const hash = new Uint8Array(Buffer.from(text, 'base64'));
  return /^don't care/.test(Buffer.from(hash).toString()) ? leafHash(hash) : hash;
}
const all = (proof: readonly string[] | null) => (proof ?? []).map(decoded);

describe('the vectors of transparency-dev/merkle', () => {
  const { path, it: itThere, absent } = vectors('merkle/testdata', 'github.com/transparency-dev/merkle');
  const read = <Vector>(kind: string): [string, Vector][] =>
    readdirSync(join(path, kind), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.json'))
      .map(name => [name, JSON.parse(readFileSync(join(path, kind, name), 'utf8')) as Vector]);

  itThere(`are judged as they say, inclusion${absent}`, () => {
    const cases = read<InclusionVector>('inclusion');
    const wrong = cases.filter(
      ([, { leafIdx, treeSize, root, leafHash: hash, proof, wantErr }]) =>
        checkInclusion({
          index: leafIdx,
          size: treeSize,
          hash: decoded(hash),
          path: all(proof),
          root: decoded(root),
        }) === wantErr,
    );
    expect(cases.length).toBeGreaterThan(90);
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  itThere(`are judged as they say, consistency${absent}`, () => {
    const cases = read<ConsistencyVector>('consistency');
    const wrong = cases.filter(
      ([, { size1, size2, root1, root2, proof, wantErr }]) =>
        checkConsistency({
          from: size1,
          to: size2,
          fromRoot: decoded(root1),
          toRoot: decoded(root2),
          path: all(proof),
        }) === wantErr,
    );
    expect(cases.length).toBeGreaterThan(90);
    expect(wrong.map(([name, vector]) => [name, vector])).toEqual([]);
  });
});
