import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entryOf } from '../../../certs/log/entry.ts';
import { leafHash } from '../../../certs/log/tree.ts';
import { pdfSealOf, withPdfEvidence } from '../../../certs/pdf/evidence.ts';
import { toyLog } from '../../fixtures/toy-log.ts';
import { judge } from '../../judges/judge.ts';
import { crlOf } from '../evidence.ts';
import { changed, NOW, TAX_RECORD } from '../fixture.ts';
import { HOUR_MS, papers } from '../pdf/papers.ts';

const office = papers();
const { world: w } = office;
afterAll(() => w.remove());
const program = join(import.meta.dirname, '../../../certs/cli.ts');
const hour = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);
const sealed = await office.seal();
const stamped = withPdfEvidence(sealed, { timeStamp: office.token(sealed, hour(1)) });
const key = createPrivateKey(w.text('center/keys/log-key.pem'));
const { origin } = w.trust.list!.logs[0]!;
const leaf = entryOf('tax', pdfSealOf(stamped));
const proof = await toyLog([entryOf('business', sealed), leaf], { origin, key }).proof(1);
const whole = withPdfEvidence(stamped, { proof });
/** In what the page shows. */
const onPage = Buffer.from(whole).indexOf('0.9 0.9') + 2;
// A name that a shell must be kept from.
const folder = join(w.dir, "it's here");
const FILE = "the paper's.pdf";

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, FILE), whole);
  const said = { from: hour(90), until: hour(110), number: 9 };
  writeFileSync(join(w.dir, 'trust', 'root.crl'), crlOf(w.root, said));
  writeFileSync(join(w.dir, 'trust', 'seal-authority.crl'), crlOf(w.sealAuthority, said));
});

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args, '--at', hour(100).toISOString()], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
    env: { ...process.env, DATA_DIR: w.dir },
  });

/** Types what was printed. */
function typed(stdout: string) {
  const lines = stdout.split('\n');
  const input = lines.slice(1 + lines.findIndex(line => line.includes('by hand'))).join('\n');
  return spawnSync('sh', ['-eu'], { cwd: folder, input, encoding: 'utf8', timeout: 60_000 });
}

describe('npm run verify of a PDF', () => {
  it('says VALID, who, when, and where in the log', () => {
    const { status, stdout } = run(FILE);
    for (const part of [
      "the paper's.pdf: VALID 有效",
      '税务局 (tax)',
      'sealed 签章时间: 2025-06-30T08:00:00.000Z',
      'stamped 时间戳: 2025-06-30T09:00:00.250Z',
      `log 日志: entry 1 of 2, ${origin}`,
    ])
      expect(stdout).toContain(part);
    expect(status).toBe(0);
  });

  it('tells programs the same, with the record in words and no bytes', () => {
    const said = JSON.parse(run(FILE, '--json').stdout) as Record<string, unknown>;
    expect(said).toMatchObject({
      file: FILE,
      verdict: 'VALID',
      record: JSON.parse(Buffer.from(TAX_RECORD).toString()),
      claims: { organization: '税务局', sealedAt: '2025-06-30T08:00:00.000Z' },
      pages: 1,
      log: { index: 1 },
    });
    expect(Object.keys(said)).not.toEqual(expect.arrayContaining(['seal']));
    expect(said).not.toHaveProperty('recordBytes');
  });

  it.each<[string, Uint8Array, number, string]>([
    ['was changed', changed(whole, onPage), 1, 'PDF_DIGEST_DIFFERS [seal: signedAttrs.messageDigest]'],
    ['was appended to', Buffer.concat([whole, Buffer.from('%')]), 1, `PDF_TRAILING_BYTES [pdf byte ${whole.length}]`],
    ['has no time stamp and no log proof', sealed, 2, 'NO_LOG_PROOF'],
    ['is something else', Buffer.from('GIF89a'), 1, 'PDF_HEADER [pdf byte 0]'],
    ['is empty', Buffer.alloc(0), 1, 'PDF_HEADER [pdf byte 0]'],
  ])('says of one that %s what is wrong, and where', (_, bytes, expected, finding) => {
    writeFileSync(join(folder, FILE), bytes);
    const { status, stdout } = run(FILE);
    expect([status, stdout]).toEqual([expected, expect.stringContaining(finding)]);
  });

  it('does not read one that is larger than papers are', () => {
    writeFileSync(join(folder, FILE), Buffer.alloc(3 * 1024 * 1024));
    const { status, stdout } = run(FILE);
    expect([status, stdout]).toEqual([3, expect.stringContaining('has 3145728 bytes, more than 2097152')]);
  });
});

const tools = judge(
  'poppler-utils libnss3-tools xxd openssl',
  'sh',
  '-c',
  'for it in pdfsig certutil xxd openssl; do command -v $it || exit; done',
);
tools.describe(`what is told to be typed${tools.absent}`, () => {
  it('checks the same with pdfsig, openssl and coreutils', () => {
    const { status, stdout, stderr } = typed(run(FILE).stdout);
    expect(stdout).toContain('Signature is Valid.');
    expect(stdout).toContain('Total document signed');
    expect(stderr).toMatch(/CAdES Verification successful/);
    expect(stdout).toMatch(/Verification: OK/);
    expect(stdout).toMatch(/certificate-\d\.pem: OK/);
    expect(stdout).toContain('Time stamp: Jun 30 09:00:00.25 2025 GMT');
    expect(stdout).toContain(Buffer.from(leafHash(leaf)).toString('hex'));
    expect(status).toBe(0);
    const cut = (name: string) => readFileSync(join(folder, name));
    expect(Buffer.compare(cut('record.json'), TAX_RECORD)).toBe(0);
    expect(Buffer.compare(cut('logged.p7s'), pdfSealOf(whole))).toBe(0);
    expect(Buffer.compare(cut('seal.tlog-proof'), proof)).toBe(0);
  });

  it('refuses a paper whose page was changed', () => {
    writeFileSync(join(folder, FILE), changed(whole, onPage));
    const { status, stdout } = typed(run(FILE).stdout);
    expect(stdout).toContain('Digest Mismatch');
    expect(status).not.toBe(0);
  });
});
