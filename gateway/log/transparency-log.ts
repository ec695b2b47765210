import type { Checkpoint } from '../../certs/log/checkpoint.ts';
import { writeProof } from '../../certs/log/proof.ts';
import type { NoteSigner } from '../../certs/log/sign.ts';
import { type Tile, widthIn } from '../../certs/log/tiles.ts';
import { checkInclusion, consistencyProof, inclusionProof } from '../../certs/log/tree.ts';
import { Lru } from '../router/lru.ts';
import { again } from '../window/again.ts';
import { gathered } from '../window/gather.ts';
import type { SealForm } from '../window/sealed-bytes.ts';
import type { LeafName, LogStore, SignedCheckpoint } from './log-store.ts';
import { nextRun } from './next-run.ts';
import { LogBroken, Sequencer } from './sequencer.ts';

/** The center's public log of seals (透明日志), as it is served. */
export interface TransparencyLog {
  /** The newest checkpoint, with the signatures of the witnesses that have signed it. */
  checkpoint(): Promise<SignedCheckpoint>;
  /** Undefined for one that the newest tree does not have. */
  tile(tile: Tile): Promise<Uint8Array | undefined>;
  /** A c2sp.org/tlog-proof for the leaf of a paper in one form; undefined when there is no such leaf. */
  proof(paper: string, form: SealForm): Promise<string | undefined>;
  /** That a tree of one size, not empty, grew to another. */
  consistency(from: number, to: number): Promise<readonly Uint8Array[]>;
  /** Begins to bring leaves under checkpoints by itself, those first that a process left which is no more. */
  start(): void;
  stop(): Promise<void>;
}

export interface TransparencyLogTools {
  readonly store: LogStore;
  readonly signer: NoteSigner;
  report(defect: Error): void;
}

/** How often leaves are looked for while there are new ones, while there are none, and while something is wrong. */
const lookMs = 100;
const lookIdleMs = 1_000;
const lookAfterFailureMs = 5_000;
/** Whoever asks for a proof of a leaf that is not under a checkpoint yet waits so long for others who do. */
const gatherMs = 20;
/** Proofs that are asked for at the same time look their leaves up together. */
const leavesPerReadMax = 100;
/** After so long it is looked which checkpoint witnesses have signed last. */
const cosignedKnownMs = 1_000;
/** Proofs are given under the newest one, and under the newest that was cosigned. */
const checkpointsReadMax = 8;

/** @throws {LogBroken} when what was published is not signed with this key. */
export async function openTransparencyLog({ store, signer, report }: TransparencyLogTools): Promise<TransparencyLog> {
  const sequencer = new Sequencer(store, signer);
  const standing = await store.newest();
  if (standing) sequencer.checkpointOf(standing);

  const places = gathered((leaves: readonly LeafName[]) => store.places(leaves), leavesPerReadMax, 1);
  const integrate = nextRun(() => sequencer.integrate(), gatherMs);
  const cosigned = knownFor(cosignedKnownMs, () => store.newestCosigned());
  const read = new Lru<string, Checkpoint>(checkpointsReadMax);
  const checkpointOf = (signed: SignedCheckpoint): Checkpoint =>
    read.get(signed.note) ?? read.set(signed.note, sequencer.checkpointOf(signed));

  /** The newest known here, of as many leaves at least. */
  async function headOf(sizeMin: number): Promise<SignedCheckpoint> {
    if (!sequencer.head || sequencer.head.size < sizeMin) await integrate();
    const { head } = sequencer;
    if (!head || head.size < sizeMin) throw new LogBroken(`the log has not come to ${sizeMin} leaves`);
    return head;
  }

  /** One that witnesses have signed, if there is one over this leaf; else the newest. */
  async function checkpointOver(index: number): Promise<SignedCheckpoint> {
    const witnessed = await cosigned();
    if (!witnessed || witnessed.size <= index) return headOf(index + 1);
    await headOf(witnessed.size);
    return witnessed;
  }

  async function newest(): Promise<SignedCheckpoint> {
    const [signed, witnessed] = await Promise.all([store.newest(), store.newestCosigned()]);
    if (!signed) return headOf(0);
    return witnessed?.size === signed.size ? witnessed : signed;
  }

  async function look(): Promise<number> {
    if (sequencer.head && (await store.size()) === sequencer.head.size) return lookIdleMs;
    await integrate();
    return lookMs;
  }

  return {
    ...again(look, { report, afterFailureMs: lookAfterFailureMs }),
    checkpoint: nextRun(newest, 0),
    async tile(tile) {
      // Another gateway may have published more than this one knows.
      if (widthIn(sequencer.head?.size ?? 0, tile) < tile.width) await integrate();
      return sequencer.tile(tile);
    },
    async proof(paper, form) {
      const [index] = await places([{ paper, form }]);
      if (index === undefined) return undefined;
      const signed = await checkpointOver(index);
      const { size, root } = checkpointOf(signed);
      const hashes = sequencer.hashesOf(size);
      const path = await inclusionProof(index, size, hashes);
      const [hash] = await hashes([{ level: 0, index }]);
      if (!hash || !checkInclusion({ index, size, hash, path, root })) {
        throw new LogBroken(
          `the rows of the log do not prove its leaf ${index} under the checkpoint of ${size} leaves`,
        );
      }
      return writeProof({ index, path, note: signed.note });
    },
    async consistency(from, to) {
      await headOf(to);
      return consistencyProof(from, to, sequencer.hashesOf(to));
    },
  };
}

/** Asks again only when what is known is older than this. */
function knownFor<Value>(knownMs: number, ask: () => Promise<Value>): () => Promise<Value> {
  let known: { readonly value: Promise<Value>; readonly atMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (!known || nowMs - known.atMs > knownMs) {
      const value = ask();
      value.catch(() => {
        known = undefined;
      });
      known = { value, atMs: nowMs };
    }
    return known.value;
  };
}
