/** Proofs that hold, of something else: the tree and the key tell whether a seal stands in a log, not the form. */
import type { Random } from '../generate/random.ts';
import type { Subject, World } from './world.ts';

export interface ProofSwap {
  readonly kind: string;
  swap(subject: Subject, random: Random, world: World): Uint8Array;
}

const another = (subject: Subject, random: Random, { subjects }: World): Subject =>
  random.pick(subjects.filter(one => one !== subject));

export const PROOF_SWAPS: readonly ProofSwap[] = [
  { kind: "another seal's proof", swap: (subject, random, world) => another(subject, random, world).proofs.own },
  { kind: 'proof of the seal without its stamp', swap: ({ proofs }) => proofs.ofBare },
  { kind: 'proof under another holder', swap: ({ proofs }) => proofs.ofAnotherHolder },
  { kind: 'proof of a log that is not listed', swap: ({ proofs }) => proofs.ofUnlistedLog },
  { kind: 'proof by a key that is not the log’s', swap: ({ proofs }) => proofs.byAnotherKey },
];
