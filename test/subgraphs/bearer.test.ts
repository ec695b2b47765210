import { beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, type JWTVerifyGetKey, SignJWT } from 'jose';
import { type BearerReader, readerWith } from '../../subgraphs/bearer.ts';

const TRUSTED = { issuer: 'https://office.example', audience: 'urn:test' };
/** 2026-03-02T08:00:00Z, in s. */
const NOON = 1_772_438_400;

let signing: CryptoKey;
let keySet: JWTVerifyGetKey;
beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  signing = pair.privateKey;
  keySet = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] });
});

const bearer = async (subject: string, { from = NOON, lifeSeconds = 3_600 } = {}): Promise<string> => {
  const token = new SignJWT({ scope: 'role:CLERK region:371002' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
    .setIssuer(TRUSTED.issuer)
    .setAudience(TRUSTED.audience)
    .setSubject(subject)
    .setIssuedAt(from)
    .setExpirationTime(from + lifeSeconds);
  return `Bearer ${await token.sign(signing)}`;
};

/** A reader whose clock stands at noon, and who counts how often a signature is verified. */
function reader() {
  const clock = { seconds: NOON };
  const keys = { generation: 1, verified: 0, find: counting };
  function counting(...asked: Parameters<JWTVerifyGetKey>): ReturnType<JWTVerifyGetKey> {
    keys.verified += 1;
    return keySet(...asked);
  }
  const read: BearerReader['read'] = readerWith(keys, TRUSTED, () => clock.seconds * 1_000);
  return { clock, keys, read };
}
const UNAUTHENTICATED = { extensions: { code: 'UNAUTHENTICATED' } };
const CLERK = { subject: 'clerk-7', role: 'CLERK', region: '371002' };

describe('a token that was good', () => {
  it('is not verified again within a minute, and is after it', async () => {
    const { clock, keys, read } = reader();
    const token = await bearer('clerk-7');
    for (let at = 0; at < 3; at++) expect(await read(token)).toEqual(CLERK);
    clock.seconds = NOON + 59;
    await read(token);
    expect(keys.verified).toBe(1);
    clock.seconds = NOON + 60;
    await read(token);
    expect(keys.verified).toBe(2);
  });

  it('is remembered no longer than it is good', async () => {
    const { clock, read } = reader();
    const token = await bearer('clerk-7', { lifeSeconds: 10 });
    expect(await read(token)).toEqual(CLERK);
    clock.seconds = NOON + 10 + 31; // The clocks may disagree by half a minute.
    await expect(read(token)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('is verified anew when the keys are others', async () => {
    const { keys, read } = reader();
    const token = await bearer('clerk-7');
    await read(token);
    keys.generation = 2;
    keys.find = async () => {
      throw new Error('withdrawn');
    };
    await expect(read(token)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('is forgotten when 2,000 others have been seen since', async () => {
    const { keys, read } = reader();
    const [first, second] = [await bearer('first'), await bearer('second')];
    await read(first);
    await read(second);
    for (let at = 0; at < 1_998; at++) await read(await bearer(`other-${at}`));
    await read(first);
    expect(keys.verified).toBe(2_000);
    await read(await bearer('one more'));
    await read(first); // It was seen last, so that the second was forgotten.
    expect(keys.verified).toBe(2_001);
    await read(second);
    expect(keys.verified).toBe(2_002);
  });
});

it('never tells the token that it refuses', async () => {
  const { read } = reader();
  const token = await bearer('clerk-7', { from: NOON - 7_200 });
  const refusal = await read(token).catch((error: Error) => error);
  expect(refusal).toMatchObject({ ...UNAUTHENTICATED, message: 'the bearer token is not accepted: ERR_JWT_EXPIRED' });
  expect(JSON.stringify(refusal)).not.toContain(token.slice(-20));
});

it('takes no token that names nobody: who proposes and who approves could be the same', async () => {
  const { read } = reader();
  await expect(read(await bearer(''))).rejects.toMatchObject({
    ...UNAUTHENTICATED,
    message: 'the bearer token names nobody',
  });
});
