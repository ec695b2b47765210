import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { randomOf } from '../generate/random.ts';
import { type Arena, openArena } from './arena.ts';
import { type Attendance, attend } from './attend.ts';
import type { CallBack } from './call-back.ts';
import { type Desk, openDesk } from './desk.ts';
import { gather } from './evidence.ts';
import { judge, type Violation } from './judge.ts';
import { startLoad } from './load.ts';
import { type Defects, readDefects } from './logs.ts';
import type { Options } from './options.ts';
import { drawStrikes, type Strikes, type Struck, startStrikes } from './strikes.ts';
import { type Takeovers, watchTakeovers } from './takeover.ts';
import type { Tally } from './tally.ts';

/** What a run came to. */
export interface Torture {
  readonly options: Options;
  readonly seconds: number;
  readonly struck: readonly Struck[];
  readonly cases: number;
  /** Cases by their state in the end. */
  readonly states: Tally;
  readonly faults: Tally;
  readonly callBacks: Tally;
  /** Tries of requests that had no answer, by what was heard instead. */
  readonly vain: Tally;
  readonly takeovers: Takeovers | null;
  readonly violations: readonly Violation[];
  /** What gateways have told of themselves, beside what they say at each start. */
  readonly defects: Defects;
  /** Where the data is, when it was to be kept. */
  readonly dataDir: string | null;
}

/** What a run needs of whoever watches it. */
export interface Watcher {
  /** Where it is, in one line; told again and again. */
  progress(line: string): void;
  /** Ends the run, and everything that it has started. */
  readonly signal: AbortSignal;
}

/** Low, so that a department that is late is given up before it answers; busy machines answer within it all the same. */
const departmentTimeoutMs = 1_000;
/** So low that many requests are answered while their case is under way. */
const inlineBudgetMs = 1_000;
const tellEveryMs = 1_000;
/** Of what has to wait at all, most waits some seconds; the longest pause between two tries is a minute. */
const restMaxMs = 180_000;
const atRestLookMs = 200;
/** A run that takes longer than this has come to nothing. */
const runMaxMs = ({ kills, pauses, cases }: Options): number => 180_000 + (kills + pauses) * 8_000 + cases * 1_000;
const deskSalt = 13;

/** @throws {NoPostgres} @throws {Error} when it was ended, or could not be begun. */
export async function runTorture(options: Options, watcher: Watcher): Promise<Torture> {
  const startedAtMs = performance.now();
  const { seed, store, keep } = options;
  const gateways = store === 'sqlite' ? 1 : 2;
  const arena = await openArena({ store, gateways, seed, departmentTimeoutMs, inlineBudgetMs });
  try {
    watcher.signal.throwIfAborted();
    await rehearse(arena);
    const tormented = await torment(arena, options, watcher);
    watcher.progress('reading the databases');
    const evidence = await gather(arena, tormented.desk.sent);
    return {
      options,
      seconds: (performance.now() - startedAtMs) / 1_000,
      struck: tormented.strikes.struck,
      cases: evidence.cases.length,
      states: tally([...evidence.views.values()].map(({ state }) => state)),
      faults: arena.street.faults,
      callBacks: arena.callBack.counts,
      vain: tormented.desk.vain,
      takeovers: tormented.takeovers,
      violations: [...tormented.violations, ...judge(evidence, new Date())],
      defects: readDefects(arena.gateways.map(({ logFile }) => logFile)),
      dataDir: keep ? arena.dataDir : null,
    };
  } finally {
    await arena.close(keep);
  }
}

const tally = (of: readonly string[]): Tally => {
  const counted = Map.groupBy(of, what => what);
  return new Map([...counted].map(([what, all]) => [what, all.length]));
};

/** Makes tables, secrets and compiled code once, undisturbed: killed in their first start, programs are not yet a product. */
async function rehearse({ gateways: [first] }: Arena): Promise<void> {
  const server = first?.start();
  await server?.started;
  if (server?.servingSinceMs === undefined) throw new Error(`${server?.name} did not start; its log says why`);
  await server.stop();
}

