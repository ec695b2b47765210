import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readSignedData } from '../../certs/cms.ts';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, SEALS } from './world.ts';

const botan = judge('botan', 'botan', 'version');

/*
 * Botan's program knows certificates and signatures, not CMS and no revocation lists: it is asked whether the key of the
 * certificate signed the attributes of the seal, and whether these hold the digest of the record.
 */
botan.describe.each(JUDGED_SUITES)(`%s signatures and certificates, judged by Botan${botan.absent}`, suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
    const { output } = run('cert_info', 'tax.pem');
    write('tax.pub', /-----BEGIN PUBLIC KEY-----.*-----END PUBLIC KEY-----\n/s.exec(output)![0]);
    for (const { seal, brokenSeal } of world.seals)
      for (const file of [seal, brokenSeal]) {
        const { signedBytes, signature } = readSignedData(world.bytes(file));
        write(`${file}.attributes`, signedBytes);
        write(`${file}.signature`, Buffer.from(signature).toString('base64'));
      }
  });
  afterAll(() => world.remove());

  const write = (file: string, content: Uint8Array | string) => writeFileSync(join(world.folder, file), content);
  const run = (...args: readonly string[]) => ask(world.folder, 'botan', args);
  const form = suite === 'ES256' ? ['--der-format', '--emsa=EMSA1'] : ['--emsa=EMSA3'];
  const verified = (seal: string) =>
    run('verify', '--hash=SHA-256', ...form, 'tax.pub', `${seal}.attributes`, `${seal}.signature`).output.trim();
  /** The digests in the order of the files. */
  const digests = (files: readonly string[]) =>
    run('hash', '--algo=SHA-256', ...files)
      .output.trim()
      .split('\n')
      .map(line => line.split(' ')[0]?.toLowerCase());

  it('were made by the key of the certificate, which reaches the root', () => {
    expect(world.seals.map(({ seal }) => verified(seal))).toEqual(Array(SEALS).fill('Signature is valid'));
    for (const name of ['tax', 'tsa'])
      expect(run('cert_verify', `${name}.pem`, 'authority.pem', 'root.pem').output).toContain(
        'passes validation checks',
      );
    expect(run('cert_verify', 'tax.pem', 'root.pem').output).toContain('did not validate');
  });

  it('are over the digest of the record, and of no changed one', () => {
    const stated = world.seals.map(({ seal }) =>
      Buffer.from(readSignedData(world.bytes(seal)).attributes.messageDigest).toString('hex'),
    );
    expect(digests(world.seals.map(({ record }) => record))).toEqual(stated);
    expect(digests(world.seals.map(({ changedRecord }) => changedRecord)).filter(it => stated.includes(it!))).toEqual(
      [],
    );
  });

  it('are refused when one bit is another', () => {
    expect(world.seals.map(({ brokenSeal }) => verified(brokenSeal))).toEqual(
      Array(SEALS).fill('Signature is invalid'),
    );
  });
});
