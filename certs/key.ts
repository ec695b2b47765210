/**
 * Private P-256 keys, in PEM (PKCS#8): made, read, matched with a certificate, signed with. No error tells any part of a
 * key, and no error of the library that read one is passed on, since it could quote what it read.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { compareBytes } from './der.ts';
import { isLowS, negateS, readSignature, writeSignature } from './ecdsa.ts';
import type { Certificate } from './x509.ts';

export function makeKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** @param owner For the error only. */
export function readKey(pem: string, owner: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error(`the private key of ${owner} is not a P-256 key in PEM`);
  return key;
}

export function isKeyOf(key: KeyObject, { spki }: Certificate): boolean {
  return compareBytes(createPublicKey(key).export({ format: 'der', type: 'spki' }), spki) === 0;
}

/** The public key as an uncompressed point, the way certificates hold it. */
export function publicPoint(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-65);
}

/**
 * An ES256 signature in DER, with the lower s (ecdsa.ts). Synchronous: its 40 µs on the event loop are less than the
 * hand-over to a thread. Custody outside the process (PKCS#11, a worker) will be an interface of its own,
 * `sign(digest): Promise`, because such keys are slow and sign digests only.
 */
export function signEs256(key: KeyObject, bytes: Uint8Array): Uint8Array {
  const der = sign('sha256', bytes, key);
  const signature = readSignature(der);
  return isLowS(signature) ? der : writeSignature(negateS(signature));
}
