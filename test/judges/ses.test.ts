/** The national form, read by programs that know GB/T 38540 by its definitions alone. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { toHex } from '../../certs/hex.ts';
import { sm3 } from '../../certs/primitives.ts';
import { readSesSignature, sesSignatureValueOf, withSesTimeStamp } from '../../certs/ses/signature.ts';
import { bytesOf, changed, temporaryFolder } from '../certs/fixture.ts';
import { PNG, STAMPED, sesWorld, signatureWith, stampedSes } from '../certs/ses/made.ts';
import { stamperOf, tokenOver } from '../certs/stamps.ts';
import { vectors } from '../fixtures/vectors.ts';
import { ask, judge } from './judge.ts';

const w = sesWorld();
const folder = temporaryFolder();
afterAll(() => {
  w.remove();
  folder.remove();
});

const SIGNED = 20;
const AT = new Date('2025-06-30T09:00:00Z');
const write = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder.path, name), bytes);
  return name;
};
write('root.der', w.root.certificate.der);
copyFileSync(join(w.dir, 'tax/keys/seal.esl'), join(folder.path, 'seal.esl'));

const records = Array.from({ length: SIGNED }, (_, n) =>
  bytesOf({ department: 'tax', kind: 'NATIONAL_TAX', number: `T-${n}` }),
);
const good = records.map((record, n) => ({
  record: write(`${n}.json`, record),
  ses: write(`${n}.ses`, stampedSes(w, signatureWith(w, {}, record))),
}));
const bare = signatureWith(w, {}, records[0]);
const hash = sm3(records[0]!);
/** Each with what is wrong about it. */
const BAD: Readonly<Record<string, Uint8Array>> = {
  "maker's signature": stampedSes(
    w,
    signatureWith(w, { makerSignature: w.electronicSeal.signature, info: { type: 2 } }, records[0]),
  ),
  "signer's signature": stampedSes(
    w,
    signatureWith(w, { signature: readSesSignature(bare).signature, info: { type: 2 } }, records[0]),
  ),
  'list of signers': stampedSes(
    w,
    signatureWith(
      w,
      { info: { signers: { kind: 'CERTIFICATES', certificates: [w.maker.certificate.der] } } },
      records[0],
    ),
  ),
  validity: stampedSes(w, signatureWith(w, { info: { validUntil: new Date('2025-06-30T07:00:00Z') } }, records[0])),
  digest: stampedSes(w, signatureWith(w, { toSign: { dataHash: changed(hash, 0) } }, records[0])),
  imprint: withSesTimeStamp(bare, tokenOver(changed(sesSignatureValueOf(bare), 8), stamperOf(w), { at: STAMPED })),
};

const PYTHON = '/usr/bin/python3';
const asn1crypto = judge('python3-asn1crypto', PYTHON, '-c', 'import asn1crypto');

asn1crypto.describe(`electronic seals and signatures, read by asn1crypto${asn1crypto.absent}`, () => {
  const script = join(import.meta.dirname, 'asn1crypto/ses.py');
  const read = (path: string, ...names: readonly string[]) => {
    const { status, output } = ask(path, PYTHON, [script], names.map(name => `${name}\n`).join(''));
    if (status !== 0) throw new Error(output);
    return output
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  };
  const seal = {
    name: '税务局',
    vendor: 'one-window',
    listed: ['tax seal'],
    maker: 'center seal maker',
    picture: ['PNG', PNG.length, 42],
    algorithm: true,
    until: w.electronicSeal.info.validUntil.toISOString().replace('.000Z', '+00:00'),
  };

  it('say the same to it, in the same bytes', () => {
    expect(read(folder.path, ...good.map(({ ses }) => ses))).toEqual(
      records.map(record => ({
        same: true,
        said: {
          seal,
          signer: 'tax seal',
          at: '2025-06-30T08:00:00+00:00',
          hash: toHex(sm3(record)),
          property: 'record.json',
          stamp: 'signed_data',
        },
      })),
    );
    expect(read(folder.path, 'seal.esl')).toEqual([{ same: true, said: seal }]);
  });

  const samples = vectors('ses', 'github.com/ofdrw/ofdrw');
  samples.it(`say of themselves what those of others say${samples.absent}`, () => {
    copyFileSync(join(samples.path, 'SignedValueV4.dat'), join(folder.path, 'theirs.ses'));
    const { seal: theirs, dataHash, propertyInfo } = readSesSignature(readFileSync(join(folder.path, 'theirs.ses')));
    expect(read(folder.path, 'theirs.ses')).toEqual([
      {
        same: true,
        said: expect.objectContaining({
          hash: toHex(dataHash),
          property: propertyInfo,
          seal: expect.objectContaining({
            name: theirs.info.name,
            picture: ['PNG', theirs.info.picture.data.length, 40],
          }),
        }),
      },
    ]);
  });
});

const JARS = ['bcpkix', 'bcprov', 'bcutil'].map(name => `/usr/share/java/${name}.jar`);
const compiler = judge('openjdk-17-jdk-headless', 'javac', '-version');
const library = judge(
  'libbcpkix-java',
  'test',
  ...JARS.flatMap((jar, i) => (i === 0 ? ['-f', jar] : ['-a', '-f', jar])),
);
const noJava = compiler.absent || library.absent;

(noJava ? compiler : library).describe(`electronic signatures, judged by BouncyCastle${noJava}`, () => {
  const verdicts = (questions: readonly (readonly [ses: string, record: string])[]): readonly string[] => {
    const input = questions.map(question => `${folder.path} ${question.join(' ')} ${AT.getTime()}\n`).join('');
    const program = join(import.meta.dirname, 'bouncycastle/Ses.java');
    const { status, output } = ask('.', 'java', ['-cp', JARS.join(':'), program], input);
    const lines = output.trim().split('\n');
    if (status !== 0 || lines.length !== questions.length) throw new Error(output);
    return lines;
  };

  it('are accepted as what they are, and refused for what is wrong about them', () => {
    const bad = Object.entries(BAD).map(([what, ses], n) => ({ what, ses: write(`bad-${n}.ses`, ses) }));
    const answers = verdicts([
      ...good.map(({ ses, record }) => [ses, record] as const),
      ...bad.map(({ ses }) => [ses, '0.json'] as const),
      ['0.ses', '1.json'],
    ]);
    expect(answers).toEqual([
      ...good.map(() => 'accepted 税务局 record.json'),
      ...bad.map(({ what }) => `IllegalStateException ${what}`),
      'IllegalStateException digest',
    ]);
  }, 120_000);
});
