/** `npm run verify -- x.ses`: the national form on the command line, and checked by hand. */
import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { entryOf } from '../../../certs/log/entry.ts';
import { toyLog } from '../../fixtures/toy-log.ts';
import { crlOf } from '../evidence.ts';
import { changed, hasOpenssl, NOW, TAX_RECORD } from '../fixture.ts';
import { STAMPED, sesWorld, signatureWith, stampedSes } from '../ses/made.ts';

const w = sesWorld();
afterAll(() => w.remove());
const program = join(import.meta.dirname, '../../../certs/cli.ts');
const bare = signatureWith(w);
const seal = stampedSes(w, bare, { at: STAMPED });
const { origin } = w.trust.list!.logs[0]!;
const log = toyLog([entryOf('business', seal), entryOf('tax', seal)], {
  origin,
  key: createPrivateKey(w.text('center/keys/log-key.pem')),
});
const proof = await log.proof(1);
for (const [name, issuer] of Object.entries({ root: w.root, 'seal-authority': w.sealAuthority }))
  writeFileSync(
    join(w.dir, 'trust', `${name}.crl`),
    crlOf(issuer, { from: NOW, until: new Date('2025-07-07T00:00:00Z'), number: 9 }),
  );

const folder = join(w.dir, 'download');
const put = (files: Readonly<Record<string, Uint8Array>>) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
};
const GOOD = { 'record.json': TAX_RECORD, 'seal.ses': seal, 'seal.ses.tlog-proof': proof };

const run = (file: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [program, file, '--at', '2025-06-30T09:00:00Z', ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, DATA_DIR: w.dir },
  });

const typed = (stdout: string) => {
  const lines = stdout.split('\n');
  const from = lines.findIndex(line => line.includes('by hand'));
  const input = lines.slice(from + 1).map(line => line.trim());
  return spawnSync('sh', ['-eu'], { cwd: folder, input: input.join('\n'), encoding: 'utf8', timeout: 30_000 });
};

describe('npm run verify, of the national form', () => {
  it('says VALID, who, when, and where in the log, by the file and by its record alone', () => {
    put(GOOD);
    for (const file of ['seal.ses', 'record.json']) {
      const { status, stdout } = run(file);
      for (const part of [
        `${file}: VALID 有效`,
        '税务局 (tax)',
        '2025-06-30T08:00:00.000Z',
        STAMPED.toISOString(),
        'entry 1 of',
      ])
        expect(stdout).toContain(part);
      expect(status).toBe(0);
    }
  });

  it('says what is missing without time stamp and proof, and what is wrong with another record', () => {
    put({ 'x.json': TAX_RECORD, 'x.ses': bare });
    expect(run('x.ses', '--json').stdout).toMatch(/"code":"NO_TIME_STAMP".*"code":"NO_LOG_PROOF"/);
    expect(run('x.ses').status).toBe(2);
    put({ ...GOOD, 'record.json': changed(TAX_RECORD, 20) });
    const { status, stdout } = run('seal.ses');
    expect([status, stdout.includes('SES_DATA_HASH_DIFFERS [seal: toSign.dataHash]')]).toEqual([1, true]);
    put({ 'x.ses': bare });
    expect(run('x.ses').status).toBe(3);
  });

  (hasOpenssl ? it : it.skip)('prints command lines that check signatures, certificates and time stamp', () => {
    put(GOOD);
    const { stdout, stderr, status } = typed(run('seal.ses').stdout);
    expect([status, stderr.replaceAll(/^(Using configuration|Verification: OK|Warning).*\n/gm, '')]).toEqual([0, '']);
    expect(stdout.match(/Signature Verified Successfully/g)).toHaveLength(2);
    expect(stdout).toMatch(/signer\.pem: OK\nmaker\.pem: OK/);
    put({
      ...GOOD,
      'seal.ses': stampedSes(w, signatureWith(w, { makerSignature: w.electronicSeal.signature, info: { type: 2 } })),
    });
    expect(typed(run('seal.ses').stdout).status).not.toBe(0);
  });
});
