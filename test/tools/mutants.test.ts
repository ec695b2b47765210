import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DISCLOSURE_EDITS } from '../../tools/mutants/disclosures.ts';
import { isOfBundle, isOfPdf, isOfSeal, isOfSes, type Mutant } from '../../tools/mutants/mutant.ts';
import { mutantOf } from '../../tools/mutants/mutate.ts';
import { type Options, readOptions } from '../../tools/mutants/options.ts';
import { PDF_EDITS } from '../../tools/mutants/pdf-edits.ts';
import { type Figure, figuresOf, keepFailures, tableOf } from '../../tools/mutants/report.ts';
import { runMutants } from '../../tools/mutants/run.ts';
import { SES_EDITS } from '../../tools/mutants/ses-edits.ts';
import { parse, write } from '../../tools/mutants/tree.ts';
import { PRODUCT, type Said, type Verifier } from '../../tools/mutants/trial.ts';
import { makeWorld, type World } from '../../tools/mutants/world.ts';
import { hasOpenssl } from '../certs/fixture.ts';

const program = fileURLToPath(new URL('../../tools/mutants.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mutants-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Some seconds where nothing else runs. */
const runMaxMs = 300_000;

const mutants = (args: readonly string[], environment: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, env: environment, encoding: 'utf8' });

const SEED = 7;
let world: World;
beforeAll(async () => {
  world = await makeWorld(SEED);
}, runMaxMs);

describe('npm run mutants', () => {
  it(
    'finds none of 2,000 that the verifier accepts, throws at or takes long for, and many that OpenSSL accepts',
    () => {
      const asked = hasOpenssl ? [] : ['--without-openssl'];
      const { status, stdout, stderr } = mutants(['2000', '--seed', '11', '--json', ...asked]);
      expect(stderr).toBe('');
      const figures = stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as Figure);
      const values = Object.fromEntries(figures.map(({ figure, value }) => [figure.replace('mutants.', ''), value]));
      expect(values).toMatchObject({ tried: 2_000, accepted: 0, thrown: 0, slow: 0, 'refused-by-log-alone': 0 });
      expect(figures.filter(({ met }) => met === false)).toEqual([]);
      if (hasOpenssl) {
        // It looks at no time stamp, and reads BER.
        expect(values['openssl.accepted']).toBeGreaterThan(400);
        expect(values['openssl.accepted']).toBeLessThan(1_600);
      }
      expect(status).toBe(0);
      expect(readdirSync(folder)).toEqual([]);
    },
    runMaxMs,
  );

  it('says in a sentence that openssl is absent, and asks nobody when told so', () => {
    const { status, stderr } = mutants(['1'], { PATH: '' });
    expect([status, stderr]).toEqual([2, 'openssl is not installed: install it, or say --without-openssl.\n']);
    expect(mutants(['1', '--seed', '1', '--without-openssl'], { PATH: '' }).status).toBe(0);
  });

  it.each<[readonly string[], RegExp]>([
    [[], /^COUNT is a whole number from 1 to 10000000, but none was given/],
    [['0'], /^COUNT is a whole number/],
    [['1', '2'], /^"2" is too much/],
    [['1', '--seed'], /^The seed is a whole number from 0 to 4294967295, but "" was given/],
    [['1', '--sead', '2'], /^"--sead" is no option/],
    [['1', '--from', '-1'], /^--from is a whole number/],
  ])('answers wrong usage %j with a sentence', (args, sentence) => {
    expect(() => readOptions(args, () => SEED)).toThrow(sentence);
  });

  it('tells how it is used', () => {
    const { status, stdout } = mutants(['--help']);
    expect([status, stdout]).toEqual([0, expect.stringContaining('npm run mutants -- COUNT [--seed S]')]);
  });
});

