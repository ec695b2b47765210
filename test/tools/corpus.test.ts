import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryOf, type Numbered } from '../../tools/corpus/classes.ts';
import { readOptions, WrongUsage } from '../../tools/corpus/options.ts';
import { openYard, type Yard } from '../../tools/corpus/yard.ts';

describe('a corpus', () => {
  let yard: Yard;
  beforeAll(async () => {
    yard = await openYard(7);
  }, 120_000);
  afterAll(() => yard.press.close());

  const told = ({ id, class: of, what, trust, at, files }: Numbered) => ({
    id,
    of,
    what,
    trust: trust.name,
    at,
    roles: Object.keys(files),
  });

  it('is of the same classes for the same seed, in whatever order its files are drawn', async () => {
    const first = [];
    for (let number = 0; number < 40; number++) first.push(told(await entryOf(yard, number)));
    const again = [];
    for (let number = 39; number >= 0; number--) again.unshift(told(await entryOf(yard, number)));
    expect(again).toEqual(first);
    expect(new Set(first.map(({ of }) => of)).size).toBeGreaterThan(8);
  });
});

describe('npm run corpus', () => {
  it('makes 2,000 files of seed 1 unless it is told otherwise', () => {
    expect(readOptions(['x'])).toEqual({ folder: 'x', count: 2_000, seed: 1, agree: false });
    expect(readOptions(['--seed', '0', 'x', '--count', '5', '--agree'])).toMatchObject({
      count: 5,
      seed: 0,
      agree: true,
    });
  });

  it.each([[[]], [['a', 'b']], [['a', '--count', '0']], [['a', '--seed', '-1']], [['a', '--seed']], [['a', '--zip']]])(
    'refuses %j',
    args => expect(() => readOptions(args)).toThrow(WrongUsage),
  );
});
