import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOf } from '../../../certs/ledger-chain.ts';
import type { CaseView } from '../../../gateway/window/case.ts';
import { createDriver, type Driver } from '../../../gateway/window/drive.ts';
import type { LedgerEvent } from '../../../gateway/window/ledger.ts';
import { slipsFor } from '../../../gateway/window/slips.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import { type Held, leaseMs, type Store, type Told } from '../../../gateway/window/store.ts';
import type { ItemId } from '../../../subgraphs/catalogue.ts';
import type { ItemOutcome } from '../../../subgraphs/generated/contract.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { world } from '../../certs/fixture.ts';
import { OPENED_AT, opening } from '../../fixtures/opening.ts';
import { type Called, type ScriptedDepartments, scriptedDepartments } from '../../fixtures/scripted-departments.ts';
import { NOBODY_STAMPS } from '../../fixtures/stampers.ts';

const keys = world(sealHolders(), new Date(OPENED_AT));
const folder = mkdtempSync(join(tmpdir(), 'one-window-drive-'));
afterAll(() => {
  keys.remove();
  rmSync(folder, { recursive: true, force: true });
});

let store: Store;
let departments: ScriptedDepartments;
let drivers: Driver[];
let reported: string[];
let steps: number;
/** Opened at the end of each test, or a test that fails would wait for ever. */
let gates: (() => void)[];

const newId = (): string => randomBytes(16).toString('hex');
const now = (): Date => new Date(store.now());
const sealer = keys.party('center').sealer;

/** The store as one process reaches it. */
interface Reach {
  /** Asked before each call of the store; it may take its time, or throw. */
  before?: (method: keyof Store) => unknown;
  /** Asked after it, before the process hears what came of it. */
  after?: (method: keyof Store) => unknown;
}
const reached = (reach: Reach): Store =>
  new Proxy(store, {
    get(target, method: keyof Store) {
      const own = target[method] as unknown;
      if (typeof own !== 'function') return own;
      if (method === 'now') return own.bind(target);
      return async (...args: readonly unknown[]) => {
        await reach.before?.(method);
        const result = await own.apply(target, args);
        await reach.after?.(method);
        return result;
      };
    },
  });

function newDriver(reach: Reach = {}): Driver {
  const driver = createDriver({
    store: reached(reach),
    clients: departments.clients,
    trust: () => keys.trust,
    now,
    newId,
    random: () => 1,
    report: ({ message }) => reported.push(message),
    ...NOBODY_STAMPS,
    slipsFor: (before, after, at) => slipsFor(before, after, at, { sealer, newId }),
    onStep: () => {
      steps += 1;
    },
  });
  drivers.push(driver);
  return driver;
}

beforeEach(async () => {
  const file = join(folder, newId(), 'window.sqlite');
  reported = [];
  drivers = [];
  gates = [];
  steps = 0;
  store = await openStore({ file }, openVault(new Uint8Array(32)), ({ message }) => reported.push(message));
  await store.advanceClock(OPENED_AT - store.now());
  departments = scriptedDepartments(keys, now);
});
afterEach(async () => {
  departments.turn = undefined;
  for (const open of gates) open();
  await Promise.all(drivers.map(driver => driver.stop()));
  await store.close();
});

async function opened(...changes: Parameters<typeof opening>): Promise<Held> {
  const { outcome, ...rest } = await store.open(opening(...changes));
  if (outcome !== 'OPEN' || !('held' in rest) || !rest.held) throw new Error(outcome);
  return rest.held;
}
async function loaded(number: string): Promise<CaseView> {
  const [view] = await store.load([number]);
  return view as CaseView;
}
const itemIn = ({ items }: CaseView, id: ItemId) => items.find(({ item }) => item === id);
const statesOf = ({ items }: CaseView): readonly string[] => items.map(({ state }) => state);
const ALL_GRANTED = Array(6).fill('GRANTED');

/** Drives what is due after so long by the database's clock; the cases as they then are. */
async function later(driver: Driver, afterMs: number): Promise<readonly CaseView[]> {
  await store.advanceClock(afterMs);
  return Promise.all((await store.claimDue(10)).map(held => driver.drive(held)));
}
async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not come so far');
    await sleep(2);
  }
}
const isCall = (department: string, verb: string) => (called: Called) =>
  called.department === department && called.verb === verb;
