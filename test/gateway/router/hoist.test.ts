import type { ServerResponse } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { createExecutor, type Executor } from '../../../gateway/router/execute.ts';
import { hivePlanner } from '../../../gateway/router/planner.ts';
import type { Subgraph } from '../../../gateway/router/port.ts';
import { remoteSubgraph } from '../../../gateway/router/subgraph.ts';
import { until } from '../../fixtures/until.ts';
import { ToyDepartment } from './toy.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])`;
const SDL = {
  business: `${LINK}
    type Query {
      enterprise(uscc: ID!): Enterprise
      parent(uscc: ID!): Enterprise
      ofDay(uscc: ID! = "U1"): Enterprise
      enterprises(uscc: ID): [Enterprise!]
      party(uscc: ID!): Party
      holder(uscc: ID!): Holder
      numbered(uscc: Int!): Enterprise
      plot(region: String!, number: Int!): Plot
      wrapped(uscc: ID!): Wrapped
    }
    type Mutation { enterprise(uscc: ID!): Enterprise }
    type Wrapped { uscc: ID! enterprise: Enterprise }
    union Party = Enterprise | Person
    interface Holder { name: String }
    type Person { name: String }
    type Enterprise implements Holder @key(fields: "uscc") { uscc: ID! name: String capital: String }
    type Plot @key(fields: "region number") { region: String! number: Int! }`,
  tax: `${LINK}
    type Query { taxOffices: Int }
    type Enterprise @key(fields: "uscc") { uscc: ID! rate(kind: String): String capital: String @external size: String @requires(fields: "capital") }
    type Plot @key(fields: "region number") { region: String! number: Int! landTax: String }`,
  seal: `${LINK}
    type Query { sealOffices: Int }
    type Enterprise @key(fields: "uscc") { uscc: ID! seal: String owner: Enterprise }`,
} as const;
type Name = keyof typeof SDL;
type Row = Record<string, unknown>;

const enterprise = (uscc: string): Row => ({
  __typename: 'Enterprise',
  uscc,
  name: `name-${uscc}`,
  capital: `capital-${uscc}`,
});
/** The registry takes a code in any case, and writes it in upper case. */
const found = ({ uscc }: { uscc: string }) => (/^u\d$/i.test(uscc) ? enterprise(uscc.toUpperCase()) : null);
const ROOT = {
  enterprise: (asked: { uscc: string }) => {
    if (asked.uscc === 'secret') throw new GraphQLError('not for you', { extensions: { code: 'FORBIDDEN' } });
    return found(asked);
  },
  parent: () => enterprise('U9'),
  ofDay: found,
  enterprises: (asked: { uscc: string }) => [found(asked)],
  party: (asked: { uscc: string }) => (asked.uscc === 'P1' ? { __typename: 'Person', name: 'Wang' } : found(asked)),
  holder: found,
  numbered: ({ uscc }: { uscc: number }) => enterprise(`U${uscc}`),
  plot: (asked: Row) => ({ __typename: 'Plot', ...asked }),
  wrapped: (asked: { uscc: string }) => ({ uscc: asked.uscc, enterprise: found(asked) }),
};
const COMPLETED: Readonly<Record<Name, Row>> = {
  business: {},
  tax: {
    Enterprise: {
      __resolveReference: ({ uscc, capital }: Row) => ({
        ...enterprise(String(uscc)),
        rate: ({ kind }: { kind?: string }) => `rate-${uscc}-${kind ?? 'any'}`,
        size: capital && `size-of-${capital}`,
      }),
    },
    Plot: { __resolveReference: (plot: Row) => ({ ...plot, landTax: `tax-${plot.region}-${plot.number}` }) },
  },
  seal: {
    Enterprise: {
      __resolveReference: ({ uscc }: Row) => ({ uscc, seal: `seal-${uscc}`, owner: enterprise('U2') }),
    },
  },
};

const NAMES = Object.keys(SDL) as Name[];
const departments = {} as Record<Name, ToyDepartment>;
const subgraphs: Subgraph[] = [];
let executor: Executor;
/** Requests as they come in, each on hold until {@link release}. */
const arrived: { readonly name: Name; readonly go: () => void }[] = [];
let held: Name[] = [];

