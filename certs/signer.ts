/**
 * Whoever holds a private key and signs with it, wherever the key is kept: here in the memory of this process; other
 * custodies are in custody/.
 *
 *     const signer = openKeySigner(keyPem, 'the seal of tax');
 *     const signature = await signer.sign(attributes);
 */
import { type KeyObject, sign } from 'node:crypto';
import { KeyAway } from './custody/key-away.ts';
import { Turns } from './custody/turns.ts';
import { readKey, signAtOnce, spkiOf, suiteOfKeyObject } from './key.ts';
import { openSm2Signer } from './sm/sign.ts';
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

/** @param key Private, of one of our suites. @throws {Error} for SM2, when OpenSSL can't be reached. */
export function keySigner(key: KeyObject): Signer {
  const suite = suiteOfKeyObject(key);
  if (!suite) throw new TypeError('a key of one of our suites is needed');
  return { suite, spki: spkiOf(key), ...SIGNERS[suite](key) };
}

/**
 * ES256 on the event loop: its 40 µs are less than the hand-over to a thread. An RSA signature takes some milliseconds, one
 * of SM2 a third of one, in which nothing else would be answered: libuv's threads compute them.
 */
const SIGNERS: Readonly<Record<SuiteId, (key: KeyObject) => Pick<Signer, 'sign' | 'close'>>> = {
  ES256: key => ({ sign: async bytes => signAtOnce(key, bytes), close: async () => undefined }),
  RSA3072: key => ({
    sign: bytes =>
      new Promise((signed, failed) => {
        sign('sha256', bytes, key, (error, signature) => (error ? failed(error) : signed(signature)));
      }),
    close: async () => undefined,
  }),
  SM2SM3: sm2Signer,
};

/** libuv has four threads, and files and names wait for them too. */
const sm2AtOnceMax = 3;

function sm2Signer(key: KeyObject): Pick<Signer, 'sign' | 'close'> {
  const signer = openSm2Signer(key);
  const turns = new Turns(sm2AtOnceMax);
  let closed = false;
  return {
    async sign(bytes) {
      if (closed) throw new KeyAway('the key is closed');
      return turns.take(() => signer.sign(bytes));
    },
    async close() {
      if (closed) return;
      closed = true;
      await turns.over();
      signer.close();
    },
  };
}
