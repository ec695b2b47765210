/** Bearer tokens (RFC 6750, RFC 9068): who asks, in which role, for which region. */
import { type JWTVerifyOptions, jwtVerify } from 'jose';
import { type Caller, callerIn } from './caller.ts';
import { Refusal } from './errors.ts';
import type { IdentityConfig } from './identity.ts';
import { type FollowedKeys, followKeys } from './key-set.ts';

export interface BearerReader {
  /** The caller of an Authorization header; null without one. @throws {Refusal} UNAUTHENTICATED, never with the token. */
  read(authorization: string | undefined): Promise<Caller | null>;
  stop(): void;
}

/** Signatures by a private key. With `none` or a shared secret, whoever reads the public keys could sign. */
const ALGORITHMS = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA'];
/** RFC 9068 wants the first; older providers write the second, or nothing. Others are tokens for other ends. */
const TYPES = new Set([undefined, 'at+jwt', 'application/at+jwt', 'jwt']);
/** The clocks of provider and reader may disagree by this much. */
const clockSkewMaxSeconds = 30;
/** A token with a role and a region has some 600 bytes. */
const tokenCharactersMax = 4_096;
/** Verifying a signature costs more than routing a query. A token that is good is good for this long, unless it expires. */
const rememberedMaxMs = 60_000;
/** Each some KB; as many callers as an office has, several times over. */
const rememberedMax = 2_000;

export async function bearerReader(config: IdentityConfig, report: (sentence: string) => void): Promise<BearerReader> {
  const keys = await followKeys(config, report);
  return { read: readerWith(keys, config), stop: () => keys.stop() };
}

interface Remembered {
  readonly caller: Caller;
  readonly untilMs: number;
}

/** @param now Milliseconds since 1970, of this machine: the provider's clock is another. */
export function readerWith(
  keys: Pick<FollowedKeys, 'find' | 'generation'>,
  { issuer, audience }: Pick<IdentityConfig, 'issuer' | 'audience'>,
  now: () => number = Date.now,
): BearerReader['read'] {
  const options: JWTVerifyOptions = {
    algorithms: ALGORITHMS,
    issuer,
    audience,
    requiredClaims: ['sub', 'exp', 'scope'],
    clockTolerance: clockSkewMaxSeconds,
  };
  // By the token's text, those that were longest not seen first.
  const remembered = new Map<string, Remembered>();
  let generation = keys.generation;

  async function verify(token: string): Promise<Remembered> {
    const current = { ...options, currentDate: new Date(now()) };
    const { payload, protectedHeader } = await jwtVerify(token, keys.find, current).catch(
      ({ code }: { code?: unknown }) => {
        throw unauthenticated(`the bearer token is not accepted: ${typeof code === 'string' ? code : 'unreadable'}`);
      },
    );
    if (!TYPES.has(protectedHeader.typ?.toLowerCase())) {
      throw unauthenticated('the bearer token is of a type for another end');
    }
    const { sub, scope, exp = 0 } = payload;
    // Nobody in particular could approve what nobody in particular proposed.
    if (!sub) throw unauthenticated('the bearer token names nobody');
    const caller = typeof scope === 'string' ? callerIn(sub, scope) : undefined;
    if (!caller) throw unauthenticated('the bearer token names no known role, or not one, or a malformed region');
    return { caller, untilMs: Math.min(now() + rememberedMaxMs, exp * 1000) };
  }

  return async authorization => {
    if (!authorization) return null;
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
    if (token === undefined || token.length > tokenCharactersMax) {
      throw unauthenticated('the Authorization header holds no bearer token: npm run token -- CLERK prints one');
    }
    if (generation !== keys.generation) remembered.clear();
    generation = keys.generation;
    const before = remembered.get(token);
    remembered.delete(token);
    const known = before && before.untilMs > now() ? before : await verify(token);
    // Meanwhile its key may have been withdrawn.
    if (generation !== keys.generation) return known.caller;
    remembered.set(token, known);
    if (remembered.size > rememberedMax) remembered.delete(remembered.keys().next().value as string);
    return known.caller;
  };
}

/** HTTP status 401 with the scheme that is asked for, as RFC 6750 section 3 has it. */
export function unauthenticated(sentence: string): Refusal {
  return new Refusal('UNAUTHENTICATED', sentence).atStatus(401, { 'www-authenticate': 'Bearer' });
}
