import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../gateway/window/store/database.ts';
import type { StorePlace } from '../gateway/window/store/open-store.ts';
import { openPostgres } from '../gateway/window/store/postgres.ts';
import { openVault } from '../gateway/window/store/secret.ts';
import { SqlStore } from '../gateway/window/store/sql-store.ts';
import { openSqlite } from '../gateway/window/store/sqlite.ts';
import { ownSecret } from '../subgraphs/keys.ts';
import { driverAlone } from './alone.ts';
import { rssMbOf } from './cpu.ts';
import { against, atMost, type Bench, type BenchOptions, type Figure, figure, quantile, rounded } from './figure.ts';
import { openPlace, STORES, type StoreName } from './places.ts';
import { type Product, startProduct } from './product.ts';
import { fillWithWaiting } from './waiting-cases.ts';

/**
 * What cases cost that wait for people: 100,000 of them in a database, none due. Ready is the time from the start of a
 * gateway's process, with everything that it serves, to the window's first answer over HTTP about one of them.
 */
export const waitingBench: Bench = async options => {
  const figures: Figure[] = [];
  for (const store of STORES) figures.push(...(await figuresOn(store, options)));
  return figures;
};

const readyMostS = 0.5;
const rssMostMb = 150;
const idleMostPercent = 1;
const dueMostMs = 5;

interface Size {
  readonly cases: number;
  readonly starts: number;
  /** After a start, before the process is called idle. */
  readonly settleMs: number;
  readonly idleMs: number;
  readonly dueMs: number;
}
const SIZE: Size = { cases: 100_000, starts: 5, settleMs: 5_000, idleMs: 20_000, dueMs: 10_000 };
const QUICK: Size = { cases: 1_000, starts: 1, settleMs: 200, idleMs: 500, dueMs: 500 };
/** Of the cases, due within the measured time; asked for so often that each question finds about one. */
const dueShare = 0.01;
/** As many as a gateway claims at once. */
const claimedAtOnceMax = 50;

async function figuresOn(store: StoreName, options: BenchOptions): Promise<readonly Figure[]> {
  // The figures of SQLite have the plain names: it is what a center begins with.
  const named = (name: string): string => (store === 'sqlite' ? `waiting.${name}` : `waiting.${name}.${store}`);
  const found = await measure(store, options).catch((error: Error): Found => {
    options.log(`cases that wait could not be measured on ${store}: ${error.message}`);
    return NOTHING;
  });
  const { readyS, readyEmptyS, rssMb, idlePercent, dueMs, rate, rateEmpty } = found;
  return [
    figure(named('ready'), readyS, 's', {
      ...against(`an empty database, ${rounded(readyEmptyS, 2)} s`, readyS, readyEmptyS),
      ...atMost(readyS, readyMostS, 's'),
    }),
    figure(named('rss'), rssMb, 'MB', atMost(rssMb, rssMostMb, 'MB')),
    figure(named('idle'), idlePercent, '% of a core', atMost(idlePercent, idleMostPercent, '% of a core')),
    figure(named('due-p99'), dueMs, 'ms', atMost(dueMs, dueMostMs, 'ms')),
    figure(
      named('new'),
      rate,
      'cases/s',
      against(`an empty database, ${rounded(rateEmpty, 0)} cases/s`, rate, rateEmpty),
    ),
  ];
}

interface Found {
  readonly readyS: number;
  readonly readyEmptyS: number;
  readonly rssMb: number;
  readonly idlePercent: number;
  readonly dueMs: number;
  /** New cases a second, beside those that wait, and in an empty database. */
  readonly rate: number;
  readonly rateEmpty: number;
}
const NONE = Number.NaN;
const NOTHING: Found = {
  readyS: NONE,
  readyEmptyS: NONE,
  rssMb: NONE,
  idlePercent: NONE,
  dueMs: NONE,
  rate: NONE,
  rateEmpty: NONE,
};

