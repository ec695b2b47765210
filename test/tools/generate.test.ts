import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseIdNumber } from '../../subgraphs/standards/id-number.ts';
import { parseIndustryCode } from '../../subgraphs/standards/industry.ts';
import { parseText } from '../../subgraphs/standards/name-text.ts';
import { parseRegionCode } from '../../subgraphs/standards/region.ts';
import { parseUscc } from '../../subgraphs/standards/uscc.ts';
import type { Line } from '../../tools/generate/line.ts';
import { isDerived, linesApartMax, linesApartMin, MIX } from '../../tools/generate/mix.ts';
import { exponential, randomOf, scattered, serialBits } from '../../tools/generate/random.ts';
import { linesOf } from '../../tools/generate/stream.ts';
import { NAME_CHARACTERS } from '../../tools/generate/vocabulary.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, ['tools/generate.ts', ...args], { cwd: root });

const lines = [...linesOf(10_000, 11)];
const sound = lines.filter(({ expect: { outcome } }) => outcome !== 'APPLICATION_INVALID');
const straight = lines.filter(({ expect: { kind } }) => kind === 'straight');
const shareOf = (some: (line: Line) => boolean): number => straight.filter(some).length / straight.length;

describe('npm run generate', () => {
  it('gives the same bytes for the same seed, other bytes for another, and the same first lines of more', () => {
    const [first, again, other, more] = [
      run('500', '--seed', '7'),
      run('--seed', '7', '500'),
      run('500', '--seed', '8'),
      run('700', '--seed', '7'),
    ].map(({ stdout }) => stdout);
    expect(first!.toString().split('\n')).toHaveLength(501);
    expect(again!.equals(first!)).toBe(true);
    expect(other!.equals(first!)).toBe(false);
    expect(more!.subarray(0, first!.length).equals(first!)).toBe(true);
  });

  it('draws by arithmetic that is the same on every machine', () => {
    // What sfc32 and the series give in another language, to the last bit; Math.exp may differ there.
    const random = randomOf(7, 1, 2);
    const drawn = Array.from({ length: 6 }, () => random.below(1_000_000));
    expect(drawn).toEqual([619_551, 483_408, 129_224, 152_663, 466_084, 692_489]);
    expect([random.normal(), exponential(2.5), exponential(-1.25)]).toEqual([
      1.1226582056842744, 12.182493960703471, 0.28650479686019015,
    ]);
  });

  it.each([
    [[], 'COUNT is a whole number from 1 to 2097151, but none was given'],
    [['0'], 'COUNT is a whole number from 1 to 2097151, but "0" was given'],
    [['1e3'], 'COUNT is a whole number'],
    [['2097152'], 'COUNT is a whole number'],
    [['10', '--seed'], 'The seed is a whole number from 0 to 4294967295, but none was given'],
    [['10', '--seed', '-1'], 'The seed is a whole number'],
    [['10', '--sead', '1'], '"--sead" is no option'],
    [['10', '--seed', '1', '--seed', '2'], '"--seed" is too much'],
    [['10', '11'], '"11" is too much'],
  ])('answers wrong usage %j with one sentence', (args, sentence) => {
    const { status, stdout, stderr } = run(...args);
    expect(stderr.toString()).toContain(sentence);
    expect(stderr.toString().trimEnd().split('\n')).toHaveLength(1);
    expect({ status, written: stdout.length }).toEqual({ status: 1, written: 0 });
  });

  it('tells how it is used', () => {
    const { status, stdout, stderr } = run('--help');
    expect(stdout.toString()).toMatch(/generate -- COUNT \[--seed N\]/);
    expect({ status, errors: stderr.toString() }).toEqual({ status: 0, errors: '' });
  });

  it('ends quietly when nobody reads on, and tells nothing but lines to a pipe', () => {
    const pipe = `set -o pipefail; "${process.execPath}" tools/generate.ts 200000 | head -n 1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', pipe], { cwd: root });
    expect(stdout.toString().trimEnd().split('\n')).toHaveLength(1);
    expect({ status, errors: stderr.toString() }).toEqual({ status: 0, errors: '' });
  });

  it('knows no rule of those who will judge its lines', () => {
    const folder = join(root, 'tools/generate');
    const files = [join(root, 'tools/generate.ts'), ...readdirSync(folder).map(name => join(folder, name))];
    const imported = files.flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, name]) => name!),
    );
    expect(imported.length).toBeGreaterThan(20);
    expect(imported.some(name => name.endsWith('subgraphs/catalogue.ts'))).toBe(true);
    const data = /^node:|^\.\/(generate\/)?[a-z]+\.ts$|^\.\.\/\.\.\/subgraphs\/(catalogue|regimes)\.ts$/;
    expect(imported.filter(name => !data.test(name))).toEqual([]);
  });
});

describe('the lines', () => {
  it('hold each kind as often among a thousand as the table says', () => {
    expect(Object.values(MIX).reduce((sum, count) => sum + count, 0)).toBe(1_000);
    const counted = Object.groupBy(lines, ({ expect: { kind } }) => kind);
    const perThousand = Object.entries(counted).map(([kind, some]) => [kind, some.length / 10]);
    expect(Object.fromEntries(perThousand)).toEqual(MIX);
  });

  it('are of every type, regime and number of founders, and mostly of limited companies', () => {
    const types = Object.entries(Object.groupBy(straight, ({ input }) => input.enterpriseType));
    const shares = Object.fromEntries(types.map(([type, some]) => [type, some.length / straight.length]));
    expect(shares.LIMITED_COMPANY).toBeCloseTo(0.7, 1);
    expect(Object.keys(shares)).toHaveLength(5);
    for (const share of Object.values(shares)) expect(share).toBeGreaterThan(0.02);
    expect(shareOf(({ input }) => input.regime === 'R2')).toBeCloseTo(0.5, 1);
    expect(new Set(straight.map(({ input }) => input.founders.length))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(straight.map(({ input }) => input.regionCode)).size).toBeGreaterThan(25);
    expect(new Set(straight.map(({ input }) => input.industryCode)).size).toBeGreaterThan(38);
  });

  it('have capitals about a million yuan, as many below as above, some of a hundred millions', () => {
    const capitals = straight.map(({ input }) => Number(input.registeredCapital)).sort((a, b) => a - b);
    expect(capitals[capitals.length >> 1]! / 1_000_000).toBeCloseTo(1, 0);
    expect(capitals.at(-1)!).toBeGreaterThan(50_000_000);
    expect(capitals[0]!).toBeLessThan(50_000);
  });

  it('hold names of characters outside the BMP, and of full-width digits or no-break spaces, one in a hundred each', () => {
    const some = (form: RegExp) => shareOf(({ input }) => form.test(input.name.tradingName));
    for (const share of [some(/[\u{10000}-\u{10ffff}]/u), some(/[０-９\u00a0]/)]) {
      expect(share).toBeGreaterThan(0.005);
      expect(share).toBeLessThan(0.016);
    }
  });

  it('give every line a name that no other line of the seed has', () => {
    expect(new Set(NAME_CHARACTERS).size).toBe(128);
    const count = 2 ** serialBits;
    const seen = new Uint8Array(count);
    for (let serial = 0; serial < count; serial++) seen[scattered(serial, 11)] = 1;
    expect(seen.indexOf(0)).toBe(-1);
    const starts = straight.map(({ input }) => input.name.tradingName.replace(/\s/gu, '').slice(0, 3));
    expect(new Set(starts).size).toBe(straight.length);
  });

  it('are about no line that is less than 64 or more than 512 before them, and about each one once', () => {
    const opened = new Map<string, number>();
    const about: number[] = [];
    for (const [at, { input, expect: wanted }] of lines.entries()) {
      const start = input.name.tradingName.normalize('NFKC').toUpperCase().replace(/\s/gu, '').slice(0, 3);
      if (wanted.kind === 'straight') opened.set(start, at + 1);
      if (!isDerived(wanted.kind)) continue;
      const original = opened.get(start)!;
      if ('caseOfLine' in wanted) expect(wanted.caseOfLine).toBe(original);
      expect(at + 1 - original).toBeGreaterThanOrEqual(linesApartMin);
      expect(at + 1 - original).toBeLessThanOrEqual(linesApartMax);
      about.push(original);
    }
    expect(about).toHaveLength(900);
    expect(new Set(about).size).toBe(about.length);
  });

  it('name nobody who lives and no enterprise that exists', () => {
    for (const { input } of lines) {
      const { materials: _, ...rest } = input;
      const text = JSON.stringify(rest).normalize('NFKC');
      for (const [number] of text.matchAll(/(?<=")\d{17}[\dX](?=")/g)) expect(number.slice(6, 10)).toMatch(/^189\d$/);
      for (const [code] of text.matchAll(/(?<=")[0-9A-Z]{18}(?=")/g)) {
        if (!/^\d{17}/.test(code)) expect(code).toMatch(/^91\d{6}PDY(?!00000)\d{5}/);
      }
    }
  });

  it('are sound, where they must pass the door, by the standards that their numbers follow', () => {
    for (const { input } of sound) {
      expect(parseRegionCode(input.regionCode).class).toBe('VALID');
      expect(parseIndustryCode(input.industryCode).class).toBe('VALID');
      expect(parseText(input.name.tradingName, { minCharacters: 2, maxCharacters: 60 }).class).toBe('VALID');
      expect(parseIdNumber(input.legalRepresentative.idNumber).class).toBe('VALID');
    }
    const founders = sound.flatMap(({ input }) => input.founders);
    const persons = founders.flatMap(({ idNumber }) => idNumber ?? []);
    const enterprises = founders.flatMap(({ uscc }) => uscc ?? []);
    expect(persons.length).toBeGreaterThan(15_000);
    expect(enterprises.length).toBeGreaterThan(1_000);
    expect(persons.filter(number => parseIdNumber(number).class !== 'VALID')).toEqual([]);
    expect(enterprises.filter(code => parseUscc(code).class !== 'VALID')).toEqual([]);
  });

  it('expect a fault with each refusal at the door or at precheck, and certificates with each case that closes', () => {
    for (const { expect: wanted } of lines) {
      if ('faults' in wanted) expect(wanted.faults?.length).toBeGreaterThan(0);
      if (wanted.outcome === 'CLOSED') expect(wanted.certificates.length).toBeGreaterThanOrEqual(4);
    }
  });
});
