/** `npm run keys` as an operator meets it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCrl } from '../../certs/crl.ts';
import { toHex } from '../../certs/hex.ts';
import { type World, world } from '../certs/fixture.ts';
import { until } from '../fixtures/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let w: World;
beforeAll(() => {
  w = world(undefined, new Date());
});
afterAll(() => w.remove());

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function keys(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Ended {
  const env = { PATH: process.env.PATH, DATA_DIR: w.dir, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/keys.ts', ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, out: stdout, err: stderr };
}

/** A terminal of its own comes from util-linux. */
const hasScript = spawnSync('script', ['--version']).error === undefined;
if (!hasScript && process.env.REQUIRE_REAL === '1') throw new Error('script is needed where REQUIRE_REAL=1');
if (!hasScript) process.stderr.write('script (util-linux) is not installed: no password is asked for on a terminal\n');
const withTerminal = hasScript ? it : it.skip;

/** @param answers Each is typed when the next question stands there. */
async function onTerminal(args: string, answers: readonly string[]): Promise<string> {
  const command = `${process.execPath} tools/keys.ts ${args}`;
  const env = { PATH: process.env.PATH, DATA_DIR: w.dir };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  const ended = new Promise(end => child.once('close', end));
  for (const [i, answer] of answers.entries()) {
    await until(() => said.split(': ').length > i + 1 || child.exitCode !== null);
    child.stdin.write(answer);
  }
  await ended;
  return said;
}

const facts = ({ out }: Ended): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);
const current = (holder: string) =>
  facts(keys(['list', '--json'])).find(row => row.holder === holder && row.profile === 'SEAL')!;
const listed = () =>
  readCrl(readFileSync(join(w.dir, 'trust/seal-authority.crl'))).entries.map(({ serial, reason }) => [
    toHex(serial),
    reason,
  ]);

