import { describe, expect, it } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { getOperationAST, parse, printSchema } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { COST_BOUNDS, createMeter } from '../../../gateway/router/cost.ts';
import { prepare } from '../../../gateway/router/operation.ts';
import { coerceVariables } from '../../../gateway/router/variables.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])';
const REGISTRY = `${LINK}
  type Query {
    one: Item
    weighty: Int @cost(weight: 7)
    guess: [Item!]!
    assumed: [Item!]! @listSize(assumedSize: 3)
    page(first: Int! = 20, last: Int): Page! @listSize(slicingArguments: ["first"], sizedFields: ["nodes"])
    both(first: Int, last: Int): [Item!]! @listSize(slicingArguments: ["first", "last"])
    either(first: Int, last: Int): [Item!]! @listSize(slicingArguments: ["first", "last"], assumedSize: 4, requireOneSlicingArgument: false)
    dearArgument(of: Int @cost(weight: 5)): Int
    thing: Thing
    matrix: [[Item]]
  }
  type Mutation { change(input: Change, inputs: [Change!]): Item @cost(weight: 50) }
  input Change { a: Int  b: Int @cost(weight: 4)  inner: Change }
  type Page { nodes: [Item!]!  total: Int @cost(weight: 2) }
  interface Thing { item: Item }
  type Big implements Thing { item: Item  bigs: [Item!] @listSize(assumedSize: 30) }
  type Small implements Thing { item: Item  small: Item }
  type Item @key(fields: "id") { id: ID!  item: Item  heavy: Heavy }
  type Heavy @cost(weight: 9) { x: Int  code: Code }
  scalar Code @cost(weight: 6)`;
const TAX = `${LINK} type Item @key(fields: "id") { id: ID!  taxes: [Tax!]! @listSize(assumedSize: 2) } type Tax { name: String }`;

const composed = composeSupergraph([
  { name: 'registry', sdl: REGISTRY, url: 'http://registry' },
  { name: 'tax', sdl: TAX, url: 'http://tax' },
]);
if (!composed.ok) throw new Error(JSON.stringify(composed.reasons));
const { publicSchema } = composed;

/** What an operation costs: one more than the bound that just refuses it. */
function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const [error] = asked(query, variables, { ...COST_BOUNDS, costMax: -1 }).filter(
    ({ extensions }) => extensions.code === 'COST_LIMIT',
  );
  return error?.extensions.found as number;
}

function asked(query: string, given: Record<string, unknown> = {}, bounds = COST_BOUNDS, supergraph = composed) {
  if (!supergraph.ok) throw new Error('it does not compose');
  const document = parse(query);
  const definition = getOperationAST(document, undefined);
  if (!definition) throw new Error('one operation is needed');
  const coerced = coerceVariables(supergraph.publicSchema, definition.variableDefinitions ?? [], given);
  if (!coerced.ok) throw new Error(coerced.faults[0]?.message);
  return createMeter(supergraph, bounds)(prepare(document, definition))(coerced.variables);
}

describe('the price of an operation', () => {
  it.each([
    ['an object costs 1, a scalar nothing', '{ one { id } }', {}, 1],
    ['a weight stands instead', '{ weighty one { heavy { x code } } }', {}, 7 + 1 + 9 + 6],
    ['a list costs its items; of an unknown one ten are assumed', '{ guess { id item { id } } }', {}, 10 * 2],
    ['as many as its department assumes', '{ assumed { id } }', {}, 3],
    ['lists multiply', '{ assumed { taxes { name } } }', {}, 3 * (1 + 2)],
    ['of a list of lists the inner ones are assumed', '{ matrix { id } }', {}, 100],
    ['a page has as many nodes as are asked for', '{ page(first: 50) { nodes { id } total } }', {}, 1 + 50 + 2],
    ['by its default', '{ page { nodes { id } } }', {}, 1 + 20],
    ['by a variable', 'query ($n: Int!) { page(first: $n) { nodes { id } } }', { n: 7 }, 1 + 7],
    ['by the default of a variable', 'query ($n: Int! = 9) { page(first: $n) { nodes { id } } }', {}, 1 + 9],
    ['the larger of two', '{ either(first: 3, last: 8) { id } }', {}, 8],
    ['none of two', '{ either { id } }', {}, 4],
    ['fewer than none are none', '{ either(first: -5) { id } }', {}, 0],
    ['arguments, where they have a weight', '{ dearArgument(of: 1) }', {}, 5],
    ['and not where they are absent', '{ dearArgument }', {}, 0],
    [
      'a mutation, its field and its input',
      'mutation { change(input: {a: 1, b: 2, inner: {b: 1}}) { id } }',
      {},
      10 + 50 + (1 + 4 + 1 + 4),
    ],
    [
      'inputs in a list, by a variable',
      'mutation ($c: [Change!]) { change(inputs: $c) { id } }',
      { c: [{ a: 1 }, { b: 1 }] },
      10 + 50 + 1 + 1 + 4,
    ],
    ['a field that is selected twice is one', '{ one { item { id } } one { item { heavy { x } } } }', {}, 1 + 1 + 9],
    ['fragments are spread out', '{ ...F ...F } fragment F on Query { one { id } }', {}, 1],
    ['two aliases are two', '{ a: one { id } b: one { id } }', {}, 2],
    [
      'of alternatives the dearest',
      '{ thing { item { id } ... on Big { bigs { id } } ... on Small { small { id } } } }',
      {},
      1 + 1 + 30,
    ],
    ['introspection has limits of its own', '{ __typename __schema { types { name } } }', {}, 0],
    ['what is not included is free', 'query ($w: Boolean!) { one @include(if: $w) { id } }', { w: false }, 0],
    ['what is included is not', 'query ($w: Boolean!) { ... @include(if: $w) { one { id } } }', { w: true }, 1],
    ['what is skipped in so many words is free', '{ one @skip(if: true) { id } }', {}, 0],
  ])('%s', (_, query, variables, cost) => expect(costOf(query, variables)).toBe(cost));
});

