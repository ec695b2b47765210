import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Answer, ask, judge } from './judge.ts';
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
  const verdicts = (verify: (file: SealedFile) => Answer) =>
    world.seals.map(verify).map(({ status, output }) => `${status} ${/Verification:? \w+/.exec(output)?.[0]}`);
  const all = (verdict: string) => Array(SEALS).fill(verdict);

  it('are CAdES that it accepts, with time stamps and revocation lists', () => {
    expect(verdicts(({ seal, record }) => cms(seal, record))).toEqual(all('0 Verification successful'));
    expect(verdicts(({ token, signature }) => ts(token, signature))).toEqual(all('0 Verification: OK'));
  });

  it('are refused over a changed record, with a changed signature, with the time stamp of another', () => {
    expect(verdicts(({ seal, changedRecord }) => cms(seal, changedRecord))).toEqual(all('4 Verification failure'));
    expect(verdicts(({ brokenSeal, record }) => cms(brokenSeal, record))).toEqual(all('4 Verification failure'));
    expect(verdicts(({ token, otherSignature }) => ts(token, otherSignature))).toEqual(all('1 Verification: FAILED'));
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
