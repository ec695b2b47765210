/**
 * Signatures judged without WebCrypto: for a page that came over plain http, where a browser gives it none, and for the
 * kinds that a browser does not have. Slower, with the same answers.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { readSm2PublicKey, verifySm2 } from '../../sm/sm2.ts';
import { rawSignature } from './ecdsa.ts';
import { rsaNumbers } from './keys.ts';
import type { Question } from './questions.ts';

export function answerPure({ key: { kind, key }, bytes, signature }: Question): boolean {
  switch (kind) {
    case 'ES256':
      return verifyEcdsa(key, bytes, signature);
    case 'RS256':
      return verifyRsa(key, bytes, signature);
    case 'Ed25519':
      return verifyEd25519(key, bytes, signature);
    case 'SM2': {
      const publicKey = readSm2PublicKey(key);
      return publicKey !== undefined && verifySm2(publicKey, bytes, signature);
    }
  }
}

function verifyEcdsa(point: Uint8Array, bytes: Uint8Array, der: Uint8Array): boolean {
  const signature = rawSignature(der);
  // Both forms of s: the lower one is a rule of our seals.
  return signature !== undefined && p256.verify(signature, bytes, point, { lowS: false });
}

/** RFC 8032 section 5.1.7 as OpenSSL has it: S below the order, R in its one form, no factor of eight. */
function verifyEd25519(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    return signature.length === 64 && ed25519.verify(signature, bytes, key, { zip215: false });
  } catch {
    return false;
  }
}

/** `DigestInfo` of SHA-256 up to the digest (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO = Uint8Array.of(
  ...[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20],
);
const digestBytes = 32;
/** 8 bytes of padding at least. */
const frameBytes = 11;

/** The encoding is made and compared, never read. */
function verifyRsa(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const numbers = rsaNumbers(key);
  if (!numbers) return false;
  const [modulus, exponent, value] = [numbers.modulus, numbers.exponent, signature].map(numberOf) as [
    bigint,
    bigint,
    bigint,
  ];
  const length = Math.ceil(modulus.toString(16).length / 2);
  const padding = length - DIGEST_INFO.length - digestBytes - frameBytes + 8;
  if (signature.length !== length || value >= modulus || padding < 8) return false;
  const wanted = Uint8Array.of(0, 1, ...new Uint8Array(padding).fill(0xff), 0, ...DIGEST_INFO, ...sha256(bytes));
  return power(value, exponent, modulus) === numberOf(wanted);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const numberOf = (bytes: Uint8Array): bigint =>
  BigInt(`0x0${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`);
