/**
 * Subscriptions over server-sent events, in the "distinct connections" mode of the graphql-sse protocol: a `next` event
 * for each state of the case, or for each event of which a department tells; `complete` at the end, a comment now and then
 * while nothing happens.
 *
 *     curl -N http://127.0.0.1:4000/graphql -H 'accept: text/event-stream' -H 'content-type: application/json' \
 *       -H "authorization: Bearer $(npm run -s token -- CLERK)" \
 *       -d '{"query": "subscription { caseProgress(number: \"371002-20260302-00001-5\") { state } }"}'
 *
 * The package of the protocol is the client in the tests, and no more: its handler takes events from their source whether
 * the client reads them or not, and keeps those that it does not; here the next state is read when the client has taken
 * the last one.
 */
import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ApolloServer, GraphQLRequest } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { Refusal } from '../subgraphs/errors.ts';
import type { GatewayContext } from './context.ts';
import { isRecord } from './door/operation-request.ts';
import { turnedAway } from './door/turned-away.ts';
import { framesOf, HEARTBEAT, print, shownDefect, type Telling } from './event-frames.ts';
import type { Events } from './router/gateway.ts';
import { type CaseView, isOver } from './window/case.ts';
import type { Follower } from './window/progress.ts';
import { mustBeKnown } from './window/rights.ts';

export interface StreamBounds {
  /** Each holds a connection and some 70 KB, as measured with 1,000 of them. */
  readonly streamsMax: number;
  /** A clerk has some tabs open; whoever has more has lost count. */
  readonly streamsPerCallerMax: number;
  /** Then the client subscribes anew, with a token that is still good, perhaps at another gateway. */
  readonly streamMaxMs: number;
  /** Proxies and browsers take a connection for dead on which nothing has come for a minute or less. */
  readonly heartbeatMs: number;
  /** On a stop, how long a client has to take the last event. */
  readonly endGraceMs: number;
}

const BOUNDS: StreamBounds = {
  streamsMax: 1_000,
  streamsPerCallerMax: 20,
  streamMaxMs: 60 * 60_000,
  heartbeatMs: 15_000,
  endGraceMs: 500,
};

type Report = (defect: Error) => void;

export interface StreamSettings {
  /** With the plugin {@link subscriptions}. */
  readonly apollo: ApolloServer<GatewayContext>;
  /** Who asks. @throws {Refusal} */
  contextOf(request: FastifyRequest): Promise<GatewayContext>;
  readonly report: Report;
  readonly bounds?: Partial<StreamBounds>;
}

export interface Streams {
  /** Answers a request that {@link asksForStream}. @throws {GraphQLError} before there is a stream. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  readonly open: number;
  /** Completes all streams, and those that still come. */
  stop(): Promise<void>;
}

/** Types of answers to a GraphQL request that a client may list beside each other. */
const ANSWER_TYPES = ['text/event-stream', 'application/json', 'application/graphql-response+json', '*/*'];

/** Whether a client would rather have a stream than one answer; clients that take both list what they like best first. */
export function asksForStream({ method, headers: { accept = '' } }: FastifyRequest): boolean {
  if (method === 'HEAD') return false;
  const wanted = accept.split(',').map(range => range.split(';')[0]?.trim().toLowerCase() ?? '');
  return wanted.find(type => ANSWER_TYPES.includes(type)) === 'text/event-stream';
}

export function createStreams({ apollo, contextOf, report, bounds: changes }: StreamSettings): Streams {
  const bounds = { ...BOUNDS, ...changes };
  const streams = new Set<OpenStream>();
  let stopped = false;

  const ask = async (operation: GraphQLRequest, contextValue: GatewayContext): Promise<FormattedExecutionResult> => {
    try {
      const { body } = await apollo.executeOperation(operation, { contextValue });
      if (body.kind === 'single') return body.singleResult;
      throw new Error('one event came in several parts');
    } catch (defect) {
      return shownDefect(defect, report);
    }
  };

  /** @throws {Refusal} TOO_MANY_STREAMS */
  function mustHaveRoomFor(subject: string): void {
    const own = [...streams].filter(stream => stream.subject === subject).length;
    if (own >= bounds.streamsPerCallerMax) throw tooMany(`this caller has ${own} streams open`);
    if (streams.size >= bounds.streamsMax) throw tooMany('the gateway has as many streams open as it may');
  }

  return {
    async answer(request, reply) {
      const context = await contextOf(request);
      const operation = operationIn(request);
      // Who has gone meanwhile closes nothing any more.
      if (reply.raw.destroyed) return reply.hijack();
      // Whatever is followed is guarded; who is not known would be told so by an event.
      const { subject } = mustBeKnown(context.caller);
      mustHaveRoomFor(subject);
      const stream = new Stream(context, contextValue => ask(operation, contextValue), {
        ...bounds,
        report,
      });
      const finish = finishing(stream, reply.raw, bounds.endGraceMs);
      const open = { subject, finish };
      const age = setTimeout(finish, bounds.streamMaxMs).unref();
      streams.add(open);
      reply.raw.once('close', () => {
        clearTimeout(age);
        streams.delete(open);
        stream.end();
      });
      if (stopped) stream.end();
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('x-accel-buffering', 'no') // For a proxy that would wait until it has more.
        .send(Readable.from(stream.frames(), { highWaterMark: 1 }));
    },
    get open() {
      return streams.size;
    },
    async stop() {
      stopped = true;
      await Promise.all([...streams].map(({ finish }) => finish()));
    },
  };
}

