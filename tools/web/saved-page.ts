/**
 * A saved copy of the verification page in a browser without a network, worked as a person works it: for its pictures, its
 * tests and its figures.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type NamedFiles = Readonly<Record<string, Uint8Array>>;

/** What the page says of one thing that was dropped. */
export interface Said {
  readonly outcome: string;
  /** The names of its files. */
  readonly files: string;
  /** What weighs most first. */
  readonly codes: readonly string[];
}

export interface SavedPage {
  readonly page: Page;
  /** Addresses that it asked for, beside its own and those that it made itself; and what it complained of. */
  readonly asked: readonly string[];
  readonly complaints: readonly string[];
  /** In the order of the page: the newest first. */
  drop(files: NamedFiles): Promise<readonly Said[]>;
  clear(): Promise<void>;
  /** Undefined for now. */
  setTime(at: Date | undefined): Promise<void>;
  setTrust(files: NamedFiles): Promise<void>;
  close(): Promise<void>;
}

/** Nothing here takes longer, on a machine that others use too. */
const answerMsMax = 60_000;

export interface OpenOptions extends BrowserContextOptions {
  /** What stands in its address behind the page, such as `#lang=en`. */
  readonly hash?: string;
  /** The time of the device; its own when absent. */
  readonly now?: Date;
}

/** @param path Where the copy is to lie, in a folder that the caller removes. */
export async function openSavedPage(
  browser: Browser,
  html: string | Uint8Array,
  path: string,
  { hash = '', now, ...options }: OpenOptions = {},
): Promise<SavedPage> {
  writeFileSync(path, html);
  const context = await browser.newContext({ timezoneId: 'Asia/Shanghai', locale: 'zh-CN', ...options });
  await context.setOffline(true);
  context.setDefaultTimeout(answerMsMax);
  const page = await context.newPage();
  if (now) await page.clock.setFixedTime(now);
  const [asked, complaints]: [string[], string[]] = [[], []];
  page.on('request', request => {
    if (!/^(file|blob|data):/.test(request.url())) asked.push(request.url());
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${pathToFileURL(path)}${hash}`);
  await page.locator('#files').waitFor({ state: 'attached' });
  return {
    page,
    asked,
    complaints,
    async drop(files) {
      const drops = Number(await page.getAttribute('.status', 'data-drops'));
      await page.setInputFiles('#files', onDisk(files, path));
      await page.locator(`.status[data-drops="${drops + 1}"][data-settled="true"]`).waitFor({ state: 'attached' });
      return saidBy(page);
    },
    async clear() {
      await page.locator('.results-head button').click();
      await page.locator('[data-outcome]').first().waitFor({ state: 'detached' });
    },
    async setTime(at) {
      // In the time of the device, which the context says.
      const local = at && new Date(at.getTime() + chinaAheadMs).toISOString().slice(0, 19);
      await page.locator('.settings').evaluate(details => details.setAttribute('open', ''));
      await page.fill('input[name=time]', local ?? '');
    },
    async setTrust(files) {
      const choices = Number(await page.getAttribute('#trust-files', 'data-choices'));
      await page.setInputFiles('#trust-files', onDisk(files, path));
      await page.locator(`#trust-files[data-choices="${choices + 1}"]`).waitFor({ state: 'attached' });
    },
    close: () => context.close(),
  };
}

const chinaAheadMs = 8 * 3_600_000;

/** On the disk, from where a browser takes large ones at once; the folder is gone with that of the page. */
function onDisk(files: NamedFiles, beside: string): string[] {
  const folder = mkdtempSync(join(dirname(beside), 'dropped-'));
  return Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  });
}

async function saidBy(page: Page): Promise<readonly Said[]> {
  return page.$$eval('[data-outcome]', cards =>
    cards.map(card => ({
      outcome: card.getAttribute('data-outcome')!,
      files: card.querySelector('.files')!.textContent!,
      codes: [...card.querySelectorAll('.findings [data-code]')].map(one => one.getAttribute('data-code')!),
    })),
  );
}
