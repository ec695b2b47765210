/**
 * Whoever holds a private key and signs with it, wherever the key is kept: here in the memory of this process; other
 * custodies are in custody/.
 *
 *     const signer = openKeySigner(keyPem, 'the seal of tax');
 *     const signature = await signer.sign(attributes);
 */
import { type KeyObject, sign } from 'node:crypto';
import { readKey, signAtOnce, spkiOf, suiteOfKeyObject } from './key.ts';
import type { SuiteId } from './suites.ts';

export interface Signer {
  readonly suite: SuiteId;
  /** DER of the `SubjectPublicKeyInfo` of its key. */
  readonly spki: Uint8Array;
  /**
   * Signs the bytes themselves, not a digest of them: it hashes, as its suite says. ES256 signatures are DER, with the
   * lower s.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * @param keyPem PKCS#8, not encrypted.
 * @param owner For the error only, such as `the seal of tax`.
 * @throws {Error} in one sentence, without any part of the key.
 */
export function openKeySigner(keyPem: string, owner: string): Signer {
  return keySigner(readKey(keyPem, owner));
}

/** @param key Private, of one of our suites. */
export function keySigner(key: KeyObject): Signer {
  const suite = suiteOfKeyObject(key);
  if (!suite) throw new TypeError('a key of one of our suites is needed');
  return { suite, spki: spkiOf(key), sign: SIGN[suite].bind(undefined, key), close: async () => undefined };
}

/**
 * ES256 on the event loop: its 40 µs are less than the hand-over to a thread. An RSA signature takes some milliseconds,
 * in which nothing else would be answered: with a callback it is computed by libuv's threads.
 */
const SIGN: Readonly<Record<SuiteId, (key: KeyObject, bytes: Uint8Array) => Promise<Uint8Array>>> = {
  ES256: async (key, bytes) => signAtOnce(key, bytes),
  RSA3072: (key, bytes) =>
    new Promise((signed, failed) => {
      sign('sha256', bytes, key, (error, signature) => (error ? failed(error) : signed(signature)));
    }),
};
