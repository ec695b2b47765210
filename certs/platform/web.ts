/**
 * What verification computes with, in a browser: the same names as node.ts, which says what each does. Digests are computed
 * here and now. Signatures are WebCrypto's to judge, which answers later: each is a question to the run that asks
 * (web/questions.ts). Of keys it knows the kinds that our suites and logs have.
 */
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { sm3 as sm3Of } from '../sm/sm3.ts';
import type { PublicKey } from './public-key.ts';
import { type KeyKind, type ReadKey, readKey } from './web/keys.ts';
import { ask } from './web/questions.ts';

export type { PublicKey } from './public-key.ts';

// --- bytes -----------------------------------------------------------------------------------------------------------

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return Math.sign(a.length - b.length);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

const ENCODER = new TextEncoder();
export const utf8 = (text: string): Uint8Array => ENCODER.encode(text);
export const utf8Length = (text: string): number => ENCODER.encode(text).length;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte]!;
  return text;
}

export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Characters handed to one call; more would be more arguments than an engine takes. */
const chunkBytes = 8 * 1024;

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += chunkBytes)
    binary += String.fromCharCode(...bytes.subarray(i, i + chunkBytes));
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? latin1(binary) : undefined;
  } catch {
    return undefined;
  }
}

// --- digests ---------------------------------------------------------------------------------------------------------

export const sha256 = (bytes: Uint8Array): Uint8Array => hash(bytes);

export const sm3 = (bytes: Uint8Array): Uint8Array => sm3Of(bytes);

/** The remainders of the bytes, by the polynomial of ZIP, PNG and Ethernet, bits reversed. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = REMAINDERS[(rest ^ byte) & 0xff]! ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

// --- signatures ------------------------------------------------------------------------------------------------------

export const publicKeyOf = (spki: Uint8Array): PublicKey | undefined =>
  readKey(spki) as unknown as PublicKey | undefined;

export const verifyEs256 = (key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean =>
  holds('ES256', key, bytes, signature);

export const verifyRs256 = (key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean =>
  holds('RS256', key, bytes, signature);

export const verifyEd25519 = (key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean =>
  holds('Ed25519', key, bytes, signature);

export const verifySm2 = (key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean =>
  holds('SM2', key, bytes, signature);

function holds(kind: KeyKind, key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  const read = key as unknown as ReadKey;
  return read.kind === kind && ask({ key: read, bytes, signature });
}
