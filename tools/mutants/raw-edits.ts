/** Changes of bytes, whatever they mean. */
import type { Random } from '../generate/random.ts';
import { anotherOctet } from './edit.ts';

export interface RawEdit {
  readonly kind: string;
  edit(bytes: Uint8Array, random: Random): Uint8Array;
}

const bytesAtOnceMax = 4;

export const RAW_EDITS: readonly RawEdit[] = [
  {
    kind: 'bit flipped',
    edit(bytes, random) {
      const changed = Uint8Array.from(bytes);
      changed[random.below(bytes.length)]! ^= 1 << random.below(8);
      return changed;
    },
  },
  {
    kind: 'bytes changed',
    edit(bytes, random) {
      const changed = Uint8Array.from(bytes);
      const at = random.below(bytes.length);
      const end = Math.min(bytes.length, at + random.between(1, bytesAtOnceMax));
      for (let i = at; i < end; i++) changed[i] = anotherOctet(changed[i]!, random);
      return changed;
    },
  },
  {
    kind: 'bytes put in',
    edit(bytes, random) {
      const at = random.pick([0, bytes.length, random.below(bytes.length)]);
      const more = Uint8Array.from({ length: random.between(1, bytesAtOnceMax) }, () => random.below(256));
      return Buffer.concat([
        bytes.subarray(0, at),
        random.chance(20) ? bytes.subarray(0, 64) : more,
        bytes.subarray(at),
      ]);
    },
  },
  {
    kind: 'bytes taken out',
    edit(bytes, random) {
      const at = random.below(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, bytesAtOnceMax))]);
    },
  },
  { kind: 'cut off', edit: (bytes, random) => bytes.subarray(0, random.below(bytes.length)) },
];
