/** Files that somebody received in part, or that were joined with others. */
import type { Random } from '../../generate/random.ts';
import type { Class, Drawn } from '../entry.ts';
import type { Files } from '../files.ts';
import { AT } from '../times.ts';
import type { Yard } from '../yard.ts';
import { bareTrustOf } from './mutants.ts';
import { sealed } from './seals.ts';

const EDITS: Readonly<Record<string, (bytes: Uint8Array, random: Random) => Uint8Array>> = {
  'cut short': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'cut short by one': bytes => bytes.subarray(0, -1),
  'cut in front': (bytes, random) => bytes.subarray(1 + random.below(bytes.length - 1)),
  'a piece cut out': (bytes, random) => {
    const from = random.below(bytes.length - 1);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(bytes.length - from - 1))]);
  },
  'a byte more': bytes => Buffer.concat([bytes, Buffer.of(0)]),
  twice: bytes => Buffer.concat([bytes, bytes]),
  empty: () => new Uint8Array(0),
};

/** One of the files, changed in one way. */
function cut(files: Files, random: Random): { readonly files: Files; readonly what: string } {
  const role = random.pick(Object.keys(files));
  const edit = random.pick(Object.keys(EDITS));
  return { files: { ...files, [role]: EDITS[edit]!(files[role]!, random) }, what: `${role}: ${edit}` };
}

async function truncated(random: Random, yard: Yard): Promise<Drawn> {
  const drawn = await sealed(random, yard);
  return { ...drawn, ...cut(drawn.files, random), verdicts: ['INVALID'] };
}

async function bundleTruncated(random: Random, { mutants, trusts }: Yard): Promise<Drawn> {
  const trust = bareTrustOf(mutants, trusts);
  return { kind: 'bundle', trust, at: AT, ...cut({ bundle: mutants.bundle.zip }, random), verdicts: ['INVALID'] };
}

export const TRUNCATED_CLASSES: readonly Class[] = [
  { name: 'truncated', weight: 10, draw: truncated },
  { name: 'bundle truncated', weight: 2, draw: bundleTruncated },
];
