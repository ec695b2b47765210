/**
 * The Ed25519 keys of the log and of its witnesses, in PEM (PKCS#8). They sign checkpoints and nothing else; on the trust
 * list, and in C2SP's verifier keys, the public one is 32 raw bytes. No error tells any part of a key.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export function makeLogKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** @param owner For the error only. */
export function readLogKey(pem: string, owner: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`the private key of ${owner} is not an Ed25519 key in PEM`);
  return key;
}

/** The public key as 32 bytes. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}
