/** The keys of the demo's identity provider, made when absent. Who has them can speak for every role. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { ROLES, type Role } from '../subgraphs/caller.ts';

export const SIGNING_ALGORITHM = 'ES256';

export interface IdentityKeys {
  /** The first signs; with the private part. */
  readonly signing: readonly [JWK, ...JWK[]];
  /** By the client that a role has here, such as demo-clerk. */
  readonly clientSecrets: Readonly<Record<string, string>>;
}

export const clientOf = (role: Role): string => `demo-${role.toLowerCase()}`;

const signingFile = (folder: string): string => join(folder, 'signing-keys.json');
const secretsFile = (folder: string): string => join(folder, 'client-secrets.json');
/** What may be read by everybody: the setting OIDC_JWKS takes it. */
export const publicKeysFile = (folder: string): string => join(folder, 'jwks.json');

/** @param folder Of the provider, made when absent. */
export async function identityKeys(folder: string): Promise<IdentityKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(signingFile(folder))) await makeSigningKey(folder);
  const { keys } = readJson(signingFile(folder)) as { keys: IdentityKeys['signing'] };
  if (!existsSync(secretsFile(folder))) {
    const secrets = ROLES.map(role => [clientOf(role), randomBytes(32).toString('base64url')] as const);
    writeWhole(secretsFile(folder), Object.fromEntries(secrets));
  }
  writeWhole(publicKeysFile(folder), { keys: keys.map(({ d: _, ...publicPart }) => publicPart) });
  return { signing: keys, clientSecrets: readJson(secretsFile(folder)) as IdentityKeys['clientSecrets'] };
}

/** Makes a key that signs from now on. Those before it are forgotten: what they signed is good no longer. */
export async function makeSigningKey(folder: string): Promise<void> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: SIGNING_ALGORITHM, use: 'sig' };
  writeWhole(signingFile(folder), { keys: [key] });
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Nobody but its owner reads it, nobody ever reads half of it. */
function writeWhole(file: string, value: unknown): void {
  const temporary = join(dirname(file), `.${randomBytes(8).toString('hex')}`);
  writeFileSync(temporary, JSON.stringify(value, null, 2), { mode: 0o600, flag: 'wx' });
  renameSync(temporary, file);
}
