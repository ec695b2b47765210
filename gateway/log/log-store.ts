import type { SealForm } from '../window/sealed-bytes.ts';

/**
 * The rows of the log. Leaves are appended by who saves what is sealed, in the same transaction; the rest follows from
 * them, and is written by whichever gateway comes first. Every write is one transaction, flushed to the disk, and may be
 * repeated: what stands is never changed, only continued.
 */
export interface LogStore {
  /** How many leaves there are. They are without a gap: none is committed before those in front of it. */
  size(): Promise<number>;
  /** The entries of leaves from an index on, at most so many. @throws {Error} when one is missing between others. */
  entries(from: number, countMax: number): Promise<readonly Uint8Array[]>;
  /** The indices of leaves, each in its place; undefined for one that is not there. */
  places(leaves: readonly LeafName[]): Promise<readonly (number | undefined)[]>;
  /**
   * The hashes of tiles, each in its place: of level 0 only those that are full; above it also the growing one, with as
   * many hashes as it has by now. Undefined for one that is not there.
   */
  tiles(tiles: readonly TilePlace[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** The checkpoint with the most leaves. */
  newest(): Promise<SignedCheckpoint | undefined>;
  /** The one with the most leaves among those that witnesses have signed, their lines added. */
  newestCosigned(): Promise<SignedCheckpoint | undefined>;
  /** Writes tiles and the checkpoint over them; the latter only if there is none with as many leaves or more. */
  publish(publication: Publication): Promise<void>;
  /** Adds what witnesses have signed: lines by the name of the witness. */
  cosign(size: number, lines: ReadonlyMap<string, string>): Promise<void>;
}

/** The leaf of a paper in one form. */
export interface LeafName {
  readonly paper: string;
  readonly form: SealForm;
}

export interface TilePlace {
  readonly level: number;
  readonly index: number;
}

export interface KeptTile extends TilePlace {
  readonly hashes: Uint8Array;
}

export interface SignedCheckpoint {
  readonly size: number;
  /** A signed note. */
  readonly note: string;
}

export interface Publication {
  readonly tiles: readonly KeptTile[];
  readonly checkpoint: SignedCheckpoint;
}
