import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { StoreClock } from '../../../../gateway/window/store/store-clock.ts';

const DAY_MS = 86_400_000;
const T = 1_772_413_200_000;
let monotonicMs = 5_000;
jest.spyOn(performance, 'now').mockImplementation(() => monotonicMs);
afterEach(() => {
  monotonicMs = 5_000;
});
/** A call of so many milliseconds that tells a time. */
function heard(clock: StoreClock, toldMs: number, tookMs: number): void {
  const sentAtMs = monotonicMs;
  monotonicMs += tookMs;
  clock.hear(toldMs, sentAtMs);
}

describe('the store’s clock', () => {
  it('goes on from what it was told, whatever the process takes for the date', () => {
    const clock = new StoreClock();
    expect(() => clock.now()).toThrow(/not told its time/);
    heard(clock, T, 0);
    expect(clock.now()).toBe(T);
    monotonicMs += 1_234.7;
    expect(clock.now()).toBe(T + 1_234);
  });

  it('believes a quick answer more than a slow one', () => {
    const clock = new StoreClock();
    heard(clock, T, 400);
    expect(clock.now()).toBe(T);
    // Told in an instant that it is later already.
    heard(clock, T + 300, 0);
    expect(clock.now()).toBe(T + 300);
    // A slow answer whose moment may be any in between says nothing new.
    heard(clock, T + 310, 3_000);
    expect(clock.now()).toBe(T + 3_300);
  });

  it('does not go back for a jitter, and stands still until the time has come', () => {
    const clock = new StoreClock();
    heard(clock, T, 0);
    expect(clock.now()).toBe(T);
    heard(clock, T - 700, 0);
    expect(clock.now()).toBe(T);
    monotonicMs += 650;
    expect(clock.now()).toBe(T);
    monotonicMs += 100;
    expect(clock.now()).toBe(T + 50);
  });

  it.each([
    ['forward', DAY_MS],
    ['back', -DAY_MS],
  ])('follows a clock that was set %s', (_, byMs) => {
    const clock = new StoreClock();
    heard(clock, T, 0);
    clock.now();
    heard(clock, T + byMs, 0);
    expect(clock.now()).toBe(T + byMs);
  });
});
