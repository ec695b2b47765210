/** What the window is doing, read when Prometheus asks, and at most once in {@link readAtMostEveryMs}. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { SupergraphState } from '../composition/graph.ts';
import type { BreakerState } from '../window/breaker.ts';
import type { Store } from '../window/store.ts';
import type { Metrics } from './metrics.ts';

export interface PulseSources {
  readonly store: Pick<Store, 'pulse' | 'counts'>;
  /** Cases that this process drives now, each under a lease. */
  driving(): number;
  streams(): number;
  /** By department. */
  circuits(): Readonly<Record<string, BreakerState>>;
  /** Of the time-stamp authority. */
  timeStampCircuit(): BreakerState;
  supergraph(): SupergraphState;
}

/** The store counts the rows of an index; several scrapers together cost no more than one. */
const readAtMostEveryMs = 10_000;

export function countPulse({ registry }: Metrics, sources: PulseSources, nowMs = () => performance.now()): void {
  const { store } = sources;
  let read: { readonly atMs: number; readonly pulse: ReturnType<Store['pulse']> } | undefined;
  const pulse = (): ReturnType<Store['pulse']> => {
    if (!read || nowMs() - read.atMs >= readAtMostEveryMs) read = { atMs: nowMs(), pulse: store.pulse() };
    return read.pulse;
  };

  const gauge = gaugesOf(registry);
  gauge(
    'one_window_cases_open',
    'Cases in the database that have not come to an end, by state; of all gateways together.',
    ['state'],
    () => pulse().then(({ open }) => [...open].map(([state, cases]) => [{ state }, cases]), nothing),
  );
  gauge(
    'one_window_due_lag_seconds',
    'For how long the longest due case has waited to be driven; of all gateways together.',
    [],
    () => pulse().then(({ dueSinceMs }) => [[{}, dueSinceMs / 1_000]], nothing),
  );
  gauge(
    'one_window_papers_unstamped',
    'Sealed papers in the database that wait for a time stamp; of all gateways together.',
    [],
    () => pulse().then(({ unstamped }) => [[{}, unstamped]], nothing),
  );
  gauge(
    'one_window_time_stamp_circuit_open',
    '1 while nobody is asked for time stamps, because the authority has not answered several times; 0.5 on trial.',
    [],
    () => [[{}, OPENNESS[sources.timeStampCircuit()]]],
  );
  gauge('one_window_leases_held', 'Cases that this process drives.', [], () => [[{}, sources.driving()]]);
  gauge('one_window_streams_open', 'Subscriptions that are told of a case by this process.', [], () => [
    [{}, sources.streams()],
  ]);
  gauge(
    'one_window_department_circuit_open',
    '1 while the window sends a department nothing, because it has not answered several calls; 0.5 on trial.',
    ['department'],
    () => Object.entries(sources.circuits()).map(([department, state]) => [{ department }, OPENNESS[state]]),
  );
  countSupergraph(gauge, sources);
  countWrites(registry, store);
}

function countSupergraph(gauge: DeclareGauge, { supergraph }: PulseSources): void {
  const departments = () => Object.entries(supergraph().departments);
  gauge(
    'one_window_department_served',
    '1 for a department that is in the graph of this process.',
    ['department'],
    () => departments().map(([department, { served }]) => [{ department }, Number(served)]),
  );
  gauge(
    'one_window_department_state',
    '1 for the state of each department: HEARD, ABSENT (silent when asked last), REFUSED (its schema is not taken).',
    ['department', 'state'],
    () => departments().map(([department, { state }]) => [{ department, state }, 1]),
  );
  gauge(
    'one_window_supergraph_served_since_seconds',
    'Instant (Unix time) since which the supergraph of this fingerprint is served.',
    ['fingerprint'],
    () => {
      const { fingerprint, servedSince } = supergraph();
      return [[{ fingerprint: fingerprint.slice(0, 12) }, Date.parse(servedSince) / 1_000]];
    },
  );
}

function countWrites(registry: Registry, store: Pick<Store, 'counts'>): void {
  for (const [what, help] of [
    ['commits', 'Transactions of this process.'],
    ['writes', 'Steps of cases that this process wrote; several share a transaction.'],
  ] as const) {
    new Counter({
      name: `one_window_store_${what}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(store.counts[what]);
      },
    });
  }
}

/** A database that does not answer: zero would say that no case waits. */
const nothing = (): [] => [];

type Told<Label extends string> = readonly (readonly [Partial<Record<Label, string>>, number])[];
type DeclareGauge = <const Label extends string>(
  name: `one_window_${string}`,
  help: string,
  labelNames: readonly Label[],
  /** All that there is to be told now. */
  read: () => Told<Label> | Promise<Told<Label>>,
) => void;

const gaugesOf =
  (registry: Registry): DeclareGauge =>
  (name, help, labelNames, read) => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const told = await read();
        this.reset();
        this.remove({}); // What has no labels is reset to zero.
        for (const [labels, value] of told) this.set(labels, value);
      },
    });
  };

const OPENNESS: Readonly<Record<BreakerState, number>> = { CLOSED: 0, TRIAL: 0.5, OPEN: 1 };
