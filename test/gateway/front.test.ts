import { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { composeSupergraph } from '../../gateway/compose.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { answersByMediaType } from '../../gateway/door/accept.ts';
import { createFront, type FrontBounds } from '../../gateway/front.ts';
import { createHttp } from '../../gateway/http.ts';
import { withoutQuotations } from '../../gateway/quotations.ts';
import { createGateway, type Gateway } from '../../gateway/router/gateway.ts';
import { createScreen } from '../../gateway/router/screen.ts';
import { shownError } from '../../subgraphs/errors.ts';
import { SDL, startToy, type Toy } from './router/toy.ts';

interface Served {
  readonly url: string;
  readonly gateway: Gateway;
  /** Requests that Apollo Server has seen. */
  readonly slow: () => number;
  close(): Promise<void>;
}

/** The graph of the toy, over HTTP. @param lane Without it all requests go through Apollo Server. */
async function serve(
  toy: Toy,
  lane: 'both lanes' | 'the slow one',
  bounds: Partial<FrontBounds> = {},
): Promise<Served> {
  // The toy closes them.
  const subgraphs = toy.subgraphs.map(subgraph => ({ ...subgraph, close: async () => {} }));
  const gateway = createGateway<GatewayContext>({ supergraph: toy.supergraph, subgraphs });
  const contextOf = async ({ id }: { id: string }) => ({ requestId: id }) as GatewayContext;
  const front = createFront({ gateway, contextOf, bounds });
  const app = createHttp(() => {});
  const { apollo: limits } = createScreen({ introspection: true });
  let slow = 0;
  const apollo = new ApolloServer<GatewayContext>({
    gateway: lane === 'both lanes' ? front.gateway : gateway,
    introspection: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    ...limits,
    formatError: (formatted, thrown) => withoutQuotations(shownError(formatted, thrown, () => {})),
    plugins: [
      ...limits.plugins,
      ...(lane === 'both lanes' ? [front.learning()] : []),
      answersByMediaType(),
      fastifyApolloDrainPlugin(app),
      {
        async requestDidStart() {
          slow++;
        },
      },
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  const context = lane === 'both lanes' ? front.contextOf : contextOf;
  const slowly = fastifyApolloHandler(apollo, { context });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: lane === 'both lanes' ? front.handler(slowly) : slowly,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${url}/graphql`, gateway, slow: () => slow, close: () => apollo.stop() };
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

/** All of an answer that may not depend on the lane. */
async function send({ url }: Served, { body, headers, query = '' }: Sent): Promise<object> {
  const response = await fetch(`${url}${query}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'same-for-all', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { date: _, ...rest } = Object.fromEntries(response.headers);
  return { status: response.status, headers: rest, text: await response.text() };
}

let toy: Toy;
let both: Served;
let slowly: Served;
beforeAll(async () => {
  toy = await startToy();
  both = await serve(toy, 'both lanes');
  slowly = await serve(toy, 'the slow one');
});
afterAll(async () => {
  await both.close();
  await slowly.close();
  await toy.stop();
});
afterEach(() => {
  toy.departments.tax.fault = undefined;
  toy.departments.business.fault = undefined;
});

const ONE = 'query One($u: ID!) { enterprise(uscc: $u) { uscc name } }';
const FOUR =
  'query Four($u: ID!) { enterprise(uscc: $u) { name taxes { kind number } organizationCode seals { id } capital { amount } } }';
const TWO = `query First { taxOffices } query Second($lang: String) { enterprise(uscc: "U1") { name(lang: $lang) } }`;
const GRAPHQL_JSON = { accept: 'application/graphql-response+json' };

/** @see Sent; whether the second of two equal requests takes the fast lane. */
const REQUESTS: readonly [title: string, sent: Sent, fast: boolean][] = [
  ['one department', { body: { query: ONE, variables: { u: 'U1' } } }, true],
  ['four departments', { body: { query: FOUR, variables: { u: 'U2' } } }, true],
  ['nothing found', { body: { query: FOUR, variables: { u: 'nobody' } } }, true],
  ['no variables', { body: { query: '{ taxOffices }' } }, true],
  ['null for all that is optional', { body: { query: '{ taxOffices }', variables: null, operationName: null } }, true],
  [
    'the second operation of a document',
    { body: { query: TWO, operationName: 'Second', variables: { lang: '中' } } },
    true,
  ],
  ['the first operation of a document', { body: { query: TWO, operationName: 'First' } }, true],
  ['a condition', { body: { query: '{ taxOffices @skip(if: false) codeOffices @include(if: false) }' } }, true],
  ['empty extensions', { body: { query: '{ taxOffices }', extensions: {} } }, true],
  ['the newer media type', { body: { query: ONE, variables: { u: 'U3' } }, headers: GRAPHQL_JSON }, true],
  [
    'any media type',
    { body: { query: ONE, variables: { u: 'U3' } }, headers: { accept: 'text/html, */*;q=0.1' } },
    true,
  ],
  ['a list', { body: { query: '{ enterprises(first: 3) { nodes { name rate } totalCount } }' } }, true],
  ['the schema', { body: { query: '{ __schema { queryType { name } } }' } }, true],
  ['a mutation', { body: { query: 'mutation { registerEnterprise(input: { name: "星" }) { number kind } }' } }, true],
  ['no media type that is served', { body: { query: '{ taxOffices }' }, headers: { accept: 'text/html' } }, false],
  ['extensions', { body: { query: '{ taxOffices }', extensions: { clientLibrary: {} } } }, false],
  ['a GET', { query: '?query={taxOffices}' }, false],
  ['an operation that is not there', { body: { query: TWO, operationName: 'Third' } }, false],
  ['no operation named, of two', { body: { query: TWO } }, false],
  ['a name that is no text', { body: { query: ONE, operationName: 1 } }, false],
  ['variables that are a list', { body: { query: '{ taxOffices }', variables: [] } }, false],
  ['variables that are text', { body: { query: '{ taxOffices }', variables: '{}' } }, false],
  ['a query that is no text', { body: { query: 1 } }, false],
  ['no query', { body: { variables: {} } }, false],
  ['a document that is none', { body: { query: '{ taxOffices' } }, false],
  ['a document that is not valid', { body: { query: '{ taxOffices { x } }' } }, false],
  ['a variable that is missing', { body: { query: ONE } }, false],
  ['a missing variable, for the newer media type', { body: { query: ONE }, headers: GRAPHQL_JSON }, false],
  ['a variable of another type', { body: { query: ONE, variables: { u: { no: 'id' } } } }, false],
  ['an error of a department', { body: { query: '{ enterprises(first: 9) { nodes { rate strictRate } } }' } }, false],
  ['an error of the window', { body: { query: '{ case(number: "N0") { number broken } }' } }, false],
];

describe('the two lanes', () => {
  it.each(REQUESTS)('answer alike: %s', async (_, sent, fast) => {
    const expected = await send(slowly, sent);
    expect(await send(both, sent)).toEqual(expected);
    const before = both.slow();
    expect(await send(both, sent)).toEqual(expected);
    const seen = both.slow() - before;
    if (fast) expect(seen).toBe(0);
    else expect(seen).toBeLessThanOrEqual(1);
  });

  it.each([
    ['Chinese', '{"name":"威海"}'],
    ['a character beyond the first plane', '{"name":"𠮷 😀"}'],
    ['escapes', String.raw`{"name":"\u4e2d \u00e9 中 é \ud83d\ude00 \"\\u\n\u0001"}`],
    ['half a character', String.raw`{"name":"中 \ud800"}`],
    ['bytes that are no UTF-8', Buffer.from('7b226e616d65223a22c328ff22 7d'.replaceAll(' ', ''), 'hex')],
    ['a Chinese complaint', '{"name":"中"}', ',"errors":[{"message":"没有 é","path":["enterprise","name"]}]'],
    ['a Chinese complaint with an escape', String.raw`{"name":"\u4e2d"}`, ',"errors":[{"message":"没有"}]'],
  ])('answer alike whatever the text: %s', async (_, enterprise, rest = '') => {
    const sent = { body: { query: ONE.replace('uscc name', 'name'), variables: { u: '企1' } } };
    await send(both, sent);
    const parts = ['{"data":{"enterprise":', enterprise, `}${rest}}`].map(part => Buffer.from(part as string));
    toy.departments.business.fault = (_request, response) =>
      void response.setHeader('content-type', 'application/json').end(Buffer.concat(parts));
    const expected = await send(slowly, sent);
    expect(expected).toMatchObject({ status: 200, text: expect.stringContaining('"name":"') });
    const before = both.slow();
    expect(await send(both, sent)).toEqual(expected);
    expect(both.slow() - before).toBe(rest === '' ? 0 : 1);
  });

  it('ask other departments for a Chinese key by its own name', async () => {
    const query = '{ enterprises(first: 1) { nodes { uscc organizationCode } } }';
    await send(both, { body: { query } });
    toy.departments.business.fault = (_, response) =>
      void response
        .setHeader('content-type', 'application/json')
        .end('{"data":{"enterprises":{"nodes":[{"__typename":"Enterprise","uscc":"企业一"}]}}}');
    const expected = await send(slowly, { body: { query } });
    expect(await send(both, { body: { query } })).toEqual(expected);
    const asked = toy.departments.code.asked.slice(-2).map(({ variables }) => variables);
    expect(asked[1]).toEqual(asked[0]);
    expect(JSON.stringify(asked[1])).toContain('"uscc":"企业一"');
  });

  it('answer alike when a department is away', async () => {
    const sent = { body: { query: FOUR, variables: { u: 'U1' } } };
    await send(both, sent);
    toy.departments.tax.fault = (_, response) => void response.writeHead(503).end();
    const expected = await send(slowly, sent);
    expect(expected).toMatchObject({ status: 200, text: expect.stringContaining('DEPARTMENT_UNAVAILABLE') });
    expect(await send(both, sent)).toEqual(expected);
  });

  it('carry a mutation out once, whatever becomes of it', async () => {
    const query = (field: string) => `mutation { registerEnterprise(input: { name: "once" }) { ${field} } }`;
    for (const field of ['number', 'number broken']) {
      await send(both, { body: { query: query(field) } });
      const before = toy.data.notes.length;
      await send(both, { body: { query: query(field) } });
      expect(toy.data.notes.length).toBe(before + 1);
    }
  });
});

it('carries nothing out that a newer schema does not allow', async () => {
  const served = await serve(toy, 'both lanes');
  const sent = { body: { query: '{ papers { id } }' } };
  await send(served, sent);
  expect(await send(served, sent)).toMatchObject({ status: 200, text: expect.not.stringContaining('errors') });
  expect(served.slow()).toBe(1);
  const services = Object.entries(SDL).map(([name, sdl]) => ({
    name,
    url: 'http://x.invalid',
    sdl: sdl.replace('papers: [Paper]', 'drafts: [Paper]'),
  }));
  const newer = composeSupergraph(services);
  if (!newer.ok) throw new Error(newer.reasons.join());
  served.gateway.update(newer);
  expect(await send(served, sent)).toMatchObject({ text: expect.stringContaining('GRAPHQL_VALIDATION_FAILED') });
  await served.close();
});

it.each([
  ['operations', { operationsMax: 2 }],
  ['characters', { charactersMax: 2 * '\n{ a: taxOffices }'.length }],
])('remembers within its bound on %s', async (_, bounds) => {
  const served = await serve(toy, 'both lanes', bounds);
  const ask = async (alias: string): Promise<number> => {
    const before = served.slow();
    await send(served, { body: { query: `{ ${alias}: taxOffices }` } });
    return served.slow() - before;
  };
  const asked: number[] = [];
  // The third takes the place of the one that was not asked for since.
  for (const alias of ['a', 'b', 'a', 'c', 'a', 'b']) asked.push(await ask(alias));
  expect(asked).toEqual([1, 1, 0, 1, 0, 1]);
  await served.close();
});
