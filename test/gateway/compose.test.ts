import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, it } from '@jest/globals';
import { parse, printSchema } from 'graphql';
import { composeOffices, composeSupergraph, fetchSdl, type Service } from '../../gateway/compose.ts';
import { localSubgraph } from '../../gateway/router/local-subgraph.ts';
import { SDL } from './router/toy.ts';

const services = Object.entries(SDL).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.invalid` }));

function composed() {
  const result = composeSupergraph(services);
  if (!result.ok) throw new Error(result.reasons.map(({ message }) => message).join('\n'));
  return result;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable",
  "@inaccessible", "@override", "@external", "@requires", { name: "@authenticated", as: "@auth" }, "@requiresScopes"])`;
const offices = (sdl: Readonly<Record<string, string>>): readonly Service[] =>
  Object.entries(sdl).map(([name, text]) => ({ name, sdl: `${LINK} ${text}`, url: `http://${name}.invalid` }));
const reasonsOf = (asked: readonly Service[], compose: typeof composeOffices = composeOffices) => {
  const result = compose(asked);
  return result.ok ? [] : result.reasons;
};

describe('composition', () => {
  it('shows the public what is public only', () => {
    const text = printSchema(composed().publicSchema);
    expect(text).toContain('registerEnterprise');
    expect(text).not.toMatch(
      /join__|link__|_Any|_Entity|_Service|_entities|fileItems|FilingAnswer|FilingInput|SECRET|@key|@shareable|inaccessible/,
    );
  });

  it('gives every reason for which it cannot be done: its code, where, and whose', () => {
    const reasons = reasonsOf(
      offices({
        tax: 'type Query { x: Int @shareable y(a: Int): Int @shareable }',
        seal: 'type Query { x: String @shareable y(a: String): Int @shareable }',
      }),
    );
    expect(reasons).toEqual([
      expect.objectContaining({ code: 'FIELD_TYPE_MISMATCH', coordinate: 'Query.x', departments: ['seal', 'tax'] }),
      expect.objectContaining({ code: 'FIELD_ARGUMENT_TYPE_MISMATCH', coordinate: 'Query.y(a:)' }),
    ]);
  });

  it('names the department of a fault that is its own', () => {
    const [reason] = reasonsOf(offices({ window: 'type Query { x: Int }', tax: 'type Query { y: Int @unheard }' }));
    expect(reason).toMatchObject({ code: 'INVALID_GRAPHQL', departments: ['tax'] });
    expect(reason?.message).toBe('Unknown directive "@unheard".');
  });

  it('says where the departments can not answer together', () => {
    const reasons = reasonsOf(
      offices({
        tax: 'type Query { x: [T] } type T @key(fields: "id") { id: ID! }',
        seal: 'type T @key(fields: "no") { no: ID! m: Int }',
      }),
    );
    expect(reasons.map(({ code, coordinate }) => [code, coordinate])).toEqual([
      ['SATISFIABILITY_ERROR', 'T.no'],
      ['SATISFIABILITY_ERROR', 'T.m'],
    ]);
  });

  it.each([
    ['text that is no SDL', 'type {', 'SDL_UNREADABLE'],
    ['nothing', '', 'SDL_UNREADABLE'],
    ['more text than any department needs', `type Query { x: Int } #${'x'.repeat(300_000)}`, 'SDL_TOO_LARGE'],
    ['lists of lists that would end the stack', `type Query { x: ${'['.repeat(50_000)}`, 'SDL_TOO_DEEP'],
    ['lists of lists', `type Query { x: ${'['.repeat(17)}Int${']'.repeat(17)} }`, 'SDL_TOO_DEEP'],
    ['values in values', `type Query { x(a: A = ${'{a: '.repeat(17)}1${'}'.repeat(17)}): Int }`, 'SDL_TOO_DEEP'],
    ['a flood of types', Array.from({ length: 501 }, (_, at) => `scalar S${at}`).join(' '), 'TYPES_TOO_MANY'],
    ['an operation instead of a schema', '{ cases }', 'NO_QUERIES'],
    ['a fragment cycle instead of a schema', 'fragment A on Q { ...A }', 'INVALID_GRAPHQL'],
    ['a schema all of which is hidden', `${LINK} type Query { x: Int @inaccessible }`, 'ONLY_INACCESSIBLE_CHILDREN'],
    ['a name that GraphQL keeps for itself', 'type Query { __x: Int }', 'INVALID_GRAPHQL'],
  ])('refuses %s', (_, sdl, code) => {
    expect(reasonsOf([{ name: 'odd', sdl, url: 'http://odd.invalid' }]).map(reason => reason.code)).toContain(code);
  });

  it('takes as much as the bounds say', () => {
    const nested = `type Query { x: ${'['.repeat(16)}Int${']'.repeat(16)} }`;
    expect(reasonsOf([{ name: 'odd', sdl: nested, url: 'http://odd.invalid' }])).toEqual([]);
  });

  it('quotes what it refuses on one line, and not for ever', () => {
    const [reason] = reasonsOf([{ name: 'odd', sdl: `type\u2028${'x'.repeat(5_000)}\n\u001b[31m`, url: 'x' }]);
    expect(['\n', '\u001b', '\u2028'].filter(one => reason?.message.includes(one))).toEqual([]);
    expect(reason?.message.length).toBeLessThan(500);
  });
});

