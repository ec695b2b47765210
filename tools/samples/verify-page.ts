/** Pictures of the verification page, as it looks with every kind of answer, wide and narrow, in both languages. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { signatureOf, withTimeStamp } from '../../certs/cms.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { pdfSealOf, withPdfEvidence } from '../../certs/pdf/evidence.ts';
import { holeBytesOf } from '../../certs/pdf/hole.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import type { Signer } from '../../certs/signer.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../certs/time-stamp.ts';
import { openTimeStampAuthority } from '../../certs/tsa.ts';
import { createHttp } from '../../gateway/http.ts';
import { addVerifyPage } from '../../gateway/verify-page.ts';
import { openPress } from '../../papers/press.ts';
import { papers as business } from '../../subgraphs/business/papers.ts';
import { shownIn } from '../../subgraphs/papers.ts';
import { verifyUrl } from '../../subgraphs/public-url.ts';
import { type Certified, type Hierarchy, hierarchyOf, pemOf } from '../mutants/hierarchy.ts';
import type { SeededKey } from '../mutants/keys.ts';
import { sha256 } from '../mutants/signed-data.ts';
import { makeWorld, type World } from '../mutants/world.ts';
import { buildPage } from '../web/build.ts';
import { openChromium } from '../web/chromium.ts';
import { type NamedFiles, openSavedPage } from '../web/saved-page.ts';
import { license, ORDINARY, type SealedRecord, struckOut } from './records.ts';

/** Of the certificates; those who see two pictures see the same fingerprints. */
const seed = 6;
const SEALED = new Date('2026-03-02T01:00:00Z');
const STAMPED = new Date('2026-03-02T01:00:01.250Z');
const POLICY = '2.999.3161.1';
const widths = { wide: 1440, narrow: 360 } as const;

interface Picture {
  readonly name: string;
  readonly width: keyof typeof widths;
  readonly language: 'zh' | 'en';
  readonly files: NamedFiles;
  readonly now: Date;
  /** SHA-256 of the record that was scanned, and its number. */
  readonly scanned?: readonly [string, string];
  readonly open?: string;
}

/** @param folder Where the pictures go; those that are there are replaced. */
export async function drawVerifyPages(folder: string): Promise<void> {
  await buildPage();
  const world = await makeWorld(seed);
  const material = mkdtempSync(join(tmpdir(), 'one-window-samples-'));
  const browser = await openChromium();
  try {
    const html = await servedPage(world, join(material, 'trust'));
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) if (file.endsWith('.png')) rmSync(join(folder, file));
    for (const { name, width, language, files, now, scanned, open } of await picturesOf(world)) {
      const code = scanned ? `&record=${scanned[0]}&number=${encodeURIComponent(scanned[1])}` : '';
      const saved = await openSavedPage(browser, html, join(material, 'verify.html'), {
        hash: `#lang=${language}${code}`,
        now,
        viewport: { width: widths[width], height: 800 },
      });
      if (Object.keys(files).length > 0) await saved.drop(files);
      if (open !== undefined) await saved.page.locator(open).first().click();
      writeFileSync(join(folder, `${name}.png`), await pictureOf(saved.page, widths[width]));
      if (saved.complaints.length > 0) throw new Error(`the page complains: ${saved.complaints.join('; ')}`);
      await saved.close();
      console.log(`verify/${name}.png`);
    }
  } finally {
    await browser.close();
    rmSync(material, { recursive: true, force: true });
  }
}

/** Of what there is below, the certificates of every chain look alike. */
const heightMax = 1_800;

async function pictureOf(page: Page, width: number): Promise<Uint8Array> {
  const height = Math.min(heightMax, Number(await page.evaluate('document.documentElement.scrollHeight')));
  return page.screenshot({ fullPage: true, animations: 'disabled', clip: { x: 0, y: 0, width, height } });
}

/** As a gateway serves it over this folder of trust. */
async function servedPage({ rootPem, list, crls }: World, trustFolder: string): Promise<string> {
  mkdirSync(trustFolder);
  const [root, sealAuthority] = crls;
  const files = {
    'root.pem': rootPem,
    'chain.pem': rootPem,
    'list.json': list.json,
    'list.p7s': list.p7s,
    'root.crl': root!.der,
    'seal-authority.crl': sealAuthority!.der,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(trustFolder, name), content);
  const app = createHttp(defect => {
    throw defect;
  });
  addVerifyPage(app, { trustFolder });
  const { body, statusCode } = await app.inject({ method: 'GET', url: '/verify' });
  await app.close();
  if (statusCode !== 200) throw new Error(`the gateway answers ${statusCode}: ${body}`);
  return body;
}

