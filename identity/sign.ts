import { importJWK, SignJWT } from 'jose';
import { type Caller, scopeOf } from '../subgraphs/caller.ts';
import type { IdentityConfig } from '../subgraphs/identity.ts';
import { providerConfig } from './config.ts';
import { type IdentityKeys, identityKeys, SIGNING_ALGORITHM } from './keys.ts';

const tokenLifeHours = 12;

/** A token as the provider of these keys would issue it (RFC 9068). */
export async function signToken(
  { signing: [key] }: Pick<IdentityKeys, 'signing'>,
  { issuer, audience }: Pick<IdentityConfig, 'issuer' | 'audience'>,
  caller: Caller,
): Promise<string> {
  return new SignJWT({ scope: scopeOf(caller), client_id: caller.subject })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: 'at+jwt', ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(caller.subject)
    .setIssuedAt()
    .setExpirationTime(`${tokenLifeHours}h`)
    .sign(await importJWK(key, SIGNING_ALGORITHM));
}

/** Signs as the demo's provider does, with its keys, whether it runs or not. @throws {WrongSetting} */
export async function demoSigner(environment: NodeJS.ProcessEnv): Promise<(caller: Caller) => Promise<string>> {
  const config = providerConfig(environment);
  const keys = await identityKeys(config.folder);
  return caller => signToken(keys, config, caller);
}
