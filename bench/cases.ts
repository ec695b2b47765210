import { driverAlone } from './alone.ts';
import type { DriverResult, DriverRun } from './driver.ts';
import {
  against,
  atLeast,
  atMost,
  type Bench,
  type BenchOptions,
  type Figure,
  figure,
  quantile,
  rounded,
} from './figure.ts';
import { openPlace, STORES, type StoreName } from './places.ts';
import { type Whole, wholeOn } from './whole.ts';

/**
 * How many cases a second: the driver alone on each database, beside what the database gives without it; and the whole,
 * from the public mutation to certificates that are sealed, stamped and logged.
 */
export const casesBench: Bench = async options => {
  const figures: Figure[] = [];
  const alone = new Map<StoreName, DriverResult>();
  for (const store of STORES) {
    const result = await orNothing(options, `the driver on ${store}`, () => driverOn(store, options));
    if (result) alone.set(store, result);
    figures.push(...driverFigures(store, result));
  }
  figures.push(...worstOf([...alone.values()]));
  for (const store of STORES) {
    const whole = await orNothing(options, `the whole on ${store}`, () => wholeOn(store, options));
    figures.push(...wholeFigures(store, whole, alone.get(store)));
  }
  return figures;
};

/** What can't be measured here leaves the others to be measured. */
async function orNothing<Result>(
  { log }: BenchOptions,
  what: string,
  measure: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await measure();
  } catch (error) {
    log(`${what} could not be measured: ${(error as Error).message}`);
    return undefined;
  }
}

const LEAST = { sqlite: { driver: 1_500, whole: 400 }, postgres: { driver: 1_200, whole: 300 } } as const;
const rawRatioLeast = 0.6;
const writesMost = 6;
const commitsMost = 0.2;
const singleMostMs = 25;
const clientsMany = 32;

// --- the driver alone ------------------------------------------------------------------------------------------------

async function driverOn(store: StoreName, { quick, profile, log }: BenchOptions): Promise<DriverResult> {
  const place = await openPlace(store);
  try {
    const times = quick
      ? { warmUp: { answers: 100, maxMs: 500 }, measuredMs: 700 }
      : { warmUp: { answers: 5_000, maxMs: 15_000 }, measuredMs: 9_000 };
    const result = await driverAlone({
      at: place.at,
      beside: place.beside,
      loads: [
        { clients: clientsMany, ...times },
        { clients: 1, ...times, warmUp: { answers: 100, maxMs: 1_000 } },
      ],
      rawMs: quick ? 200 : 1_000,
      slices: quick ? 2 : 6,
      profile,
      secret: null,
    });
    log(`the driver alone on ${store}, R2, departments that answer at once:`);
    log(
      `  raw commits through knex, between its slices: ${result.raw.map(rate => rounded(rate, 0)).join(', ')} a second`,
    );
    for (const run of result.runs) log(`  ${describeRun(run)}`);
    for (const line of result.profile) log(line);
    return result;
  } finally {
    await place.drop();
  }
}

const describeRun = ({ clients, rate, timesMs, writesPerCase, commitsPerCase, cpuMsPerCase }: DriverRun): string =>
  `${clients} client${clients === 1 ? '' : 's'}: ${rounded(rate, 0)} cases/s, p50 ${rounded(quantile(timesMs, 0.5), 2)} ms, ` +
  `p99 ${rounded(quantile(timesMs, 0.99), 2)} ms, ${rounded(cpuMsPerCase, 2)} ms of CPU, ` +
  `${rounded(writesPerCase, 2)} writes and ${rounded(commitsPerCase, 3)} commits a case`;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function driverFigures(store: StoreName, result: DriverResult | undefined): readonly Figure[] {
  const [many, single] = result?.runs ?? [];
  const rate = many?.rate ?? Number.NaN;
  const raw = mean(result?.raw ?? []);
  const name = `cases.driver.${store}`;
  return [
    figure(name, rate, 'cases/s', atLeast(rate, LEAST[store].driver, 'cases/s')),
    figure(`cases.raw-ratio.${store}`, rate, 'cases/s', {
      ...against(`${rounded(raw, 0)} raw commits/s through knex`, rate, raw),
      ...atLeast(rate / raw, rawRatioLeast, ''),
    }),
    ...[single, many].flatMap((run, at) => {
      const clients = at === 0 ? 1 : clientsMany;
      return [0.5, 0.99].map(share =>
        figure(`${name}.p${share * 100}.${clients}`, quantile(run?.timesMs ?? [], share), 'ms'),
      );
    }),
    figure(`${name}.cpu`, many?.cpuMsPerCase ?? Number.NaN, 'ms/case'),
  ];
}

/** The databases differ little in these: the worse of the two is the figure. */
function worstOf(results: readonly DriverResult[]): readonly Figure[] {
  const worst = (of: (run: DriverRun) => number): number =>
    results.length < STORES.length ? Number.NaN : Math.max(...results.map(({ runs }) => of(runs[0] as DriverRun)));
  const writes = worst(({ writesPerCase }) => writesPerCase);
  const commits = worst(({ commitsPerCase }) => commitsPerCase);
  // A case under way when the measured time begins or ends counts on one side only: that is what the hundredth is for.
  return [
    figure('cases.writes', writes, 'writes/case', atMost(rounded(writes, 1), writesMost, 'writes/case')),
    figure('cases.commits', commits, 'commits/case', atMost(commits, commitsMost, 'commits/case')),
  ];
}

// --- the whole -------------------------------------------------------------------------------------------------------

function wholeFigures(store: StoreName, whole: Whole | undefined, alone: DriverResult | undefined): readonly Figure[] {
  const rate = whole?.many.rate ?? Number.NaN;
  const name = `cases.whole.${store}`;
  const single = store === 'sqlite' ? 'cases.single' : `cases.single.${store}`;
  const p50 = quantile(whole?.single.timesMs ?? [], 0.5);
  const p50Alone = quantile(alone?.runs[1]?.timesMs ?? [], 0.5);
  const rateAlone = alone?.runs[0]?.rate ?? Number.NaN;
  return [
    figure(name, rate, 'cases/s', {
      ...against(`the driver alone, ${rounded(rateAlone, 0)} cases/s`, rate, rateAlone),
      ...atLeast(rate, LEAST[store].whole, 'cases/s'),
    }),
    figure(`${name}.p50`, quantile(whole?.many.timesMs ?? [], 0.5), 'ms'),
    figure(`${name}.p99`, quantile(whole?.many.timesMs ?? [], 0.99), 'ms'),
    figure(`${name}.cpu`, whole?.many.cpuMsPerCase ?? Number.NaN, 'ms/case'),
    figure(`${name}.stamped`, whole?.many.stampedPercent ?? Number.NaN, '% of papers'),
    figure(`${single}.p50`, p50, 'ms', {
      ...against(`the driver alone, ${rounded(p50Alone, 2)} ms`, p50, p50Alone),
      ...atMost(p50, singleMostMs, 'ms'),
    }),
    figure(`${single}.p99`, quantile(whole?.single.timesMs ?? [], 0.99), 'ms'),
    ...(store === 'postgres' ? [twoFigure(whole)] : []),
  ];
}

/** Two gateways share one database, and here one machine too: what a second one costs, not what it brings. */
function twoFigure(whole: Whole | undefined): Figure {
  const [one, two] = [whole?.many.rate ?? Number.NaN, whole?.two?.rate ?? Number.NaN];
  return figure(
    'cases.whole.postgres.two',
    two,
    'cases/s',
    against(`one gateway, ${rounded(one, 0)} cases/s`, two, one),
  );
}