interface OpenStream {
  /** Of the caller's token. */
  readonly subject: string;
  /** Completes the stream; a client that does not take even that is cut off. */
  finish(): Promise<void>;
}

function finishing(stream: Stream, response: ServerResponse, graceMs: number): () => Promise<void> {
  const closed = new Promise<void>(resolve => response.once('close', resolve));
  return () => {
    stream.end();
    const cut = setTimeout(() => response.destroy(), graceMs).unref();
    return closed.finally(() => clearTimeout(cut));
  };
}

class Stream {
  readonly #context: GatewayContext;
  readonly #ask: (context: GatewayContext) => Promise<FormattedExecutionResult>;
  readonly #telling: Omit<Telling, 'ending'>;
  readonly #ending = new AbortController();
  readonly #ended: Promise<undefined>;
  #follower: Follower | undefined;
  /** Of a department, where one tells of them. */
  #events: Events | undefined;
  /** The case as the last event shows it; undefined when there was none to be seen. */
  #seen: CaseView | undefined;

  constructor(
    context: GatewayContext,
    ask: (context: GatewayContext) => Promise<FormattedExecutionResult>,
    telling: Omit<Telling, 'ending'>,
  ) {
    const { window } = context;
    const { signal } = this.#ending;
    setMaxListeners(0, signal); // Every department that is asked for an event listens.
    this.#ended = new Promise(ended => signal.addEventListener('abort', () => ended(undefined), { once: true }));
    this.#ask = ask;
    this.#telling = telling;
    const find: typeof window.find = async (number, by) => {
      // Before it is read, so that no change falls between.
      if (!signal.aborted) this.#follower ??= window.progress.follow(number);
      this.#seen = await window.find(number, by);
      return this.#seen;
    };
    const takeEvents = (events: Events): void => {
      this.#events = events;
      if (signal.aborted) void events.return();
    };
    this.#context = { ...context, window: { ...window, find }, stream: signal, takeEvents };
  }

  /** What is sent, made when it is asked for. */
  async *frames(): AsyncGenerator<string, void> {
    yield HEARTBEAT;
    do {
      this.#seen = undefined;
      const result = await Promise.race([this.#ask(this.#context), this.#ended]);
      if (!result) break;
      if (this.#events) {
        yield* framesOf(this.#events, { ...this.#telling, ending: this.#ending.signal });
        break;
      }
      yield print('next', eventOf(result));
    } while (yield* this.#goesOn(this.#seen));
    this.end();
    yield print('complete', null);
  }

  end(): void {
    this.#ending.abort();
    this.#follower?.end();
    void this.#events?.return();
  }

  /** Waits until the case has changed; false at its end, or at the stream's. */
  async *#goesOn(seen: CaseView | undefined): AsyncGenerator<string, boolean> {
    if (!seen || isOver(seen) || !this.#follower) return false;
    for (;;) {
      const heard = await this.#follower.after(seen.head.seq, this.#telling.heartbeatMs);
      if (heard !== 'NOTHING') return heard === 'CHANGED';
      yield HEARTBEAT;
    }
  }
}

/** A result as the subscription has it, whose field, unlike the query's, is never null. */
function eventOf({ data, errors }: FormattedExecutionResult): FormattedExecutionResult {
  const missing = Object.entries(data ?? {}).find(([, value]) => value === null);
  if (!missing) return { ...(errors && { errors }), ...(data !== undefined && { data }) };
  const { message, extensions } = new Refusal('NOT_FOUND', 'there is no such case that this token may see');
  return { errors: errors ?? [{ message, path: [missing[0]], extensions }], data: null };
}

const tooMany = (sentence: string): Refusal => new Refusal('TOO_MANY_STREAMS', sentence).atStatus(429);

/** @throws {GraphQLError} BAD_REQUEST */
function operationIn({ method, query, body }: FastifyRequest): GraphQLRequest {
  const given = method === 'GET' ? inAddress(query) : body;
  if (!isRecord(given)) throw badRequest('the request holds no operation');
  const { query: text, variables = null, operationName = null } = given;
  if (typeof text !== 'string' || text === '') throw badRequest('query must be a document');
  if (variables !== null && !isRecord(variables)) throw badRequest('variables must be an object');
  if (operationName !== null && typeof operationName !== 'string') throw badRequest('operationName must be text');
  return { query: text, ...(variables && { variables }), ...(operationName && { operationName }) };
}

function inAddress(parameters: unknown): unknown {
  if (!isRecord(parameters) || typeof parameters.variables !== 'string') return parameters;
  try {
    return { ...parameters, variables: JSON.parse(parameters.variables) };
  } catch {
    throw badRequest('variables must be JSON');
  }
}

const badRequest = (sentence: string): GraphQLError => turnedAway('BAD_REQUEST', sentence);
