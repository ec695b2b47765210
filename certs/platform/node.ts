/**
 * What verification computes with, on Node: all that the verifying half takes from its runtime is `#platform`, which is
 * this file, and web.ts in a browser (package.json "imports"). Both export the same names, and each keeps what is said here.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { crc32 as checkSum } from 'node:zlib';
import * as sm2 from './node/sm2.ts';
import type { PublicKey } from './public-key.ts';

export type { PublicKey } from './public-key.ts';

// --- bytes -----------------------------------------------------------------------------------------------------------
// By the runtime's own means: a loop of ours takes ten times as long, and beside its signatures a verification is little else.

/** The order of X.690 section 11.6: as bytes; a prefix comes first. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);

export const concatBytes = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

/** @param text Of characters up to U+00FF, one byte each. */
export const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
export const utf8Length = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Bytes as lower-case hexadecimal text. */
export const toHex = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('hex');

/** @param text An even number of hexadecimal digits; the caller has checked that. */
export const fromHex = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** Base64 (RFC 4648 section 4) in its one form. */
export const toBase64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** @returns undefined for what is not base64, or would be written in other characters. */
export function fromBase64(text: string): Uint8Array | undefined {
  // A Buffer also takes white space, other alphabets, absent padding and stray bits: the comparison does not.
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** The check sum of ZIP. */
export const crc32 = (bytes: Uint8Array): number => checkSum(bytes);

// --- digests ---------------------------------------------------------------------------------------------------------

/** By way of a string, because a digest of its own memory would cost more than the hashing of a small input. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return latin1(hash('sha256', bytes, 'binary'));
}

/** GB/T 32905. */
export const sm3: (bytes: Uint8Array) => Uint8Array = sm2.sm3;

// --- signatures ------------------------------------------------------------------------------------------------------

/**
 * @param spki DER of a `SubjectPublicKeyInfo`.
 * @returns undefined when it is no key that the platform can compute with, such as a point that is not on its curve.
 */
export function publicKeyOf(spki: Uint8Array): PublicKey | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }) as unknown as PublicKey;
  } catch {
    return undefined;
  }
}

const keyObject = (key: PublicKey): KeyObject => key as unknown as KeyObject;

/**
 * ECDSA over P-256 with SHA-256. Both forms of s pass: the rule of the lower one is a rule of our seals (ecdsa.ts), not of
 * ECDSA.
 *
 * @param signature DER. OpenSSL encodes again what it has read and compares: only the one encoding of two numbers in range
 *   passes, as Wycheproof shows.
 */
export function verifyEs256(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', bytes, keyObject(key), signature);
}

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), of any modulus: which one is allowed is for the suite to say.
 * OpenSSL encodes the digest itself and compares, so that a padding with something hidden in it never passes.
 */
export function verifyRs256(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', bytes, keyObject(key), signature);
}

/** Ed25519 (RFC 8032). S beyond the group's order and R in a second form are refused: a signature has one form. */
export function verifyEd25519(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, bytes, keyObject(key), signature);
}

/**
 * SM2 with SM3 (GB/T 32918.2) for the id 1234567812345678. Never Node's own verify, which takes plain ECDSA with a key of this
 * curve. Numbers out of range, and every second encoding of them, are refused.
 */
export function verifySm2(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return sm2.verifySm2(keyObject(key), bytes, signature);
}
