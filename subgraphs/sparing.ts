/**
 * Keeps a log from being filled by one thing that goes wrong ten thousand times: the same is told a few times in each
 * period, then only counted, and the count is told with the next one.
 */
export interface Sparing {
  /** How often the same was left untold since it was last told; undefined if it is to be left untold now. */
  tell(what: string): number | undefined;
}

export interface SparingBounds {
  readonly toldPerPeriodMax: number;
  readonly periodMs: number;
}

/** Enough to see that it goes on, and what it concerns. */
export const SPARING: SparingBounds = { toldPerPeriodMax: 5, periodMs: 10_000 };
/** Of different things. Beyond it all are one: who makes up a new one each time fills nothing either. */
const thingsMax = 200;

export function createSparing(bounds: SparingBounds, nowMs: () => number): Sparing {
  const things = new Map<string, { sinceMs: number; told: number; untold: number }>();
  return {
    tell(what) {
      const key = things.has(what) || things.size < thingsMax ? what : '';
      const now = nowMs();
      const thing = things.get(key) ?? { sinceMs: now, told: 0, untold: 0 };
      things.set(key, thing);
      if (now - thing.sinceMs >= bounds.periodMs) {
        thing.sinceMs = now;
        thing.told = 0;
      }
      if (thing.told >= bounds.toldPerPeriodMax) {
        thing.untold += 1;
        return undefined;
      }
      const { untold } = thing;
      thing.told += 1;
      thing.untold = 0;
      return untold;
    },
  };
}
