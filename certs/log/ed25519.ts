/** The one primitive of log and witnesses, Ed25519 (RFC 8032), in a file of its own so that a browser can bring another. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';

export const ed25519KeyBytes = 32;
export const ed25519SignatureBytes = 64;

/** SubjectPublicKeyInfo of RFC 8410 up to the key itself. */
const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/** @returns undefined when these are not the 32 bytes of a key. */
export function ed25519Key(raw: Uint8Array): KeyObject | undefined {
  if (raw.length !== ed25519KeyBytes) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
}

/** S beyond the group's order and R in a second form are refused, so that a signature has one form. */
export function verifyEd25519(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === ed25519SignatureBytes && verify(null, bytes, key, signature);
}
