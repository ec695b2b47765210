/**
 * Signs with SM2, through OpenSSL (platform/node/libcrypto.ts). Private keys are keys of node:crypto until they sign; what
 * OpenSSL is given for that lies in its memory alone.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Libcrypto, libcrypto, type NativeKey } from '../platform/node/libcrypto.ts';
import { sm3 } from '../platform/node/sm2.ts';
import { sm2BitsOf, zOf } from './sm2.ts';

/** @throws {Error} in one sentence that says what to install. */
export function mustSignSm2(): Libcrypto {
  const library = libcrypto();
  if (library) return library;
  throw new Error(
    "signing with SM2 needs the optional package koffi, through which Node's own OpenSSL is reached: npm install koffi",
  );
}

export interface Sm2Signer {
  /** While everything else waits. @returns DER. */
  signAtOnce(bytes: Uint8Array): Uint8Array;
  /** On a thread of libuv's: a signature takes a third of a millisecond. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** Once. What is being signed is signed to its end. */
  close(): void;
}

/**
 * @param key Private, of this curve.
 * @throws {Error} in one sentence, without any part of the key.
 */
export function openSm2Signer(key: KeyObject): Sm2Signer {
  const z = zOf(pointOf(key));
  const native = nativeKeyOf(key);
  const digest = (bytes: Uint8Array): Uint8Array => sm3(Buffer.concat([z, bytes]));
  return {
    signAtOnce: bytes => native.sign(digest(bytes)),
    sign: bytes => native.signElsewhere(digest(bytes)),
    close: () => native.close(),
  };
}

function nativeKeyOf(key: KeyObject): NativeKey {
  const library = mustSignSm2();
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  try {
    return library.privateKey(pkcs8);
  } finally {
    pkcs8.fill(0);
  }
}

function pointOf(key: KeyObject): Uint8Array {
  const bits = sm2BitsOf(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  if (!bits) throw new TypeError('a key of SM2 is needed');
  return bits;
}

/** Keys that are signed with again and again, as an authority's is; gone when nobody has the key any more. */
const atOnce = new WeakMap<KeyObject, Sm2Signer>();
const forgotten = new FinalizationRegistry<Sm2Signer>(signer => signer.close());

/** @param key As for {@link openSm2Signer}. */
export function signSm2AtOnce(key: KeyObject, bytes: Uint8Array): Uint8Array {
  let signer = atOnce.get(key);
  if (!signer) {
    signer = openSm2Signer(key);
    atOnce.set(key, signer);
    forgotten.register(key, signer);
  }
  return signer.signAtOnce(bytes);
}
