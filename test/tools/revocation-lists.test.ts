import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readCrl } from '../../certs/crl.ts';
import { keepListsFresh } from '../../tools/start/revocation-lists.ts';
import { type World, world } from '../certs/fixture.ts';

const BEGAN = new Date('2025-06-30T08:00:00Z');
const dayMs = 86_400_000;
let w: World;
let reported: string[];

beforeEach(() => {
  w = world(undefined, BEGAN);
  jest.useFakeTimers({ now: BEGAN });
  reported = [];
});
afterEach(() => {
  jest.useRealTimers();
  w.remove();
});

const list = (name: string) => readCrl(readFileSync(join(w.dir, 'trust', `${name}.crl`)));
const start = () => keepListsFresh(w.dir, ({ message }) => reported.push(message));

describe('the revocation lists of the demo', () => {
  it('are issued at each start, and never run out while it serves', () => {
    start();
    expect([list('root').number, list('seal-authority').number]).toEqual([2, 2]);
    for (let day = 0; day < 10; day++) {
      jest.advanceTimersByTime(dayMs);
      for (const name of ['root', 'seal-authority'])
        expect([day, list(name).nextUpdate.getTime() > Date.now()]).toEqual([day, true]);
    }
    expect(reported).toEqual([]);
  });

  it('stay as they are while the keys are kept elsewhere', () => {
    for (const name of ['root', 'seal-authority']) rmSync(join(w.dir, `authority/${name}-key.pem`));
    start();
    jest.advanceTimersByTime(10 * dayMs);
    expect([list('root').number, list('seal-authority').number, reported]).toEqual([1, 1, []]);
  });

  it('are not issued from a record that is spoiled, which is told at each look', () => {
    start();
    rmSync(join(w.dir, 'authority'), { recursive: true });
    jest.advanceTimersByTime(2 * 3_600_000);
    expect(reported).toEqual(Array(2).fill(expect.stringMatching(/authority is missing/)));
  });
});
