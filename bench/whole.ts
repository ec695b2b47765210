import { newestRegime } from '../subgraphs/regimes.ts';
import { type Clerk, openClerk, type RegisteredCase } from './clerk.ts';
import { type BenchOptions, quantile, rounded } from './figure.ts';
import { type Load, load } from './load.ts';
import { openPlace, type StoreName } from './places.ts';
import { type Product, startProduct } from './product.ts';
import { linesOf } from './profile.ts';

/** The whole product, from the public mutation to certificates whose seals were made and checked. */
export interface Whole {
  readonly single: WholeRun;
  readonly many: WholeRun;
  /** Of two gateways on one database; undefined where a database is one gateway's own. */
  readonly two: WholeRun | undefined;
}

export interface WholeRun {
  readonly rate: number;
  readonly timesMs: readonly number[];
  /** Of all servers together, without the clients. */
  readonly cpuMsPerCase: number;
  /** Of the sealed papers that were answered with, the percentage with a time stamp; the others get theirs later. */
  readonly stampedPercent: number;
}

const clientsMany = 32;

export async function wholeOn(store: StoreName, options: BenchOptions): Promise<Whole> {
  const { quick, log } = options;
  const place = await openPlace(store);
  const databaseUrl = 'url' in place.at ? place.at.url : undefined;
  const product = await startProduct({ gateways: 1, databaseUrl });
  try {
    const times = quick
      ? { warmUp: { answers: 50, maxMs: 1_000 }, measuredMs: 1_000 }
      : { warmUp: { answers: 3_000, maxMs: 30_000 }, measuredMs: 8_000 };
    const warm = { ...times, warmUp: { answers: 50, maxMs: 2_000 } };
    // Servers that get one case a call must be run in for calls, of which there were fewer before.
    const calls = quick ? warm : { ...times, warmUp: { answers: 500, maxMs: 15_000 } };
    log(`the whole on ${store}, R2 through the public mutation:`);
    // A single case is measured when everything has been run in, as on a working day.
    const many = await run(product, { clients: clientsMany, ...times }, options);
    const single = await run(product, { clients: 1, ...calls }, options);
    await profiled(product, { clients: clientsMany, ...warm }, options);
    if (store === 'sqlite') return { single, many, two: undefined };
    await product.startGateway();
    return { single, many, two: await run(product, { clients: clientsMany, ...times }, options) };
  } finally {
    await product.stop();
    await place.drop();
  }
}

async function run(product: Product, times: Load, { log }: BenchOptions): Promise<WholeRun> {
  const cases: RegisteredCase[] = [];
  const meter = () => ({
    cpuMs: product.servers.map(server => server.cpuMs()),
    client: process.cpuUsage(),
    cases: cases.length,
  });
  const { rate, answers, timesMs, before, after } = await withClerks(product, times.clients, clerks =>
    load(async client => void cases.push(await (clerks[client % clerks.length] as Clerk).registerOne()), meter, times),
  );
  const cpu = product.servers.map((_, at) => ((after.cpuMs[at] ?? 0) - (before.cpuMs[at] ?? 0)) / answers);
  const cpuMsPerCase = cpu.reduce((sum, ms) => sum + ms, 0);
  const gateways = product.gateways.length === 1 ? '' : `, ${product.gateways.length} gateways`;
  log(
    `  ${times.clients} client${times.clients === 1 ? '' : 's'}${gateways}: ${rounded(rate)} cases/s, ` +
      `p50 ${rounded(quantile(timesMs, 0.5))} ms, p99 ${rounded(quantile(timesMs, 0.99))} ms`,
  );
  const clientMs =
    (after.client.user + after.client.system - before.client.user - before.client.system) / 1_000 / answers;
  const shares = product.servers.map(({ name }, at) => `${name} ${rounded(cpu[at] ?? 0, 2)}`);
  log(
    `    CPU a case, ms: ${shares.join(', ')}; together ${rounded(cpuMsPerCase, 2)} (the clients ${rounded(clientMs, 2)})`,
  );
  const stampedPercent = stampedOf(cases.slice(before.cases));
  log(`    stamped before they were shown: ${rounded(stampedPercent, 2)} % of the papers`);
  if (times.clients === 1) logWaves(cases.slice(before.cases), timesMs, log);
  return { rate, timesMs, cpuMsPerCase, stampedPercent };
}

function stampedOf(cases: readonly RegisteredCase[]): number {
  const papers = cases.flatMap(({ certificates, slips }) => [...certificates, ...slips]);
  return (papers.filter(({ stampedAt }) => stampedAt !== null).length / papers.length) * 100;
}

/** Clients are spread over the gateways; each keeps one connection. */
async function withClerks<Result>(
  { gateways, token }: Product,
  clients: number,
  work: (clerks: readonly Clerk[]) => Promise<Result>,
): Promise<Result> {
  const clerks = gateways.map(({ url }) => openClerk(url, token, Math.ceil(clients / gateways.length)));
  try {
    return await work(clerks);
  } finally {
    await Promise.all(clerks.map(clerk => clerk.close()));
  }
}

async function profiled(product: Product, times: Load, { profile, log, ...rest }: BenchOptions): Promise<void> {
  if (!profile) return;
  for (const server of product.servers) {
    const sampled = await server.profiled(async () => {
      await run(product, times, { ...rest, profile, log() {} });
    });
    log(`  where the time of ${server.name} goes:`);
    for (const line of linesOf(sampled)) log(line);
  }
}

/** The median time of each wave of a single case: items that are filed together, from being sent to the last outcome. */
function logWaves(cases: readonly RegisteredCase[], timesMs: readonly number[], log: (line: string) => void): void {
  const needsOf = new Map<string, readonly string[]>(newestRegime('R2')?.items.map(({ item, needs }) => [item, needs]));
  const depthOf = (item: string): number => Math.max(0, ...(needsOf.get(item) ?? []).map(need => 1 + depthOf(need)));
  const median = (names: readonly string[]): number =>
    quantile(
      cases.map(({ items }) => spanOf(items.filter(({ item }) => names.includes(item)))),
      0.5,
    );
  for (const names of Map.groupBy(needsOf.keys(), depthOf).values()) {
    log(`    ${`filing ${names.join(', ')}`.padEnd(54)} ${rounded(median(names))} ms`);
  }
  const rest = quantile(timesMs, 0.5) - median([...needsOf.keys()]);
  log(`    ${'the rest: request, door, opening, prechecks, answer'.padEnd(54)} ${rounded(rest)} ms`);
}

const spanOf = (items: RegisteredCase['items']): number =>
  Math.max(...items.map(({ outcomeAt }) => Date.parse(outcomeAt))) -
  Math.min(...items.map(({ sentAt }) => Date.parse(sentAt)));
