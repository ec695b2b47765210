/**
 * One department's client: a GraphQL operation goes out, a result or a {@link DepartmentUnavailable} comes back.
 *
 *     const tax = remoteSubgraph({ name: 'tax', url: 'https://127.0.0.1:4002/graphql', tls, ...bounds });
 *     const { data, errors } = await tax.send({ query: '{ ping }' }, { requestId: 'r-1', context: undefined });
 */
import { type DocumentNode, execute, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { Pool } from 'undici';
import { Lru } from './lru.ts';

export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

/** What goes with one request but is no part of the operation. */
export interface SubgraphCall {
  /** The caller's: when it aborts, the request is given up and `send` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** At most this long until the whole answer is read; the client's own `timeoutMs` where absent. */
  readonly timeoutMs?: number | undefined;
  /** Sent as `x-request-id`, so that one request can be followed through the logs of all departments. */
  readonly requestId?: string | undefined;
  /** Lower-case names. Remote departments only. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The contextValue of a local subgraph. Never leaves the process. */
  readonly context?: unknown;
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** The answer belongs to the caller, who may write into it. */
export interface SubgraphResult {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
}

export interface Subgraph {
  readonly name: string;
  /** @throws {DepartmentUnavailable} if there is no GraphQL answer; the signal's reason if the caller gave up. */
  send(request: SubgraphRequest, call: SubgraphCall): Promise<SubgraphResult>;
  /** Waits for the requests in flight, then lets go of the connections. */
  close(): Promise<void>;
}

export type UnavailableReason =
  | 'CONNECTION'
  | 'TIMEOUT'
  | 'TLS'
  | 'STATUS'
  | 'CONTENT_TYPE'
  | 'GARBAGE'
  | 'TOO_LARGE'
  | 'OVERLOADED';

/** The department gave no GraphQL answer. The message holds neither the request nor what came back. */
export class DepartmentUnavailable extends Error {
  readonly department: string;
  readonly reason: UnavailableReason;
  /** `NO` only if the request certainly never left: then it may be repeated even where it is not idempotent. */
  readonly delivered: 'NO' | 'MAYBE';

  constructor(
    department: string,
    reason: UnavailableReason,
    delivered: 'NO' | 'MAYBE',
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(`${department} ${sentence}`, options);
    this.name = 'DepartmentUnavailable';
    this.department = department;
    this.reason = reason;
    this.delivered = delivered;
  }
}

export interface TlsIdentity {
  readonly ca: string | Buffer | (string | Buffer)[];
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** The name that the department's certificate must carry. */
  readonly servername: string;
}

export interface RemoteSubgraphOptions {
  readonly name: string;
  readonly url: string;
  readonly tls?: TlsIdentity | undefined;
  /** Sockets kept open to this department; one request at a time on each. */
  readonly connectionsMax: number;
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

/** A connection takes a round trip or three: who has not answered by then is down, not slow. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Requests that wait for a free socket, per socket. More would time out in the queue anyway, holding memory meanwhile. */
const WAITING_PER_CONNECTION_MAX = 64;
/** An operation's text is the same for every request of a plan; encoding it once saves a third of the body's cost. */
const ENCODED_QUERIES_MAX = 1_000;
/** As many operations as a front desk's pages hold, several times over; each parsed document is some tens of KB. */
const PARSED_DOCUMENTS_MAX = 1_000;

/**
 * Levels of an answer: far more than any operation within the limits asks for. What goes through an answer calls itself
 * at each level, and some thousand levels would end the stack, and with it what all other departments answered.
 */
const ANSWER_DEPTH_MAX = 500;

export function remoteSubgraph(options: RemoteSubgraphOptions): Subgraph {
  const { name, tls, connectionsMax } = options;
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: connectionsMax,
    // One timer of ours bounds the whole exchange; undici's two would only cost more.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: {
      timeout: Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs),
      ...tls,
    },
  });
  const path = url.pathname + url.search;
  const encodedQueries = new Lru<string, string>(ENCODED_QUERIES_MAX);
  const inFlightMax = connectionsMax * (1 + WAITING_PER_CONNECTION_MAX);
  let inFlight = 0;

  const bodyOf = ({ query, variables, operationName }: SubgraphRequest) => {
    const encoded = encodedQueries.get(query) ?? encodedQueries.set(query, JSON.stringify(query));
    const named = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
    return variables === undefined
      ? `{"query":${encoded}${named}}`
      : `{"query":${encoded}${named},"variables":${JSON.stringify(variables)}}`;
  };

  return {
    name,
    async send(request, call) {
      call.signal?.throwIfAborted();
      if (inFlight >= inFlightMax) {
        throw new DepartmentUnavailable(name, 'OVERLOADED', 'NO', `has ${inFlight} requests waiting already`);
      }
      inFlight++;
      try {
        const answer = await exchange(pool, path, bodyOf(request), call, {
          department: name,
          secure: tls !== undefined,
          timeoutMs: call.timeoutMs ?? options.timeoutMs,
          responseBytesMax: options.responseBytesMax,
        });
        return parseAnswer(name, answer);
      } finally {
        inFlight--;
      }
    },
    async close() {
      if (!pool.closed) await pool.close();
    },
  };
}

