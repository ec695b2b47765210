import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRenewal, type Renewal } from '../../../gateway/window/renewal.ts';
import { type Lease, leaseMs } from '../../../gateway/window/store.ts';

let held: Lease[];
let reported: string[];
/** What the database does with a renewal. */
let answer: () => Promise<readonly string[]>;
let asked: number;
let atOnce: number;
let atOnceMost: number;
let renewal: Renewal;
let told: string[];

beforeEach(() => {
  held = [{ number: 'a', epoch: 1, signal: 0, validUntilMs: 0 }];
  told = [];
  reported = [];
  asked = 0;
  atOnce = 0;
  atOnceMost = 0;
  const renew = async (): Promise<readonly string[]> => {
    asked += 1;
    atOnce += 1;
    atOnceMost = Math.max(atOnceMost, atOnce);
    return answer().finally(() => {
      atOnce -= 1;
    });
  };
  renewal = createRenewal({
    store: { renew },
    onTold: ({ number }) => told.push(number),
    leases: () => held,
    report: ({ message }) => reported.push(message),
  });
});
afterEach(() => renewal.stop());

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 8_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not come so far');
    await sleep(5);
  }
}

describe('a renewal', () => {
  it('waits for the one before, however long the database takes', async () => {
    answer = () => sleep(2.5 * (leaseMs / 3), []);
    await until(() => asked === 2);
    expect(atOnceMost).toBe(1);
  });

  it('tells the holder when something new was told of a case', async () => {
    answer = async () => {
      for (const lease of held) lease.isTold = asked === 2;
      return [];
    };
    await until(() => asked === 3);
    expect(told).toEqual(['a']);
  });

  it('that fails is told once, and once that it is over', async () => {
    answer = () => Promise.reject(new Error('the database is away'));
    await until(() => asked === 3);
    expect(reported).toEqual(['the database is away']);
    answer = async () => [];
    await until(() => reported.length === 2);
    expect(reported[1]).toBe('leases are renewed again, after 3 failures');
    await until(() => asked === 5);
    expect(reported).toHaveLength(2);
  });

  it('ends a lease that was lost, and no other', async () => {
    held.push({ number: 'b', epoch: 1, signal: 0, validUntilMs: 5 });
    answer = async () => ['a'];
    await until(() => asked === 2);
    expect(held.map(({ validUntilMs }) => validUntilMs)).toEqual([Number.NEGATIVE_INFINITY, 5]);
  });

  it('that is under way is waited for on a stop, and none comes after it', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    answer = () => promise;
    await until(() => asked === 1);
    let isStopped = false;
    const stopped = renewal.stop().then(() => {
      isStopped = true;
    });
    await sleep(50);
    expect(isStopped).toBe(false);
    resolve([]);
    await stopped;
    await sleep(leaseMs / 2);
    expect(asked).toBe(1);
  });
});
