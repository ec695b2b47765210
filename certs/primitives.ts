/**
 * What verification computes with: SHA-256, ECDSA over P-256, RSASSA-PKCS1-v1_5. They stand in a file of their own so that
 * a browser can bring its own.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { latin1 } from './bytes.ts';

/** By way of a string, because a digest of its own memory would cost more than the hashing of a small input. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return latin1(hash('sha256', bytes, 'binary'));
}

/** @returns undefined when it is no key that the library can compute with, such as a point that is not on its curve. */
export function publicKeyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/**
 * ECDSA over P-256 with SHA-256. Both forms of s pass: the rule of the lower one is a rule of our seals (ecdsa.ts), not of
 * ECDSA.
 *
 * @param signature DER. OpenSSL encodes again what it has read and compares: only the one encoding of two numbers in range
 *   passes, as Wycheproof shows.
 */
export function verifyEs256(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', bytes, key, signature);
}

/**
 * RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), of any modulus: which one is allowed is for the suite to say.
 * OpenSSL encodes the digest itself and compares, so that a padding with something hidden in it never passes.
 */
export function verifyRs256(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify('sha256', bytes, key, signature);
}
