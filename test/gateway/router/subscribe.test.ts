import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ExecutionResult, GraphQLError, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/http';
import { composeSupergraph } from '../../../gateway/compose.ts';
import type { GatewayContext } from '../../../gateway/context.ts';
import { createHttp } from '../../../gateway/http.ts';
import { asksForStream, createStreams } from '../../../gateway/progress.ts';
import { createExecutor, type Executor } from '../../../gateway/router/execute.ts';
import { createGateway } from '../../../gateway/router/gateway.ts';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import { hivePlanner } from '../../../gateway/router/planner.ts';
import type { Subgraph } from '../../../gateway/router/port.ts';
import { remoteSubgraph } from '../../../gateway/router/subgraph.ts';
import { subscriptions } from '../../../gateway/subscription.ts';
import { until } from '../../fixtures/until.ts';
import { ToyDepartment } from './toy.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SDL = {
  window: `${LINK} type Query { a: Int } type Subscription { ticked(to: Int!): Enterprise }
    type Enterprise @key(fields: "uscc", resolvable: false) { uscc: ID! }`,
  tax: `${LINK} type Query { offices: Int }
    type Subscription { rateChanged(from: Int! = 1): Change }
    type Change { rate: Int  day(upper: Boolean): String  enterprise: Enterprise }
    type Enterprise @key(fields: "uscc") { uscc: ID! }`,
  business: `${LINK} type Query { enterprise(uscc: ID!): Enterprise } type Enterprise @key(fields: "uscc") { uscc: ID! name: String }`,
} as const;
const SUBSCRIPTION =
  'subscription S($from: Int! = 1) { c: rateChanged(from: $from) { r: rate enterprise { uscc name } } }';
const change = (n: number) => ({ c: { r: n, enterprise: { uscc: `U${n}`, name: `name-U${n}` } } });

