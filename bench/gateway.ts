import { rssMbOf } from './cpu.ts';
import { against, atMost, type Bench, type BenchOptions, type Figure, figure } from './figure.ts';
import { type Arena, type Contestant, type ContestantName, openArena, type Running } from './gateway/contestants.ts';
import { installMb } from './gateway/install-size.ts';
import { installPeers, peersInstalled } from './gateway/peers.ts';
import { Asker, type Prepared, prepared, type WarmUp } from './gateway/rounds.ts';
import { SCENARIOS, type Scenario } from './gateway/scenarios.ts';
import { coldMs, cpuMsPer, rateOf, type Seen, tableOf, timeMs } from './gateway/table.ts';
import { linesOf } from './profile.ts';

/**
 * Our gateway with everything that it checks switched on, beside others over the same departments: CPU per request,
 * requests a second, times, start, memory, size. Every answer of every gateway is checked.
 */
export const gatewayBench: Bench = async options => {
  const { quick, log } = options;
  if (!quick) installPeers(log);
  const names: readonly ContestantName[] = peersInstalled() ? ['apollo', 'hive', 'tools', 'hand'] : ['hand'];
  const arena = await openArena(names);
  try {
    const seen = await measured(arena, quick ? QUICK : FULL, options);
    for (const line of tableOf(seen)) log(line);
    return figuresOf(seen);
  } finally {
    await arena.close();
  }
};

interface Pace {
  readonly starts: number;
  readonly rounds: number;
  readonly clients: number;
  readonly roundMs: number;
  /** Before the first round of a scenario. */
  readonly warmUp: Readonly<Record<Scenario['name'], WarmUp>>;
  readonly slowMs: number;
  /** Different requests of a scenario, answers in memory: a list of 50 has 40 KB. */
  readonly different: Readonly<Record<Scenario['name'], number>>;
}

const FULL: Pace = {
  starts: 3,
  rounds: 7,
  clients: 16,
  roundMs: 1_500,
  warmUp: {
    one: { answers: 6_000, maxMs: 15_000 },
    entity4: { answers: 4_000, maxMs: 15_000 },
    entity50: { answers: 1_500, maxMs: 20_000 },
  },
  slowMs: 4_000,
  different: { one: 20_000, entity4: 20_000, entity50: 500 },
};
const QUICK: Pace = {
  starts: 1,
  rounds: 1,
  clients: 16,
  roundMs: 300,
  warmUp: {
    one: { answers: 100, maxMs: 500 },
    entity4: { answers: 100, maxMs: 500 },
    entity50: { answers: 50, maxMs: 500 },
  },
  slowMs: 300,
  different: { one: 500, entity4: 500, entity50: 50 },
};
const slowDepartmentMs = 50;
/** Few enough that nobody waits for a processor: what is measured is waiting for departments. */
const slowClients = 8;

async function measured(arena: Arena, pace: Pace, options: BenchOptions): Promise<readonly Seen[]> {
  const { log } = options;
  const requests = new Map(SCENARIOS.map(scenario => [scenario, prepared(scenario, pace.different[scenario.name])]));
  const seen: Seen[] = arena.contestants.map(({ name, title, packages }) => ({
    name,
    title,
    installMb: installMb(packages),
    startsMs: [],
    rounds: { one: [], entity4: [], entity50: [], slow50: [] },
    rssMb: Number.NaN,
    failed: undefined,
  }));
  const each = async (work: (contestant: Contestant, one: Seen, at: number) => Promise<void>): Promise<void> => {
    for (const [at, contestant] of arena.contestants.entries()) {
      const one = seen[at] as Seen;
      if (one.failed !== undefined) continue;
      await work(contestant, one, at).catch((error: Error) => {
        one.failed = error.message;
        log(`${one.title}: ${error.message}`);
      });
    }
  };

  const running: (Running | undefined)[] = arena.contestants.map(() => undefined);
  try {
    await starts(pace, requests, each);
    await each(async (contestant, _, at) => {
      running[at] = await contestant.start();
    });
    for (const [scenario, all] of requests) {
      log(`${scenario.title} …`);
      const askers = running.map(one => one && new Asker(one, scenario, all, pace.clients));
      await each(async (_, __, at) => void (await askers[at]?.warmUp(pace.clients, pace.warmUp[scenario.name])));
      for (let nth = 0; nth < pace.rounds; nth++) {
        await each(async (_, one, at) => {
          const round = await askers[at]?.round({ clients: pace.clients, ms: pace.roundMs });
          if (round) one.rounds[scenario.name].push(round);
        });
      }
      await profiled(running[0], askers[0], pace, options);
      await Promise.all(askers.map(asker => asker?.close()));
    }
    await slowly(arena, running, requests, pace, each);
    await each(async (_, one, at) => {
      one.rssMb = rssMbOf(running[at]?.server.pid ?? 0);
    });
  } finally {
    await Promise.all(running.map(one => one?.server.stop()));
  }
  return seen;
}

