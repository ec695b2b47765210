import { type ChildProcess, fork } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { completeHierarchy } from '../certs/ca.ts';
import { wantElectronicSeals } from '../certs/hierarchy/electronic-seals.ts';
import { gatewayConfig, gatewaySettings } from '../gateway/config.ts';
import { providerConfig } from '../identity/config.ts';
import { demoSigner } from '../identity/sign.ts';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { departmentConfig } from '../subgraphs/config.ts';
import { sealHolders } from '../subgraphs/holders.ts';
import { openOwnPress, readPressSettings } from '../subgraphs/own-press.ts';
import { CannotStart, sentenceOf } from '../subgraphs/process.ts';
import { DATA_DIR, describeSettings, readSetting } from '../subgraphs/settings.ts';
import { timeStampConfig } from '../time-stamp/config.ts';
import { readStartOptions, type StartOptions } from './start/options.ts';
import { rangeOf, renewRange } from './start/range.ts';
import { keepListsFresh } from './start/revocation-lists.ts';
import { registerSample, SAMPLE_CLERK } from './start/sample.ts';

const USAGE = `npm start [-- [--no-sample] [--departments range]]

Makes keys and data when absent, starts an identity provider, a time-stamp authority, every department and the gateway as
servers of their own, registers one synthetic enterprise through the public mutation, and serves until Ctrl-C. With the
provider of an office (OIDC_ISSUER or OIDC_JWKS) neither the provider nor the enterprise is made here, with the time-stamp
authority of an office (TSA_URL) no such authority.

  --no-sample          registers nothing
  --departments range  the department of seals has a key of SM2 with SM3 (国密), and seals in the form of GB/T 38540, too:
                       the key is made so when there is none, and renewed once when there is one of another suite. It stays
                       when the option is left out

Settings, from the environment:
`;
/** The first start makes keys and tables. */
const startMaxMs = 60_000;
/** Every process gives up what is open after 10 s of its own; whoever is left then is killed. */
const stopMaxMs = 15_000;

const environment = process.env;
const children: { readonly name: string; readonly process: ChildProcess }[] = [];
let stopping = false;

async function start({ withSample, isRange }: StartOptions): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  const dataDir = resolve(readSetting(DATA_DIR, environment));
  const gateway = gatewayConfig(environment);
  const provider = providerConfig(environment);
  const timeStamps = timeStampConfig(environment);
  // Whoever names another provider has persons of its own, and no token for the sample.
  const isOwn = gateway.identity.issuer === provider.issuer && gateway.identity.pinnedKeys === null;
  const stampsItself = gateway.timeStampUrl === timeStamps.localUrl;
  await mustBeFree([
    { name: 'gateway', host: gateway.host, port: gateway.port },
    { name: "the gateway's listener for departments", host: gateway.host, port: gateway.listenerPort },
    ...departmentIds.map(id => ({ name: id, ...departmentConfig(id, environment) })),
    ...(stampsItself ? [{ name: 'time-stamp', host: timeStamps.host, port: timeStamps.port }] : []),
    ...(isOwn ? [{ name: 'identity', host: provider.host, port: provider.port }] : []),
  ]);
  makeFolder(dataDir);
  await makeKeys(dataDir, isRange).catch(keysUnusable);

  // Before all who read its tokens, so that none has to look for it twice.
  if (isOwn) await launch('identity', 'identity/serve.ts', []);
  await Promise.all([
    ...(stampsItself ? [launch('time-stamp', 'time-stamp/serve.ts', [])] : []),
    ...departmentIds.map(id => launch(id, 'subgraphs/serve.ts', [id])),
  ]);
  await launch('gateway', 'gateway/serve.ts', []);
  if (withSample && isOwn && !stopping) {
    const sign = await demoSigner(environment);
    await registerSample(gateway, dataDir, await sign(SAMPLE_CLERK)).catch((error: unknown) => {
      if (!stopping) console.error(`The sample was not registered: ${sentenceOf(error)}`);
    });
  }
  if (stopping) return;
  console.log(`\nVerify in a browser: ${gateway.publicUrl}/verify`);
  console.log(`The graph: ${gateway.publicUrl}/graphql   (npm run token -- CLERK prints a token)`);
  if (isOwn) console.log(`Tokens by client credentials: ${provider.issuer}/token`);
  console.log(`Time stamps (RFC 3161): ${gateway.timeStampUrl}`);
  console.log('Ctrl-C ends everything.');
}

async function makeKeys(dataDir: string, isRange: boolean): Promise<void> {
  const now = new Date();
  if (isRange) await renewRange(dataDir, now);
  const holders = isRange ? rangeOf(sealHolders()) : sealHolders();
  const press = wantElectronicSeals(dataDir, holders) ? await openOwnPress(readPressSettings(environment)) : undefined;
  try {
    const pictures = press && { sealPictures: press.sealPicture };
    await completeHierarchy({ dataDir, holders, now, ...pictures });
  } finally {
    press?.close();
  }
  keepListsFresh(dataDir, ({ message }) => console.error(`A revocation list was not issued: ${message}.`));
}

/** What is wrong with keys is told in one sentence; a folder that can't be written has one of its own. */
function keysUnusable(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  throw code === undefined ? new CannotStart(`The keys can't be used: ${message}.`, { cause: error }) : error;
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

try {
  const options = readStartOptions(process.argv.slice(2));
  if (options.help) console.log(`${USAGE}${describeSettings(gatewaySettings)}`);
  else await start(options);
} catch (error) {
  await fail(sentenceOf(error));
}
