import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqliteSource } from '../../adapters/sql.ts';
import { ensureHierarchy } from '../../certs/ca.ts';
import { demoKeysFile } from '../../identity/config.ts';
import { demoSigner } from '../../identity/sign.ts';
import { department as business } from '../../subgraphs/business/index.ts';
import { departmentConfig } from '../../subgraphs/config.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { sentenceOf } from '../../subgraphs/process.ts';
import { serveDepartment } from '../../subgraphs/server.ts';
import { freePorts } from '../fixtures/ports.ts';

const program = fileURLToPath(new URL('../../subgraphs/serve.ts', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'one-window-'));
const whole = join(temporary, 'whole');
beforeAll(async () => {
  ensureHierarchy({ dataDir: whole, holders: sealHolders(), now: new Date() });
  await demoSigner({ DATA_DIR: whole });
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** A data folder of its own, like the whole one. */
function dataFolder(change: (dataDir: string) => void = () => undefined): string {
  const dataDir = mkdtempSync(join(temporary, 'data-'));
  cpSync(whole, dataDir, { recursive: true });
  change(dataDir);
  return dataDir;
}

/** `npm run department -- …` */
function department(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const { DATA_DIR: dataDir = '' } = environment;
  const env = { PATH: process.env.PATH, OIDC_JWKS: demoKeysFile(dataDir), ...environment };
  const child = spawn(process.execPath, [program, ...args], { env });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  return { child, said, ended: once(child, 'close').then(([status]) => status as number | null) };
}

describe('one department alone', () => {
  it('answers the center, and ends well when it is told to, though a connection stands open', async () => {
    const dataDir = dataFolder();
    const [port] = await freePorts(1);
    const { child, said, ended } = department(['tax'], { DATA_DIR: dataDir, TAX_PORT: String(port) });
    while (!said.out.includes('\n') && child.exitCode === null) await once(child.stdout, 'data');
    expect(said).toEqual({ out: `tax answers the center on https://127.0.0.1:${port}\n`, err: '' });

    const file = (name: string) => readFileSync(join(dataDir, name));
    const agent = new Agent({
      ca: file('trust/transport.pem'),
      key: file('center/keys/tls-key.pem'),
      cert: file('center/keys/tls-chain.pem'),
      keepAlive: true,
    });
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers }, answer => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject).end('{"query":"{ outcomesOf(operationIds: []) { operationId } }"}');
    });
    expect(status).toBe(200);
    const asked = Date.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(said.err).toBe('');
    agent.destroy();
  });

  it('prints its settings and ends well with --help', async () => {
    const { said, ended } = department(['--help'], {});
    expect(await ended).toBe(0);
    expect(said.out).toContain('one of business, tax, code, seal');
    for (const setting of ['DATA_DIR', 'HOST', 'BUSINESS_PORT', 'TAX_PORT', 'CODE_PORT', 'SEAL_PORT']) {
      expect(said.out.split(`  ${setting} `)).toHaveLength(2);
    }
    expect(said.err).toBe('');
  });
});

