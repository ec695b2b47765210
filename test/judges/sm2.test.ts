/**
 * SM2 as others have it: BouncyCastle and the openssl command take 1,000 signatures of ours, and we take 1,000 of theirs, each
 * over another message; and about what is no signature all say the same.
 */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { type Issuer, issue } from '../../certs/issue.ts';
import { makeKeyPem, readKey, signAtOnce, verifyingKeyOf } from '../../certs/key.ts';
import { readPathCertificate } from '../../certs/path/certificate.ts';
import { verifySignature } from '../../certs/path/signature.ts';
import { certificatesFromPem, certificateToPem } from '../../certs/pem.ts';
import { publicKeyOf, verifySm2 } from '../../certs/primitives.ts';
import type { Profile } from '../../certs/profile.ts';
import { readSm2PublicKey, SM2_ID, sm2BitsOf, verifySm2 as verifyInTypeScript } from '../../certs/sm/sm2.ts';
import { changed, temporaryFolder } from '../certs/fixture.ts';
import { negated } from '../certs/sm/forged.ts';
import { ask, judge } from './judge.ts';

const COUNT = 1_000;
const OTHER_ID = 'ALICE123@YAHOO.COM';

const pem = makeKeyPem('SM2SM3');
const key = readKey(pem, 'the judged');
const publicKey = verifyingKeyOf(key);
const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
const point = sm2BitsOf(spki)!;
/** PKCS#8, of which OpenSSL writes one form for this curve: 36 bytes before the number. */
const numberOf = (of: KeyObject): Buffer => of.export({ format: 'der', type: 'pkcs8' }).subarray(36, 68);

/** The lengths differ, an empty one among them. */
const messages = Array.from({ length: COUNT }, (_, i) => randomBytes(i % 97));
const ours = messages.map(message => signAtOnce(key, message));
const hex = (bytes: Uint8Array): string => (bytes.length === 0 ? '-' : Buffer.from(bytes).toString('hex'));

/** All are refused. */
const WRONG: Readonly<Record<string, Uint8Array>> = {
  'what Node signs: plain ECDSA': sign('sm3', messages[1]!, key),
  '(r, n − s)': negated(ours[1]!),
  'a changed bit': changed(ours[1]!, 40),
  'another message’s': ours[2]!,
};

const JARS = ['bcprov'].map(name => `/usr/share/java/${name}.jar`);
const compiler = judge('openjdk-17-jdk-headless', 'javac', '-version');
const library = judge('libbcprov-java', 'test', '-f', JARS[0]!);
const noJava = compiler.absent || library.absent;

(noJava ? compiler : library).describe(`SM2, judged by BouncyCastle${noJava}`, () => {
  const asked = (lines: readonly string[]): readonly string[] => {
    const program = join(import.meta.dirname, 'bouncycastle/Sm2.java');
    const { status, output } = ask('.', 'java', ['-cp', JARS.join(':'), program], `${lines.join('\n')}\n`);
    const answers = output.trim().split('\n');
    if (status !== 0 || answers.length !== lines.length) throw new Error(output);
    return answers;
  };
  const verify = (id: string, message: Uint8Array, signature: Uint8Array): string =>
    `verify ${hex(point)} ${id} ${hex(message)} ${hex(signature)}`;
  const signing = (id: string, message: Uint8Array): string => `sign ${hex(numberOf(key))} ${id} ${hex(message)}`;

  it('takes 1,000 of ours, and we take 1,000 of its own', () => {
    const answers = asked([
      ...messages.map((message, i) => verify(SM2_ID, message, ours[i]!)),
      ...messages.map(message => signing(SM2_ID, message)),
    ]);
    expect(new Set(answers.slice(0, COUNT))).toEqual(new Set(['yes']));
    const theirs = answers.slice(COUNT).map(answer => Buffer.from(answer, 'hex'));
    expect(messages.filter((message, i) => !verifySm2(publicKey, message, theirs[i]!))).toEqual([]);
    // In TypeScript alone a verification takes ten times as long.
    const inTypeScript = readSm2PublicKey(point)!;
    const some = messages.slice(0, COUNT / 10);
    expect(some.filter((message, i) => !verifyInTypeScript(inTypeScript, message, theirs[i]!))).toEqual([]);
  }, 120_000);

  it('refuses with us what has another id, and what is none', () => {
    const answers = asked([
      verify(OTHER_ID, messages[1]!, ours[1]!),
      ...Object.values(WRONG).map(signature => verify(SM2_ID, messages[1]!, signature)),
      signing(OTHER_ID, messages[1]!),
    ]);
    expect(answers.slice(0, -1)).toEqual(['no', ...Object.values(WRONG).map(() => 'no')]);
    expect(verifySm2(publicKey, messages[1]!, Buffer.from(answers.at(-1)!, 'hex'))).toBe(false);
    for (const signature of Object.values(WRONG)) expect(verifySm2(publicKey, messages[1]!, signature)).toBe(false);
  }, 60_000);
});