beforeAll(async () => {
  const services: { name: Name; sdl: string; url: string }[] = [];
  for (const name of NAMES) {
    const schema = buildSubgraphSchema([{ typeDefs: parse(SDL[name]), resolvers: COMPLETED[name] as never }]);
    const department = new ToyDepartment(schema, ROOT, async () => {
      if (!held.includes(name)) arrived.push({ name, go: () => {} });
      else await new Promise<void>(go => arrived.push({ name, go }));
    });
    const url = await department.listen();
    departments[name] = department;
    services.push({ name, sdl: SDL[name], url });
    subgraphs.push(remoteSubgraph({ name, url, connectionsMax: 4, timeoutMs: 5_000, responseBytesMax: 100_000 }));
  }
  const composed = composeSupergraph(services);
  if (!composed.ok) throw new Error(composed.reasons.join());
  const { publicSchema, supergraphSdl } = composed;
  executor = createExecutor({ publicSchema, planner: hivePlanner(supergraphSdl), subgraphs });
});
afterAll(async () => {
  await Promise.all(NAMES.map(name => departments[name].stop()));
  await Promise.all(subgraphs.map(subgraph => subgraph.close()));
});
afterEach(() => {
  held = [];
  for (const { go } of arrived.splice(0)) go();
  for (const name of NAMES) {
    departments[name].asked.length = 0;
    departments[name].fault = undefined;
  }
});

const run = (source: string, variables?: Row, signal?: AbortSignal): Promise<ExecutionResult> =>
  executor({ document: parse(source), variables, signal });
const named = (name: Name) => arrived.filter(each => each.name === name).length;
/** Waits until a request has arrived at each. */
const came = (...names: readonly Name[]) =>
  until(
    () => names.every(name => named(name) > 0),
    () => `${names}; there came ${arrived.map(({ name }) => name)}`,
  );
const release = (name: Name) => {
  held = held.filter(each => each !== name);
  for (const each of arrived) if (each.name === name) each.go();
};
/** Who was asked before the registry had answered. */
async function askedBeforeTheRoot(source: string, variables: Row | undefined, expected: readonly Name[]) {
  held = ['business'];
  const answer = run(source, variables);
  await came('business', ...expected);
  // Who is asked early is asked in the same turn as the root: whoever else is asked is there by now, or soon.
  await new Promise(soon => setTimeout(soon, 60));
  const early = arrived.map(({ name }) => name).filter(name => name !== 'business');
  release('business');
  return { early: early.sort(), answer: await answer };
}
const ONE = 'query ($u: ID!) { enterprise(uscc: $u) { name rate seal } }';
const joined = (uscc: string) => ({ name: `name-${uscc}`, rate: `rate-${uscc}-any`, seal: `seal-${uscc}` });

