import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type GraphQLFormattedError, parse } from 'graphql';
import { createClient, type ExecutionResult } from 'graphql-sse';
import { composeSupergraph } from '../../gateway/compose.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { createHttp } from '../../gateway/http.ts';
import { asksForStream, createStreams, type StreamBounds, type Streams } from '../../gateway/progress.ts';
import { withoutQuotations } from '../../gateway/quotations.ts';
import { createGateway } from '../../gateway/router/gateway.ts';
import { localSubgraph } from '../../gateway/router/local-subgraph.ts';
import { createScreen } from '../../gateway/router/screen.ts';
import { subscriptions } from '../../gateway/subscription.ts';
import type { CaseView } from '../../gateway/window/case.ts';
import { type WindowContext, windowContext } from '../../gateway/window/context.ts';
import { createProgress } from '../../gateway/window/progress.ts';
import { mustBeKnown } from '../../gateway/window/rights.ts';
import type { Window } from '../../gateway/window/window.ts';
import { type Caller, serves } from '../../subgraphs/caller.ts';
import { Refusal, shownError } from '../../subgraphs/errors.ts';
import { CASE_NUMBER, caseView, grantOf } from '../fixtures/case.ts';
import { until } from '../fixtures/until.ts';

const USCC = '91371002PDY000011X';
const WINDOW_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { case(number: ID!): Case  regimes: [ID!]! }
  type Mutation { approveRepair(id: ID!): Case }
  type Subscription { caseProgress(number: ID!): Case! }
  type Case { number: ID!  state: String!  reasons: [String]  enterprise: Enterprise }
  type Enterprise @key(fields: "uscc", resolvable: false) { uscc: ID! }`;
const REGISTRY_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { enterprise(uscc: ID!): Enterprise }
  type Enterprise @key(fields: "uscc") { uscc: ID!  name: String }`;

/** A gateway with its window's graph and one department, over a case whose steps a test takes. */
interface Stage {
  readonly url: string;
  readonly port: number;
  readonly streams: Streams;
  readonly followers: number;
  /** How often the case has been read. */
  reads: number;
  /** How long the department takes. */
  departmentMs: number;
  /** How long the token is looked at. */
  tokenMs: number;
  /** Thrown when the case is read. */
  defect: Error | undefined;
  readonly reported: Error[];
  /** One step of the case, written by this process. */
  step(to: Partial<CaseView>): void;
  /** One step, written by another one: only the rows tell of it. */
  stepElsewhere(to: Partial<CaseView>): void;
  close(): Promise<void>;
}

let stage: Stage;
afterEach(() => stage.close());

async function open(bounds: Partial<StreamBounds> = {}): Promise<Stage> {
  let view = caseView({
    application: { regionCode: '371002' } as CaseView['application'],
    state: 'SUBMITTED',
    head: { seq: 1, hash: '' },
  });
  const heads = async (numbers: readonly string[]) =>
    new Map(numbers.filter(number => number === view.number).map(number => [number, { ...view.head, isHeld: true }]));
  const reported: Error[] = [];
  const report = (defect: Error): void => void reported.push(defect);
  const progress = createProgress({ heads }, report);
  const window = {
    progress,
    async find(number: string, caller: Caller) {
      opened.reads += 1;
      if (opened.defect) throw opened.defect;
      return number === view.number && serves(caller, view.application.regionCode) ? view : undefined;
    },
  } as unknown as Window;

  const apollo = new ApolloServer<GatewayContext>(server(report, () => opened.departmentMs));
  await apollo.start();
  const app = createHttp(report);
  const contextOf = async (request: FastifyRequest) => {
    await sleep(opened.tokenMs);
    const { authorization } = request.headers;
    return { ...windowContext(window, callerIn(request)), requestId: request.id, authorization };
  };
  const streams = createStreams({ apollo, contextOf, report, bounds });
  const handler = fastifyApolloHandler(apollo, { context: contextOf });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler(request, reply) {
      return asksForStream(request) ? streams.answer(request, reply) : handler.call(this, request, reply);
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });

  const opened: Stage = {
    url: `${url}/graphql`,
    port: Number(new URL(url).port),
    streams,
    get followers() {
      return progress.followers;
    },
    reads: 0,
    departmentMs: 0,
    tokenMs: 0,
    defect: undefined,
    reported,
    step(to) {
      opened.stepElsewhere(to);
      progress.changed(view.number, view.head.seq);
    },
    stepElsewhere(to) {
      view = { ...view, ...to, head: { seq: view.head.seq + 1, hash: '' } };
    },
    close: () => close(streams, apollo, app),
  };
  return opened;
}