/** A gate for one call of a department: it is waited for, and then opened. */
function gate(department: string, verb: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  gates.push(resolve);
  let arrived = false;
  let isUsed = false;
  departments.turn = called => {
    if (isUsed || !isCall(department, verb)(called)) return undefined;
    isUsed = true;
    arrived = true;
    return promise;
  };
  return { open: resolve, arrived: () => until(() => arrived) };
}
let toldFacts = 0;
async function tell(number: string, told: Told, takeOver = false): Promise<void> {
  toldFacts += 1;
  const id = `fact-${toldFacts}`;
  const telling = { id, caseNumber: number, fingerprint: id, told, contents: new Map(), takeOver };
  expect(await store.tell(telling)).toBe('NEW');
}
const withdrawal: Told = { kind: 'WITHDRAWAL', requestId: 'w', reason: '不办了', by: 'clerk' };

async function eventsOf(number: string): Promise<readonly LedgerEvent[]> {
  const entries = await store.ledger(number);
  let hash = '';
  for (const entry of entries) {
    expect(entry.hash).toBe(hashOf(entry, hash));
    ({ hash } = entry);
  }
  expect((await loaded(number)).head).toEqual({ seq: entries.length, hash });
  return entries.flatMap(({ events }) => JSON.parse(events) as LedgerEvent[]);
}
/** No operation was done twice, and nothing was left in the case that is not in its ledger. */
async function isSound(number: string): Promise<void> {
  expect([...departments.done.values()].filter(times => times > 1)).toEqual([]);
  await eventsOf(number);
}

