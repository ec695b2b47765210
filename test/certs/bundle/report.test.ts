/** `npm run verify -- x.asice`, as an auditor runs it who has the root and nothing else. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Paper } from '../../../certs/bundle/write.ts';
import { struckOutOf } from '../../../certs/leaves.ts';
import { changed, NOW, temporaryFolder } from '../fixture.ts';
import { bundleWorld, Ledger, made } from './made.ts';

const w = bundleWorld();
const folder = temporaryFolder();
afterAll(() => {
  w.remove();
  folder.remove();
});
const one = await made(w);
const { bytes, content } = one;
const CLI = fileURLToPath(new URL('../../../certs/cli.ts', import.meta.url));
const at = new Date(NOW.getTime() + 60_000).toISOString();

function verify(bundle: Uint8Array, ...more: readonly string[]) {
  writeFileSync(join(folder.path, 'x.asice'), bundle);
  writeFileSync(join(folder.path, 'root.pem'), content.trust.root);
  const args = [CLI, 'x.asice', '--trust', 'root.pem', '--at', at, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder.path, encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return { status, stdout };
}

describe('npm run verify of a bundle', () => {
  it('tells of the case and of each paper, and exits with 0', () => {
    const { status, stdout } = verify(bytes);
    expect(stdout.split('\n').slice(0, 11)).toEqual([
      'x.asice: VALID 有效',
      '  as of signing 签章时: VALID 有效; now 验证时: VALID 有效',
      '  case 办件: 371002-20250630-00001-5, R2/1, CLOSED',
      '  bundled 制作时间: 2025-06-30T08:00:00.250Z',
      '  trust list 信任列表: version 1',
      '  papers/01-NAME: not sealed 未签章, N',
      '  papers/02-BUSINESS_LICENSE: VALID 有效, L-1, 市场监督管理局, 2025-06-30T08:00:00.250Z, log entry 日志条目 3',
      '    content.idNumber: {"salt":"a","sha256":"b"}',
      '    content.name: 甲"某},"x":{"salt":"\\',
      '    content.other: 乙某',
      '  papers/03-NATIONAL_TAX: VALID 有效, T-1, 税务局, 2025-06-30T08:00:00.250Z, log entry 日志条目 5',
    ]);
    expect(status).toBe(0);
  });

  it('shows what was struck out, by the act that the ledger has', async () => {
    const [name, license, tax] = content.papers as [Paper, Paper, Paper];
    const ledger = new Ledger(content.number);
    ledger.entries.push(...content.ledger);
    ledger.enter([
      { event: 'STRUCK_OUT', id: license.id, paths: ['content.name'], by: 'a', approvedBy: 'b', reason: 'c' },
    ]);
    const struck = { ...license, disclosures: struckOutOf(license.disclosures!, ['content.name'])! };
    const { status, stdout } = verify(await one.again({ papers: [name, struck, tax], ledger: ledger.entries }));
    expect(stdout).toContain('\n    content.name: ████ struck out 已隐去\n    content.other: 乙某\n');
    expect(stdout).not.toContain('甲');
    expect(status).toBe(0);
  });

  it('names the file of what is wrong, in words and as JSON, and exits with 1', () => {
    const broken = changed(bytes, Buffer.from(bytes).indexOf('{"caseNumber"') + 20);
    const { status, stdout } = verify(broken);
    expect(stdout).toContain('ZIP_CHECK_SUM_DIFFERS [papers/01-NAME/record.json: ZIP byte');
    expect(status).toBe(1);
    expect(JSON.parse(verify(broken, '--json').stdout)).toMatchObject({
      file: 'x.asice',
      verdict: 'INVALID',
      findings: [{ code: 'ZIP_CHECK_SUM_DIFFERS', file: 'papers/01-NAME/record.json' }],
      papers: [],
    });
  });

  it('demands witnesses when it is asked to', () => {
    const { status, stdout } = verify(bytes, '--witnesses', '3');
    expect(stdout).toContain('TOO_FEW_WITNESSES [papers/02-BUSINESS_LICENSE/seal.tlog-proof: log proof: checkpoint]');
    expect(status).toBe(2);
  });
});
