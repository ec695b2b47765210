import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { postgresAbsence } from '../fixtures/database.ts';

const bench = fileURLToPath(new URL('../../bench/run.ts', import.meta.url));
/** In its short form a bench takes some twenty seconds; a machine with other work takes longer. */
const benchTimeoutMs = 150_000;

interface Run {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: readonly string[]): Promise<Run> =>
  new Promise(resolve => {
    const child = execFile(process.execPath, [bench, ...args], (error, stdout, stderr) =>
      resolve({ status: error ? error.code : child.exitCode, stdout, stderr }),
    );
  });

interface Figure {
  readonly figure: string;
  readonly value: number | null;
  readonly unit: string;
  readonly against: string | null;
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
}

/** Figures by name. */
const read = (stdout: string): ReadonlyMap<string, Figure> =>
  new Map(
    stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Figure)
      .map(one => [one.figure, one]),
  );

const couldBeTaken = (names: readonly string[]): readonly string[] =>
  postgresAbsence === undefined ? names : names.filter(name => !name.includes('postgres'));

const CASES = [
  'cases.driver.sqlite',
  'cases.driver.postgres',
  'cases.raw-ratio.sqlite',
  'cases.raw-ratio.postgres',
  'cases.driver.sqlite.p50.1',
  'cases.driver.postgres.p99.32',
  'cases.whole.sqlite',
  'cases.whole.postgres',
  'cases.whole.postgres.two',
  'cases.single.p50',
  'cases.single.p99',
];
const WAITING = ['ready', 'rss', 'idle', 'due-p99'].flatMap(name => [`waiting.${name}`, `waiting.${name}.postgres`]);
/** Beside what is always there; the peers are installed only for a whole run. */
const GATEWAY = [
  ...['one', 'entity4', 'entity50'].flatMap(name => [
    `gateway.cpu.${name}.vs-hand`,
    `gateway.rps.${name}`,
    `gateway.p99.${name}`,
  ]),
  'gateway.p50.slow50',
  'gateway.cold',
  'gateway.rss',
];

const SEALS = ['create.b', 'create.bt', 'verify', 'log.append', 'log.proof'].map(name => `seals.${name}`);

describe('npm run bench', () => {
  it.each([
    ['cases', CASES],
    ['gateway', GATEWAY],
    ['seals', SEALS],
    ['waiting', WAITING],
  ])(
    'takes every figure of %s, each a positive number',
    async (name, expected) => {
      const { status, stdout, stderr } = await run(name, '--quick', '--json');
      expect(stderr).toBe('');
      const figures = read(stdout);
      for (const figure of couldBeTaken(expected)) {
        expect({ figure, value: figures.get(figure)?.value }).toEqual({ figure, value: expect.any(Number) });
        expect(figures.get(figure)?.value).toBeGreaterThan(0);
      }
      expect(status).toBe(['gateway', 'seals'].includes(name) || postgresAbsence === undefined ? 0 : 1);
    },
    benchTimeoutMs,
  );

  it('refuses a name that is no bench, and says which there are', async () => {
    const { status, stderr } = await run('cases', 'weather');
    expect(status).toBe(1);
    expect(stderr).toMatch(/"weather" is no bench.*cases, gateway, hostile, papers, seals, waiting/s);
  });
});
