import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHierarchy } from '../../certs/ca.ts';
import { demoKeysFile } from '../../identity/config.ts';
import { demoSigner } from '../../identity/sign.ts';
import type { Role } from '../../subgraphs/caller.ts';
import { type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { ownSealer } from '../../subgraphs/keys.ts';
import { randomOf } from '../generate/random.ts';
import { type CallBack, createCallBack } from './call-back.ts';
import { type Fate, fateOf } from './fate.ts';
import { befall, drawFault } from './fault.ts';
import { type Call, type Line, openLine, type Reply } from './line.ts';
import { makePlace, type Place, type StoreKind } from './place.ts';
import { createServers, findPorts, type ServerProcess, type Servers } from './servers.ts';
import { createSlowDepartment, type SlowDepartment } from './slow-department.ts';
import { countUp, type Tally } from './tally.ts';

/** The whole product as processes of their own, on loopback, with lines between gateways and departments. */
export interface Arena {
  readonly dataDir: string;
  readonly place: Place;
  readonly gateways: readonly GatewaySlot[];
  readonly callBack: CallBack;
  readonly street: Street;
  token(subject: string, role: Role): Promise<string>;
  /** Ends everything that was started; keeps the data where asked. */
  close(keep: boolean): Promise<void>;
}

/** What lies between gateways and departments. */
export interface Street {
  /** Filings with slow departments that are not at their end. */
  readonly openWithPeople: number;
  /** Calls by what befell them. */
  readonly faults: Tally;
  /** From now on nothing befalls a call any more. */
  calm(): void;
}

/** Where a gateway runs, again and again, on the same ports. */
export interface GatewaySlot {
  readonly name: string;
  readonly url: string;
  /** What its processes print. */
  readonly logFile: string;
  readonly current: ServerProcess | undefined;
  start(): ServerProcess;
}

export interface ArenaOptions {
  readonly store: StoreKind;
  readonly gateways: number;
  readonly seed: number;
  readonly departmentTimeoutMs: number;
  readonly inlineBudgetMs: number;
  /** What befalls a call before it gets to where it is answered; the seed's faults and people when absent. */
  readonly through?: (department: DepartmentId, call: Call, answer: (call: Call) => Promise<Reply>) => Promise<Reply>;
}

const AT_ONCE: Fate = { is: 'AT_ONCE' };

/** @throws {NoPostgres} */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  const dataDir = mkdtempSync(join(tmpdir(), 'one-window-torture-'));
  const servers = createServers();
  const closing: (() => unknown)[] = [];
  let place: Place | undefined;
  const close = async (keep: boolean): Promise<void> => {
    await servers.endAll();
    for (const end of closing.reverse()) await end();
    if (keep) return;
    rmSync(dataDir, { recursive: true, force: true });
    await place?.remove();
  };
  try {
    place = await makePlace(options.store, dataDir);
    return { ...(await fillArena(options, { dataDir, servers, closing, place })), close };
  } catch (error) {
    await close(false);
    throw error;
  }
}

interface Ground {
  readonly dataDir: string;
  readonly servers: Servers;
  readonly place: Place;
  /** Added to while things are opened, so that a failure halfway closes what there is. */
  readonly closing: (() => unknown)[];
}

