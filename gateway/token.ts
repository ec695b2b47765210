import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { HeaderMap } from '@apollo/server';
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { Refusal } from '../subgraphs/errors.ts';
import { type Caller, ROLES, type Role } from './window/caller.ts';

/** Bearer tokens (RFC 6750, JWT): who asks, in which role, for which region. */
const ISSUER = 'urn:one-window:demo';
const AUDIENCE = 'urn:one-window:gateway';
const ALGORITHM = 'ES256';
const tokenLifeHours = 12;
/** The clocks of issuer and gateway may disagree by this much. */
const clockSkewMaxSeconds = 30;
/** A token with a role and a region has some 400 bytes. */
const tokenCharactersMax = 4_096;

export interface Grant {
  readonly subject: string;
  readonly role: Role;
  readonly region: string | null;
}

/** Reads the demo's signing key; makes it when absent. It is private: whoever has it can speak for every role. */
export async function tokenKey(file: string): Promise<JWK> {
  if (!existsSync(file)) {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    writeFileSync(file, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600, flag: 'wx' });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as JWK;
}

export async function signToken(key: JWK, { subject, role, region }: Grant): Promise<string> {
  return new SignJWT({ role, ...(region === null ? {} : { region }) })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${tokenLifeHours}h`)
    .sign(await importJWK(key, ALGORITHM));
}

/** Makes the check of an Authorization header. @throws {Refusal} UNAUTHENTICATED, never with the token in it. */
export async function tokenReader(key: JWK): Promise<(authorization: string | undefined) => Promise<Caller>> {
  const { d: _, ...publicKey } = key;
  const verifier = await importJWK(publicKey, ALGORITHM);
  return async authorization => {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || token.length > tokenCharactersMax) {
      throw unauthenticated('a bearer token is needed: npm run token -- CLERK prints one for the demo');
    }
    const { payload } = await jwtVerify(token, verifier, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'exp', 'role'],
      clockTolerance: clockSkewMaxSeconds,
    }).catch((error: { code?: string }) => {
      throw unauthenticated(`the bearer token is not accepted: ${error.code ?? 'unreadable'}`);
    });
    const role = ROLES.find(known => known === payload.role);
    const { region = null } = payload;
    const isRegion = region === null || (typeof region === 'string' && /^\d{6}$/.test(region));
    if (!role || !isRegion) throw unauthenticated('the bearer token names no known role or a malformed region');
    return { subject: String(payload.sub), role, region: region as string | null };
  };
}

function unauthenticated(sentence: string): Refusal {
  const refusal = new Refusal('UNAUTHENTICATED', sentence);
  refusal.extensions.http = { status: 401, headers: new HeaderMap([['www-authenticate', 'Bearer']]) };
  return refusal;
}
