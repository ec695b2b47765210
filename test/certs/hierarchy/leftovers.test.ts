/** What is left of a process that was killed while it wrote a key. */
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../../certs/ca.ts';
import { atWork } from '../../../certs/hierarchy/at-work.ts';
import { HOLDERS, NOW, world } from '../fixture.ts';

const w = world();
afterAll(() => w.remove());

const NAME = '.0a1b2c3d-0000-4000-8000-000000000000.tmp';
const FOLDERS = ['authority', 'trust', 'tax/keys', 'tsa/keys', 'center/keys'];
const hourMs = 3_600_000;

function leave(ageMs: number): readonly string[] {
  const then = new Date(Date.now() - ageMs);
  return FOLDERS.map(folder => {
    const path = join(w.dir, folder, NAME);
    writeFileSync(path, '-----BEGIN PRIVATE KEY-----\n');
    utimesSync(path, then, then);
    return path;
  });
}

describe('a key that a crash left under a temporary name', () => {
  it.each<[string, () => void]>([
    ['the next start', () => ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW })],
    ['the next act of an operator', () => atWork(w.dir, { who: 'test', at: NOW }, () => undefined)],
  ])('is taken away by %s, and nothing else is', (_, next) => {
    const kept = FOLDERS.map(folder => readdirSync(join(w.dir, folder)));
    const left = leave(hourMs);
    next();
    expect(left.filter(path => existsSync(path))).toEqual([]);
    expect(FOLDERS.map(folder => readdirSync(join(w.dir, folder)))).toEqual(kept);
  });

  it('is let alone while it may still be written', () => {
    const left = leave(0);
    ensureHierarchy({ dataDir: w.dir, holders: HOLDERS, now: NOW });
    expect(left.filter(path => existsSync(path))).toEqual(left);
  });
});
