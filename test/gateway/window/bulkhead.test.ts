import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type BulkheadBounds, bulkhead } from '../../../gateway/window/bulkhead.ts';

const BOUNDS: BulkheadBounds = { callsAtOnceMax: 2, entriesPerCallMax: 3, entriesWaitingMax: 6, waitMaxMs: 1_000 };

/** A department that answers when the test says so; each answer is the entry, doubled. */
function department(bounds: Partial<BulkheadBounds> = {}) {
  const calls: { readonly asked: readonly number[]; answer(): void; fail(): void }[] = [];
  const ask = bulkhead(
    (asked: readonly number[]) =>
      new Promise<readonly number[]>((resolve, reject) => {
        calls.push({ asked, answer: () => resolve(asked.map(one => one * 2)), fail: () => reject(new Error('away')) });
      }),
    { ...BOUNDS, ...bounds },
    () => new Error('busy'),
  );
  return { ask: (...asked: number[]) => ask(asked).catch((error: Error) => error.message), calls };
}
const askedIn = ({ calls }: { calls: readonly { readonly asked: readonly number[] }[] }) =>
  calls.map(({ asked }) => asked);

afterEach(() => {
  jest.useRealTimers();
});

describe('calls to one department', () => {
  it('leave at once while there is room, and no more than the bound are under way', async () => {
    const slow = department();
    for (const each of [1, 2, 3]) void slow.ask(each);
    expect(askedIn(slow)).toEqual([[1], [2]]);
    slow.calls[0]?.answer();
    await turn();
    expect(askedIn(slow)).toEqual([[1], [2], [3]]);
  });

  it('carry together what has waited, as much as fits, in its order, and each asker gets its own answers', async () => {
    const slow = department();
    const answers = [[1], [2], [3], [4, 5], [6, 7], [8]].map(asked => slow.ask(...asked));
    for (let at = 0; at < 4; at += 1) {
      slow.calls[at]?.answer();
      await turn();
    }
    expect(askedIn(slow)).toEqual([[1], [2], [3, 4, 5], [6, 7, 8]]);
    expect(await Promise.all(answers)).toEqual([[2], [4], [6], [8, 10], [12, 14], [16]]);
  });

  it('that fail make room too, and fail those alone who travelled in them', async () => {
    const slow = department({ callsAtOnceMax: 1 });
    const answers = [slow.ask(1), slow.ask(2)];
    slow.calls[0]?.fail();
    await turn();
    slow.calls[1]?.answer();
    expect(await Promise.all(answers)).toEqual(['away', [4]]);
  });

  it('with more entries than one carries go alone', async () => {
    const slow = department({ callsAtOnceMax: 1 });
    for (const asked of [[1], [2, 3, 4, 5], [6]]) void slow.ask(...asked);
    slow.calls[0]?.answer();
    await turn();
    expect(askedIn(slow)).toEqual([[1], [2, 3, 4, 5]]);
  });
});

describe('who waits for a department that is busy', () => {
  it('is refused at once when too much waits already', async () => {
    const slow = department();
    for (const asked of [[1], [2], [3, 4, 5], [6, 7]]) void slow.ask(...asked);
    expect(await slow.ask(8, 9)).toBe('busy');
    expect(askedIn(slow)).toEqual([[1], [2]]);
    void slow.ask(8);
    expect(await slow.ask()).toBe('busy');
  });

  it('is refused after its time, was never sent, and leaves its place to others', async () => {
    jest.useFakeTimers();
    const slow = department();
    const answers = [[1], [2], [3, 4, 5], [6, 7, 8]].map(asked => slow.ask(...asked));
    jest.advanceTimersByTime(BOUNDS.waitMaxMs - 1);
    expect(await slow.ask(9)).toBe('busy');
    jest.advanceTimersByTime(1);
    expect(await Promise.all(answers.slice(2))).toEqual(['busy', 'busy']);
    const later = slow.ask(9);
    slow.calls[0]?.answer();
    await answers[0];
    slow.calls[2]?.answer();
    expect(await later).toEqual([18]);
    expect(askedIn(slow)).toEqual([[1], [2], [9]]);
  });
});
