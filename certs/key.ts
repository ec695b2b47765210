/**
 * Private keys of our suites, in PEM (PKCS#8): made, read, matched with a certificate, signed with at once. No error tells
 * any part of a key, and no error of the library that read one is passed on, since it could quote what it read.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { compareBytes } from './der.ts';
import { lowered } from './ecdsa.ts';
import { type PublicKey, publicKeyOf } from './primitives.ts';
import { signSm2AtOnce } from './sm/sign.ts';
import { sm2BitsOf } from './sm/sm2.ts';
import type { SuiteId } from './suites.ts';
import type { Certificate } from './x509.ts';

const MAKE: Readonly<Record<SuiteId, () => KeyObject>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  RSA3072: () => generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 0x10001 }).privateKey,
  SM2SM3: () => generateKeyPairSync('ec', { namedCurve: 'SM2' }).privateKey,
};
/** For errors. */
export const KINDS_OF_KEYS = 'a P-256, RSA-3072 or SM2 key';

export function makeKeyPem(suite: SuiteId = 'ES256'): string {
  return MAKE[suite]().export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** @param owner For the error only. */
export function readKey(pem: string, owner: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey(pem);
  } catch {
    key = undefined;
  }
  if (!key || !suiteOfKeyObject(key)) throw new Error(`the private key of ${owner} is not ${KINDS_OF_KEYS} in PEM`);
  return key;
}

/** @param key Private or public. */
export function suiteOfKeyObject(key: KeyObject): SuiteId | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: of } = key;
  if (type === 'ec' && of?.namedCurve === 'prime256v1') return 'ES256';
  if (type === 'rsa') return of?.modulusLength === 3072 && of.publicExponent === 0x10001n ? 'RSA3072' : undefined;
  // A key of SM2 that Node has read has no type there; one that it has made is of the type of other curves.
  const isOpen = type === undefined || (type === 'ec' && of?.namedCurve === 'SM2');
  return isOpen && isSm2(key) ? 'SM2SM3' : undefined;
}

/** Only its public key tells, which takes as long to write as a tenth of a signature. */
function isSm2(key: KeyObject): boolean {
  const known = ofSm2.get(key) ?? sm2BitsOf(spkiOf(key)) !== undefined;
  ofSm2.set(key, known);
  return known;
}
const ofSm2 = new WeakMap<KeyObject, boolean>();

export function isKeyOf(key: KeyObject, { spki }: Pick<Certificate, 'spki'>): boolean {
  return compareBytes(spkiOf(key), spki) === 0;
}

/** DER of the `SubjectPublicKeyInfo`. @param key Private or public. */
export function spkiOf(key: KeyObject): Uint8Array {
  return (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'der', type: 'spki' });
}

/** What the verifier checks signatures of this key with. @param key Private or public, of one of our suites. */
export const verifyingKeyOf = (key: KeyObject): PublicKey => publicKeyOf(spkiOf(key))!;

/**
 * Signs while everything else waits: for ES256, and where nothing else is to be done, as when certificates are issued.
 *
 * @param key Private, of one of our suites.
 */
export function signAtOnce(key: KeyObject, bytes: Uint8Array): Uint8Array {
  switch (suiteOfKeyObject(key)) {
    case 'ES256':
      return lowered(sign('sha256', bytes, key));
    case 'SM2SM3':
      return signSm2AtOnce(key, bytes);
    default:
      return sign('sha256', bytes, key);
  }
}
