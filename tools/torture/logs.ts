import { existsSync, readFileSync } from 'node:fs';
import { countUp, type Tally } from './tally.ts';

/** What servers have told of their own defects, by the first line of each; ids are taken out, so that equal ones count as one. */
export type Defects = Tally;

const charactersMax = 160;
/** A run of days may print more than anybody reads. */
const bytesMax = 64 * 1024 * 1024;

export function readDefects(files: readonly string[]): Defects {
  const defects = new Map<string, number>();
  for (const file of files) {
    if (!existsSync(file)) continue;
    for (const line of readFileSync(file).subarray(0, bytesMax).toString('utf8').split('\n')) {
      if (line.trim() === '' || /^\s+at |the gateway answers on/.test(line)) continue;
      countUp(defects, withoutIds(line).slice(0, charactersMax));
    }
  }
  return defects;
}

const withoutIds = (line: string): string =>
  line.replace(/\d{6}-\d{8}-\d{5}-\d/g, '<case>').replace(/[0-9a-f]{32,}/g, '<id>');
