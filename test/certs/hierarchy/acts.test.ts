/** The record of what was done: added to, never changed, whole or not at all. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Deed, openActs } from '../../../certs/hierarchy/acts.ts';
import { whileLocked } from '../../../certs/hierarchy/lock.ts';
import { LIFE, standings } from '../../../certs/hierarchy/standing.ts';
import { NOW, temporaryFolder } from '../fixture.ts';

const BY = { who: 'operator', at: NOW };
const CERTIFICATE = { issuer: 'seal-authority', serial: '0a' } as const;
const DEEDS: readonly Deed[] = [
  {
    act: 'ISSUED',
    ...CERTIFICATE,
    holder: 'tax',
    profile: 'SEAL',
    suite: 'ES256',
    sha256: 'ab'.repeat(32),
    notBefore: NOW.toISOString(),
    notAfter: NOW.toISOString(),
  },
  { act: 'SUSPENDED', ...CERTIFICATE, suspendedAt: NOW.toISOString() },
  { act: 'RESUMED', ...CERTIFICATE },
];

let dir: string;
let remove: () => void;
beforeEach(() => {
  ({ path: dir, remove } = temporaryFolder());
});
afterEach(() => remove());
const file = () => join(dir, 'acts.jsonl');
const made = () => {
  openActs(dir).append(DEEDS, BY);
  return readFileSync(file(), 'utf8');
};

describe('the record of acts', () => {
  it('tells who did what, and when', () => {
    openActs(dir).append(DEEDS, { ...BY, note: 'the card was lost' });
    expect(openActs(dir).all.map(({ seq, at, who, act, note }) => [seq, at, who, act, note])).toEqual(
      ['ISSUED', 'SUSPENDED', 'RESUMED'].map((act, i) => [
        i + 1,
        NOW.toISOString(),
        'operator',
        act,
        'the card was lost',
      ]),
    );
  });

  it('has an end at every line, wherever the power went', () => {
    const text = made();
    for (let cut = 0; cut <= text.length; cut++) {
      writeFileSync(file(), text.slice(0, cut));
      const lines = text.slice(0, cut).split('\n').length - 1;
      expect([cut, openActs(dir).all.length]).toEqual([cut, lines]);
    }
  });

  it('goes on where it was cut off, and what was half-written is no part of it', () => {
    const text = made();
    writeFileSync(file(), text.slice(0, -20));
    openActs(dir).append(DEEDS.slice(2), BY);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it.each<[string, (lines: string[]) => string[]]>([
    ['was changed', ([first = '', ...others]) => [first.replace('tax', 'tay'), ...others]],
    ['was taken out', ([first = '', , third = '']) => [first, third]],
    ['was put in twice', ([first = '', ...others]) => [first, first, ...others]],
    ['is no act', lines => [...lines, '{"seq":4,"act":"FORGOT","previous":""}']],
    ['is no JSON', lines => [...lines, 'x']],
  ])('is not read when a line of it %s', (_, change) => {
    const lines = made().split('\n').slice(0, -1);
    writeFileSync(file(), `${change(lines).join('\n')}\n`);
    expect(() => openActs(dir)).toThrow(/^line \d of .*acts\.jsonl is not as it was written: put the record back/);
  });

  it('says how each certificate stands', () => {
    made();
    const { all } = openActs(dir);
    expect([1, 2, 3].map(count => standings(all.slice(0, count))[0]?.status)).toEqual(['good', 'onHold', 'good']);
  });

  it('can’t hold a turn that its table does not allow', () => {
    openActs(dir).append([DEEDS[0]!, DEEDS[2]!], BY);
    expect(() => standings(openActs(dir).all)).toThrow('act 2 turns a certificate that is good: RESUMED');
  });
});

describe('the life of a certificate', () => {
  it('reaches every state, and ends in one', () => {
    const reached = new Set(['good']);
    for (const state of reached)
      for (const next of Object.values(LIFE[state as keyof typeof LIFE])) reached.add(next as string);
    expect([...reached].sort()).toEqual(Object.keys(LIFE).sort());
    expect(Object.entries(LIFE).filter(([, turns]) => Object.keys(turns).length === 0)).toEqual([['revoked', {}]]);
  });
});

describe('the lock of an authority', () => {
  it('is given back whether the work succeeds, fails, or takes its time', async () => {
    expect(whileLocked(dir, () => 1)).toBe(1);
    expect(() =>
      whileLocked(dir, () => {
        throw new Error('failed');
      }),
    ).toThrow('failed');
    expect(await whileLocked(dir, async () => 2)).toBe(2);
    await expect(whileLocked(dir, async () => Promise.reject(new Error('late')))).rejects.toThrow('late');
    expect(whileLocked(dir, () => 3)).toBe(3);
  });
});
