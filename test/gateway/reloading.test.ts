import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

interface Measured {
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
}

const reloads = 200;
const MB = 2 ** 20;
/** One schema with its plans takes 0.54 MB: if all were kept, the heap would grow by 80. */
const heapGrowthMax = 4 * MB;
/** Beside the heap there are the planners, in native memory, and what the allocator does not give back. */
const rssGrowthMax = 100 * MB;

it('holds nothing of a supergraph that is served no more', async () => {
  const script = join(import.meta.dirname, 'reloading.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(reloads)]);
  const measured = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Measured);
  expect(measured.map(({ at }) => at)).toEqual([50, 100, 150, 200]);
  const [early, late] = [measured[0] as Measured, measured.at(-1) as Measured];
  expect(late.heapUsed - early.heapUsed).toBeLessThan(heapGrowthMax);
  expect(late.rss - early.rss).toBeLessThan(rssGrowthMax);
}, 240_000);
