/**
 * The two primitives that verification computes with, SHA-256 and ECDSA over P-256. They stand in a file of their own so
 * that a browser can bring its own pair.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { readSignature } from './ecdsa.ts';
import { FormatError } from './findings.ts';

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** @returns undefined when the point is not on the curve. */
export function publicKeyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/**
 * Was the signature made over these bytes by the key? Both forms of s pass: the rule of the lower one is a rule of our
 * seals (ecdsa.ts), not of ECDSA.
 *
 * @param signature DER; anything but the one encoding of two numbers in range is refused before it is computed with.
 */
export function verifyEs256(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    readSignature(signature);
    return verify('sha256', bytes, key, signature);
  } catch (fault) {
    if (fault instanceof FormatError) return false;
    throw fault;
  }
}
