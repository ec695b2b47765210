/** Interfaces of which a department knows more, or less, than another one. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { federate } from './federate.ts';

describe('objects of which one department knows no more than their interface', () => {
  const boats = [
    { __typename: 'Ferry', id: '1', name: 'Luna', seats: 90 },
    { __typename: 'Tug', id: '2', name: 'Mars', pull: 7 },
  ];
  const { run, asked } = federate({
    yard: {
      sdl: `type Query { boats: [Boat!]! }
        interface Boat @key(fields: "id") { id: ID!  name: String }
        type Ferry implements Boat @key(fields: "id") { id: ID!  name: String  seats: Int }
        type Tug implements Boat @key(fields: "id") { id: ID!  name: String  pull: Int }`,
      root: { boats },
      references: { Boat: ({ id }) => boats.find(boat => boat.id === id) },
    },
    pilots: {
      sdl: `type Query { piloted: [Boat]  lost: Boat }
        type Boat @key(fields: "id") @interfaceObject { id: ID!  pilot: String }`,
      root: {
        piloted: [
          { id: '2', pilot: 'Bo' },
          { id: '1', pilot: 'Al' },
        ],
        lost: { id: '9', pilot: 'nobody' },
      },
      references: { Boat: ({ id }) => ({ __typename: 'Boat', id, pilot: `pilot of ${id}` }) },
    },
  });
  beforeEach(() => {
    asked.length = 0;
  });

  it('are not asked for their type where it does not matter', async () => {
    expect(await run('{ piloted { id pilot } }')).toEqual({
      data: {
        piloted: [
          { id: '2', pilot: 'Bo' },
          { id: '1', pilot: 'Al' },
        ],
      },
    });
    expect(asked).toHaveLength(1);
  });
  it('have their type from the department that knows it, where it is asked', async () => {
    expect(await run('{ piloted { pilot __typename ... on Tug { pull } } }')).toEqual({
      data: {
        piloted: [
          { pilot: 'Bo', __typename: 'Tug', pull: 7 },
          { pilot: 'Al', __typename: 'Ferry' },
        ],
      },
    });
  });
  it('keep the type that they have when the other department tells of them', async () => {
    expect(await run('{ boats { ... on Ferry { seats } pilot __typename } }')).toEqual({
      data: {
        boats: [
          { seats: 90, pilot: 'pilot of 1', __typename: 'Ferry' },
          { pilot: 'pilot of 2', __typename: 'Tug' },
        ],
      },
    });
  });
  it('are shown though nobody else knows of them', async () =>
    expect(await run('{ lost { id pilot } }')).toEqual({ data: { lost: { id: '9', pilot: 'nobody' } } }));
});

it('asks nobody for the type of what is provided', async () => {
  const gulls = [
    { __typename: 'Gull', id: 'g', name: 'Jo', wings: 2 },
    { __typename: 'Seal', id: 's', name: 'Al' },
  ];
  const { run, asked } = federate({
    beach: {
      sdl: `type Query { bay: Bay @shareable }  interface Bay { id: ID! }  interface Animal { id: ID! }
        type Cove implements Bay @key(fields: "id") { id: ID!  animals: [Animal] @shareable }
        type Gull implements Animal @key(fields: "id") { id: ID! @external }
        type Seal implements Animal @key(fields: "id") { id: ID! @external }`,
      root: { bay: { __typename: 'Cove', id: 'c', animals: gulls } },
    },
    guide: {
      sdl: `type Query { bay: Bay @shareable @provides(fields: "animals { id name }") }
        interface Bay { id: ID!  animals: [Animal] }  interface Animal { id: ID!  name: String }
        type Cove implements Bay { id: ID! @shareable  animals: [Animal] @external }
        type Gull implements Animal { id: ID! @external  name: String @external }
        type Seal implements Animal { id: ID! @external  name: String @external }`,
      root: { bay: { __typename: 'Cove', id: 'c', animals: gulls } },
    },
    zoo: {
      sdl: `interface Bay { id: ID!  animals: [Animal] }  interface Animal { id: ID!  name: String }
        type Cove implements Bay @key(fields: "id") { id: ID!  animals: [Animal] @shareable }
        type Gull implements Animal @key(fields: "id") { id: ID!  name: String @shareable  wings: Int }
        type Seal implements Animal @key(fields: "id") { id: ID!  name: String @shareable }`,
      references: { Gull: ({ id }) => gulls.find(gull => gull.id === id) },
    },
  });
  expect(await run('{ bay { id animals { name ... on Gull { wings } } } }')).toEqual({
    data: { bay: { id: 'c', animals: [{ name: 'Jo', wings: 2 }, { name: 'Al' }] } },
  });
  expect(asked.map(each => each.split(':')[0])).toEqual(['guide', 'zoo']);
});

it('shows nothing of an object whose type is hidden, though only its interface is asked', async () => {
  const { run } = federate({
    yard: {
      sdl: `type Query { boats: [Boat] }  interface Boat { name: String }
        type Ferry implements Boat { name: String }  type Spy implements Boat @inaccessible { name: String }`,
      root: {
        boats: [
          { __typename: 'Ferry', name: 'Luna' },
          { __typename: 'Spy', name: 'nobody' },
        ],
      },
    },
  });
  expect(await run('{ boats { name } }')).toMatchObject({
    data: { boats: [{ name: 'Luna' }, null] },
    errors: [{ path: ['boats', 1], extensions: { code: 'DEPARTMENT_ANSWER_INVALID' } }],
  });
});

it('lets a null cost the object of a type that promised more than its interface', async () => {
  const { run } = federate({
    yard: {
      sdl: `type Query { boats: [Boat] }  interface Boat { name: String  crew: [String] }
        type Ferry implements Boat { name: String!  crew: [String!] }  type Tug implements Boat { name: String  crew: [String] }`,
      root: {
        boats: [
          { __typename: 'Tug', name: null, crew: [null] },
          { __typename: 'Ferry', name: 'Luna', crew: [null] },
          { __typename: 'Ferry', name: null, crew: [] },
        ],
      },
    },
  });
  expect(await run('{ boats { name } }')).toMatchObject({ data: { boats: [{ name: null }, { name: 'Luna' }, null] } });
  expect(await run('{ boats { crew } }')).toMatchObject({
    data: { boats: [{ crew: [null] }, { crew: null }, { crew: [] }] },
  });
});

it('finds what fragments within fragments ask of a type', async () => {
  const { run } = federate({
    yard: {
      sdl: `type Query { boats: [Boat] }  interface Named { name: String }  interface Boat implements Named { name: String  no: Int }
        type Ferry implements Boat & Named { name: String  no: Int  seats: Int }
        type Tug implements Boat & Named { name: String  no: Int  pull: Int }`,
      root: {
        boats: [
          { __typename: 'Ferry', name: 'Luna', no: 1, seats: 90 },
          { __typename: 'Tug', name: 'Mars', no: 2, pull: 7 },
        ],
      },
    },
  });
  const source = `{ boats { ...Each ...Wide } }
    fragment Wide on Named { name ... on Tug { pull } }
    fragment Each on Boat { no ... { ...Seats } }
    fragment Seats on Ferry { seats }`;
  expect(await run(source)).toEqual({
    data: {
      boats: [
        { no: 1, seats: 90, name: 'Luna' },
        { no: 2, name: 'Mars', pull: 7 },
      ],
    },
  });
});

describe('fragments on types that exclude each other', () => {
  const events: Record<string, string> = { '1': 'launched', '2': 'sunk' };
  const { run } = federate({
    yard: {
      sdl: `type Query { boats: [Boat] }  type Owner @key(fields: "id") { id: ID! }
        interface Boat @key(fields: "id") { id: ID!  owner: Owner }
        type Ferry implements Boat @key(fields: "id") { id: ID!  owner: Owner }
        type Tug implements Boat @key(fields: "id") { id: ID!  owner: Owner }`,
      root: {
        boats: [
          { __typename: 'Ferry', id: '1', owner: { id: 'a' } },
          { __typename: 'Tug', id: '2', owner: { id: 'b' } },
        ],
      },
      references: {
        Boat: ({ id }) => ({ __typename: id === '1' ? 'Ferry' : 'Tug', id, owner: { id: id === '1' ? 'a' : 'b' } }),
      },
    },
    press: {
      sdl: `type Owner @key(fields: "id") { id: ID!  news(of: ID!): String  grumble: String }
        type Boat @key(fields: "id") @interfaceObject { id: ID!  note: String }`,
      references: {
        Owner: ({ id }) => ({
          news: ({ of }: { of: string }) => `${id} ${events[of]}`,
          grumble: () => {
            throw new GraphQLError(`${id} grumbles`);
          },
        }),
      },
    },
  });

  it('may ask for the same key with different arguments', async () =>
    expect(
      await run('{ boats { ... on Ferry { owner { news(of: 1) } } ... on Tug { owner { news(of: 2) } } } }'),
    ).toEqual({ data: { boats: [{ owner: { news: 'a launched' } }, { owner: { news: 'b sunk' } }] } }));
  it('may give the same key to different fields', async () =>
    expect(await run('{ boats { ... on Ferry { owner { x: id } } ... on Tug { owner { x: news(of: 2) } } } }')).toEqual(
      {
        data: { boats: [{ owner: { x: 'a' } }, { owner: { x: 'b sunk' } }] },
      },
    ));
  it('are told no error of a field that was not asked of their object', async () =>
    expect(await run('{ boats { ... on Ferry { owner { grumble } } ... on Tug { owner { id } } } }')).toMatchObject({
      data: { boats: [{ owner: { grumble: null } }, { owner: { id: 'b' } }] },
      errors: [{ message: 'a grumbles', path: ['boats', 0, 'owner', 'grumble'] }],
    }));
});
