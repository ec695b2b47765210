/** How often each of some things has happened. */
export type Tally = ReadonlyMap<string, number>;

export function countUp(tally: Map<string, number>, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

/** `CLOSED 12, REFUSED 3`: the most frequent first. */
export const inWords = (tally: Tally): string =>
  [...tally]
    .sort(([, a], [, b]) => b - a)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ') || 'none';
