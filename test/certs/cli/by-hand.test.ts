import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { CrlEntry } from '../../../certs/crl.ts';
import { entryOf } from '../../../certs/log/entry.ts';
import { leafHash } from '../../../certs/log/tree.ts';
import type { Verdict } from '../../../certs/verify.ts';
import { toyLog } from '../../fixtures/toy-log.ts';
import { crlOf } from '../evidence.ts';
import { changed, hasOpenssl, NOW, TAX_RECORD, world } from '../fixture.ts';
import { stamped, stamperOf } from '../stamps.ts';

const w = world();
afterAll(() => w.remove());
const program = join(import.meta.dirname, '../../../certs/cli.ts');
const tax = w.party('tax');
const hourMs = 3_600_000;
const hour = (hours: number) => new Date(NOW.getTime() + hours * hourMs);
const seal = stamped(tax.seal(TAX_RECORD, NOW), stamperOf(w), { at: hour(1) });
const key = createPrivateKey(w.text('center/keys/log-key.pem'));
const { origin } = w.trust.list!.logs[0]!;
const log = toyLog([entryOf('business', seal), entryOf('tax', seal)], { origin, key });
const proof = await log.proof(1);
// A name that a shell must be kept from.
const folder = join(w.dir, "it's here");
mkdirSync(folder);

function put(files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

/** What the authorities say 100 hours after the sealing. */
function say(entries: readonly CrlEntry[]): void {
  const said = { from: hour(90), until: hour(110), number: 9, entries };
  writeFileSync(join(w.dir, 'trust', 'root.crl'), crlOf(w.root, { ...said, entries: [] }));
  writeFileSync(join(w.dir, 'trust', 'seal-authority.crl'), crlOf(w.sealAuthority, said));
}

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
}

function run(at: Date, ...args: readonly string[]): Ran {
  return spawnSync(process.execPath, [program, 'seal.p7s', '--at', at.toISOString(), ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, DATA_DIR: w.dir },
  });
}

const commands = (stdout: string): string =>
  stdout
    .split('\n')
    .slice(1 + stdout.split('\n').findIndex(line => line.includes('by hand')))
    .map(line => line.trim())
    .join('\n');

/** Types what was printed. */
function typed(stdout: string): Ran & { readonly stderr: string } {
  return spawnSync('sh', ['-eu'], { cwd: folder, input: commands(stdout), encoding: 'utf8', timeout: 30_000 });
}

const revoked = (revocationDate: Date): CrlEntry => ({
  serial: tax.certificate.serial,
  revocationDate,
  reason: 'keyCompromise',
});
const files = { 'record.json': TAX_RECORD, 'seal.p7s': seal, 'seal.tlog-proof': proof };
put(files);

describe('npm run verify, with all evidence beside the seal', () => {
  it('says VALID, who, when, and where in the log', () => {
    say([]);
    const { status, stdout } = run(hour(100));
    for (const part of [
      'seal.p7s: VALID 有效',
      'stamped 时间戳: 2025-06-30T09:00:00.250Z',
      `log 日志: entry 1 of 2, ${origin}; witnesses 见证者: –`,
    ])
      expect(stdout).toContain(part);
    expect(status).toBe(0);
  });

  it.each<[string, readonly CrlEntry[], Date, readonly string[], Verdict, number]>([
    ['revoked before the stamp', [revoked(hour(0.5))], hour(100), [], 'REVOKED', 1],
    ['revoked after it', [revoked(hour(2))], hour(100), [], 'VALID_AT_SIGNING', 0],
    ['revoked after it, as of signing', [revoked(hour(2))], hour(100), ['--as-of-signing'], 'VALID', 0],
    ['with stale news', [], hour(200), [], 'INDETERMINATE', 2],
    ['with stale news, as of signing', [], hour(200), ['--as-of-signing'], 'VALID', 0],
    ['seen by no witness', [], hour(100), ['--witnesses', '1'], 'INDETERMINATE', 2],
  ])('says of a seal %s what is to be said', (_, entries, at, args, verdict, status) => {
    say(entries);
    const ran = run(at, ...args);
    expect(ran.stdout).toContain(`seal.p7s: ${verdict}`);
    expect(ran.status).toBe(status);
  });

  it('does not take a proof of another seal, nor less than a number of witnesses', () => {
    say([]);
    put({ 'seal.tlog-proof': changed(proof, proof.length - 3) });
    expect(run(hour(100)).status).toBe(1);
    put(files);
    expect(run(hour(100), '--witnesses', 'many').status).toBe(3);
  });

  it('tells programs what people are told', () => {
    say([revoked(hour(2))]);
    const judgement = JSON.parse(run(hour(100), '--json', '--as-of-signing').stdout) as Record<string, unknown>;
    expect(judgement).toMatchObject({
      file: 'seal.p7s',
      asOfSigning: true,
      verdict: 'VALID_AT_SIGNING',
      atSigning: 'VALID',
      now: 'REVOKED',
      stampedAt: '2025-06-30T09:00:00.250Z',
      log: { index: 1, size: 2 },
    });
  });
});

(hasOpenssl ? describe : describe.skip)('what is told to be typed', () => {
  it('checks the same with openssl and coreutils', () => {
    say([]);
    const { status, stdout, stderr } = typed(run(hour(100)).stdout);
    expect(stderr).toMatch(/CAdES Verification successful/);
    expect(stdout).toMatch(/Verification: OK/);
    expect(stdout).toMatch(/certificate-\d\.pem: OK/);
    expect(stdout).toContain('Time stamp: Jun 30 09:00:00.25 2025 GMT');
    expect(stdout).toContain(Buffer.from(leafHash(entryOf('tax', seal))).toString('hex'));
    expect(status).toBe(0);
  });

  it('refuses what this program refuses: a revoked seal, a changed record', () => {
    say([revoked(hour(0.5))]);
    expect(typed(run(hour(100)).stdout)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/certificate revoked/),
    });
    say([]);
    put({ 'record.json': changed(TAX_RECORD, 20) });
    expect(typed(run(hour(100)).stdout).status).not.toBe(0);
    put(files);
  });

  it('asks openssl about the time of the stamp, where the certificate has ended since', () => {
    say([]);
    const { stdout } = run(new Date('2031-01-01T00:00:00Z'), '--as-of-signing');
    expect(stdout).toContain(`-attime ${Math.floor(hour(1).getTime() / 1000)}`);
    expect(typed(stdout).status).toBe(0);
  });
});
