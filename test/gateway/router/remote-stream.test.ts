import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { Pool } from 'undici';
import { EventTooLarge, eventsIn } from '../../../gateway/router/event-stream.ts';
import type { Subgraph, SubgraphResult } from '../../../gateway/router/port.ts';
import { Streams } from '../../../gateway/router/remote-stream.ts';
import { remoteSubgraph } from '../../../gateway/router/subgraph.ts';
import { until } from '../../fixtures/until.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Served {
  readonly client: Subgraph;
  readonly origin: string;
  /** Of requests whose client has gone. */
  gone: number;
}

async function serve(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  timeoutMs = 3_000,
): Promise<Served> {
  const server = createServer((request, response) => {
    response.on('close', () => {
      served.gone += 1;
    });
    void listener(request, response);
  });
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = remoteSubgraph({
    name: 'tax',
    url: `${origin}/graphql`,
    connectionsMax: 1,
    timeoutMs,
    responseBytesMax: 10_000,
  });
  const served: Served = { client, origin, gone: 0 };
  closing.push(async () => {
    await client.close();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  return served;
}

const TICKS = { query: 'subscription ($to: Int!) { tick(to: $to) }', variables: { to: 3 } };
/** A department that counts, as a server of the protocol's own package. */
function counting(tick: (to: number) => AsyncGenerator<number>): GraphQLSchema {
  const schema = buildSchema('type Query { a: Int } type Subscription { tick(to: Int!): Int! }');
  const field = schema.getSubscriptionType()?.getFields().tick;
  Object.assign(field!, { subscribe: (_: unknown, { to }: { to: number }) => tick(to), resolve: (n: number) => n });
  return schema;
}
const counter = async function* (to: number) {
  for (let n = 1; n <= to; n++) yield n;
};
const begin = (served: Served, signal?: AbortSignal) => served.client.subscribe!(TICKS, { signal });
const all = async (events: AsyncIterable<SubgraphResult>) => {
  const taken: unknown[] = [];
  for await (const { data, errors } of events) taken.push(errors ?? data);
  return taken;
};
const failure = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const streaming = (write: (response: ServerResponse) => void) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  write(response);
};

describe('a subscription at a department', () => {
  it('is told every event and its end', async () => {
    const served = await serve(createHandler({ schema: counting(counter) }));
    expect(await all(await begin(served))).toEqual([{ tick: 1 }, { tick: 2 }, { tick: 3 }]);
  });

  it('leaves the connection of the reads alone', async () => {
    let ask: ServerResponse | undefined;
    const served = await serve((request, response) => {
      if (request.headers.accept === 'application/json') {
        response.setHeader('content-type', 'application/json');
        response.end('{"data":{"a":1}}');
      } else {
        streaming(() => {})(request, response);
        ask = response;
      }
    });
    // One connection is all that reads have, and none of the streams takes it.
    for (let nth = 0; nth < 3; nth++) {
      const pending = begin(served);
      await until(() => ask !== undefined);
      ask?.write(':\n\n');
      await pending;
      ask = undefined;
    }
    expect(await served.client.send({ query: '{ a }' }, {})).toEqual({ data: { a: 1 } });
  });

  it('that is refused has one answer, with the errors', async () => {
    const served = await serve(createHandler({ schema: counting(counter) }));
    const refused = await served.client.subscribe!({ query: 'subscription { nothing }' }, {});
    expect(await all(refused)).toMatchObject([[{ message: expect.stringContaining('nothing') }]]);
  });

  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, string, string]>([
    [
      'a page',
      (_, response) => void response.setHeader('content-type', 'text/html').end('<p>'),
      'CONTENT_TYPE',
      'JSON',
    ],
    ['a fault', (_, response) => void response.writeHead(503).end(), 'STATUS', '503'],
    ['nothing', () => {}, 'TIMEOUT', 'began no stream within 300 ms'],
    ['a closed door', (_, response) => void response.destroy(), 'CONNECTION', 'closed the connection'],
  ])('that meets %s does not begin', async (_, listener, reason, words) => {
    const error = await failure(begin(await serve(listener, reason === 'TIMEOUT' ? 300 : undefined)));
    expect(error).toMatchObject({ department: 'tax', reason, message: expect.stringContaining(words) });
  });

  it('at a department that is not there certainly did not reach it', async () => {
    const client = remoteSubgraph({
      name: 'tax',
      url: 'http://127.0.0.1:1/',
      connectionsMax: 1,
      timeoutMs: 300,
      responseBytesMax: 1_000,
    });
    expect(await failure(client.subscribe!(TICKS, {}))).toMatchObject({ reason: 'CONNECTION', delivered: 'NO' });
    await client.close();
  });

  const NEXT = 'event: next\ndata: {"data":{"tick":1}}\n\n';
  it.each<[string, (response: ServerResponse) => void, string]>([
    ['dies', response => response.write(NEXT, () => response.destroy()), 'CONNECTION'],
    ['ends without saying so', response => response.end(NEXT), 'CONNECTION'],
    ['tells garbage', response => response.write(`${NEXT}event: next\ndata: {"x":\n\n`), 'GARBAGE'],
    ['tells too much', response => response.write(`${NEXT}event: next\ndata: "${'x'.repeat(20_000)}`), 'TOO_LARGE'],
  ])('that %s after an event tells that event, and then why there are no more', async (_, write, reason) => {
    const served = await serve(streaming(write));
    const events = await begin(served);
    expect(await events.next()).toEqual({ done: false, value: { data: { tick: 1 } } });
    expect(await failure(events.next())).toMatchObject({ department: 'tax', reason });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await until(() => served.gone === 1);
  });

  it('ends at the department when nobody wants more, read or not', async () => {
    const served = await serve(streaming(response => response.write(NEXT)));
    const [unread, read, waiting] = [await begin(served), await begin(served), await begin(served)];
    await unread.return();
    await read.next();
    await read.return();
    await waiting.next();
    const pending = waiting.next();
    await waiting.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    await until(() => served.gone === 3);
  });

  it('ends with the caller’s reason when the caller leaves', async () => {
    const served = await serve(streaming(response => response.write(NEXT)));
    const caller = new AbortController();
    const events = await begin(served, caller.signal);
    await events.next();
    const pending = failure(events.next());
    caller.abort(new Error('clerk went home'));
    expect(await pending).toMatchObject({ message: 'clerk went home' });
    await until(() => served.gone === 1);
    await expect(begin(served, caller.signal)).rejects.toThrow('clerk went home');
  });

  it('holds the department back when the client does not read', async () => {
    let written = 0;
    const served = await serve(
      streaming(response => {
        const event = `event: next\ndata: {"data":{"tick":"${'x'.repeat(5_000)}"}}\n\n`;
        const more = () => {
          while (!response.destroyed) {
            written += event.length;
            if (!response.write(event)) return void response.once('drain', more);
          }
        };
        more();
      }),
    );
    const events = await begin(served);
    await events.next();
    // What the sockets of both sides hold, and nothing that grows.
    let before = 0;
    await until(async () => {
      before = written;
      await new Promise(soon => setTimeout(soon, 200));
      return written === before;
    });
    for (let nth = 0; nth < 5_000; nth++) await events.next();
    expect(written).toBeGreaterThan(before);
    await events.return();
  });

  it('is given up when the department falls silent, but not while nobody listens', async () => {
    const served = await serve(streaming(response => response.write(NEXT)));
    const pool = new Pool(served.origin);
    closing.push(() => pool.close());
    const streams = new Streams(() => pool, 1);
    const bounds = {
      department: 'tax',
      secure: false,
      timeoutMs: 10_000,
      eventBytesMax: 1_000,
      silenceMaxMs: 200,
    };
    const events = await streams.open({ path: '/', headers: {}, body: '{}' }, bounds, undefined);
    await events.next();
    await new Promise(soon => setTimeout(soon, 300));
    expect(served.gone).toBe(0);
    expect(await failure(events.next())).toMatchObject({
      reason: 'TIMEOUT',
      message: 'tax sent nothing for 200 ms, not even a comment',
    });
    await until(() => served.gone === 1);
  });

  it('ends when the gateway stops', async () => {
    const served = await serve(streaming(response => response.write(NEXT)));
    const events = await begin(served);
    await events.next();
    const pending = events.next();
    await served.client.close();
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});

describe('server-sent events', () => {
  const read = async (chunks: readonly string[], max = 1_000) => {
    const source = async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
    };
    const events: string[] = [];
    for await (const { event, data } of eventsIn(source(), max)) events.push(`${event}|${data}`);
    return events;
  };

  it.each<[string, string, readonly string[]]>([
    ['an event', 'event: next\ndata: {"a":1}\n\n', ['next|{"a":1}']],
    [
      'ends of lines of every kind',
      'event:next\r\ndata:1\r\n\r\nevent:next\rdata:2\r\rdata:3\n\n',
      ['next|1', 'next|2', '|3'],
    ],
    ['data in several lines', 'data: a\ndata: b\n\n', ['|a\nb']],
    [
      'comments and fields that nobody knows',
      ':\n\n: hello\nid: 7\nretry: 1\nevent: complete\ndata:\n\n',
      ['complete|'],
    ],
    ['an event that has no end', 'data: a\n\ndata: b\n', ['|a']],
    ['a field without a value', 'event: complete\ndata\n\n', ['complete|']],
    ['texts of more than one byte', `data: ${Buffer.from('税').toString('latin1')}\n\n`, ['|税']],
  ])('are %s, however they are cut', async (_, text, events) => {
    for (let size = 1; size <= text.length; size++) {
      const chunks = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
      expect(await read(chunks)).toEqual(events);
    }
  });

  it.each([
    ['one line', `data: ${'x'.repeat(2_000)}`],
    ['many lines', 'data: x\n'.repeat(500)],
    ['the name of an event', `event: ${'x'.repeat(2_000)}`],
    ['a comment without end', `: ${'x'.repeat(2_000)}`],
  ])('are not kept without bound: %s', async (_, text) => {
    const chunks = text.match(/[\s\S]{1,100}/g) ?? [];
    await expect(read(chunks)).rejects.toBeInstanceOf(EventTooLarge);
  });

  it('may be many, and comments as many', async () => {
    expect(await read(Array(5_000).fill(': still here\n\ndata: x\n\n'))).toHaveLength(5_000);
  });
});
