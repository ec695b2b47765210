import { join, resolve } from 'node:path';
import { DEPARTMENTS, type DepartmentId, departmentIds } from '../subgraphs/catalogue.ts';
import { departmentPort } from '../subgraphs/config.ts';
import { DATA_DIR, HOST, httpsUrl, port, readSetting, type Setting, text, wholeNumber } from '../subgraphs/settings.ts';

/** What the gateway's process reads from its environment; nothing else there does. */
export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly inlineBudgetMs: number;
  readonly departmentTimeoutMs: number;
  readonly production: boolean;
  /** Keys and cases of the center. */
  readonly folder: string;
  readonly trustFolder: string;
  readonly departmentUrls: Readonly<Record<DepartmentId, string>>;
}

export const PORT = port('PORT', 4000, 'port of the gateway');
const PUBLIC_URL = text(
  'PUBLIC_URL',
  '',
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

const departmentUrl = (id: DepartmentId, environment: NodeJS.ProcessEnv): Setting<string> => {
  const own = environment[departmentPort(id).name];
  const byDefault = `https://127.0.0.1:${own === undefined || own === '' ? DEPARTMENTS[id].port : own}`;
  return httpsUrl(`${id.toUpperCase()}_URL`, byDefault, `address of the ${id} department`);
};

export const gatewaySettings = (environment: NodeJS.ProcessEnv): readonly Setting<unknown>[] => [
  PORT,
  HOST,
  PUBLIC_URL,
  DATA_DIR,
  INLINE_BUDGET_MS,
  DEPARTMENT_TIMEOUT_MS,
  NODE_ENV,
  ...departmentIds.map(id => departmentUrl(id, environment)),
];

/** @throws {WrongSetting} */
export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const read = <Value>(setting: Setting<Value>): Value => readSetting(setting, environment);
  const dataDir = resolve(read(DATA_DIR));
  const host = read(HOST);
  const port = read(PORT);
  return {
    host,
    port,
    publicUrl: read(PUBLIC_URL).replace(/\/$/, '') || `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    inlineBudgetMs: read(INLINE_BUDGET_MS),
    departmentTimeoutMs: read(DEPARTMENT_TIMEOUT_MS),
    production: read(NODE_ENV) === 'production',
    folder: join(dataDir, 'center'),
    trustFolder: join(dataDir, 'trust'),
    departmentUrls: Object.fromEntries(departmentIds.map(id => [id, read(departmentUrl(id, environment))])) as Record<
      DepartmentId,
      string
    >,
  };
}
