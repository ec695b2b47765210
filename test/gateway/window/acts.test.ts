import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CaseItem, type CaseView, changed } from '../../../gateway/window/case.ts';
import { createDriver } from '../../../gateway/window/drive.ts';
import { eventsOf, nextEntry } from '../../../gateway/window/ledger.ts';
import { repairsPerCaseMax } from '../../../gateway/window/repairs.ts';
import { slipsFor } from '../../../gateway/window/slips.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import { type Held, type Store, TooManyFacts } from '../../../gateway/window/store.ts';
import { createWindow, type Window } from '../../../gateway/window/window.ts';
import type { Caller } from '../../../subgraphs/caller.ts';
import type { Refusal } from '../../../subgraphs/errors.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { type World, world } from '../../certs/fixture.ts';
import { application } from '../../fixtures/application.ts';
import { opening } from '../../fixtures/opening.ts';
import { type ScriptedDepartments, scriptedDepartments } from '../../fixtures/scripted-departments.ts';
import { NOBODY_STAMPS } from '../../fixtures/stampers.ts';

const CLERK: Caller = { subject: 'clerk', role: 'CLERK', region: null };
const OFFICER: Caller = { subject: 'officer', role: 'OFFICER', region: null };
const APPROVER: Caller = { subject: 'approver', role: 'APPROVER', region: null };
const another = (caller: Caller): Caller => ({ ...caller, subject: `another ${caller.subject}` });

let keys: World;
let store: Store;
let departments: ScriptedDepartments;
let windows: Window[];
let reported: string[];
const newId = (): string => randomBytes(16).toString('hex');
const vault = openVault(new Uint8Array(32));

beforeAll(() => {
  keys = world(sealHolders(), new Date());
});
afterAll(() => keys.remove());
beforeEach(async () => {
  windows = [];
  reported = [];
  store = await openStore({ file: join(keys.dir, `${newId()}.sqlite`) }, vault, ({ message }) =>
    reported.push(message),
  );
  departments = scriptedDepartments(keys, () => new Date(store.now()));
});
afterEach(async () => {
  await Promise.all(windows.map(window => window.stop()));
  await store.close();
});

/** Asked before each call of the store: it may take its time, throw, or answer instead of the store. */
type Reach = Partial<Record<keyof Store, (...asked: never[]) => unknown>>;
const reached = (reach: Reach): Store =>
  new Proxy(store, {
    get(target, method: keyof Store) {
      const own: unknown = target[method];
      if (typeof own !== 'function') return own;
      const before = reach[method] as ((...asked: readonly unknown[]) => unknown) | undefined;
      if (!before) return own.bind(target);
      return async (...asked: readonly unknown[]) => (await before(...asked)) ?? own.apply(target, asked);
    },
  });

function newWindow(reach: Reach = {}, inlineBudgetMs = 3_000): Window {
  const { sealer } = keys.party('center');
  const window = createWindow({
    store: reached(reach),
    vault,
    clients: departments.clients,
    trust: () => keys.trust,
    newId,
    random: () => 0.5,
    report: ({ message }) => reported.push(message),
    ...NOBODY_STAMPS,
    slipsFor: (before, after, at) => slipsFor(before, after, at, { sealer, newId }),
    inlineBudgetMs,
    publicUrl: 'http://127.0.0.1:1',
    abandonCalls: () => undefined,
  });
  windows.push(window);
  return window;
}

/** A case whose license waits for a person; its name is granted. */
async function waiting(window: Window): Promise<string> {
  departments.turn = ({ verb, ids }) =>
    verb === 'file' && ids.some(id => id.includes('/license/'))
      ? { __typename: 'Pending', reference: 'T-1' }
      : undefined;
  const { number, items } = await window.register(application(), CLERK);
  expect(items.find(({ item }) => item === 'license')?.state).toBe('PENDING_HUMAN');
  return number;
}

/** A case that somebody else holds. */
async function heldElsewhere(to: Partial<CaseItem> = {}): Promise<Held> {
  const opened = await store.open(opening());
  if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
  const { lease, view } = opened.held;
  const changes = [{ of: 'ITEM', item: 'national-tax', to }] as const;
  const at = store.now();
  const next = changed(view, changes, at);
  const entry = nextEntry(view.number, view.head, at, eventsOf(view, changes, next));
  const saved = { ...next, head: { seq: entry.seq, hash: entry.hash } };
  await store.save(lease, { view: saved, changes, entry, taken: [], release: null });
  return { ...opened.held, view: saved };
}

