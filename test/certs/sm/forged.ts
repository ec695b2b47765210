/** Signatures over the curve of SM2 that no honest signer makes. */
import { DerReader, sequence, unsigned } from '../../../certs/der.ts';

/** The order of the group, GB/T 32918.5. */
export const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

const bytesOf = (value: bigint): Uint8Array => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
};

export const derOf = (r: bigint, s: bigint): Uint8Array => sequence(unsigned(bytesOf(r)), unsigned(bytesOf(s)));

/** (r, n − s), which is as good as (r, s) for ECDSA. */
export function negated(signature: Uint8Array): Uint8Array {
  const pair = new DerReader(signature).sequence();
  const [r, s] = [pair.unsigned(), pair.unsigned()].map(bytes => BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
  return derOf(r!, N - s!);
}
