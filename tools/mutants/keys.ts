/**
 * Keys that a seed determines, and ECDSA and SM2 whose nonce their message determines, so that a seed gives the same mutants byte
 * for byte on every machine. Whoever knows the seed has the keys: they are good for nothing else.
 */
import {
  checkPrimeSync,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign,
} from 'node:crypto';
import { sm2BitsOf, zOf } from '../../certs/sm/sm2.ts';
import { sm3 } from '../../certs/sm/sm3.ts';
import type { SuiteId } from '../../certs/suites.ts';
import { asBytes, asNumber, inverse, P256_ORDER, remainder, SM2_ORDER, writePair } from './numbers.ts';

export interface SeededKey {
  readonly suite: SuiteId;
  readonly key: KeyObject;
  /** DER of the `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

/** @param label What they are for: other labels give other bytes. */
export const seededBytes = (seed: number, label: string, length: number): Buffer =>
  createHash('shake256', { outputLength: length }).update(`mutants ${seed} ${label}`).digest();

export function seededKey(suite: SuiteId, seed: number, label: string): SeededKey {
  return { ES256: ecKey, RSA3072: rsaKey, SM2SM3: sm2Key }[suite](seed, label);
}

/** PKCS#8 of Ed25519 before its 32 bytes, RFC 8410 section 7. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function seededEd25519(seed: number, label: string): KeyObject {
  const der = Buffer.concat([ED25519_PKCS8, seededBytes(seed, label, 32)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

// --- ES256 -----------------------------------------------------------------------------------------------------------

/** From 1 to n - 1; eight bytes more than n has make every value about as probable. */
const scalarOf = (bytes: Uint8Array, order = P256_ORDER): bigint => (asNumber(bytes) % (order - 1n)) + 1n;

function ecKey(seed: number, label: string): SeededKey {
  const d = scalarOf(seededBytes(seed, label, 40));
  const point = pointOf(d);
  const [x, y, secret] = [point.subarray(1, 33), point.subarray(33), asBytes(d, 32)].map(part =>
    part.toString('base64url'),
  );
  const jwk = { kty: 'EC', crv: 'P-256', x: x!, y: y!, d: secret! };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const drawNonce = (digest: string): bigint => scalarOf(seededBytes(seed, `${label} ${digest}`, 40));
  return {
    suite: 'ES256',
    key,
    spki: spkiOf(key),
    sign(bytes) {
      const digest = hash('sha256', bytes);
      const k = drawNonce(digest);
      const r = asNumber(pointOf(k).subarray(1, 33)) % P256_ORDER;
      const s = remainder(inverse(k, P256_ORDER) * (BigInt(`0x${digest}`) + r * d), P256_ORDER);
      return writePair(r, s > P256_ORDER / 2n ? P256_ORDER - s : s);
    },
  };
}

function pointOf(scalar: bigint, name = 'prime256v1'): Buffer {
  const curve = createECDH(name);
  curve.setPrivateKey(asBytes(scalar, 32));
  return curve.getPublicKey();
}

const spkiOf = (key: KeyObject): Uint8Array => createPublicKey(key).export({ format: 'der', type: 'spki' });

// --- SM2SM3 ----------------------------------------------------------------------------------------------------------

/** PKCS#8 of a key on this curve: what stands before the secret number, and before the point. */
const SM2_PKCS8 = '308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420';
const SM2_POINT = 'a144034200';

function sm2Key(seed: number, label: string): SeededKey {
  const n = SM2_ORDER;
  // 1 + d must have an inverse.
  const d = (scalarOf(seededBytes(seed, label, 40), n) % (n - 2n)) + 1n;
  const parts = [SM2_PKCS8, asBytes(d, 32).toString('hex'), SM2_POINT, pointOf(d, 'SM2').toString('hex')];
  const key = createPrivateKey({ key: Buffer.from(parts.join(''), 'hex'), format: 'der', type: 'pkcs8' });
  const spki = spkiOf(key);
  const z = zOf(sm2BitsOf(spki)!);
  return {
    suite: 'SM2SM3',
    key,
    spki,
    sign(bytes) {
      const e = asNumber(sm3(Buffer.concat([z, bytes])));
      const k = scalarOf(seededBytes(seed, `${label} ${e}`, 40), n);
      const r = (e + asNumber(pointOf(k, 'SM2').subarray(1, 33))) % n;
      const s = remainder(inverse(1n + d, n) * (k - r * d), n);
      return writePair(r, s);
    },
  };
}

// --- RSA3072 ---------------------------------------------------------------------------------------------------------

const EXPONENT = 65_537n;
const primeBytes = 192;

function rsaKey(seed: number, label: string): SeededKey {
  const [p, q] = [primeOf(seed, `${label} p`), primeOf(seed, `${label} q`)];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const text = (value: bigint, length: number): string => asBytes(value, length).toString('base64url');
  const half = { p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const key = createPrivateKey({
    key: {
      kty: 'RSA',
      n: text(p * q, 2 * primeBytes),
      e: text(EXPONENT, 3),
      d: text(d, 2 * primeBytes),
      ...Object.fromEntries(Object.entries(half).map(([name, value]) => [name, text(value, primeBytes)])),
    },
    format: 'jwk',
  });
  return { suite: 'RSA3072', key, spki: spkiOf(key), sign: bytes => sign('sha256', bytes, key) };
}

/** The first prime from a seeded number on; its two highest bits are set, so that a product of two has full length. */
function primeOf(seed: number, label: string): bigint {
  const start = seededBytes(seed, label, primeBytes);
  start[0]! |= 0xc0;
  start[primeBytes - 1]! |= 1;
  let candidate = asNumber(start);
  while (candidate % EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}
