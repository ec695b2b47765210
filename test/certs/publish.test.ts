import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PRIVATE, readOrMake, replace } from '../../certs/publish.ts';
import { temporaryFolder } from './fixture.ts';

const { path: dir, remove } = temporaryFolder();
afterAll(remove);

describe('a file that appears whole or not at all', () => {
  it('is made once: who comes second gets what the first wrote', () => {
    const path = join(dir, 'once.pem');
    const nested = readOrMake(path, PRIVATE, () => {
      readOrMake(path, PRIVATE, () => 'first');
      return 'second';
    });
    expect([nested, readFileSync(path, 'utf8')]).toEqual(['first', 'first']);
    expect(readdirSync(dir)).toEqual(['once.pem']);
  });

  it.each<[string, string | undefined]>([
    ['cannot be written', undefined],
    ['cannot take its place', 'key'],
  ])('leaves nothing under another name when it %s', (_, content) => {
    const folder = join(dir, `taken-${content}`);
    mkdirSync(join(folder, 'key.pem', 'x'), { recursive: true });
    // A content that is none stands for a full disk: it fails when the file is open already.
    expect(() => replace(join(folder, 'key.pem'), content as string, PRIVATE)).toThrow();
    expect(readdirSync(folder)).toEqual(['key.pem']);
  });
});
