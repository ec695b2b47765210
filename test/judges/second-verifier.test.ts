import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  answersOfOurs,
  answersOfSecond,
  disagreements,
  PYTHON,
  sentenceOf,
  surprises,
} from '../../tools/corpus/agreement.ts';
import { CLASSES, entryOf } from '../../tools/corpus/classes.ts';
import { type Line, writeCorpus } from '../../tools/corpus/write.ts';
import { openYard } from '../../tools/corpus/yard.ts';
import { judge } from './judge.ts';

const cryptography = judge('python3-cryptography', PYTHON, '-c', 'import cryptography');
const asn1crypto = judge('python3-asn1crypto', PYTHON, '-c', 'import asn1crypto');
const absent = cryptography.absent || asn1crypto.absent;

/** Of 2,000 by hand: npm run corpus -- FOLDER --agree. Other seeds see other files. */
const seed = 20_260_302;
const count = 300;
const batchMaxMs = 240_000;

const folder = mkdtempSync(join(tmpdir(), 'one-window-corpus-'));
let lines: readonly Line[];
let ours: readonly Answer[];
beforeAll(async () => {
  const yard = await openYard(seed);
  const entries = [];
  for (let number = 0; number < count; number++) entries.push(await entryOf(yard, number));
  yard.press.close();
  lines = writeCorpus(folder, entries);
  ours = answersOfOurs(folder, lines);
}, batchMaxMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a corpus', () => {
  it('holds files of every class, and of many verdicts and reasons', () => {
    expect(new Set(lines.map(line => line.class)).size).toBeGreaterThan(CLASSES.length * 0.8);
    const verdicts = new Set(ours.map(({ verdict }) => verdict));
    for (const verdict of ['VALID', 'VALID_AT_SIGNING', 'REVOKED', 'EXPIRED', 'INDETERMINATE', 'INVALID'] as const)
      expect(verdicts).toContain(verdict);
    expect(new Set(ours.map(({ reason }) => reason)).size).toBeGreaterThan(50);
  });

  it('is judged by our verifier as its making lets expect', () => expect(surprises(lines, ours)).toEqual([]));
});

(absent ? describe.skip : describe)(`the verifier written from docs/format.md alone${absent}`, () => {
  it(
    'gives the same verdict and the same reason for every file',
    () => {
      const differing = disagreements(lines, ours, answersOfSecond(folder));
      const sentences = differing.map(sentenceOf).join('\n');
      expect(`${sentences}${differing.length > 0 ? keptIn() : ''}`).toBe('');
    },
    batchMaxMs,
  );

  it('would be seen to give another reason, another verdict, or no answer', () => {
    const [first, second, third, ...rest] = ours as [Answer, Answer, Answer, ...Answer[]];
    const other = [{ ...first, reason: 'SEAL_VERSION' }, { ...second, verdict: null }, ...rest];
    expect(disagreements(lines, ours, other).map(({ line }) => line.id)).toEqual([first.id, second.id, third.id]);
    expect(disagreements(lines, ours, ours)).toEqual([]);
  });
});

/** Beside the folder that is removed. */
function keptIn(): string {
  const kept = mkdtempSync(join(dirname(folder), 'one-window-disagreement-'));
  cpSync(folder, kept, { recursive: true });
  return `\nThe files are kept in ${kept}`;
}
