/** Puts keys where they are to be kept, and takes them away again: what an operator does, and no server. */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeKeyPem, readKey } from '../key.ts';
import { PRIVATE, replace } from '../publish.ts';
import { mustSignSm2 } from '../sm/sign.ts';
import type { SuiteId } from '../suites.ts';
import type { Kept, KeyName, Secret } from './kept.ts';
import { readSecret } from './secret.ts';
import { mustBeOfToken } from './token-suites.ts';

/** A custody, before it is known under which names. */
export type Custody =
  | { readonly kind: 'file' | 'worker' }
  | { readonly kind: 'pkcs12'; readonly password: Secret }
  | { readonly kind: 'pkcs11'; readonly module: string; readonly token: string; readonly pin: Secret };

/** @param number Of the key among those that its holder has had. */
export function keptAs(custody: Custody, name: KeyName, number: number, chain = `${name}-${number}-chain.pem`): Kept {
  switch (custody.kind) {
    case 'file':
    case 'worker':
      return { kind: custody.kind, key: `${name}-${number}-key.pem`, chain };
    case 'pkcs12':
      return { ...custody, container: `${name}-${number}.p12`, chain };
    case 'pkcs11':
      return { ...custody, object: randomBytes(objectIdBytes).toString('hex'), chain };
  }
}

/** Before anything is made. @throws {Error} in one sentence when no key of the suite can be kept, or used, in this way. */
export function mustSuit({ kind }: Custody, suite: SuiteId): void {
  if (kind === 'pkcs11') mustBeOfToken(suite);
  if (suite === 'SM2SM3') mustSignSm2();
}

/** No two keys of a token have the same id by chance. */
const objectIdBytes = 8;

export function custodyOf(kept: Kept): Custody {
  switch (kept.kind) {
    case 'file':
    case 'worker':
      return { kind: kept.kind };
    case 'pkcs12':
      return { kind: kept.kind, password: kept.password };
    case 'pkcs11':
      return { kind: kept.kind, module: kept.module, token: kept.token, pin: kept.pin };
  }
}

/**
 * Makes the key of this custody, or finds the one that was made before a crash.
 *
 * @param owner Named in errors, containers and tokens, such as `tax seal`; ASCII.
 * @returns The public key.
 */
export async function makeKept(keys: string, kept: Kept, suite: SuiteId, owner: string): Promise<KeyObject> {
  if (kept.kind === 'pkcs11') {
    mustBeOfToken(suite);
    const [{ makeInToken, removeFromToken }, place] = await reachToken(kept);
    await removeFromToken(place, kept.object);
    const spki = await makeInToken(place, suite, { object: kept.object, label: owner });
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  }
  const there = existsSync(join(keys, nameOf(kept)));
  if (!there) await putKept(keys, kept, readKey(makeKeyPem(suite), owner), owner);
  return createPublicKey(await takeKept(keys, kept, owner));
}

/** Puts a key into this custody. */
export async function putKept(keys: string, kept: Kept, key: KeyObject, owner: string): Promise<void> {
  if (kept.kind === 'pkcs11') {
    const [{ bringIntoToken, removeFromToken }, place] = await reachToken(kept);
    await removeFromToken(place, kept.object);
    await bringIntoToken(place, key, { object: kept.object, label: owner });
  } else if (kept.kind === 'pkcs12') {
    const { writePkcs12 } = await import('./pkcs12.ts');
    const path = join(keys, kept.container);
    const password = readSecret(kept.password, `the password of ${path}`);
    replace(path, writePkcs12({ key, certificates: [], password, name: owner }), PRIVATE);
  } else {
    replace(join(keys, kept.key), key.export({ format: 'pem', type: 'pkcs8' }).toString(), PRIVATE);
  }
}

/** The private key itself. @throws {Error} when it is in a token, which gives it to nobody. */
export async function takeKept(keys: string, kept: Kept, owner: string): Promise<KeyObject> {
  if (kept.kind === 'pkcs11')
    throw new Error(
      `the key of ${owner} is in the token "${kept.token}", which gives it to nobody: renew it elsewhere`,
    );
  const path = join(keys, nameOf(kept));
  if (kept.kind !== 'pkcs12') return readKey(readFileSync(path, 'utf8'), owner);
  const { readPkcs12 } = await import('./pkcs12.ts');
  return readPkcs12(readFileSync(path), readSecret(kept.password, `the password of ${path}`), path).key;
}

/** What is not there is not missed. */
export async function removeKept(keys: string, kept: Kept): Promise<void> {
  if (kept.kind !== 'pkcs11') {
    rmSync(join(keys, nameOf(kept)), { force: true });
    return;
  }
  const [{ removeFromToken }, place] = await reachToken(kept);
  await removeFromToken(place, kept.object);
}

/** Whether both name one and the same key. */
export const isSameKey = (one: Kept, other: Kept): boolean => placeOf(one) === placeOf(other);

const placeOf = (kept: Kept): string =>
  kept.kind === 'pkcs11' ? `token ${kept.token} ${kept.object}` : `file ${nameOf(kept)}`;

const nameOf = (kept: Exclude<Kept, { kind: 'pkcs11' }>): string =>
  kept.kind === 'pkcs12' ? kept.container : kept.key;

async function reachToken({ module, token, pin }: Kept & { kind: 'pkcs11' }) {
  const operations = await import('./token-keys.ts');
  const place = { module, token, pin: () => readSecret(pin, `the PIN of the token "${token}"`) };
  return [operations, place] as const;
}
