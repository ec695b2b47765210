/** The page as a gateway serves it, saved, and opened from the disk without a network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { signatureOf, withoutTimeStamp, withTimeStamp } from '../../../certs/cms.ts';
import { atWork } from '../../../certs/hierarchy/at-work.ts';
import { turnCertificate } from '../../../certs/hierarchy/turn.ts';
import { sha256 } from '../../../certs/primitives.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../../certs/time-stamp.ts';
import { judge, readTrust } from '../../../certs/verify.ts';
import { ownSealer } from '../../../subgraphs/keys.ts';
import { openOwnAuthority } from '../../../time-stamp/keys.ts';
import { openChromium } from '../../../tools/web/chromium.ts';
import { type NamedFiles, type OpenOptions, openSavedPage, type SavedPage } from '../../../tools/web/saved-page.ts';
import { changed } from '../../certs/fixture.ts';
import { application } from '../../fixtures/application.ts';
import { builtPage } from '../../fixtures/built-page.ts';
import { type Center, openCenter } from '../../fixtures/center.ts';
import { chromiumAbsent, hasChromium, withChromium } from '../../fixtures/chromium.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    number
    certificates { department number record disclosures sealUrl proofUrl pdfUrl sesUrl stampedAt } } }`;
interface Registered {
  readonly registerEnterprise: {
    readonly number: string;
    readonly certificates: readonly {
      readonly department: string;
      readonly number: string;
      readonly record: string;
      readonly disclosures: string | null;
      readonly sealUrl: string;
      readonly proofUrl: string;
      readonly pdfUrl: string;
      readonly sesUrl: string | null;
      readonly stampedAt: string;
    }[];
  };
}

const hourMs = 3_600_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let center: Center;
let folder: string;
let browser: Browser;
/** As the gateway served it: before anything was revoked, and after. */
let before: string;
let after: string;
/** A license with all that belongs to it, its time stamp's time, and the bundle of its case. */
let license: NamedFiles & Record<'x.json' | 'x.p7s' | 'x.tlog-proof', Uint8Array>;
let number: string;
let stampedMs: number;
let bundle: Uint8Array;
let pdf: Uint8Array;
/** A tax certificate with its seal in the national form. */
let national: NamedFiles & Record<'record.json' | 'seal.ses' | 'seal.ses.tlog-proof', Uint8Array>;
/** Made with the key after it was lost. */
let stolen: Uint8Array;
const opened: SavedPage[] = [];