async function picturesOf(world: World): Promise<readonly Picture[]> {
  const hierarchy = hierarchyOf(seed, 'honest');
  const [whole, struck] = [license(ORDINARY, 'UNIFIED'), withoutNames(license(ORDINARY, 'UNIFIED'))];
  const pdf = { 'certificate.pdf': await sealedPdf(whole, world, hierarchy) };
  const sealed = await sealedFiles(whole, world, hierarchy);
  const { number } = whole.record;
  const text = Buffer.from(whole.bytes).toString();
  const { 'disclosures.json': _, ...undisclosed } = sealed;
  const tampered = { ...undisclosed, 'record.json': Buffer.from(text.replace('500000.00', '900000.00')) };
  const now = world.at;
  const hash = sha256(whole.bytes).toString('hex');
  return [
    { name: 'start-zh', width: 'wide', language: 'zh', files: {}, now },
    { name: 'settings-en', width: 'wide', language: 'en', files: {}, now, open: '.settings > summary' },
    { name: 'pdf-valid-zh', width: 'wide', language: 'zh', files: pdf, now, scanned: [hash, number] },
    { name: 'pdf-valid-narrow-en', width: 'narrow', language: 'en', files: pdf, now },
    {
      name: 'struck-out-zh',
      width: 'wide',
      language: 'zh',
      files: await sealedFiles(struck, world, hierarchy),
      now,
    },
    { name: 'changed-zh', width: 'wide', language: 'zh', files: tampered, now },
    {
      name: 'another-than-scanned-narrow-zh',
      width: 'narrow',
      language: 'zh',
      files: pdf,
      now,
      scanned: ['0'.repeat(64), 'L-1'],
    },
    {
      name: 'no-proof-en',
      width: 'wide',
      language: 'en',
      files: { 'record.json': whole.bytes, 'seal.p7s': sealed['seal.p7s']! },
      now,
    },
    {
      name: 'bundle-zh',
      width: 'wide',
      language: 'zh',
      files: { 'case.asice': world.bundle.zip },
      now,
      open: '[data-paper="papers/02-BUSINESS_LICENSE"] > details > summary',
    },
    { name: 'bundle-narrow-en', width: 'narrow', language: 'en', files: { 'case.asice': world.bundle.zip }, now },
  ];
}

const withoutNames = (record: SealedRecord): SealedRecord =>
  struckOut(record, ['content.legalRepresentative.name', 'content.founders.0.name']);

const signerOf = (key: SeededKey): Signer => ({
  suite: key.suite,
  spki: key.spki,
  sign: async bytes => key.sign(bytes),
  close: async () => undefined,
});

const sealerOf = (holder: Certified, { sealAuthority }: Hierarchy): Sealer =>
  openSealer({ signer: signerOf(holder.key), chainPem: pemOf(holder, sealAuthority) });

async function tokenOver(signature: Uint8Array, { timeStamps, sealAuthority }: Hierarchy): Promise<Uint8Array> {
  const { ES256: clock } = timeStamps;
  const authority = openTimeStampAuthority({
    signer: signerOf(clock.key),
    chainPem: pemOf(clock, sealAuthority),
    policy: POLICY,
  });
  const request = writeTimeStampRequest({ imprint: { sha256: sha256(signature), hasNull: false }, certReq: true });
  const response = readTimeStampResponse(await authority.answer(request, STAMPED));
  if (!response.granted) throw new Error(`nothing was stamped: ${response.text}`);
  return response.token;
}

async function sealedFiles(
  { record, bytes, disclosures }: SealedRecord,
  { log }: World,
  hierarchy: Hierarchy,
): Promise<NamedFiles> {
  const bare = await sealerOf(hierarchy.holders.business, hierarchy).seal(bytes, SEALED);
  const seal = withTimeStamp(bare, await tokenOver(signatureOf(bare), hierarchy));
  const [proof] = log.prove([entryOf(record.department, seal)]);
  return {
    'record.json': bytes,
    'seal.p7s': seal,
    'seal.tlog-proof': proof!,
    ...(disclosures && { 'disclosures.json': disclosures }),
  };
}

async function sealedPdf(
  { record, bytes, disclosures }: SealedRecord,
  { log }: World,
  hierarchy: Hierarchy,
): Promise<Uint8Array> {
  const press = await openPress({});
  const drawn = press.draw(business.BUSINESS_LICENSE!(record, shownIn(record, new Map())), {
    record: bytes,
    ...(disclosures && { disclosures }),
    issuer: { id: 'business', organization: '市场监督管理局' },
    sealedAt: SEALED,
    verifyUrl: verifyUrl('https://window.example.gov.cn', bytes, record.number),
    holeBytes: holeBytesOf('RSA3072'),
  });
  press.close();
  const sealed = await sealerOf(hierarchy.holders.business, hierarchy).sealPdf(drawn);
  const timeStamp = await tokenOver(signatureOf(pdfSealOf(sealed)), hierarchy);
  const [proof] = log.prove([entryOf(record.department, pdfSealOf(withPdfEvidence(sealed, { timeStamp })))]);
  return withPdfEvidence(sealed, { timeStamp, proof: proof! });
}
