import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type AgentOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sqliteSource } from '../../adapters/sql.ts';
import { ensureHierarchy } from '../../certs/ca.ts';
import { addCheckpointBytesMax, writeAddCheckpoint } from '../../certs/log/add-checkpoint.ts';
import { checkProof } from '../../certs/log/proof.ts';
import { readLogKey } from '../../certs/log-key.ts';
import { remoteSubgraph } from '../../gateway/router/subgraph.ts';
import { departmentClient } from '../../gateway/window/departments.ts';
import { demoKeysFile } from '../../identity/config.ts';
import { demoSigner } from '../../identity/sign.ts';
import { department } from '../../subgraphs/business/index.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { identityConfig } from '../../subgraphs/identity.ts';
import { followTrust, ownSecret } from '../../subgraphs/keys.ts';
import { serveDepartment } from '../../subgraphs/server.ts';
import { type World, world } from '../certs/fixture.ts';
import { bytes, toyLog } from '../fixtures/toy-log.ts';
import { filing, grantIn, shortly } from './office.ts';

// TLS looks at the clock of the machine, so these certificates must be of today.
let w: World;
let stranger: World;
let server: { readonly url: string; close(): Promise<void> };
const folderOf = (of: World, id: string) => join(of.dir, id);
const serve = (port = 0) =>
  serveDepartment(department, {
    host: '127.0.0.1',
    port,
    folder: folderOf(w, 'business'),
    trustFolder: folderOf(w, 'trust'),
    publicUrl: 'http://127.0.0.1:4000',
    registers: sqliteSource({ file: join(folderOf(w, 'business'), 'register.sqlite') }),
    identity: identityConfig({ OIDC_JWKS: demoKeysFile(w.dir) }, folderOf(w, 'business')),
  });
const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);

beforeAll(async () => {
  w = world(sealHolders(), new Date());
  stranger = world(sealHolders(), new Date());
  await demoSigner({ DATA_DIR: w.dir });
  server = await serve();
});
afterAll(async () => {
  await server.close();
  logged.mockRestore();
  for (const { remove } of [w, stranger]) remove();
});

const pair = (id: string, name: string, of = w) => ({
  key: of.text(`${id}/keys/${name}-key.pem`),
  cert: of.text(`${id}/keys/${name}-chain.pem`),
});
const transport = () => w.text('trust/transport.pem');

interface Reply {
  readonly status: number;
  readonly body: string;
}
const ASK = JSON.stringify({ query: '{ outcomesOf(operationIds: ["x"]) { operationId } }' });

interface Call extends AgentOptions {
  readonly agent?: Agent;
  readonly path?: string;
  readonly method?: string;
}

function call(options: Call, body = ASK): Promise<Reply> {
  const { agent = new Agent({ ca: transport(), ...options }), path = '/graphql', method = 'POST' } = options;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server.url), { method, agent, headers }, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : body);
  });
}
const refused = (options: Call) =>
  call(options).then(
    ({ status, body }) => `${status} ${body}`,
    (error: NodeJS.ErrnoException) => error.code,
  );

describe('a department answers', () => {
  it('the center', async () => {
    expect(await call(pair('center', 'tls'))).toMatchObject({
      status: 200,
      body: '{"data":{"outcomesOf":[{"operationId":"x"}]}}\n',
    });
  });

  it('nobody without a certificate, nor with that of a seal, nor with one by another authority', async () => {
    expect(await refused({})).toMatch(/^(ERR_SSL|ECONNRESET)/);
    expect(await refused(pair('center', 'seal'))).toMatch(/^(ERR_SSL|ECONNRESET)/);
    expect(await refused(pair('center', 'tls', stranger))).toMatch(/^(ERR_SSL|ECONNRESET)/);
  });

  it('no other department, nor itself, though the same authority vouches for them', async () => {
    for (const id of ['tax', 'business']) {
      expect(await refused(pair(id, 'tls'))).toBe(
        '403 {"errors":[{"message":"only the center is served here","extensions":{"code":"FORBIDDEN"}}]}',
      );
    }
  });

  it('each by the certificate of its own connection, also on a session that is taken up again', async () => {
    for (const [id, status] of [
      ['center', 200],
      ['tax', 403],
    ] as const) {
      const agent = new Agent({ ca: transport(), ...pair(id, 'tls'), maxCachedSessions: 10, keepAlive: false });
      for (let times = 0; times < 3; times += 1) expect((await call({ agent })).status).toBe(status);
      agent.destroy();
    }
  });

  it('nobody over an older TLS than 1.3', async () => {
    expect(await refused({ ...pair('center', 'tls'), maxVersion: 'TLSv1.2' })).toMatch(/^(ERR_SSL|ECONNRESET|EPROTO)/);
  });

  it('the log of the center, whose checkpoints it witnesses', async () => {
    const { logs, witnesses } = w.trust.list!;
    const { origin } = logs[0]!;
    const key = readLogKey(w.text('center/keys/log-key.pem'), 'the log');
    const log = toyLog([bytes('entry\n')], { origin, key, witnesses: [] });
    const sent = writeAddCheckpoint({ old: 0, path: [], note: await log.note() });
    const post = (body: string) => call({ ...pair('center', 'tls'), path: '/add-checkpoint' }, body);

    const { status, body } = await post(sent);
    expect(status).toBe(200);
    const proof = Buffer.concat([await log.proof(0), bytes(body)]);
    expect(checkProof({ proof, entry: bytes('entry\n'), logs, witnesses })).toMatchObject({
      findings: [],
      witnesses: ['business.one-window.internal/witness'],
    });
    expect(await post(sent)).toEqual({ status: 409, body: '1\n' });
    expect((await post('x'.repeat(addCheckpointBytesMax + 1))).status).toBe(413);
    expect(await refused({ ...pair('tax', 'tls'), path: '/add-checkpoint' })).toContain('403');
  });

  it('nothing but its graph: no other path, no introspection, no text too long to be read', async () => {
    const center = pair('center', 'tls');
    expect((await call({ ...center, path: '/' })).status).toBe(404);
    expect((await call({ ...center, method: 'GET' })).status).toBe(404);
    expect((await call(center, JSON.stringify({ query: '{ __schema { types { name } } }' }))).body).toContain(
      'INTROSPECTION_DISABLED',
    );
    const tooLong = JSON.stringify({ query: ' '.repeat(33 * 1024 * 1024) });
    const answer = await call(center, tooLong).then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(answer);
  });
});

