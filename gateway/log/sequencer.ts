import { compareBytes } from '../../certs/der.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../certs/log/checkpoint.ts';
import { checkSignatures, type NoteVerifier, noteVerifier, readNote } from '../../certs/log/note.ts';
import type { NoteSigner } from '../../certs/log/sign.ts';
import { TileTree } from '../../certs/log/tile-tree.ts';
import { type HashTile, hashesThrough, type Tile, tileWidth, widthIn, writeEntries } from '../../certs/log/tiles.ts';
import { checkConsistency, consistencyProof, hashBytes, leafHash, type ReadHashes } from '../../certs/log/tree.ts';
import { Lru } from '../router/lru.ts';
import { gathered } from '../window/gather.ts';
import type { KeptTile, LogStore, SignedCheckpoint, TilePlace } from './log-store.ts';
import { edgePlaces, TreeEdge } from './tree-edge.ts';

/** The rows of the log contradict each other, or what was signed: nothing is signed over them until somebody has looked. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/** Leaves that come under one checkpoint at most: bounds what is held at once. */
const leavesPerCheckpointMax = 4_096;
/** Of some 30 KB each. */
const tilesKeptMax = 128;
const tilesPerReadMax = 32;
/** A rush for proofs shall not keep the database's connections from others. */
const readsAtOnceMax = 1;

/**
 * Turns leaves into tiles and signed checkpoints. Several gateways do it at once and write the same rows: what is signed
 * follows from the leaves alone, and continues the newest checkpoint in the database, whoever published it.
 */
export class Sequencer {
  readonly #store: LogStore;
  readonly #signer: NoteSigner;
  readonly #verifier: NoteVerifier;
  readonly #leavesPerCheckpointMax: number;
  /** Full tiles, which never change. */
  readonly #tiles = new Lru<string, TileTree>(tilesKeptMax);
  /** Those that are being read, for all who want them. */
  readonly #reading = new Map<string, Promise<TileTree>>();
  readonly #readTogether: (tiles: readonly TilePlace[]) => Promise<readonly (Uint8Array | undefined)[]>;
  #edge = TreeEdge.of(0, []);
  #head: SignedCheckpoint | undefined;

  constructor(store: LogStore, signer: NoteSigner, leavesMax = leavesPerCheckpointMax) {
    this.#store = store;
    this.#signer = signer;
    this.#verifier = noteVerifier(signer.key);
    this.#leavesPerCheckpointMax = leavesMax;
    this.#readTogether = gathered(tiles => store.tiles(tiles), tilesPerReadMax, readsAtOnceMax);
  }

  /** The newest checkpoint that this process knows; undefined before the first {@link integrate}. */
  get head(): SignedCheckpoint | undefined {
    return this.#head;
  }

