import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Again } from '../../../gateway/window/again.ts';
import type { CaseView } from '../../../gateway/window/case.ts';
import { type CompletionTools, createCompletion } from '../../../gateway/window/completion.ts';
import { createDriver } from '../../../gateway/window/drive.ts';
import { slipsFor } from '../../../gateway/window/slips.ts';
import type { Stamper } from '../../../gateway/window/stamping.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import type { Store } from '../../../gateway/window/store.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { world } from '../../certs/fixture.ts';
import { logFaults, logRowsIn } from '../../fixtures/log-rows.ts';
import { opening } from '../../fixtures/opening.ts';
import { scriptedDepartments } from '../../fixtures/scripted-departments.ts';
import { NOBODY_STAMPS, stamperOf } from '../../fixtures/stampers.ts';
import { until } from '../../fixtures/until.ts';

const keys = world(sealHolders(), new Date(Date.now() - 60_000));
const { sealer } = keys.party('center');
afterAll(() => keys.remove());

const newId = (): string => randomBytes(16).toString('hex');
const honest = stamperOf(keys.dir, () => new Date());
const vault = openVault(new Uint8Array(32));
const papersPerCase = 8;

let place: { readonly file: string };
let store: Store;
let completions: Again[];
let reported: string[];
const report = ({ message }: Error): void => void reported.push(message);

beforeEach(async () => {
  place = { file: join(keys.dir, `${newId()}.sqlite`) };
  [reported, completions] = [[], []];
  store = await openStore(place, vault, report);
});
afterEach(async () => {
  await Promise.all(completions.map(completion => completion.stop()));
  await store.close();
});

/** A case that was closed while the authority was away. */
async function closedUnstamped(): Promise<CaseView> {
  const driver = createDriver({
    store,
    clients: scriptedDepartments(keys, () => new Date(store.now())).clients,
    trust: () => keys.trust,
    now: () => new Date(store.now()),
    newId,
    random: () => 1,
    report,
    ...NOBODY_STAMPS,
    slipsFor: (before, after, at) => slipsFor(before, after, at, { sealer, newId }),
    onStep: () => undefined,
  });
  const opened = await store.open(opening());
  if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
  const view = await driver.drive(opened.held);
  await driver.stop();
  return view;
}

function begun(stamper: Stamper, reach: Partial<CompletionTools['store']> = {}): Again {
  const own = { unstamped: store.unstamped.bind(store), complete: store.complete.bind(store), ...reach };
  const completion = createCompletion({ store: own, newId, report, ...stamper });
  completions.push(completion);
  completion.start();
  return completion;
}
const waiting = async (): Promise<number> => (await store.pulse()).unstamped;
const isComplete = async (): Promise<boolean> => (await waiting()) === 0;
async function loaded({ number }: CaseView): Promise<CaseView> {
  const [view] = await store.load([number]);
  return view as CaseView;
}

describe('papers that were sealed while the authority was away', () => {
  it('are completed when it is back, each with a second leaf', async () => {
    const views = [await closedUnstamped(), await closedUnstamped()];
    expect(await waiting()).toBe(2 * papersPerCase);
    let isAway = true;
    let asked = 0;
    begun({
      stamp(seals) {
        asked += 1;
        return (isAway ? NOBODY_STAMPS : honest).stamp(seals);
      },
    });
    await until(() => asked === 2);
    expect(await waiting()).toBe(2 * papersPerCase);
    isAway = false;
    await until(isComplete);
    const rows = await logRowsIn(place);
    for (const view of views) {
      const after = await loaded(view);
      expect(logFaults(rows, after)).toEqual([]);
      // Nothing has happened in the case.
      expect(after.head).toEqual(view.head);
    }
    expect(rows.leaves.map(({ form }) => form)).toEqual([...Array(16).fill('B'), ...Array(16).fill('BT')]);
    expect(reported).toEqual([]);
  });

  it('are completed once, though two gateways do it', async () => {
    for (let nth = 0; nth < 3; nth++) await closedUnstamped();
    begun(honest);
    begun(honest);
    await until(isComplete);
    const { leaves, size } = await logRowsIn(place);
    expect(size).toBe(2 * 3 * papersPerCase);
    expect(new Set(leaves.map(({ paper, form }) => `${paper} ${form}`)).size).toBe(size);
  });

  it.each(['before', 'after'])(
    'are completed by whoever comes next, when a process ends %s it has written',
    async side => {
      const view = await closedUnstamped();
      let hasBegun = false;
      begun(honest, {
        async complete(papers) {
          if (side === 'after') await store.complete(papers);
          hasBegun = true;
          return new Promise(() => undefined);
        },
      });
      await until(() => hasBegun);
      // Whoever has ended is not waited for.
      completions = [];
      begun(honest);
      await until(isComplete);
      expect(logFaults(await logRowsIn(place), await loaded(view))).toEqual([]);
      expect((await logRowsIn(place)).size).toBe(2 * papersPerCase);
    },
  );

  it('are completed though another can’t be read, which is told once', async () => {
    await closedUnstamped();
    const tampered = await closedUnstamped();
    const db = new Database(place.file);
    db.prepare("update slip set record = '{}' where case_number = ? and kind = 'DECISION'").run(tampered.number);
    db.close();
    let looks = 0;
    begun(honest, {
      unstamped(asked) {
        looks += 1;
        return store.unstamped(asked);
      },
    });
    await until(async () => (await waiting()) === 1 && looks > 8);
    expect(reported).toEqual([expect.stringContaining(`case ${tampered.number} can't be read`)]);
  });

  it('are left alone when the authority does not answer: one page is asked for, and the rest comes the next time', async () => {
    for (let nth = 0; nth < 8; nth++) await closedUnstamped();
    const asked: number[] = [];
    begun({
      async stamp(seals) {
        asked.push(seals.length);
        return seals.map(() => undefined);
      },
    });
    await until(() => asked.length === 2);
    expect(asked.every(count => count <= 50)).toBe(true);
    expect(await waiting()).toBe(8 * papersPerCase);
  });
});

it('what the database can’t do is reported and done later', async () => {
  await closedUnstamped();
  let failures = 0;
  begun(honest, {
    unstamped(asked) {
      failures += 1;
      if (failures === 1) throw new Error('the database is away');
      return store.unstamped(asked);
    },
  });
  await until(() => failures === 1);
  expect(reported).toEqual(['the database is away']);
  await until(isComplete);
});

it('a stop waits for the page that is under way, and no look comes after it', async () => {
  await closedUnstamped();
  const gate = Promise.withResolvers<void>();
  let looks = 0;
  const completion = begun({
    async stamp(seals) {
      looks += 1;
      await gate.promise;
      return honest.stamp(seals);
    },
  });
  await until(() => looks === 1);
  const stopped = completion.stop();
  gate.resolve();
  await stopped;
  const left = await waiting();
  expect(left).toBeLessThan(papersPerCase);
  expect(looks).toBe(1);
});
