import { expect, it } from '@jest/globals';
import { createSparing } from '../../subgraphs/sparing.ts';

it('tells the same a few times in a period, and how often it kept quiet in the next', () => {
  let nowMs = 0;
  const sparing = createSparing({ toldPerPeriodMax: 2, periodMs: 1_000 }, () => nowMs);
  expect(['a', 'a', 'a', 'b', 'a'].map(what => sparing.tell(what))).toEqual([0, 0, undefined, 0, undefined]);
  nowMs = 1_000;
  expect(['a', 'a', 'a'].map(what => sparing.tell(what))).toEqual([2, 0, undefined]);
});

it('takes things that are ever new for one after a while, and remembers no more of them', () => {
  const sparing = createSparing({ toldPerPeriodMax: 1, periodMs: 1_000 }, () => 0);
  const told = Array.from({ length: 10_000 }, (_, n) => sparing.tell(`thing ${n}`)).filter(
    untold => untold !== undefined,
  );
  expect(told).toHaveLength(201);
});
