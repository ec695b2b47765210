/** `npm start -- --departments range`: which keys it makes and renews, and that it does so once. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ensureHierarchy } from '../../certs/ca.ts';
import { toHex } from '../../certs/hex.ts';
import { sha256Of } from '../../certs/hierarchy/names.ts';
import { seatOf } from '../../certs/hierarchy/seat.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { readStartOptions } from '../../tools/start/options.ts';
import { rangeOf, renewRange } from '../../tools/start/range.ts';
import { temporaryFolder, trustOf } from '../certs/fixture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { path, remove } = temporaryFolder();
afterAll(remove);
const now = new Date();

const suitesIn = (dataDir: string) =>
  Object.fromEntries(sealHolders().map(({ id }) => [id, seatOf(dataDir, id).certificate.publicKey.suite]));
const certificateOf = (dataDir: string) => seatOf(dataDir, 'seal').certificate;
const RANGE = { center: 'ES256', business: 'ES256', tax: 'ES256', code: 'ES256', seal: 'SM2SM3' };

describe('the range of departments', () => {
  it('has the keys of a new data folder made so from the beginning, and renews none', async () => {
    const dataDir = join(path, 'new');
    await renewRange(dataDir, now);
    ensureHierarchy({ dataDir, holders: rangeOf(sealHolders()), now });
    expect(suitesIn(dataDir)).toEqual(RANGE);
    const { serial } = certificateOf(dataDir);
    await renewRange(dataDir, now);
    ensureHierarchy({ dataDir, holders: rangeOf(sealHolders()), now });
    expect(toHex(certificateOf(dataDir).serial)).toBe(toHex(serial));
  });

  it('renews a key of another suite once; what was sealed before stays good, and so does the key without the option', async () => {
    const dataDir = join(path, 'old');
    ensureHierarchy({ dataDir, holders: sealHolders(), now });
    const before = certificateOf(dataDir);
    const others = () =>
      sealHolders()
        .filter(({ id }) => id !== 'seal')
        .map(({ id }) => sha256Of(seatOf(dataDir, id).certificate));
    const untouched = others();
    await renewRange(dataDir, now);
    const renewed = certificateOf(dataDir);
    expect([suitesIn(dataDir), others()]).toEqual([RANGE, untouched]);
    const { version, holders } = trustOf(dataDir).list!;
    expect(holders.find(({ id }) => id === 'seal')?.certificates.toSorted()).toEqual(
      [sha256Of(before), sha256Of(renewed)].toSorted(),
    );
    await renewRange(dataDir, now);
    ensureHierarchy({ dataDir, holders: sealHolders(), now });
    expect(toHex(certificateOf(dataDir).serial)).toBe(toHex(renewed.serial));
    expect(trustOf(dataDir).list!.version).toBe(version);
  });

  it('is refused in one sentence where nobody can sign with SM2, before anything is made', () => {
    const dataDir = join(path, 'without');
    const script = `
      import { renewRange } from './tools/start/range.ts';
      await renewRange(${JSON.stringify(dataDir)}, new Date()).catch(({ message }) => console.log(message));`;
    const args = ['--require=./test/fixtures/without-koffi.cjs', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect([stderr, stdout]).toEqual(['', expect.stringMatching(/^signing with SM2 needs the optional package koffi/)]);
  });
});

describe('the options of npm start', () => {
  it.each<[readonly string[], ReturnType<typeof readStartOptions>]>([
    [[], { help: false, withSample: true, isRange: false }],
    [['--no-sample'], { help: false, withSample: false, isRange: false }],
    [['--departments', 'range'], { help: false, withSample: true, isRange: true }],
    [['--departments', 'range', '--no-sample'], { help: false, withSample: false, isRange: true }],
    [['--help'], { help: true, withSample: true, isRange: false }],
  ])('%j is understood', (args, options) => expect(readStartOptions(args)).toEqual(options));

  it.each<[readonly string[], string]>([
    [['--departments'], '--departments takes "range".'],
    [['--departments', 'all'], '--departments takes "range", not "all".'],
    [['range'], '"range" is no option of npm start: --no-sample, --departments range and --help are.'],
    [
      ['--no-sample', '--no-sample'],
      '"--no-sample" is no option of npm start twice: --no-sample, --departments range and --help are.',
    ],
  ])('%j is refused', (args, sentence) => expect(() => readStartOptions(args)).toThrow(sentence));
});
