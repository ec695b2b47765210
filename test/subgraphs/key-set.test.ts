import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { type FollowedKeys, followKeys } from '../../subgraphs/key-set.ts';
import { until } from '../fixtures/until.ts';

let provider: Server;
let issuer: string;
let told: unknown;
let asked = 0;
let good: JWK;
let token: string;
beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  good = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
  token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
  provider = createServer(({ url }, answer) => {
    const isKeys = url === '/keys';
    if (isKeys) asked += 1;
    answer.end(JSON.stringify(isKeys ? told : { issuer, jwks_uri: `${issuer}/keys` }));
  }).listen(0, '127.0.0.1');
  await new Promise(open => provider.once('listening', open));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
afterAll(() => new Promise(closed => provider.close(closed)));

async function following(check: (keys: FollowedKeys, reported: readonly string[]) => Promise<void>): Promise<void> {
  told = { keys: [good] };
  const reported: string[] = [];
  const keptKeys = join(tmpdir(), 'one-window-no-such-folder', 'keys.json');
  const config = { issuer, audience: 'urn:test', pinnedKeys: null, keysMaxAgeMs: 20, keptKeys };
  const keys = await followKeys(config, sentence => reported.push(sentence));
  try {
    await check(keys, reported);
  } finally {
    keys.stop();
  }
}

/** Answers that were sent before are not waited for. */
async function toldTwice(): Promise<void> {
  const before = asked;
  await until(() => asked >= before + 2);
}

it('goes on with the good keys when the provider tells numbers that are no key', () =>
  following(async (keys, reported) => {
    told = { keys: [{ ...good, x: 'AAAA', y: 'AAAA' }] };
    await toldTwice();
    await expect(jwtVerify(token, keys.find)).resolves.toBeDefined();
    expect(reported).toEqual([expect.stringContaining('it names no key to verify with); the last good ones are used')]);
  }));

it('takes a key that is told twice for one', () =>
  following(async keys => {
    told = { keys: [good, { ...good }] };
    await toldTwice();
    await expect(jwtVerify(token, keys.find)).resolves.toBeDefined();
  }));
