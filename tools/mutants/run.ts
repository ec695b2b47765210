/** A whole run: blocks of mutants in as many threads as there are processors, and OpenSSL's opinion beside. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { acceptedByOpenssl } from './openssl.ts';
import type { Options } from './options.ts';
import {
  type Block,
  type Failure,
  mustBeValid,
  PRODUCT,
  type Trial,
  type Tried,
  tryBlock,
  type Verifier,
  type Wrong,
} from './trial.ts';
import { makeWorld, type World } from './world.ts';

export interface Count {
  readonly area: string;
  readonly kind: string;
  tried: number;
  accepted: number;
  /** Seals that OpenSSL was asked about, and that it took. */
  asked: number;
  acceptedByOpenssl: number;
}

export interface Run {
  readonly options: Options;
  readonly counts: readonly Count[];
  /** The first of them. */
  readonly failures: readonly Failure[];
  /** All of them. */
  readonly wrongs: Readonly<Record<Wrong, number>>;
  readonly slowestMs: number;
  /** On one processor: making and judging them, OpenSSL apart. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Watcher {
  /** Ends the run after the blocks that are under way. */
  readonly signal?: AbortSignal;
  progress(line: string): void;
}

/** Under one checkpoint. So many go to a thread, and to OpenSSL, at a time. */
const blockMutants = 256;
/** A thread makes a world of its own, which takes about a second. */
const mutantsPerThreadMin = 5_000;
const opensslAtOnce = 2;
/** Held with their files; of the rest only how many. */
const failuresMax = 100;

/** @param verifier In the place of the product's; then all is done in this thread. */
export async function runMutants(options: Options, watcher: Watcher, verifier?: Verifier): Promise<Run> {
  const startedMs = performance.now();
  const world = await makeWorld(options.seed);
  mustBeValid(world, verifier ?? PRODUCT);
  const tally = new Tally();
  const openssl = options.withOpenssl ? await Openssl.open(world, tally) : undefined;
  const lanes = await lanesFor(options, world, verifier);
  const take = async (trial: Trial): Promise<void> => {
    tally.add(trial);
    await openssl?.ask(trial);
    watcher.progress(`${tally.tried} of ${options.count} mutants, ${failedIn(tally)} failures`);
  };
  try {
    const blocks = blocksOf(options, watcher.signal);
    await Promise.all(lanes.map(lane => drive(lane, blocks, take)));
    await openssl?.done();
  } finally {
    await Promise.all(lanes.map(lane => lane.end()));
  }
  return {
    options,
    counts: tally.counts,
    failures: tally.failures,
    wrongs: tally.wrongs,
    slowestMs: tally.slowestMs,
    perSecond: tally.spentMs > 0 ? (1_000 * tally.tried) / tally.spentMs : 0,
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

export const failedIn = ({ wrongs }: Pick<Run, 'wrongs'>): number =>
  Object.values(wrongs).reduce((sum, count) => sum + count, 0);

function* blocksOf({ seed, from, count }: Options, signal: AbortSignal | undefined): Generator<Block> {
  const end = from + count;
  for (let next = from; next < end && !signal?.aborted; next += blockMutants)
    yield { seed, from: next, count: Math.min(blockMutants, end - next) };
}

/** Whichever lane is free takes the next block. */
async function drive(lane: Lane, blocks: Generator<Block>, take: (trial: Trial) => Promise<void>): Promise<void> {
  for (let next = blocks.next(); !next.done; next = blocks.next()) await take(await lane.try(next.value));
}

// --- where blocks are tried ------------------------------------------------------------------------------------------

interface Lane {
  try(block: Block): Promise<Trial>;
  end(): Promise<unknown>;
}

async function lanesFor({ seed, count }: Options, world: World, verifier?: Verifier): Promise<readonly Lane[]> {
  const threads = verifier ? 0 : Math.min(availableParallelism(), Math.floor(count / mutantsPerThreadMin));
  return threads < 2 ? [hereOf(world, verifier ?? PRODUCT)] : Promise.all(startThreads(seed, threads));
}

const hereOf = (world: World, verifier: Verifier): Lane => ({
  async try(block) {
    // Whoever waits for OpenSSL, or for a signal, gets a turn between two blocks.
    await new Promise(resolve => setImmediate(resolve));
    return tryBlock(world, block, verifier);
  },
  end: async () => undefined,
});

const startThreads = (seed: number, threads: number): Promise<Lane>[] =>
  Array.from({ length: threads }, async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { seed } });
    await once(worker, 'message');
    return {
      async try(block: Block) {
        const answer = once(worker, 'message') as Promise<[Trial]>;
        worker.postMessage(block);
        const [trial] = await answer;
        return trial;
      },
      end: () => worker.terminate(),
    };
  });

