import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createProgress, type Follower } from '../../../gateway/window/progress.ts';

/** The rows, of which only the end of each ledger matters here. */
const ledgers = new Map<string, number>();
const asked: (readonly string[])[] = [];
const defects: Error[] = [];
let away: Error | undefined;
const store = {
  async heads(numbers: readonly string[]) {
    asked.push(numbers);
    if (away) throw away;
    return new Map(
      numbers.flatMap(number => {
        const seq = ledgers.get(number);
        return seq === undefined ? [] : [[number, { seq, isHeld: true }] as const];
      }),
    );
  },
};
const open = () => createProgress(store, defect => defects.push(defect));
const A_MINUTE_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
  ledgers.clear();
  asked.length = 0;
  defects.length = 0;
  away = undefined;
});

describe('who follows a case', () => {
  it('is told of each step that this process writes, at once', async () => {
    const progress = open();
    const followers = [progress.follow('a'), progress.follow('a'), progress.follow('b')];
    const told = Promise.all(followers.slice(0, 2).map(follower => follower.after(1, A_MINUTE_MS)));
    progress.changed('a', 2);
    expect(await told).toEqual(['CHANGED', 'CHANGED']);
    expect(asked).toEqual([]);
    progress.stop();
  });

  it('hears of many steps as of one, and of those it has seen not at all', async () => {
    const progress = open();
    const follower = progress.follow('a');
    for (const seq of [2, 3, 5, 4]) progress.changed('a', seq);
    expect(await follower.after(1, A_MINUTE_MS)).toBe('CHANGED');
    expect(await follower.after(4, A_MINUTE_MS)).toBe('CHANGED');
    const idle = follower.after(5, A_MINUTE_MS);
    for (const seq of [4, 5]) progress.changed('a', seq);
    await jest.advanceTimersByTimeAsync(A_MINUTE_MS);
    expect(await idle).toBe('NOTHING');
    progress.stop();
  });

  it('misses no step that is written between the reading and the waiting', async () => {
    const progress = open();
    const follower = progress.follow('a');
    progress.changed('a', 2);
    expect(await follower.after(1, A_MINUTE_MS)).toBe('CHANGED');
    progress.stop();
  });

  it('finds within half a second what another process has written', async () => {
    const progress = open();
    const follower = progress.follow('a');
    ledgers.set('a', 1);
    const told = follower.after(1, A_MINUTE_MS);
    await jest.advanceTimersByTimeAsync(2_000);
    ledgers.set('a', 2);
    await jest.advanceTimersByTimeAsync(500);
    expect(await told).toBe('CHANGED');
    progress.stop();
  });

  it('costs one question for all cases, however many follow, and none once nobody does', async () => {
    const progress = open();
    const followers: Follower[] = Array.from({ length: 300 }, (_, at) => progress.follow(`case ${at % 3}`));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual([
      ['case 0', 'case 1', 'case 2'],
      ['case 0', 'case 1', 'case 2'],
    ]);
    for (const follower of followers) follower.end();
    expect(progress.followers).toBe(0);
    await jest.advanceTimersByTimeAsync(A_MINUTE_MS);
    expect(asked).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);

    progress.follow('case 0');
    await jest.advanceTimersByTimeAsync(500);
    expect(asked.at(-1)).toEqual(['case 0']);
    progress.stop();
  });

  it('goes on when the store is back, which is asked more rarely while it is away', async () => {
    const progress = open();
    const follower = progress.follow('a');
    const told = follower.after(1, A_MINUTE_MS);
    away = new Error('no answer');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
    expect(defects).toEqual([away, away]);
    away = undefined;
    ledgers.set('a', 2);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await told).toBe('CHANGED');
    progress.stop();
  });

  it('is let go on a stop, and so is who comes after it', async () => {
    const progress = open();
    const before = progress.follow('a').after(0, A_MINUTE_MS);
    progress.stop();
    const late = progress.follow('a');
    progress.changed('a', 1);
    expect(await Promise.all([before, late.after(0, A_MINUTE_MS)])).toEqual(['ENDED', 'ENDED']);
    expect(progress.followers).toBe(0);
    await jest.advanceTimersByTimeAsync(A_MINUTE_MS);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when it ends while it waits', async () => {
    const progress = open();
    const follower = progress.follow('a');
    const told = follower.after(0, A_MINUTE_MS);
    follower.end();
    follower.end();
    expect(await told).toBe('ENDED');
    await jest.advanceTimersByTimeAsync(500);
    expect(jest.getTimerCount()).toBe(0);
  });
});
