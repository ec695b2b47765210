import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type IdentityKeys, identityKeys } from '../../identity/keys.ts';
import { type IdentityProvider, serveProvider } from '../../identity/provider.ts';

let folder: string;
let keys: IdentityKeys;
let provider: IdentityProvider;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'identity-'));
  keys = await identityKeys(folder);
  const report = (defect: Error) => {
    throw defect;
  };
  provider = await serveProvider({ host: '127.0.0.1', port: 0, audience: 'urn:test', keys, report });
});
afterAll(async () => {
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the provider says to the client of the clerks. */
async function asked(scope: string, secret = keys.clientSecrets['demo-clerk']): Promise<unknown> {
  const answer = await fetch(`${provider.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`demo-clerk:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== '' && { scope }) }),
  });
  const { error, access_token: token } = (await answer.json()) as { error?: string; access_token?: string };
  return token === undefined ? error : decodeJwt(token);
}

describe('the provider of the demo', () => {
  it.each(['role:CLERK', 'role:CLERK region:371002', 'region:370000 role:CLERK'])('issues "%s"', async scope => {
    const token = (await asked(scope)) as Record<string, unknown>;
    expect(String(token.scope).split(' ').sort()).toEqual(scope.split(' ').sort());
    expect(token).toMatchObject({ iss: provider.issuer, aud: 'urn:test', sub: 'demo-clerk' });
  });

  it.each([
    ['role:CLERK region:37100', 'a region that is none would else be all of them'],
    ['role:CLERK region:371002 region:371003', 'one of two would be chosen by nobody'],
    ['role:AUDITOR', 'the role of another client'],
    ['role:CLERK role:AUDITOR', 'its own role and another'],
    ['region:371002', 'no role'],
    ['', 'nothing at all'],
  ])('refuses "%s": %s', async scope => expect(await asked(scope)).toBe('invalid_scope'));

  it('refuses a client with another secret', async () =>
    expect(await asked('role:CLERK', 'guessed')).toBe('invalid_client'));
});
