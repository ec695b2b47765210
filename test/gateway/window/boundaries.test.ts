/**
 * Every border: a process ends before and after each of its calls of the store and of a department, another takes over,
 * and the case comes to the same end. `LONG=1` tries all borders on PostgreSQL, and by real kills, too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CaseView } from '../../../gateway/window/case.ts';
import { openStore, type StorePlace } from '../../../gateway/window/store/open-store.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { world } from '../../certs/fixture.ts';
import { freshDatabase, postgresAbsence } from '../../fixtures/database.ts';
import { faultsOf, Lane, type Run } from '../../fixtures/lane.ts';
import { type Border, Life } from '../../fixtures/life.ts';
import { centerOf, endOf, KINDS, type Kind, leaseIsOver, Story, windowOf } from '../../fixtures/lives.ts';
import { openTown } from '../../fixtures/town.ts';

const isLong = process.env.LONG === '1';
/** The whole of a store's borders, on two busy cores. */
const allWithinMs = isLong ? 900_000 : 180_000;

const keys = world(sealHolders(), new Date(Date.now() - 60_000));
// Who ends here loses no power: in memory, nobody waits for a disk.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'one-window-borders-'));
const reported: Error[] = [];
const center = centerOf(keys.dir, defect => reported.push(defect));
afterAll(() => {
  keys.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The same for ever, so that a border that fails is found again. */
function sampleOf<Each>(all: readonly Each[], size: number, seed: number): readonly Each[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const drawn = all.map(each => ({ each, place: random() })).sort((a, b) => a.place - b.place);
  return drawn.slice(0, size).map(({ each }) => each);
}

interface Tried {
  readonly undisturbed: Run;
  readonly tried: readonly string[];
  /** Of those tried, at how many the process was indeed halted. */
  readonly halted: number;
  /** Borders at which the case went another way, and to which end. */
  readonly astray: readonly object[];
}

/** How many borders of a kind are tried. */
interface Sample {
  readonly killed: number;
  readonly stopped: number;
}
const ALL = Number.POSITIVE_INFINITY;

async function tryBorders(kind: Kind, place: StorePlace, files: string, sample: Sample): Promise<Tried> {
  const lane = await Lane.open(kind, center, place, files);
  try {
    const undisturbed = await lane.undisturbed();
    const { borders } = undisturbed;
    const trials = [
      ...sampleOf(borders, sample.killed, 302).map(border => ({
        fate: 'killed',
        border,
        run: lane.killedAt.bind(lane),
      })),
      ...sampleOf(borders, sample.stopped, 7).map(border => ({
        fate: 'stopped',
        border,
        run: lane.stoppedAt.bind(lane),
      })),
    ];
    const astray: object[] = [];
    let halted = 0;
    for (const { fate, border, run } of trials) {
      const { end, faults, isHalted } = await run(border);
      if (isHalted) halted += 1;
      const isSame = JSON.stringify(end) === JSON.stringify(undisturbed.end);
      if (!isSame || faults.length > 0) astray.push({ fate, border, faults, ...(isSame ? {} : { end }) });
    }
    return { undisturbed, tried: trials.map(({ fate, border }) => `${fate} at ${border}`), halted, astray };
  } finally {
    await lane.close();
  }
}

const STORES = [
  { store: 'SQLite', sample: { killed: ALL, stopped: isLong ? ALL : 8 }, absence: undefined },
  {
    store: 'PostgreSQL',
    sample: isLong ? { killed: ALL, stopped: ALL } : { killed: 8, stopped: 4 },
    absence: postgresAbsence,
  },
];

describe.each(STORES)('on $store', ({ store, sample, absence }) => {
  const kinds = new Map<string, Promise<Tried>>();
  const databases: { drop(): Promise<void> }[] = [];

  async function placeOf(files: string): Promise<StorePlace> {
    if (store === 'SQLite') return { file: join(files, 'window.sqlite') };
    const database = await freshDatabase();
    databases.push(database);
    return { url: database.url };
  }
  async function tryKind(kind: Kind): Promise<Tried> {
    const files = join(folder, store, String(KINDS.indexOf(kind)));
    return tryBorders(kind, await placeOf(files), files, sample);
  }
  beforeAll(() => {
    // All kinds at once: while one waits, others go on.
    for (const kind of absence ? [] : KINDS) {
      const tried = tryKind(kind);
      tried.catch(() => undefined);
      kinds.set(kind.title, tried);
    }
  });
  afterAll(async () => {
    await Promise.allSettled(kinds.values());
    for (const database of databases) await database.drop();
  }, allWithinMs);

  const test = absence ? it.skip : it;
  const because = absence ? ` (${absence})` : '';
  test.each(KINDS)(
    `comes to the same end wherever it is interrupted: $title${because}`,
    async ({ title, end }) => {
      const { undisturbed, tried, halted, astray } = await (kinds.get(title) as Promise<Tried>);
      const { papers, ...plain } = undisturbed.end;
      expect(plain).toEqual({ ...end, slips: [...end.slips].sort(), rows: [...end.rows].sort() });
      expect(undisturbed.faults).toEqual([]);
      expect(papers.length).toBeGreaterThan(0);
      expect(tried.length).toBeGreaterThan(10);
      expect(halted / tried.length).toBeGreaterThan(0.8);
      expect(astray).toEqual([]);
      expect(reported.map(({ stack }) => stack)).toEqual([]);
    },
    allWithinMs,
  );
});

describe('killed in earnest, with its departments', () => {
  const program = fileURLToPath(new URL('./live-until-killed.ts', import.meta.url));
  let made = 0;

  /** Runs a case of a kind in a process of its own that kills itself at a border, and goes on with it here. */
  async function killed(kind: Kind, border: Border): Promise<Pick<Run, 'end' | 'faults'>> {
    made += 1;
    const files = join(folder, `killed-${made}`);
    const story = new Story(kind);
    const told = JSON.stringify({ files, keys: keys.dir, kind: kind.title, border, input: story.input });
    const child = spawn(process.execPath, [program, told], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    // It came to its end where timing spared it the border.
    if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the process ended with ${code ?? signal}`);
    const town = await openTown(files, keys.dir, kind.manners);
    const place = { file: join(files, 'window.sqlite') };
    const store = await openStore(place, center.vault, center.report);
    try {
      const life = new Life();
      await leaseIsOver(store);
      const window = windowOf(life, store, town, center);
      await window.start();
      const view = (await story.goOn(window, life, store, town)) as CaseView;
      await window.stop();
      return { end: endOf(view, town), faults: await faultsOf(view, store, place) };
    } finally {
      await store.close();
      await town.close();
    }
  }

  it.each(KINDS)(
    'comes to the same end: $title',
    async kind => {
      const files = join(folder, `spared-${KINDS.indexOf(kind)}`);
      const lane = await Lane.open(kind, center, { file: join(files, 'window.sqlite') }, files);
      const { borders, end } = await lane.undisturbed();
      await lane.close();
      const sample = sampleOf(borders, isLong ? ALL : 1, 11);
      const runs: Awaited<ReturnType<typeof killed>>[] = [];
      // Two at a time: each is a whole center in a process of its own.
      for (let at = 0; at < sample.length; at += 2) {
        runs.push(...(await Promise.all(sample.slice(at, at + 2).map(border => killed(kind, border)))));
      }
      const astray = runs.map((run, at) => ({ border: sample[at], faults: run.faults, end: run.end }));
      expect(astray).toEqual(sample.map(border => ({ border, faults: [], end })));
    },
    allWithinMs,
  );
});