const { describe: describeOpenssl, absent: noOpenssl } = judge('openssl', 'openssl', 'version');

describeOpenssl(`SM2, judged by the openssl command${noOpenssl}`, () => {
  const { path: folder, remove } = temporaryFolder();
  afterAll(remove);
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('key.pem'), pem);
  writeFileSync(at('public.pem'), createPublicKey(key).export({ format: 'pem', type: 'spki' }));
  messages.forEach((message, i) => {
    writeFileSync(at(`${i}.message`), message);
    writeFileSync(at(`${i}.ours`), ours[i]!);
  });
  const options = (id: string): string => `-rawin -digest sm3 -pkeyopt distid:${id}`;
  const verifying = (id: string, name: string): string =>
    `openssl pkeyutl -verify -pubin -inkey public.pem ${options(id)} -in 1.message -sigfile ${name}`;
  /** A shell starts processes for less than Node does. */
  const shell = (script: string) => ask(folder, 'sh', ['-c', script]);

  it('takes 1,000 of ours, and we take 1,000 of its own', () => {
    const each = (command: string) =>
      shell(`set -e; for message in *.message; do name=\${message%.message}; ${command}; done`);
    const verify = `openssl pkeyutl -verify -pubin -inkey public.pem ${options(SM2_ID)}`;
    const taken = each(`${verify} -in $message -sigfile $name.ours`);
    expect([taken.status, taken.output.match(/Signature Verified Successfully/g)?.length]).toEqual([0, COUNT]);
    const sign = `openssl pkeyutl -sign -inkey key.pem ${options(SM2_ID)}`;
    expect(each(`${sign} -in $message -out $name.theirs`)).toEqual({ status: 0, output: '' });
    const theirs = messages.map((_, i) => readFileSync(at(`${i}.theirs`)));
    expect(messages.filter((message, i) => !verifySm2(publicKey, message, theirs[i]!))).toEqual([]);
  }, 300_000);

  it('refuses with us what has another id, or none, and what is none', () => {
    for (const [name, signature] of Object.entries(WRONG)) {
      writeFileSync(at('wrong'), signature);
      expect([name, shell(verifying(SM2_ID, 'wrong')).output]).toEqual([
        name,
        expect.stringContaining('Signature Verification Failure'),
      ]);
    }
    expect(shell(verifying(OTHER_ID, '1.ours')).output).toContain('Signature Verification Failure');
    const sign = `openssl pkeyutl -sign -inkey key.pem -in 1.message -rawin -digest sm3`;
    shell(`${sign} -out none.theirs; ${sign} -pkeyopt distid:${OTHER_ID} -out other.theirs`);
    for (const name of ['none.theirs', 'other.theirs'])
      expect([name, verifySm2(publicKey, messages[1]!, readFileSync(at(name)))]).toEqual([name, false]);
  });

  it('takes our certificates under an authority of SM2, and we those that it issues, with the one id alone', () => {
    const hourMs = 3_600_000;
    const dates = { notBefore: new Date(Date.now() - hourMs), notAfter: new Date(Date.now() + hourMs) };
    const by = (issuer: Issuer | undefined, profile: Profile, commonName: string): Issuer => {
      const own = readKey(makeKeyPem('SM2SM3'), commonName);
      const subject = { organization: '一窗通办示范', ...(profile === 'SEAL' && { unit: 'seal' }), commonName };
      return { certificate: issue({ profile, subject, key: own, ...dates }, issuer), key: own };
    };
    const authority = by(by(undefined, 'ROOT', 'Judged Root'), 'SEAL_AUTHORITY', 'Judged Authority');
    const { certificate: leaf } = by(authority, 'SEAL', 'seal');
    writeFileSync(at('authority.pem'), certificateToPem(authority.certificate.der));
    writeFileSync(at('leaf.pem'), certificateToPem(leaf.der));
    const judged = (id: string) =>
      shell(`openssl verify -partial_chain -vfyopt distid:${id} -trusted authority.pem leaf.pem`);
    expect(judged(SM2_ID)).toMatchObject({ status: 0, output: 'leaf.pem: OK\n' });
    expect(judged(OTHER_ID).output).toContain('certificate signature failure');

    const request = `openssl req -x509 -newkey sm2 -nodes -sm3 -subj /CN=Theirs -keyout own.pem`;
    shell(`${request} -sigopt distid:${SM2_ID} -out theirs.pem; ${request} -sigopt distid:${OTHER_ID} -out other.pem`);
    const faultOf = (file: string) => {
      const read = readPathCertificate(certificatesFromPem(readFileSync(at(file), 'utf8'))[0]!);
      return verifySignature(read.signatureAlgorithm, read.spki, read.body, read.signature);
    };
    expect(faultOf('theirs.pem')).toBeUndefined();
    expect(faultOf('other.pem')).toBe('CERTIFICATE_SIGNATURE_WRONG');
    expect(publicKeyOf(leaf.spki)).toBeDefined();
  });
});