describe('an undisturbed case', () => {
  it('is carried to its end in at most six writes, its opening and its name among them', async () => {
    const held = await opened();
    const view = await newDriver().drive(held);
    expect(view).toMatchObject({ state: 'CLOSED', acceptedOn: '2026-03-02' });
    expect(statesOf(view)).toEqual(ALL_GRANTED);
    expect(store.counts.writes).toBeLessThanOrEqual(6);
    expect(steps).toBe(store.counts.writes - 1);
    expect(view.slips.map(({ kind }) => kind)).toEqual(['ACCEPTANCE', 'DECISION', 'DELIVERY']);
    expect(await loaded(view.number)).toEqual(view);
    await isSound(view.number);
    expect(reported).toEqual([]);
  });

  it('asks every department once before it files, and files each item once', async () => {
    await newDriver().drive(await opened());
    expect(departments.said().slice(0, 4).sort()).toEqual(
      ['business', 'code', 'seal', 'tax'].map(department => `${department} precheck`),
    );
    expect(departments.said().slice(4)).toEqual([
      'business file',
      'business file',
      'code file',
      'seal file',
      'tax file',
    ]);
    expect([...departments.done.values()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('costs nothing when it is over: nobody is to look at it again', async () => {
    const driver = newDriver();
    await driver.drive(await opened());
    expect(await later(driver, 10 * 365 * 86_400_000)).toEqual([]);
    expect(driver.driving).toBe(0);
  });
});

describe('what is sent', () => {
  it('is written before it is sent', async () => {
    const seen: unknown[] = [];
    const held = await opened();
    const { number } = held.lease;
    departments.turn = ({ verb, ids }) => {
      if (verb !== 'file') return undefined;
      return loaded(number).then(({ items }) => {
        for (const id of ids) seen.push(items.find(one => one.operationId === id)?.state);
      });
    };
    await newDriver().drive(held);
    expect(seen).toEqual(Array(6).fill('SENT'));
  });

  it('is asked for when the answer is lost, and not sent again', async () => {
    let lost = false;
    departments.turn = called => {
      if (lost || !isCall('business', 'file')(called)) return undefined;
      lost = true;
      return 'LOSE_ANSWER';
    };
    const driver = newDriver();
    const waiting = await driver.drive(await opened());
    expect(itemIn(waiting, 'name')).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'CONNECTION', attempts: 1 });
    expect(departments.said().slice(4)).toEqual(['business file']);
    const [view] = await later(driver, 1_000);
    expect(statesOf(view!)).toEqual(ALL_GRANTED);
    expect(departments.said().slice(5, 7)).toEqual(['business outcomes', 'business file']);
    expect(departments.calls[6]?.ids).toEqual([`${view!.number}/license/1`]);
    await isSound(view!.number);
  });

  it('is sent again under the same id when the department has never seen it', async () => {
    let lost = false;
    departments.turn = called => {
      if (lost || !isCall('business', 'file')(called)) return undefined;
      lost = true;
      return 'LOSE_REQUEST';
    };
    const driver = newDriver();
    const { number } = await driver.drive(await opened());
    const [view] = await later(driver, 1_000);
    expect(statesOf(view!)).toEqual(ALL_GRANTED);
    const ids = departments.calls.slice(4, 7).map(({ verb, ids }) => `${verb} ${ids}`);
    expect(ids).toEqual([`file ${number}/name/1`, `outcomes ${number}/name/1`, `file ${number}/name/1`]);
    expect(itemIn(view!, 'name')?.attempts).toBe(1);
  });

  it('is asked for at once by who takes the case over: nobody waits for the answer any more', async () => {
    const held = await opened();
    const { open, arrived } = gate('business', 'file');
    void newDriver({
      before: method => (method === 'renew' ? sleep(60_000, undefined, { ref: false }) : undefined),
    }).drive(held);
    await arrived();
    departments.turn = undefined;
    const [view] = await later(newDriver(), leaseMs + 1);
    expect(view).toMatchObject({ state: 'CLOSED' });
    expect(departments.calls[5]).toMatchObject({ verb: 'outcomes', ids: [`${view!.number}/name/1`] });
    open();
    await isSound(view!.number);
  });
});

describe('answers', () => {
  it('that come together are written together', async () => {
    departments.turn = ({ verb }) => (verb === 'file' ? undefined : sleep(Math.random() * 10));
    await newDriver().drive(await opened());
    expect(store.counts.writes).toBeLessThanOrEqual(6);
  });

  it('of a fast department are not held up by a slow one', async () => {
    const held = await opened();
    const { open, arrived } = gate('seal', 'file');
    const driven = newDriver().drive(held);
    await arrived();
    const but = (state: string) => ['GRANTED', 'GRANTED', 'GRANTED', state, 'GRANTED', 'GRANTED'];
    const deadline = performance.now() + 5_000;
    while (statesOf(await loaded(held.lease.number)).includes('QUEUED') && performance.now() < deadline) await sleep(5);
    while ((await loaded(held.lease.number)).items.at(-1)?.state === 'SENT' && performance.now() < deadline) {
      await sleep(5);
    }
    expect(statesOf(await loaded(held.lease.number))).toEqual(but('SENT'));
    open();
    expect(statesOf(await driven)).toEqual(ALL_GRANTED);
  });

  it('to prechecks that have come are kept when another has not: only that one is asked again', async () => {
    let isAway = true;
    departments.turn = called => (isAway && isCall('tax', 'precheck')(called) ? 'LOSE_REQUEST' : undefined);
    const driver = newDriver();
    const waiting = await driver.drive(await opened());
    expect(waiting.prechecks.map(({ department, faults }) => [department, faults !== null])).toEqual([
      ['business', true],
      ['code', true],
      ['seal', true],
      ['tax', false],
    ]);
    expect(waiting.state).toBe('SUBMITTED');
    isAway = false;
    const [view] = await later(driver, 1_000);
    expect(statesOf(view!)).toEqual(ALL_GRANTED);
    expect(departments.said().filter(said => said.endsWith('precheck'))).toHaveLength(5);
  });

  it('that are none make it ask later each time, and no case else waits', async () => {
    departments.turn = called => (isCall('tax', 'precheck')(called) ? 'LOSE_REQUEST' : undefined);
    const driver = newDriver();
    const held = await opened();
    const { number } = held.lease;
    let sentAt = store.now();
    await driver.drive(held);
    for (const pauseMs of [250, 500, 1_000, 2_000, 4_000]) {
      const { retry } = (await loaded(number)).prechecks.find(({ department }) => department === 'tax')!;
      expect((retry.at as number) - sentAt).toBeGreaterThanOrEqual(pauseMs);
      expect((retry.at as number) - store.now()).toBeLessThanOrEqual(pauseMs);
      await store.advanceClock(60_000);
      sentAt = store.now();
      await later(driver, 0);
    }
  });
});

describe('silence of a department', () => {
  const MARCH_9_ENDS = Date.parse('2026-03-09T16:00:00.000Z');
  const untilSilence = (): number => MARCH_9_ENDS - store.now();

  it('is acceptance from the day of receipt, after five working days; then everything is filed', async () => {
    departments.turn = called => (isCall('tax', 'precheck')(called) ? 'LOSE_REQUEST' : undefined);
    const driver = newDriver();
    const { number } = await driver.drive(await opened());
    await later(driver, untilSilence() - 1_000);
    expect((await loaded(number)).state).toBe('SUBMITTED');
    departments.turn = undefined;
    const asked = departments.said().filter(said => said === 'tax precheck').length;
    const [view] = await later(driver, untilSilence());
    expect(view).toMatchObject({ state: 'CLOSED', acceptedOn: '2026-03-02' });
    expect(departments.said().filter(said => said === 'tax precheck')).toHaveLength(asked);
    expect(view!.prechecks.filter(({ silent }) => silent).map(({ department }) => department)).toEqual(['tax']);
    const events = await eventsOf(number);
    expect(events).toContainEqual({ event: 'SILENCE_COUNTS', department: 'tax' });
    const card = { event: 'NOTE', note: 'CARD', level: 'RED', ground: 'DEEMED_ACCEPTED', item: 'national-tax' };
    expect(events.filter(({ event }) => event === 'NOTE')).toEqual([card]);
  });

  it('is none while it is being asked: what it says in time counts, though the day is over', async () => {
    const held = await opened();
    const { open, arrived } = gate('tax', 'precheck');
    const driven = newDriver().drive(held);
    await arrived();
    await store.advanceClock(untilSilence() + 1);
    departments.faults.set('tax', [{ item: 'local-tax', path: 'address', code: 'X', message: 'x' }]);
    await sleep(50);
    open();
    const view = await driven;
    expect(view).toMatchObject({ state: 'CORRECTION_NOTICED', acceptedOn: null });
    expect(departments.said()).not.toContain('business file');
  });

  it('counts at the end of a call that has brought nothing', async () => {
    const held = await opened();
    const wait = Promise.withResolvers<void>();
    departments.turn = called => (isCall('tax', 'precheck')(called) ? wait.promise : undefined);
    const driven = newDriver().drive(held);
    await until(() => departments.said().includes('tax precheck'));
    await store.advanceClock(untilSilence() + 1);
    wait.reject(new Error('cut'));
    expect(statesOf(await driven)).toEqual(ALL_GRANTED);
    expect(reported).toEqual(['cut']);
  });
});

describe('a defect in one case', () => {
  it('gives it up for five seconds, and no longer; others go on', async () => {
    let isBroken = true;
    const driver = createBroken(() => isBroken);
    const [bad, good] = [await opened(), await opened()];
    const [view] = await Promise.all([driver.drive(bad), driver.drive(good)]);
    expect(view.state).toBe('SUBMITTED');
    expect(reported).toEqual(['the sealer is broken']);
    expect((await loaded(good.lease.number)).state).toBe('CLOSED');
    expect(await later(driver, 3_000)).toEqual([]);
    isBroken = false;
    expect((await later(driver, 2_001)).map(({ state }) => state)).toEqual(['CLOSED']);
    await isSound(bad.lease.number);

    function createBroken(broken: () => boolean): Driver {
      const made = createDriver({
        store,
        clients: departments.clients,
        trust: () => keys.trust,
        now,
        newId,
        random: () => 1,
        report: ({ message }) => reported.push(message),
        ...NOBODY_STAMPS,
        slipsFor: (before, after, at) => {
          if (broken() && after.number === bad.lease.number) throw new Error('the sealer is broken');
          return slipsFor(before, after, at, { sealer, newId });
        },
        onStep: () => undefined,
      });
      drivers.push(made);
      return made;
    }
  });

  it('of ours in an answer is reported, and the clerk hears nothing of it', async () => {
    departments.turn = called =>
      isCall('business', 'file')(called) ? Promise.reject(new TypeError('x is no function')) : undefined;
    const view = await newDriver().drive(await opened());
    expect(itemIn(view, 'name')).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'DEFECT' });
    expect(reported).toEqual(['x is no function']);
  });
});

