import { randomBytes } from 'node:crypto';
import type { StorePlace } from '../gateway/window/store/open-store.ts';
import { type Load, load } from './load.ts';
import { linesOf, startProfile } from './profile.ts';
import { rawCommits } from './raw.ts';
import { openRig, type Rig } from './rig.ts';

/**
 * A process that measures the driver alone on one database, and beside it what the database gives without any driver.
 * Started with `without-seals.ts`; its argument is a {@link DriverTask} in JSON, its one message a {@link DriverResult}.
 */
export interface DriverTask {
  readonly at: StorePlace;
  readonly beside: StorePlace;
  readonly loads: readonly Load[];
  /** How long raw commits are counted, before each slice of the first load and once more at the end. */
  readonly rawMs: number;
  /** Into how many parts the first load is cut: a disk that others use is fast now and slow then. */
  readonly slices: number;
  readonly profile: boolean;
  /** Hexadecimal, for a database that was filled with it; null for an empty one. */
  readonly secret: string | null;
}

export interface DriverResult {
  /** Commits a second, each time. */
  readonly raw: readonly number[];
  /** Of each load in its place. */
  readonly runs: readonly DriverRun[];
  /** Of the first load. */
  readonly profile: readonly string[];
}

export interface DriverRun {
  readonly clients: number;
  readonly rate: number;
  readonly timesMs: readonly number[];
  readonly writesPerCase: number;
  readonly commitsPerCase: number;
  readonly cpuMsPerCase: number;
}

async function measured({ at, beside, loads, rawMs, slices, profile, secret }: DriverTask): Promise<DriverResult> {
  const rig = await openRig(at, secret === null ? randomBytes(32) : Buffer.from(secret, 'hex'));
  const [first, ...others] = loads as [Load, ...Load[]];
  const raw: number[] = [];
  const parts: DriverRun[] = [];
  for (let slice = 0; slice < slices; slice++) {
    raw.push(await rawCommits(beside, rawMs));
    const warmUp = slice === 0 ? first.warmUp : { answers: first.clients, maxMs: first.warmUp.maxMs };
    parts.push(await run(rig, { ...first, warmUp, measuredMs: first.measuredMs / slices }));
  }
  raw.push(await rawCommits(beside, rawMs));
  const runs = [together(parts)];
  for (const other of others) runs.push(await run(rig, other));
  const lines = profile ? await profiled(rig, first) : [];
  await rig.close();
  return { raw, runs, profile: lines };
}

/** One run of several parts that lasted equally long. */
function together(parts: readonly DriverRun[]): DriverRun {
  const cases = parts.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  const perCase = (of: (part: DriverRun) => number): number =>
    parts.reduce((sum, part) => sum + of(part) * part.timesMs.length, 0) / cases;
  return {
    clients: parts[0]?.clients ?? 0,
    rate: parts.reduce((sum, { rate }) => sum + rate, 0) / parts.length,
    timesMs: parts.flatMap(({ timesMs }) => timesMs),
    writesPerCase: perCase(part => part.writesPerCase),
    commitsPerCase: perCase(part => part.commitsPerCase),
    cpuMsPerCase: perCase(part => part.cpuMsPerCase),
  };
}

async function run(rig: Rig, one: Load): Promise<DriverRun> {
  const meter = () => ({ ...rig.store.counts, cpu: process.cpuUsage() });
  const { rate, answers, timesMs, before, after } = await load(() => rig.carryOne(), meter, one);
  return {
    clients: one.clients,
    rate,
    timesMs,
    writesPerCase: (after.writes - before.writes) / answers,
    commitsPerCase: (after.commits - before.commits) / answers,
    cpuMsPerCase: (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1_000 / answers,
  };
}

async function profiled(rig: Rig, one: Load): Promise<readonly string[]> {
  const stop = await startProfile();
  await run(rig, { ...one, warmUp: { answers: 1, maxMs: 0 } });
  return linesOf(await stop());
}

const result = await measured(JSON.parse(process.argv[2] ?? '') as DriverTask);
process.send?.(result, () => process.disconnect());
