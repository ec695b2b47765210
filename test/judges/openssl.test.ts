import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, SEALS, type SealedFile } from './world.ts';

const openssl = judge('openssl', 'openssl', 'version');

openssl.describe.each(JUDGED_SUITES)(`%s seals, judged by openssl${openssl.absent}`, suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
  });
  afterAll(() => world.remove());

  const run = (command: string, ...args: readonly string[]) =>
    ask(world.folder, 'openssl', [...command.split(' '), ...args]);
  const cms = (seal: string, record: string, trust = ['-CAfile', 'trust.pem', '-crl_check_all']) =>
    run('cms -verify -cades -binary -inform DER -in', seal, '-content', record, '-out', '/dev/null', ...trust);
  const ts = (token: string, signature: string) =>
    run('ts -verify -token_in -crl_check_all -CAfile trust.pem -in', token, '-data', signature);
  const judged = (verdict: (file: SealedFile) => ReturnType<typeof ask>, sentence: string) =>
    world.seals
      .map(verdict)
      .filter(({ status, output }) => (status === 0) === !/fail/i.test(sentence) && output.includes(sentence));

  it('are CAdES that it accepts, with time stamps and revocation lists', () => {
    expect(judged(({ seal, record }) => cms(seal, record), 'CAdES Verification successful')).toHaveLength(SEALS);
    expect(judged(({ token, signature }) => ts(token, signature), 'Verification: OK')).toHaveLength(SEALS);
  });

  it('are refused over a changed record, with a changed signature, with the time stamp of another', () => {
    const failure = 'CAdES Verification failure';
    expect(judged(({ seal, changedRecord }) => cms(seal, changedRecord), failure)).toHaveLength(SEALS);
    expect(judged(({ brokenSeal, record }) => cms(brokenSeal, record), failure)).toHaveLength(SEALS);
    expect(judged(({ token, otherSignature }) => ts(token, otherSignature), 'Verification: FAILED')).toHaveLength(
      SEALS,
    );
  });

  it('are refused when the certificate was revoked, and only because of that', () => {
    const { seal, record } = world.revoked;
    expect(cms(seal, record)).toMatchObject({ status: 4, output: expect.stringContaining('certificate revoked') });
    expect(cms(seal, record, ['-CAfile', 'root.pem']).status).toBe(0);
    const verify = run('verify -crl_check_all -CAfile trust.pem -untrusted authority.pem tax.pem tsa.pem revoked.pem');
    expect(verify.output).toMatch(/tax.pem: OK/);
    expect(verify.output).toMatch(/tsa.pem: OK/);
    expect(verify.output).toMatch(/revoked.pem: verification failed/);
  });
});
