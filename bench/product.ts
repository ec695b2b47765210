import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureHierarchy } from '../certs/ca.ts';
import { demoKeysFile } from '../identity/config.ts';
import { demoSigner } from '../identity/sign.ts';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { sealHolders } from '../subgraphs/holders.ts';
import { freePorts } from '../test/fixtures/ports.ts';
import { cpuClock } from './cpu.ts';
import type { Profile } from './profile.ts';

/** The product as it runs: the time-stamp authority, every department and every gateway a process of its own, on loopback. */
export interface Product {
  readonly dataDir: string;
  readonly token: string;
  readonly servers: readonly Server[];
  readonly gateways: readonly (Server & { readonly url: string })[];
  /** Starts one more gateway on the same data. */
  startGateway(): Promise<Server & { readonly url: string }>;
  /** Ends everything and deletes the data. */
  stop(): Promise<void>;
}

export interface Server {
  readonly name: string;
  readonly pid: number;
  /** Milliseconds so far. */
  cpuMs(): number;
  /** Samples what it does while the work lasts. */
  profiled(work: () => Promise<void>): Promise<Profile>;
  /** After everything that nobody needs was let go. */
  heapBytes(): Promise<number>;
  /** Tells it something. */
  send(message: object): void;
  stop(): Promise<void>;
}

export interface ProductSettings {
  /** 0: {@link Product.startGateway} does it. */
  readonly gateways: number;
  /** Undefined: a SQLite file. */
  readonly databaseUrl: string | undefined;
  /** Starts what stands in for the departments, at their ports and with their keys; absent: themselves. */
  readonly departments?: (environment: NodeJS.ProcessEnv, started: (server: Server) => void) => Promise<void>;
}

/** A server that has not begun by then will not. */
const startMaxMs = 60_000;
/** Servers give up what is open after 10 s of their own. */
const stopMaxMs = 15_000;

export async function startProduct({
  gateways,
  databaseUrl,
  departments = realDepartments,
}: ProductSettings): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), 'one-window-bench-'));
  const [gatewayPort, timeStampPort, ...ports] = await freePorts(2 + departmentIds.length);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'production',
    // A line for each request is no part of what is measured; what others are measured beside is started so, too.
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    OIDC_JWKS: demoKeysFile(dataDir),
    PORT: String(gatewayPort),
    TSA_PORT: String(timeStampPort),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...Object.fromEntries(departmentIds.map((id, at) => [`${id.toUpperCase()}_PORT`, String(ports[at])])),
  };
  ensureHierarchy({ dataDir, holders: sealHolders(), now: new Date() });
  const sign = await demoSigner(environment);
  const servers: Server[] = [];
  const gatewayServers: (Server & { url: string })[] = [];

  const product: Product = {
    dataDir,
    token: await sign({ subject: 'bench', role: 'CLERK', region: null }),
    servers,
    gateways: gatewayServers,
    async startGateway() {
      const [port, listenerPort] = (await freePorts(2)).map(String);
      const own = { ...environment, PORT: port, DEPARTMENT_PORT: listenerPort };
      const name = gatewayServers.length === 0 ? 'gateway' : `gateway ${gatewayServers.length + 1}`;
      const server = { ...(await startServer(name, 'gateway/serve.ts', [], own)), url: `http://127.0.0.1:${port}` };
      servers.push(server);
      gatewayServers.push(server);
      return server;
    },
    async stop() {
      // The gateways first: they are who sends work to the others.
      await Promise.all(gatewayServers.map(server => server.stop()));
      await Promise.all(servers.map(server => server.stop()));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    servers.push(await startServer('time-stamp', 'time-stamp/serve.ts', [], environment));
    await departments(environment, server => servers.push(server));
    for (let at = 0; at < gateways; at++) await product.startGateway();
  } catch (error) {
    await product.stop();
    throw error;
  }
  return product;
}

const realDepartments: NonNullable<ProductSettings['departments']> = async (environment, started) => {
  await Promise.all(
    departmentIds.map(async id => started(await startServer(id, 'subgraphs/serve.ts', [id], environment))),
  );
};

/** @param file From the root of the project. @param environment Holds DATA_DIR, where the log goes. */
export async function startServer(
  name: string,
  file: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Server> {
  // As on a server, where the log goes to a file: a terminal would be slower.
  const logFile = join(environment.DATA_DIR as string, `${name}.log`);
  const log = openSync(logFile, 'a');
  const child = fork(fileURLToPath(new URL(`../${file}`, import.meta.url)), args, {
    env: environment,
    execArgv: ['--import', new URL('./preloaded.ts', import.meta.url).href],
    stdio: ['ignore', 'ignore', log, 'ipc'],
  });
  closeSync(log);
  await ready(name, child, logFile);
  const pid = child.pid as number;
  return {
    name,
    pid,
    cpuMs: cpuClock(pid),
    heapBytes() {
      const told = new Promise<number>(resolve =>
        child.once('message', message => resolve((message as { heapBytes: number }).heapBytes)),
      );
      child.send('heap');
      return told;
    },
    async profiled(work) {
      child.send('profile');
      await work();
      const told = new Promise<Profile>(resolve =>
        child.once('message', message => resolve((message as { profile: Profile }).profile)),
      );
      child.send('stop profile');
      return told;
    },
    send: message => child.send(message),
    stop: () => stopped(child),
  };
}

async function ready(name: string, child: ChildProcess, logFile: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((begun, failed) => {
    timer = setTimeout(() => failed(new Error(`${name} did not start within ${startMaxMs / 1_000} s`)), startMaxMs);
    child.once('message', () => begun());
    child.once('exit', status =>
      failed(
        new Error(`${name} could not start (exit status ${status}): ${readFileSync(logFile, 'utf8').slice(-1_000)}`),
      ),
    );
  }).finally(() => clearTimeout(timer));
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMaxMs);
  await new Promise<void>(ended => {
    child.once('exit', () => ended());
    child.kill('SIGTERM');
  });
  clearTimeout(timer);
}