describe('a store that fails', () => {
  it.each(['before', 'after'] as const)(
    '%s it has written loses an answer and nothing else, and comes back',
    async side => {
      let saves = 0;
      const fail = (method: keyof Store): void => {
        if (method !== 'save') return;
        saves += 1;
        if (saves === 3) throw new Error('the disk is full');
      };
      const driver = newDriver({ [side]: fail });
      const { number } = (await opened()).lease;
      await store.advanceClock(leaseMs + 1);
      const [held] = await store.claimDue(1);
      await driver.drive(held!);
      expect(reported).toEqual(['the disk is full']);
      expect((await loaded(number)).state).toBe('IN_REVIEW');
      const [view] = await later(driver, 5_001);
      expect(statesOf(view!)).toEqual(ALL_GRANTED);
      await isSound(number);
    },
  );

  it('altogether keeps the case until its lease is over, and then it goes on', async () => {
    let isGone = false;
    const fail = (): void => {
      if (isGone) throw new Error('the store is gone');
    };
    const driver = newDriver({ before: fail });
    const held = await opened();
    const { open, arrived } = gate('business', 'file');
    const driven = driver.drive(held);
    await arrived();
    isGone = true;
    open();
    await driven;
    expect(new Set(reported)).toEqual(new Set(['the store is gone']));
    expect(await store.claim(held.lease.number)).toBeUndefined();
    isGone = false;
    const [view] = await later(driver, leaseMs + 1);
    expect(statesOf(view!)).toEqual(ALL_GRANTED);
    await isSound(held.lease.number);
  });
});

