import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { license, ORDINARY } from '../../tools/samples/records.ts';
import { openShown, sealedFiles, sealedPdf, servedPage } from '../../tools/samples/verify-material.ts';
import { buildPage } from '../../tools/web/build.ts';
import { openChromium } from '../../tools/web/chromium.ts';
import { type NamedFiles, openSavedPage } from '../../tools/web/saved-page.ts';
import { type Bench, figure, quantile } from '../figure.ts';

/**
 * How long whoever holds a paper waits for the verdict: from the moment in which the files are dropped on a saved page, in
 * Chromium without a network, until the verdict stands there. By the page's own clock; the median.
 */
export const browserFigures: Bench = async ({ quick, log }) => {
  const { rounds, warmUp } = quick ? { rounds: 5, warmUp: 2 } : { rounds: 60, warmUp: 15 };
  await buildPage();
  const shown = await openShown();
  const folder = mkdtempSync(join(tmpdir(), 'one-window-bench-'));
  const browser = await openChromium();
  try {
    const html = await servedPage(shown, join(folder, 'trust'));
    const saved = await openSavedPage(browser, html, join(folder, 'verify.html'));
    await saved.setTime(shown.world.at);
    const record = license(ORDINARY, 'UNIFIED');
    const papers: Readonly<Record<string, NamedFiles>> = {
      'papers.verify.browser.ms': { 'certificate.pdf': await sealedPdf(record, shown) },
      'papers.verify.browser.seal.ms': await sealedFiles(record, shown),
      'papers.verify.browser.bundle.ms': { 'case.asice': shown.world.bundle.zip },
    };
    const figures = [];
    for (const [name, files] of Object.entries(papers)) {
      const times: number[] = [];
      for (let nth = 0; nth < rounds + warmUp; nth++) times.push(await verdictMs(saved.page, files));
      const measured = times.slice(warmUp);
      const [median, late] = [quantile(measured, 0.5), quantile(measured, 0.95)];
      log(
        `${name}: median ${median.toFixed(1)}, 95th percentile ${late.toFixed(1)}, the first ${times[0]!.toFixed(1)}`,
      );
      figures.push(figure(name, median, 'ms'));
    }
    return figures;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @throws {Error} unless the verdict is VALID: a refusal is quicker. */
async function verdictMs(page: Page, files: NamedFiles): Promise<number> {
  const named = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  const { ms, outcome } = (await page.evaluate(`(${DROP})(${JSON.stringify(named)})`)) as {
    readonly ms: number;
    readonly outcome: string;
  };
  if (outcome !== 'VALID') throw new Error(`the page says ${outcome}`);
  return ms;
}

/** Runs in the page: drops the files as a hand does, and looks until the verdict is there. */
const DROP = `async named => {
  const transfer = new DataTransfer();
  for (const [name, base64] of named)
    transfer.items.add(new File([Uint8Array.from(atob(base64), character => character.charCodeAt(0))], name));
  const status = document.querySelector('.status');
  const drops = Number(status.dataset.drops);
  const begun = performance.now();
  const settled = new Promise(resolve => {
    const look = () => {
      if (Number(status.dataset.drops) > drops && status.dataset.settled === 'true') {
        seen.disconnect();
        resolve(performance.now() - begun);
      }
    };
    const seen = new MutationObserver(look);
    seen.observe(status, { attributes: true });
  });
  window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer }));
  const ms = await settled;
  const outcome = document.querySelector('[data-outcome]').dataset.outcome;
  document.querySelector('.results-head button').click();
  return { ms, outcome };
}`;
