import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DepartmentClient, NoAnswer } from '../../../gateway/window/departments.ts';
import { openStore } from '../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../gateway/window/store/secret.ts';
import type { Store } from '../../../gateway/window/store.ts';
import { createWindow, type Window } from '../../../gateway/window/window.ts';
import type { Caller } from '../../../subgraphs/caller.ts';
import { application } from '../../fixtures/application.ts';
import { opening } from '../../fixtures/opening.ts';
import { NOBODY_STAMPS } from '../../fixtures/stampers.ts';

const clerk: Caller = { subject: 'x', role: 'CLERK', region: null };
const vault = openVault(new Uint8Array(32));

/** Numbers of the cases that departments were asked to check. They answer nothing until they are given up. */
let asked: string[];
let giveUp: (reason: Error) => void;
let givenUp: number;
let folder: string;
let store: Store;
let window: Window;

beforeEach(async () => {
  asked = [];
  givenUp = 0;
  const hanging = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  hanging.catch(() => undefined);
  const hang = () => hanging;
  const department: DepartmentClient = {
    precheck: requests => {
      asked.push(...requests.map(({ requestId }) => requestId));
      return hanging;
    },
    file: hang,
    outcomes: hang,
    revoke: hang,
  };
  folder = mkdtempSync(join(tmpdir(), 'one-window-window-'));
  const report = (defect: Error): never => {
    throw defect;
  };
  let ids = 0;
  store = await openStore({ file: join(folder, 'window.sqlite') }, vault, report);
  window = createWindow({
    store,
    vault,
    clients: { business: department, tax: department, code: department, seal: department },
    trust: () => undefined as never,
    newId: () => String(++ids).padStart(32, '0'),
    ...NOBODY_STAMPS,
    slipsFor: async () => [],
    random: () => 0.5,
    report,
    inlineBudgetMs: 0,
    publicUrl: 'http://127.0.0.1:1',
    abandonCalls: () => {
      givenUp += 1;
      giveUp(new NoAnswer('GIVEN_UP'));
    },
  });
});
afterEach(async () => {
  giveUp(new NoAnswer('GIVEN_UP'));
  await window.stop();
  await window.close();
  rmSync(folder, { recursive: true, force: true });
});

const refusalOf = (registering: Promise<unknown>): Promise<unknown> =>
  registering.then(
    () => 'registered',
    (error: { extensions: unknown }) => error.extensions,
  );

describe('registering', () => {
  it('answers within the inline budget with a case that waits', async () => {
    expect(await window.register(application(), clerk)).toMatchObject({ state: 'SUBMITTED' });
  });

  it('answers the same request with the same case, whether a field is null or absent', async () => {
    const input = application();
    const { number } = await window.register(input, clerk);
    const again = { ...input, notDuplicateOf: null, organizationCode: null };
    expect((await window.register(again, clerk)).number).toBe(number);
  });

  it('refuses a request id that was used for another application, and names the case', async () => {
    const input = application();
    const { number } = await window.register(input, clerk);
    const other = { ...input, address: '威海市环翠区示例路2号' };
    expect(await refusalOf(window.register(other, clerk))).toMatchObject({ code: 'REQUEST_ID_REUSED', case: number });
  });

  it('asks whether an enterprise of the same founders and name is a duplicate, in whatever order they stand', async () => {
    const input = application();
    const { number } = await window.register(input, clerk);
    const twin = { ...input, requestId: 'another', founders: input.founders.toReversed() };
    expect(await refusalOf(window.register(twin, clerk))).toMatchObject({ code: 'POSSIBLE_DUPLICATE', case: number });
    const looked = { ...twin, notDuplicateOf: number };
    expect((await window.register(looked, clerk)).number).not.toBe(number);
  });

  it('takes the same founders with another name', async () => {
    const input = application();
    const { number } = await window.register(input, clerk);
    expect((await window.register({ ...application(), founders: input.founders }, clerk)).number).not.toBe(number);
  });
});

/** A case that is due and that nobody holds. */
async function dueCase(): Promise<string> {
  const opened = await store.open(opening());
  if (opened.outcome !== 'OPEN' || !opened.held) throw new Error('the case was not opened');
  await store.release(opened.held.lease, 0);
  return opened.number;
}

describe('the poller', () => {
  it('finds a case that nobody drives behind many that are being driven', async () => {
    for (let at = 0; at < 60; at++) await window.register(application(), clerk);
    const number = await dueCase();
    await window.start();
    const deadline = Date.now() + 5_000;
    while (!asked.includes(number) && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 20));
    expect(asked.filter(one => one === number)).toHaveLength(4);
  });

  it('drives a bounded number of cases at once', async () => {
    for (let at = 0; at < 220; at++) await dueCase();
    await window.start();
    while (new Set(asked).size < 200) await new Promise(resolve => setTimeout(resolve, 20));
    await new Promise(resolve => setTimeout(resolve, 600));
    expect(new Set(asked).size).toBe(200);
  });
});

describe('stopping', () => {
  it('gives departments two seconds to answer and then gives up, losing no case', async () => {
    const { number } = await window.register(application(), clerk);
    const startedAt = Date.now();
    await window.stop();
    expect(Date.now() - startedAt).toBeGreaterThan(1_900);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(givenUp).toBe(1);
    const later = await window.register(application(), clerk);
    await store.advanceClock(60_000);
    const due = await store.claimDue(9);
    expect(due.map(({ view }) => view.number)).toEqual(expect.arrayContaining([number, later.number]));
    expect(asked).not.toContain(later.number);
  });

  it('waits for nothing when nothing is under way', async () => {
    const startedAt = Date.now();
    await window.stop();
    expect(Date.now() - startedAt).toBeLessThan(500);
  });
});
