/** Whom this process believes about who asks: an OpenID provider, or keys that were pinned. */
import { join, resolve } from 'node:path';
import { HOST, hostInUrl, nearHost, port, readSetting, type Setting, text, wholeNumber } from './settings.ts';

export interface IdentityConfig {
  /** What tokens must name as `iss`; where its keys are asked for, unless they are pinned. */
  readonly issuer: string;
  /** What tokens must name as `aud`. */
  readonly audience: string;
  /** A file of public keys (JWKS), for installations whose provider can't be asked. */
  readonly pinnedKeys: string | null;
  /** Keys are asked for again when they are older. A key that the provider has withdrawn is good for so long. */
  readonly keysMaxAgeMs: number;
  /** Where the last good keys are kept, to start from while the provider is away. */
  readonly keptKeys: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whoever can change what is said on the way could let in anybody. */
export const isSafeAddress = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
};

export const IDENTITY_PORT = port('IDENTITY_PORT', 4020, "port of the demo's identity provider");
const OIDC_ISSUER: Setting<string> = {
  name: 'OIDC_ISSUER',
  meaning: "the OpenID provider whose tokens are accepted; made of HOST and IDENTITY_PORT, the demo's, when absent",
  byDefault: '',
  read: given =>
    given === '' || isSafeAddress(given)
      ? { value: given }
      : { mustBe: 'an address that begins with https://, or with http:// on this machine' },
};
const OIDC_AUDIENCE = text('OIDC_AUDIENCE', 'urn:one-window:gateway', 'what tokens must name as their audience');
const OIDC_JWKS = text(
  'OIDC_JWKS',
  '',
  "file of the provider's public keys (JWKS), read in place of asking the provider",
);
const OIDC_KEYS_MAX_AGE = wholeNumber(
  'OIDC_KEYS_MAX_AGE',
  600,
  [1, 86_400],
  "how long the provider's keys are used before they are asked for again, in s",
);

export const identitySettings: readonly Setting<unknown>[] = [
  IDENTITY_PORT,
  OIDC_ISSUER,
  OIDC_AUDIENCE,
  OIDC_JWKS,
  OIDC_KEYS_MAX_AGE,
];

/** @param folder Of the process, where it keeps what it has learned. @throws {WrongSetting} */
export function identityConfig(environment: NodeJS.ProcessEnv, folder: string): IdentityConfig {
  const read = <Value>(setting: Setting<Value>): Value => readSetting(setting, environment);
  const pinned = read(OIDC_JWKS);
  return {
    issuer: read(OIDC_ISSUER) || demoIssuer(environment),
    audience: read(OIDC_AUDIENCE),
    pinnedKeys: pinned === '' ? null : resolve(pinned),
    keysMaxAgeMs: read(OIDC_KEYS_MAX_AGE) * 1000,
    keptKeys: join(folder, 'identity-keys.json'),
  };
}

/** The demo's provider is asked by processes of its own machine only. */
export const demoIssuer = (environment: NodeJS.ProcessEnv): string => {
  const host = readSetting(HOST, environment);
  return `http://${hostInUrl(nearHost(host))}:${readSetting(IDENTITY_PORT, environment)}`;
};
