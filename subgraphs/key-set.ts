/**
 * The public keys of an OpenID provider (RFC 7517), as OpenID Connect Discovery 1.0 tells where they are; or of a file.
 *
 * They are asked for again when they are old, and when a token names a key that is not among them: so keys rotate
 * without a restart. While the provider is away the last good ones go on, and the next start begins with them.
 */
import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose';
import { type IdentityConfig, isSafeAddress } from './identity.ts';

export interface FollowedKeys {
  /** The key that a token names. @throws {errors.JWKSNoMatchingKey} */
  readonly find: JWTVerifyGetKey;
  /** Another number, other keys: what was verified by the ones before is to be verified again. */
  readonly generation: number;
  stop(): void;
}

/** A provider answers in some ms; who asks meanwhile with a new key waits no longer than this. */
const askTimeoutMs = 3_000;
/** Tokens that name keys of their own invention make the provider be asked no oftener. */
const askAgainAfterMs = 10_000;
/** Without any key nobody is let in: then it is looked oftener whether the provider has come. */
const askWhileAbsentMs = 1_000;
/** A provider has two or three keys of less than a KB each. */
const documentBytesMax = 64 * 1024;
const keysMax = 50;

/** Starts with what there is: a provider that is absent is reported, and found when it comes. */
export async function followKeys(config: IdentityConfig, report: (sentence: string) => void): Promise<FollowedKeys> {
  const { issuer, pinnedKeys, keptKeys, keysMaxAgeMs } = config;
  let text = '';
  let lookUp: JWTVerifyGetKey | undefined;
  let generation = 0;
  let triedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  let isAway = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const adopt = (keys: JSONWebKeySet): boolean => {
    const newer = JSON.stringify(keys);
    if (newer === text) return false;
    lookUp = createLocalJWKSet(keys);
    text = newer;
    generation += 1;
    return true;
  };
  const load = (): Promise<JSONWebKeySet> => (pinnedKeys === null ? askProvider(issuer) : readKeys(pinnedKeys));

  async function ask(): Promise<void> {
    triedAt = performance.now();
    try {
      const keys = await load();
      if (isAway) report(`${whose(config)} can be had again`);
      isAway = false;
      if (adopt(keys) && pinnedKeys === null) await keep(keptKeys, issuer, keys);
    } catch (error) {
      const goesOn = lookUp ? 'the last good ones are used' : 'nobody is let in by a token until they can';
      if (!isAway) report(`${whose(config)} can't be had (${reasonOf(error)}); ${goesOn}`);
      isAway = true;
    }
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(renew, lookUp ? keysMaxAgeMs : askWhileAbsentMs).unref();
  }
  /** One question at a time, whoever waits for it. */
  function renew(): Promise<void> {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  const kept = pinnedKeys === null ? await readKept(keptKeys, issuer) : undefined;
  if (kept) adopt(kept);
  const first = renew();
  if (!kept) await first;

  return {
    async find(header, token) {
      const known = lookUp;
      try {
        if (known) return await known(header, token);
      } catch (error) {
        if ((error as errors.JOSEError).code !== errors.JWKSNoMatchingKey.code) throw error;
      }
      if (underWay || performance.now() - triedAt >= Math.min(askAgainAfterMs, keysMaxAgeMs)) await renew();
      if (!lookUp || lookUp === known) throw new errors.JWKSNoMatchingKey();
      return lookUp(header, token);
    },
    get generation() {
      return generation;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

const whose = ({ pinnedKeys, issuer }: IdentityConfig): string =>
  pinnedKeys === null ? `the keys of the identity provider ${issuer}` : `the identity provider's keys in ${pinnedKeys}`;

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  const { code } = error as NodeJS.ErrnoException;
  // That of a time-out is a number, which says nothing.
  return cause?.code ?? (typeof code === 'string' ? code : message);
};

/** @throws {Error} unless the provider says of itself that it is this issuer, and has keys. */
async function askProvider(issuer: string): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(askTimeoutMs);
  const about = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, signal);
  const { issuer: named, jwks_uri: address } = about as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new Error('it calls itself by another name');
  if (typeof address !== 'string' || !isSafeAddress(address)) throw new Error('it names no safe address of its keys');
  return publicKeys(await fetchJson(address, signal));
}

async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (response.status !== 200 || !response.body) throw new Error(`it answered with HTTP status ${response.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.length;
    if (bytes > documentBytesMax) throw new Error(`it answered with more than ${documentBytesMax} bytes`);
    parts.push(part);
  }
  return parsed(Buffer.concat(parts).toString('utf8'));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('what is there is not JSON');
  }
}

const KINDS = new Set(['EC', 'RSA', 'OKP']);
/** RFC 7518 section 6, RFC 8037: all that a public key has. */
const PUBLIC_MEMBERS = ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e'] as const;

/** Keys to verify with. A secret that everybody can read verifies nothing, so it is none of them. @throws {Error} */
function publicKeys(document: unknown): JSONWebKeySet {
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys) || keys.length > keysMax) throw new Error(`it names no keys, or more than ${keysMax}`);
  const known = (keys as readonly (JWK | null)[]).flatMap(key => {
    if (!key || !KINDS.has(String(key.kty)) || (key.use !== undefined && key.use !== 'sig')) return [];
    return [Object.fromEntries(PUBLIC_MEMBERS.flatMap(name => (name in key ? [[name, key[name]]] : []))) as JWK];
  });
  // One that is told twice would be two between which a token does not choose.
  const good = [...new Map(known.filter(isKey).map(key => [JSON.stringify(key), key])).values()];
  if (good.length === 0) throw new Error('it names no key to verify with');
  return { keys: good };
}

/** Whether it is more than a name: in the place of good keys, numbers that are no key would shut everybody out. */
function isKey(key: JWK): boolean {
  try {
    createPublicKey({ key, format: 'jwk' } as JsonWebKeyInput);
    return true;
  } catch {
    return false;
  }
}

const readKeys = async (file: string): Promise<JSONWebKeySet> => publicKeys(parsed(await readFile(file, 'utf8')));

async function readKept(file: string, issuer: string): Promise<JSONWebKeySet | undefined> {
  try {
    const kept = parsed(await readFile(file, 'utf8')) as { issuer?: unknown } | null;
    return kept?.issuer === issuer ? publicKeys(kept) : undefined;
  } catch {
    return undefined; // As good as none: the provider is asked.
  }
}

/** Replaces the file as a whole. What could not be kept is missed by the next start only, and only without a provider. */
async function keep(file: string, issuer: string, { keys }: JSONWebKeySet): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, JSON.stringify({ issuer, keys }), { mode: 0o600 })
    .then(() => rename(temporary, file))
    .catch(() => undefined);
}