describe('departments that need no more than the client’s own argument', () => {
  it('are asked before the root has answered, each once', async () => {
    held = ['business'];
    const answer = run(ONE, { u: 'U1' });
    await came('business', 'tax', 'seal');
    release('business');
    expect(await answer).toEqual({ data: { enterprise: joined('U1') } });
    expect(arrived).toHaveLength(3);
  });

  it('may answer first or last', async () => {
    for (const late of [['tax'], ['seal'], ['business'], ['tax', 'seal']] as Name[][]) {
      held = late;
      const answer = run(ONE, { u: 'U1' });
      await until(() => arrived.length === 3);
      for (const name of late) release(name);
      expect(await answer).toEqual({ data: { enterprise: joined('U1') } });
      arrived.length = 0;
    }
  });

  it.each<[string, string, Row | undefined, readonly Name[], unknown]>([
    ['a literal', '{ enterprise(uscc: "U1") { rate } }', {}, ['tax'], { enterprise: { rate: 'rate-U1-any' } }],
    [
      'a number for an ID',
      'query ($u: ID!) { plot(region: "W", number: 7) { landTax } enterprise(uscc: $u) { seal } }',
      { u: 'U3' },
      ['seal', 'tax'],
      { plot: { landTax: 'tax-W-7' }, enterprise: { seal: 'seal-U3' } },
    ],
    [
      'the default of a variable',
      'query ($u: ID = "U4") { enterprise(uscc: $u) { rate(kind: "VAT") } }',
      undefined,
      ['tax'],
      { enterprise: { rate: 'rate-U4-VAT' } },
    ],
    [
      'several roots and aliases',
      'query ($u: ID!, $k: String) { a: enterprise(uscc: $u) { n: name r: rate } b: enterprise(uscc: "U2") { uscc: seal rate(kind: $k) } }',
      { u: 'U1', k: 'VAT' },
      ['seal', 'tax'],
      { a: { n: 'name-U1', r: 'rate-U1-any' }, b: { uscc: 'seal-U2', rate: 'rate-U2-VAT' } },
    ],
    [
      'one enterprise under two aliases',
      'query ($u: ID!) { a: enterprise(uscc: $u) { rate } b: enterprise(uscc: $u) { rate name } }',
      { u: 'U1' },
      ['tax'],
      { a: { rate: 'rate-U1-any' }, b: { rate: 'rate-U1-any', name: 'name-U1' } },
    ],
    [
      'fragments',
      'query ($u: ID!) { ...Q } fragment Q on Query { enterprise(uscc: $u) { ...E } } fragment E on Enterprise { rate }',
      { u: 'U1' },
      ['tax'],
      { enterprise: { rate: 'rate-U1-any' } },
    ],
    [
      'what conditions leave',
      'query ($u: ID!, $t: Boolean!) { enterprise(uscc: $u) { rate @include(if: $t) seal @skip(if: $t) } }',
      { u: 'U1', t: true },
      ['tax'],
      { enterprise: { rate: 'rate-U1-any' } },
    ],
    [
      'what conditions leave, the other way',
      'query ($u: ID!, $t: Boolean!) { enterprise(uscc: $u) { rate @include(if: $t) seal @skip(if: $t) } }',
      { u: 'U1', t: false },
      ['seal'],
      { enterprise: { seal: 'seal-U1' } },
    ],
    [
      'the first of a chain only',
      'query ($u: ID!) { enterprise(uscc: $u) { owner { rate } } }',
      { u: 'U1' },
      ['seal'],
      { enterprise: { owner: { rate: 'rate-U2-any' } } },
    ],
  ])('are asked early by %s', async (_, source, variables, expected, data) => {
    const { early, answer } = await askedBeforeTheRoot(source, variables, expected);
    expect(early).toEqual([...expected]);
    expect(answer).toEqual({ data });
  });

  it('are asked once for one entity, however many roots lead to it', async () => {
    await run('query ($u: ID!) { a: enterprise(uscc: $u) { rate } b: enterprise(uscc: $u) { rate } }', { u: 'U1' });
    const { asked } = departments.tax;
    expect(asked.map(({ variables }) => Object.values(variables ?? {}))).toEqual([
      [[{ __typename: 'Enterprise', uscc: 'U1' }]],
    ]);
  });
});

describe('nobody is asked early', () => {
  it.each<[string, string, Row | undefined, unknown]>([
    ['for a list', '{ enterprises(uscc: "U1") { rate } }', {}, { enterprises: [{ rate: 'rate-U1-any' }] }],
    [
      'for a union, whose type is open',
      '{ party(uscc: "U1") { ... on Enterprise { rate } } }',
      {},
      { party: { rate: 'rate-U1-any' } },
    ],
    [
      'for an interface, whose type is open',
      '{ holder(uscc: "U1") { ... on Enterprise { rate } } }',
      {},
      { holder: { rate: 'rate-U1-any' } },
    ],
    ['by an argument of another type', '{ numbered(uscc: 1) { rate } }', {}, { numbered: { rate: 'rate-U1-any' } }],
    ['by an argument that is not given', '{ ofDay { rate } }', {}, { ofDay: { rate: 'rate-U1-any' } }],
    [
      'for what stands deeper',
      '{ wrapped(uscc: "U1") { enterprise { rate } } }',
      {},
      { wrapped: { enterprise: { rate: 'rate-U1-any' } } },
    ],
    [
      'where more than the key is needed',
      '{ enterprise(uscc: "U1") { size } }',
      {},
      { enterprise: { size: 'size-of-capital-U1' } },
    ],
    [
      'for a mutation',
      'mutation { enterprise(uscc: "U1") { rate seal } }',
      {},
      { enterprise: { rate: 'rate-U1-any', seal: 'seal-U1' } },
    ],
  ])('%s', async (_, source, variables, data) => {
    const { early, answer } = await askedBeforeTheRoot(source, variables, []);
    expect(early).toEqual([]);
    expect(answer).toEqual({ data });
  });

  it('for an operation that the caller has given up already', async () => {
    const answer = await run(ONE, { u: 'U1' }, AbortSignal.abort());
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['REQUEST_ABORTED']);
    await new Promise(soon => setTimeout(soon, 30));
    expect(arrived).toEqual([]);
  });
});