describe('a mutant', () => {
  const filesOf = (mutant: Mutant): readonly (Uint8Array | undefined)[] => {
    if (isOfBundle(mutant)) return [mutant.bundle];
    if (isOfPdf(mutant)) return [mutant.pdf];
    if (isOfSes(mutant)) return [mutant.ses];
    return [mutant.seal, mutant.proof, mutant.disclosures, ...(mutant.crls ?? [])];
  };
  const bytesOf = (mutant: Mutant): string =>
    filesOf(mutant)
      .map(one => Buffer.from(one ?? []).toString('hex'))
      .join();
  const some = (of: World, seed: number): readonly string[] =>
    Array.from({ length: 100 }, (_, number) => bytesOf(mutantOf(of, seed, number)));

  it('is the same byte for byte when its seed and number are, and another when they are not', async () => {
    const first = some(world, SEED);
    expect(some(await makeWorld(SEED), SEED)).toEqual(first);
    // Of two that take a byte away, say, it may be the same one.
    const other = some(world, SEED + 1);
    expect(other.filter((mutant, number) => mutant === first[number]).length).toBeLessThan(3);
  });

  it('differs from what it was made of', () => {
    for (let number = 0; number < 500; number++) {
      const mutant = mutantOf(world, SEED, number);
      if (isOfBundle(mutant)) expect(Buffer.compare(mutant.bundle, world.bundle.zip)).not.toBe(0);
      else if (isOfPdf(mutant)) expect(Buffer.compare(mutant.pdf, mutant.paper.pdf)).not.toBe(0);
      else if (isOfSes(mutant)) expect(Buffer.compare(mutant.ses, mutant.original.ses.der)).not.toBe(0);
      else if (mutant.seal) expect(Buffer.compare(mutant.seal, mutant.subject.original.der)).not.toBe(0);
    }
  });

  it('is of every area, and of every kind that there is', () => {
    const names = Array.from({ length: 6_000 }, (_, number) => mutantOf(world, SEED, number));
    const counted = Object.groupBy(names, ({ area }) => area);
    for (const [area, share] of [
      ['seal', 0.35],
      ['time stamp', 0.22],
      ['certificate', 0.21],
      ['bundle', 0.06],
      ['PDF', 0.08],
      ['national form', 0.05],
    ] as const)
      expect(counted[area]!.length / names.length).toBeCloseTo(share, 1);
    const kinds = new Set(names.map(({ kind }) => kind));
    for (const { kind } of DISCLOSURE_EDITS)
      for (const one of [kind, `${kind}, sealed anew`]) expect(kinds).toContain(one);
    for (const kind of ['high s', 'length indefinite', 'suite swapped', 'time stamp swapped', 'sealed by another'])
      expect(kinds).toContain(kind);
    for (const { kind } of [...PDF_EDITS, ...SES_EDITS]) expect(kinds).toContain(kind);
    expect(kinds.size).toBeGreaterThan(75);
  });

  it('is made by a tree of its own, which writes every original as it was', () => {
    const originals = [...world.subjects.map(({ original }) => original), ...world.crls];
    for (const { der, tree } of originals) expect(Buffer.compare(write(tree), der)).toBe(0);
    const again = originals.map(({ der }) => Buffer.from(write(parse(der))).toString('hex'));
    expect(again).toEqual(originals.map(({ der }) => Buffer.from(der).toString('hex')));
    const text = readFileSync(fileURLToPath(new URL('../../tools/mutants/tree.ts', import.meta.url)), 'utf8');
    expect(text).not.toMatch(/^import/m);
  });
});

