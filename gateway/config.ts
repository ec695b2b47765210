import { join, resolve } from 'node:path';
import { type DepartmentId, departmentIds } from '../subgraphs/catalogue.ts';
import { departmentPort } from '../subgraphs/config.ts';
import {
  address,
  DATA_DIR,
  HOST,
  hostInUrl,
  port,
  readSetting,
  type Setting,
  text,
  wholeNumber,
} from '../subgraphs/settings.ts';

/** What the gateway's process reads from its environment; nothing else there does. */
export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  /** Where the public reaches this gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** Where this machine reaches it. */
  readonly localUrl: string;
  readonly inlineBudgetMs: number;
  readonly departmentTimeoutMs: number;
  readonly production: boolean;
  /** Keys and cases of the center. */
  readonly folder: string;
  readonly trustFolder: string;
  readonly departmentUrls: Readonly<Record<DepartmentId, string>>;
}

export const PORT = port('PORT', 4000, 'port of the gateway');
const PUBLIC_URL = address(
  'PUBLIC_URL',
  ['http', 'https'],
  'address under which the public reaches the gateway; made of HOST and PORT when absent',
);
const INLINE_BUDGET_MS = wholeNumber(
  'INLINE_BUDGET_MS',
  10_000,
  [0, 60_000],
  'how long registerEnterprise may work before it answers with what waits, in ms',
);
const DEPARTMENT_TIMEOUT_MS = wholeNumber(
  'DEPARTMENT_TIMEOUT_MS',
  5_000,
  [100, 60_000],
  'how long one call to a department may take, in ms',
);
const NODE_ENV = text('NODE_ENV', 'development', '"production" turns introspection off');

const departmentUrl = (id: DepartmentId): Setting<string> =>
  address(
    `${id.toUpperCase()}_URL`,
    ['https'],
    `address of the ${id} department; made of HOST and ${departmentPort(id).name} when absent`,
  );

export const gatewaySettings: readonly Setting<unknown>[] = [
  PORT,
  HOST,
  PUBLIC_URL,
  DATA_DIR,
  INLINE_BUDGET_MS,
  DEPARTMENT_TIMEOUT_MS,
  NODE_ENV,
  ...departmentIds.flatMap(id => [departmentPort(id), departmentUrl(id)]),
];

/** Who listens on every address of the machine is reached on its own. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** @throws {WrongSetting} */
export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const read = <Value>(setting: Setting<Value>): Value => readSetting(setting, environment);
  const dataDir = resolve(read(DATA_DIR));
  const host = read(HOST);
  const port = read(PORT);
  const nearHost = hostInUrl(LOOPBACK_OF[host] ?? host);
  const urlOf = (id: DepartmentId): string =>
    read(departmentUrl(id)) || `https://${nearHost}:${read(departmentPort(id))}`;
  return {
    host,
    port,
    publicUrl: read(PUBLIC_URL) || `http://${hostInUrl(host)}:${port}`,
    localUrl: `http://${nearHost}:${port}`,
    inlineBudgetMs: read(INLINE_BUDGET_MS),
    departmentTimeoutMs: read(DEPARTMENT_TIMEOUT_MS),
    production: read(NODE_ENV) === 'production',
    folder: join(dataDir, 'center'),
    trustFolder: join(dataDir, 'trust'),
    departmentUrls: Object.fromEntries(departmentIds.map(id => [id, urlOf(id)])) as Record<DepartmentId, string>,
  };
}
