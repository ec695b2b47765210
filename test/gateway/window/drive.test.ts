import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CaseView } from '../../../gateway/window/case.ts';
import { type DepartmentClient, NoAnswer } from '../../../gateway/window/departments.ts';
import { createDriver, type Driver } from '../../../gateway/window/drive.ts';
import { openVault } from '../../../gateway/window/secret.ts';
import { openStore } from '../../../gateway/window/sqlite.ts';
import type { Store } from '../../../gateway/window/store.ts';
import type { ItemOutcome } from '../../../subgraphs/generated/contract.ts';
import { opening } from '../../fixtures/opening.ts';

/** What the department is told to do with the next call; it finds no faults and knows of nothing. */
interface Department extends DepartmentClient {
  readonly calls: string[];
  next?: () => Promise<readonly (ItemOutcome | undefined)[]>;
}

function department(): Department {
  const answer = (verb: string) => async (asked: readonly unknown[]) => {
    self.calls.push(verb);
    return self.next ? self.next() : asked.map((): ItemOutcome => ({ __typename: 'Unknown', reason: 'NOT_SEEN' }));
  };
  const self: Department = {
    calls: [],
    precheck: async requests => requests.map(({ requestId }) => ({ requestId, checked: true, faults: [] })),
    file: answer('file'),
    outcomes: answer('outcomes'),
    revoke: answer('revoke'),
  };
  return self;
}

let folder: string;
let store: Store;
let business: Department;
let tax: Department;
let driver: Driver;
let number: string;
let now: Date;
let reported: string[];

/** The store, failing where `fails` says so. */
let fails: (method: keyof Store) => boolean;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-window-drive-'));
  store = await openStore(join(folder, 'window.sqlite'), openVault(new Uint8Array(32)));
  fails = () => false;
  const failing = new Proxy(store, {
    get(target, method: keyof Store) {
      return async (...args: readonly unknown[]) => {
        if (fails(method)) throw new Error(`the disk is full: ${method}`);
        return (target[method] as (...args: readonly unknown[]) => unknown).apply(target, [...args]);
      };
    },
  });
  business = department();
  tax = department();
  now = new Date('2026-03-02T01:00:00.000Z');
  reported = [];
  driver = createDriver({
    store: failing,
    clients: { business, tax, code: department(), seal: department() },
    trust: () => undefined as never,
    now: () => now,
    newId: () => 'f'.repeat(32),
    random: () => 0.5,
    report: ({ message }) => reported.push(message),
  });
  ({ number } = await store.open(opening()));
});
afterEach(async () => {
  await driver.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const nameOf = async () => ((await store.load([number]))[0] as CaseView).items[0];
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5));
};
/** A department that answers only when it is let go. */
function held(): { answer(outcome: ItemOutcome): void; fail(error: Error): void } {
  const { promise, resolve, reject } = Promise.withResolvers<readonly ItemOutcome[]>();
  business.next = () => promise;
  return { answer: outcome => resolve([outcome]), fail: reject };
}

describe('driving a case', () => {
  it('writes down what is sent before it is sent', async () => {
    const call = held();
    const driven = driver.drive(number);
    await until(() => business.calls.includes('file'));
    expect(await nameOf()).toMatchObject({ state: 'SENT', operationId: `${number}/name/1`, attempts: 1 });
    call.answer({ __typename: 'Pending', reference: 'N-1' });
    await driven;
    expect(await nameOf()).toMatchObject({ state: 'PENDING_HUMAN', waits: 'N-1' });
  });

  it('is joined by whoever wants to drive it too', async () => {
    const call = held();
    const [first, second] = [driver.drive(number), driver.drive(number)];
    expect(second).toBe(first);
    expect([driver.driving, driver.isDriving(number)]).toEqual([1, true]);
    call.answer({ __typename: 'Pending', reference: 'N-1' });
    await first;
    expect([driver.driving, driver.isDriving(number)]).toEqual([0, false]);
  });

  it('asks what became of a filing before it sends it again, under the same id', async () => {
    business.next = () => Promise.reject(new NoAnswer('CONNECTION'));
    await driver.drive(number);
    expect(await nameOf()).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'CONNECTION' });
    delete business.next;
    now = new Date(now.getTime() + 60_000);
    await driver.drive(number);
    expect(business.calls).toEqual(['file', 'outcomes', 'file']);
    expect(await nameOf()).toMatchObject({ operationId: `${number}/name/1`, attempts: 1 });
  });

  it('takes one malformed answer for no answer', async () => {
    business.next = async () => [undefined];
    await driver.drive(number);
    expect(await nameOf()).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'ANSWER_MALFORMED' });
    expect(reported).toEqual([]);
  });

  it('reports a defect of its own, and tells the clerk nothing of it', async () => {
    business.next = () => Promise.reject(new TypeError('x is not a function'));
    await driver.drive(number);
    expect(await nameOf()).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'DEFECT' });
    expect(reported).toEqual(['x is not a function']);
  });
});