/** A process that does not renew its leases: the system has stopped it, or it is very busy. */
const STOPPED: Reach = {
  before: method => (method === 'renew' ? sleep(60_000, undefined, { ref: false }) : undefined),
};

describe('a lease that is over', () => {
  it('is lost to another driver: what the first one was doing is dropped, and never written', async () => {
    const held = await opened();
    const { number } = held.lease;
    const { open, arrived } = gate('code', 'file');
    const first = newDriver(STOPPED).drive(held);
    await arrived();
    departments.turn = undefined;
    const [view] = await later(newDriver(), leaseMs + 1);
    expect(view).toMatchObject({ state: 'CLOSED' });
    const [entries, calls] = [await store.ledger(number), departments.calls.length];
    open();
    await first;
    expect(await store.ledger(number)).toEqual(entries);
    expect(departments.calls).toHaveLength(calls);
    expect(reported).toEqual([]);
    await isSound(number);
  });

  it('sends nothing when it has ended between the commit of SENT and the call', async () => {
    let saves = 0;
    const driver = newDriver({
      ...STOPPED,
      after: method => {
        if (method !== 'save') return undefined;
        saves += 1;
        return saves === 1 ? sleep(leaseMs + 20) : undefined;
      },
    });
    const held = await opened();
    await driver.drive(held);
    expect(departments.said()).not.toContain('business file');
    expect(itemIn(await loaded(held.lease.number), 'name')).toMatchObject({ state: 'SENT' });
    expect(reported).toEqual([]);
    const [view] = await later(newDriver(), leaseMs + 1);
    expect(departments.calls[4]).toMatchObject({ verb: 'outcomes' });
    expect(statesOf(view!)).toEqual(ALL_GRANTED);
  });

  it('is not over while its driver waits, however long a department takes', async () => {
    const held = await opened();
    const { open, arrived } = gate('business', 'file');
    const driven = newDriver().drive(held);
    await arrived();
    await sleep(2 * leaseMs);
    expect(await store.claim(held.lease.number)).toBeUndefined();
    open();
    expect(statesOf(await driven)).toEqual(ALL_GRANTED);
  });

  it('claimed anew by the same process is renewed, though the lost one ends in between', async () => {
    let isStopped = true;
    const driver = newDriver({
      before: method => (isStopped && method === 'renew' ? sleep(60_000, undefined, { ref: false }) : undefined),
    });
    const held = await opened();
    const { number } = held.lease;
    const lost = gate('business', 'file');
    const first = driver.drive(held);
    await lost.arrived();
    await store.advanceClock(leaseMs + 1);
    const again = await store.claim(number);
    const kept = gate('business', 'outcomes');
    isStopped = false;
    const second = driver.drive(again!);
    await kept.arrived();
    lost.open();
    await first;
    await sleep(leaseMs + 500);
    expect(await store.claim(number)).toBeUndefined();
    kept.open();
    expect(statesOf(await second)).toEqual(ALL_GRANTED);
    await isSound(number);
  });

  it('is taken from a driver by an operator, who is not waited for', async () => {
    const held = await opened();
    const { number } = held.lease;
    const { open, arrived } = gate('business', 'file');
    const first = newDriver().drive(held);
    await arrived();
    departments.turn = undefined;
    await tell(number, { kind: 'REPAIR_APPROVED', repairId: 'r', by: 'approver' }, true);
    const [view] = await later(newDriver(), 0);
    expect(view).toMatchObject({ state: 'CLOSED' });
    open();
    await first;
    await isSound(number);
  });
});

