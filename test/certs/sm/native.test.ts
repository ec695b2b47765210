import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { libcrypto } from '../../../certs/platform/node/libcrypto.ts';
import { verifySm2 } from '../../../certs/platform/node/sm2.ts';
import { openSm2Signer, signSm2AtOnce } from '../../../certs/sm/sign.ts';
import {
  readSm2PublicKey,
  readSm2Signature,
  sm2BitsOf,
  verifySm2 as verifyInTypeScript,
} from '../../../certs/sm/sm2.ts';
import { changed } from '../fixture.ts';
import { derOf, N, negated } from './forged.ts';

/** Kept to the end: what OpenSSL holds for a key is freed at any moment after nobody has the key. */
const keys: KeyObject[] = [];
const kept = (key: KeyObject): KeyObject => {
  keys.push(key);
  return key;
};
const newKey = (): KeyObject => kept(generateKeyPairSync('ec', { namedCurve: 'SM2' }).privateKey);
const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' });
const root = fileURLToPath(new URL('../../..', import.meta.url));
const library = libcrypto();
if (!library) throw new Error('koffi is one of our dependencies, if an optional one');

/** Both verdicts, which are to be one. */
const verdict = (key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean => {
  const publicKey = kept(createPublicKey(key));
  const pure = verifyInTypeScript(readSm2PublicKey(sm2BitsOf(spkiOf(key))!)!, bytes, signature);
  if (verifySm2(publicKey, bytes, signature) !== pure) throw new Error(`TypeScript says ${pure}, OpenSSL the contrary`);
  return pure;
};

describe('SM2 by OpenSSL', () => {
  const key = newKey();
  const bytes = Buffer.from('what is signed');

  it('signs what TypeScript and OpenSSL take, of any length and of bytes within others', async () => {
    const signer = openSm2Signer(key);
    const message = randomBytes(300);
    for (const length of [0, 1, 31, 32, 33, 63, 64, 200, 299])
      for (const signature of [
        signer.signAtOnce(message.subarray(1, 1 + length)),
        await signer.sign(message.subarray(1, 1 + length)),
      ]) {
        expect(verdict(key, message.subarray(1, 1 + length), signature)).toBe(true);
        const within = Buffer.concat([Buffer.alloc(3), signature, Buffer.alloc(5)]).subarray(3, 3 + signature.length);
        expect(verdict(key, message.subarray(1, 1 + length), within)).toBe(true);
      }
    signer.close();
  });

  it('signs on other threads: meanwhile the event loop turns, and many are signed at a time', async () => {
    const signer = openSm2Signer(key);
    let turns = 0;
    let over = false;
    const turn = () => {
      turns += 1;
      if (!over) setImmediate(turn);
    };
    turn();
    const publicKey = kept(createPublicKey(key));
    const messages = Array.from({ length: 200 }, (_, i) => Buffer.from(`message ${i}`));
    const signatures = await Promise.all(messages.map(message => signer.sign(message)));
    over = true;
    expect(turns).toBeGreaterThan(10);
    expect(messages.filter((message, i) => !verifySm2(publicKey, message, signatures[i]!))).toEqual([]);
    expect(new Set(signatures.map(signature => signature.toString())).size).toBe(messages.length);
    signer.close();
  });

  it('comes to the verdict of TypeScript about everything that is no signature', () => {
    const signature = signSm2AtOnce(key, bytes);
    const { r, s } = readSm2Signature(signature)!;
    const wrong: Readonly<Record<string, Uint8Array>> = {
      'another key’s': signSm2AtOnce(newKey(), bytes),
      'of other bytes': signSm2AtOnce(key, changed(bytes, 0)),
      '(r, n − s)': negated(signature),
      '(s, r)': derOf(s, r),
      '(0, s)': derOf(0n, s),
      '(r, 0)': derOf(r, 0n),
      '(n, s)': derOf(N, s),
      '(r, n)': derOf(r, N),
      '(r + n, s)': derOf(r + N, s),
      '(r, s + n)': derOf(r, s + N),
      '(r, n − r)': derOf(r, N - r),
      nothing: new Uint8Array(),
      'bytes behind it': Buffer.concat([signature, Buffer.of(0)]),
      'Node’s own': sign('sm3', bytes, key),
      'plain ECDSA by SHA-256': sign('sha256', bytes, key),
      'the id empty': sign('sm3', bytes, createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' }))),
    };
    for (const [name, der] of Object.entries(wrong)) expect([name, verdict(key, bytes, der)]).toEqual([name, false]);
    for (let at = 0; at < signature.length; at++) expect(verdict(key, bytes, changed(signature, at, 4))).toBe(false);
    expect(verdict(key, bytes, signature)).toBe(true);
  });

  it('takes no key of another curve, and says nothing of the key', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const pkcs8 = other.export({ format: 'der', type: 'pkcs8' });
    expect(() => library.privateKey(pkcs8)).toThrow(new Error("OpenSSL can't read the key as one of SM2"));
    expect(() => library.privateKey(pkcs8.subarray(0, 40))).toThrow(new Error("OpenSSL can't read the key"));
    expect(() => library.publicKey(changed(spkiOf(key), 80))).toThrow(new Error("OpenSSL can't read the key"));
    expect(() => openSm2Signer(other)).toThrow(new TypeError('a key of SM2 is needed'));
    expect(verifySm2(createPublicKey(other), bytes, signSm2AtOnce(key, bytes))).toBe(false);
    // What OpenSSL has noted of these is not found by whoever asks it next.
    expect(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).asymmetricKeyType).toBe('ec');
  });

  it('is not needed for verifying: without koffi TypeScript says the same, and signing says what to install', () => {
    const signature = signSm2AtOnce(key, bytes);
    const asked = [signature, negated(signature), sign('sm3', bytes, key), derOf(1n, N - 1n)];
    const script = `
      import { publicKeyOf, verifySm2 } from '#platform';
      import { makeKeyPem } from './certs/key.ts';
      import { openKeySigner } from './certs/signer.ts';
      const [spki, bytes, ...signatures] = process.argv.slice(1).map(hex => Buffer.from(hex, 'hex'));
      const refusal = () => { try { openKeySigner(makeKeyPem('SM2SM3'), 'x'); } catch ({ message }) { return message; } };
      const verdicts = signatures.map(signature => verifySm2(publicKeyOf(spki), bytes, signature));
      console.log(JSON.stringify([...verdicts, refusal()]));`;
    const given = [spkiOf(key), bytes, ...asked].map(one => Buffer.from(one).toString('hex'));
    const args = ['--require=./test/fixtures/without-koffi.cjs', '--input-type=module', '--eval', script, ...given];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect([stderr, JSON.parse(stdout)]).toEqual([
      '',
      [
        true,
        false,
        false,
        false,
        expect.stringMatching(/^signing with SM2 needs the optional package koffi.*npm install koffi$/),
      ],
    ]);
  });

  it('frees all that it has allocated', async () => {
    const before = library.allocated;
    const signer = openSm2Signer(key);
    const reader = library.publicKey(spkiOf(key));
    expect(library.allocated).toBe(before + 2);
    const underWay = signer.sign(bytes);
    signer.close();
    const signature = await underWay;
    expect(verdict(key, bytes, signature)).toBe(true);
    reader.verify(randomBytes(32), signature);
    reader.close();
    expect(() => library.privateKey(Buffer.of(1, 2, 3))).toThrow();
    // `verdict` has made a public key and remembers what it has read from it.
    expect(library.allocated).toBe(before + 1);
  });
});
