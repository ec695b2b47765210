/** `npm run verify` of a record with leaves: what is disclosed, what is struck out, and what belongs together by its name. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { struckOutOf, writeDisclosures } from '../../../certs/leaves.ts';
import { coveredRecord, saltOf } from '../../fixtures/covered.ts';
import { hasOpenssl, NOW, world } from '../fixture.ts';

const w = world();
afterAll(() => w.remove());
const program = join(import.meta.dirname, '../../../certs/cli.ts');
const NAME = "甲'某";
const { record, disclosures, leaves } = coveredRecord({
  name: NAME,
  idNumber: { salt: 's', sha256: 'h' },
  n10: '丙',
  n9: '乙',
});
const seal = w.party('business').seal(record, NOW);

/** Runs in a folder with just these files. */
function run(files: Readonly<Record<string, Uint8Array>>, ...args: readonly string[]) {
  mkdirSync(join(w.dir, 'cases'), { recursive: true });
  const cwd = mkdtempSync(join(w.dir, 'cases', 'x'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const at = ['--at', '2025-06-30T09:00:00Z'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, ...at], {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, DATA_DIR: w.dir },
  });
  return { status, stdout, stderr, cwd };
}

const DOWNLOADED = { 'record.json': record, 'seal.p7s': seal };
const NAMED = { 'x.json': record, 'x.p7s': seal };

describe('npm run verify of a record with leaves', () => {
  it.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    ['x.disclosures.json beside x.json, by the seal', { ...NAMED, 'x.disclosures.json': disclosures }, 'x.p7s'],
    ['the same, by the record', { ...NAMED, 'x.disclosures.json': disclosures }, 'x.json'],
    ['the same, by the disclosures', { ...NAMED, 'x.disclosures.json': disclosures }, 'x.disclosures.json'],
    ['disclosures.json in the folder of record.json', { ...DOWNLOADED, 'disclosures.json': disclosures }, 'seal.p7s'],
    ['the same, by the disclosures', { ...DOWNLOADED, 'disclosures.json': disclosures }, 'disclosures.json'],
    [
      'record.disclosures.json beside record.json, before another',
      { ...DOWNLOADED, 'record.disclosures.json': disclosures, 'disclosures.json': Buffer.from('{}') },
      'record.json',
    ],
  ])('shows %s', (_, files, file) => {
    const { stdout, status } = run(files, file);
    expect(stdout).toContain(
      [
        '  content.idNumber: {"salt":"s","sha256":"h"}',
        `  content.n9: 乙`,
        `  content.n10: 丙`,
        `  content.name: ${NAME}`,
      ].join('\n'),
    );
    expect(status).toBe(2);
  });

  it('judges a record, its seal and its disclosures once, though a pattern names all of them', () => {
    const files = { ...NAMED, 'x.disclosures.json': disclosures };
    expect(run(files, 'x.disclosures.json', 'x.json', 'x.p7s', '--json').stdout.trim().split('\n')).toHaveLength(1);
  });

  it('shows as struck out what is not disclosed, and of what has no disclosures everything', () => {
    const less = struckOutOf(disclosures, ['content.name', 'content.n9'])!;
    const { stdout } = run({ ...NAMED, 'x.disclosures.json': less }, 'x.json');
    expect(stdout).toContain(
      '  content.n9: ████ struck out 已隐去\n  content.n10: 丙\n  content.name: ████ struck out 已隐去',
    );
    expect(run(NAMED, 'x.json').stdout.match(/████/g)).toHaveLength(4);
  });

  it('exits with 1 for disclosures that do not fit, and with 3 for such as can’t be read', () => {
    const other = writeDisclosures(record, new Map(leaves).set('content.name', { salt: saltOf(9), value: NAME }))!;
    const { stdout, status } = run({ ...NAMED, 'x.disclosures.json': other }, 'x.json');
    expect(stdout).toContain('LEAF_DIFFERS [disclosures: content.name]');
    expect(stdout).not.toContain(`content.name: ${NAME}`);
    expect(status).toBe(1);
    expect(run({ ...NAMED, 'x.disclosures.json': new Uint8Array(300_000) }, 'x.json').status).toBe(3);
  });

  it('gives the values as JSON, too', () => {
    const { stdout } = run({ ...NAMED, 'x.disclosures.json': disclosures }, 'x.json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ struckOut: [], disclosed: { 'content.name': NAME } });
  });

  (hasOpenssl ? it : it.skip)(
    'says how a leaf is checked by hand, in commands that succeed as they are printed',
    () => {
      const { stdout, cwd } = run({ ...NAMED, 'x.disclosures.json': disclosures }, 'x.json');
      const line = stdout.split('\n').find(one => one.includes('"one-window/leaf/1"'));
      expect(line).toContain('# content.idNumber');
      const typed = spawnSync('sh', ['-eu'], { cwd, input: line!, encoding: 'utf8' });
      expect(typed).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\{"leaf":"[0-9a-f]{64}"\}\n$/) });
      const named = coveredRecord({ name: NAME });
      const files = { 'y.json': named.record, 'y.p7s': w.party('business').seal(named.record, NOW) };
      const quoted = run({ ...files, 'y.disclosures.json': named.disclosures }, 'y.json');
      const command = quoted.stdout.split('\n').find(one => one.includes('"one-window/leaf/1"'));
      expect(spawnSync('sh', ['-eu'], { cwd: quoted.cwd, input: command! }).status).toBe(0);
    },
  );

  it('lets no value move the cursor of the terminal', () => {
    const evil = coveredRecord({ name: '\u001b[2J\u202eevil', more: 'x'.repeat(1_000) });
    const files = { 'y.json': evil.record, 'y.p7s': w.party('business').seal(evil.record, NOW) };
    const { stdout } = run({ ...files, 'y.disclosures.json': evil.disclosures }, 'y.json');
    expect(stdout).toContain('content.name: \ufffd[2J\ufffdevil');
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
    expect(stdout).toMatch(/content\.more: x{199}…\n/);
  });
});
