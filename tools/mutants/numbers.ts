/** Numbers of any size, as keys and signatures hold them. */
import { type Element, leaf, node, write } from './tree.ts';

const [INTEGER, SEQUENCE] = [0x02, 0x30];

/** The order of the P-256 group, FIPS 186-5. */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** … of the group of SM2, GB/T 32918.5. */
export const SM2_ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

export const asNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
export const asBytes = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
export const remainder = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;

export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [remainder(value, modulus), modulus, 1n, 0n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return remainder(x, modulus);
}

/** @param value Not negative. */
export function integer(value: bigint): Element {
  const bytes = asBytes(value, Math.ceil(value.toString(16).length / 2));
  return leaf(INTEGER, bytes[0]! & 0x80 ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes);
}

/** `ECDSA-Sig-Value`, which SM2's is too, with numbers of any size. */
export const writePair = (r: bigint, s: bigint): Uint8Array => write(node(SEQUENCE, integer(r), integer(s)));