describe('a weak verifier is found out:', () => {
  const options = (count: number): Options => ({ count, seed: SEED, from: 0, json: false, withOpenssl: false });
  const silent = { progress: () => undefined };
  /** The product's, but for what it makes of what it has found. */
  const weak = (change: (said: Said) => Said): Verifier => ({
    ...PRODUCT,
    seal: question => change(PRODUCT.seal(question)),
    bundle: question => change(PRODUCT.bundle(question)),
    pdf: question => change(PRODUCT.pdf(question)),
    ses: question => change(PRODUCT.ses(question)),
  });
  const blindTo = (code: string): Verifier =>
    weak(said => (said.codes.every(one => one === code) ? { ...said, verdict: 'VALID' } : said));

  it.each([
    ['TIME_STAMP_IMPRINT_DIFFERS', ['time stamp swapped']],
    ['TIME_STAMP_AUTHORITY_NOT_LISTED', ['stamped by another']],
    ['CERTIFICATE_NOT_LISTED', ['sealed by another']],
    ['SEAL_UNSIGNED_ATTRIBUTE', ['attribute added', 'attribute moved']],
    ['LEAF_DIFFERS', ['values of leaves swapped', 'leaves in each other’s place, sealed anew']],
    ['DISCLOSURE_WITHOUT_LEAF', ['leaf more', 'leaf more, sealed anew']],
    ['DISCLOSED_THOUGH_STRUCK_OUT', ['leaf back that was struck out, sealed anew']],
    ['STRUCK_OUT_WITHOUT_ACT', ['leaf gone without an act, sealed anew']],
    ['LOG_INCLUSION_WRONG', ["another seal's proof", 'proof of the seal without its stamp']],
    ['PDF_UPDATED', ['update appended']],
    ['PDF_BYTES_UNLISTED', ['object not listed, sealed anew']],
    ['PDF_BYTE_RANGE', ['range moved, sealed anew']],
    ['PDF_DIGEST_DIFFERS', ['page, appearance or record changed']],
    ['PDF_FORBIDDEN', ['forbidden key, sealed anew']],
    ['SIGNATURE_WRONG', ['electronic seal changed, signed anew']],
    ['SES_TAGGING', ['optional field retagged']],
  ])(
    'one that does not mind %s',
    async (code, kinds) => {
      const run = await runMutants(options(1_500), silent, blindTo(code));
      const accepted = run.counts.filter(({ accepted: count }) => count > 0).map(({ kind }) => kind);
      for (const kind of kinds) expect(accepted).toContain(kind);
      expect(new Set(run.failures.map(({ is }) => is))).toEqual(new Set(['ACCEPTED']));
    },
    runMaxMs,
  );

  it(
    'one that takes a mutant for good is told with the mutant in files, and how to draw it again',
    async () => {
      const run = await runMutants(options(1_000), silent, blindTo('SIGNATURE_HIGH_S'));
      const [sentence = ''] = keepFailures(run, folder);
      const [, number = ''] = /--from (\d+)"/.exec(sentence) ?? [];
      expect(sentence).toMatch(
        /^ACCEPTED: mutant \d+ of seed 7 \(.*: high s\): VALID\. It is in mutant-7-\d+\.json, .*\.p7s, .*\.tlog-proof/,
      );
      const kept = readFileSync(join(folder, `mutant-${SEED}-${number}.p7s`));
      const drawn = mutantOf(world, SEED, Number(number));
      expect(isOfSeal(drawn) && Buffer.compare(drawn.seal!, kept)).toBe(0);
      expect(tableOf(run)).toMatch(/^high s +\d+ +[1-9]\d*$/m);
      expect(figuresOf(run).find(({ figure }) => figure === 'mutants.accepted')).toMatchObject({ met: false });
    },
    runMaxMs,
  );

  it('one that throws', async () => {
    const throwing = weak(said => {
      if (said.verdict !== 'VALID') throw new RangeError('Maximum call stack size exceeded');
      return said;
    });
    const { failures, wrongs } = await runMutants(options(20), silent, throwing);
    expect(failures.length).toBeGreaterThan(10);
    expect(wrongs.THROWN).toBe(failures.length);
    expect(failures[0]).toMatchObject({ is: 'THROWN', sentence: 'RangeError: Maximum call stack size exceeded' });
  });

  it('one that takes more than a second', async () => {
    let slow = 0;
    const dawdling = weak(said => {
      // The first mutant, each time that it is judged.
      if (said.verdict === 'VALID' || slow > 1) return said;
      slow += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_010);
      return said;
    });
    const { failures } = await runMutants(options(5), silent, dawdling);
    expect(failures).toEqual([
      expect.objectContaining({ is: 'SLOW', sentence: expect.stringMatching(/after \d{4,} ms/) }),
    ]);
  });

  it('one that finds fault with what is good', async () => {
    const strict = weak(said => ({ ...said, verdict: 'INVALID' }));
    await expect(runMutants(options(1), silent, strict)).rejects.toThrow(/^not every original is VALID: tax \(ES256\)/);
  });
});