describe('npm run keys', () => {
  it('explains itself: verbs, custodies, reasons, exit status', () => {
    const { status, out } = keys(['--help']);
    expect(status).toBe(0);
    for (const said of [
      'renew HOLDER',
      'suspend SERIAL|HOLDER',
      'keyCompromise',
      'pkcs11',
      'Exit status',
      'acts.jsonl',
    ])
      expect(out).toContain(said);
    expect(keys([]).status).toBe(2);
  });

  it.each<[readonly string[], RegExp]>([
    [['sing'], /^"sing" is no verb\. Try --help\.$/],
    [['renew'], /^renew needs to know whose certificate\./],
    [['renew', 'tax', 'business'], /^"business" is too much for renew\./],
    [['renew', 'tax', '--suite', 'MD5'], /^--suite must be one of ES256, RSA3072, SM2SM3\./],
    [['renew', 'tax', '--pin-file', 'x'], /^--pin-file belongs to a custody that has not been named\./],
    [['renew', 'tax', '--custody', 'pkcs11', '--token', 't'], /^pkcs11 needs --pin-file FILE or --pin-variable NAME\./],
    [['renew', 'tax', '--reason', 'superseded'], /^--reason is no option of renew\./],
    [['revoke', 'tax'], /^--reason must be one of unspecified, keyCompromise,/],
    [['revoke', 'tax', '--reason', 'certificateHold'], /^--reason must be one of/],
    [['revoke', 'tax', '--reason', 'superseded', '--at', 'yesterday'], /^--at takes an instant such as/],
    [['suspend', 'tax', '--at', '2999-01-01T00:00:00Z'], /^--at lies in the future\./],
    [['export', 'tax'], /^which container\? --p12 FILE\./],
    [['crl', 'tax'], /^"tax" issues no revocation list: root and seal-authority do\./],
    [['move', 'tax', '--to', 'cloud'], /^--to must be one of file, worker, pkcs12, pkcs11\./],
    [['list', '--password', 'secret'], /^Unknown option '--password'\. Try --help\.$/],
  ])('refuses %j in one sentence, exit status 2', (args, sentence) => {
    const { status, out, err } = keys(args);
    expect([status, out, err.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(err.trim()).toMatch(sentence);
  });

  it.each<[readonly string[], RegExp]>([
    [['renew', 'nobody'], /^"nobody" holds no key in /],
    [['suspend', 'f'.repeat(32)], /^no certificate has the serial number f+\.$/],
    [['revoke', 'root', '--reason', 'superseded'], /^root has issued its certificate itself: it can't be revoked/],
    [
      ['list', '--data-dir', '/nonexistent'],
      /authority is missing: "npm start" makes the keys of a new data folder\.$/,
    ],
    [['export', 'tax', '--p12', '/tmp/x.p12'], /^there is no terminal to ask for the password: use --password-file/],
    [
      ['export', 'tax', '--p12', '/tmp/x.p12', '--password-variable', 'NONE'],
      /is not in the environment variable NONE\.$/,
    ],
  ])('can’t do %j, says why in one sentence, exit status 1', (args, sentence) => {
    const { status, out, err } = keys(args);
    expect([status, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
    expect(err.trim()).toMatch(sentence);
  });

  it('lists who holds what, for a person and for a program', () => {
    const { out } = keys(['list']);
    expect(out).toMatch(/^tax +SEAL +[0-9a-f]+ +ES256 +file +\S+ \S+ in force$/m);
    expect(current('tax')).toMatchObject({ suite: 'ES256', custody: 'file', status: 'good', current: true });
  });

  it('puts on hold, resumes, renews and revokes, with the record and the lists to show for it', () => {
    const { serial } = current('tax');
    expect(keys(['suspend', 'tax', '--note', 'on leave']).out).toMatch(/^tax SEAL [0-9a-f]+ is on hold since \S+\.\n$/);
    expect(listed()).toEqual([[serial, 'certificateHold']]);
    expect(keys(['suspend', 'tax']).out).toMatch(/, as before\.\n$/);
    expect(keys(['resume', 'tax']).status).toBe(0);
    expect(listed()).toEqual([]);
    expect(facts(keys(['renew', 'tax', '--suite', 'RSA3072', '--custody', 'worker', '--json']))).toEqual([
      expect.objectContaining({ did: 'renewed', holder: 'tax', suite: 'RSA3072', custody: 'worker', remains: [] }),
    ]);
    expect(current('tax').serial).not.toBe(serial);
    const invalidity = ['--invalidity-date', new Date(Date.now() - 60_000).toISOString()];
    expect(keys(['revoke', String(serial).toUpperCase(), '--reason', 'keyCompromise', ...invalidity]).status).toBe(0);
    expect(listed()).toEqual([[serial, 'keyCompromise']]);
    const all = facts(keys(['list', '--all', '--json'])).filter(row => row.holder === 'tax' && row.profile === 'SEAL');
    expect(all.map(row => [row.serial === serial, row.status, row.current])).toEqual([
      [true, 'revoked', false],
      [false, 'good', true],
    ]);
    const acts = w.text('authority/acts.jsonl');
    expect(acts).toMatch(/"act":"SUSPENDED".*"note":"on leave"/);
    expect(keys(['resume', String(serial)]).err).toMatch(/^a certificate that is revoked can't be taken off hold\.$/m);
  });

  it('issues the lists anew, each under the next number', () => {
    const numbers = () => facts(keys(['crl', '--json'])).map(({ number }) => number as number);
    const [first, second] = [numbers(), numbers()];
    expect(second).toEqual(first.map(number => number + 1));
  });

  it('renews a key with another suite, SM2 with SM3 among them, which no token takes', () => {
    const before = current('tax').serial;
    expect(keys(['renew', 'tax', '--suite', 'SM2SM3']).out).toMatch(
      /^The key of tax is renewed: SM2SM3, kept by worker, certificate [0-9a-f]+ until \S+\. A running tax takes it up/,
    );
    expect(current('tax')).toMatchObject({ suite: 'SM2SM3', custody: 'worker', status: 'good' });
    const token = ['--token', 'x', '--module', '/nonexistent.so', '--pin-variable', 'PIN'];
    const refused = keys(['move', 'tax', '--to', 'pkcs11', ...token], { PIN: '1234' });
    expect([refused.status, refused.err]).toEqual([
      1,
      expect.stringMatching(/^a key of SM2SM3 can't be kept in a token: .*; keep it by file, worker or pkcs12\.\n$/),
    ]);
    const p12 = join(w.dir, 'tax.p12');
    const password = ['--password-variable', 'P12'];
    expect(keys(['export', 'tax', '--p12', p12, ...password], { P12: 'open sesame' }).status).toBe(0);
    const { serial } = current('tax');
    expect(serial).not.toBe(before);
    expect(keys(['renew', 'tax', '--suite', 'ES256']).status).toBe(0);
    expect(keys(['import', 'tax', '--p12', p12, ...password], { P12: 'open sesame' }).status).toBe(0);
    expect(current('tax')).toMatchObject({ suite: 'SM2SM3', serial });
  });

  it('says what to install where koffi is not, and leaves the key as it is', () => {
    const without = { NODE_OPTIONS: '--require=./test/fixtures/without-koffi.cjs' };
    const before = current('business');
    const refused = keys(['renew', 'business', '--suite', 'SM2SM3'], without);
    expect([refused.status, refused.out, refused.err]).toEqual([
      1,
      '',
      "signing with SM2 needs the optional package koffi, through which Node's own OpenSSL is reached: npm install koffi.\n",
    ]);
    expect(current('business')).toEqual(before);
    expect(keys(['renew', 'business'], without).status).toBe(0);
  });

  it('carries a key out and in again, under a password that is on no command line', () => {
    const p12 = join(w.dir, 'business.p12');
    writeFileSync(join(w.dir, 'password'), 'open sesame\n');
    const { serial } = current('business');
    expect(keys(['export', 'business', '--p12', p12, '--password-file', join(w.dir, 'password')]).status).toBe(0);
    expect(keys(['renew', 'business']).status).toBe(0);
    const wrong = keys(['import', 'business', '--p12', p12, '--password-variable', 'P12'], { P12: 'guess' });
    expect([wrong.status, wrong.err]).toEqual([1, `the password does not open ${p12}.\n`]);
    expect(
      keys(['import', 'business', '--p12', p12, '--password-variable', 'P12'], { P12: 'open sesame' }).status,
    ).toBe(0);
    expect(current('business').serial).toBe(serial);
  });

  withTerminal('asks for the password on a terminal, twice when it is new, and shows nothing of it', async () => {
    const p12 = join(w.dir, 'asked.p12');
    const said = await onTerminal(`export business --p12 ${p12}`, ['op\u007fpen up\r', 'open up\r']);
    expect(said).toMatch(/^Password of .*asked\.p12: \s+Once more: \s+The key of business is in .*asked\.p12/);
    expect(await onTerminal(`import business --p12 ${p12}`, ['open up\r'])).toContain(
      'The key of business is imported',
    );
    const other = await onTerminal(`export business --p12 ${p12}.other`, ['one\r', 'two\r']);
    expect(other).toContain('the two passwords differ.');
    expect(await onTerminal(`import business --p12 ${p12}`, ['op\u0003'])).toContain('given up.');
    expect(existsSync(`${p12}.other`)).toBe(false);
  });

  it('moves a key to another custody, and says what to install for a token that is not there', () => {
    expect(keys(['move', 'center', '--to', 'worker']).out).toMatch(
      /^The key of center is moved: ES256, kept by worker/,
    );
    expect(keys(['move', 'center', '--to', 'worker']).out).toBe('The key of center is kept so already.\n');
    const token = ['--token', 'x', '--module', '/nonexistent.so', '--pin-variable', 'PIN'];
    const missing = keys(['move', 'center', '--to', 'pkcs11', ...token], { PIN: '1234' });
    expect([missing.status, missing.err]).toEqual([1, expect.stringMatching(/apt-get install softhsm2\)\.\n$/)]);
    expect(current('center').custody).toBe('worker');
  });

  it('shows nothing of a key or a password in what it prints and records', () => {
    const acts = w.text('authority/acts.jsonl');
    for (const text of [acts, keys(['list', '--all']).out])
      for (const secret of ['PRIVATE', 'open sesame', '1234']) expect(text).not.toContain(secret);
  });
});
