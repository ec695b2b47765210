import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../certs/ca.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { hasOpenssl } from '../certs/fixture.ts';
import { freePorts } from '../fixtures/ports.ts';

const program = fileURLToPath(new URL('../../time-stamp/serve.ts', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'one-window-'));
const whole = join(temporary, 'whole');
beforeAll(() => ensureHierarchy({ dataDir: whole, holders: sealHolders(), now: new Date() }));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** `npm run time-stamp -- …` */
function timeStamp(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env.PATH, ...environment } });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  return { child, said, ended: once(child, 'close').then(([status]) => status as number | null) };
}

async function started(dataDir: string) {
  const [port] = await freePorts(1);
  const process = timeStamp([], { DATA_DIR: dataDir, TSA_PORT: String(port) });
  while (!process.said.out.includes('\n') && process.child.exitCode === null) await once(process.child.stdout, 'data');
  return { ...process, url: `http://127.0.0.1:${port}` };
}

describe('npm run time-stamp', () => {
  it('says where it gives time stamps, and ends well when it is told to, though a connection stands open', async () => {
    const { child, said, ended, url } = await started(whole);
    expect(said).toEqual({ out: `time stamps are given on ${url}\n`, err: '' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const asked = Date.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(said.err).toBe('');
  });

  it('prints its settings and ends well with --help', async () => {
    const { said, ended } = timeStamp(['--help'], {});
    expect(await ended).toBe(0);
    for (const setting of ['DATA_DIR', 'HOST', 'TSA_PORT']) expect(said.out).toContain(`  ${setting} `);
    expect(said).toMatchObject({ out: expect.stringContaining('(default 4021)'), err: '' });
  });

  it.each<[string, (dataDir: string) => void, RegExp]>([
    [
      'has no folder of keys',
      dir => rmSync(join(dir, 'tsa'), { recursive: true }),
      /tsa\/keys is missing: "npm start"/,
    ],
    ['has lost its key', dir => rmSync(join(dir, 'tsa/keys/tsa-key.pem')), /tsa-key\.pem.*put it back from a backup/],
    [
      'has the key of a seal',
      dir => cpSync(join(dir, 'tax/keys/seal-key.pem'), join(dir, 'tsa/keys/tsa-key.pem')),
      /the private key is not the one in the certificate/,
    ],
    [
      'has the certificate of a seal',
      dir => {
        for (const file of ['key', 'chain'])
          cpSync(join(dir, `tax/keys/seal-${file}.pem`), join(dir, `tsa/keys/tsa-${file}.pem`));
      },
      /the chain of a time-stamp authority is its certificate/,
    ],
  ])('says why in one sentence and ends with status 1 when it %s', async (_, change, sentence) => {
    const dataDir = mkdtempSync(join(temporary, 'data-'));
    cpSync(whole, dataDir, { recursive: true });
    change(dataDir);
    const { said, ended } = timeStamp([], { DATA_DIR: dataDir });
    expect(await ended).toBe(1);
    expect(said.err).toMatch(sentence);
    expect(said.err.trimEnd().split('\n')).toHaveLength(1);
  });
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl && process.env.REQUIRE_REAL === '1') throw new Error('curl is needed where REQUIRE_REAL=1');
const real = hasOpenssl && hasCurl ? describe : describe.skip;

real('OpenSSL, which asks by curl (absent: its opinion is not asked for)', () => {
  let authority: Awaited<ReturnType<typeof started>>;
  const folder = join(temporary, 'openssl');
  beforeAll(async () => {
    authority = await started(whole);
    cpSync(join(whole, 'trust'), folder, { recursive: true });
    writeFileSync(join(folder, 'seal.bin'), 'the signature of a seal');
  });
  afterAll(async () => {
    authority.child.kill('SIGTERM');
    expect(await authority.ended).toBe(0);
  });

  /** What a command says, whatever becomes of it. */
  const openssl = (...args: readonly string[]): string => {
    const { stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    return stdout + stderr;
  };
  const query = (...more: readonly string[]) => openssl('ts', '-query', '-data', 'seal.bin', '-out', 'q.tsq', ...more);
  const send = (url: string = authority.url): string =>
    execFileSync(
      'curl',
      [
        '-sS',
        '-H',
        'Content-Type: application/timestamp-query',
        '--data-binary',
        '@q.tsq',
        '-o',
        'r.tsr',
        '-w',
        '%{http_code} %{content_type}',
        url,
      ],
      { cwd: folder, encoding: 'utf8' },
    );
  const reply = (): string => openssl('ts', '-reply', '-in', 'r.tsr', '-text');
  const verify = (...by: readonly string[]): string =>
    openssl('ts', '-verify', '-in', 'r.tsr', ...by, '-CAfile', 'root.pem', '-untrusted', 'chain.pem');

  it('accepts a stamp with nonce and certificate, by question and by data', () => {
    query('-sha256', '-cert');
    expect(send()).toBe('200 application/timestamp-reply');
    const said = reply();
    expect(said).toMatch(/^Status: Granted\.$/m);
    expect(said).toMatch(/^Policy OID: 2\.999\.3161\.1$/m);
    expect(said).toMatch(/^Hash Algorithm: sha256$/m);
    const nonce = (text: string): string | undefined => /^Nonce: (0x[0-9A-F]+)$/m.exec(text)?.[1];
    expect(nonce(said)).toBe(nonce(openssl('ts', '-query', '-in', 'q.tsq', '-text')));
    expect(nonce(said)).toMatch(/^0x[0-9A-F]{8,}$/);
    expect(verify('-queryfile', 'q.tsq')).toContain('Verification: OK');
    expect(verify('-data', 'seal.bin')).toContain('Verification: OK');
  });

  it('refuses it for another question and for other data', () => {
    query('-sha256', '-cert');
    send();
    query('-sha256', '-cert');
    expect(verify('-queryfile', 'q.tsq')).toMatch(/^Verification: FAILED[\s\S]*nonce mismatch/);
    writeFileSync(join(folder, 'other.bin'), 'the signature of another seal');
    expect(verify('-data', 'other.bin')).toMatch(/^Verification: FAILED[\s\S]*message imprint mismatch/);
  });

  it('finds no certificate in a stamp for which it asked none', () => {
    query('-sha256', '-no_nonce');
    send();
    openssl('ts', '-reply', '-in', 'r.tsr', '-token_out', '-out', 'token.der');
    const certificates = openssl('pkcs7', '-inform', 'DER', '-in', 'token.der', '-print_certs');
    expect(certificates).not.toContain('BEGIN CERTIFICATE');
    query('-sha256', '-cert');
    send();
    openssl('ts', '-reply', '-in', 'r.tsr', '-token_out', '-out', 'token.der');
    expect(openssl('pkcs7', '-inform', 'DER', '-in', 'token.der', '-print_certs').match(/BEGIN CERT/g)).toHaveLength(2);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a digest by SHA-1', ['-sha1'], /unrecognized or unsupported algorithm/],
    ['a digest by SHA-512', ['-sha512'], /unrecognized or unsupported algorithm/],
    ['another policy', ['-sha256', '-tspolicy', '1.2.3.4'], /requested TSA policy is not supported/],
  ])('is told why there is no stamp for %s', (_, wanted, why) => {
    query(...wanted);
    expect(send()).toBe('200 application/timestamp-reply');
    expect(reply()).toMatch(/^Status: Rejected\.$/m);
    expect(reply()).toMatch(why);
  });

  it('is told that garbage is none', () => {
    writeFileSync(join(folder, 'q.tsq'), 'garbage');
    send();
    expect(reply()).toMatch(/the data submitted has the wrong format/);
    expect(readFileSync(join(folder, 'r.tsr')).length).toBeLessThan(200);
  });
});
