import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signToken, tokenKey } from '../gateway/token.ts';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { newestRegime } from '../subgraphs/regimes.ts';
import { application } from '../test/fixtures/application.ts';
import { freePorts } from '../test/fixtures/ports.ts';
import { type Figure, quantile, rounded } from './figure.ts';

/**
 * Machine time of one R2 case on an idle machine: cases one after another through the public mutation, every server a
 * process of its own, seals made and checked, every write flushed to the disk. And where the time goes: by wave of the
 * regime's graph, by process, and beside it the disk's own flushes.
 */
const warmUpCases = 200;
const measuredCases = 50;
const p50TargetMs = 25;
const clockTickMs = 10;

export async function caseBench(log: (line: string) => void): Promise<readonly Figure[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'one-window-bench-'));
  const product = await startProduct(dataDir);
  try {
    const key = await tokenKey(join(dataDir, 'center', 'keys', 'token-key.json'));
    const token = await signToken(key, { subject: 'bench', role: 'CLERK', region: null });
    for (let at = 0; at < warmUpCases; at++) await registerOne(product.url, token);
    const cpuBefore = product.cpuMs();
    const runs: { readonly ms: number; readonly case: RegisteredCase }[] = [];
    for (let at = 0; at < measuredCases; at++) {
      const began = performance.now();
      const registered = await registerOne(product.url, token);
      runs.push({ ms: performance.now() - began, case: registered });
    }
    const cpuAfter = product.cpuMs();
    const times = runs.map(({ ms }) => ms);
    log(`${measuredCases} R2 cases one after another, through the public mutation`);
    log(
      `  p50 ${rounded(quantile(times, 0.5))} ms, p99 ${rounded(quantile(times, 0.99))} ms, least ${rounded(Math.min(...times))} ms`,
    );
    log('where the time goes (median, ms):');
    for (const [wave, ms] of wavesOf(runs)) log(`  ${wave.padEnd(46)} ${rounded(ms)}`);
    log('CPU per case (ms), by process:');
    for (const [name, ms] of cpuAfter)
      log(`  ${name.padEnd(46)} ${rounded((ms - (cpuBefore.get(name) ?? 0)) / measuredCases)}`);
    const p50 = rounded(quantile(times, 0.5));
    return [
      { ...NONE, figure: 'cases.single.p50', value: p50, target: `≤ ${p50TargetMs} ms`, met: p50 <= p50TargetMs },
      { ...NONE, figure: 'cases.single.p99', value: rounded(quantile(times, 0.99)) },
    ];
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const NONE = { unit: 'ms', against: null, ratio: null, target: null, met: null } as const;

interface RegisteredCase {
  readonly state: string;
  readonly items: readonly { readonly item: string; readonly sentAt: string; readonly outcomeAt: string }[];
}

/** The median time of each wave: items that are filed together, from being sent to the last outcome. */
function wavesOf(runs: readonly { readonly ms: number; readonly case: RegisteredCase }[]): [string, number][] {
  const needsOf = new Map(
    newestRegime('R2')?.items.map(({ item, needs }) => [item as string, needs as readonly string[]]),
  );
  const depthOf = (item: string): number => Math.max(0, ...(needsOf.get(item) ?? []).map(need => 1 + depthOf(need)));
  const waves = Map.groupBy(needsOf.keys(), depthOf);
  const span = (items: RegisteredCase['items'], names: readonly string[]): number => {
    const own = items.filter(({ item }) => names.includes(item));
    return (
      Math.max(...own.map(({ outcomeAt }) => Date.parse(outcomeAt))) -
      Math.min(...own.map(({ sentAt }) => Date.parse(sentAt)))
    );
  };
  const rows = [...waves].map(([, names]): [string, number] => [
    `filing ${names.join(', ')}`,
    quantile(
      runs.map(run => span(run.case.items, names)),
      0.5,
    ),
  ]);
  const filed = quantile(
    runs.map(run => span(run.case.items, [...needsOf.keys()])),
    0.5,
  );
  const whole = quantile(
    runs.map(({ ms }) => ms),
    0.5,
  );
  return [...rows, ['the rest: request, door, opening, prechecks, answer', whole - filed]];
}

async function registerOne(url: string, token: string): Promise<RegisteredCase> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: MUTATION, variables: { input: application({ regime: 'R2' }) } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { registerEnterprise: RegisteredCase };
    errors?: unknown;
  };
  if (data?.registerEnterprise.state !== 'CLOSED')
    throw new Error(`a case did not close: ${JSON.stringify(errors ?? data)}`);
  return data.registerEnterprise;
}

const MUTATION = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) { number state items { item sentAt outcomeAt } certificates { kind number sealUrl } }
}`;

interface Product {
  readonly url: string;
  /** CPU time so far, by process. */
  cpuMs(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

async function startProduct(dataDir: string): Promise<Product> {
  const ports = await freePorts(departmentIds.length + 1);
  const child = fork(fileURLToPath(new URL('../tools/start.ts', import.meta.url)), ['--no-sample'], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(ports[0]),
      ...Object.fromEntries(departmentIds.map((id, at) => [`${id.toUpperCase()}_PORT`, String(ports[at + 1])])),
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  await new Promise<void>((ready, failed) => {
    child.stdout?.on('data', chunk => String(chunk).includes('Ctrl-C') && ready());
    child.once('exit', status => failed(new Error(`the product could not start (exit status ${status})`)));
  });
  return {
    url: `http://127.0.0.1:${ports[0]}`,
    cpuMs: () => cpuOfChildren(child),
    stop: () =>
      new Promise(resolve => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** Linux only: user and system time of the servers that a process has started, from /proc. */
function cpuOfChildren({ pid }: ChildProcess): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[1]) !== pid) continue;
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').filter(Boolean);
      const name = departmentIds.find(id => id === command.at(-1)) ?? 'gateway';
      found.set(name, (Number(fields[11]) + Number(fields[12])) * clockTickMs);
    } catch {
      // A process that ended between the two looks.
    }
  }
  return found;
}