describe('what is told of a case while it is driven', () => {
  it('counts from the next write on: a withdrawal that comes before the license stops everything after it', async () => {
    const held = await opened();
    const { number } = held.lease;
    const { open, arrived } = gate('business', 'file');
    const driven = newDriver().drive(held);
    await arrived();
    await tell(number, withdrawal);
    open();
    const view = await driven;
    expect(view.state).toBe('WITHDRAWN');
    expect(statesOf(view)).toEqual(['COMPENSATED', 'COMPENSATED', 'SKIPPED', 'SKIPPED', 'SKIPPED', 'SKIPPED']);
    expect(departments.said()).not.toContain('tax file');
    await isSound(number);
  });

  it('after its last answer keeps it from being given up', async () => {
    let isTold = false;
    const held = await opened();
    const { number } = held.lease;
    const pending: ItemOutcome = { __typename: 'Pending', reference: 'N-1' };
    departments.turn = called => (called.ids.includes(`${number}/name/1`) ? pending : undefined);
    const driver = newDriver({
      before: async method => {
        if (method !== 'save' || isTold || !departments.said().includes('business file')) return;
        isTold = true;
        await tell(number, {
          kind: 'OUTCOME',
          operationId: `${number}/name/1`,
          outcome: departments.outcome(`${number}/name/1`, 'GRANTED'),
        });
      },
    });
    const view = await driver.drive(held);
    expect([isTold, statesOf(view)]).toEqual([true, ALL_GRANTED]);
    expect(await eventsOf(number)).toContainEqual({
      event: 'NOTE',
      note: 'CALLED_BACK',
      operationId: `${number}/name/1`,
      outcome: 'Granted',
      hint: false,
    });
  });

  it('too early for the filing that is under way waits for its answer: it closes nothing that never left', async () => {
    const held = await opened();
    const { number } = held.lease;
    const name = `${number}/name/1`;
    await tell(number, { kind: 'OUTCOME', operationId: name, outcome: departments.outcome(name, 'GRANTED') });
    const { open, arrived } = gate('business', 'file');
    const driven = newDriver().drive(held);
    await arrived();
    expect(itemIn(await loaded(number), 'name')?.state).toBe('SENT');
    open();
    expect(statesOf(await driven)).toEqual(ALL_GRANTED);
    expect(departments.done.get(name)).toBe(1);
    await isSound(number);
  });

  it('wakes a case that nobody holds at once', async () => {
    const pending: ItemOutcome = { __typename: 'Pending', reference: 'N-1' };
    departments.turn = ({ verb }) => (verb === 'file' ? pending : undefined);
    const driver = newDriver();
    const { number } = await driver.drive(await opened());
    expect(itemIn(await loaded(number), 'name')).toMatchObject({ state: 'PENDING_HUMAN', waits: 'N-1' });
    expect(await later(driver, 1_000)).toEqual([]);
    departments.turn = undefined;
    await tell(number, {
      kind: 'OUTCOME',
      operationId: `${number}/name/1`,
      outcome: departments.outcome(`${number}/name/1`, 'GRANTED'),
    });
    const [view] = await later(driver, 0);
    expect(statesOf(view!)).toEqual(ALL_GRANTED);
  });

  it('as a hint makes it ask at once, and no more than that', async () => {
    departments.turn = called => (isCall('business', 'file')(called) ? 'LOSE_REQUEST' : undefined);
    const driver = newDriver();
    const { number } = await driver.drive(await opened());
    const name = `${number}/name/1`;
    await tell(number, { kind: 'OUTCOME', operationId: name, outcome: departments.outcome(name, 'GRANTED') });
    const [view] = await later(driver, 0);
    // It never left: the department has not seen it, and it is sent again.
    expect(departments.said().slice(5, 7)).toEqual(['business outcomes', 'business file']);
    expect(itemIn(view!, 'name')?.state).toBe('OUTCOME_UNKNOWN');
    expect(view!.documents).toEqual([]);
  });
});

