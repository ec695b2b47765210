import { join, resolve } from 'node:path';
import type { PressSettings } from '../papers/press.ts';
import { type DepartmentId, departmentIds } from '../subgraphs/catalogue.ts';
import { departmentPort } from '../subgraphs/config.ts';
import { type IdentityConfig, identityConfig, identitySettings } from '../subgraphs/identity.ts';
import { FALLBACK_FONTS, readPressSettings } from '../subgraphs/own-press.ts';
import { PORT, PUBLIC_URL, readPublicUrl } from '../subgraphs/public-url.ts';
import {
  address,
  DATA_DIR,
  HOST,
  hostInUrl,
  nearHost,
  optionalPort,
  port,
  readSetting,
  type Setting,
  TSA_PORT,
  text,
  WrongSetting,
  wholeNumber,
} from '../subgraphs/settings.ts';
import { NODE_ENV, type WatchConfig, watchConfig, watchSettings } from '../subgraphs/watch-settings.ts';

/** What the gateway's process reads from its environment; nothing else there does. */
export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  /** Where the public reaches this gateway, without a slash at the end. */
  readonly publicUrl: string;
  readonly press: PressSettings;
  /** Where this machine reaches it. */
  readonly localUrl: string;
  readonly inlineBudgetMs: number;
  readonly departmentTimeoutMs: number;
  /** How long one operation may be carried out; a mutation as much longer as it may work inline. */
  readonly requestTimeoutMs: number;
  readonly inFlightMax: number;
  readonly inFlightPerClientMax: number;
  /** A manifest, or a folder of .graphql files; null: no document is known before it is sent. */
  readonly documents: string | null;
  /** Whether nothing but those documents is carried out. */
  readonly documentsOnly: boolean;
  readonly sdlPollMs: number;
  readonly production: boolean;
  readonly watch: WatchConfig;
  readonly identity: IdentityConfig;
  /** Where Prometheus reads without a token; null: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Within it, load balancers see that this gateway is about to stop. */
  readonly drainWaitMs: number;
  /** Keys and cases of the center. */
  readonly folder: string;
  readonly trustFolder: string;
  /** Where departments call back, over mutual TLS. */
  readonly listenerPort: number;
  /** May hold a password: it is never printed. Null: the cases are kept in a SQLite file. */
  readonly databaseUrl: string | null;
  readonly departmentUrls: Readonly<Record<DepartmentId, string>>;
  /** Of the time-stamp authority (RFC 3161). */
  readonly timeStampUrl: string;
}

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
const REQUEST_TIMEOUT_MS = wholeNumber(
  'REQUEST_TIMEOUT_MS',
  30_000,
  [100, 600_000],
  'how long one operation may be carried out, in ms; a mutation INLINE_BUDGET_MS longer for each of its fields',
);
const IN_FLIGHT_MAX = wholeNumber(
  'IN_FLIGHT_MAX',
  1_000,
  [1, 100_000],
  'how many requests to the graph are carried out at a time; more are refused (503)',
);
const IN_FLIGHT_PER_CLIENT_MAX = wholeNumber(
  'IN_FLIGHT_PER_CLIENT_MAX',
  250,
  [1, 100_000],
  'how many of them for one client; more are refused (429)',
);
const DOCUMENTS = text(
  'DOCUMENTS',
  '',
  'operations that clients send by their hash: a manifest (npm run documents) or a folder of .graphql files',
);
const DOCUMENTS_MODE: Setting<string> = {
  name: 'DOCUMENTS_MODE',
  meaning: '"only" carries out nothing but DOCUMENTS, "any" other documents, too',
  byDefault: 'any',
  read: given => (given === 'any' || given === 'only' ? { value: given } : { mustBe: '"any" or "only"' }),
};
const SDL_POLL_MS = wholeNumber(
  'SDL_POLL_MS',
  30_000,
  [50, 3_600_000],
  'how often departments are asked whether their schema has changed, in ms',
);
const DEPARTMENT_PORT = port('DEPARTMENT_PORT', 4010, 'port on which departments report outcomes (mutual TLS only)');
const DATABASE_URL: Setting<string> = {
  name: 'DATABASE_URL',
  meaning: 'PostgreSQL that several gateways share (postgres://…); absent: a SQLite file below DATA_DIR',
  byDefault: '',
  secret: true,
  read: given =>
    given === '' || (/^postgres(ql)?:\/\//.test(given) && URL.canParse(given))
      ? { value: given }
      : { mustBe: 'an address that begins with postgres:// or postgresql://' },
};
const METRICS_PORT = optionalPort(
  'METRICS_PORT',
  'port of /metrics for Prometheus, without a token; absent: only on PORT, for supervisors and auditors',
);
const METRICS_HOST = text('METRICS_HOST', '127.0.0.1', 'address on which METRICS_PORT listens');
const DRAIN_WAIT_MS = wholeNumber(
  'DRAIN_WAIT_MS',
  0,
  [0, 5_000],
  'on a stop, how long requests are still taken while /health/ready says 503, in ms',
);
const TSA_URL = address(
  'TSA_URL',
  ['http', 'https'],
  'address of the time-stamp authority (RFC 3161); made of HOST and TSA_PORT when absent',
);

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
  FALLBACK_FONTS,
  DEPARTMENT_PORT,
  DATA_DIR,
  DATABASE_URL,
  INLINE_BUDGET_MS,
  DEPARTMENT_TIMEOUT_MS,
  SDL_POLL_MS,
  REQUEST_TIMEOUT_MS,
  IN_FLIGHT_MAX,
  IN_FLIGHT_PER_CLIENT_MAX,
  DOCUMENTS,
  DOCUMENTS_MODE,
  ...watchSettings,
  ...identitySettings,
  METRICS_PORT,
  METRICS_HOST,
  DRAIN_WAIT_MS,
  ...departmentIds.flatMap(id => [departmentPort(id), departmentUrl(id)]),
  TSA_PORT,
  TSA_URL,
];

