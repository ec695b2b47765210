/** The one primitive of log and witnesses, Ed25519 (RFC 8032), with keys as their 32 bytes. */
import { type PublicKey, publicKeyOf, verifyEd25519 as verify } from '#platform';
import { concatBytes } from '../bytes.ts';

export const ed25519KeyBytes = 32;
export const ed25519SignatureBytes = 64;

/** SubjectPublicKeyInfo of RFC 8410 up to the key itself. */
const SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/** @returns undefined when these are not the 32 bytes of a key. */
export function ed25519Key(raw: Uint8Array): PublicKey | undefined {
  return raw.length === ed25519KeyBytes ? publicKeyOf(concatBytes([SPKI, raw])) : undefined;
}

/** S beyond the group's order and R in a second form are refused, so that a signature has one form. */
export function verifyEd25519(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === ed25519SignatureBytes && verify(key, bytes, signature);
}
