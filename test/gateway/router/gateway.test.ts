import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type FormattedExecutionResult, parse } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { createGateway, type Gateway } from '../../../gateway/router/gateway.ts';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import { startToy, type Toy } from './toy.ts';

interface Context {
  clerk: string;
  signal?: AbortSignal;
}

let toy: Toy;
let gateway: Gateway;
let server: ApolloServer<Context>;
beforeAll(async () => {
  toy = await startToy();
  gateway = createGateway<Context>({
    supergraph: toy.supergraph,
    subgraphs: toy.subgraphs,
    callOf: ({ clerk, signal }) => ({ requestId: `request-of-${clerk}`, signal }),
  });
  server = new ApolloServer<Context>({ gateway, introspection: true });
  await server.start();
});
afterAll(async () => {
  await server.stop();
  await toy.stop();
});
afterEach(() => {
  toy.departments.business.fault = undefined;
});

async function ask(query: string, variables = {}): Promise<FormattedExecutionResult> {
  const { body } = await server.executeOperation({ query, variables }, { contextValue: { clerk: 'wang' } });
  if (body.kind !== 'single') throw new Error('one answer was expected');
  return body.singleResult;
}

describe('behind Apollo Server', () => {
  it('joins departments', async () => {
    expect(await ask('query Q($u: ID!) { enterprise(uscc: $u) { name organizationCode } }', { u: 'U1' })).toMatchObject(
      {
        data: { enterprise: { name: 'zh-1', organizationCode: 'C1' } },
      },
    );
    expect(toy.departments.code.headers.at(-1)?.['x-request-id']).toBe('request-of-wang');
  });

  it.each([
    ['a hidden query', '{ outcomesOf(operationIds: []) { operationId } }'],
    ['a hidden mutation', 'mutation { fileItems(filings: []) { operationId } }'],
    ['a hidden value', '{ echo(input: { kinds: [SECRET] }) }'],
    ['the machinery of the federation', '{ _service { sdl } }'],
    ['entities by hand', '{ _entities(representations: []) { __typename } }'],
  ])('refuses %s', async (_, query) => {
    const { data, errors } = await ask(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('answers a bad variable with BAD_USER_INPUT and HTTP 400', async () => {
    const query = 'query Q($u: ID!) { enterprise(uscc: $u) { name } }';
    const { body, http } = await server.executeOperation({ query, variables: {} }, { contextValue: { clerk: 'wang' } });
    expect(http.status).toBe(400);
    expect(body).toMatchObject({ singleResult: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
  });

  it('shows no stack trace', async () => {
    expect(JSON.stringify(await ask('{ case(number: "N0") { broken } }'))).not.toMatch(/stacktrace|\.ts/);
  });
});

describe('a new supergraph', () => {
  const versionOf = (sdl: string, resolve: () => unknown) => {
    const composed = composeSupergraph([{ name: 'window', url: 'http://window.invalid', sdl }]);
    if (!composed.ok) throw new Error(composed.reasons.join());
    const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: { Query: { version: resolve } } }]);
    return { composed, schema };
  };

  it('takes over at once; an operation in flight finishes on the old one', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    const old = versionOf('type Query { version: Int  gone: Int }', async () => {
      isAsked();
      await held;
      return 1;
    });
    const local = localSubgraph({ name: 'window', schema: old.schema });
    const swapping = createGateway({ supergraph: old.composed, subgraphs: [local] });
    const swapped = new ApolloServer({ gateway: swapping });
    await swapped.start();
    const inFlight = swapped.executeOperation({ query: '{ version gone }' });
    await asked;

    swapping.update(versionOf('type Query { version: Int  fresh: Int }', () => 2).composed);
    // The same text as before, which Apollo Server has kept as a valid document: it is not taken for one any more.
    const refused = await swapped.executeOperation({ query: '{ version gone }' });
    expect(refused.body).toMatchObject({
      singleResult: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    });
    release();
    expect((await inFlight).body).toMatchObject({ singleResult: { data: { version: 1, gone: null } } });
    await swapped.stop();
  });

  it.each([
    ['is none', 'type Query { x: Int }', 'not that of a supergraph'],
    ['names a department without a client', undefined, 'no client for insurance'],
  ])('that %s changes nothing', async (_, sdl, reason) => {
    const stranger = composeSupergraph([{ name: 'insurance', url: 'http://x.invalid', sdl: 'type Query { x: Int }' }]);
    const supergraphSdl = sdl ?? (stranger.ok ? stranger.supergraphSdl : '');
    expect(() => gateway.update({ ...toy.supergraph, supergraphSdl })).toThrow(reason);
    expect(await ask('{ taxOffices }')).toMatchObject({ data: { taxOffices: ['east', 'west'] } });
  });
});

it('hands the contextValue to the window, and to nobody else', async () => {
  const sdl = 'type Query { clerk: String }';
  const composed = composeSupergraph([{ name: 'window', url: 'http://window.invalid', sdl }]);
  if (!composed.ok) throw new Error(composed.reasons.join());
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(sdl),
      resolvers: { Query: { clerk: (_: unknown, __: unknown, context: Context) => context.clerk } },
    },
  ]);
  const own = new ApolloServer<Context>({
    gateway: createGateway<Context>({ supergraph: composed, subgraphs: [localSubgraph({ name: 'window', schema })] }),
  });
  await own.start();
  const { body } = await own.executeOperation({ query: '{ clerk }' }, { contextValue: { clerk: 'li' } });
  expect(body).toMatchObject({ singleResult: { data: { clerk: 'li' } } });
  await own.stop();
});
