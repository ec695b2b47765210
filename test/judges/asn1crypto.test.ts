import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readSignedData } from '../../certs/cms.ts';
import { readCrl } from '../../certs/crl.ts';
import { toHex } from '../../certs/hex.ts';
import { readCertificate } from '../../certs/x509.ts';
import { digest } from '../certs/fixture.ts';
import { ask, judge } from './judge.ts';
import { JUDGED_SUITES, type JudgedWorld, judgedWorld, POLICY, SEALS } from './world.ts';

/** Debian's, where the package is; another Python may stand before it in the path. */
const PYTHON = '/usr/bin/python3';
const asn1crypto = judge('python3-asn1crypto', PYTHON, '-c', 'import asn1crypto');

/** A parser and not a verifier: it is asked what it reads, and whether it would write the same bytes. */
asn1crypto.describe.each(JUDGED_SUITES)(`%s, read and written again by asn1crypto${asn1crypto.absent}`, suite => {
  let world: JudgedWorld;
  beforeAll(async () => {
    world = await judgedWorld(suite);
  });
  afterAll(() => world.remove());

  const read = (...questions: readonly (readonly [kind: string, file: string])[]) => {
    const input = questions.map(question => `${question.join(' ')}\n`).join('');
    const script = join(import.meta.dirname, 'asn1crypto/reencode.py');
    const { status, output } = ask(world.folder, PYTHON, [script], input);
    if (status !== 0) throw new Error(output);
    return output
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  };
  const same = (said: Readonly<Record<string, unknown>>) => ({ same: true, said: expect.objectContaining(said) });

  it('seals and time stamps say the same to it, in the same bytes', () => {
    const signature = suite === 'ES256' ? 'ecdsa' : 'rsassa_pkcs1v15';
    expect(read(...world.seals.map(({ seal }) => ['seal', seal] as const))).toEqual(
      world.seals.map(({ record }) =>
        same({
          signature,
          digest: toHex(digest(world.bytes(record))),
          signed: ['content_type', 'message_digest', 'signing_certificate_v2', 'signing_time'],
          unsigned: ['signature_time_stamp_token'],
          certificates: 2,
        }),
      ),
    );
    const tokens = read(...world.seals.map(({ token }) => ['token', token] as const));
    const imprints = world.seals.map(({ seal }) => toHex(digest(readSignedData(world.bytes(seal)).signature)));
    expect(tokens).toEqual(imprints.map(imprint => same({ signature, imprint, policy: POLICY })));
    expect(tokens).toHaveLength(SEALS);
  });

  it('certificates and revocation lists too', () => {
    const names = ['root', 'authority', 'tax', 'revoked', 'tsa'];
    const serials = names.map(name => toHex(readCertificate(world.bytes(`${name}.der`)).serial));
    expect(read(...names.map(name => ['certificate', `${name}.der`] as const))).toEqual(
      serials.map(serial => same({ serial: serial.replace(/^0+/, '') })),
    );
    const [entry] = readCrl(world.bytes('authority.crl')).entries;
    expect(read(['list', 'root.crl'], ['list', 'authority.crl'])).toEqual([
      same({ number: 1, revoked: [] }),
      same({ number: 7, revoked: [{ serial: toHex(entry!.serial).replace(/^0+/, ''), reason: 'key_compromise' }] }),
    ]);
  });

  it('are told from what is not the same: bytes behind the end, a length that is not the shortest', () => {
    const [{ seal }] = world.seals as [JudgedWorld['seals'][number]];
    const der = world.bytes(seal);
    const write = (file: string, bytes: Uint8Array) => writeFileSync(join(world.folder, file), bytes);
    write('longer.p7s', Buffer.concat([der, Buffer.of(0)]));
    write('padded.p7s', Buffer.concat([Buffer.of(0x30, 0x83, 0), der.subarray(2)]));
    expect(read(['seal', 'longer.p7s'], ['seal', 'padded.p7s'])).toEqual([
      { fault: expect.stringContaining('trailing') },
      expect.objectContaining({ same: false }),
    ]);
  });
});
