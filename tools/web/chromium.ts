/** Debian's Chromium, without a window: for pictures of pages, their tests and their figures. */
import { type Browser, chromium } from 'playwright-core';

export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** @param more Arguments of its command line. */
export const openChromium = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    // Its sandbox does not start for root, as whom containers run; a container has little of /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...more],
  });
