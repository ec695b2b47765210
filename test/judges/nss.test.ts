import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, SEALS } from './world.ts';

const nss = judge(
  'libnss3-tools',
  'sh',
  '-c',
  'for it in certutil cmsutil crlutil vfychain; do command -v $it || exit; done',
);
/** certUsageEmailSigner: of the usages of NSS the one for signatures over documents. */
const SIGNER = '4';

nss.describe.each(JUDGED_SUITES)(`%s seals, judged by NSS${nss.absent}`, suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
    openDatabase('nss');
    openDatabase('nss-with-lists');
    for (const list of ['root.crl', 'authority.crl'])
      done('crlutil', '-I', '-d', 'sql:nss-with-lists', '-t', '1', '-i', list);
  });
  afterAll(() => world.remove());

  const done = (command: string, ...args: readonly string[]) => {
    const { status, output } = ask(world.folder, command, args);
    if (status !== 0) throw new Error(`${command}: ${output}`);
  };
  const openDatabase = (name: string) => {
    mkdirSync(join(world.folder, name));
    done('certutil', '-N', '-d', `sql:${name}`, '--empty-password');
    done('certutil', '-A', '-d', `sql:${name}`, '-n', 'root', '-t', 'CT,C,C', '-i', 'root.der');
    // Known, not trusted: NSS takes no list of an issuer that it doesn't know.
    done('certutil', '-A', '-d', `sql:${name}`, '-n', 'authority', '-t', ',,', '-i', 'authority.der');
  };
  const cms = (seal: string, record: string, database = 'nss-with-lists') => {
    const args = ['-D', '-d', `sql:${database}`, '-i', seal, '-c', record, '-n', '-u', SIGNER, '-h', '1'];
    return /signer0.status=(\w+)/.exec(ask(world.folder, 'cmsutil', args).output)?.[1];
  };
  const chain = (name: string, database: string) => {
    const args = ['-d', `sql:${database}`, '-u', SIGNER, `${name}.der`, 'authority.der'];
    return ask(world.folder, 'vfychain', args);
  };

  it('are accepted, with revocation lists', () => {
    expect(world.seals.map(({ seal, record }) => cms(seal, record))).toEqual(Array(SEALS).fill('GoodSignature'));
  });

  it('are refused over a changed record and with a changed signature', () => {
    const changed = world.seals.map(({ seal, changedRecord }) => cms(seal, changedRecord));
    expect(changed).toEqual(Array(SEALS).fill('DigestMismatch'));
    const broken = world.seals.map(({ brokenSeal, record }) => cms(brokenSeal, record));
    expect(broken).toEqual(Array(SEALS).fill('BadSignature'));
  });

  it('are refused when the certificate was revoked, and only because of that', () => {
    const { seal, record } = world.revoked;
    expect(cms(seal, record)).toBe('SigningCertNotTrusted');
    expect(cms(seal, record, 'nss')).toBe('GoodSignature');
    expect(chain('tax', 'nss-with-lists').output).toContain('Chain is good!');
    expect(chain('revoked', 'nss-with-lists').output).toContain('has been revoked');
    expect(chain('revoked', 'nss').output).toContain('Chain is good!');
  });
});