describe('what is too much is named', () => {
  it('a cost', () => {
    const deep = '{ guess { item { item { id } } taxes { name } } }';
    const [error] = asked(deep, {}, { ...COST_BOUNDS, costMax: 49 });
    expect(error?.extensions).toEqual({ code: 'COST_LIMIT', limit: 49, found: 50 });
    expect(error?.message).toBe('The operation costs 50, more than the 49 allowed');
    expect(asked(deep, {}, { ...COST_BOUNDS, costMax: 50 })).toEqual([]);
  });

  it('a page, by a value that only this request has', () => {
    const query = 'query ($n: Int!) { page(first: $n) { nodes { id } } }';
    expect(asked(query, { n: 1_000 })).toEqual([]);
    const [error] = asked(query, { n: 1_001 });
    expect(error?.extensions).toEqual({ code: 'LIST_SIZE_LIMIT', limit: 1_000, found: 1_001 });
    expect(error?.message).toBe('Page.nodes is asked for 1001 items, more than the 1000 allowed');
  });

  it('a list that may be sliced by one argument only, and is by none or two', () => {
    for (const [query, found] of [
      ['{ both { id } }', 0],
      ['{ both(first: 1, last: 1) { id } }', 2],
    ] as const) {
      expect(asked(query)[0]?.extensions).toEqual({ code: 'LIST_SIZE_LIMIT', limit: 1, found });
    }
    expect(asked('{ both(last: 1) { id } }')).toEqual([]);
  });

  it('a product that no number holds', () => {
    const levels = 12;
    const query = `{ ${'a: guess { '.repeat(1)}${'item { '.repeat(levels)}id${' }'.repeat(levels + 1)} }`;
    expect(costOf(query)).toBe(130);
    const [error] = asked('{ matrix { id } }', {}, { ...COST_BOUNDS, assumedSize: 1e200 });
    expect(error?.extensions).toMatchObject({ code: 'COST_LIMIT', found: Number.MAX_SAFE_INTEGER });
  });
});

describe('in the supergraph', () => {
  it('the directives are found under whatever names a department imported them', () => {
    const renamed = REGISTRY.replace(
      '"@cost", "@listSize"',
      '{name: "@cost", as: "@price"}, {name: "@listSize", as: "@long"}',
    )
      .replaceAll('@cost(', '@price(')
      .replaceAll('@listSize(', '@long(');
    const supergraph = composeSupergraph([{ name: 'registry', sdl: renamed, url: 'http://registry' }]);
    const query = '{ weighty assumed { id } }';
    const errors = asked(query, {}, { ...COST_BOUNDS, costMax: -1 }, supergraph);
    expect(errors[0]?.extensions.found).toBe(7 + 3);
  });

  it('what departments say differently is the larger', () => {
    const one = `${LINK} type Query { list: [Int!]! @shareable @listSize(assumedSize: 3) } `.replace(
      '"@key"',
      '"@key", "@shareable"',
    );
    const { supergraphSdl } = composeServices(
      [one, one.replace('3', '8')].map((sdl, at) => ({ name: `d${at}`, url: 'http://d', typeDefs: parse(sdl) })),
    );
    expect(supergraphSdl).toMatch(/list: \[Int!\]!.*@listSize\([^)]*assumedSize: 8/s);
  });

  it('they are no part of what clients see', () => {
    expect(printSchema(publicSchema)).not.toMatch(/@|cost|listSize/i);
  });
});
