import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, SEALS } from './world.ts';

const gnutls = judge('gnutls-bin', 'certtool', '--version');

gnutls.describe.each(JUDGED_SUITES)(`%s seals, judged by GnuTLS${gnutls.absent}`, suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
  });
  afterAll(() => world.remove());

  const p7 = (seal: string, record: string) => {
    const args = ['--infile', seal, '--load-data', record, '--load-ca-certificate', 'root.pem'];
    const { status, output } = ask(world.folder, 'certtool', ['--p7-verify', '--inder', ...args]);
    return `${status} ${/Signature status: (.*)/.exec(output)?.[1]}`;
  };
  const chain = (name: string, ...lists: readonly string[]) => {
    const pem = ['tax', 'authority'].map((_, i) => world.bytes(`${i === 0 ? name : 'authority'}.pem`)).join('');
    const args = ['--verify', '--verify-profile', 'medium', '--load-ca-certificate', 'root.pem', ...lists];
    const { status, output } = ask(world.folder, 'certtool', args, pem);
    return { status, output };
  };
  const LISTS = ['--load-crl', 'crls.pem'];

  it('are accepted', () => {
    expect(world.seals.map(({ seal, record }) => p7(seal, record))).toEqual(Array(SEALS).fill('0 ok'));
  });

  it('are refused over a changed record and with a changed signature', () => {
    const refused = Array(SEALS).fill(expect.stringMatching(/^1 verification failed/));
    expect(world.seals.map(({ seal, changedRecord }) => p7(seal, changedRecord))).toEqual(refused);
    expect(world.seals.map(({ brokenSeal, record }) => p7(brokenSeal, record))).toEqual(refused);
  });

  it('have certificates that its lists refuse once they are revoked, and only then', () => {
    expect(chain('tax', ...LISTS)).toMatchObject({ status: 0, output: expect.stringContaining('is trusted') });
    expect(chain('tsa', ...LISTS)).toMatchObject({ status: 0 });
    expect(chain('revoked', ...LISTS)).toMatchObject({ status: 1, output: expect.stringContaining('is revoked') });
    expect(chain('revoked')).toMatchObject({ status: 0 });
  });
});
