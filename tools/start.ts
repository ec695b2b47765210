import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureHierarchy } from '../certs/ca.ts';
import { type GatewayConfig, gatewayConfig, gatewaySettings } from '../gateway/config.ts';
import { signToken, tokenKey } from '../gateway/token.ts';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { departmentConfig } from '../subgraphs/config.ts';
import { sealHolders } from '../subgraphs/holders.ts';
import { CannotStart, sentenceOf } from '../subgraphs/process.ts';
import { DATA_DIR, describeSettings, readSetting } from '../subgraphs/settings.ts';

const USAGE = `npm start [-- --no-sample]

Makes keys and data when absent, starts the gateway and every department as servers of their own, registers one
synthetic enterprise through the public mutation, and serves until Ctrl-C.

  --no-sample  registers nothing

Settings, from the environment:
`;
/** The first start makes keys and tables. */
const startMaxMs = 60_000;
/** Every process gives up what is open after 10 s of its own; whoever is left then is killed. */
const stopMaxMs = 15_000;

const environment = process.env;
const children: { readonly name: string; readonly process: ChildProcess }[] = [];
let stopping = false;

async function start(withSample: boolean): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  const dataDir = resolve(readSetting(DATA_DIR, environment));
  const gateway = gatewayConfig(environment);
  await mustBeFree([
    { name: 'gateway', host: gateway.host, port: gateway.port },
    ...departmentIds.map(id => ({ name: id, ...departmentConfig(id, environment) })),
  ]);
  makeFolder(dataDir);
  ensureHierarchy({ dataDir, holders: sealHolders(), now: new Date() });
  const key = await tokenKey(join(gateway.folder, 'keys', 'token-key.json'));

  await Promise.all(departmentIds.map(id => launch(id, 'subgraphs/serve.ts', [id])));
  await launch('gateway', 'gateway/serve.ts', []);
  if (withSample && !stopping) {
    await registerSample(gateway, dataDir, await signToken(key, SAMPLE_CLERK)).catch((error: unknown) => {
      if (!stopping) console.error(`The sample was not registered: ${sentenceOf(error)}`);
    });
  }
  if (stopping) return;
  console.log(`\nThe graph: ${gateway.publicUrl}/graphql   (npm run token -- CLERK prints a token)`);
  console.log('Ctrl-C ends everything.');
}

/** Before anything is made: a start that fails halfway would leave servers to be ended. */
async function mustBeFree(servers: readonly { name: string; host: string; port: number }[]): Promise<void> {
  for (const [at, { name, host, port }] of servers.entries()) {
    const other = servers.slice(0, at).find(before => before.port === port);
    if (other)
      throw new CannotStart(`Port ${port} is given to both ${other.name} and ${name}: choose another for one.`);
    await new Promise<void>((free, taken) => {
      const probe = createServer().once('error', taken);
      probe.listen(port, host, () => probe.close(() => free()));
    });
  }
}

function makeFolder(dataDir: string): void {
  try {
    makeWithParents(dataDir);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOTDIR' || code === 'EEXIST' ? 'a file is in the way' : (code ?? 'it is refused');
    throw new CannotStart(`DATA_DIR ${dataDir} can't be made or written to: ${why}.`);
  }
}

/** Folder by folder: Node's recursive mkdir never returns where a parent takes no folders, as in /proc. */
function makeWithParents(folder: string): void {
  if (existsSync(folder)) {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: 'EEXIST' });
    return;
  }
  makeWithParents(dirname(folder));
  mkdirSync(folder);
}

/** Starts one server of its own and waits until it serves, or everything is being stopped. */
async function launch(name: string, file: string, args: readonly string[]): Promise<void> {
  if (stopping) return;
  const child = fork(fileURLToPath(new URL(`../${file}`, import.meta.url)), args, { execArgv: [] });
  children.push({ name, process: child });
  await new Promise<void>((ready, failed) => {
    const timer = setTimeout(
      () => failed(new CannotStart(`${name} did not start within ${startMaxMs / 1000} s.`)),
      startMaxMs,
    );
    child.once('message', () => {
      clearTimeout(timer);
      ready();
    });
    child.once('exit', (status, signal) => {
      clearTimeout(timer);
      ready();
      const how = signal === null ? `exit status ${status}` : signal;
      void fail(`${name} has ended (${how}); everything is stopped.`);
    });
  });
}

async function fail(sentence: string): Promise<void> {
  if (!stopping) console.error(sentence);
  await stop(1);
}

/** The gateway first: it is the one that sends work to the others, and waits for their answers. */
async function stop(status: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const timer = setTimeout(() => {
    for (const { process: child } of children) child.kill('SIGKILL');
  }, stopMaxMs);
  await end(children.filter(({ name }) => name === 'gateway'));
  await end(children);
  clearTimeout(timer);
  process.exit(status);
}

