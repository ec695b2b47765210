import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, GraphQLError } from 'graphql';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import { DepartmentUnavailable, type SubgraphCall } from '../../../gateway/router/port.ts';
import { type RemoteSubgraphOptions, remoteSubgraph } from '../../../gateway/router/subgraph.ts';

const SECRET = 'secret-of-the-request';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: Server & { closeAllConnections?: () => void }): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections?.();
    return new Promise(resolve => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createHttpServer(listener))}/`;

function client(url: string, options: Partial<RemoteSubgraphOptions> = {}) {
  const subgraph = remoteSubgraph({
    name: 'tax',
    url,
    connectionsMax: 2,
    timeoutMs: 5_000,
    responseBytesMax: 10_000,
    ...options,
  });
  closing.push(() => subgraph.close());
  return subgraph;
}

const answer: RequestListener = (_, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"data":{"ok":true}}');
};

async function failure(url: string, options: Partial<RemoteSubgraphOptions> = {}, call: SubgraphCall = {}) {
  const request = { query: '{ ok }', variables: { secret: SECRET } };
  const error = await client(url, options)
    .send(request, call)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(DepartmentUnavailable);
  const { message, reason, delivered, department } = error as DepartmentUnavailable;
  expect(department).toBe('tax');
  expect(message).toMatch(/^tax /);
  expect(message).not.toContain(SECRET);
  return { message, reason, delivered };
}

describe('a department over HTTP', () => {
  it('is asked with a request id and variables, over connections that stay open', async () => {
    const seen: string[] = [];
    let sockets = 0;
    const server = createHttpServer((request, response) => {
      request.on('data', chunk =>
        seen.push(`${request.headers['x-request-id']} ${request.headers.authorization} ${chunk}`),
      );
      request.on('end', () => answer(request, response));
    });
    server.on('connection', () => sockets++);
    const subgraph = client(`http://127.0.0.1:${await listen(server)}/`);
    for (let nth = 1; nth <= 10; nth++) {
      const requestId = `r-${nth}`;
      const { data } = await subgraph.send(
        { query: 'query Q { ok }', variables: { a: '税' }, operationName: 'Q' },
        { requestId, headers: { authorization: 'Bearer x' } },
      );
      expect(data).toEqual({ ok: true });
    }
    expect(seen[2]).toBe('r-3 Bearer x {"query":"query Q { ok }","operationName":"Q","variables":{"a":"税"}}');
    expect(sockets).toBeLessThanOrEqual(2);
  });

  it('that refuses the operation has answered', async () => {
    const url = await serve((_, response) => {
      response.writeHead(400, { 'content-type': 'application/graphql-response+json' });
      response.end('{"errors":[{"message":"no such field"}]}');
    });
    expect(await client(url).send({ query: '{ nothing }' }, {})).toEqual({ errors: [{ message: 'no such field' }] });
  });

  it('that is not there was certainly not reached', async () => {
    const port = await listen(createTcpServer());
    await closing.pop()?.();
    expect(await failure(`http://127.0.0.1:${port}/`)).toMatchObject({ reason: 'CONNECTION', delivered: 'NO' });
  });

  it('that has no address was certainly not reached', async () => {
    expect(await failure('http://nowhere.invalid/')).toMatchObject({ reason: 'CONNECTION', delivered: 'NO' });
  });

  it('that hangs up may have been reached', async () => {
    const url = await serve((_, response) => response.destroy());
    expect(await failure(url)).toMatchObject({ reason: 'CONNECTION', delivered: 'MAYBE' });
  });

  it('that answers too late may have been reached', async () => {
    const url = await serve(() => {});
    expect(await failure(url, {}, { timeoutMs: 500 })).toMatchObject({
      reason: 'TIMEOUT',
      delivered: 'MAYBE',
      message: 'tax gave no whole answer within 500 ms',
    });
  });

  it('that trickles its answer is not waited for longer', async () => {
    const url = await serve((_, response) => {
      response.setHeader('content-type', 'application/json');
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failure(url, { timeoutMs: 500 })).toMatchObject({ reason: 'TIMEOUT', delivered: 'MAYBE' });
  });

  it('whose sockets are all taken was certainly not reached', async () => {
    const url = await serve(() => {});
    const subgraph = client(url, { connectionsMax: 1 });
    // The first holds the socket until long after the second has given up.
    const sent = [1_000, 100].map(timeoutMs =>
      subgraph.send({ query: '{ ok }' }, { timeoutMs }).catch((error: unknown) => error),
    );
    const [first, second] = await Promise.all(sent);
    expect(first).toMatchObject({ reason: 'TIMEOUT', delivered: 'MAYBE' });
    expect(second).toMatchObject({ reason: 'TIMEOUT', delivered: 'NO' });
  });

  it('is not buried under more requests than could ever be answered in time', async () => {
    const url = await serve(() => {});
    const subgraph = client(url, { connectionsMax: 1, timeoutMs: 200 });
    const sent = Array.from({ length: 66 }, () =>
      subgraph.send({ query: '{ ok }' }, {}).catch((error: unknown) => error),
    );
    const outcomes = (await Promise.all(sent)) as DepartmentUnavailable[];
    expect(outcomes.filter(({ reason }) => reason === 'OVERLOADED')).toHaveLength(1);
    expect(outcomes.at(-1)).toMatchObject({ reason: 'OVERLOADED', delivered: 'NO' });
  });

  it('answers again after it was away', async () => {
    let away = true;
    const url = await serve((request, response) => (away ? response.destroy() : answer(request, response)));
    const subgraph = client(url);
    await expect(subgraph.send({ query: '{ ok }' }, {})).rejects.toThrow('closed the connection');
    away = false;
    expect(await subgraph.send({ query: '{ ok }' }, {})).toEqual({ data: { ok: true } });
  });

  it('is given up with the caller’s reason', async () => {
    const url = await serve(() => {});
    const controller = new AbortController();
    const sent = client(url).send({ query: '{ ok }' }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('clerk went home')), 30);
    await expect(sent).rejects.toThrow('clerk went home');
    await expect(client(url).send({ query: '{ ok }' }, { signal: controller.signal })).rejects.toThrow(
      'clerk went home',
    );
  });
});