describe('the center', () => {
  const client = (servername: string, ca = transport()) => {
    const subgraph = remoteSubgraph({
      name: 'business',
      url: `${server.url}/graphql`,
      tls: { ca, ...pair('center', 'tls'), servername },
      connectionsMax: 1,
      timeoutMs: 5_000,
      responseBytesMax: 8 * 1024 * 1024,
    });
    return { ...departmentClient(subgraph, new AbortController().signal), close: () => subgraph.close() };
  };

  it('is answered the same for fifty filings of one operation at once, each in a call of its own', async () => {
    const one = filing('name');
    const clients = Array.from({ length: 50 }, () => client('business.one-window.internal'));
    const answers = await Promise.all(clients.map(business => business.file([one])));
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
    expect(grantIn(answers[0]![0]).number).toBe('371002-N00000001');
    for (const business of clients) await business.close();
  });

  it('is told by a code that a call was too large', async () => {
    const business = client('business.one-window.internal');
    await expect(business.outcomes(Array.from({ length: 201 }, (_, at) => `op-${at}`))).rejects.toThrow(
      'BATCH_TOO_LARGE',
    );
    expect(shortly(await business.outcomes(['never seen']))).toEqual(['NOT_SEEN']);
    await business.close();
  });

  it.each([
    ['that is another department', 'tax.one-window.internal', transport],
    ['that another authority vouches for', 'business.one-window.internal', () => stranger.text('trust/transport.pem')],
    ['that the authority of seals would vouch for', 'business.one-window.internal', () => w.text('trust/chain.pem')],
  ])('refuses a server %s', async (_, servername, ca) => {
    const business = client(servername, ca());
    await expect(business.outcomes(['x'])).rejects.toThrow('TLS');
    await business.close();
  });

  it('finds a department again that was stopped and started, with what it had answered', async () => {
    const business = client('business.one-window.internal');
    const one = filing('name');
    const granted = await business.file([one]);
    const { port } = new URL(server.url);
    await server.close();
    await expect(business.outcomes([one.operationId])).rejects.toThrow('CONNECTION');
    server = await serve(Number(port));
    expect(await business.outcomes([one.operationId])).toEqual(granted);
    await business.close();
  });
});

describe('the trust list that a department follows', () => {
  it('is read anew every hour: a newer one is taken, an older or a broken one is reported and not', () => {
    jest.useFakeTimers();
    const dataDir = mkdtempSync(join(tmpdir(), 'one-window-'));
    const trustFolder = join(dataDir, 'trust');
    const file = (name: string) => join(trustFolder, name);
    const files = ['list.json', 'list.p7s'];
    const keep = (as: string) => {
      for (const name of files) copyFileSync(file(name), file(name + as));
    };
    const restore = (as: string) => {
      for (const name of files) copyFileSync(file(name + as), file(name));
    };
    const [center, ...others] = sealHolders();
    ensureHierarchy({ dataDir, holders: [center!], now: new Date() });
    keep('.first');
    const reported: string[] = [];
    const followed = followTrust(trustFolder, ({ message }) => reported.push(message));
    const version = () => followed.trust().list?.version;
    const hour = () => jest.advanceTimersByTime(3_600_000);
    expect(version()).toBe(1);

    ensureHierarchy({ dataDir, holders: [center!, ...others], now: new Date() });
    keep('.second');
    hour();
    expect([version(), reported]).toEqual([2, []]);
    restore('.first');
    hour();
    expect([version(), reported]).toEqual([2, ['the trust list is older than the one seen before']]);
    writeFileSync(file('list.json'), '{}');
    hour();
    expect([version(), reported.length]).toEqual([2, 2]);
    restore('.second');
    hour();
    expect([version(), reported.length]).toEqual([2, 2]);

    followed.stop();
    jest.useRealTimers();
    rmSync(dataDir, { recursive: true });
  });
});

describe('the secret of a department', () => {
  it('is made once, and refused when it was cut short', () => {
    const file = join(folderOf(w, 'business'), 'other.key');
    const secret = ownSecret(file);
    expect([secret.length, ownSecret(file).equals(secret)]).toEqual([32, true]);
    writeFileSync(file, secret.subarray(0, 31));
    expect(() => ownSecret(file)).toThrow(`${file} must hold 32 bytes, found 31: restore it from a backup.`);
  });
});
