import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Center, openCenter } from '../../fixtures/center.ts';
import { until } from '../../fixtures/until.ts';

let center: Center;
let authorization: string;
beforeAll(async () => {
  center = await openCenter({
    environment: { IN_FLIGHT_PER_CLIENT_MAX: '3', REQUEST_TIMEOUT_MS: '3000' },
    overLine: ['business'],
  });
  authorization = `Bearer ${await center.token()}`;
}, 60_000);
afterAll(() => center.close());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
interface Told {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  readonly code: string | undefined;
}

/** As it is: fetch would add headers of its own. */
function send({ method = 'POST', path = '/graphql', headers = {}, body }: Sent): Promise<Told> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(center.url);
    const sent = request({ hostname, port, path, method, headers: { authorization, ...headers } }, answer => {
      answer
        .setEncoding('utf8')
        .toArray()
        .then(parts => {
          const text = parts.join('');
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: text,
            code: /"code":"(\w+)"/.exec(text)?.[1],
          });
        }, reject);
    });
    sent.on('error', reject).end(body);
  });
}
const outcome = async (sent: Sent): Promise<string> => {
  const { status, code } = await send(sent);
  return `${status} ${code ?? 'OK'}`;
};

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ __typename }' });
const GET = `/graphql?query=${encodeURIComponent('{ __typename }')}`;
const MUTATION = `/graphql?query=${encodeURIComponent('mutation { approveRepair(id: "x") { number } }')}`;
const STREAM = `/graphql?query=${encodeURIComponent('subscription { caseProgress(number: "x") { state } }')}`;
const PREFLIGHT = { 'apollo-require-preflight': 'true' };
const EVENTS = { accept: 'text/event-stream' };