function server(report: (defect: Error) => void, departmentMs: () => number) {
  const services = [
    { name: 'window', sdl: WINDOW_SDL, url: 'urn:test:window' },
    { name: 'business', sdl: REGISTRY_SDL, url: 'urn:test:business' },
  ];
  const supergraph = composeSupergraph(services);
  if (!supergraph.ok) throw new Error(supergraph.reasons.join('\n'));
  const local = (name: string, sdl: string, resolvers: GraphQLResolverMap<WindowContext>) =>
    localSubgraph({ name, schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]), onDefect: report });
  const { apollo: limits } = createScreen({ introspection: true });
  return {
    gateway: createGateway<GatewayContext>({
      supergraph,
      subgraphs: [
        local('window', WINDOW_SDL, {
          Query: {
            case: (_: unknown, { number }: { number: string }, { window, caller }: WindowContext) =>
              window.find(number, mustBeKnown(caller)),
          },
          Case: {
            reasons: ({ items }: CaseView) => items.map(({ waits }) => waits),
            enterprise: ({ documents }: CaseView) => (documents.length > 0 ? { uscc: USCC } : null),
          },
        }),
        local('business', REGISTRY_SDL, {
          Enterprise: {
            async __resolveReference() {
              await sleep(departmentMs(), undefined, { ref: false });
              return { uscc: USCC, name: '某某公司' };
            },
          },
        }),
      ],
      callOf: ({ stream }) => ({ signal: stream }),
    }),
    ...limits,
    plugins: [...limits.plugins, subscriptions()],
    formatError: (formatted: GraphQLFormattedError, thrown: unknown) =>
      withoutQuotations(shownError(formatted, thrown, report)),
    stopOnTerminationSignals: false,
  };
}

function callerIn({ headers: { authorization } }: FastifyRequest): Caller {
  const [, subject, region = null] = /^Bearer (\w+)(?: (\d+))?$/.exec(authorization ?? '') ?? [];
  if (subject !== undefined) return { subject, role: 'CLERK', region };
  const refusal = new Refusal('UNAUTHENTICATED', 'a bearer token is needed');
  refusal.extensions.http = { status: 401, headers: new HeaderMap([['www-authenticate', 'Bearer']]) };
  throw refusal;
}

async function close(streams: Streams, apollo: ApolloServer<GatewayContext>, app: FastifyInstance): Promise<void> {
  await streams.stop();
  await app.close();
  await apollo.stop();
}

const SELECTION = 'number state';
const FOLLOW = `subscription ($number: ID!) { caseProgress(number: $number) { ${SELECTION} } }`;
const number = CASE_NUMBER;

/** What a client of the protocol's own library is told, to the end. */
async function told(
  query: string,
  variables: Record<string, unknown> = { number },
  authorization = 'Bearer clerk',
  onEvent: (event: ExecutionResult, index: number) => void = () => undefined,
): Promise<ExecutionResult[]> {
  const client = createClient({ url: stage.url, headers: { authorization }, retryAttempts: 0 });
  const events: ExecutionResult[] = [];
  for await (const event of client.iterate<Record<string, unknown>, Record<string, unknown>>({ query, variables })) {
    onEvent(event, events.length);
    events.push(event);
  }
  client.dispose();
  return events;
}

const states = (events: readonly ExecutionResult[]) =>
  events.map(({ data }) => (data as { caseProgress: { state: string } } | undefined)?.caseProgress.state);
const codes = (events: readonly ExecutionResult[]) =>
  events.map(({ errors }) => errors?.map(({ extensions }) => extensions?.code));

