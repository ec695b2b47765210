/**
 * SM3, the digest of GB/T 32905-2016, of 32 bytes. In TypeScript alone, so that it is the same everywhere; Node has one of its
 * own, which platform/node.ts takes. Nothing of ours is imported here, because the platform itself is made with it.
 */

const blockBytes = 64;
const digestBytes = 32;

const IV = Uint32Array.of(
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600,
  0xa96f30bc,
  0x163138aa,
  0xe38dee4d,
  0xb0fb0e4e,
);

const rotl = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Section 4.2: the constant of each round, rotated by the number of the round. */
const T = Uint32Array.from({ length: 64 }, (_, j) => rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

/** The words W of section 5.3.2; digests are computed one after the other, so that all use the same. */
const W = new Uint32Array(68);

export function sm3(bytes: Uint8Array): Uint8Array {
  const state = Uint32Array.from(IV);
  const whole = bytes.length - (bytes.length % blockBytes);
  for (let at = 0; at < whole; at += blockBytes) compress(state, bytes, at);
  const rest = padded(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < rest.length; at += blockBytes) compress(state, rest, at);
  const digest = new Uint8Array(digestBytes);
  const view = new DataView(digest.buffer);
  for (let i = 0; i < state.length; i++) view.setUint32(4 * i, state[i]!);
  return digest;
}

/** Section 5.2: a one, zeros, and how many bits the message has, in 64 bits. */
function padded(rest: Uint8Array, messageBytes: number): Uint8Array {
  const last = new Uint8Array(rest.length + 9 > blockBytes ? 2 * blockBytes : blockBytes);
  last.set(rest);
  last[rest.length] = 0x80;
  new DataView(last.buffer).setBigUint64(last.length - 8, BigInt(messageBytes) * 8n);
  return last;
}

/** The compression function CF, section 5.3.3. */
function compress(state: Uint32Array, bytes: Uint8Array, from: number): void {
  expand(bytes, from);
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let j = 0; j < 64; j++) {
    const a12 = rotl(a, 12);
    const ss1 = rotl((a12 + e + T[j]!) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (W[j]! ^ W[j + 4]!)) | 0;
    const tt2 = (gg + h + ss1 + W[j]!) | 0;
    d = c;
    c = rotl(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = rotl(f, 19);
    f = e;
    e = p0(tt2);
  }
  const next = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < next.length; i++) state[i]! ^= next[i]!;
}

function expand(bytes: Uint8Array, from: number): void {
  for (let j = 0; j < 16; j++) {
    const at = from + 4 * j;
    W[j] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let j = 16; j < 68; j++)
    W[j] = p1(W[j - 16]! ^ W[j - 9]! ^ rotl(W[j - 3]!, 15)) ^ rotl(W[j - 13]!, 7) ^ W[j - 6]!;
}

/** The permutations of section 4.4. */
const p0 = (word: number): number => word ^ rotl(word, 9) ^ rotl(word, 17);
const p1 = (word: number): number => word ^ rotl(word, 15) ^ rotl(word, 23);