describe('an office among offices', () => {
  const window = `type Query { cases(by: Filter): [Case] } type Case { number: ID! state: State }
    enum State { OPEN CLOSED } input Filter { state: State region: String }
    type Enterprise @key(fields: "uscc") { uscc: ID! address: String }`;
  const tax = (sdl: string) => offices({ window, tax: sdl });

  it('adds fields of its own', () => {
    expect(reasonsOf(tax('type Enterprise @key(fields: "uscc") { uscc: ID! paid: Int @auth }'))).toEqual([]);
  });

  it.each([
    [
      'a field of another',
      'type Enterprise @key(fields: "uscc") { uscc: ID! address: String @override(from: "window") }',
      'FIELD_TAKEN_OVER',
      'Enterprise.address',
    ],
    [
      'a query of the window',
      'type Query { cases: [Int] @override(from: "window") }',
      'FIELD_TAKEN_OVER',
      'Query.cases',
    ],
    ['the same field, unasked', 'type Query { cases: Int }', 'INVALID_FIELD_SHARING', 'Query.cases'],
    [
      'an input without its parts',
      'input Filter { state: State } enum State { OPEN CLOSED }',
      'SHARED_TYPE_DIFFERS',
      'Filter.region',
    ],
    ['an enum without its values', 'enum State { OPEN }', 'SHARED_TYPE_DIFFERS', 'State.CLOSED'],
    ['an enum with values of its own', 'enum State { OPEN CLOSED GONE }', 'SHARED_TYPE_DIFFERS', 'State.GONE'],
    [
      'a value hidden from the public',
      'enum State { OPEN @inaccessible CLOSED }',
      'ANOTHERS_TYPE_HIDDEN',
      'State.OPEN',
    ],
    [
      'a key hidden from the public',
      'type Enterprise @key(fields: "uscc") { uscc: ID! @inaccessible paid: Int }',
      'ANOTHERS_TYPE_HIDDEN',
      'Enterprise.uscc',
    ],
    [
      'a field that requires others, of a type with two keys',
      `type Enterprise @key(fields: "uscc") @key(fields: "id") {
         uscc: ID! id: ID! address: String @external paid: Int @requires(fields: "address") }`,
      'REQUIRES_BESIDE_KEYS',
      'Enterprise.paid',
    ],
  ])('may not tell %s', (_, sdl, code, coordinate) => {
    const reasons = reasonsOf(tax(sdl));
    expect(reasons).toContainEqual(expect.objectContaining({ code, coordinate }));
    expect(reasons[0]?.departments).toContain('tax');
  });

  it('requires fields of others for a type with one key', () => {
    const requiring = `type Enterprise @key(fields: "uscc") {
      uscc: ID! address: String @external paid: Int @requires(fields: "address") }`;
    expect(reasonsOf(tax(requiring))).toEqual([]);
  });

  it('takes a field over where the other has agreed', () => {
    const moved = offices({
      window: window.replace('address: String', 'address: String @shareable'),
      tax: 'type Enterprise @key(fields: "uscc") { uscc: ID! address: String @override(from: "window") }',
    });
    expect(reasonsOf(moved)).toEqual([]);
  });

  it.each([
    [
      'is defined rather than linked',
      'directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION',
      '@policy(policies: [["p"]])',
    ],
    ['is spelled otherwise', 'directive @Authenticated on FIELD_DEFINITION', '@Authenticated'],
  ])('may not rely on an access rule that %s', (_, definition, rule) => {
    const sdl = `${definition} type Enterprise @key(fields: "uscc") { uscc: ID! paid: Int ${rule} }`;
    expect(reasonsOf(tax(sdl))).toEqual([
      expect.objectContaining({ code: 'ACCESS_RULE_LOST', coordinate: 'Enterprise.paid', departments: ['tax'] }),
    ]);
    expect(reasonsOf(tax(sdl), composeSupergraph)).toEqual([]);
  });
});

describe('asking for SDL', () => {
  it('gets what composes', async () => {
    const tax = localSubgraph({ name: 'tax', schema: buildSubgraphSchema([{ typeDefs: parse(SDL.tax) }]) });
    const sdl = await fetchSdl(tax);
    expect(
      composeSupergraph([...services.filter(({ name }) => name !== 'tax'), { name: 'tax', sdl, url: 'x' }]).ok,
    ).toBe(true);
  });

  it('says who does not tell', async () => {
    const mute = { name: 'mute', send: async () => ({ data: {} }), close: async () => {} };
    await expect(fetchSdl(mute)).rejects.toThrow('mute does not tell its SDL');
  });
});
