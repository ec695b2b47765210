import { join, resolve } from 'node:path';
import type { PressSettings } from '../papers/press.ts';
import { DEPARTMENTS, type DepartmentId } from './catalogue.ts';
import { type IdentityConfig, identityConfig, identitySettings } from './identity.ts';
import { FALLBACK_FONTS, readPressSettings } from './own-press.ts';
import { PORT, PUBLIC_URL, readPublicUrl } from './public-url.ts';
import { DATA_DIR, HOST, port, readSetting, type Setting } from './settings.ts';
import { type WatchConfig, watchConfig, watchSettings } from './watch-settings.ts';

/** What a department's process reads from its environment; nothing else there does. */
export interface DepartmentConfig {
  readonly host: string;
  readonly port: number;
  /** Keys, register and journal of this department alone. */
  readonly folder: string;
  /** The public trust material: root, transport authority, trust list. */
  readonly trustFolder: string;
  /** Where the public reaches the center, without a slash at the end. */
  readonly publicUrl: string;
  readonly press: PressSettings;
  readonly watch: WatchConfig;
  readonly identity: IdentityConfig;
}

export const departmentPort = (id: DepartmentId): Setting<number> =>
  port(`${id.toUpperCase()}_PORT`, DEPARTMENTS[id].port, `port of the ${id} department`);

export const departmentSettings = (id: DepartmentId): readonly Setting<unknown>[] => [
  DATA_DIR,
  HOST,
  departmentPort(id),
  PORT,
  PUBLIC_URL,
  FALLBACK_FONTS,
  ...watchSettings,
  ...identitySettings,
];

/** @throws {WrongSetting} */
export function departmentConfig(id: DepartmentId, environment: NodeJS.ProcessEnv): DepartmentConfig {
  const dataDir = resolve(readSetting(DATA_DIR, environment));
  return {
    host: readSetting(HOST, environment),
    port: readSetting(departmentPort(id), environment),
    folder: join(dataDir, id),
    trustFolder: join(dataDir, 'trust'),
    publicUrl: readPublicUrl(environment),
    press: readPressSettings(environment),
    watch: watchConfig(environment),
    identity: identityConfig(environment, join(dataDir, id)),
  };
}