describe('a department over mutual TLS', () => {
  let folder: string;
  const file = (name: string) => readFileSync(join(folder, name));
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    for (const ca of ['ca', 'stranger']) {
      openssl(
        'req',
        '-x509',
        ...newKey,
        '-subj',
        `/CN=${ca}`,
        '-days',
        '2',
        '-keyout',
        `${ca}.key`,
        '-out',
        `${ca}.pem`,
      );
    }
    for (const [name, ca] of [
      ['server', 'ca'],
      ['client', 'ca'],
      ['foreign', 'stranger'],
    ] as const) {
      writeFileSync(join(folder, `${name}.ext`), 'subjectAltName=DNS:tax.internal');
      openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        `${ca}.pem`,
        '-CAkey',
        `${ca}.key`,
        '-CAcreateserial',
        '-days',
        '2',
        '-extfile',
        `${name}.ext`,
        '-out',
        `${name}.pem`,
      );
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const department = async (options: ServerOptions = {}) => {
    const server = createHttpsServer(
      {
        key: file('server.key'),
        cert: file('server.pem'),
        ca: file('ca.pem'),
        requestCert: true,
        rejectUnauthorized: true,
        ...options,
      },
      answer,
    );
    return `https://127.0.0.1:${await listen(server)}/`;
  };
  const identity = (name: string, ca = 'ca') => ({
    ca: file(`${ca}.pem`),
    cert: file(`${name}.pem`),
    key: file(`${name}.key`),
    servername: 'tax.internal',
  });

  it('answers whom it knows', async () => {
    const subgraph = client(await department(), { tls: identity('client') });
    expect(await subgraph.send({ query: '{ ok }' }, {})).toEqual({ data: { ok: true } });
  });

  it.each(['TLSv1.3', 'TLSv1.2'] as const)(
    'refuses a client of another authority, and that is said in words (%s)',
    async version => {
      const url = await department({ maxVersion: version });
      const { message, reason } = await failure(url, { tls: identity('foreign') });
      expect(['TLS', 'CONNECTION']).toContain(reason);
      expect(message).toContain('certificate');
    },
  );

  it.each([
    ['an authority that we do not trust', () => identity('client', 'stranger')],
    ['a name that is not in its certificate', () => ({ ...identity('client'), servername: 'seal.internal' })],
  ])('with %s is told nothing', async (_, tls) => {
    expect(await failure(await department(), { tls: tls() })).toMatchObject({ reason: 'TLS', delivered: 'NO' });
  });

  it('that speaks no TLS is told nothing', async () => {
    const url = (await serve(answer)).replace('http:', 'https:');
    expect(await failure(url, { tls: identity('client') })).toMatchObject({ reason: 'TLS', delivered: 'NO' });
  });
});

describe('a subgraph of this process', () => {
  const schema = buildSchema('type Query { who: String  shown: Int  defect: Int  plain(x: Int): Int }');
  const fields = schema.getQueryType()?.getFields();
  const defects: Error[] = [];
  beforeAll(() => {
    if (!fields) return;
    Object.assign(fields.who as object, {
      resolve: (_: unknown, __: unknown, context: { who: string }) => context.who,
    });
    Object.assign(fields.shown as object, {
      resolve: () => {
        throw new GraphQLError('not today', { extensions: { code: 'CLOSED', faults: [1] } });
      },
    });
    Object.assign(fields.defect as object, {
      resolve: () => {
        throw new TypeError(SECRET);
      },
    });
  });
  const local = localSubgraph({
    name: 'window',
    schema,
    contextValue: { who: 'nobody' },
    onDefect: defect => defects.push(defect),
  });

  it('gets the context of the call, or its own', async () => {
    expect((await local.send({ query: '{ who }' }, { context: { who: 'wang' } })).data).toEqual({ who: 'wang' });
    expect((await local.send({ query: '{ who }' }, {})).data).toEqual({ who: 'nobody' });
  });

  it('shows what was thrown to be shown, and reports the rest', async () => {
    const { data, errors } = await local.send({ query: '{ shown defect }' }, {});
    expect(data).toEqual({ shown: null, defect: null });
    expect(errors).toEqual([
      { message: 'not today', path: ['shown'], extensions: { code: 'CLOSED', faults: [1] } },
      { message: 'Internal error', path: ['defect'], extensions: { code: 'INTERNAL' } },
    ]);
    expect(defects.map(({ message }) => message)).toEqual([SECRET]);
  });

  it('does nothing for a caller that is gone', async () => {
    await expect(local.send({ query: '{ who }' }, { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    );
  });
});