describe('a department that cannot start says why in one sentence and ends with status 1', () => {
  const inPlaceOf = (path: string) => (dataDir: string) => {
    rmSync(join(dataDir, path), { force: true });
    mkdirSync(join(dataDir, path), { recursive: true });
  };
  const garbage = (path: string) => (dataDir: string) => writeFileSync(join(dataDir, path), 'garbage\n'.repeat(500));
  const without = (path: string) => (dataDir: string) => rmSync(join(dataDir, path));

  it.each<[string, (dataDir: string) => void, RegExp]>([
    [
      'its seal key is missing',
      without('business/keys/seal-key.pem'),
      /seal-key\.pem is missing: put it back from a backup/,
    ],
    ['its transport chain is missing', without('business/keys/tls-chain.pem'), /tls-chain\.pem is missing/],
    ['the transport authority is missing', without('trust/transport.pem'), /transport\.pem is missing/],
    ['the root is missing', without('trust/root.pem'), /root\.pem is missing/],
    ['the trust list is missing', without('trust/list.json'), /list\.json is missing/],
    ['the seal over the trust list is missing', without('trust/list.p7s'), /list\.p7s is missing/],
    [
      'the trust list is not the sealed one',
      garbage('trust/list.json'),
      /^the trust list in .* can't be trusted: .*RECORD_NOT_JSON/,
    ],
    [
      'its journal is no database',
      garbage('business/journal.sqlite'),
      /journal\.sqlite can't be opened: file is not a/,
    ],
    [
      'its journal is a folder',
      inPlaceOf('business/journal.sqlite'),
      /journal\.sqlite can't be opened: unable to open/,
    ],
    [
      'its register is no database',
      garbage('business/register.sqlite'),
      /register\.sqlite can't be opened \(SQLITE_NOTADB\)/,
    ],
    [
      'its register is a folder',
      inPlaceOf('business/register.sqlite'),
      /register\.sqlite can't be opened \(SQLITE_CANTOPEN/,
    ],
    ['its lookup key was cut short', garbage('business/keys/lookup.key'), /lookup\.key must hold 32 bytes, found 4000/],
    [
      'its seal key is that of another department',
      dataDir => copyFileSync(join(dataDir, 'tax/keys/seal-key.pem'), join(dataDir, 'business/keys/seal-key.pem')),
      /^the seal in .* can't be used: the private key is not the one in the certificate of the seal of business\.$/,
    ],
    [
      'its seal key is garbage',
      garbage('business/keys/seal-key.pem'),
      /^the seal in .* can't be used: .* is not a P-256, RSA-3072 or SM2 key in PEM\.$/,
    ],
    [
      'its transport key is garbage',
      garbage('business/keys/tls-key.pem'),
      /^tls-key\.pem and tls-chain\.pem in .* can't be used: /,
    ],
  ])('when %s', async (_, change, sentence) => {
    const dataDir = dataFolder(change);
    const folder = join(dataDir, 'business');
    const registers = sqliteSource({ file: join(folder, 'register.sqlite') });
    const settings = { ...departmentConfig('business', { DATA_DIR: dataDir }), port: 0, registers };
    const said = await serveDepartment(business, settings).then(() => 'it started', sentenceOf);
    await registers.close();
    expect(said).toMatch(sentence);
    expect(said.split('\n')).toHaveLength(1);
    expect(said).not.toContain('PRIVATE');
  });

  it('when there are no keys at all, and leaves nothing behind', async () => {
    const empty = mkdtempSync(join(temporary, 'data-'));
    const { said, ended } = department(['seal'], { DATA_DIR: empty });
    expect(await ended).toBe(1);
    expect(said.err).toMatch(/tls-key\.pem is missing: "npm start" makes the keys of a new data folder\.\n$/);
    expect(readdirSync(empty)).toEqual([]);
  });

  it.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
    [
      'there is no such department',
      ['insurance'],
      {},
      /^"insurance" is no department: name one of business, tax, code, seal\.$/,
    ],
    [
      'its port is no port',
      ['tax'],
      { TAX_PORT: '0' },
      /^TAX_PORT is "0" but must be a whole number from 1 to 65535\.$/,
    ],
    [
      'the address is not its own',
      ['tax'],
      { DATA_DIR: whole, HOST: '192.0.2.1' },
      /^The address 192\.0\.2\.1 does not belong/,
    ],
  ])('when %s', async (_, args, environment, sentence) => {
    const { said, ended } = department(args, environment);
    expect(await ended).toBe(1);
    expect(said.err.trim()).toMatch(sentence);
    expect(said.err.trim().split('\n')).toHaveLength(1);
  });

  it('when its port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const { said, ended } = department(['code'], { DATA_DIR: dataFolder(), CODE_PORT: String(port) });
    expect(await ended).toBe(1);
    expect(said.err).toBe(`Port ${port} on 127.0.0.1 is taken by another program: end it or choose another port.\n`);
    holder.close();
  });
});