// --- counting --------------------------------------------------------------------------------------------------------

class Tally {
  readonly #counts = new Map<string, Count>();
  readonly failures: Failure[] = [];
  readonly wrongs: Record<Wrong, number> = { ACCEPTED: 0, THROWN: 0, SLOW: 0, REFUSED_BY_LOG_ALONE: 0 };
  tried = 0;
  slowestMs = 0;
  spentMs = 0;

  add({ tried, failures, slowestMs, spentMs }: Trial): void {
    for (const one of tried) {
      const count = this.#countOf(one);
      count.tried += 1;
      if (one.accepted) count.accepted += 1;
    }
    this.tried += tried.length;
    for (const { is } of failures) this.wrongs[is] += 1;
    this.failures.push(...failures.slice(0, failuresMax - this.failures.length));
    this.slowestMs = Math.max(this.slowestMs, slowestMs);
    this.spentMs += spentMs;
  }

  addOpenssl({ tried, seals }: Trial, accepted: ReadonlySet<number>): void {
    const asked = new Set(seals.map(({ number }) => number));
    for (const one of tried) {
      if (!asked.has(one.number)) continue;
      const count = this.#countOf(one);
      count.asked += 1;
      if (accepted.has(one.number)) count.acceptedByOpenssl += 1;
    }
  }

  #countOf({ area, kind }: Tried): Count {
    const name = `${area}: ${kind}`;
    const count = this.#counts.get(name) ?? { area, kind, tried: 0, accepted: 0, asked: 0, acceptedByOpenssl: 0 };
    this.#counts.set(name, count);
    return count;
  }

  get counts(): readonly Count[] {
    return [...this.#counts.values()];
  }
}

/** Asks about some blocks at a time. */
class Openssl {
  readonly #world: World;
  readonly #tally: Tally;
  readonly #running = new Set<Promise<void>>();

  private constructor(world: World, tally: Tally) {
    this.#world = world;
    this.#tally = tally;
  }

  /** @throws {Error} unless it accepts every original: else what it refuses would mean nothing. */
  static async open(world: World, tally: Tally): Promise<Openssl> {
    const known = world.subjects.filter(({ isOfCms }) => isOfCms);
    const originals = known.map(({ record, original: { der: seal } }, number) => ({ number, record, seal }));
    const accepted = await acceptedByOpenssl(originals, world);
    const refused = known.filter((_, number) => !accepted.has(number)).map(({ name }) => name);
    if (refused.length > 0) throw new Error(`openssl does not accept every original: ${refused.join(', ')}`);
    return new Openssl(world, tally);
  }

  /** Waits until there is room for one more. */
  async ask(trial: Trial): Promise<void> {
    while (this.#running.size >= opensslAtOnce) await Promise.race(this.#running);
    const answer = acceptedByOpenssl(trial.seals, this.#world).then(accepted => {
      this.#tally.addOpenssl(trial, accepted);
      this.#running.delete(answer);
    });
    // Whoever waits next hears of a failure.
    answer.catch(() => undefined);
    this.#running.add(answer);
  }

  async done(): Promise<void> {
    await Promise.all(this.#running);
  }
}
