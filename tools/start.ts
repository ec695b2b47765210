import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureHierarchy } from '../certs/ca.ts';
import { gatewayConfig, gatewaySettings } from '../gateway/config.ts';
import { signToken, tokenKey } from '../gateway/token.ts';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { departmentConfig, departmentPort } from '../subgraphs/config.ts';
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
const stopMaxMs = 15_000;

const environment = process.env;
const children: { readonly name: string; readonly process: ChildProcess }[] = [];
let stopping = false;

async function start(withSample: boolean): Promise<void> {
  const dataDir = resolve(readSetting(DATA_DIR, environment));
  const gateway = gatewayConfig(environment);
  const servers = [
    { name: 'gateway', host: gateway.host, port: gateway.port },
    ...departmentIds.map(id => ({ name: id as string, ...departmentConfig(id, environment) })),
  ];
  for (const { host, port } of servers) await mustBeFree(port, host);
  makeFolder(dataDir);
  ensureHierarchy({ dataDir, holders: sealHolders(), now: new Date() });
  const key = await tokenKey(join(gateway.folder, 'keys', 'token-key.json'));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  await Promise.all(departmentIds.map(id => launch(id, 'subgraphs/serve.ts', [id])));
  await launch('gateway', 'gateway/serve.ts', []);
  if (stopping) return;
  if (withSample) await registerSample(gateway.publicUrl, dataDir, await signToken(key, SAMPLE_CLERK));
  console.log(`\nThe graph: ${gateway.publicUrl}/graphql   (npm run token -- CLERK prints a token)`);
  console.log('Ctrl-C ends everything.');
}

async function mustBeFree(port: number, host: string): Promise<void> {
  await new Promise<void>((free, taken) => {
    const probe = createServer().once('error', taken);
    probe.listen(port, host, () => probe.close(() => free()));
  });
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOTDIR' || code === 'EEXIST' ? 'a file is in the way' : (code ?? 'it is refused');
    throw new CannotStart(`DATA_DIR ${dataDir} can't be made: ${why}.`);
  }
}

/** Starts one server of its own and waits until it serves. */
async function launch(name: string, file: string, args: readonly string[]): Promise<void> {
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
    child.once('exit', status => {
      clearTimeout(timer);
      if (stopping) return ready();
      failed(new CannotStart(`${name} could not start (exit status ${status}).`));
      void fail(`${name} has ended (exit status ${status}); everything is stopped.`);
    });
  });
}

async function fail(sentence: string): Promise<void> {
  if (!stopping) console.error(sentence);
  await stop(1);
}

async function stop(status: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const running = children.filter(({ process: child }) => child.exitCode === null && child.signalCode === null);
  const ended = running.map(({ process: child }) => new Promise(resolve => child.once('exit', resolve)));
  // The gateway first: it is the one that sends work to the others.
  for (const { process: child } of running.reverse()) child.kill('SIGTERM');
  const timer = setTimeout(() => {
    for (const { process: child } of running) child.kill('SIGKILL');
  }, stopMaxMs);
  await Promise.all(ended);
  clearTimeout(timer);
  process.exit(status);
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
  readonly certificates: readonly { kind: string; number: string; holder: string; sealUrl: string; record: string }[];
  readonly waitingFor: readonly { readonly department: string; readonly reason: string }[];
}

async function registerSample(publicUrl: string, dataDir: string, token: string): Promise<void> {
  const response = await fetch(`${publicUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: MUTATION, variables: { input: sampleInput() } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { registerEnterprise: Registered };
    errors?: readonly { message: string }[];
  };
  if (!data) throw new CannotStart(`The sample could not be registered: ${errors?.[0]?.message ?? response.status}.`);
  const { number, state, certificates, waitingFor } = data.registerEnterprise;
  const folder = join(dataDir, 'sample');
  mkdirSync(folder, { recursive: true });
  console.log(`\nCase ${number}: ${state}`);
  for (const { kind, number: printed, holder, sealUrl, record } of certificates) {
    console.log(`  ${kind.padEnd(18)} ${printed.padEnd(20)} ${holder}`);
    const seal = await fetch(sealUrl);
    writeFileSync(join(folder, `${kind}.json`), record);
    writeFileSync(join(folder, `${kind}.p7s`), Buffer.from(await seal.arrayBuffer()));
  }
  for (const { department, reason } of waitingFor) console.log(`  waits for ${department}: ${reason}`);
  const [first] = certificates;
  if (first)
    console.log(`\nVerify offline: npm run verify -- ${join(relative(process.cwd(), folder), `${first.kind}.p7s`)}`);
}

try {
  const [option, ...more] = process.argv.slice(2);
  if (option === '--help' || option === '-h') {
    const settings = [...gatewaySettings(environment), ...departmentIds.map(departmentPort)];
    console.log(`${USAGE}${describeSettings(settings)}`);
  } else if ((option !== undefined && option !== '--no-sample') || more.length > 0) {
    throw new CannotStart(`"${more[0] ?? option}" is no option of npm start: --no-sample and --help are.`);
  } else {
    await start(option === undefined);
  }
} catch (error) {
  await fail(sentenceOf(error));
}
