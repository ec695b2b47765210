import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { gathered } from '../../../gateway/window/gather.ts';

/** Doubles numbers, remembers what came together, and fails for a group that holds `poison`. */
function doubling(entriesMax: number, poison?: number) {
  const calls: number[][] = [];
  const ask = gathered(async (asked: readonly number[]) => {
    calls.push([...asked]);
    if (poison !== undefined && asked.includes(poison)) throw new Error('away');
    return asked.map(one => one * 2);
  }, entriesMax);
  return { ask, calls };
}

describe('gathering', () => {
  it('makes one call of what is asked in one turn, and gives each asker its own answers', async () => {
    const { ask, calls } = doubling(100);
    await expect(Promise.all([ask([1, 2]), ask([]), ask([3])])).resolves.toEqual([[2, 4], [], [6]]);
    expect(calls).toEqual([[1, 2, 3]]);
  });

  it('lets nobody wait for what is asked in a later turn', async () => {
    const { ask, calls } = doubling(100);
    const first = ask([1]);
    await turn();
    await turn();
    const second = ask([2]);
    await expect(Promise.all([first, second])).resolves.toEqual([[2], [4]]);
    expect(calls).toEqual([[1], [2]]);
  });

  it('makes more calls of more entries than one may carry, and parts no asker’s entries', async () => {
    const { ask, calls } = doubling(3);
    const answers = await Promise.all([ask([1, 2]), ask([3, 4]), ask([5]), ask([6, 7, 8, 9])]);
    expect(answers).toEqual([[2, 4], [6, 8], [10], [12, 14, 16, 18]]);
    expect(calls).toEqual([
      [1, 2],
      [3, 4, 5],
      [6, 7, 8, 9],
    ]);
  });

  it('lets no more calls be under way than may be, and takes all who came meanwhile along in the next', async () => {
    const calls: number[][] = [];
    const arrivals: (() => void)[] = [];
    const ask = gathered(
      async (asked: readonly number[]) => {
        calls.push([...asked]);
        await new Promise<void>(resolve => arrivals.push(resolve));
        return asked;
      },
      3,
      1,
    );
    const first = ask([1]);
    await turn();
    const meanwhile = [2, 3].map(one => ask([one]));
    await turn();
    await turn();
    expect(calls).toEqual([[1]]);
    arrivals[0]?.();
    // Who is woken by the first call comes along with those who wait.
    const woken = first.then(() => ask([4]));
    await turn();
    await turn();
    expect(calls).toEqual([[1], [2, 3, 4]]);
    const last = ask([5]);
    arrivals[1]?.();
    await turn();
    await turn();
    arrivals[2]?.();
    await expect(Promise.all([first, ...meanwhile, woken, last])).resolves.toEqual([[1], [2], [3], [4], [5]]);
    expect(calls).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('goes on after a call that failed', async () => {
    let isAway = true;
    const ask = gathered(
      async (asked: readonly number[]) => {
        if (isAway) throw new Error('away');
        return asked;
      },
      3,
      1,
    );
    const settled = await Promise.allSettled([ask([1, 2, 3]), ask([4])]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    await expect(ask([5])).resolves.toEqual([5]);
  });

  it('tells a failure to those who asked together, and to nobody else', async () => {
    const { ask } = doubling(2, 1);
    const settled = await Promise.allSettled([ask([1]), ask([2]), ask([3])]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