async function end(some: typeof children): Promise<void> {
  const running = some.filter(({ process: child }) => child.exitCode === null && child.signalCode === null);
  const ended = running.map(({ process: child }) => new Promise(resolve => child.once('exit', resolve)));
  for (const { process: child } of running) child.kill('SIGTERM');
  await Promise.all(ended);
}

// --- the sample ------------------------------------------------------------------------------------------------------

const SAMPLE_CLERK = { subject: 'sample-clerk', role: 'CLERK', region: '371002' } as const;

/** A synthetic enterprise; its persons were born in the 1890s, so that nobody alive is meant. */
function sampleInput(): Record<string, unknown> {
  const paper = (kind: string, title: string) => ({
    kind,
    title,
    trust: 'B',
    mediaType: 'application/pdf',
    sha256: createHash('sha256').update(title).digest('hex'),
  });
  const person = { name: '甲子某', idNumber: '371002189503070019' };
  return {
    requestId: 'sample-1',
    regime: 'R2',
    regionCode: '371002',
    name: { tradingName: '示例星桥', trade: '软件', form: '有限公司' },
    enterpriseType: 'LIMITED_COMPANY',
    registeredCapital: '500000.00',
    address: '威海市环翠区示例路1号',
    businessScope: '软件开发；信息系统集成服务',
    industryCode: '6513',
    legalRepresentative: { ...person, phone: '063100000000' },
    founders: [
      { ...person, contribution: '300000.00' },
      { name: '乙丑某', idNumber: '371002189811230029', contribution: '200000.00' },
    ],
    sealOrders: ['COMPANY', 'FINANCE'],
    materials: [
      paper('APPLICATION_FORM', '登记申请书'),
      paper('ARTICLES', '公司章程'),
      paper('IDENTITY', '身份证明'),
      paper('ADDRESS_PROOF', '住所证明'),
      paper('APPOINTMENT', '任职文件'),
    ],
  };
}

const MUTATION = `mutation RegisterEnterprise($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    number state
    certificates { kind number holder sealUrl record }
    waitingFor { department reason }
  }
}`;

interface Registered {
  readonly number: string;
  readonly state: string;
  readonly certificates: readonly Certificate[];
  readonly waitingFor: readonly { readonly department: string; readonly reason: string }[];
}
interface Certificate {
  readonly kind: string;
  readonly number: string;
  readonly holder: string;
  readonly record: string;
  /** Null for a department that has no seal. */
  readonly sealUrl: string | null;
}

/** Longer than any inline budget. */
const sampleTimeoutMs = 90_000;

async function registerSample({ localUrl, publicUrl }: GatewayConfig, dataDir: string, token: string): Promise<void> {
  const response = await fetch(`${localUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: MUTATION, variables: { input: sampleInput() } }),
    signal: AbortSignal.timeout(sampleTimeoutMs),
  });
  const { data, errors } = (await response.json()) as {
    data?: { registerEnterprise: Registered };
    errors?: readonly { message: string }[];
  };
  if (!data) throw new CannotStart(`${errors?.[0]?.message ?? `HTTP status ${response.status}`}.`);
  const { number, state, certificates, waitingFor } = data.registerEnterprise;
  const folder = join(dataDir, 'sample');
  mkdirSync(folder, { recursive: true });
  console.log(`\nCase ${number}: ${state}`);
  for (const { kind, number: printed, holder, sealUrl, record } of certificates) {
    console.log(`  ${kind.padEnd(18)} ${printed.padEnd(20)} ${holder}`);
    writeFileSync(join(folder, `${kind}.json`), record);
    if (sealUrl === null) continue;
    const seal = await fetch(`${localUrl}${sealUrl.slice(publicUrl.length)}`);
    writeFileSync(join(folder, `${kind}.p7s`), Buffer.from(await seal.arrayBuffer()));
  }
  for (const { department, reason } of waitingFor) console.log(`  waits for ${department}: ${reason}`);
  const sealed = certificates.find(({ sealUrl }) => sealUrl !== null);
  if (sealed) {
    const file = join(relative(process.cwd(), folder), `${sealed.kind}.p7s`);
    console.log(`\nVerify offline: npm run verify -- ${/\s/.test(file) ? `"${file}"` : file}`);
  }
}

try {
  const [option, ...more] = process.argv.slice(2);
  if (option === '--help' || option === '-h') {
    console.log(`${USAGE}${describeSettings(gatewaySettings)}`);
  } else if ((option !== undefined && option !== '--no-sample') || more.length > 0) {
    throw new CannotStart(`"${more[0] ?? option}" is no option of npm start: --no-sample and --help are.`);
  } else {
    await start(option === undefined);
  }
} catch (error) {
  await fail(sentenceOf(error));
}
