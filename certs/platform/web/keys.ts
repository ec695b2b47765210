/** Public keys of the kinds that our suites and logs have, each in the one DER that it is written in. */
import { p256 } from '@noble/curves/nist.js';
import { readSm2PublicKey, sm2BitsOf } from '../../sm/sm2.ts';

export type KeyKind = 'ES256' | 'RS256' | 'Ed25519' | 'SM2';

export interface ReadKey {
  readonly kind: KeyKind;
  /** DER of the `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
  /** The content of its `subjectPublicKey`: an uncompressed point, an `RSAPublicKey`, 32 bytes. */
  readonly key: Uint8Array;
}

/** Up to the key itself: RFC 5480 with P-256, and RFC 8410. */
const P256 = hex('3059301306072a8648ce3d020106082a8648ce3d030107034200');
const ED25519 = hex('302a300506032b6570032100');
/** `AlgorithmIdentifier` of RFC 8017 appendix A.1; the lengths before and after it depend on the modulus. */
const RSA = hex('300d06092a864886f70d0101010500');

const p256Bytes = 65;
const ed25519Bytes = 32;
/** A modulus of 16,384 bits is the greatest that Node takes. */
const rsaSpkiBytesMax = 4 * 1024;

/** @returns undefined for another kind, a point that is not on its curve, or another encoding. */
export function readKey(spki: Uint8Array): ReadKey | undefined {
  const of = (kind: KeyKind, key: Uint8Array): ReadKey => ({ kind, spki, key });
  if (startsWith(spki, P256) && spki.length === P256.length + p256Bytes) {
    const point = spki.subarray(P256.length);
    return isOnCurve(point) ? of('ES256', point) : undefined;
  }
  if (startsWith(spki, ED25519) && spki.length === ED25519.length + ed25519Bytes)
    return of('Ed25519', spki.subarray(ED25519.length));
  const sm2 = sm2BitsOf(spki);
  if (sm2) return readSm2PublicKey(sm2) && of('SM2', sm2);
  const rsa = rsaKey(spki);
  return rsa && of('RS256', rsa);
}

function isOnCurve(point: Uint8Array): boolean {
  try {
    p256.Point.fromBytes(point).assertValidity();
    return true;
  } catch {
    return false;
  }
}

function rsaKey(spki: Uint8Array): Uint8Array | undefined {
  if (spki.length > rsaSpkiBytesMax) return undefined;
  const outer = contentOf(spki, 0x30);
  if (!outer || !startsWith(outer, RSA)) return undefined;
  const bits = contentOf(outer.subarray(RSA.length), 0x03);
  return bits?.[0] === 0 && rsaNumbers(bits.subarray(1)) ? bits.subarray(1) : undefined;
}

/** `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`; undefined for anything else. */
export function rsaNumbers(
  key: Uint8Array,
): { readonly modulus: Uint8Array; readonly exponent: Uint8Array } | undefined {
  const pair = contentOf(key, 0x30);
  const first = pair && elementLength(pair);
  if (!pair || first === undefined) return undefined;
  const modulus = contentOf(pair.subarray(0, first), 0x02);
  const exponent = contentOf(pair.subarray(first), 0x02);
  return modulus && exponent && isPositive(modulus) && isPositive(exponent) ? { modulus, exponent } : undefined;
}

const isPositive = (integer: Uint8Array): boolean =>
  integer.length > 0 && integer[0]! < 0x80 && integer.some(byte => byte !== 0);

/** @returns The content of the one element that `der` is; undefined when it is another, or not one. */
export function contentOf(der: Uint8Array, tag: number): Uint8Array | undefined {
  if (der[0] !== tag || elementLength(der) !== der.length) return undefined;
  return der.subarray(der[1]! < 0x80 ? 2 : 2 + (der[1]! & 0x7f));
}

/** Of the first element, with its header, its length in the shortest form and of two bytes at most. */
export function elementLength(der: Uint8Array): number | undefined {
  const [, first, second, third] = der;
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  if (first === 0x81 && second !== undefined && second >= 0x80) return 3 + second;
  if (first === 0x82 && second !== undefined && second > 0 && third !== undefined) return 4 + second * 256 + third;
  return undefined;
}

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean => start.every((byte, i) => bytes[i] === byte);

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}
