/**
 * SM2 signatures, as far as whoever verifies needs them (GB/T 32918.2-2016 section 7, over the curve of GB/T 32918.5-2017):
 *
 *     e = SM3(Z ‖ message), where Z = SM3(ENTL ‖ id ‖ a ‖ b ‖ xG ‖ yG ‖ xP ‖ yP) binds the signer's id and key
 *     t = (r + s) mod n, not 0;  (x, y) = sG + tP;  it holds when (e + x) mod n = r
 *
 * In TypeScript alone, with the point arithmetic of @noble/curves: what is computed here is public, and may take as long as
 * it takes. Nobody signs with this. Nothing of ours but sm3.ts is imported, because the platform itself is made with it.
 */
import { mulAddUnsafe } from '@noble/curves/abstract/curve.js';
import { type WeierstrassPoint, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { sm3 } from './sm3.ts';

const CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};
const { n } = CURVE;
const Point = weierstrass(CURVE);

/** GM/T 0009-2012 section 10: the id of a signer who has none of his own, and of everybody here. */
export const SM2_ID = '1234567812345678';

const scalarBytes = 32;
/** Of a point that is not compressed: 04, x, y. */
const pointBytes = 1 + 2 * scalarBytes;
/** `SubjectPublicKeyInfo` of id-ecPublicKey on the curve 1.2.156.10197.1.301, up to the point. */
const SPKI = bytesOf(0x3059301306072a8648ce3d020106082a811ccf5501822d034200n, 26);

export interface Sm2PublicKey {
  readonly point: WeierstrassPoint<bigint>;
  /** Z: the beginning of everything that is digested for this key. */
  readonly z: Uint8Array;
}

/**
 * @param bits The content of a `subjectPublicKey`: 04, x, y.
 * @param id Of the signer; ASCII.
 * @returns undefined when it is no point of the curve in this form.
 */
export function readSm2PublicKey(bits: Uint8Array, id = SM2_ID): Sm2PublicKey | undefined {
  if (bits.length !== pointBytes || bits[0] !== 4) return undefined;
  try {
    const point = Point.fromBytes(bits);
    point.assertValidity();
    return { point, z: zOf(bits, id) };
  } catch {
    return undefined;
  }
}

/** @param spki DER. @returns The content of its `subjectPublicKey`; undefined when it is of another kind or form. */
export function sm2BitsOf(spki: Uint8Array): Uint8Array | undefined {
  const bits = spki.subarray(SPKI.length);
  const isIt = bits.length === pointBytes && bits[0] === 4 && SPKI.every((byte, i) => spki[i] === byte);
  return isIt ? bits : undefined;
}

/** @param bits 04, x, y. */
export function zOf(bits: Uint8Array, id = SM2_ID): Uint8Array {
  const idBytes = new TextEncoder().encode(id);
  const entl = Uint8Array.of(idBytes.length >>> 5, (idBytes.length << 3) & 0xff);
  const { a, b, Gx, Gy } = CURVE;
  return sm3(joined([entl, idBytes, ...[a, b, Gx, Gy].map(value => bytesOf(value)), bits.subarray(1)]));
}

/** e, as 32 bytes. */
export const sm2Digest = ({ z }: Sm2PublicKey, message: Uint8Array): Uint8Array => sm3(joined([z, message]));

export interface Sm2Signature {
  /** From 1 to n − 1. */
  readonly r: bigint;
  readonly s: bigint;
}

/**
 * `SM2Signature ::= SEQUENCE { r INTEGER, s INTEGER }` (GB/T 35276-2017 section 7.3), in DER alone.
 *
 * @returns undefined for anything but two minimal integers from 1 to n − 1 whose sum is not n.
 */
export function readSm2Signature(der: Uint8Array): Sm2Signature | undefined {
  // Two integers of 33 bytes at most have a length of one byte.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2 || der.length > signatureBytesMax) return undefined;
  const r = integerAt(der, 2);
  const s = r && integerAt(der, r.end);
  if (!s || s.end !== der.length || (r.value + s.value) % n === 0n) return undefined;
  return { r: r.value, s: s.value };
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** Of the longest encoding. */
export const signatureBytesMax = 2 + 2 * (2 + 1 + scalarBytes);

function integerAt(der: Uint8Array, at: number): { readonly value: bigint; readonly end: number } | undefined {
  const length = der[at + 1];
  const [first, second] = [der[at + 2], der[at + 3]];
  if (der[at] !== INTEGER || length === undefined || length < 1 || length > scalarBytes + 1) return undefined;
  const end = at + 2 + length;
  if (end > der.length || first === undefined || first & 0x80) return undefined;
  // A leading zero stands only before what would be negative without it.
  if (first === 0 && (length === 1 || !(second! & 0x80))) return undefined;
  const value = numberOf(der.subarray(at + 2, end));
  return value < n ? { value, end } : undefined;
}

/** @param e From {@link sm2Digest}. */
export function verifySm2Digest({ point }: Sm2PublicKey, e: Uint8Array, { r, s }: Sm2Signature): boolean {
  const sum = mulAddUnsafe(Point, [Point.BASE, point], [s, (r + s) % n]);
  return !sum.is0() && (numberOf(e) + sum.toAffine().x) % n === r;
}

/** @param signature DER. */
export function verifySm2(key: Sm2PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const pair = readSm2Signature(signature);
  return pair !== undefined && verifySm2Digest(key, sm2Digest(key, message), pair);
}

/** @param bytes Big-endian, at most 40. Word by word: by way of hexadecimal text it would take ten times as long. */
function numberOf(bytes: Uint8Array): bigint {
  words.fill(0);
  words.set(bytes, words.length - bytes.length);
  let value = 0n;
  for (let at = 0; at < words.length; at += 8) value = (value << 64n) | wordsView.getBigUint64(at);
  return value;
}
/** A number at a time. */
const words = new Uint8Array(scalarBytes + 8);
const wordsView = new DataView(words.buffer);

function bytesOf(value: bigint, length = scalarBytes): Uint8Array {
  const hex = value.toString(16).padStart(2 * length, '0');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