describe('what a page of another site can make a browser send is refused', () => {
  it.each<[string, Sent, string]>([
    ['a GET', { method: 'GET', path: GET }, '400 CSRF_PREVENTED'],
    [
      'a GET with a header that is not empty but for blanks',
      { method: 'GET', path: GET, headers: { 'apollo-require-preflight': '' } },
      '400 CSRF_PREVENTED',
    ],
    ['a stream', { method: 'GET', path: STREAM, headers: EVENTS }, '400 CSRF_PREVENTED'],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={__typename}' },
      '415 MEDIA_TYPE_UNSUPPORTED',
    ],
    ['plain text', { headers: { 'content-type': 'text/plain' }, body: QUERY }, '415 MEDIA_TYPE_UNSUPPORTED'],
    [
      'an upload',
      { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' },
      '415 MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      'a stream as plain text',
      { headers: { 'content-type': 'text/plain', ...EVENTS }, body: QUERY },
      '415 MEDIA_TYPE_UNSUPPORTED',
    ],
    [
      'a GET of plain text',
      { method: 'GET', path: GET, headers: { 'content-type': 'text/plain' } },
      '415 MEDIA_TYPE_UNSUPPORTED',
    ],
    ['a POST without a type', { body: QUERY }, '415 MEDIA_TYPE_UNSUPPORTED'],
    ['a POST of nothing', {}, '415 MEDIA_TYPE_UNSUPPORTED'],
  ])('%s', async (_, sent, expected) => expect(await outcome(sent)).toBe(expected));

  it.each<[string, Sent]>([
    ['a GET with a header that only our pages can set', { method: 'GET', path: GET, headers: PREFLIGHT }],
    [
      "a GET with the header of Apollo's clients",
      { method: 'GET', path: GET, headers: { 'x-apollo-operation-name': 'A' } },
    ],
    ['JSON', { headers: JSON_TYPE, body: QUERY }],
    ['JSON, in UTF-8', { headers: { 'content-type': 'application/json; charset="UTF-8"' }, body: QUERY }],
  ])('%s is answered', async (_, sent) => expect(await outcome(sent)).toBe('200 OK'));

  it('no other site is told that it may ask', async () => {
    const { status, headers } = await send({
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(204);
    expect(headers.allow).toBe('GET, POST');
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('methods', () => {
  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE'])('%s is none of the graph', async method => {
    const { status, headers } = await send({ method, headers: PREFLIGHT });
    expect([status, headers.allow]).toEqual([405, 'GET, POST']);
  });

  it('nothing is changed by GET', async () => {
    const { status, headers } = await send({ method: 'GET', path: MUTATION, headers: PREFLIGHT });
    expect([status, headers.allow]).toEqual([405, 'POST']);
  });
});

describe('bodies', () => {
  it('several operations in one are told to come one by one', async () => {
    expect(await send({ headers: JSON_TYPE, body: `[${QUERY},${QUERY}]` })).toMatchObject({
      status: 400,
      body: expect.stringContaining('"code":"BATCHING_UNSUPPORTED","limit":1,"found":2'),
    });
    expect(await outcome({ headers: { ...JSON_TYPE, ...EVENTS }, body: `[${QUERY}]` })).toBe(
      '400 BATCHING_UNSUPPORTED',
    );
  });

  it.each([
    ['another charset', { 'content-type': 'application/json; charset=utf-16' }, '415 MEDIA_TYPE_UNSUPPORTED'],
    ['another type of JSON', { 'content-type': 'application/graphql+json' }, '415 MEDIA_TYPE_UNSUPPORTED'],
    ['more than 8 MiB, by what its header says', { ...JSON_TYPE, 'content-length': '8388609' }, '413 BODY_TOO_LARGE'],
  ])('%s', async (_, headers, expected) => {
    const body = 'content-length' in headers ? undefined : QUERY;
    if (body) return expect(await outcome({ headers, body })).toBe(expected);
    // Never sent in full: the answer comes before.
    expect(await outcome({ headers, body: ' '.repeat(8_388_609) }).catch(String)).toMatch(/413|ECONN|EPIPE/);
  });

  it('a parameter that is given twice is none', async () => {
    expect(await outcome({ method: 'GET', path: `${GET}&query=x`, headers: PREFLIGHT })).toBe('400 BAD_REQUEST');
  });

  it('what a reader has to send is no megabyte, and a stranger has nothing to hand in', async () => {
    const body = JSON.stringify({
      query: 'query ($n: ID!) { case(number: $n) { state } }',
      variables: { n: 'x'.repeat(300_000) },
    });
    expect(await outcome({ headers: JSON_TYPE, body })).toBe('413 BODY_TOO_LARGE');
    const mutation = JSON.stringify({
      query: 'mutation ($n: ID!) { approveRepair(id: $n) { number } }',
      variables: { n: 'x'.repeat(300_000) },
    });
    expect(await outcome({ headers: JSON_TYPE, body: mutation })).not.toBe('413 BODY_TOO_LARGE');
    const stranger = { ...JSON_TYPE, authorization: '' };
    expect(await outcome({ headers: stranger, body: mutation })).toBe('413 BODY_TOO_LARGE');
    const chunked = { ...stranger, 'transfer-encoding': 'chunked' };
    expect(await outcome({ headers: chunked, body: mutation })).toBe('413 BODY_TOO_LARGE');
    expect(await outcome({ headers: chunked, body: QUERY })).toBe('200 OK');
  });
});

describe('a department that does not answer', () => {
  const slow = JSON.stringify({ query: '{ enterprises(first: 1) { totalCount } }' });

  it('is waited for as long as one request may take, and a client has so many under way', async () => {
    center.line('business').disturb = () => 'HANG';
    try {
      const { operations } = center.line('business');
      const before = operations.length;
      const waiting = [1, 2, 3].map(() => send({ headers: JSON_TYPE, body: slow }));
      await until(() => operations.length === before + 3);
      const { status, headers, body } = await send({ headers: JSON_TYPE, body: slow });
      expect([status, headers['retry-after']]).toEqual([429, '1']);
      expect(body).toContain('"code":"TOO_MANY_REQUESTS"');
      expect(body).toContain('"limit":3,"found":4');
      // Another client has room.
      const other = `Bearer ${await center.token({ subject: 'another' })}`;
      expect(await outcome({ headers: { ...JSON_TYPE, authorization: other }, body: QUERY })).toBe('200 OK');
      for (const { status: late, body: said } of await Promise.all(waiting)) {
        const { data, errors } = JSON.parse(said);
        expect([late, data, errors.length]).toEqual([200, null, 1]);
        expect(errors[0].message).toBe('business gave no answer within the 3000 ms that the operation has');
        expect(errors[0].extensions).toEqual({
          code: 'DEPARTMENT_UNAVAILABLE',
          department: 'business',
          reason: 'TIMEOUT',
        });
      }
    } finally {
      center.line('business').disturb = undefined;
    }
    expect(await outcome({ headers: JSON_TYPE, body: QUERY })).toBe('200 OK');
  }, 20_000);

  it('is waited for though the client has gone: what it asked for is still under way', async () => {
    center.line('business').disturb = () => 'HANG';
    try {
      const { operations } = center.line('business');
      const before = operations.length;
      const { hostname, port } = new URL(center.url);
      for (const nth of [1, 2, 3]) {
        const sent = request({
          hostname,
          port,
          path: '/graphql',
          method: 'POST',
          headers: { authorization, ...JSON_TYPE },
        });
        sent.on('error', () => undefined).end(slow);
        await until(() => operations.length === before + nth);
        sent.destroy();
      }
      await sleep(200); // Time for the gateway to see that they have gone.
      expect(await outcome({ headers: JSON_TYPE, body: QUERY })).toBe('429 TOO_MANY_REQUESTS');
      await until(async () => (await outcome({ headers: JSON_TYPE, body: QUERY })) === '200 OK');
    } finally {
      center.line('business').disturb = undefined;
    }
  }, 30_000);
});