const refused = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    ({ extensions, message }: Refusal) => `${extensions?.code} ${message}`,
  );
const withdrawal = (number: string, requestId = 'w') => ({ requestId, number, reason: '不办了' });
let proposals = 0;
function retry(number: string, item = 'license') {
  proposals += 1;
  return { requestId: `r-${proposals}`, number, item, verb: 'RETRY', reason: '再问' } as const;
}

describe('what people tell of a case', () => {
  it('is the same when another clerk repeats it', async () => {
    const window = newWindow();
    const number = await waiting(window);
    await window.withdraw(withdrawal(number), CLERK);
    expect(await window.withdraw(withdrawal(number), another(CLERK))).toMatchObject({
      number,
      withdrawal: { by: 'clerk' },
    });
    const other = { ...withdrawal(number), reason: '另有原因' };
    expect(await refused(window.withdraw(other, CLERK))).toMatch(/^REQUEST_ID_REUSED /);
  });

  it('is put off when the case has been told more than it takes up', async () => {
    const number = await waiting(newWindow());
    const full = newWindow({ tell: () => Promise.reject(new TooManyFacts('full')) });
    expect(await refused(full.withdraw(withdrawal(number), CLERK))).toMatch(/^BUSY /);
  });

  it('is not found when the case is gone by then', async () => {
    const number = await waiting(newWindow());
    const gone = newWindow({ tell: () => 'NO_SUCH_CASE' });
    expect(await refused(gone.withdraw(withdrawal(number), CLERK))).toMatch(/^NOT_FOUND /);
  });

  it('is refused when the driver finds that somebody was quicker', async () => {
    const window = newWindow();
    const number = await waiting(window);
    const late = newWindow({
      tell: async () => {
        await window.withdraw(withdrawal(number, 'first'), another(CLERK));
      },
    });
    const second = await refused(late.withdraw(withdrawal(number, 'second'), CLERK));
    expect(second).toMatch(/^STEP_NOT_ALLOWED the case /);
  });
});

describe('a repair', () => {
  it('is approved once: again by the same person it is the case, by another it is refused', async () => {
    const window = newWindow();
    const number = await waiting(window);
    const { id } = await window.proposeRepair(retry(number), OFFICER);
    expect((await window.approveRepair(id, APPROVER)).repairs).toMatchObject([{ id, approvedBy: 'approver' }]);
    expect((await window.approveRepair(id, APPROVER)).number).toBe(number);
    expect(await refused(window.approveRepair(id, another(APPROVER)))).toMatch(/^STEP_NOT_ALLOWED .*approved already/);
  });

  it('is refused to who approves it a moment after another', async () => {
    const window = newWindow();
    const number = await waiting(window);
    const { id } = await window.proposeRepair(retry(number), OFFICER);
    const late = newWindow({
      told: async () => {
        await window.approveRepair(id, APPROVER);
      },
    });
    expect(await refused(late.approveRepair(id, another(APPROVER)))).toMatch(/^STEP_NOT_ALLOWED .*approved already/);
  });

  it('is proposed of nothing that is settled or over', async () => {
    const window = newWindow();
    const number = await waiting(window);
    const settled = 'STEP_NOT_ALLOWED the item is GRANTED already';
    expect(await refused(window.proposeRepair(retry(number, 'name'), OFFICER))).toBe(settled);
    expect(await refused(window.proposeRepair(retry(number, 'nothing'), OFFICER))).toMatch(/no such item/);
    const proposal = retry(number);
    const { id } = await window.proposeRepair(proposal, OFFICER);
    const view = (await window.find(number, OFFICER)) as CaseView;
    const closed = newWindow({ load: () => [{ ...view, state: 'CLOSED' }] });
    const over = 'STEP_NOT_ALLOWED the case is CLOSED already';
    expect(await refused(closed.proposeRepair(retry(number), OFFICER))).toBe(over);
    expect(await refused(closed.approveRepair(id, APPROVER))).toBe(over);
    expect((await closed.proposeRepair(proposal, OFFICER)).id).toBe(id);
  });

  it(`is proposed ${repairsPerCaseMax} times of a case at most`, async () => {
    const window = newWindow();
    const number = await waiting(window);
    for (let at = 0; at < repairsPerCaseMax; at += 1) await window.proposeRepair(retry(number), OFFICER);
    expect(await refused(window.proposeRepair(retry(number), OFFICER))).toMatch(/^STEP_NOT_ALLOWED 50 repairs/);
  }, 20_000);

  it('that nobody has taken up yet is approved later; one that was never proposed is not found', async () => {
    const { view } = await heldElsewhere();
    const window = newWindow({}, 50);
    const proposal = retry(view.number);
    const proposed = await window.proposeRepair(proposal, OFFICER);
    expect(proposed).toMatchObject({ item: 'license', proposedBy: 'officer', approvedBy: null });
    expect(await window.proposeRepair(proposal, another(OFFICER))).toEqual(proposed);
    expect(await refused(window.approveRepair(proposed.id, APPROVER))).toMatch(/^BUSY /);
    expect(await refused(window.approveRepair(`${view.number}/0`, APPROVER))).toMatch(/^NOT_FOUND /);
  });
});