async function fillArena(options: ArenaOptions, ground: Ground): Promise<Omit<Arena, 'close'>> {
  const { dataDir, servers, closing, place } = ground;
  ensureHierarchy({ dataDir, holders: sealHolders(), now: new Date() });
  const ports = await findPorts(2 * departmentIds.length + 2 * options.gateways + 1);
  const take = (count: number): readonly number[] => (ports as number[]).splice(0, count);
  const [departmentPorts, linePorts] = [take(departmentIds.length), take(departmentIds.length)];
  const [publicPorts, listenerPorts] = [take(options.gateways), take(options.gateways)];
  const [timeStampPort] = take(1);

  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    // A start costs more than anything else here; what was compiled once is not compiled again.
    NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
    DATA_DIR: dataDir,
    OIDC_JWKS: demoKeysFile(dataDir),
    DEPARTMENT_TIMEOUT_MS: String(options.departmentTimeoutMs),
    INLINE_BUDGET_MS: String(options.inlineBudgetMs),
    TSA_PORT: String(timeStampPort),
    ...('url' in place.of ? { DATABASE_URL: place.of.url } : {}),
    ...settingsOf('PORT', departmentPorts),
    ...settingsOf(
      'URL',
      linePorts.map(port => `https://127.0.0.1:${port}`),
    ),
  };
  const start = (name: string, file: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): ServerProcess =>
    servers.start({
      name,
      file,
      args,
      environment: { ...environment, ...more },
      logFile: join(dataDir, `${name}.log`),
    });

  const sign = await demoSigner(environment);
  await Promise.all([
    mustServe(start('time-stamp', 'time-stamp/serve.ts', [])),
    ...departmentIds.map(id => mustServe(start(id, 'subgraphs/serve.ts', [id]))),
  ]);
  const callBack = createCallBack(dataDir, listenerPorts);
  closing.push(() => callBack.stop());
  const street = await openStreet(options, ground, { departmentPorts, linePorts, callBack });

  const gateways = publicPorts.map((port, at) => {
    const name = `gateway-${at + 1}`;
    const own = { PORT: String(port), DEPARTMENT_PORT: String(listenerPorts[at]) };
    return slotOf(name, port, join(dataDir, `${name}.log`), () => start(name, 'gateway/serve.ts', [], own));
  });
  return {
    dataDir,
    place,
    gateways,
    callBack,
    street,
    token: (subject, role) => sign({ subject, role, region: null }),
  };
}

const settingsOf = (kind: 'PORT' | 'URL', values: readonly (string | number)[]): NodeJS.ProcessEnv =>
  Object.fromEntries(departmentIds.map((id, at) => [`${id.toUpperCase()}_${kind}`, String(values[at])]));

/** The lines to all departments, with what befalls calls on them and the people at their other end. */
async function openStreet(
  { seed, departmentTimeoutMs, through }: ArenaOptions,
  { dataDir, closing }: Ground,
  ways: {
    readonly departmentPorts: readonly number[];
    readonly linePorts: readonly number[];
    readonly callBack: CallBack;
  },
): Promise<Street> {
  const people: SlowDepartment[] = [];
  const faults = new Map<string, number>();
  let isCalm = false;
  for (const [at, department] of departmentIds.entries()) {
    const random = randomOf(seed, at, faultSalt);
    const disturb = (call: Call, answer: (call: Call) => Promise<Reply>): Promise<Reply> => {
      const fault = isCalm ? ({ is: 'NONE' } as const) : drawFault(random, departmentTimeoutMs);
      countUp(faults, fault.is);
      return befall(fault, call, answer);
    };
    const line: Line = await openLine({
      dataDir,
      department,
      listenPort: ways.linePorts[at] as number,
      departmentPort: ways.departmentPorts[at] as number,
      answer: call => (through ? through(department, call, slow.answer) : disturb(call, slow.answer)),
    });
    const slow = createSlowDepartment({
      department,
      sealer: ownSealer(join(dataDir, department, 'keys')),
      callBack: ways.callBack,
      ask: line.ask,
      fateOf: (operationId, item) => (through ? AT_ONCE : fateOf(seed, operationId, item)),
    });
    people.push(slow);
    closing.push(
      () => line.close(),
      () => slow.stop(),
    );
  }
  return {
    faults,
    get openWithPeople() {
      return people.reduce((sum, { open }) => sum + open, 0);
    },
    calm() {
      isCalm = true;
    },
  };
}

/** Keeps the chance of the lines apart from that of everything else. */
const faultSalt = 11;

async function mustServe(server: ServerProcess): Promise<void> {
  await server.started;
  if (server.servingSinceMs === undefined) throw new Error(`${server.name} did not start; its log says why`);
}

function slotOf(name: string, port: number, logFile: string, launch: () => ServerProcess): GatewaySlot {
  let current: ServerProcess | undefined;
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    logFile,
    get current() {
      return current;
    },
    start() {
      current = launch();
      return current;
    },
  };
}