/** @throws {WrongSetting} */
export function gatewayConfig(environment: NodeJS.ProcessEnv): GatewayConfig {
  const read = <Value>(setting: Setting<Value>): Value => readSetting(setting, environment);
  const dataDir = resolve(read(DATA_DIR));
  const host = read(HOST);
  const port = read(PORT);
  const documents = read(DOCUMENTS);
  const metricsPort = read(METRICS_PORT);
  const near = hostInUrl(nearHost(host));
  const urlOf = (id: DepartmentId): string => read(departmentUrl(id)) || `https://${near}:${read(departmentPort(id))}`;
  return {
    host,
    port,
    publicUrl: readPublicUrl(environment),
    press: readPressSettings(environment),
    localUrl: `http://${near}:${port}`,
    inlineBudgetMs: read(INLINE_BUDGET_MS),
    departmentTimeoutMs: read(DEPARTMENT_TIMEOUT_MS),
    sdlPollMs: read(SDL_POLL_MS),
    requestTimeoutMs: read(REQUEST_TIMEOUT_MS),
    inFlightMax: read(IN_FLIGHT_MAX),
    inFlightPerClientMax: read(IN_FLIGHT_PER_CLIENT_MAX),
    documents: documents === '' ? null : resolve(documents),
    documentsOnly: documentsMode(read(DOCUMENTS_MODE), documents),
    production: read(NODE_ENV) === 'production',
    watch: watchConfig(environment),
    identity: identityConfig(environment, join(dataDir, 'center')),
    metrics: metricsPort === null ? null : { host: read(METRICS_HOST), port: metricsPort },
    drainWaitMs: read(DRAIN_WAIT_MS),
    folder: join(dataDir, 'center'),
    trustFolder: join(dataDir, 'trust'),
    listenerPort: read(DEPARTMENT_PORT),
    databaseUrl: read(DATABASE_URL) || null,
    departmentUrls: Object.fromEntries(departmentIds.map(id => [id, urlOf(id)])) as Record<DepartmentId, string>,
    timeStampUrl: read(TSA_URL) || `http://${near}:${read(TSA_PORT)}`,
  };
}

/** @throws {WrongSetting} */
function documentsMode(mode: string, documents: string): boolean {
  if (mode !== 'only') return false;
  if (documents === '') throw new WrongSetting('DOCUMENTS_MODE is "only", so DOCUMENTS must be given.');
  return true;
}
