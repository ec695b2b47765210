import { describe, expect, it } from '@jest/globals';
import { toHex } from '../../../certs/hex.ts';
import { TileTree } from '../../../certs/log/tile-tree.ts';
import {
  hashesThrough,
  readEntries,
  readTilePath,
  type Tile,
  tilePath,
  widthIn,
  writeEntries,
} from '../../../certs/log/tiles.ts';
import { consistencyProof, inclusionProof, leafHash, nodeHash, rootOf } from '../../../certs/log/tree.ts';
import { bytes, toyLog } from '../../fixtures/toy-log.ts';

describe('the address of a tile', () => {
  it.each<[Tile, string]>([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 1, index: 1234067, width: 256 }, 'tile/1/x001/x234/067'],
    [{ level: 63, index: 1000, width: 1 }, 'tile/63/x001/000.p/1'],
    [{ level: 'entries', index: 1234067, width: 8 }, 'tile/entries/x001/x234/067.p/8'],
  ])('%j is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(readTilePath(path)).toEqual(tile);
  });

  it.each([
    ['tile/64/000', 'a level beyond 63'],
    ['tile/00/000', 'a level with a leading zero'],
    ['tile/data/000', 'the name of a format before this one'],
    ['tile/0/0', 'an index that is not padded'],
    ['tile/0/x000/001', 'an index with too much padding'],
    ['tile/0/001/002', 'thousands without an x'],
    ['tile/0/000.p/0', 'an empty tile'],
    ['tile/0/000.p/256', 'a full tile that is called partial'],
    ['tile/0/000.p/01', 'a width with a leading zero'],
    ['tile/0/x009/x999/x999/x999/x999/999', 'an index beyond 2^53'],
    ['tile/0/000/', 'a slash at the end'],
    ['/tile/0/000', 'a slash at the beginning'],
    ['tile/0/..', 'a way out'],
  ])('is not %s: %s', path => expect(readTilePath(path)).toBeUndefined());
});

describe('the tiles of a tree', () => {
  it('are as wide as the specification says of 70,000 and of 256 leaves', () => {
    const widths = (size: number, tiles: readonly [number, number][]) =>
      tiles.map(([level, index]) => widthIn(size, { level, index }));
    expect(
      widths(70_000, [
        [0, 272],
        [0, 273],
        [0, 274],
        [1, 0],
        [1, 1],
        [2, 0],
        [2, 1],
      ]),
    ).toEqual([256, 112, 0, 256, 17, 1, 0]);
    expect(
      widths(256, [
        [0, 0],
        [1, 0],
        [2, 0],
      ]),
    ).toEqual([256, 1, 0]);
  });

  it('give every root and proof, each tile read once', async () => {
    const size = 70_000;
    const log = toyLog(Array.from({ length: size }, (_, i) => bytes(`entry ${i}\n`)));
    const asked: string[] = [];
    const through = hashesThrough(size, async tiles => {
      asked.push(...tiles.map(tilePath));
      return Promise.all(
        tiles.map(async ({ level, index, width }) => {
          const subtrees = Array.from({ length: width }, (_, i) => ({ level: 8 * level, index: index * 256 + i }));
          return TileTree.of(await log.read(subtrees));
        }),
      );
    });
    const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

    expect(toHex(await rootOf(size, through))).toBe(toHex(await log.root()));
    expect(asked).toEqual(['tile/2/000.p/1', 'tile/1/001.p/17', 'tile/0/273.p/112']);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      asked.length = 0;
      expect(hex(await inclusionProof(index, size, through))).toEqual(hex(await inclusionProof(index, size, log.read)));
      expect(asked.length).toBe(new Set(asked).size);
      expect(asked.length).toBeLessThanOrEqual(6);
    }
    for (const from of [1, 255, 257, 65_537, 69_999]) {
      expect(hex(await consistencyProof(from, size, through))).toEqual(
        hex(await consistencyProof(from, size, log.read)),
      );
    }
  });
});

describe('a tile', () => {
  const hashes = Array.from({ length: 256 }, (_, nth) => leafHash(bytes(`${nth}`)));

  it('has every subtree over its hashes as soon as that is complete, and none before', () => {
    const tree = TileTree.of(hashes.slice(0, 6));
    const [a, b] = [nodeHash(hashes[0]!, hashes[1]!), nodeHash(hashes[2]!, hashes[3]!)];
    expect(toHex(tree.node(2, 0))).toBe(toHex(nodeHash(a, b)));
    expect(tree.peaks.map(toHex)).toEqual([nodeHash(a, b), nodeHash(hashes[4]!, hashes[5]!)].map(toHex));
    expect(() => tree.node(1, 3)).toThrow('a tile of 6 hashes has no subtree 3 of level 1');
    expect(() => tree.node(3, 0)).toThrow(RangeError);
  });

  it('is read from the bytes that it is written as', () => {
    const tree = TileTree.ofBytes(TileTree.of(hashes).bytes());
    expect([tree.width, toHex(tree.bytes(3))]).toEqual([256, hashes.slice(0, 3).map(toHex).join('')]);
  });

  it('goes its own way when it is a copy', () => {
    const tree = TileTree.of(hashes.slice(0, 3));
    const copy = tree.copy();
    copy.append(hashes[3]!);
    expect([tree.width, tree.peaks.length, copy.width, copy.peaks.length]).toEqual([3, 2, 4, 1]);
  });
});

describe('a bundle of entries', () => {
  const entries = [bytes('one\n'), new Uint8Array(0), new Uint8Array(300).fill(7)];

  it('holds each entry after its length in two bytes', () => {
    const bundle = writeEntries(entries);
    expect(toHex(bundle.subarray(0, 10))).toBe(`0004${toHex(bytes('one\n'))}0000012c`.slice(0, 20));
    expect(readEntries(bundle, 3)?.map(toHex)).toEqual(entries.map(toHex));
  });

  it('is refused when it holds more, fewer or half of them', () => {
    const bundle = writeEntries(entries);
    expect(readEntries(bundle, 2)).toBeUndefined();
    expect(readEntries(bundle, 4)).toBeUndefined();
    for (let length = 0; length < bundle.length; length++)
      expect(readEntries(bundle.subarray(0, length), 3)).toBeUndefined();
  });

  it('takes no entry that is longer than two bytes can tell', () => {
    expect(() => writeEntries([new Uint8Array(65_536)])).toThrow('65536 bytes is too long');
  });
});
