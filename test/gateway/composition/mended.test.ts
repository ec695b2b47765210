import { describe, expect, it } from '@jest/globals';
import { parse, validate } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { mended } from '../../../gateway/composition/mended.ts';
import { usesOf } from '../../../gateway/composition/uses.ts';
import { federate } from '../router/federate.ts';

const joinsOf = (supergraphSdl: string, field: string) =>
  [
    ...(new RegExp(`^  ${field}(?:\\(.*\\))?: .*$`, 'm').exec(supergraphSdl)?.[0] ?? '').matchAll(
      /@join__field\(([^)]*)\)/g,
    ),
  ].map(([, told]) => told);

describe('where departments answer a field with different types', () => {
  const book = { __typename: 'Book', id: 'b', title: 'Sails' };
  const film = { __typename: 'Film', id: 'f', title: 'Waves' };
  const { supergraph, run } = federate({
    archive: {
      sdl: `type Query { work: Book @shareable  shelf: Shelf @shareable }  union Work = Book
        type Shelf @key(fields: "no") { no: Int!  first: Book @shareable }
        type Book @key(fields: "id") { id: ID!  title: String @shareable }`,
      root: { work: book, shelf: { no: 1, first: book } },
      references: { Book: () => book, Shelf: ({ no }) => ({ no, first: book }) },
    },
    cinema: {
      sdl: `type Query { work: Work @shareable  shelf: Shelf @shareable }  union Work = Book | Film
        type Shelf @key(fields: "no") { no: Int!  first: Work @shareable  films: [Film!]  }
        type Film @key(fields: "id") { id: ID!  title: String }  type Book @key(fields: "id") { id: ID!  title: String @shareable }`,
      root: { work: book, shelf: { no: 1, first: book, films: [film] } },
      references: { Book: () => book, Film: () => film, Shelf: ({ no }) => ({ no, first: book, films: [film] }) },
    },
  });

  it('the public type is the widest of them', () => {
    const { publicSchema } = supergraph;
    expect(String(publicSchema.getQueryType()?.getFields().work?.type)).toBe('Work');
    expect(validate(publicSchema, parse('{ work { ... on Film { title } ... on Book { title } } }'))).toEqual([]);
  });
  it('the planner knows each one’s own', () => {
    expect(joinsOf(supergraph.supergraphSdl, 'work')).toEqual(['graph: ARCHIVE, type: "Book"', 'graph: CINEMA']);
    expect(joinsOf(supergraph.supergraphSdl, 'first')).toContain('graph: ARCHIVE, type: "Book"');
  });
  it('fragments on all of its types are answered', async () => {
    const source =
      '{ work { __typename ... on Film { title } ... on Book { title } } shelf { first { ... on Film { title } ... on Book { id } } } }';
    expect(await run(source)).toEqual({
      data: { work: { __typename: 'Book', title: 'Sails' }, shelf: { first: { id: 'b' } } },
    });
  });
});

it('lets a department that knows an interface as an object require what another one answers', async () => {
  const boats = [{ __typename: 'Ferry', id: '1', name: 'Luna' }];
  const { run, supergraph } = federate({
    yard: {
      sdl: `type Query { boats: [Boat!]! }  interface Boat @key(fields: "id") { id: ID!  name: String }
        type Ferry implements Boat @key(fields: "id") { id: ID!  name: String }`,
      root: { boats },
      references: { Boat: ({ id }) => boats.find(boat => boat.id === id) },
    },
    painter: {
      sdl: `type Query { painted: [Boat] }
        type Boat @key(fields: "id") @interfaceObject { id: ID!  name: String @external  sign: String @requires(fields: "name") }`,
      root: { painted: [{ id: '1' }] },
      references: { Boat: ({ id, name }) => ({ __typename: 'Boat', id, sign: `~ ${name} ~` }) },
    },
  });
  expect(supergraph.supergraphSdl).toContain('@join__field(graph: PAINTER, external: true)');
  expect(await run('{ painted { sign } }')).toEqual({ data: { painted: [{ sign: '~ Luna ~' }] } });
});

it('keeps what a root field of every department provides', async () => {
  const { run, asked } = federate({
    ships: {
      sdl: `type Query { flagship: Ship @shareable @provides(fields: "name") }
        type Ship @key(fields: "id") { id: ID!  name: String @external  crew: Int }`,
      root: { flagship: { id: '1', name: 'Luna', crew: 9 } },
    },
    names: {
      sdl: `type Query { flagship: Ship @shareable }  type Ship @key(fields: "id") { id: ID!  name: String @shareable  age: Int }`,
      root: { flagship: { id: '1', name: 'Luna' } },
      references: { Ship: () => ({ name: 'Luna', age: 3 }) },
    },
  });
  expect(await run('{ flagship { name crew } }')).toEqual({ data: { flagship: { name: 'Luna', crew: 9 } } });
  expect(asked).toHaveLength(1);
});

it('leaves a supergraph alone that lacks nothing', () => {
  const services = [
    {
      name: 'a',
      url: 'http://a',
      sdl: 'type Query { n: Int @shareable  list: [Int!]! @shareable }  type Only { a: Int }',
    },
    { name: 'b', url: 'http://b', sdl: 'type Query { n: Int @shareable  list: [Int!]! @shareable }' },
  ].map(service => ({
    ...service,
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@shareable"]) ${service.sdl}`,
  }));
  const composed = composeSupergraph(services);
  if (!composed.ok) throw new Error(JSON.stringify(composed.reasons));
  const document = parse(composed.supergraphSdl);
  expect(
    mended(
      document,
      services.map(({ name, sdl }) => ({ name, document: parse(sdl) })),
    ),
  ).toBe(document);
});

describe('what a department says of a field', () => {
  const useIn = (sdl: string) => usesOf([{ name: 'a', document: parse(sdl) }]).get('Query.ship');
  it.each([
    [
      'as Federation 2 has it',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@provides"])
      type Query { ship: Ship @provides(fields: "name") }`,
    ],
    [
      'under names of its own',
      `schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [{ name: "@provides", as: "@brings" }]) { query: Root }
      type Root { ship: Ship @brings(fields: "name") }`,
    ],
    [
      'by the name of the specification',
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", as: "fed") { query: Root }
      extend type Root { ship: Ship @fed__provides(fields: "name") }`,
    ],
    ['without a link, as Federation 1 has it', 'extend type Query { ship: Ship @provides(fields: "name") }'],
  ])('is found %s', (_, sdl) =>
    expect(useIn(sdl)).toEqual([expect.objectContaining({ service: 'a', provides: 'name' })]),
  );
});