interface Exchange {
  readonly department: string;
  readonly secure: boolean;
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * One POST, through the pool's dispatch rather than its `request`: that one hides whether a request that failed
 * was ever written to a socket, and wraps each answer in a stream that nobody needs.
 */
function exchange(pool: Pool, path: string, body: string, call: SubgraphCall, bounds: Exchange): Promise<Answer> {
  const { department, timeoutMs, responseBytesMax } = bounds;
  return new Promise((resolve, reject) => {
    let abort: ((reason: Error) => void) | undefined;
    let settled = false;
    let started = false;
    let status = 0;
    let contentType = '';
    let bytes = 0;
    const chunks: Buffer[] = [];

    const delivered = () => (started ? 'MAYBE' : 'NO');
    const settle = () => {
      settled = true;
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown) => {
      if (settled) return;
      settle();
      reject(error);
      abort?.(error instanceof Error ? error : new Error('aborted'));
    };
    const onAbort = () => fail(call.signal?.reason);
    const timer = setTimeout(() => {
      fail(
        new DepartmentUnavailable(department, 'TIMEOUT', delivered(), `gave no whole answer within ${timeoutMs} ms`),
      );
    }, timeoutMs);
    call.signal?.addEventListener('abort', onAbort, { once: true });

    pool.dispatch(
      { path, method: 'POST', headers: headersOf(call), body },
      {
        onRequestStart(controller) {
          abort = reason => controller.abort(reason);
          if (settled) return abort(new Error('given up while waiting for a socket'));
          started = true;
        },
        onResponseStart(_, statusCode, headers) {
          status = statusCode;
          contentType = String(headers['content-type'] ?? '');
        },
        onResponseData(_, chunk) {
          bytes += chunk.length;
          if (bytes <= responseBytesMax) chunks.push(chunk);
          else fail(tooLarge(department, responseBytesMax));
        },
        onResponseEnd() {
          if (settled) return;
          settle();
          resolve({ status, contentType, body: Buffer.concat(chunks, bytes).toString('utf8') });
        },
        onResponseError(_, error) {
          fail(connectionFault(bounds, error, delivered(), status !== 0));
        },
      },
    );
  });
}

function headersOf({ requestId, headers }: SubgraphCall): Record<string, string> {
  return {
    ...headers,
    ...(requestId !== undefined && { 'x-request-id': requestId }),
    'content-type': 'application/json',
    accept: 'application/json',
  };
}

const tooLarge = (department: string, responseBytesMax: number) =>
  new DepartmentUnavailable(department, 'TOO_LARGE', 'MAYBE', `answered with more than ${responseBytesMax} bytes`);

function connectionFault(
  { department, secure, timeoutMs }: Exchange,
  cause: Error,
  delivered: 'NO' | 'MAYBE',
  answering: boolean,
): DepartmentUnavailable {
  const code = 'code' in cause ? String(cause.code) : cause.name;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const withinMs = Math.min(CONNECT_TIMEOUT_MS, timeoutMs);
    return new DepartmentUnavailable(department, 'TIMEOUT', 'NO', `took no connection within ${withinMs} ms`, {
      cause,
    });
  }
  if (answering) {
    const sentence = `closed the connection in the middle of its answer (${code})`;
    return new DepartmentUnavailable(department, 'CONNECTION', 'MAYBE', sentence, { cause });
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || CERTIFICATE_FAULTS.test(code)) {
    const sentence =
      delivered === 'NO' ? 'could not be trusted' : 'refused the TLS connection; does it know our certificate?';
    return new DepartmentUnavailable(department, 'TLS', delivered, `${sentence} (${code})`, { cause });
  }
  if (delivered === 'NO' && secure && HUNG_UP.has(code)) {
    const sentence = 'broke off the TLS handshake: it may refuse a missing or unknown client certificate';
    return new DepartmentUnavailable(department, 'TLS', 'NO', `${sentence} (${code})`, { cause });
  }
  if (delivered === 'NO') {
    return new DepartmentUnavailable(department, 'CONNECTION', 'NO', `cannot be reached (${code})`, { cause });
  }
  const words = secure
    ? 'closed the connection without an answer: it stopped, or it refuses a missing or unknown client certificate'
    : 'closed the connection without an answer';
  return new DepartmentUnavailable(department, 'CONNECTION', 'MAYBE', `${words} (${code})`, { cause });
}