interface Tormented {
  readonly desk: Desk;
  readonly strikes: Strikes;
  readonly takeovers: Takeovers | null;
  readonly violations: readonly Violation[];
}

async function torment(arena: Arena, options: Options, watcher: Watcher): Promise<Tormented> {
  const { seed, kills, pauses, cases } = options;
  const closing: (() => unknown)[] = [];
  try {
    const window = arena.place.read();
    closing.push(() => window.destroy());
    const report = (defect: Error): void => watcher.progress(`the database could not be asked: ${defect.message}`);
    const desk = await openDesk(arena, randomOf(seed, cases, deskSalt));
    const plan = drawStrikes(seed, kills, pauses);
    // Applications and strikes keep step, so that each strike meets cases at work and each case may meet a strike.
    const pace = { struck: 0, answered: 0 };
    const strikes = startStrikes({ arena, plan, pace, allowed: () => (plan.length * pace.answered) / cases });
    const allowed = (): number => (plan.length === 0 ? cases : Math.ceil((cases * (pace.struck + 1)) / plan.length));
    const load = startLoad({ desk, seed, cases, pace, allowed });
    const attendance = attend({ desk, window, seed, applied: load.applied, report });
    const takeover = arena.place.kind === 'postgres' ? watchTakeovers(window, strikes.struck, report) : null;
    const telling = setInterval(() => {
      watcher.progress(`${pace.struck} of ${plan.length} strikes, ${pace.answered} of ${cases} applications`);
    }, tellEveryMs);
    closing.push(
      () => takeover?.stop(),
      () => attendance.stop(),
      () => clearInterval(telling),
      () => desk.stop(),
      () => load.stop(),
      () => strikes.stop(),
    );
    const inTime = await within(runMaxMs(options), Promise.all([load.done, strikes.done]), watcher.signal);
    arena.street.calm();
    clearInterval(telling);
    await rest({ arena, window, attendance }, watcher);
    return {
      desk,
      strikes,
      takeovers: (await takeover?.stop()) ?? null,
      violations: ranBadly(inTime, strikes, arena.callBack),
    };
  } finally {
    for (const close of closing.reverse()) await close();
    await Promise.all(arena.gateways.map(({ current }) => current?.stop()));
  }
}

const ranBadly = (inTime: boolean, { ended }: Strikes, { refused }: CallBack): readonly Violation[] => [
  ...(inTime ? [] : [{ is: 'STUCK', of: 'run', sentence: 'it did not come to its end in its time' } as const]),
  ...ended.map(
    name => ({ is: 'STUCK', of: name, sentence: 'it ended, or did not start, though nobody killed it' }) as const,
  ),
  ...refused.map(
    ({ operationId, code }) =>
      ({ is: 'LOST', of: operationId, sentence: `the department's word was refused: ${code}` }) as const,
  ),
];

/** Whether the work was done in time. @throws the signal's reason. */
async function within(maxMs: number, work: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  const late = sleep(maxMs, false, { signal, ref: false });
  return Promise.race([work.then(() => true), late]);
}

/** Waits until nobody has anything to do for any case, and no longer than the bound: what is left then is judged. */
async function rest(
  { arena, window, attendance }: { readonly arena: Arena; readonly window: Knex; readonly attendance: Attendance },
  { signal, progress }: Watcher,
): Promise<void> {
  const deadline = performance.now() + restMaxMs;
  for (let quiet = 0; quiet < quietLooks && performance.now() < deadline; ) {
    signal.throwIfAborted();
    const due = await dueIn(window);
    const open = due + arena.street.openWithPeople + attendance.busy;
    progress(`${due} cases due, ${arena.street.openWithPeople} with people, ${attendance.busy} at the desk`);
    // A person who has just ended may have made a case due, and the other way round: once is not enough.
    quiet = open === 0 ? quiet + 1 : 0;
    await sleep(atRestLookMs);
  }
}
const quietLooks = 5;

async function dueIn(window: Knex): Promise<number> {
  const [row] = await window('case').whereNotNull('wake_at').count({ cases: '*' });
  return Number(row?.cases);
}