describe('a call-back', () => {
  const sent = { state: 'SENT', attempts: 1 } as const;
  async function called(reach: Reach): Promise<Window> {
    const { view } = await heldElsewhere(sent);
    const window = newWindow(reach);
    const operationId = `${view.number}/national-tax/1`;
    expect(await window.callBack('tax', operationId, { __typename: 'Pending', reference: 'T-1' })).toBe('NEW');
    return window;
  }

  it('asks once for a case that another gateway holds, which hears of it by itself', async () => {
    const asked: string[] = [];
    await called({ claim: () => void asked.push('claim'), heads: () => void asked.push('heads') });
    await sleep(300);
    expect(asked).toEqual(['claim']);
  });

  it('whose case is being claimed is waited for on a stop, and so is its drive', async () => {
    const claiming = Promise.withResolvers<void>();
    const saving = Promise.withResolvers<void>();
    let saved = 0;
    const window = await called({
      claim: async () => {
        await claiming.promise;
        await store.advanceClock(60_000);
      },
      save: async () => {
        await saving.promise;
        saved += 1;
      },
    });
    let isStopped = false;
    const stopped = window.stop().then(() => {
      isStopped = true;
    });
    await sleep(50);
    expect(isStopped).toBe(false);
    claiming.resolve();
    await sleep(100);
    expect([isStopped, saved]).toEqual([false, 0]);
    saving.resolve();
    await stopped;
    expect(saved).toBe(1);
  });
});

describe('stopping', () => {
  it('waits for due cases that are being claimed, and gives them up', async () => {
    const { lease } = await heldElsewhere();
    await store.release(lease, 0);
    const claiming = Promise.withResolvers<void>();
    let isAsked = false;
    const window = newWindow({
      claimDue: () => {
        isAsked = true;
        return claiming.promise;
      },
    });
    await window.start();
    while (!isAsked) await sleep(5);
    const stopped = window.stop();
    await sleep(50);
    claiming.resolve();
    await stopped;
    expect((await store.heads([lease.number])).get(lease.number)?.isHeld).toBe(false);
    expect((await store.claim(lease.number))?.lease.epoch).toBe(3);
  });

  it('waits for each drive of a case, though the case was taken over and is driven here anew', async () => {
    const driver = createDriver({
      store,
      clients: departments.clients,
      trust: () => keys.trust,
      now: () => new Date(store.now()),
      newId,
      random: () => 0.5,
      report: ({ message }) => reported.push(message),
      ...NOBODY_STAMPS,
      slipsFor: async () => [],
      onStep() {},
    });
    const landing = Promise.withResolvers<void>();
    departments.turn = ({ verb }) => (verb === 'precheck' ? landing.promise : undefined);
    const opened = await store.open(opening());
    if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
    let isLanded = false;
    const older = driver.drive(opened.held).then(() => {
      isLanded = true;
    });
    while (departments.calls.length === 0) await sleep(5);
    departments.turn = undefined;
    await store.advanceClock(60_000);
    await driver.drive((await store.claim(opened.number)) as Held);
    const stopped = driver.stop().then(() => isLanded);
    await sleep(50);
    landing.resolve();
    expect(await stopped).toBe(true);
    await older;
  });
});

describe('a case that can not be read', () => {
  it('is said to be so, and is none for who follows it', async () => {
    const { view } = await heldElsewhere();
    const window = newWindow({ load: () => [] }, 0);
    expect(await window.followed(view.progressId)).toBeUndefined();
    const again = newWindow({ load: () => [], open: () => ({ outcome: 'OPEN', number: view.number }) }, 0);
    await expect(again.register(application(), CLERK)).rejects.toThrow(
      `case ${view.number} can't be read; its defect was reported`,
    );
  });
});