const HUNG_UP = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** Codes of OpenSSL's certificate checks, as Node passes them on. */
const CERTIFICATE_FAULTS = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/;
const JSON_TYPES = /^application\/(graphql-response\+)?json\b/i;

/** Reads an answer that any process listening at the department's address may have made. */
function parseAnswer(department: string, { status, contentType, body }: Answer): SubgraphResult {
  const unusable = (reason: UnavailableReason, sentence: string) =>
    new DepartmentUnavailable(department, reason, 'MAYBE', sentence);
  const redirects = status >= 300 && status < 400;
  if (redirects || status >= 500) throw unusable('STATUS', `answered with HTTP status ${status}`);
  if (!JSON_TYPES.test(contentType)) {
    if (status >= 300) throw unusable('STATUS', `answered with HTTP status ${status}`);
    throw unusable('CONTENT_TYPE', 'answered with something other than JSON');
  }
  if (nestsTooDeeply(body)) throw unusable('GARBAGE', 'answered with values nested too deeply');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw unusable('GARBAGE', 'answered with text that is not JSON');
  }
  if (isResult(parsed)) return parsed;
  throw status >= 300
    ? unusable('STATUS', `answered with HTTP status ${status}`)
    : unusable('GARBAGE', 'answered with JSON that is not a GraphQL result');
}

/** Whether some value of a JSON text lies deeper than {@link ANSWER_DEPTH_MAX}. */
function nestsTooDeeply(json: string): boolean {
  // Most answers have not even so many brackets, and counting them is the cheaper half of the work.
  if (opensAtMost(json, ANSWER_DEPTH_MAX)) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (code === BACKSLASH) at++;
    else if (!quoted && isOpening(code) && ++depth > ANSWER_DEPTH_MAX) return true;
    else if (!quoted && isClosing(code)) depth--;
  }
  return false;
}

function opensAtMost(json: string, max: number): boolean {
  let opened = 0;
  for (const bracket of ['[', '{']) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) if (++opened > max) return false;
  }
  return true;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const isOpening = (code: number) => code === 0x5b || code === 0x7b;
const isClosing = (code: number) => code === 0x5d || code === 0x7d;

function isResult(value: unknown): value is SubgraphResult {
  if (!isObject(value)) return false;
  const { data, errors } = value as { data?: unknown; errors?: unknown };
  if (data !== undefined && data !== null && !isObject(data)) return false;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every(isError))) return false;
  return isObject(data) || (Array.isArray(errors) && errors.length > 0);
}

function isError(value: unknown): value is SubgraphError {
  if (!isObject(value)) return false;
  const { message, path, extensions } = value as { message?: unknown; path?: unknown; extensions?: unknown };
  return (
    typeof message === 'string' &&
    (path === undefined || path === null || (Array.isArray(path) && path.every(isPathKey))) &&
    (extensions === undefined || extensions === null || isObject(extensions))
  );
}

const isPathKey = (key: unknown) => typeof key === 'string' || typeof key === 'number';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface LocalSubgraphOptions {
  readonly name: string;
  readonly schema: GraphQLSchema;
  /** Used where a call brings no context of its own, as calls from inside the process may. */
  readonly contextValue?: unknown;
  /** Told of each error that no resolver meant to show: callers see only that there was one. */
  readonly onDefect?: ((defect: Error) => void) | undefined;
}

/**
 * A subgraph of this process, executed by graphql-js. Its operations come from the planner and from our own code,
 * so they are not validated again. Nothing here can interrupt a resolver: time limits are the resolvers' own.
 */
export function localSubgraph({ name, schema, contextValue, onDefect }: LocalSubgraphOptions): Subgraph {
  const documents = new Lru<string, DocumentNode>(PARSED_DOCUMENTS_MAX);
  return {
    name,
    async send({ query, variables, operationName }, { signal, context }) {
      signal?.throwIfAborted();
      const { data, errors } = await execute({
        schema,
        document: documents.get(query) ?? documents.set(query, parse(query, { noLocation: true })),
        contextValue: context ?? contextValue,
        variableValues: variables,
        operationName,
      });
      return { data, errors: errors?.map(error => shown(error, onDefect)) };
    },
    close: async () => {},
  };
}

/** A GraphQLError was thrown to be shown; whatever else was thrown is a defect, and may say too much. */
function shown(error: GraphQLError, onDefect: LocalSubgraphOptions['onDefect']): SubgraphError {
  const { originalError, path, extensions } = error;
  if (originalError && !(originalError instanceof GraphQLError)) {
    onDefect?.(originalError);
    return { message: 'Internal error', path, extensions: { code: 'INTERNAL' } };
  }
  return { message: error.message, path, extensions };
}