async function measure(store: StoreName, options: BenchOptions): Promise<Found> {
  const { quick, log } = options;
  const size = quick ? QUICK : SIZE;
  const place = await openPlace(store);
  const product = await startProduct({ gateways: 0, databaseUrl: 'url' in place.at ? place.at.url : undefined });
  try {
    const folder = join(product.dataDir, 'center');
    const at = 'url' in place.at ? place.at : { file: join(folder, 'window.sqlite') };
    log(`cases that wait for people, on ${store}:`);
    // The first start composes the graph and makes the tables; no later one does.
    const readyEmpty = await starts(product, undefined, { ...size, starts: size.starts + 1 });
    const secret = ownSecret(join(folder, 'keys', 'storage.key'));
    const filledFromMs = performance.now();
    const asked = await withDatabase(at, async database => {
      await fillWithWaiting(database, openVault(secret), size.cases);
      const [row] = await database.knex('case').select('number').limit(1);
      return String(row.number);
    });
    log(`  ${size.cases} cases were made in ${rounded((performance.now() - filledFromMs) / 1_000)} s`);
    const ready = await starts(product, asked, size);
    const idle = await idling(product, size);
    log(`  ready after ${ready.map(ms => rounded(ms / 1_000, 2)).join(', ')} s`);
    const dueMs = await withDatabase(at, database =>
      dueP99(new SqlStore(database, openVault(secret), fail), database, size),
    );
    const rates = await newCases(at, secret, store, options);
    return {
      readyS: median(ready) / 1_000,
      readyEmptyS: median(readyEmpty.slice(1)) / 1_000,
      ...idle,
      dueMs,
      ...rates,
    };
  } finally {
    await product.stop();
    await place.drop();
  }
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
const fail = (defect: Error): never => {
  throw defect;
};

async function withDatabase<Result>(at: StorePlace, work: (database: Database) => Promise<Result>): Promise<Result> {
  if ('file' in at) mkdirSync(dirname(at.file), { recursive: true });
  const database = await ('file' in at ? openSqlite(at.file) : openPostgres(at.url));
  return work(database).finally(() => database.close());
}

// --- a gateway among them --------------------------------------------------------------------------------------------

/** Milliseconds from the start of a gateway's process to its window's answer, each time. */
async function starts(
  product: Product,
  asked: string | undefined,
  { starts: times }: Size,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < times; at++) {
    const startedMs = performance.now();
    const gateway = await product.startGateway();
    await answers(gateway.url, product.token, asked);
    found.push(performance.now() - startedMs);
    await gateway.stop();
  }
  return found;
}

async function answers(url: string, token: string, number: string | undefined): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: 'query ($number: ID!) { case(number: $number) { state waitingFor { item } } }',
      variables: { number: number ?? 'none' },
    }),
  });
  const { data } = (await response.json()) as { data?: { case: { state: string; waitingFor: unknown[] } | null } };
  const waits = data?.case?.state === 'IN_REVIEW' && data.case.waitingFor.length > 0;
  if (!data || waits !== (number !== undefined)) throw new Error(`the window answered ${JSON.stringify(data)}`);
}

async function idling(product: Product, { settleMs, idleMs }: Size): Promise<{ rssMb: number; idlePercent: number }> {
  const gateway = await product.startGateway();
  await sleep(settleMs);
  const [cpuMs, fromMs] = [gateway.cpuMs(), performance.now()];
  await sleep(idleMs);
  const idlePercent = ((gateway.cpuMs() - cpuMs) / (performance.now() - fromMs)) * 100;
  const rssMb = rssMbOf(gateway.pid);
  await gateway.stop();
  return { rssMb, idlePercent };
}

// --- the database ----------------------------------------------------------------------------------------------------

/** As the poller asks: what is due is found, claimed, flushed to the disk and read. */
async function dueP99(store: SqlStore, database: Database, { cases, dueMs }: Size): Promise<number> {
  const due = Math.round(cases * dueShare);
  const now = store.now();
  const chosen: { number: string }[] = await database.knex('case').select('number').orderBy('hash').limit(due);
  for (const [at, { number }] of chosen.entries()) {
    await database
      .knex('case')
      .where({ number })
      .update({ wake_at: now + Math.round((at / due) * dueMs) });
  }
  const times: number[] = [];
  let claimed = 0;
  for (const untilMs = performance.now() + dueMs; performance.now() < untilMs; ) {
    const askedMs = performance.now();
    const held = await store.claimDue(claimedAtOnceMax);
    times.push(performance.now() - askedMs);
    claimed += held.length;
    for (const { lease } of held) await store.release(lease, 86_400_000);
    await sleep(dueMs / due);
  }
  if (claimed < due / 2) throw new Error(`of ${due} cases that were due, ${claimed} were claimed`);
  return quantile(times, 0.99);
}

/** The driver alone, among the cases that wait and in a database without any. */
async function newCases(
  at: StorePlace,
  secret: Buffer,
  store: StoreName,
  { quick }: BenchOptions,
): Promise<{ readonly rate: number; readonly rateEmpty: number }> {
  const empty = await openPlace(store);
  const times = quick
    ? { warmUp: { answers: 50, maxMs: 500 }, measuredMs: 500 }
    : { warmUp: { answers: 5_000, maxMs: 15_000 }, measuredMs: 5_000 };
  const task = { beside: empty.beside, loads: [{ clients: 32, ...times }], rawMs: 0, slices: 1, profile: false };
  try {
    const [beside] = (await driverAlone({ ...task, at, secret: secret.toString('hex') })).runs;
    const [alone] = (await driverAlone({ ...task, at: empty.at, secret: null })).runs;
    return { rate: beside?.rate ?? NONE, rateEmpty: alone?.rate ?? NONE };
  } finally {
    await empty.drop();
  }
}