const ACCEPT = { accept: 'text/event-stream', 'content-type': 'application/json', authorization: 'Bearer clerk' };
const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(stage.url, { method: 'POST', headers: { ...ACCEPT, ...headers }, body: JSON.stringify(body) });

describe('who follows a case', () => {
  it('is told how it is now, and after each step, until it is over', async () => {
    stage = await open();
    const steps: readonly Partial<CaseView>[] = [{ state: 'ACCEPTED' }, { state: 'IN_REVIEW' }, { state: 'CLOSED' }];
    const events = await told(FOLLOW, { number }, 'Bearer clerk', (_, index) => stage.step(steps[index] ?? {}));
    expect(states(events)).toEqual(['SUBMITTED', 'ACCEPTED', 'IN_REVIEW', 'CLOSED']);
    expect(events.every(({ errors }) => errors === undefined)).toBe(true);
    await until(() => stage.followers === 0 && stage.streams.open === 0);
  });

  it('sees what the others see', async () => {
    stage = await open();
    const both = Promise.all([told(FOLLOW), told(FOLLOW, { number }, 'Bearer other 371002')]);
    await until(() => stage.reads === 2);
    for (const state of ['ACCEPTED', 'IN_REVIEW', 'CLOSED'] as const) {
      const { reads } = stage;
      stage.step({ state });
      await until(() => stage.reads === reads + 2);
    }
    const [one, other] = await both;
    expect(one).toEqual(other);
    expect(states(one)).toEqual(['SUBMITTED', 'ACCEPTED', 'IN_REVIEW', 'CLOSED']);
  });

  it.each(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN'] as const)(
    'of a case that is %s is told so once',
    async state => {
      stage = await open();
      stage.step({ state });
      expect(states(await told(FOLLOW))).toEqual([state]);
    },
  );

  it('is told the same over GET', async () => {
    stage = await open();
    stage.step({ state: 'CLOSED' });
    const address = new URL(stage.url);
    address.searchParams.set('query', FOLLOW);
    address.searchParams.set('variables', JSON.stringify({ number }));
    const { accept, authorization } = ACCEPT;
    const answer = await fetch(address, { headers: { accept, authorization } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"state":"CLOSED"');
  });

  it('gets the bytes of the protocol, and headers that keep proxies and browsers from keeping them', async () => {
    stage = await open();
    stage.step({ state: 'CLOSED' });
    const answer = await post({
      query: 'subscription S($n: ID!) { caseProgress(number: $n) { state } }',
      variables: { n: number },
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(await answer.text()).toBe(
      ':\n\nevent: next\ndata: {"data":{"caseProgress":{"state":"CLOSED"}}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('may reach into departments, by fragments, aliases and conditions', async () => {
    stage = await open();
    stage.step({ state: 'CLOSED', documents: [grantOf('license')] });
    const query = `subscription S($n: ID!, $no: Boolean! = false) { ...Root }
      fragment Root on Subscription { mine: caseProgress(number: $n) { __typename state number @include(if: $no) enterprise { name } } }
      query Q { case(number: "1") { number } }`;
    const client = createClient({ url: stage.url, headers: { authorization: 'Bearer clerk' }, retryAttempts: 0 });
    const events = [];
    for await (const event of client.iterate({ query, operationName: 'S', variables: { n: number } }))
      events.push(event);
    expect(events).toEqual([
      { data: { mine: { __typename: 'Case', state: 'CLOSED', enterprise: { name: '某某公司' } } } },
    ]);
  });

  it('is told of steps that another gateway has written', async () => {
    stage = await open();
    const events = await told(FOLLOW, { number }, 'Bearer clerk', (_, index) => {
      if (index < 2) stage.stepElsewhere({ state: index === 0 ? 'IN_REVIEW' : 'CLOSED' });
    });
    expect(states(events)).toEqual(['SUBMITTED', 'IN_REVIEW', 'CLOSED']);
  });

  it('is told of steps that came while it was being told, as of one', async () => {
    stage = await open();
    stage.departmentMs = 200;
    stage.step({ documents: [grantOf('license')] });
    const following = told(
      'subscription ($number: ID!) { caseProgress(number: $number) { state enterprise { name } } }',
    );
    await until(() => stage.reads === 1);
    for (const state of ['ACCEPTED', 'DEEMED_ACCEPTED', 'IN_REVIEW', 'CLOSED'] as const) stage.step({ state });
    expect(states(await following)).toEqual(['SUBMITTED', 'CLOSED']);
    expect(stage.reads).toBe(2);
  });

  it('hears now and then that the line is alive', async () => {
    stage = await open({ heartbeatMs: 30 });
    const answer = await post({ query: FOLLOW, variables: { number } });
    let text = '';
    const reading = (async () => {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk;
    })();
    const frames = () => text.split('\n\n');
    await until(() => frames().filter(frame => frame === ':').length > 4);
    stage.step({ state: 'CLOSED' });
    await reading;
    expect(frames().filter(frame => frame.startsWith('event: next'))).toHaveLength(2);
  });
});

describe('who may not see a case', () => {
  it('is told the same, and nothing else, as of a case that there is not', async () => {
    stage = await open();
    const hidden = await told(FOLLOW, { number }, 'Bearer stranger 330000');
    const absent = await told(FOLLOW, { number: '371002-20260302-00002-3' });
    expect(hidden).toEqual([
      {
        data: null,
        errors: [
          {
            message: 'there is no such case that this token may see',
            path: ['caseProgress'],
            extensions: { code: 'NOT_FOUND', advice: expect.any(String) },
          },
        ],
      },
    ]);
    expect(absent).toEqual(hidden);
    await until(() => stage.followers === 0);
  });

  it('gets 401 without a good token, as for a query', async () => {
    stage = await open();
    const streamed = await post({ query: FOLLOW, variables: { number } }, { authorization: 'Basic x' });
    const query = { query: '{ regimes }' };
    const asked = await post(query, { authorization: 'Basic x', accept: 'application/json' });
    for (const answer of [streamed, asked]) {
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    const shown = {
      errors: [
        { message: 'a bearer token is needed', extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) },
      ],
    };
    expect(await streamed.json()).toEqual(shown);
    expect(streamed.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('what is no good subscription is one event with errors, and the end', () => {
  it.each([
    ['no GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    [
      'two root fields',
      `subscription { a: caseProgress(number: "1") { state } b: caseProgress(number: "2") { state } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['introspection', 'subscription { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown field', 'subscription { caseProgress(number: "1") { secret } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'no such operation',
      'subscription A { caseProgress(number: "1") { state } } subscription B { caseProgress(number: "1") { state } }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a missing variable', FOLLOW.replace('caseProgress', 'x: caseProgress'), 'BAD_USER_INPUT'],
    ['a mutation', 'mutation { approveRepair(id: "1") { state } }', 'NOT_STREAMED'],
    ['a query', '{ regimes }', 'NOT_STREAMED'],
    [
      'too many aliases',
      `subscription { caseProgress(number: "1") { ${Array.from({ length: 31 }, (_, at) => `a${at}: state`).join(' ')} } }`,
      'ALIAS_LIMIT',
    ],
    ['too many tokens', `subscription { caseProgress(number: "1") { ${'state '.repeat(2_000)} } }`, 'TOKEN_LIMIT'],
  ])('%s', async (_, query, code) => {
    stage = await open();
    expect(codes(await told(query, {}))).toEqual([[code]]);
    expect([stage.followers, stage.reads]).toEqual([0, 0]);
    expect(stage.reported).toEqual([]);
  });

  it('says nothing of what was written into the document', async () => {
    stage = await open();
    const [event] = await told(
      'subscription { caseProgress(number: 3710021895030700190) { state(x: "371002189503070019") } }',
    );
    expect(JSON.stringify(event)).not.toMatch(/\d{5,}/);
  });

  it.each([
    ['not JSON', '{', 400, 'BODY_NOT_JSON'],
    ['not an object', '[]', 400, 'BAD_REQUEST'],
    ['without a document', '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['with a document that is no text', '{"query":{"kind":"Document"}}', 400, 'BAD_REQUEST'],
    ['with variables that are no object', '{"query":"{ a }","variables":"{}"}', 400, 'BAD_REQUEST'],
    ['longer than a body may be', `{"query":"${' '.repeat(9 * 1024 * 1024)}"}`, 413, 'BODY_TOO_LARGE'],
  ])('a body %s is no stream at all', async (_, body, status, code) => {
    stage = await open();
    const answer = await fetch(stage.url, { method: 'POST', headers: ACCEPT, body });
    expect([answer.status, ((await answer.json()) as ExecutionResult).errors?.[0]?.extensions?.code]).toEqual([
      status,
      code,
    ]);
    expect(stage.streams.open).toBe(0);
  });

  it('a defect is reported, shown as INTERNAL, and ends the stream', async () => {
    stage = await open();
    stage.defect = new Error('of the store, with its path');
    const [event, ...more] = await told(FOLLOW);
    expect([codes([event!]), more]).toEqual([[['INTERNAL']], []]);
    expect(JSON.stringify(event)).not.toContain('of the store');
    expect(stage.reported).toEqual([stage.defect]);
  });

  it('so it does after a first event, and is not tried again and again', async () => {
    stage = await open();
    const events = await told(FOLLOW, { number }, 'Bearer clerk', () => {
      stage.defect = new Error('of the store');
      stage.step({ state: 'ACCEPTED' });
    });
    expect([states(events.slice(0, 1)), codes(events.slice(1))]).toEqual([['SUBMITTED'], [['INTERNAL']]]);
    expect(stage.reads).toBe(2);
  });
});

describe('a request that can be answered once', () => {
  it.each([
    ['application/json', false],
    ['*/*', false],
    ['text/event-stream', true],
    ['text/event-stream, multipart/mixed', true],
    ['TEXT/EVENT-STREAM;charset=utf-8', true],
    ['text/event-stream, */*', true],
    ['application/graphql-response+json, application/json, text/event-stream, multipart/mixed', false],
    ['', false],
  ])('is told apart by what it accepts: %s', (accept, streamed) => {
    const request = (method: string) => ({ method, headers: { accept } }) as unknown as FastifyRequest;
    expect(asksForStream(request('POST'))).toBe(streamed);
    expect(asksForStream(request('HEAD'))).toBe(false);
  });

  it('may not be a subscription, and is told which header it needs', async () => {
    stage = await open();
    const answer = await post({ query: FOLLOW, variables: { number } }, { accept: 'application/json' });
    expect(answer.status).toBe(406);
    expect(await answer.json()).toEqual({
      errors: [
        {
          message: expect.stringContaining('text/event-stream'),
          extensions: { code: 'STREAM_NEEDED', advice: expect.stringContaining('accept: text/event-stream') },
        },
      ],
    });
    expect(stage.reads).toBe(0);
  });
});

describe('bounds', () => {
  /** A client that asks and reads nothing until it is told to. */
  function silent(query = FOLLOW, authorization = 'Bearer clerk'): Socket {
    const body = JSON.stringify({ query, variables: { number } });
    const socket = connect(stage.port, '127.0.0.1').pause();
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return socket;
  }

  /** A case of which one event is half a megabyte. */
  const large = (at: number): Partial<CaseView> => ({
    state: 'IN_REVIEW',
    items: [{ ...caseView().items[0]!, state: 'PENDING_HUMAN', waits: `${at} ${'x'.repeat(500_000)}` }],
  });

  /** A client that has read nothing of so much that the line to it is full. */
  async function stalled(): Promise<Socket> {
    stage.step(large(0));
    const socket = silent('subscription ($number: ID!) { caseProgress(number: $number) { state reasons } }');
    await until(() => stage.reads > 0);
    for (let at = 1; at <= 300; at += 1) {
      stage.step(large(at));
      await sleep(2);
    }
    return socket;
  }

  it('reads nothing more for a client that does not, and gives it the newest state when it does', async () => {
    stage = await open();
    const socket = await stalled();
    const { reads } = stage;
    expect(reads).toBeLessThan(60);
    for (let at = 301; at <= 10_000; at += 1) stage.step(large(at % 10));
    await sleep(50);
    expect(stage.reads).toBe(reads);
    stage.step({ state: 'CLOSED', items: [] });
    let text = '';
    for await (const part of socket.setEncoding('utf8')) {
      text += part;
      if (text.includes('event: complete')) break;
    }
    expect(text).toContain('"state":"CLOSED"');
    expect(stage.reads - reads).toBeLessThan(5);
    socket.destroy();
  });

  it('cut a client off that does not take the end: after the time of a stream, and on a stop', async () => {
    stage = await open({ streamMaxMs: 6_000, endGraceMs: 100 });
    const first = await stalled();
    expect(stage.streams.open).toBe(1);
    await until(() => stage.streams.open === 0);
    const second = await stalled();
    const startedAt = Date.now();
    await stage.streams.stop();
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect([stage.streams.open, stage.followers]).toEqual([0, 0]);
    for (const socket of [first, second]) socket.destroy();
  });

  it('refuse more streams than a caller may have, and than the gateway may, until others have ended', async () => {
    stage = await open({ streamsPerCallerMax: 2, streamsMax: 3 });
    const stop = new AbortController();
    const start = (subject: string) =>
      fetch(stage.url, {
        method: 'POST',
        signal: stop.signal,
        headers: { ...ACCEPT, authorization: `Bearer ${subject}` },
        body: JSON.stringify({ query: FOLLOW, variables: { number } }),
      });
    for (const subject of ['a', 'a', 'b']) expect((await start(subject)).status).toBe(200);
    for (const [subject, words] of [
      ['a', 'this caller'],
      ['b', 'the gateway'],
    ] as const) {
      const refused = await start(subject);
      expect(refused.status).toBe(429);
      expect(await refused.json()).toMatchObject({
        errors: [{ message: expect.stringContaining(words), extensions: { code: 'TOO_MANY_STREAMS' } }],
      });
    }
    stop.abort();
    await until(() => stage.streams.open === 0);
    expect(
      states(
        await Promise.all([told(FOLLOW, { number }, 'Bearer a', () => stage.step({ state: 'CLOSED' }))]).then(
          ([events]) => events,
        ),
      ),
    ).toEqual(['SUBMITTED', 'CLOSED']);
  });

  it('keep nothing of clients that have gone, whenever they go', async () => {
    stage = await open();
    for (let at = 0; at < 200; at += 1) {
      const socket = silent(FOLLOW, `Bearer c${at}`);
      if (at % 4 === 1) await until(() => stage.streams.open > 0);
      if (at % 4 === 2) await until(() => stage.followers > 0);
      if (at % 4 === 3) await sleep(3);
      socket.destroy();
      if (at % 10 === 0) stage.step({});
    }
    stage.tokenMs = 100;
    const early = silent();
    await sleep(50);
    early.destroy();
    await sleep(150);
    await until(() => stage.streams.open === 0 && stage.followers === 0);
    const { reads } = stage;
    stage.step({});
    await sleep(50);
    expect(stage.reads).toBe(reads);
    expect(stage.reported).toEqual([]);
  });

  it('end a stream after its time', async () => {
    stage = await open({ streamMaxMs: 1_000 });
    const startedAt = Date.now();
    expect(states(await told(FOLLOW))).toEqual(['SUBMITTED']);
    expect(Date.now() - startedAt).toBeGreaterThan(990);
    await until(() => stage.streams.open === 0 && stage.followers === 0);
  });
});

describe('on a stop', () => {
  it('streams are completed at once, whatever they wait for, and those that come later too', async () => {
    stage = await open();
    stage.step({ documents: [grantOf('license')] });
    const waiting = told(FOLLOW);
    await until(() => stage.reads === 1);
    stage.departmentMs = 10_000;
    const reading = told('subscription ($number: ID!) { caseProgress(number: $number) { state enterprise { name } } }');
    await until(() => stage.reads === 2);
    const startedAt = Date.now();
    await stage.streams.stop();
    expect(states(await waiting)).toEqual(['SUBMITTED']);
    expect(await reading).toEqual([]);
    expect(await told(FOLLOW)).toEqual([]);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect([stage.streams.open, stage.followers]).toEqual([0, 0]);
  });
});
