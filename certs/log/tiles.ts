/**
 * The tree and its entries as static files (c2sp.org/tlog-tiles): `tile/<L>/<N>[.p/<W>]` holds up to 256 hashes of the
 * subtrees with `256^L` leaves, `tile/entries/<N>[.p/<W>]` the entries below those of level 0, each after its length in
 * two bytes.
 */
import type { TileTree } from './tile-tree.ts';
import type { ReadHashes, Subtree } from './tree.ts';

/** Hashes in a full tile. */
export const tileWidth = 256;
const tileHeight = 8;

/** So long an entry may be. */
export const entryBytesMax = 0xffff;

/** A file of the tree: hashes of a level, or entries. */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/** Tiles of hashes, in their order; each has as many as is asked for, or more. */
export type ReadTiles = (tiles: readonly HashTile[]) => PromiseLike<readonly TileTree[]>;

export interface HashTile extends Tile {
  readonly level: number;
}

/** The address below the log's, without a slash before it: `tile/0/x001/x234/067.p/5`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const parts = padded.match(/\d{3}/g)!;
  const last = parts.pop();
  return `tile/${level}/${parts.map(part => `x${part}/`).join('')}${last}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** @returns undefined for whatever {@link tilePath} does not write. */
export function readTilePath(path: string): Tile | undefined {
  const [, level, thousands, last, width] = TILE_PATH.exec(path) ?? [];
  if (level === undefined || thousands === undefined || last === undefined) return undefined;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(thousands.replaceAll(/[x/]/g, '') + last),
    width: width === undefined ? tileWidth : Number(width),
  };
  const isTile = tile.width >= 1 && (width === undefined || tile.width < tileWidth) && Number.isSafeInteger(tile.index);
  return isTile && tilePath(tile) === path ? tile : undefined;
}

/** Levels go to 63, indices have up to 16 digits here. */
const TILE_PATH = /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/){0,5})(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** How many hashes (or entries) a tile has in a tree of this size: 0 when it has no such tile, up to 256. */
export function widthIn(size: number, { level, index }: Pick<Tile, 'level' | 'index'>): number {
  const hashes = level === 'entries' ? size : Math.floor(size / tileWidth ** level);
  return Math.max(0, Math.min(tileWidth, hashes - index * tileWidth));
}

/** Reads hashes of a tree of this size through its tiles, each tile once. */
export function hashesThrough(size: number, read: ReadTiles): ReadHashes {
  return async subtrees => {
    const places = subtrees.map(placeOf);
    const wanted = new Map(places.map(({ tile, name }) => [name, { ...tile, width: widthIn(size, tile) }]));
    const trees = await read([...wanted.values()]);
    const byName = new Map(Array.from(wanted.keys(), (name, at) => [name, trees[at]!] as const));
    return places.map(({ name, level, index }) => byName.get(name)!.node(level, index));
  };
}

/** Where a subtree's hash is: the tile, and the subtree over some of its hashes. */
function placeOf(subtree: Subtree) {
  const tileLevel = Math.floor(subtree.level / tileHeight);
  const level = subtree.level % tileHeight;
  const perTile = tileWidth / 2 ** level;
  const tile = { level: tileLevel, index: Math.floor(subtree.index / perTile) };
  return { tile, name: `${tileLevel}/${tile.index}`, level, index: subtree.index - tile.index * perTile };
}

/** @throws {RangeError} if an entry is too long. */
export function writeEntries(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > entryBytesMax) throw new RangeError(`an entry of ${entry.length} bytes is too long`);
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** @returns undefined when these are not exactly so many entries. */
export function readEntries(bundle: Uint8Array, width: number): readonly Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < width) {
    const [high, low] = bundle.subarray(at, at + 2);
    if (high === undefined || low === undefined) return undefined;
    const end = at + 2 + high * 256 + low;
    if (end > bundle.length) return undefined;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return at === bundle.length ? entries : undefined;
}