type Each = (work: (contestant: Contestant, one: Seen, at: number) => Promise<void>) => Promise<void>;
type Requests = ReadonlyMap<Scenario, readonly Prepared[]>;

/** From nothing to the first right answer; the first start of all finds no cache of compiled code and no supergraph. */
async function starts(pace: Pace, requests: Requests, each: Each): Promise<void> {
  const [scenario, all] = [...requests][1] as [Scenario, readonly Prepared[]];
  for (let nth = 0; nth <= pace.starts; nth++) {
    await each(async (contestant, one) => {
      const began = performance.now();
      const started = await contestant.start();
      const asker = new Asker(started, scenario, all, 1);
      try {
        await asker.ask();
        one.startsMs.push(performance.now() - began);
      } finally {
        await asker.close();
        await started.server.stop();
      }
    });
  }
}

async function slowly(
  arena: Arena,
  running: readonly (Running | undefined)[],
  requests: Requests,
  pace: Pace,
  each: Each,
): Promise<void> {
  arena.delay(slowDepartmentMs);
  const [scenario, all] = [...requests][1] as [Scenario, readonly Prepared[]];
  const askers = running.map(one => one && new Asker(one, scenario, all, slowClients));
  await each(async (_, one, at) => {
    await askers[at]?.round({ clients: slowClients, ms: pace.slowMs / 4 });
    const round = await askers[at]?.round({ clients: slowClients, ms: pace.slowMs });
    if (round) one.rounds.slow50.push(round);
  });
  await Promise.all(askers.map(asker => asker?.close()));
  arena.delay(0);
}

async function profiled(
  ours: Running | undefined,
  asker: Asker | undefined,
  { clients, roundMs }: Pace,
  { profile, log }: BenchOptions,
): Promise<void> {
  if (!profile || !ours || !asker) return;
  const sampled = await ours.server.profiled(async () => void (await asker.round({ clients, ms: roundMs * 2 })));
  for (const line of linesOf(sampled)) log(line);
}

/** Of a peer's CPU time per request, at most. */
const SHARE_MOST: Readonly<Partial<Record<ContestantName, Readonly<Record<Scenario['name'], number>>>>> = {
  apollo: { one: 1 / 3, entity4: 1 / 5, entity50: 1 / 5 },
  hive: { one: 1 / 4, entity4: 1 / 4, entity50: 1 / 4 },
};
const slowMostMs = 60;

function figuresOf([ours, ...peers]: readonly Seen[]): readonly Figure[] {
  if (!ours) return [];
  const taken = (one: Seen, value: number): number => (one.failed === undefined ? value : Number.NaN);
  const of = (value: number): number => taken(ours, value);
  const cpu = SCENARIOS.flatMap(({ name }) =>
    peers.map(peer => {
      const [own, theirs] = [of(cpuMsPer(ours, name)), taken(peer, cpuMsPer(peer, name))];
      const most = SHARE_MOST[peer.name]?.[name];
      return figure(`gateway.cpu.${name}.vs-${peer.name}`, own, 'ms/request', {
        ...against(`${peer.title}, ${theirs.toFixed(3)} ms`, own, theirs),
        ...(most === undefined ? {} : atMost(own / theirs, Number(most.toFixed(3)), '')),
      });
    }),
  );
  const slow = of(timeMs(ours, 'slow50', 0.5));
  return [
    ...cpu,
    ...SCENARIOS.flatMap(({ name }) => [
      figure(`gateway.rps.${name}`, of(rateOf(ours, name)), 'requests/s'),
      figure(`gateway.p50.${name}`, of(timeMs(ours, name, 0.5)), 'ms'),
      figure(`gateway.p99.${name}`, of(timeMs(ours, name, 0.99)), 'ms'),
    ]),
    figure('gateway.p50.slow50', slow, 'ms', atMost(slow, slowMostMs, 'ms')),
    figure('gateway.p99.slow50', of(timeMs(ours, 'slow50', 0.99)), 'ms'),
    figure('gateway.cold', of(coldMs(ours)), 'ms'),
    figure('gateway.cold.first', of(ours.startsMs[0] ?? Number.NaN), 'ms'),
    figure('gateway.rss', of(ours.rssMb), 'MB'),
    figure('gateway.install', of(ours.installMb), 'MB'),
  ];
}