describe('a store that fails while a department works', () => {
  it('loses the answer and nothing else: the department is asked later', async () => {
    const call = held();
    const driven = driver.drive(number);
    await until(() => business.calls.includes('file'));
    fails = method => method === 'save';
    call.answer({ __typename: 'Pending', reference: 'N-1' });
    await driven;
    expect(reported).toEqual(['the disk is full: save']);
    expect(await nameOf()).toMatchObject({ state: 'OUTCOME_UNKNOWN', retry: { tries: 0, at: null } });
    expect(await store.due(now.getTime(), 9)).toEqual([]);
    expect(await store.due(now.getTime() + 5_000, 9)).toEqual([number]);
  });

  it('keeps everybody else from the case until it can write that nobody waits any more', async () => {
    const call = held();
    const driven = driver.drive(number);
    await until(() => business.calls.includes('file'));
    fails = method => method === 'save' || method === 'interrupted';
    call.answer({ __typename: 'Pending', reference: 'N-1' });
    await until(() => reported.length > 1);
    expect(driver.isDriving(number)).toBe(true);
    fails = () => false;
    await driven;
    expect(reported).toEqual(['the disk is full: save', 'the disk is full: interrupted']);
    expect(await nameOf()).toMatchObject({ state: 'OUTCOME_UNKNOWN' });
  });
});

/** A precheck by tax that ends when it is let go. */
function heldCheck(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { precheck } = tax;
  tax.precheck = async requests => {
    tax.calls.push('precheck');
    await promise;
    return precheck(requests);
  };
  return resolve;
}

it('keeps everybody else from a case that has failed while one department still works for it', async () => {
  const letGo = heldCheck();
  fails = method => method === 'save';
  const driven = driver.drive(number);
  await until(() => tax.calls.includes('precheck'));
  await new Promise(resolve => setTimeout(resolve, 50));
  expect([driver.isDriving(number), reported]).toEqual([true, []]);
  letGo();
  await driven;
  expect(reported).toEqual(['the disk is full: save']);
});

describe('stopping', () => {
  it('files nothing more when a precheck ends, and keeps what was found', async () => {
    const letGo = heldCheck();
    void driver.drive(number);
    await until(() => tax.calls.includes('precheck'));
    const stopped = driver.stop();
    letGo();
    await stopped;
    expect(business.calls).toEqual([]);
    expect((await store.load([number]))[0]).toMatchObject({ state: 'ACCEPTED' });
    expect(await store.due(now.getTime(), 9)).toEqual([number]);
  });

  it('sends nothing more, and keeps the answer to what was sent', async () => {
    const call = held();
    void driver.drive(number);
    await until(() => business.calls.includes('file'));
    const stopped = driver.stop();
    call.answer({ __typename: 'Pending', reference: 'N-1' });
    await stopped;
    expect(await nameOf()).toMatchObject({ state: 'PENDING_HUMAN', waits: 'N-1' });
    await driver.drive(number);
    expect(business.calls).toEqual(['file']);
  });

  it('writes down that an answer is not known when the call is given up', async () => {
    const call = held();
    void driver.drive(number);
    await until(() => business.calls.includes('file'));
    const stopped = driver.stop();
    call.fail(new NoAnswer('GIVEN_UP'));
    await stopped;
    expect(await nameOf()).toMatchObject({ state: 'OUTCOME_UNKNOWN', waits: 'GIVEN_UP' });
    expect(await store.due(now.getTime() + 1_000, 9)).toEqual([number]);
  });

  it('does not wait for a store that is gone', async () => {
    fails = method => method !== 'close';
    void driver.drive(number);
    await until(() => reported.length > 1);
    await driver.stop();
    expect(driver.driving).toBe(0);
  });
});