  /**
   * Brings all leaves that there are under a checkpoint. One call at a time.
   *
   * @returns Whether there were new ones.
   * @throws {LogBroken}
   */
  async integrate(): Promise<boolean> {
    const before = this.#head?.size;
    await this.#follow();
    if (!this.#head) await this.#publish(this.#edge, []);
    while (await this.#integrateSome());
    return this.#head?.size !== before;
  }

  /** Goes on from the newest checkpoint in the database, after it has been found to continue the one known here. */
  async #follow(): Promise<void> {
    const newest = await this.#store.newest();
    if (newest?.size === this.#head?.size && newest?.note === this.#head?.note) return;
    const known = this.#head ? `of ${this.#head.size} leaves` : 'of no leaves';
    if (!newest) throw new LogBroken(`the checkpoint ${known}, which was published, is gone from the database`);
    const checkpoint = this.checkpointOf(newest);
    if (this.#head && newest.size <= this.#head.size) {
      throw new LogBroken(`after the checkpoint ${known} the database has another one of ${newest.size}`);
    }
    const edge = await this.#edgeOf(newest.size);
    if (compareBytes(edge.root(), checkpoint.root) !== 0) {
      throw new LogBroken(`the rows of the log do not have the root of its checkpoint of ${newest.size} leaves`);
    }
    await this.#mustContinue(edge, checkpoint);
    this.#edge = edge;
    this.#head = newest;
  }

  /** What a checkpoint of this log says. @throws {LogBroken} when it is not this log's. */
  checkpointOf({ size, note }: SignedCheckpoint): Checkpoint {
    const read = readNote(note);
    const checkpoint = readCheckpoint(read.text);
    const { name } = this.#signer.key;
    if (checkpoint.origin !== name || !checkSignatures(read, [this.#verifier]).get(this.#verifier)) {
      throw new LogBroken(
        `the checkpoint of ${size} leaves is not signed with the key of ${name}: bring that one back`,
      );
    }
    if (checkpoint.size !== size) throw new LogBroken(`the checkpoint of ${size} leaves says ${checkpoint.size}`);
    return checkpoint;
  }

  /** The edge as the rows have it. @throws {LogBroken} when some of them are missing. */
  async #edgeOf(size: number): Promise<TreeEdge> {
    const places = edgePlaces(size).map(place => ({ ...place, width: widthIn(size, place) }));
    const [lowest, ...above] = places;
    if (!lowest) return TreeEdge.of(0, []);
    const leaves = await this.#leaves(lowest.index * tileWidth, lowest.width);
    const tiles = await this.#store.tiles(above);
    const trees = above.map((place, at) => {
      mustHave(place, treeOf(tiles[at]));
      // Another gateway may have added to it.
      return treeOf(tiles[at]?.subarray(0, place.width * hashBytes));
    });
    return TreeEdge.of(size, [TileTree.of(leaves), ...trees]);
  }

  async #leaves(from: number, count: number): Promise<readonly Uint8Array[]> {
    const entries = count === 0 ? [] : await this.#store.entries(from, count);
    if (entries.length < count) throw new LogBroken(`the leaf ${from + entries.length} of the log is missing`);
    return entries.map(leafHash);
  }

  /** @throws {LogBroken} unless a tree has grown out of the one known here. */
  async #mustContinue(edge: TreeEdge, { size, root }: Checkpoint): Promise<void> {
    const from = this.#edge.size;
    if (from === 0) return;
    const path = await consistencyProof(from, size, this.#hashesOf(edge, size));
    if (!checkConsistency({ from, to: size, fromRoot: this.#edge.root(), toRoot: root, path })) {
      throw new LogBroken(`the checkpoint of ${size} leaves does not continue that of ${from}: the log was rewritten`);
    }
  }

  /** @returns Whether there may be more. */
  async #integrateSome(): Promise<boolean> {
    const entries = await this.#store.entries(this.#edge.size, this.#leavesPerCheckpointMax);
    if (entries.length === 0) return false;
    const edge = this.#edge.copy();
    const full = entries.flatMap(entry => edge.append(leafHash(entry)));
    const levels = full.map(({ level }) => level + 1);
    await this.#publish(edge, [...full, ...edge.growing().filter(({ level }) => levels.includes(level))]);
    return entries.length === this.#leavesPerCheckpointMax;
  }

  async #publish(edge: TreeEdge, tiles: readonly KeptTile[]): Promise<void> {
    const text = writeCheckpoint({ origin: this.#signer.key.name, size: edge.size, root: edge.root() });
    const checkpoint = { size: edge.size, note: `${text}\n${this.#signer.line(text)}` };
    await this.#store.publish({ tiles, checkpoint });
    this.#edge = edge;
    this.#head = checkpoint;
  }

  /** Reads the hashes of a tree, which is not larger than that of {@link head}. */
  hashesOf(size: number): ReadHashes {
    return this.#hashesOf(this.#edge, size);
  }

  #hashesOf(edge: TreeEdge, size: number): ReadHashes {
    return hashesThrough(size, tiles => this.#readTiles(edge, tiles));
  }

  /** A tile of the tree of {@link head}. */
  async tile(tile: Tile): Promise<Uint8Array | undefined> {
    if (tile.width > widthIn(this.#edge.size, tile)) return undefined;
    const { level, index, width } = tile;
    if (level === 'entries') return this.#entries(tile);
    const [tree] = await this.#readTiles(this.#edge, [{ level, index, width }]);
    return tree?.bytes(width);
  }

  async #entries({ index, width }: Tile): Promise<Uint8Array> {
    const entries = await this.#store.entries(index * tileWidth, width);
    if (entries.length < width)
      throw new LogBroken(`the leaf ${index * tileWidth + entries.length} of the log is missing`);
    return writeEntries(entries);
  }

  /** Of tiles that are full in the tree of this edge, or its last ones. */
  #readTiles(edge: TreeEdge, tiles: readonly HashTile[]): Promise<readonly TileTree[]> {
    return Promise.all(
      tiles.map(async tile => {
        const kept = edge.tile(tile) ?? this.#tiles.get(nameOf(tile)) ?? (await this.#readTile(tile));
        return mustHave(tile, kept);
      }),
    );
  }

  #readTile(tile: HashTile): Promise<TileTree> {
    const name = nameOf(tile);
    const underWay = this.#reading.get(name);
    if (underWay) return underWay;
    const reading = this.#readTogether([tile])
      .then(([hashes]) => {
        const tree = treeOf(hashes);
        if (tree.width === tileWidth) this.#tiles.set(name, tree);
        return tree;
      })
      .finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }
}

const nameOf = ({ level, index }: TilePlace): string => `${level}/${index}`;
const treeOf = (hashes: Uint8Array | undefined): TileTree => TileTree.ofBytes(hashes ?? new Uint8Array(0));

/** @throws {LogBroken} when the tile has fewer hashes than it must have. */
function mustHave(tile: HashTile, tree: TileTree): TileTree {
  if (tree.width >= tile.width) return tree;
  throw new LogBroken(`the tile ${nameOf(tile)} of the log is missing, or too short`);
}
