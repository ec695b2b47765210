/**
 * One look at a log, by somebody who remembers the last. All that the log shows is a stranger's: nothing of it is believed
 * but what its signature and the hashes prove.
 */
import { compareBytes } from '../../certs/der.ts';
import { readEntry, type SealEntry } from '../../certs/log/entry.ts';
import { TileTree } from '../../certs/log/tile-tree.ts';
import {
  type HashTile,
  hashesThrough,
  readEntries,
  type Tile,
  tilePath,
  tileWidth,
  widthIn,
} from '../../certs/log/tiles.ts';
import { GrowingTree, hashBytes, leafHash, peaksOf } from '../../certs/log/tree.ts';
import type { RemoteLog } from './remote-log.ts';
import { type Keys, Misbehaved, readSeen, type Seen } from './seen.ts';

export interface Look {
  readonly log: RemoteLog;
  readonly keys: Keys;
  /** Undefined: nothing has been seen of it before. */
  readonly last: Seen | undefined;
  /** Hears of each new entry in its order. Undefined: it is no seal. */
  onEntry(index: number, entry: SealEntry | undefined): void;
}

/**
 * @throws {Misbehaved}
 * @throws {NoAnswer}
 */
export async function observe({ log, keys, last, onEntry }: Look): Promise<Seen> {
  const seen = readSeen(await log.checkpoint(), keys);
  if (last) mustContinue(last, seen);
  if (last?.size === seen.size) return seen;
  const tree = last ? await treeOf(last, seen, log) : new GrowingTree();
  for await (const entry of entriesOf(log, tree.size, seen)) {
    onEntry(tree.size, readEntry(entry));
    tree.append(leafHash(entry));
  }
  if (compareBytes(tree.root(), seen.root) !== 0) {
    throw new Misbehaved(
      `The entries of the log do not have the root of its checkpoint of ${seen.size} leaves.`,
      bothOf(last, seen),
    );
  }
  return seen;
}

function mustContinue(last: Seen, seen: Seen): void {
  const fault =
    (last.origin !== seen.origin && `The log was ${last.origin}, and now it is ${seen.origin}.`) ||
    (seen.size < last.size && `The log has shrunk: it had ${last.size} leaves, and now it has ${seen.size}.`) ||
    (seen.size === last.size &&
      compareBytes(seen.root, last.root) !== 0 &&
      `The log has forked: it has signed two roots of ${seen.size} leaves.`);
  if (fault) throw new Misbehaved(fault, bothOf(last, seen));
}

/** The tree that was seen last, taken out of that of today. @throws {Misbehaved} when it is not in it. */
async function treeOf(last: Seen, seen: Seen, log: RemoteLog): Promise<GrowingTree> {
  const read = hashesThrough(seen.size, tiles => Promise.all(tiles.map(tile => hashesIn(tile, log, seen))));
  const tree = GrowingTree.of(last.size, await read(peaksOf(last.size)));
  if (compareBytes(tree.root(), last.root) === 0) return tree;
  throw new Misbehaved(
    `The log was rewritten: its ${seen.size} leaves do not begin with the ${last.size} that were seen before.`,
    bothOf(last, seen),
  );
}

async function hashesIn(tile: HashTile, log: RemoteLog, seen: Seen): Promise<TileTree> {
  const hashes = await log.tile(tile);
  if (hashes.length === tile.width * hashBytes) return TileTree.ofBytes(hashes);
  throw new Misbehaved(`The log serves no ${tile.width} hashes as ${tilePath(tile)}.`, [seen.note]);
}

/** Bundles that are fetched while one is looked at. */
const bundlesAheadMax = 8;

/** The entries from an index on, in their order; however many there are, few are held at a time. */
async function* entriesOf(log: RemoteLog, from: number, seen: Seen): AsyncGenerator<Uint8Array> {
  const first = Math.floor(from / tileWidth);
  const end = Math.ceil(seen.size / tileWidth);
  const ahead: Promise<readonly Uint8Array[]>[] = [];
  for (let index = first, next = first; index < end; index++) {
    for (; next < end && ahead.length < bundlesAheadMax; next++) ahead.push(bundle(next, log, seen));
    const entries = await ahead.shift()!;
    yield* index === first ? entries.slice(from - first * tileWidth) : entries;
  }
}

function bundle(index: number, log: RemoteLog, seen: Seen): Promise<readonly Uint8Array[]> {
  const tile: Tile = { level: 'entries', index, width: widthIn(seen.size, { level: 'entries', index }) };
  const fetched = log.tile(tile).then(bytes => {
    const entries = readEntries(bytes, tile.width);
    if (entries) return entries;
    throw new Misbehaved(`The log serves no ${tile.width} entries as ${tilePath(tile)}.`, [seen.note]);
  });
  // It may fail before it is waited for.
  fetched.catch(() => undefined);
  return fetched;
}

const bothOf = (last: Seen | undefined, seen: Seen): readonly string[] => (last ? [last.note, seen.note] : [seen.note]);
