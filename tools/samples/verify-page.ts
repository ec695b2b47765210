/** Pictures of the verification page, as it looks with every kind of answer, wide and narrow, in both languages. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { sha256 } from '../mutants/signed-data.ts';
import { buildPage } from '../web/build.ts';
import { openChromium } from '../web/chromium.ts';
import { type NamedFiles, openSavedPage } from '../web/saved-page.ts';
import { license, ORDINARY, type SealedRecord, struckOut } from './records.ts';
import { openShown, type Shown, sealedFiles, sealedPdf, servedPage } from './verify-material.ts';

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
  const shown = await openShown();
  const material = mkdtempSync(join(tmpdir(), 'one-window-samples-'));
  const browser = await openChromium();
  try {
    const html = await servedPage(shown, join(material, 'trust'));
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) if (file.endsWith('.png')) rmSync(join(folder, file));
    for (const { name, width, language, files, now, scanned, open } of await picturesOf(shown)) {
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

async function picturesOf(shown: Shown): Promise<readonly Picture[]> {
  const { world } = shown;
  const [whole, struck] = [license(ORDINARY, 'UNIFIED'), withoutNames(license(ORDINARY, 'UNIFIED'))];
  const pdf = { 'certificate.pdf': await sealedPdf(whole, shown) };
  const sealed = await sealedFiles(whole, shown);
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
      files: await sealedFiles(struck, shown),
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
