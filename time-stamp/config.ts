import { join, resolve } from 'node:path';
import { DATA_DIR, HOST, hostInUrl, nearHost, readSetting, type Setting, TSA_PORT } from '../subgraphs/settings.ts';

/** What the time-stamp authority reads from its environment; nothing else there does. */
export interface TimeStampConfig {
  readonly host: string;
  readonly port: number;
  /** Where this machine reaches it. */
  readonly localUrl: string;
  /** Its key and chain: no holder's, so that nobody who seals can say when. */
  readonly keys: string;
}

export const timeStampSettings: readonly Setting<unknown>[] = [DATA_DIR, HOST, TSA_PORT];

/** @throws {WrongSetting} */
export function timeStampConfig(environment: NodeJS.ProcessEnv): TimeStampConfig {
  const [host, port] = [readSetting(HOST, environment), readSetting(TSA_PORT, environment)];
  return {
    host,
    port,
    localUrl: `http://${hostInUrl(nearHost(host))}:${port}`,
    keys: join(resolve(readSetting(DATA_DIR, environment)), 'tsa', 'keys'),
  };
}
