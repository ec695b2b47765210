import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entryOf } from '../../certs/log/entry.ts';
import { writeVerifierKey } from '../../certs/log/note.ts';
import { readOptions } from '../../tools/monitor/options.ts';
import { application } from '../fixtures/application.ts';
import { type Center, openCenter } from '../fixtures/center.ts';
import { type ServedLog, serveLog } from '../fixtures/served-log.ts';
import { bytes, ed25519, toyLog } from '../fixtures/toy-log.ts';
import { until } from '../fixtures/until.ts';

const root = join(import.meta.dirname, '..', '..');
const MONITOR = join(root, 'tools', 'monitor.ts');

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const monitor = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> =>
  new Promise(resolve => {
    const env = { ...process.env, DATA_DIR: '/nowhere', ...environment };
    execFile(process.execPath, [MONITOR, ...args], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });

const key = ed25519();
const HOLDERS = ['business', 'tax'] as const;
const entries = Array.from({ length: 1_300 }, (_, nth) => entryOf(HOLDERS[nth % 2]!, bytes(`seal ${nth}`)));
const log = toyLog(entries, { key });

describe('npm run monitor', () => {
  let folder: string;
  let served: ServedLog;
  let state: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'one-window-monitor-'));
    served = await serveLog();
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    state = join(folder, 'state');
    rmSync(state, { force: true });
  });

  const ofLog = ['--key', writeVerifierKey(log.signer.key)];
  const look = (...args: string[]) => monitor([served.url, ...ofLog, '--state', state, ...args]);

  it('tells of a log that it has never seen how many seals of each holder it has', async () => {
    await served.show(log, 300);
    expect(await look()).toEqual({
      status: 0,
      err: '',
      out: `log.example/toy: 300 leaves, 300 of them new; no witness has signed
  business                  150
  tax                       150
`,
    });
    expect(readFileSync(state, 'utf8')).toBe(await log.cosigned(300));
  });

  it('tells afterwards what is new, and nothing when nothing is', async () => {
    await served.show(log, 300);
    await look();
    expect(await look()).toEqual({ status: 0, out: '', err: '' });
    await served.show(log, 301);
    expect((await look()).out).toContain('301 leaves, 1 of them new');
    await served.show(log, 1_300);
    expect(JSON.parse((await look('--json')).out)).toMatchObject({
      origin: 'log.example/toy',
      size: 1_300,
      added: 999,
      byHolder: { business: 499, tax: 500 },
      others: 0,
    });
  });

  it('tells each entry, too, so that a holder finds what it has not sealed', async () => {
    await served.show(toyLog([...entries.slice(0, 2), bytes('something else\n')], { key }));
    expect((await look('--entries')).out.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^0 business [0-9a-f]{64}$/),
      expect.stringMatching(/^1 tax [0-9a-f]{64}$/),
      '2 (no seal of ours)',
    ]);
    expect((await monitor([served.url, ...ofLog])).out).toMatch(/\(no seal of ours\) +1\n$/);
  });

  it('begins with an empty log, and follows it from there', async () => {
    await served.show(log, 0);
    expect((await look()).out).toContain('0 leaves, 0 of them new');
    await served.show(log, 1);
    expect((await look()).out).toContain('1 leaves, 1 of them new');
  });

  it('convicts a log that has shrunk, by both checkpoints, and stays where it was', async () => {
    await served.show(log, 300);
    await look();
    await served.show(log, 299);
    expect(await look()).toEqual({
      status: 1,
      out: '',
      err: `The log has shrunk: it had 300 leaves, and now it has 299.\n\n${await log.cosigned(300)}\n${await log.cosigned(299)}`,
    });
    expect(readFileSync(state, 'utf8')).toBe(await log.cosigned(300));
  });

  it('says that it could not watch, rather than convict, when it gets no answer', async () => {
    await served.show(log, 300);
    await look();
    await served.show(log, 600, { tile: ({ level }) => (level === 'entries' ? 'ABSENT' : undefined) });
    expect(await look()).toMatchObject({
      status: 2,
      err: expect.stringMatching(/tile\/entries\/00\d.* answers 404\.\n$/),
    });
    const closed = await serveLog();
    await closed.close();
    expect(await monitor([closed.url, ...ofLog])).toEqual({
      status: 2,
      out: '',
      err: `${closed.url}/log/checkpoint gives no answer (ECONNREFUSED).\n`,
    });
  });

  it('follows a log, through an outage, until it does wrong', async () => {
    await served.show(log, 10);
    const args = [MONITOR, served.url, ...ofLog, '--state', state, '--follow', '--every', '1', '--json'];
    const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [told, complained] = [{ text: '' }, { text: '' }];
    running.stdout.on('data', (part: Buffer) => (told.text += part));
    running.stderr.on('data', (part: Buffer) => (complained.text += part));
    await until(() => told.text.includes('"size":10,'));
    await served.show(log, 20, { tile: () => 'ABSENT' });
    await until(() => complained.text.includes('answers 404'));
    await served.show(log, 20);
    await until(() => told.text.includes('"size":20,'));
    await served.show(log, 15);
    // With all that it has said.
    const [status] = (await once(running, 'close')) as [number];
    expect([status, told.text.trim().split('\n').length]).toEqual([1, 2]);
    expect(complained.text).toContain('The log has shrunk: it had 20 leaves, and now it has 15.');
    expect(readFileSync(state, 'utf8')).toBe(await log.cosigned(20));
  });

  it('ends as it was asked to when it is interrupted', async () => {
    await served.show(log, 10);
    const running = spawn(process.execPath, [MONITOR, served.url, ...ofLog, '--follow', '--state', state]);
    await until(() => existsSync(state));
    running.kill('SIGTERM');
    expect(await once(running, 'exit')).toEqual([0, null]);
  });

  it.each<[string, readonly string[], string]>([
    ['no address', [], 'Give the address of one log.'],
    ['two addresses', ['http://x', 'http://y'], 'Give the address of one log.'],
    ['what is no address', ['x'], '"x" is no address such as http://127.0.0.1:4000.'],
    ['a file', ['file:///etc/passwd'], '"file:///etc/passwd" is no address'],
    ['an option that is none', ['http://x', '--folow'], "Unknown option '--folow'"],
    ['a key that is none', ['http://x', '--key', 'x+00000000+AAAA'], '--key is the Ed25519 key of a log'],
    ['a key and a root', ['http://x', '--key', 'x', '--trust', 'y'], '--trust does not go with --key.'],
    ['no time to wait', ['http://x', '--every', '0'], '--every is 1 to 86400 seconds, but "0" was given.'],
  ])('refuses %s', (_, args, sentence) => {
    expect(() => readOptions(args, {})).toThrow(sentence);
  });

  it('says what it can not use in a sentence', async () => {
    expect(await monitor([])).toEqual({ status: 2, out: '', err: 'Give the address of one log.\n' });
    const { status, err } = await monitor(['http://127.0.0.1', '--trust', '/nowhere']);
    expect([status, err]).toEqual([2, "/nowhere can't be read (ENOENT): name the root with --trust.\n"]);
  });

  it.each([
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000/log'],
    ['https://center.example/log/', 'https://center.example/log'],
    ['https://log.example/2026h1', 'https://log.example/2026h1'],
  ])('finds the log of %s at %s', (given, url) => {
    expect(readOptions([given], {})).toMatchObject({ url, by: { rootPath: 'data/trust/root.pem' } });
  });

  it('refuses to go on from what it has not written', async () => {
    await served.show(log, 10);
    writeFileSync(state, await toyLog(entries).note(5));
    expect(await look()).toMatchObject({ status: 2, err: expect.stringContaining('holds no checkpoint of this log') });
  });

  it('tells how it is used', async () => {
    expect((await monitor(['--help'])).out).toContain('npm run monitor -- URL');
  });
});

describe('npm run monitor, of a center', () => {
  let center: Center;
  beforeAll(async () => {
    center = await openCenter();
  });
  afterAll(() => center.close());

  it('takes the keys of log and witnesses from the trust list, beside the root or over HTTP', async () => {
    const register = 'mutation ($input: RegisterEnterpriseInput!) { registerEnterprise(input: $input) { number } }';
    await center.ask(register, { input: application() });
    const rootPem = join(center.dataDir, 'trust', 'root.pem');
    const alone = join(center.dataDir, 'pinned.pem');
    writeFileSync(alone, readFileSync(rootPem));
    await until(async () => (await monitor([center.url, '--trust', alone])).out.includes('signed by business'));
    const beside = await monitor([center.url, '--json'], { DATA_DIR: center.dataDir });
    expect(JSON.parse(beside.out)).toMatchObject({
      others: 0,
      byHolder: { business: 1, code: 1, seal: 1, tax: 2 },
    });
  });
});
