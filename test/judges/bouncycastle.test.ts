import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, SEALS, type SealedFile } from './world.ts';

const JARS = ['bcpkix', 'bcprov', 'bcutil'].map(name => `/usr/share/java/${name}.jar`);
const compiler = judge('openjdk-17-jdk-headless', 'javac', '-version');
const library = judge(
  'libbcpkix-java',
  'test',
  ...JARS.flatMap((jar, i) => (i === 0 ? ['-f', jar] : ['-a', '-f', jar])),
);
const absent = compiler.absent || library.absent;

(absent ? compiler : library).describe(`seals, judged by BouncyCastle${absent}`, () => {
  /** Of each suite the verdicts; Java is slow to start and is started once. */
  const verdicts = new Map<string, string>();
  const worlds: JudgedWorld[] = [];

  beforeAll(async () => {
    worlds.push(...(await Promise.all(JUDGED_SUITES.map(judgedWorld))));
    const questions = worlds.flatMap(({ folder, seals, revoked }) => [
      ...seals.flatMap(({ seal, brokenSeal, restampedSeal, record, changedRecord }) => [
        `${folder} ${seal} ${record} yes`,
        `${folder} ${seal} ${changedRecord} yes`,
        `${folder} ${brokenSeal} ${record} yes`,
        `${folder} ${restampedSeal} ${record} yes`,
      ]),
      `${folder} ${revoked.seal} ${revoked.record} yes`,
      `${folder} ${revoked.seal} ${revoked.record} no`,
    ]);
    const program = join(import.meta.dirname, 'bouncycastle/Judge.java');
    const { status, output } = ask('.', 'java', ['-cp', JARS.join(':'), program], `${questions.join('\n')}\n`);
    const lines = output.trim().split('\n');
    if (status !== 0 || lines.length !== questions.length) throw new Error(output);
    questions.forEach((question, i) => {
      verdicts.set(question, lines[i]!);
    });
  }, 120_000);
  afterAll(() => {
    for (const world of worlds) world.remove();
  });

  const of = (suite: string, seal: string, record: string, lists = true) => {
    const { folder } = worlds.find(world => world.suite === suite)!;
    return verdicts.get(`${folder} ${seal} ${record} ${lists ? 'yes' : 'no'}`);
  };
  const all = (suite: string, verdict: (file: SealedFile) => string | undefined) =>
    worlds.find(world => world.suite === suite)!.seals.map(verdict);

  it.each(JUDGED_SUITES)('%s: takes signature, signing certificate, time stamp, path and revocation lists', suite => {
    expect(all(suite, ({ seal, record }) => of(suite, seal, record))).toEqual(Array(SEALS).fill('accepted'));
  });

  it.each(JUDGED_SUITES)('%s: refuses a changed record, a changed signature and the time stamp of another', suite => {
    const changed = all(suite, ({ seal, changedRecord }) => of(suite, seal, changedRecord));
    expect(changed).toEqual(Array(SEALS).fill(expect.stringMatching(/^CMSSignerDigestMismatchException/)));
    const broken = all(suite, ({ brokenSeal, record }) => of(suite, brokenSeal, record));
    expect(broken).toEqual(Array(SEALS).fill(expect.stringMatching(/^IllegalStateException signature/)));
    const restamped = all(suite, ({ restampedSeal, record }) => of(suite, restampedSeal, record));
    expect(restamped).toEqual(Array(SEALS).fill('IllegalStateException imprint'));
  });

  it.each(JUDGED_SUITES)('%s: refuses a revoked certificate, and only because of the list', suite => {
    const { seal, record } = worlds.find(world => world.suite === suite)!.revoked;
    expect(of(suite, seal, record)).toMatch(/^CertPathValidatorException .*revocation .*keyCompromise/);
    expect(of(suite, seal, record, false)).toBe('accepted');
  });
});
