import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { changed, NOW, TAX_RECORD, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const program = join(import.meta.dirname, '../../certs/cli.ts');
const files = join(w.dir, 'files');
mkdirSync(join(files, 'download'), { recursive: true });
const seal = w.party('tax').seal(TAX_RECORD, NOW);
for (const [name, content] of Object.entries({
  'good.json': TAX_RECORD,
  'good.p7s': seal,
  'bad.json': changed(TAX_RECORD, 20),
  'bad.p7s': seal,
  'alone.p7s': seal,
  'huge.json': TAX_RECORD,
  'huge.p7s': new Uint8Array(70_000),
  'other.doc': seal,
  'download/record.json': TAX_RECORD,
  'download/seal.p7s': seal,
}))
  writeFileSync(join(files, name), content);

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], {
    cwd: files,
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, DATA_DIR: w.dir },
  });
}
const AT = ['--at', '2025-06-30T16:00:00+08:00'];

describe('npm run verify', () => {
  it('says of a seal in order: indeterminate, by whom, when, why, and how to ask openssl', () => {
    const { status, stdout } = run('good.p7s', ...AT);
    expect(status).toBe(2);
    for (const part of [
      'good.p7s: INDETERMINATE 无法确定',
      '税务局 (tax)',
      '2025-06-30T08:00:00.000Z',
      'NO_TIME_STAMP [seal]',
      'no time stamp proves when the seal was made',
      '没有时间戳证明签章时间',
      'openssl cms -verify -cades -binary -inform DER -in good.p7s -content good.json -CAfile ',
      'as of signing 签章时: INDETERMINATE 无法确定; now 验证时: INDETERMINATE 无法确定',
    ])
      expect(stdout).toContain(part);
  });

  it.each([
    ['a record', ['good.json'], 2],
    ['a downloaded pair, by its record', ['download/record.json'], 2],
    ['a downloaded pair, by its seal', ['download/seal.p7s'], 2],
    ['a changed record', ['bad.json'], 1],
    ['a seal whose certificate has expired', ['good.p7s', '--at', '2040-01-01T00:00:00Z'], 1],
    ['a seal without its record', ['alone.p7s'], 3],
    ['a seal larger than the bound', ['huge.p7s'], 3],
    ['a file that is neither', ['other.doc'], 3],
    ['a folder', ['.'], 3],
    ['good and unreadable', ['good.p7s', 'alone.p7s'], 3],
    ['bad, unreadable and good', ['bad.p7s', 'alone.p7s', 'good.p7s'], 1],
    ['a root that is none', ['good.p7s', '--trust', 'good.json'], 3],
    ['a root that is not there', ['good.p7s', '--trust', 'none.pem'], 3],
    ['no file', [], 3],
    ['an option that is none', ['good.p7s', '--nonsense'], 3],
    ['a time without an offset', ['good.p7s', '--at', '2025-06-30T12:00:00'], 3],
    ['a day that does not exist', ['good.p7s', '--at', '2026-02-30T12:00:00Z'], 3],
    ['an hour that does not exist', ['good.p7s', '--at', '2025-06-30T24:00Z'], 3],
    ['an offset for a time', ['good.p7s', '--at', '-08:00'], 3],
    ['--help', ['--help'], 0],
  ])('ends for %s (%j) with %i', (_, args, expected) => {
    const { status, stderr } = run(...args, ...(args.includes('--at') || args[0] === '--help' ? [] : AT));
    expect(stderr).not.toMatch(/\n.*\n| {4}at /);
    expect(status).toBe(expected);
  });

  (process.platform === 'win32' ? it.skip : it)('does not wait for a pipe that nobody writes into', () => {
    const pipe = join(files, 'pipe.p7s');
    execFileSync('mkfifo', [pipe]);
    copyFileSync(join(files, 'good.json'), join(files, 'pipe.json'));
    const { status, stdout } = run('pipe.p7s', ...AT);
    rmSync(pipe);
    expect(stdout).toContain('pipe.p7s is not a file');
    expect(status).toBe(3);
  });

  it('lets no file name move the cursor of the terminal', () => {
    const name = '\u001b[2Jevil';
    for (const ending of ['json', 'p7s']) copyFileSync(join(files, `good.${ending}`), join(files, `${name}.${ending}`));
    const { stdout, status } = run(`${name}.p7s`, ...AT);
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stdout).toContain('openssl cms -verify');
    expect(status).toBe(2);
    expect(run('good.p7s', '--\u001b[2J').stderr).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('judges a pair once though both files are named', () => {
    expect(
      run('good.json', 'good.p7s', '--json', ...AT)
        .stdout.trim()
        .split('\n'),
    ).toHaveLength(1);
  });

  it('prints one JSON object per file', () => {
    const { stdout, status } = run('good.p7s', 'bad.p7s', 'alone.p7s', '--json', ...AT);
    const objects = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { file: string; verdict: string | null });
    expect(objects.map(({ file, verdict }) => [file, verdict])).toEqual([
      ['good.p7s', 'INDETERMINATE'],
      ['bad.p7s', 'INVALID'],
      ['alone.p7s', null],
    ]);
    expect(status).toBe(1);
  });

  it('takes a root without a list, and says that the list is missing', () => {
    const folder = join(files, 'pinned');
    mkdirSync(folder);
    copyFileSync(join(w.dir, 'trust/root.pem'), join(folder, 'root.pem'));
    const { stdout, status } = run('good.p7s', '--trust', 'pinned/root.pem', ...AT);
    rmSync(folder, { recursive: true });
    expect(stdout).toContain('NO_TRUST_LIST');
    expect(status).toBe(2);
  });
});