describe('a guess that was wrong leaves no trace', () => {
  const failing = (_: unknown, response: ServerResponse) => response.destroy();

  it('where the root knows no such enterprise', async () => {
    expect(await run(ONE, { u: 'nobody' })).toEqual({ data: { enterprise: null } });
    expect(departments.tax.asked).toHaveLength(1);
  });

  it('where the root knows no such enterprise and the departments fail', async () => {
    departments.tax.fault = failing;
    expect(await run(ONE, { u: 'nobody' })).toEqual({ data: { enterprise: null } });
  });

  it('where the root refuses', async () => {
    const { data, errors } = await run(ONE, { u: 'secret' });
    expect(data).toEqual({ enterprise: null });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['not for you', ['enterprise']]]);
  });

  it('where the root fails', async () => {
    departments.business.fault = failing;
    const { data, errors } = await run(ONE, { u: 'U1' });
    expect(data).toEqual({ enterprise: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions.department])).toEqual([
      [['enterprise'], 'business'],
    ]);
  });

  it('and does not wait for an answer that nobody needs', async () => {
    held = ['tax'];
    expect(await run(ONE, { u: 'nobody' })).toEqual({ data: { enterprise: null } });
    expect(named('tax')).toBe(1);
  });

  it('where the root writes the key in another way: the true one is asked for', async () => {
    expect(await run(ONE, { u: 'u1' })).toEqual({ data: { enterprise: joined('U1') } });
    const keys = departments.tax.asked.map(({ variables }) => variables?.representations);
    expect(keys).toEqual([[{ __typename: 'Enterprise', uscc: 'u1' }], [{ __typename: 'Enterprise', uscc: 'U1' }]]);
  });

  it('where one of two roots is there', async () => {
    const source = 'query ($u: ID!) { a: enterprise(uscc: $u) { rate } b: enterprise(uscc: "nobody") { rate } }';
    expect(await run(source, { u: 'U1' })).toEqual({ data: { a: { rate: 'rate-U1-any' }, b: null } });
  });

  it('where the right answer is an error: it is told once, at its place', async () => {
    departments.tax.fault = failing;
    const { data, errors } = await run(ONE, { u: 'U1' });
    expect(data).toEqual({ enterprise: { ...joined('U1'), rate: null } });
    expect(errors?.map(({ path, extensions }) => [path, extensions.code, extensions.department])).toEqual([
      [['enterprise', 'rate'], 'DEPARTMENT_UNAVAILABLE', 'tax'],
    ]);
  });
});

describe('a field that does not answer what its argument names', () => {
  const PARENT = 'query P($u: ID!) { parent(uscc: $u) { rate } }';
  it('is found out after some wrong guesses, and tried again now and then', async () => {
    const asked: number[] = [];
    const document = parse(PARENT);
    for (let nth = 0; nth < 80; nth++) {
      departments.tax.asked.length = 0;
      const { data } = await executor({ document, variables: { u: 'U1' } });
      expect(data).toEqual({ parent: { rate: 'rate-U9-any' } });
      asked.push(departments.tax.asked.length);
    }
    expect(asked.filter(count => count === 2)).toHaveLength(5 + 1);
    expect(asked.slice(0, 6)).toEqual([2, 2, 2, 2, 2, 1]);
  });
});

it('breaks off what was asked early when the caller gives up', async () => {
  held = ['business', 'tax', 'seal'];
  const before = departments.tax.aborted;
  const caller = new AbortController();
  const answer = run(ONE, { u: 'U1' }, caller.signal);
  await until(() => arrived.length === 3);
  caller.abort();
  expect((await answer).errors?.map(({ extensions }) => extensions.code)).toEqual(['REQUEST_ABORTED']);
  await until(() => departments.tax.aborted === before + 1);
});
