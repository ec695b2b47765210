/**
 * One department's client over HTTP: a GraphQL operation goes out, a result or a {@link DepartmentUnavailable} comes back.
 *
 *     const tax = remoteSubgraph({ name: 'tax', url: 'https://127.0.0.1:4002/graphql', tls, ...bounds });
 *     const { data, errors } = await tax.send({ query: '{ ping }' }, { requestId: 'r-1', context: undefined });
 */
import { Pool } from 'undici';
import { type Answer, readAnswer } from './answer.ts';
import { type Bounds, connectionFault, connectTimeoutMs } from './connection-fault.ts';
import { Lru } from './lru.ts';
import { DepartmentUnavailable, type Subgraph, type SubgraphCall, type SubgraphRequest } from './port.ts';
import { Streams } from './remote-stream.ts';

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

/** Requests that wait for a free socket, per socket. More would time out in the queue anyway, holding memory meanwhile. */
const WAITING_PER_CONNECTION_MAX = 64;
/** Subscriptions at one department, all clients together: each holds a connection there. */
const STREAMS_MAX = 1_000;
/** An operation's text is the same for every request of a plan; encoding it once saves a third of the body's cost. */
const ENCODED_QUERIES_MAX = 1_000;

export function remoteSubgraph(options: RemoteSubgraphOptions): Subgraph {
  const { name, tls, connectionsMax } = options;
  const url = new URL(options.url);
  const connections = (max: number): Pool =>
    new Pool(url.origin, {
      connections: max,
      // Timers of ours bound the whole exchange; undici's two would only cost more.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
      connect: { timeout: connectTimeoutMs(options.timeoutMs), ...tls },
    });
  const pool = connections(connectionsMax);
  const bounds = { department: name, secure: tls !== undefined };
  // A stream has its connection for as long as it lasts: reads must not wait for it.
  const streams = new Streams(() => connections(STREAMS_MAX), STREAMS_MAX);
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
    leavesOctets: true,
    async send(request, call) {
      call.signal?.throwIfAborted();
      if (inFlight >= inFlightMax) {
        throw new DepartmentUnavailable(name, 'OVERLOADED', 'NO', `has ${inFlight} requests waiting already`);
      }
      inFlight++;
      try {
        const answer = await exchange(pool, path, bodyOf(request), call, {
          ...bounds,
          timeoutMs: call.timeoutMs ?? options.timeoutMs,
          responseBytesMax: options.responseBytesMax,
        });
        return readAnswer(name, answer, call.octets);
      } finally {
        inFlight--;
      }
    },
    subscribe: (request, call) =>
      streams.open(
        { path, headers: headersOf(call), body: bodyOf(request) },
        { ...bounds, timeoutMs: call.timeoutMs ?? options.timeoutMs, eventBytesMax: options.responseBytesMax },
        call.signal,
      ),
    async close() {
      await streams.close();
      if (!pool.closed) await pool.close();
    },
  };
}

interface Exchange extends Bounds {
  readonly responseBytesMax: number;
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
          resolve({
            status,
            contentType,
            body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes),
          });
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