beforeAll(async () => {
  if (!hasChromium) return;
  builtPage();
  folder = mkdtempSync(join(tmpdir(), 'one-window-'));
  center = await openCenter({ inlineBudgetMs: 60_000, withSm2: ['tax'] });
  const { data, errors } = await center.ask<Registered>(REGISTER, { input: application() });
  if (!data) throw new Error(JSON.stringify(errors));
  const { certificates, number: caseNumber } = data.registerEnterprise;
  const paper = certificates.find(({ department }) => department === 'business')!;
  ({ number } = paper);
  stampedMs = Date.parse(paper.stampedAt);
  license = {
    'x.json': Buffer.from(paper.record),
    'x.p7s': await fetched(paper.sealUrl),
    'x.tlog-proof': await fetched(paper.proofUrl),
    ...(paper.disclosures !== null && { 'x.disclosures.json': Buffer.from(paper.disclosures) }),
  };
  pdf = await fetched(paper.pdfUrl);
  const tax = certificates.find(({ sesUrl }) => sesUrl !== null)!;
  national = {
    'record.json': Buffer.from(tax.record),
    'seal.ses': await fetched(tax.sesUrl!),
    'seal.ses.tlog-proof': await fetched(`${tax.sesUrl}.tlog-proof`),
    ...(tax.disclosures !== null && { 'disclosures.json': Buffer.from(tax.disclosures) }),
  };
  const authorization = `Bearer ${await center.token()}`;
  bundle = await fetched(`${center.url}/cases/${caseNumber}/bundle.asice`, { authorization });
  before = Buffer.from(await fetched(`${center.url}/verify`)).toString();
  stolen = await stealSeal(stampedMs + 2 * hourMs);
  revokeLicenser(stampedMs + 3 * hourMs, new Date(stampedMs + hourMs));
  after = Buffer.from(await fetched(`${center.url}/verify`)).toString();
  browser = await openChromium();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await center?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function fetched(url: string, headers: Record<string, string> = {}): Promise<Uint8Array> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** What a thief makes with the key of the department, and has stamped. */
async function stealSeal(atMs: number): Promise<Uint8Array> {
  const bare = await ownSealer(join(center.dataDir, 'business', 'keys')).seal(license['x.json'], new Date(atMs));
  const { authority, close } = await openOwnAuthority(join(center.dataDir, 'tsa', 'keys'));
  const imprint = { sha256: sha256(signatureOf(bare)), hasNull: false };
  const answer = await authority.answer(writeTimeStampRequest({ imprint, certReq: true }), new Date(atMs));
  await close();
  const response = readTimeStampResponse(answer);
  if (!response.granted) throw new Error(response.failure);
  return withTimeStamp(bare, response.token);
}

function revokeLicenser(atMs: number, lost: Date): void {
  const at = (name: string) => readFileSync(join(center.dataDir, 'trust', name));
  const trust = readTrust({ rootPem: at('root.pem').toString(), list: { json: at('list.json'), p7s: at('list.p7s') } });
  const { signer } = judge({ record: license['x.json'], seal: license['x.p7s'], trust, at: new Date(stampedMs) });
  atWork(center.dataDir, { at: new Date(atMs), who: 'operator' }, hierarchy =>
    turnCertificate(
      hierarchy,
      { issuer: 'seal-authority', serial: signer!.serial },
      { turn: 'REVOKED', at: new Date(atMs), reason: 'keyCompromise', invalidityDate: lost },
    ),
  );
}

async function open(html: string, options: OpenOptions = {}): Promise<SavedPage> {
  const saved = await openSavedPage(browser, html, join(folder, `verify-${opened.length}.html`), options);
  opened.push(saved);
  return saved;
}

/** What axe holds against the page as it stands, in short. */
async function barriers({ page }: SavedPage): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

interface State {
  readonly outcome: string;
  readonly page: () => string;
  readonly files: () => NamedFiles;
  readonly at: () => Date;
  /** What weighs most, when anything was found. */
  readonly code?: string;
  readonly zh: string;
  readonly en: string;
}

const soon = (): Date => new Date(stampedMs + 5 * hourMs);
const without = (...names: readonly string[]): NamedFiles =>
  Object.fromEntries(Object.entries(license).filter(([name]) => !names.includes(name)));

const STATES: readonly State[] = [
  { outcome: 'VALID', page: () => before, files: () => license, at: soon, zh: '有效', en: 'Valid' },
  {
    outcome: 'VALID_AT_SIGNING',
    page: () => after,
    files: () => license,
    at: soon,
    code: 'CERTIFICATE_REVOKED_SINCE',
    zh: '签章时有效',
    en: 'Valid when sealed',
  },
  {
    outcome: 'REVOKED',
    page: () => after,
    files: () => ({ ...without('x.tlog-proof'), 'x.p7s': stolen }),
    at: soon,
    code: 'CERTIFICATE_REVOKED',
    zh: '已吊销',
    en: 'Revoked',
  },
  {
    outcome: 'EXPIRED',
    page: () => before,
    files: () => ({ ...without('x.tlog-proof'), 'x.p7s': withoutTimeStamp(license['x.p7s']) }),
    at: () => new Date('2099-01-01T00:00:00Z'),
    code: 'CERTIFICATE_EXPIRED',
    zh: '已过期',
    en: 'Expired',
  },
  {
    outcome: 'INDETERMINATE',
    page: () => before,
    files: () => without('x.tlog-proof'),
    at: soon,
    code: 'NO_LOG_PROOF',
    zh: '无法确定',
    en: 'Cannot be told',
  },
  {
    outcome: 'INVALID',
    page: () => before,
    files: () => ({
      ...without('x.disclosures.json'),
      'x.json': Buffer.from(String(Buffer.from(license['x.json'])).replace('软件', '白酒')),
    }),
    at: soon,
    code: 'MESSAGE_DIGEST_DIFFERS',
    zh: '无效',
    en: 'Not valid',
  },
  {
    outcome: 'UNREADABLE',
    page: () => before,
    files: () => ({ 'holiday.png': Buffer.from('‰PNG') }),
    at: soon,
    zh: '无法核验',
    en: 'Cannot be verified',
  },
];

describe.each(['zh', 'en'] as const)('the saved page in %s', language => {
  withChromium.each(STATES.map(state => [state.outcome, state] as const))(
    `says %s with the network off, in words, and nobody is kept from reading it${chromiumAbsent}`,
    async (outcome, { page: html, files, at, code, ...words }) => {
      const saved = await open(html(), { hash: `#lang=${language}` });
      await saved.setTime(at());
      const said = await saved.drop(files());
      expect(said).toHaveLength(1);
      expect([said[0]!.outcome, said[0]!.codes[0]]).toEqual([outcome, code]);
      const card = saved.page.locator('[data-outcome]');
      expect(await card.locator('.word').innerText()).toBe(`${words[language]} ${outcome}`);
      expect(await card.locator('.icon').first().isVisible()).toBe(true);
      expect(await saved.page.locator('html').getAttribute('lang')).toBe(language === 'zh' ? 'zh-CN' : 'en');
      expect(await barriers(saved)).toEqual([]);
      expect([saved.asked, saved.complaints]).toEqual([[], []]);
      await saved.close();
    },
    120_000,
  );
});

describe('the saved page', () => {
  withChromium(
    `shows what the paper says, who sealed it, the chain up to the pinned root, and the log${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      await saved.drop(license);
      const card = saved.page.locator('[data-outcome="VALID"]');
      const text = await card.innerText();
      const { holder, content } = JSON.parse(Buffer.from(license['x.json']).toString()) as {
        holder: string;
        content: { businessScope: string };
      };
      for (const shown of ['营业执照', number, holder, content.businessScope, '市场监督管理局', '甲子某', '受信任的根'])
        expect(text).toContain(shown);
      const root = sha256(
        Buffer.from(
          readFileSync(join(center.dataDir, 'trust/root.pem'), 'latin1').replace(/-----.*-----|\s/g, ''),
          'base64',
        ),
      );
      expect(text.replaceAll(/\s/g, '')).toContain(Buffer.from(root).toString('hex'));
      expect(text).toMatch(/第 \d+ 条（日志共 \d+ 条）/);
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `shows a field that was struck out as struck out, and the seal holds all the same${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const said = await saved.drop(without('x.disclosures.json'));
      expect(said.map(({ outcome }) => outcome)).toEqual(['VALID']);
      const card = saved.page.locator('[data-outcome]');
      expect(await card.locator('.struck-out').count()).toBeGreaterThan(1);
      expect(await card.innerText()).toContain('未放入 disclosures.json');
      expect(await card.innerText()).not.toContain('甲子某');
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `judges a bundle paper by paper${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const [said] = await saved.drop({ 'case.asice': bundle });
      expect(said).toMatchObject({ outcome: 'VALID', codes: [] });
      const papers = await saved.page
        .locator('[data-paper]')
        .evaluateAll(all => all.map(one => `${one.getAttribute('data-paper')} ${one.getAttribute('data-verdict')}`));
      expect(papers).toEqual(expect.arrayContaining([expect.stringMatching(/^papers\/\d\d-BUSINESS_LICENSE VALID$/)]));
      expect(papers.filter(paper => /^slips\/.* VALID$/.test(paper)).length).toBeGreaterThan(1);
      expect(await barriers(saved)).toEqual([]);
      await saved.clear();
      const [broken] = await saved.drop({ 'case.asice': changed(bundle, bundle.length >> 1) });
      expect(broken).toMatchObject({ outcome: 'INVALID' });
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `judges a PDF by itself, and shows what its seal protects${chromiumAbsent}`,
    async () => {
      const scanned = Buffer.from(sha256(license['x.json'])).toString('hex');
      const saved = await open(before, { hash: `#record=${scanned}&number=1` });
      const [said] = await saved.drop({ 'certificate.pdf': pdf });
      expect(said).toMatchObject({ outcome: 'VALID', codes: [] });
      expect(await saved.page.locator('[data-scanned="SAME"]').count()).toBe(1);
      const text = await saved.page.locator('[data-outcome]').innerText();
      for (const shown of ['营业执照', number, '甲子某', '受信任的根', '与页面上印的内容对照'])
        expect(text).toContain(shown);
      expect(await barriers(saved)).toEqual([]);
      await saved.clear();
      const [painted] = await saved.drop({ 'certificate.pdf': changed(pdf, pdf.length >> 1) });
      expect(painted!.outcome).toBe('INVALID');
      await saved.clear();
      const [appended] = await saved.drop({ 'certificate.pdf': Buffer.concat([pdf, Buffer.from('%%EOF\n')]) });
      expect(appended!.outcome).toBe('INVALID');
      expect(appended!.codes[0]).toMatch(/^PDF_/);
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `judges a seal in the national form, of SM2 with SM3${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const [said] = await saved.drop(national);
      expect(said).toMatchObject({ outcome: 'VALID', codes: [] });
      const text = await saved.page.locator('[data-outcome]').innerText();
      for (const shown of ['税务局', 'SM2SM3', '受信任的根']) expect(text).toContain(shown);
      expect(await saved.page.locator('.chain li').count()).toBe(3);
      await saved.clear();
      const seal = national['seal.ses'];
      const [broken] = await saved.drop({ ...national, 'seal.ses': changed(seal, seal.length >> 1) });
      expect(broken!.outcome).toBe('INVALID');
      expect([saved.asked, saved.complaints]).toEqual([[], []]);
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `takes several files at once, puts together what belongs together, and says what is missing${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const said = await saved.drop({
        'record (1).json': license['x.json'],
        'seal.p7s': license['x.p7s'],
        'seal (3).tlog-proof': license['x.tlog-proof'],
        'b.asice': bundle,
        'other.txt': Buffer.from('text'),
      });
      expect(said.map(({ outcome, files }) => [outcome, files]).sort()).toEqual([
        ['UNREADABLE', 'other.txt'],
        ['VALID', 'b.asice'],
        ['VALID', 'seal.p7s + record (1).json + seal (3).tlog-proof'],
      ]);
      await saved.clear();
      const [alone] = await saved.drop({ 'x.p7s': license['x.p7s'] });
      expect(alone!.outcome).toBe('UNREADABLE');
      expect(await saved.page.locator('.sentence').innerText()).toContain('record.json');
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `compares what was scanned with what was dropped, and is loud when it is another paper${chromiumAbsent}`,
    async () => {
      const scanned = Buffer.from(sha256(license['x.json'])).toString('hex');
      const address = `#record=${scanned}&number=${encodeURIComponent(`${number}\u202e`)}`;
      const same = await open(before, { hash: address });
      expect(await same.page.locator('.scanned').innerText()).toContain(`${number}\u{fffd}`);
      await same.drop(license);
      expect(await same.page.locator('[data-scanned="SAME"]').isVisible()).toBe(true);
      await same.drop({ 'case.asice': bundle });
      expect(await same.page.locator('[data-scanned="SAME"]').count()).toBe(2);
      await same.page.getByRole('button', { name: 'English' }).click();
      expect(new URL(same.page.url()).hash).toContain(scanned);
      expect(await same.page.locator('.scanned').innerText()).toContain('scanned');
      await same.close();
      const another = await open(before, { hash: `#record=${'0'.repeat(64)}&number=X&lang=zh` });
      await another.drop(license);
      expect(await another.page.locator('[data-scanned="ANOTHER"]').innerText()).toContain('不一致');
      expect(await barriers(another)).toEqual([]);
      await another.close();
    },
    120_000,
  );

  withChromium(
    `trusts the root that an auditor brings, and not its own${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const strange = readFileSync(join(center.dataDir, 'trust/chain.pem'), 'latin1');
      const root = readFileSync(join(center.dataDir, 'trust/root.pem'));
      await saved.setTrust({ 'root.pem': root });
      const [said] = await saved.drop({ 'case.asice': bundle });
      expect(said).toMatchObject({ outcome: 'VALID' });
      await saved.clear();
      await saved.setTrust({ 'another.pem': Buffer.from(strange) });
      const [refused] = await saved.drop({ 'case.asice': bundle });
      expect(refused).toMatchObject({ outcome: 'UNREADABLE' });
      await saved.page.locator('.settings').evaluate(details => details.setAttribute('open', ''));
      await saved.page.getByRole('button', { name: '恢复本页的信任材料' }).click();
      await saved.page.locator('[data-outcome="VALID"]').waitFor();
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `judges anew when the time of verification is another${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      await saved.drop(license);
      await saved.setTime(new Date(stampedMs - 365 * 24 * hourMs));
      await saved.page.locator('[data-outcome="INVALID"] [data-code="SEALED_IN_FUTURE"]').waitFor();
      await saved.setTime(undefined);
      await saved.page.locator('[data-outcome="VALID"]').waitFor();
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `is the same page when it has saved itself${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      await saved.drop(license);
      const download = saved.page.waitForEvent('download');
      await saved.page.getByRole('button', { name: '保存本页' }).click();
      const path = join(folder, 'copy.html');
      await (await download).saveAs(path);
      const copy = await open(readFileSync(path, 'utf8'));
      const [said] = await copy.drop(license);
      expect(said).toMatchObject({ outcome: 'VALID' });
      expect([copy.asked, copy.complaints]).toEqual([[], []]);
      await saved.close();
      await copy.close();
    },
    120_000,
  );

  withChromium(
    `can be worked with keys alone, and announces what it found${chromiumAbsent}`,
    async () => {
      const saved = await open(before, { hash: '#lang=en' });
      const focused = () => saved.page.evaluate('document.activeElement.innerText');
      const reached: unknown[] = [];
      for (let presses = 0; presses < 8; presses++) {
        await saved.page.keyboard.press('Tab');
        reached.push(await focused());
      }
      expect(reached).toEqual(
        expect.arrayContaining(['Skip to verification', '中文', 'English', 'Choose files', 'Advanced']),
      );
      expect(await saved.page.getByRole('button', { name: 'Choose files' }).isVisible()).toBe(true);
      const chooser = saved.page.waitForEvent('filechooser');
      await saved.page.getByRole('button', { name: 'Choose files' }).focus();
      await saved.page.keyboard.press('Enter');
      const files = Object.entries(license).map(([name, content]) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(content),
      }));
      await (await chooser).setFiles(files);
      await saved.page.locator('[data-outcome="VALID"]').waitFor();
      expect(await saved.page.getByRole('status').innerText()).toBe('1 verified.');
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `judges without WebCrypto, which browsers give to no page that came over plain http${chromiumAbsent}`,
    async () => {
      const { port } = new URL(center.url);
      const plain = await openChromium(['--host-resolver-rules=MAP window.test 127.0.0.1']);
      try {
        const page = await plain.newPage();
        const complaints: string[] = [];
        page.on('console', message => complaints.push(message.text()));
        await page.goto(`http://window.test:${port}/verify#lang=en`);
        expect(await page.evaluate('isSecureContext')).toBe(false);
        const path = join(folder, 'case.asice');
        writeFileSync(path, bundle);
        await page.setInputFiles('#files', path);
        await page.locator('[data-outcome="VALID"]').waitFor();
        expect(await page.locator('[data-paper] .icon').count()).toBeGreaterThan(3);
        writeFileSync(path, changed(bundle, bundle.length >> 1));
        await page.setInputFiles('#files', path);
        await page.locator('[data-outcome="INVALID"]').waitFor();
        expect(complaints).toEqual([]);
      } finally {
        await plain.close();
      }
    },
    120_000,
  );

  withChromium(
    `shows nothing of a hostile file as HTML, and nothing that turns the writing around${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const hostile = `{"__proto__":{"x":1},"constructor":"x","deep":${'['.repeat(5_000)}${']'.repeat(5_000)},
        "department":"<img src=x onerror=alert(1)>","kind":"BUSINESS_LICENSE",
        "holder":"<script>document.title='taken'</script>\u202egnp.exe\\u0007",
        "many":[${Array.from({ length: 30_000 }, (_, i) => i)}]}`;
      const said = await saved.drop({
        '\u202efdp.<b>x.json': Buffer.from(hostile),
        '\u202efdp.<b>x.p7s': license['x.p7s'],
      });
      expect(said).toMatchObject([{ outcome: 'INVALID', files: '\u{fffd}fdp.<b>x.p7s + \u{fffd}fdp.<b>x.json' }]);
      const text = await saved.page.locator('[data-outcome]').innerText();
      expect(text).toContain('<script>document');
      for (const character of ['\u202e', '\u0007']) expect(text).not.toContain(character);
      expect(text).toContain('内容过多');
      expect(await saved.page.locator('[data-outcome] img, [data-outcome] b, [data-outcome] script').count()).toBe(0);
      expect(await saved.page.title()).toBe('政务文书核验');
      expect([saved.asked, saved.complaints]).toEqual([[], []]);
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `answers in time to files as large as they may be, and reads none that are larger${chromiumAbsent}`,
    async () => {
      const saved = await open(before);
      const max = 32 * 1024 * 1024;
      const full = new Uint8Array(max).fill(0x5b);
      const [record] = await saved.drop({ 'x.json': full, 'x.p7s': license['x.p7s'] });
      expect(record!.outcome).toBe('UNREADABLE');
      await saved.clear();
      full.set([0x50, 0x4b, 3, 4]);
      const [zip] = await saved.drop({ 'full.asice': full });
      expect(zip!.outcome).toBe('INVALID');
      await saved.clear();
      const [larger] = await saved.drop({ 'larger.asice': new Uint8Array(max + 1) });
      expect(larger!.outcome).toBe('UNREADABLE');
      await saved.close();
    },
    120_000,
  );

  withChromium(
    `fits a telephone: nothing is wider than 320 pixels${chromiumAbsent}`,
    async () => {
      const saved = await open(after, { viewport: { width: 320, height: 640 } });
      await saved.setTime(soon());
      await saved.drop({ ...license, 'case.asice': bundle });
      await saved.page.locator('details').evaluateAll(all => {
        for (const one of all) one.setAttribute('open', '');
      });
      expect(await saved.page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      expect(await barriers(saved)).toEqual([]);
      await saved.close();
    },
    120_000,
  );
});
