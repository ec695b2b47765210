import { join, resolve } from 'node:path';
import { demoIssuer, IDENTITY_PORT, identityConfig } from '../subgraphs/identity.ts';
import { DATA_DIR, HOST, readSetting, type Setting } from '../subgraphs/settings.ts';
import { publicKeysFile } from './keys.ts';

/** What the demo's identity provider reads from its environment; nothing else there does. */
export interface ProviderConfig {
  readonly host: string;
  readonly port: number;
  readonly issuer: string;
  readonly audience: string;
  /** Its keys and the secrets of its clients. */
  readonly folder: string;
}

export const providerSettings: readonly Setting<unknown>[] = [DATA_DIR, HOST, IDENTITY_PORT];

/** @throws {WrongSetting} */
export function providerConfig(environment: NodeJS.ProcessEnv): ProviderConfig {
  const folder = join(resolve(readSetting(DATA_DIR, environment)), 'identity');
  return {
    host: readSetting(HOST, environment),
    port: readSetting(IDENTITY_PORT, environment),
    issuer: demoIssuer(environment),
    audience: identityConfig(environment, folder).audience,
    folder,
  };
}

/** Where the demo's public keys lie, for processes that run without the provider: the setting OIDC_JWKS. */
export const demoKeysFile = (dataDir: string): string => publicKeysFile(join(dataDir, 'identity'));
