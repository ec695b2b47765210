import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createHttp } from '../../gateway/http.ts';
import { idCheckCharacter } from '../../subgraphs/standards/id-number.ts';
import { hasOpenssl } from '../certs/fixture.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { defects } from '../fixtures/defects.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) {
  number state
  certificates { id kind status record sealUrl }
  items { item state refusal { ground article record sealUrl } } } }`;

interface Registered {
  readonly registerEnterprise: {
    readonly number: string;
    readonly state: string;
    readonly certificates: readonly { id: string; kind: string; status: string; record: string; sealUrl: string }[];
    readonly items: readonly {
      item: string;
      state: string;
      refusal: { ground: string; article: string; record: string; sealUrl: string } | null;
    }[];
  };
}

let center: Center;
let granted: Registered['registerEnterprise'];

beforeAll(async () => {
  center = await openCenter();
  granted = await register();
});
afterAll(() => center.close());

async function register(changes: Parameters<typeof application>[0] = {}): Promise<Registered['registerEnterprise']> {
  const { data, errors } = await center.ask<Registered>(REGISTER, { input: application(changes) });
  expect(errors).toBeUndefined();
  return data!.registerEnterprise;
}

const get = (path: string, method = 'GET'): Promise<Response> => fetch(`${center.url}${path}`, { method });

/** The path as it is: fetch would tidy it up. */
const getRaw = (path: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(center.url);
    request({ hostname, port, path }, answer => {
      const status = answer.statusCode ?? 0;
      answer
        .setEncoding('utf8')
        .toArray()
        .then(parts => resolve({ status, text: parts.join('') }), reject);
    })
      .on('error', reject)
      .end();
  });

describe('a certificate', () => {
  it('is under its id, byte for byte as in the graph, to whoever knows the id', async () => {
    for (const { id, record, sealUrl } of granted.certificates) {
      const answer = await get(`/certificates/${id}/record.json`);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await answer.text()).toBe(record);
      expect(sealUrl).toBe(`${center.url}/certificates/${id}/seal.p7s`);
      expect((await fetch(sealUrl)).headers.get('content-type')).toBe('application/pkcs7-signature');
    }
  });

  (hasOpenssl ? it : it.skip)('verifies with OpenSSL and what the gateway publishes, and nothing else', async () => {
    const at = (name: string): string => join(center.dataDir, name);
    const save = async (name: string, url: string) =>
      writeFileSync(at(name), Buffer.from(await (await fetch(url)).arrayBuffer()));
    const [{ id, sealUrl } = { id: '', sealUrl: '' }] = granted.certificates;
    await save('root.pem', `${center.url}/trust/root.pem`);
    await save('record.json', `${center.url}/certificates/${id}/record.json`);
    await save('seal.p7s', sealUrl);
    const args = `cms -verify -binary -inform DER -in ${at('seal.p7s')} -content ${at('record.json')} -CAfile ${at('root.pem')}`;
    execFileSync('openssl', [...args.split(' '), '-out', '/dev/null'], { stdio: 'pipe' });
  });

  it('can be asked for by HEAD', async () => {
    const [{ id, record } = { id: '', record: '' }] = granted.certificates;
    const answer = await get(`/certificates/${id}/record.json`, 'HEAD');
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      String(Buffer.byteLength(record)),
      '',
    ]);
  });

  it('shows in the graph by its id too, and no other document does', async () => {
    const query = 'query ($id: ID!) { certificate(id: $id) { kind status unsealed } }';
    const [{ id, kind } = { id: '', kind: '' }] = granted.certificates;
    expect((await center.ask(query, { id })).data).toEqual({ certificate: { kind, status: 'VALID', unsealed: false } });
    const db = new Database(join(center.dataDir, 'center', 'window.sqlite'), { readonly: true });
    const name = db.prepare("select id from document where kind = 'NAME_RESERVATION'").get() as { id: string };
    db.close();
    expect((await center.ask(query, name)).data).toEqual({ certificate: null });
  });
});

describe('a refusal', () => {
  it('keeps the license under KEEP_GRANTED, and its record and seal lie beside the certificates', async () => {
    // Born on the day and in the region that the reference police have on their list.
    const idNumber = await someoneRefusedBy('seal-filing');
    const { state, certificates, items } = await register(legal(idNumber));
    expect(state).toBe('CLOSED');
    expect(certificates.map(({ kind }) => kind)).toContain('BUSINESS_LICENSE');
    const refusal = items.find(({ item }) => item === 'seal-filing')?.refusal;
    expect(refusal?.ground).toMatch(/印章/);
    expect(refusal?.sealUrl).toMatch(/\/outcomes\/[0-9a-f]{32}\/seal\.p7s$/);
    const { pathname } = new URL(refusal!.sealUrl);
    expect((await get(pathname)).status).toBe(200);
    expect(await (await get(pathname.replace('seal.p7s', 'record.json'))).text()).toBe(refusal?.record);
    expect((await get(pathname.replace('outcomes', 'certificates'))).status).toBe(404);
  });

  it('takes everything back under REVOKE_ALL, and the certificates say so', async () => {
    const idNumber = await someoneRefusedBy('seal-filing');
    const { state, certificates } = await register({ ...legal(idNumber), onRefusal: 'REVOKE_ALL' });
    expect(state).toBe('REVOKED');
    expect(certificates.length).toBeGreaterThan(0);
    expect(certificates.every(({ status }) => status === 'REVOKED')).toBe(true);
  });

  const legal = (idNumber: string) => ({ legalRepresentative: { name: '丙寅某', idNumber, phone: '063100000000' } });
  let order = 0;
  /** A synthetic person, each time another: which department has whom on its list is for it to say. */
  async function someoneRefusedBy(item: string): Promise<string> {
    order += 1;
    for (const birth of ['18991203', '18991202', '18991204', '18991201']) {
      const first17 = `371002${birth}${String(order).padStart(3, '0')}`;
      const idNumber = first17 + idCheckCharacter(first17);
      const { items } = await register(legal(idNumber));
      if (items.find(one => one.item === item)?.state === 'REFUSED') return idNumber;
    }
    throw new Error(`nobody is refused by ${item}`);
  }
});

describe('paths', () => {
  it.each(['root.pem', 'chain.pem', 'list.json', 'list.p7s'])(
    'publish %s, which may be kept for minutes',
    async file => {
      const answer = await get(`/trust/${file}`);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
    },
  );

  it.each([
    '/nothing',
    '/graphql/',
    '/trust/',
    '/trust/root-key.pem',
    '/trust/constructor',
    '/trust/..%2fcenter%2fkeys%2ftoken-key.json',
    '/trust/../center/keys/token-key.json',
    '/trust/%2e%2e/authority/root-key.pem',
    '/trust//etc/passwd',
    '/certificates/x/record.json',
    `/certificates/${'0'.repeat(32)}/record.json`,
    `/certificates/${'0'.repeat(32)}/seal.p7s`,
    `/certificates/${'F'.repeat(32)}/record.json`,
    `/outcomes/${'0'.repeat(32)}/record.json`,
    `/slips/${'0'.repeat(32)}/record.json`,
    `/slips/${'0'.repeat(32)}/seal.p7s`,
    '/slips/x/seal.p7s',
    '/progress/',
    '/progress/371002-20260302-00001-5',
    `/progress/${'0'.repeat(32)}`,
    `/progress/${'0'.repeat(33)}`,
    '/certificates/%00/record.json',
    "/certificates/'%20or%201=1/record.json",
  ])('answer %s with NOT_FOUND', async path => {
    const { status, text } = await getRaw(path);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'NOT_FOUND' } }] });
  });

  it.each([
    [400, '/%'],
    [400, '/trust/%zz'],
    [400, '/%ff'],
    [414, `/certificates/${'x'.repeat(500)}/record.json`],
  ])('answer with %i and BAD_REQUEST what is no address: %s', async (expected, path) => {
    const { status, text } = await getRaw(path);
    expect(status).toBe(expected);
    expect(JSON.parse(text).errors[0].extensions).toEqual({ code: 'BAD_REQUEST' });
  });

  it('answer other methods with NOT_FOUND', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await get('/trust/root.pem', method)).status).toBe(404);
    }
  });

  it('tell whether the process lives and whether departments have answered', async () => {
    expect(await (await get('/health/live')).json()).toEqual({ live: true });
    const ready = await get('/health/ready');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        ready: true,
        draining: false,
        store: true,
        departments: { business: true, tax: true, code: true, seal: true },
        states: { business: 'HEARD', tax: 'HEARD', code: 'HEARD', seal: 'HEARD' },
      },
    ]);
  });

  it.each(['/', '/health/live', '/nothing', '/trust/root.pem', '/graphql?query=%7B__typename%7D'])(
    'send %s with headers that let nothing be guessed, framed, run or told on',
    async path => {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      if (!path.startsWith('/trust')) expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it('say INTERNAL, and no more, when a file that must be there is gone', async () => {
    const list = join(center.dataDir, 'trust', 'list.p7s');
    renameSync(list, `${list}.away`);
    const answer = await get('/trust/list.p7s');
    renameSync(`${list}.away`, list);
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(JSON.parse(text).errors[0].extensions).toEqual({ code: 'INTERNAL' });
    expect(text).not.toContain(center.dataDir);
    expect(defects).toHaveBeenCalledTimes(1);
    defects.mockClear();
  });

  it('stop without waiting for a connection that was opened in advance and never used', async () => {
    const app = createHttp(() => undefined);
    const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const unused = connect(Number(port), hostname);
    await once(app.server, 'connection');
    const ended = Promise.all([once(unused, 'close'), app.close()]).then(() => 'ENDED');
    expect(await Promise.race([ended, sleep(2_000, 'WAITS', { ref: false })])).toBe('ENDED');
  });

  it('end a request that sends nothing, and serve the next', async () => {
    const { hostname, port } = new URL(center.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
    expect((await get('/health/live')).status).toBe(200);
    socket.destroy();
  });
});

describe('who sees which case', () => {
  const CASE = 'query ($number: ID!) { case(number: $number) { number } cases { totalCount nodes { number } } }';
  it.each([
    ['CLERK', '371002', true],
    ['OFFICER', '371002', true],
    ['APPROVER', '371000', true],
    ['SUPERVISOR', '370000', true],
    ['AUDITOR', null, true],
    ['AUDITOR', '371082', false],
    ['CLERK', '330000', false],
  ] as const)('%s of region %s: %s', async (role, region, sees) => {
    const { data } = await center.ask<{ case: unknown; cases: { totalCount: number; nodes: { number: string }[] } }>(
      CASE,
      { number: granted.number },
      { role, region },
    );
    expect(data?.case).toEqual(sees ? { number: granted.number } : null);
    expect((data?.cases.totalCount ?? 0) > 0).toBe(sees);
    expect(data?.cases.nodes.some(({ number }) => number === granted.number)).toBe(sees);
  });

  it('shows no identity number of anybody, to nobody', async () => {
    const { data } = await center.ask<{ __schema: { types: { name: string; fields: { name: string }[] | null }[] } }>(
      '{ __schema { types { name fields { name } } } }',
    );
    const fields = data!.__schema.types.flatMap(({ fields }) => fields?.map(({ name }) => name) ?? []);
    expect(fields.filter(name => /idNumber|phone/i.test(name))).toEqual([]);
  });
});

it('answers what comes on an open connection while it stops', async () => {
  const app = createHttp(() => undefined);
  const gate = Promise.withResolvers<void>();
  app.get('/slow', async () => {
    await gate.promise;
    return { done: true };
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const ask = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n';
  const began = once(app.server, 'request');
  socket.write(ask);
  await began;
  const closed = app.close();
  const second = once(app.server, 'request');
  socket.write(ask);
  await second;
  gate.resolve();
  const heard = (await socket.toArray()).join('');
  await closed;
  expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
});
