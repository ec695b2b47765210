import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import { OVERLAP_STEPS_MAX, overlapRule } from '../../../gateway/router/overlap.ts';

const schema = buildSchema(`
  interface Being { name(x: Int, y: String): String  friend: Being  friends: [Being!]  other: Pet }
  type Dog implements Being { name(x: Int, y: String): String  friend: Being  friends: [Being!]  other: Pet  volume: Int  box: Box  pet: Pet }
  type Cat implements Being { name(x: Int, y: String): String  friend: Being  friends: [Being!]  other: Pet  volume: String  box: [Box]  pet: Pet }
  type Box { scalar: String  must: String!  list: [Int]  box: Box }
  union Pet = Dog | Cat
  type Query { being: Being  dog: Dog  cat: Cat  pet: Pet  box: Box }`);

const ours = (query: string) => validate(schema, parse(query), [overlapRule]).map(({ message }) => message);
const theirs = (query: string) => validate(schema, parse(query), [OverlappingFieldsCanBeMergedRule]).length > 0;

describe('what can not be one field is told, with its place', () => {
  it.each([
    ['{ dog { a: name a: volume } }', 'Fields "dog.a" conflict because "name" and "volume" are different fields'],
    ['{ dog { name(x: 1) name(x: 2) } }', 'Fields "dog.name" conflict because they have differing arguments'],
    ['{ dog { name name(x: 2) } }', 'differing arguments'],
    ['{ being { ... on Dog { volume } ... on Cat { volume } } }', 'they return types "Int" and "String"'],
    [
      '{ being { ... on Dog { box { scalar } } ... on Cat { box { scalar } } } }',
      'they return types "Box" and "[Box]"',
    ],
    ['{ being { x: name } ...F } fragment F on Query { being { x: friend { name } } }', 'Fields "being.x"'],
    [
      '{ being { ... on Dog { box { a: scalar } } ... on Cat { pet { ... on Dog { volume } ... on Cat { volume } } } } }',
      '"Int" and "String"',
    ],
  ])('%s', (query, words) => {
    const [message = ''] = ours(query);
    expect(message).toContain(words);
    expect(theirs(query)).toBe(true);
  });
});

describe('what merges passes', () => {
  it.each([
    '{ dog { name(x: 1, y: "b") name(y: "b", x: 1) } }',
    '{ being { ... on Dog { a: name } ... on Cat { a: volume } } }',
    '{ being { ...F ...F friend { ...F } } } fragment F on Being { name friend { name } }',
    '{ being { ... on Dog { box { a: scalar } } ... on Cat { box: other { a: __typename } } } }',
  ])('%s', query => {
    expect(ours(query)).toEqual([]);
    expect(theirs(query)).toBe(false);
  });
});

/** Selections in which few names meet often. */
const selections = fc.letrec<{ set: string; selection: string }>(tie => ({
  set: fc.array(tie('selection'), { minLength: 1, maxLength: 3 }).map(parts => `{ ${parts.join(' ')} }`),
  selection: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'name',
      'name',
      'name',
      '__typename',
      'a: name',
      'name(x: 1)',
      'a: volume',
      'volume',
      'a: scalar',
      'a: must',
      'a: list',
      '...F0',
      '...F1',
    ),
    fc
      .tuple(
        fc.constantFrom(
          'friend',
          'friends',
          'other',
          'box',
          'being',
          'dog',
          'cat',
          'pet',
          '...',
          '... on Dog',
          '... on Cat',
          '... on Being',
          '... on Box',
        ),
        tie('set'),
      )
      .map(([head, set]) => `${head} ${set}`),
  ),
}));

it('judges as graphql-js does', () => {
  let conflicts = 0;
  const set = selections.set;
  fc.assert(
    fc.property(set, set, set, (root, first, second) => {
      // A cycle is another rule's error, and here no fragment spreads one that comes before it.
      const f0 = first.replaceAll('...F0', '__typename');
      const f1 = second.replaceAll(/\.\.\.F[01]/g, '__typename');
      // A fragment that nobody spreads is another rule's error, too.
      const query = `{ ...F0 ...F1 ... ${root} } fragment F0 on Being ${f0} fragment F1 on Dog ${f1}`;
      const conflict = theirs(query);
      if (conflict) conflicts++;
      expect([query, ours(query).length > 0]).toEqual([query, conflict]);
    }),
    { numRuns: 3_000, seed: 7 },
  );
  expect(conflicts).toBeGreaterThan(300);
  expect(conflicts).toBeLessThan(2_700);
});

it('stops at an operation that would multiply level by level, and names the limit', () => {
  const cut = (below: string) =>
    `{ x: name friend ${below} ... on Dog { y: name friend { a: name } } ... on Cat { z: name friend { b: name } } }`;
  let set = '{ name }';
  for (let level = 0; level < 30; level++) set = cut(set);
  const [error] = validate(schema, parse(`{ being ${set} }`), [overlapRule]);
  expect(error?.extensions).toEqual({ code: 'OVERLAP_LIMIT', limit: OVERLAP_STEPS_MAX, found: OVERLAP_STEPS_MAX + 1 });
});
