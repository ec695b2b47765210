/**
 * A corpus as files:
 *
 *     expect.jsonl                   a line for each entry, in the form of "verify --batch" (docs/format.md section 16)
 *     trust/plain/root.pem …         trust folders
 *     files/0007/x.json, x.p7s …     what is judged
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Numbered } from './classes.ts';
import { ENDINGS } from './entry.ts';
import type { Files } from './files.ts';

/** One line of the list. */
export interface Line {
  readonly id: string;
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  readonly trust: string;
  readonly at: string;
  readonly class: string;
  readonly what: string;
  readonly verdicts: readonly (string | null)[];
}

export const LIST = 'expect.jsonl';

export function writeCorpus(folder: string, entries: readonly Numbered[]): readonly Line[] {
  for (const { trust } of entries) writeFiles(join(folder, 'trust', trust.name), trust.files);
  const lines = entries.map(entry => writeEntry(folder, entry));
  writeFileSync(join(folder, LIST), lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  return lines;
}

function writeEntry(folder: string, entry: Numbered): Line {
  const { id, kind, files, trust, at, class: of, what, verdicts } = entry;
  const named = Object.fromEntries(Object.entries(files).map(([role, bytes]) => [`x.${ENDINGS[role]}`, bytes]));
  writeFiles(join(folder, 'files', id), named);
  return {
    id,
    kind,
    files: Object.fromEntries(Object.keys(files).map(role => [role, `files/${id}/x.${ENDINGS[role]}`])),
    trust: `trust/${trust.name}`,
    at: at.toISOString(),
    class: of,
    what,
    verdicts,
  };
}

function writeFiles(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}
