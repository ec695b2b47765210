import { describe, expect, it } from '@jest/globals';
import { toHex } from '../../../certs/hex.ts';
import { TileTree } from '../../../certs/log/tile-tree.ts';
import { tilePath, widthIn } from '../../../certs/log/tiles.ts';
import { leafHash } from '../../../certs/log/tree.ts';
import { edgePlaces, TreeEdge } from '../../../gateway/log/tree-edge.ts';
import { bytes, toyLog } from '../../fixtures/toy-log.ts';

const entries = Array.from({ length: 66_000 }, (_, i) => bytes(`entry ${i}\n`));
const log = toyLog(entries);
const leaves = entries.map(leafHash);

describe('the edge of the tree', () => {
  it('knows the root at every size, and every tile when it is full', async () => {
    const edge = TreeEdge.of(0, []);
    expect(toHex(edge.root())).toBe(toHex(await log.root(0)));
    const full: string[] = [];
    for (const [at, leaf] of leaves.entries()) {
      for (const { level, index, hashes } of edge.append(leaf)) {
        full.push(tilePath({ level, index, width: 256 }));
        const subtrees = Array.from({ length: 256 }, (_, nth) => ({ level: 8 * level, index: index * 256 + nth }));
        expect(toHex(hashes)).toBe(toHex(TileTree.of(await log.read(subtrees)).bytes()));
      }
      if (at < 600 || at % 997 === 0) expect(toHex(edge.root())).toBe(toHex(await log.root(at + 1)));
    }
    expect(full).toHaveLength(257 + 1);
    expect(full.filter(path => path.startsWith('tile/1'))).toEqual(['tile/1/000']);
  });

  it('goes on from what is kept of it, at every size, and a copy goes its own way', async () => {
    for (const size of [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_800]) {
      const places = edgePlaces(size).map(place => ({ ...place, width: widthIn(size, place) }));
      const tiles = await Promise.all(
        places.map(async ({ level, index, width }) => {
          const subtrees = Array.from({ length: width }, (_, nth) => ({ level: 8 * level, index: index * 256 + nth }));
          return TileTree.of(await log.read(subtrees));
        }),
      );
      const edge = TreeEdge.of(size, tiles);
      const copy = edge.copy();
      for (const leaf of leaves.slice(size, size + 200)) copy.append(leaf);
      expect(toHex(copy.root())).toBe(toHex(await log.root(size + 200)));
      expect([edge.size, toHex(edge.root())]).toEqual([size, toHex(await log.root(size))]);
    }
  });

  it('gives of its tiles the hashes that a smaller tree had, and no others', async () => {
    const edge = TreeEdge.of(0, []);
    for (const leaf of leaves.slice(0, 600)) edge.append(leaf);
    expect(edge.tile({ level: 0, index: 2, width: 88 })?.width).toBe(88);
    expect(toHex(edge.tile({ level: 0, index: 2, width: 1 })!.bytes(1))).toBe(toHex(leaves[512]!));
    expect(edge.tile({ level: 1, index: 0, width: 2 })?.width).toBe(2);
    expect(edge.growing().map(({ level, index }) => [level, index])).toEqual([[1, 0]]);
    for (const tile of [
      { level: 0, index: 2, width: 89 },
      { level: 0, index: 1, width: 256 },
      { level: 1, index: 0, width: 3 },
      { level: 2, index: 0, width: 1 },
      { level: 'entries', index: 2, width: 1 },
    ] as const)
      expect(edge.tile(tile)).toBeUndefined();
  });
});
