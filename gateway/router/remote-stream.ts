/**
 * Subscriptions at a department over HTTP: GraphQL over server-sent events, in "distinct connections" mode, one request
 * for each subscription (the protocol of graphql-sse).
 *
 * Events are read when they are asked for: the department is slowed down by the client that reads slowly, through the
 * window of its connection, and what is kept here of one stream is some 64 KB and one event.
 */
import type { Pool } from 'undici';
import { readAnswer, readResult } from './answer.ts';
import { type Bounds, connectionFault } from './connection-fault.ts';
import { endable } from './endable.ts';
import { EventTooLarge, eventsIn } from './event-stream.ts';
import { DepartmentUnavailable, type SubgraphResult } from './port.ts';

export interface StreamBounds extends Bounds {
  readonly eventBytesMax: number;
  /** Servers of the protocol send something at least every 12 s, a comment if nothing happens. */
  readonly silenceMaxMs?: number | undefined;
}

const SILENCE_MAX_MS = 60_000;

export interface StreamRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Events = AsyncGenerator<SubgraphResult, void>;

/** All subscriptions at one department. */
export class Streams {
  readonly #connect: () => Pool;
  readonly #max: number;
  readonly #open = new Set<AbortController>();
  #pool: Pool | undefined;

  /** @param connect Called when the first stream is opened: most departments have none. */
  constructor(connect: () => Pool, max: number) {
    this.#connect = connect;
    this.#max = max;
  }

  /** @throws {DepartmentUnavailable} */
  async open(request: StreamRequest, bounds: StreamBounds, signal: AbortSignal | undefined): Promise<Events> {
    signal?.throwIfAborted();
    const { department } = bounds;
    if (this.#open.size >= this.#max) {
      throw new DepartmentUnavailable(department, 'OVERLOADED', 'NO', `has ${this.#open.size} streams open already`);
    }
    this.#pool ??= this.#connect();
    const ending = new AbortController();
    this.#open.add(ending);
    const leave = (): void => ending.abort(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    const forget = (): void => {
      this.#open.delete(ending);
      signal?.removeEventListener('abort', leave);
    };
    try {
      const events = await begin(this.#pool, request, bounds, ending);
      const end = (): void => {
        forget();
        ending.abort(CLOSED);
      };
      return endable(() => events.next(), end);
    } catch (error) {
      forget();
      ending.abort();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const ending of this.#open) ending.abort(CLOSED);
    if (this.#pool && !this.#pool.closed) await this.#pool.close();
  }
}

/** Ends a stream as if the department had: nobody is to be blamed. */
const CLOSED = new Error('the stream was closed');

async function begin(
  pool: Pool,
  { path, headers, body }: StreamRequest,
  bounds: StreamBounds,
  ending: AbortController,
): Promise<Events> {
  const { department, timeoutMs } = bounds;
  const late = new DepartmentUnavailable(department, 'TIMEOUT', 'MAYBE', `began no stream within ${timeoutMs} ms`);
  const timer = setTimeout(() => ending.abort(late), timeoutMs);
  try {
    const response = await pool.request({
      path,
      method: 'POST',
      // Nothing beside it: servers of the protocol take a longer list for a wish for one answer.
      headers: { ...headers, accept: 'text/event-stream' },
      body,
      signal: ending.signal,
    });
    const { statusCode: status } = response;
    const contentType = String(response.headers['content-type'] ?? '');
    if (/^text\/event-stream\b/i.test(contentType) && status < 300) return follow(response.body, bounds, ending);
    // Who refuses to begin says so in one answer.
    const only = readAnswer(department, { status, contentType, body: await wholeOf(response.body, bounds) });
    return (async function* () {
      yield only;
    })();
  } catch (error) {
    throw faultOf(error, bounds, ending.signal, false);
  } finally {
    clearTimeout(timer);
  }
}

async function wholeOf(chunks: AsyncIterable<Buffer>, { eventBytesMax, department }: StreamBounds): Promise<Buffer> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > eventBytesMax) throw tooLarge(department, eventBytesMax);
    read.push(chunk);
  }
  return Buffer.concat(read);
}

async function* follow(chunks: AsyncIterable<Buffer>, bounds: StreamBounds, ending: AbortController): Events {
  const { department, eventBytesMax } = bounds;
  try {
    for await (const { event, data } of eventsIn(heard(chunks, bounds, ending), eventBytesMax)) {
      if (event === 'complete') return;
      if (event === 'next') yield readResult(department, data);
    }
  } catch (error) {
    if (ending.signal.reason === CLOSED) return;
    throw faultOf(error, bounds, ending.signal, true);
  }
  throw new DepartmentUnavailable(department, 'CONNECTION', 'MAYBE', 'broke its events off before they were complete');
}

/** The chunks of a department that is still there: its silence has a bound, but only while somebody listens. */
async function* heard(
  chunks: AsyncIterable<Buffer>,
  { department, silenceMaxMs = SILENCE_MAX_MS }: StreamBounds,
  ending: AbortController,
): AsyncGenerator<Buffer, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const giveUp = (): void => {
    const sentence = `sent nothing for ${silenceMaxMs} ms, not even a comment`;
    ending.abort(new DepartmentUnavailable(department, 'TIMEOUT', 'MAYBE', sentence));
  };
  for (;;) {
    const timer = setTimeout(giveUp, silenceMaxMs);
    const { done, value } = await iterator.next().finally(() => clearTimeout(timer));
    if (done) return;
    yield value;
  }
}

/** These come before anything is sent. */
const NEVER_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

function faultOf(error: unknown, bounds: StreamBounds, { aborted, reason }: AbortSignal, answering: boolean): unknown {
  if (error instanceof DepartmentUnavailable) return error;
  if (error instanceof EventTooLarge) return tooLarge(bounds.department, bounds.eventBytesMax);
  if (aborted) return reason;
  const cause = error as NodeJS.ErrnoException;
  return connectionFault(bounds, cause, NEVER_SENT.test(cause.code ?? '') ? 'NO' : 'MAYBE', answering);
}

const tooLarge = (department: string, bytesMax: number): DepartmentUnavailable =>
  new DepartmentUnavailable(department, 'TOO_LARGE', 'MAYBE', `sent more than ${bytesMax} bytes at once`);