/** Two departments and a window in this process; what tax tells of is up to a test. */
interface Graph {
  readonly executor: Executor;
  readonly subgraphs: readonly Subgraph[];
  readonly supergraph: Extract<ReturnType<typeof composeSupergraph>, { ok: true }>;
  readonly business: ToyDepartment;
  /** Of streams at tax. */
  closed: number;
  /** Events that tax has told, of all streams. */
  taken: number;
  /** Of each stream: tax then waits without end. */
  waitAfter: number;
  readonly tax: Server;
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open({ subscribable = true } = {}): Promise<Graph> {
  const state = { closed: 0, taken: 0, waitAfter: Number.POSITIVE_INFINITY };
  const rateChanged = async function* (_: unknown, { from }: { from: number }) {
    for (let n = from; n < from + 3; n++) {
      if (n - from >= state.waitAfter) await new Promise(() => {});
      state.taken += 1;
      const change = { rate: n, enterprise: { __typename: 'Enterprise', uscc: `U${n}` } };
      const unlucky = () => {
        throw new GraphQLError('unlucky', { extensions: { code: 'UNLUCKY' } });
      };
      yield { rateChanged: n === 13 ? unlucky : change };
    }
  };
  const handler = createHandler({
    schema: buildSubgraphSchema([
      { typeDefs: parse(SDL.tax), resolvers: { Subscription: { rateChanged: { subscribe: rateChanged } } } as never },
    ]),
  });
  const tax = createServer((request, response) => {
    response.on('close', () => {
      state.closed += 1;
    });
    void handler(request, response);
  });
  await new Promise<void>(ready => tax.listen(0, '127.0.0.1', ready));
  const business = new ToyDepartment(
    buildSubgraphSchema([
      {
        typeDefs: parse(SDL.business),
        resolvers: {
          Enterprise: { __resolveReference: ({ uscc }: { uscc: string }) => ({ uscc, name: `name-${uscc}` }) },
        },
      },
    ]),
    {},
  );
  const ticked = async function* (_: unknown, { to }: { to: number }) {
    for (let n = 1; n <= to; n++) yield { ticked: { uscc: `U${n}` } };
  };
  const window = localSubgraph({
    name: 'window',
    schema: buildSubgraphSchema([
      { typeDefs: parse(SDL.window), resolvers: { Subscription: { ticked: { subscribe: ticked } } } as never },
    ]),
  });
  const bounds = { connectionsMax: 4, timeoutMs: 3_000, responseBytesMax: 100_000 };
  const taxUrl = `http://127.0.0.1:${(tax.address() as AddressInfo).port}/`;
  const taxClient = remoteSubgraph({ name: 'tax', url: taxUrl, ...bounds });
  const { subscribe: _, ...unsubscribable } = taxClient;
  const subgraphs = [
    window,
    subscribable ? taxClient : unsubscribable,
    remoteSubgraph({ name: 'business', url: await business.listen(), ...bounds }),
  ];
  const supergraph = composeSupergraph(
    Object.entries(SDL).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.invalid` })),
  );
  if (!supergraph.ok) throw new Error(supergraph.reasons.join());
  const { publicSchema, supergraphSdl } = supergraph;
  const executor = createExecutor({ publicSchema, planner: hivePlanner(supergraphSdl), subgraphs });
  closing.push(async () => {
    tax.closeAllConnections();
    await new Promise(resolve => tax.close(resolve));
    await business.stop();
    for (const subgraph of subgraphs) await subgraph.close();
  });
  return Object.assign(state, { executor, subgraphs, supergraph, business, tax });
}

const subscribe = async (
  { executor }: Graph,
  source = SUBSCRIPTION,
  variables: Record<string, unknown> = {},
  signal?: AbortSignal,
) => executor.subscribe({ document: parse(source), variables, signal, context: {} });
const eventsOf = async (...given: Parameters<typeof subscribe>) => {
  const subscribed = await subscribe(...given);
  if (!(Symbol.asyncIterator in subscribed)) throw new Error(JSON.stringify(subscribed));
  return subscribed;
};
const all = async (events: AsyncIterable<ExecutionResult>) => {
  const taken: unknown[] = [];
  for await (const event of events) taken.push(event);
  return JSON.parse(JSON.stringify(taken)) as unknown[];
};

describe('a subscription of a department', () => {
  it('is told event by event, each completed by the others', async () => {
    const graph = await open();
    expect(await all(await eventsOf(graph))).toEqual([1, 2, 3].map(n => ({ data: change(n) })));
    expect(graph.business.asked).toHaveLength(3);
    expect(await all(await eventsOf(graph, SUBSCRIPTION, { from: 7 }))).toEqual(
      [7, 8, 9].map(n => ({ data: change(n) })),
    );
  });

  it('of this process is told as well', async () => {
    const events = await eventsOf(await open(), 'subscription { ticked(to: 2) { name } }');
    expect(await all(events)).toEqual([1, 2].map(n => ({ data: { ticked: { name: `name-U${n}` } } })));
  });

  it('of this process ends when the caller leaves', async () => {
    const caller = new AbortController();
    const events = await eventsOf(await open(), 'subscription { ticked(to: 9) { uscc } }', {}, caller.signal);
    expect(await events.next()).toEqual({ done: false, value: { data: { ticked: { uscc: 'U1' } } } });
    caller.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('shows of each event what its conditions leave', async () => {
    const source = 'subscription ($n: Boolean!) { rateChanged { rate enterprise @include(if: $n) { name } } }';
    const [first] = await all(await eventsOf(await open(), source, { n: false }));
    expect(first).toEqual({ data: { rateChanged: { rate: 1 } } });
  });

  it('has errors event by event: what completes one may fail, and the next is whole', async () => {
    const graph = await open();
    const events = await eventsOf(graph);
    graph.business.fault = (_, response) => response.destroy();
    const { value } = await events.next();
    expect(JSON.parse(JSON.stringify(value))).toEqual({
      data: { c: { r: 1, enterprise: { uscc: 'U1', name: null } } },
      errors: [
        {
          message: expect.stringContaining('business'),
          path: ['c', 'enterprise', 'name'],
          extensions: { code: 'DEPARTMENT_UNAVAILABLE', department: 'business', reason: 'CONNECTION' },
        },
      ],
    });
    graph.business.fault = undefined;
    expect(await all(events)).toEqual([{ data: change(2) }, { data: change(3) }]);
  });

  it('goes on after an event that is an error', async () => {
    expect(await all(await eventsOf(await open(), SUBSCRIPTION, { from: 12 }))).toEqual([
      { data: change(12) },
      {
        data: { c: null },
        errors: [{ message: 'unlucky', path: ['c'], extensions: { code: 'UNLUCKY', department: 'tax' } }],
      },
      { data: change(14) },
    ]);
  });

  it('whose department dies tells why there are no more events, and ends', async () => {
    const graph = await open();
    graph.waitAfter = 2;
    const events = await eventsOf(graph);
    expect([await events.next(), await events.next()]).toEqual(
      [1, 2].map(n => ({ done: false, value: { data: change(n) } })),
    );
    graph.tax.closeAllConnections();
    expect(await all(events)).toEqual([
      {
        data: { c: null },
        errors: [
          {
            message: expect.stringMatching(/^tax /),
            path: ['c'],
            extensions: { code: 'DEPARTMENT_UNAVAILABLE', department: 'tax', reason: 'CONNECTION' },
          },
        ],
      },
    ]);
  });

  it('whose department is away does not begin', async () => {
    const graph = await open();
    graph.tax.closeAllConnections();
    await new Promise(resolve => graph.tax.close(resolve));
    expect(JSON.parse(JSON.stringify(await subscribe(graph)))).toEqual({
      data: { c: null },
      errors: [
        {
          message: 'tax cannot be reached (ECONNREFUSED)',
          path: ['c'],
          extensions: { code: 'DEPARTMENT_UNAVAILABLE', department: 'tax', reason: 'CONNECTION' },
        },
      ],
    });
  });

  it.each([
    ['an unknown value', SUBSCRIPTION, { from: 'x' }, 'BAD_USER_INPUT'],
    ['a query', '{ offices }', {}, 'OPERATION_UNSUPPORTED'],
  ])('is not begun for %s', async (_, source, variables, code) => {
    const graph = await open();
    expect(await subscribe(graph, source, variables)).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(graph.taken).toBe(0);
  });

  it('is refused where the department’s client knows no subscriptions, and where one answer is wanted', async () => {
    const graph = await open({ subscribable: false });
    expect(await subscribe(graph)).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_UNSUPPORTED', department: 'tax' } }],
    });
    expect(await graph.executor({ document: parse(SUBSCRIPTION) })).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_UNSUPPORTED' } }],
    });
  });

  it('ends at the department when the caller leaves, or wants no more', async () => {
    const graph = await open();
    graph.waitAfter = 2;
    const caller = new AbortController();
    const [left, returned] = [await eventsOf(graph, SUBSCRIPTION, {}, caller.signal), await eventsOf(graph)];
    await left.next();
    await returned.next();
    const pending = left.next();
    caller.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
    await until(() => graph.closed === 1);
    await returned.return();
    await until(() => graph.closed === 2);
  });
});

describe('through the public graph', () => {
  async function serve(graph: Graph) {
    const gateway = createGateway<GatewayContext>({
      supergraph: graph.supergraph,
      subgraphs: graph.subgraphs,
      onEvents: ({ takeEvents }, events) => takeEvents?.(events),
      callOf: ({ stream }) => ({ signal: stream }),
    });
    const apollo = new ApolloServer<GatewayContext>({
      gateway,
      plugins: [subscriptions()],
      stopOnTerminationSignals: false,
    });
    await apollo.start();
    const reported: Error[] = [];
    const report = (defect: Error): void => void reported.push(defect);
    const app = createHttp(report);
    const contextOf = async () =>
      ({ window: {}, caller: { subject: 'desk', role: 'CLERK', regions: null } }) as unknown as GatewayContext;
    const streams = createStreams({ apollo, contextOf, report, bounds: { heartbeatMs: 30 } });
    app.post('/graphql', (request, reply) =>
      asksForStream(request) ? streams.answer(request, reply) : reply.code(500).send(),
    );
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
    closing.push(async () => {
      await streams.stop();
      await apollo.stop();
      await app.close();
    });
    return { url, streams, reported };
  }
  const ask = (url: string, query: string, signal: AbortSignal | null = null) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
      signal,
    });

  it('a client of the protocol gets every event and the end', async () => {
    const { url } = await serve(await open());
    const client = createClient({ url, retryAttempts: 0 });
    const told: unknown[] = [];
    for await (const event of client.iterate({ query: SUBSCRIPTION })) told.push(event);
    client.dispose();
    expect(told).toEqual([1, 2, 3].map(n => ({ data: change(n) })));
  });

  it('a fragment on the root is followed too, and the department’s death is an event', async () => {
    const graph = await open();
    graph.waitAfter = 1;
    const { url, reported } = await serve(graph);
    const response = await ask(url, 'subscription { ...S } fragment S on Subscription { rateChanged { rate } }');
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk);
      if (text.includes('"rate":1')) graph.tax.closeAllConnections();
    }
    const events = text.split('\n\n').filter(each => each !== '' && each !== ':');
    expect(events[0]).toBe('event: next\ndata: {"data":{"rateChanged":{"rate":1}}}');
    expect(events[1]).toContain('"code":"DEPARTMENT_UNAVAILABLE","department":"tax"');
    expect(events.slice(2)).toEqual(['event: complete\ndata:']);
    expect(reported).toEqual([]);
  });

  it('a client that waits hears that the stream lives; when it goes, the department’s stream is closed', async () => {
    const graph = await open();
    graph.waitAfter = 1;
    const { url, streams } = await serve(graph);
    const client = new AbortController();
    const response = await ask(url, SUBSCRIPTION, client.signal);
    let heard = '';
    const reading = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) heard += Buffer.from(chunk);
    })().catch(() => undefined);
    await until(() => heard.split(':\n\n').length > 4 && heard.includes('event: next'));
    expect(streams.open).toBe(1);
    client.abort();
    await reading;
    await until(() => graph.closed === 1 && streams.open === 0);
  });

  it('a gateway that stops completes the stream and leaves the department', async () => {
    const graph = await open();
    graph.waitAfter = 1;
    const { url, streams } = await serve(graph);
    const response = await ask(url, SUBSCRIPTION);
    const text = response.text();
    await until(() => graph.taken === 1);
    await streams.stop();
    expect(await text).toMatch(/event: complete\ndata:\n\n$/);
    await until(() => graph.closed === 1);
  });
});