describe('a withdrawn case', () => {
  it('awaits what was filed, gives it back, and files nothing more', async () => {
    const pending: ItemOutcome = { __typename: 'Pending', reference: 'L-1' };
    const held = await opened();
    const { number } = held.lease;
    const license = `${number}/license/1`;
    departments.turn = ({ verb, ids }) => (verb === 'file' && ids.includes(license) ? pending : undefined);
    const driver = newDriver();
    await driver.drive(held);
    await tell(number, withdrawal);
    const [waiting] = await later(driver, 0);
    expect(statesOf(waiting!)).toEqual(['GRANTED', 'PENDING_HUMAN', 'SKIPPED', 'SKIPPED', 'SKIPPED', 'SKIPPED']);
    const before = departments.calls.length;
    await tell(number, { kind: 'OUTCOME', operationId: license, outcome: departments.outcome(license, 'GRANTED') });
    const [view] = await later(driver, 0);
    expect(view).toMatchObject({ state: 'WITHDRAWN' });
    expect(statesOf(view!).slice(0, 2)).toEqual(['COMPENSATED', 'COMPENSATED']);
    expect(departments.calls.slice(before).map(({ verb, ids }) => `${verb} ${ids}`)).toEqual([
      `outcomes ${number}/license/revoke-1`,
      `revoke ${number}/license/revoke-1`,
      `outcomes ${number}/name/revoke-1`,
      `revoke ${number}/name/revoke-1`,
    ]);
    expect(view!.documents.map(({ item, outcome, status }) => `${item} ${outcome} ${status}`)).toEqual([
      'name GRANTED REVOKED',
      'license GRANTED REVOKED',
      'license REVOKED VALID',
      'name REVOKED VALID',
    ]);
    await isSound(number);
  });

  it('stays withdrawn though a department that was still looking finds faults', async () => {
    const held = await opened();
    const { number } = held.lease;
    const { open, arrived } = gate('tax', 'precheck');
    const driven = newDriver().drive(held);
    await arrived();
    departments.faults.set('tax', [{ item: 'local-tax', path: 'address', code: 'X', message: 'x' }]);
    await tell(number, withdrawal);
    await sleep(leaseMs / 2);
    open();
    const view = await driven;
    expect(view).toMatchObject({ state: 'WITHDRAWN', acceptedOn: null });
    expect(statesOf(view)).toEqual(Array(6).fill('SKIPPED'));
    expect(departments.said()).not.toContain('business file');
    await isSound(number);
  });

  it('before anybody has looked at it is over at once, and was never accepted', async () => {
    const held = await opened();
    await tell(held.lease.number, withdrawal);
    await store.release(held.lease, 0);
    const [view] = await later(newDriver(), 0);
    expect(view).toMatchObject({ state: 'WITHDRAWN', acceptedOn: null });
    expect(departments.calls).toEqual([]);
    expect(view!.slips.map(({ kind }) => kind)).toEqual(['DECISION']);
  });
});

describe('a revocation', () => {
  it('that fails twice is shown in red once, stays visible, and is tried until it is done', async () => {
    let isAway = true;
    const held = await opened({ policy: 'REVOKE_ALL' });
    const { number } = held.lease;
    departments.turn = ({ department, verb, ids }) => {
      if (department === 'seal' && verb === 'file') return departments.outcome(ids[0]!, 'REFUSED');
      return isAway && verb === 'revoke' && department === 'code' ? 'LOSE_REQUEST' : undefined;
    };
    const driver = newDriver();
    await driver.drive(held);
    for (let at = 0; at < 4; at += 1) await later(driver, 60_000);
    const cards = async () => (await eventsOf(number)).filter(one => one.event === 'NOTE' && one.note === 'CARD');
    expect(itemIn(await loaded(number), 'organization-code')).toMatchObject({
      state: 'COMPENSATING',
      waits: 'CONNECTION',
    });
    expect(await cards()).toMatchObject([{ level: 'RED', ground: 'REVOCATION_FAILED', item: 'organization-code' }]);
    isAway = false;
    const [view] = await later(driver, 60_000);
    expect(view!.state).toBe('REVOKED');
    expect(await cards()).toHaveLength(1);
    await isSound(number);
  });

  it('of which the answer was lost is asked for, and not sent again', async () => {
    let isLost = false;
    const held = await opened({ policy: 'REVOKE_ALL' });
    departments.turn = ({ department, verb, ids }) => {
      if (department === 'seal' && verb === 'file') return departments.outcome(ids[0]!, 'REFUSED');
      if (verb !== 'revoke' || isLost) return undefined;
      isLost = true;
      return 'LOSE_ANSWER';
    };
    const driver = newDriver();
    await driver.drive(held);
    const [view] = await later(driver, 1_000);
    expect(view!.state).toBe('REVOKED');
    const sent = departments.calls.flatMap(({ verb, ids }) => (verb === 'revoke' ? ids : []));
    expect(sent.filter(id => id.includes('license'))).toHaveLength(1);
    expect(new Set(sent).size).toBe(sent.length);
    await isSound(held.lease.number);
  });
});

