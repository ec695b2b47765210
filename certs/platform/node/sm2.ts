/**
 * SM2 signatures, verified the fastest way that there is on Node: by OpenSSL where koffi is installed, otherwise in TypeScript
 * (sm/sm2.ts), which comes to the same verdict in some milliseconds instead of a third of one. For node.ts.
 */
import { getHashes, hash, type KeyObject } from 'node:crypto';
import {
  readSm2PublicKey,
  readSm2Signature,
  type Sm2Signature,
  sm2BitsOf,
  verifySm2Digest,
  zOf,
} from '../../sm/sm2.ts';
import { sm3 as inTypeScript } from '../../sm/sm3.ts';
import { type Libcrypto, libcrypto, type NativeKey } from './libcrypto.ts';

/** OpenSSL may have been built without it. */
export const sm3: (bytes: Uint8Array) => Uint8Array = getHashes().includes('sm3')
  ? bytes => Buffer.from(hash('sm3', bytes, 'binary'), 'latin1')
  : inTypeScript;

interface Known {
  readonly z: Uint8Array;
  holds(e: Uint8Array, signature: Uint8Array, pair: Sm2Signature): boolean;
}

/** As long as the key lives, so does what was read from it; null for a key that is not of SM2. */
const known = new WeakMap<KeyObject, Known | null>();
const forgotten = new FinalizationRegistry<NativeKey>(key => key.close());

/**
 * @param key Public.
 * @param signature DER; any other bytes are no signature.
 */
export function verifySm2(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const pair = readSm2Signature(signature);
  if (!pair) return false;
  let of = known.get(key);
  if (of === undefined) {
    of = read(key);
    known.set(key, of);
  }
  return of?.holds(sm3(Buffer.concat([of.z, bytes])), signature, pair) ?? false;
}

function read(key: KeyObject): Known | null {
  const spki = key.export({ format: 'der', type: 'spki' });
  const bits = sm2BitsOf(spki);
  if (!bits) return null;
  const library = libcrypto();
  return library ? byOpenssl(library, key, spki, bits) : byTypeScript(bits);
}

function byOpenssl(library: Libcrypto, key: KeyObject, spki: Uint8Array, bits: Uint8Array): Known {
  const native = library.publicKey(spki);
  forgotten.register(key, native);
  return { z: zOf(bits), holds: (e, signature) => native.verify(e, signature) };
}

function byTypeScript(bits: Uint8Array): Known | null {
  const key = readSm2PublicKey(bits);
  return key ? { z: key.z, holds: (e, _, pair) => verifySm2Digest(key, e, pair) } : null;
}