describe('two drivers on one store', () => {
  it.each(['business file', 'code file', 'seal file', 'tax file', 'tax precheck'])(
    'carry a case to one end, though one of them stood still at: %s',
    async where => {
      const [department, verb] = where.split(' ') as [string, string];
      const held = await opened();
      const { number } = held.lease;
      const { open, arrived } = gate(department, verb);
      const first = newDriver(STOPPED).drive(held);
      await arrived();
      departments.turn = undefined;
      const second = newDriver();
      await later(second, leaseMs + 1);
      await later(second, 60_000);
      const entries = await store.ledger(number);
      open();
      await first;
      expect(await loaded(number)).toMatchObject({ state: 'CLOSED' });
      expect(await store.ledger(number)).toEqual(entries);
      expect(reported).toEqual([]);
      await isSound(number);
    },
  );

  it('never hold a case both', async () => {
    const held = await opened();
    expect(await store.claim(held.lease.number)).toBeUndefined();
    await store.advanceClock(leaseMs + 1);
    const claims = await Promise.all([
      store.claim(held.lease.number),
      store.claimDue(5),
      store.claim(held.lease.number),
    ]);
    expect(claims.flat().filter(one => one !== undefined)).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('files nothing more when prechecks end, and gives the case up at once', async () => {
    const held = await opened();
    const { open, arrived } = gate('tax', 'precheck');
    const driver = newDriver();
    const driven = driver.drive(held);
    await arrived();
    const stopped = driver.stop();
    open();
    await stopped;
    expect((await driven).state).toBe('ACCEPTED');
    expect(departments.said()).not.toContain('business file');
    const [view] = await later(newDriver(), 0);
    expect(view!.state).toBe('CLOSED');
  });

  it('keeps the answer to what was sent', async () => {
    const held = await opened();
    const { open, arrived } = gate('business', 'file');
    const driver = newDriver();
    void driver.drive(held);
    await arrived();
    const stopped = driver.stop();
    open();
    await stopped;
    expect(itemIn(await loaded(held.lease.number), 'name')?.state).toBe('GRANTED');
    expect(departments.said().filter(said => said === 'business file')).toHaveLength(1);
  });

  it('gives up what is claimed afterwards, and sends nothing for it', async () => {
    const driver = newDriver();
    await driver.stop();
    const held = await opened();
    expect((await driver.drive(held)).state).toBe('SUBMITTED');
    expect(departments.calls).toEqual([]);
    expect((await store.claim(held.lease.number))?.lease.epoch).toBe(2);
  });

  it('does not wait for a store that is gone', async () => {
    const driver = newDriver({
      before: () => {
        throw new Error('the store is gone');
      },
    });
    void driver.drive(await opened());
    await until(() => reported.length > 1);
    await driver.stop();
    expect(driver.driving).toBe(0);
  });

  it('tells who waits for a drive that is under way here when it ends', async () => {
    const held = await opened();
    const { open, arrived } = gate('business', 'file');
    const driver = newDriver();
    const driven = driver.drive(held);
    await arrived();
    expect(driver.driving).toBe(1);
    expect(driver.underWay(held.lease.number)).toBe(driven);
    open();
    await driven;
    expect([driver.driving, driver.underWay(held.lease.number)]).toEqual([0, undefined]);
  });
});
