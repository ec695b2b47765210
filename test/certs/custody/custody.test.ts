/** Wherever a key is kept: what it signs must hold, and nothing of it may show. */
import { spawnSync } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CKA } from '../../../certs/custody/cryptoki.ts';
import { makeKept } from '../../../certs/custody/keep.ts';
import { type Kept, writeKept } from '../../../certs/custody/kept.ts';
import { signsWaitingMax } from '../../../certs/custody/key-away.ts';
import { openKept } from '../../../certs/custody/open.ts';
import { openTokenSigner } from '../../../certs/custody/pkcs11.ts';
import { readPkcs12, writePkcs12 } from '../../../certs/custody/pkcs12.ts';
import { openTokenSession, privateKeyIn } from '../../../certs/custody/token.ts';
import { bringIntoToken, makeInToken, removeFromToken } from '../../../certs/custody/token-keys.ts';
import type { TokenSuite } from '../../../certs/custody/token-suites.ts';
import { isLowS, readSignature } from '../../../certs/ecdsa.ts';
import { makeKeyPem, verifyingKeyOf } from '../../../certs/key.ts';
import { certificatesFromPem } from '../../../certs/pem.ts';
import { publicKeyOf } from '../../../certs/primitives.ts';
import { openSealer } from '../../../certs/seal.ts';
import type { Signer } from '../../../certs/signer.ts';
import { SUITES, type SuiteId } from '../../../certs/suites.ts';
import { checkSeal } from '../../../certs/verify.ts';
import { hasSoftHsm, PIN, SOFTHSM, type SoftToken, softToken } from '../../fixtures/softhsm.ts';
import { changed, HOLDERS, hasOpenssl, NOW, openssl, TAX_RECORD, type World, world } from '../fixture.ts';

const PASSWORD = 'password of tax';
const suites = Object.keys(SUITES) as readonly SuiteId[];
const tokenSuites: readonly TokenSuite[] = ['ES256', 'RSA3072'];
const suitesOf = (kind: Kept['kind']): readonly SuiteId[] => (kind === 'pkcs11' ? tokenSuites : suites);
const worlds = Object.fromEntries(
  suites.map(suite => [suite, world(HOLDERS.map(holder => (holder.id === 'tax' ? { ...holder, suite } : holder)))]),
) as Record<SuiteId, World>;
let token: SoftToken | undefined;
const opened: Signer[] = [];

beforeAll(() => {
  if (hasSoftHsm) token = softToken('tax');
});
afterAll(async () => {
  await Promise.all(opened.map(signer => signer.close()));
  token?.remove();
  for (const { remove } of Object.values(worlds)) remove();
});

const keysOf = ({ dir }: World) => join(dir, 'tax/keys');
const keyOf = (w: World): KeyObject => createPrivateKey(readFileSync(join(keysOf(w), 'seal-key.pem')));
const place = () => ({ module: SOFTHSM, token: 'tax', pin: () => PIN });

/** Puts tax's key into a custody. */
const PUT: Readonly<Record<Kept['kind'], (w: World, suite: SuiteId) => Promise<Kept>>> = {
  file: async () => ({ kind: 'file', key: 'seal-key.pem', chain: 'seal-chain.pem' }),
  worker: async () => ({ kind: 'worker', key: 'seal-key.pem', chain: 'seal-chain.pem' }),
  async pkcs12(w) {
    const certificates = certificatesFromPem(w.text('tax/keys/seal-chain.pem'));
    const made = writePkcs12({ key: keyOf(w), certificates, password: PASSWORD, name: 'tax seal' });
    writeFileSync(join(keysOf(w), 'seal.p12'), made);
    writeFileSync(join(keysOf(w), 'password'), `${PASSWORD}\n`);
    const password = { file: join(keysOf(w), 'password') };
    return { kind: 'pkcs12', container: 'seal.p12', password, chain: 'seal-chain.pem' };
  },
  async pkcs11(w, suite) {
    const object = suite === 'ES256' ? '01' : '02';
    await removeFromToken(place(), object);
    await bringIntoToken(place(), keyOf(w), { object, label: 'tax seal' });
    process.env.TAX_PIN = PIN;
    return {
      kind: 'pkcs11',
      module: SOFTHSM,
      token: 'tax',
      object,
      pin: { variable: 'TAX_PIN' },
      chain: 'seal-chain.pem',
    };
  },
};

async function open(kind: Kept['kind'], suite: SuiteId): Promise<{ signer: Signer; chainPem: string }> {
  const w = worlds[suite];
  writeKept(keysOf(w), await PUT[kind](w, suite));
  const kept = await openKept(keysOf(w), 'seal');
  opened.push(kept.signer);
  return kept;
}

/** Every message that leads to this error. */
function toldBy(error: unknown): string {
  const { message, cause } = error as Error;
  return cause === undefined ? message : `${message} ${toldBy(cause)}`;
}
const refusalOf = async (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'no refusal',
    error => toldBy(error),
  );
/** What a test of the domain is called when there is no token. */
const withToken = hasSoftHsm ? it : it.skip;
const KINDS = (['file', 'worker', 'pkcs12', 'pkcs11'] as const).filter(kind => kind !== 'pkcs11' || hasSoftHsm);

describe.each(KINDS)('a key kept by %s', kind => {
  it.each(suitesOf(kind))('seals with %s, and the seal holds', async suite => {
    const { signer, chainPem } = await open(kind, suite);
    const sealer = openSealer({ signer, chainPem });
    const seal = await sealer.seal(TAX_RECORD, NOW);
    expect([signer.suite, sealer.suite]).toEqual([suite, suite]);
    expect(checkSeal({ record: TAX_RECORD, seal, trust: worlds[suite].trust, at: NOW }).ok).toBe(true);
  });

  it('signs for many at once, always with the lower s', async () => {
    const { signer } = await open(kind, 'ES256');
    const publicKey = verifyingKeyOf(keyOf(worlds.ES256));
    const messages = Array.from({ length: 64 }, (_, i) => Buffer.from(`message ${i}`));
    const signatures = await Promise.all(messages.map(message => signer.sign(message)));
    messages.forEach((message, i) => {
      expect(isLowS(readSignature(signatures[i]!))).toBe(true);
      expect(SUITES.ES256.verify(publicKey, message, signatures[i]!)).toBe(true);
    });
  });
});

describe('a key in a thread', () => {
  const posted = jest.spyOn(Worker.prototype, 'postMessage');
  /** The thread that was asked last. */
  const thread = () => posted.mock.contexts.at(-1) as Worker;
  afterAll(() => posted.mockRestore());

  it('is there again when its thread has died, and what waited in it is rejected', async () => {
    const { signer } = await open('worker', 'RSA3072');
    await signer.sign(TAX_RECORD);
    const waiting = Array.from({ length: 20 }, () => refusalOf(signer.sign(TAX_RECORD)));
    await thread().terminate();
    expect(await Promise.all(waiting)).toContain('the thread that keeps tax seal has ended');
    const signature = await signer.sign(TAX_RECORD);
    expect(SUITES.RSA3072.verify(verifyingKeyOf(keyOf(worlds.RSA3072)), TAX_RECORD, signature)).toBe(true);
  });

  it('takes no more than it can answer', async () => {
    const { signer } = await open('worker', 'RSA3072');
    const asked = Array.from({ length: signsWaitingMax + 1 }, () => refusalOf(signer.sign(TAX_RECORD)));
    expect(await asked.at(-1)).toBe('1000 signatures wait for tax seal already');
    await thread().terminate();
    await Promise.all(asked);
  });

  it('answers what it was asked before it is closed, and nothing afterwards', async () => {
    const { signer } = await open('worker', 'RSA3072');
    const asked = signer.sign(TAX_RECORD);
    await signer.close();
    expect((await asked).length).toBe(384);
    expect(await refusalOf(signer.sign(TAX_RECORD))).toBe('tax seal is closed');
  });

  it('is refused when another key has taken its place meanwhile', async () => {
    const { signer } = await open('worker', 'ES256');
    await signer.sign(TAX_RECORD);
    const path = join(keysOf(worlds.ES256), 'seal-key.pem');
    const pem = readFileSync(path);
    writeFileSync(path, makeKeyPem());
    await thread().terminate();
    expect(await refusalOf(signer.sign(TAX_RECORD))).toMatch(/another key than before is in the place of tax seal/);
    writeFileSync(path, 'secret');
    const told = await refusalOf(signer.sign(TAX_RECORD));
    expect(told).toBe('the private key of tax seal is not a P-256, RSA-3072 or SM2 key in PEM');
    rmSync(path);
    expect(await refusalOf(signer.sign(TAX_RECORD))).toMatch(/seal-key\.pem can't be read \(ENOENT\)/);
    writeFileSync(path, pem);
    expect((await signer.sign(TAX_RECORD)).length).toBeGreaterThan(60);
  });
});

describe('a container', () => {
  const certificates = () => certificatesFromPem(worlds.ES256.text('tax/keys/seal-chain.pem'));
  const container = () =>
    writePkcs12({ key: keyOf(worlds.ES256), certificates: certificates(), password: PASSWORD, name: 'tax seal' });

  it('gives back the key and the certificates', () => {
    const read = readPkcs12(container(), PASSWORD, 'the container');
    expect(read.key.equals(keyOf(worlds.ES256))).toBe(true);
    expect(read.certificates.map(der => Buffer.from(der).toString('hex'))).toEqual(
      certificates().map(der => Buffer.from(der).toString('hex')),
    );
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['the password is another', container(), 'guess', /^the password does not open the container$/],
    ['the password is not of ASCII', container(), '密码', /^the password of a container has ASCII characters only$/],
    ['it is none', Buffer.from('secret'), PASSWORD, /^the container is no PKCS#12 container$/],
    ['it is too large', new Uint8Array(64 * 1024 + 1), PASSWORD, /has more than 65536 bytes/],
    ['a byte of it was changed', changed(container(), 300), PASSWORD, /^the password does not open the container$/],
  ])('does not open when %s, and says nothing else', (_, bytes, password, sentence) => {
    const open = () => readPkcs12(bytes, password, 'the container');
    expect(open).toThrow(sentence);
    expect(open).not.toThrow(new RegExp(password));
  });

  const realOpenssl = hasOpenssl ? it : it.skip;

  realOpenssl('opens for openssl, key and chain', () => {
    const { output } = openssl(['pkcs12', '-in', 'c.p12', '-passin', 'file:p', '-nodes', '-nomacver'], {
      'c.p12': container(),
      p: PASSWORD,
    });
    expect(
      createPrivateKey(/-----BEGIN PRIVATE KEY[\s\S]*?END PRIVATE KEY-----/.exec(output)![0]).equals(
        keyOf(worlds.ES256),
      ),
    ).toBe(true);
    expect(output.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    const { output: checked } = openssl(['pkcs12', '-in', 'c.p12', '-passin', 'file:p', '-info', '-noout'], {
      'c.p12': container(),
      p: PASSWORD,
    });
    expect(checked).toContain('MAC: sha256');
    expect(checked).toContain('AES-256-CBC');
  });

  realOpenssl.each(
    suites.flatMap(
      suite =>
        [
          [suite, 'of today', []],
          [suite, 'of before', ['-legacy']],
        ] as const,
    ),
  )('of openssl opens here: %s, the algorithms %s', (suite, _, options) => {
    const w = worlds[suite];
    const made = join(w.dir, 'openssl.p12');
    const { status } = openssl(
      ['pkcs12', '-export', ...options, '-inkey', 'k.pem', '-in', 'c.pem', '-passout', 'file:p', '-out', made],
      { 'k.pem': w.text('tax/keys/seal-key.pem'), 'c.pem': w.text('tax/keys/seal-chain.pem'), p: PASSWORD },
    );
    expect(status).toBe(0);
    const read = readPkcs12(readFileSync(made), PASSWORD, 'the container');
    expect(read.key.equals(keyOf(w))).toBe(true);
    expect(read.certificates).toHaveLength(2);
  });

  it('whose password is nowhere is not opened', async () => {
    const keys = keysOf(worlds.ES256);
    const kept = await PUT.pkcs12(worlds.ES256, 'ES256');
    writeKept(keys, { ...kept, password: { variable: 'NO_SUCH_PASSWORD' } } as Kept);
    expect(await refusalOf(openKept(keys, 'seal'))).toMatch(
      /^the password of .*seal\.p12 is not in the environment variable NO_SUCH_PASSWORD$/,
    );
  });
});

describe('a key of SM2', () => {
  const sentence =
    "a key of SM2SM3 can't be kept in a token: PKCS#11 has no mechanism for SM2; keep it by file, worker or pkcs12";

  it('can be brought into no token, made in none, and looked for in none', async () => {
    const { spki } = worlds.SM2SM3.party('tax').certificate;
    const kept = await PUT.pkcs12(worlds.SM2SM3, 'SM2SM3');
    const pin = { variable: 'TAX_PIN' };
    const inToken: Kept = { kind: 'pkcs11', module: SOFTHSM, token: 'tax', object: '03', pin, chain: kept.chain };
    expect(() => bringIntoToken(place(), keyOf(worlds.SM2SM3), { object: '03', label: 'tax seal' })).toThrow(
      new Error(sentence),
    );
    expect(await refusalOf(makeKept(keysOf(worlds.SM2SM3), inToken, 'SM2SM3', 'tax seal'))).toBe(sentence);
    expect(await refusalOf(openTokenSigner({ ...place(), object: '03', spki, owner: 'tax seal' }))).toBe(sentence);
  });

  it.each(['file', 'worker', 'pkcs12'] as const)('kept by %s signs for many at once', async kind => {
    const { signer } = await open(kind, 'SM2SM3');
    const publicKey = verifyingKeyOf(keyOf(worlds.SM2SM3));
    const messages = Array.from({ length: 64 }, (_, i) => Buffer.from(`message ${i}`));
    const signatures = await Promise.all(messages.map(message => signer.sign(message)));
    expect(messages.filter((message, i) => !SUITES.SM2SM3.verify(publicKey, message, signatures[i]!))).toEqual([]);
  });

  it('kept by the process itself takes no more than it can sign, and what it was asked it signs before it is closed', async () => {
    const { signer } = await open('file', 'SM2SM3');
    const asked = Array.from({ length: signsWaitingMax + 4 }, () => refusalOf(signer.sign(TAX_RECORD)));
    expect(await asked.at(-1)).toBe('1000 signatures wait already');
    await signer.close();
    expect(new Set(await Promise.all(asked.slice(0, -1)))).toEqual(new Set(['no refusal']));
    expect(await refusalOf(signer.sign(TAX_RECORD))).toBe('the key is closed');
    await signer.close();
  });
});

describe('a key in a token', () => {
  withToken('signs again when its sessions were lost, and when the token was away', async () => {
    const { signer } = await open('pkcs11', 'ES256');
    const publicKey = verifyingKeyOf(keyOf(worlds.ES256));
    const signs = async () => SUITES.ES256.verify(publicKey, TAX_RECORD, await signer.sign(TAX_RECORD));
    token!.forgetSessions();
    expect(await signs()).toBe(true);
    token!.takeOut();
    expect(await refusalOf(signer.sign(TAX_RECORD))).toBe('the token "tax" is not there');
    token!.putIn();
    expect(await Promise.all(Array.from({ length: 10 }, signs))).toEqual(Array(10).fill(true));
  });

  withToken.each(tokenSuites)('is made there, with %s, and can’t be taken out', async suite => {
    const object = suite === 'ES256' ? 'a1' : 'a2';
    const spki = await makeInToken(place(), suite, { object, label: 'made' });
    const signer = await openTokenSigner({ ...place(), object, spki, owner: 'made' });
    opened.push(signer);
    const publicKey = publicKeyOf(spki)!;
    expect(SUITES[suite].verify(publicKey, TAX_RECORD, await signer.sign(TAX_RECORD))).toBe(true);
    const session = await openTokenSession(place());
    const key = await privateKeyIn(session, object);
    const secret = suite === 'ES256' ? CKA.VALUE : CKA.PRIVATE_EXPONENT;
    expect(await refusalOf(session.cryptoki.attribute(session.session, key, secret))).toMatch(
      /C_GetAttributeValue answered 0x11/,
    );
    await removeFromToken(place(), object);
    expect(await refusalOf(openTokenSigner({ ...place(), object, spki, owner: 'made' }))).toMatch(
      /holds no key with the id a/,
    );
  });

  withToken('is not opened for a certificate over another key', async () => {
    await PUT.pkcs11(worlds.ES256, 'ES256');
    const { spki } = worlds.ES256.party('business').certificate;
    expect(await refusalOf(openTokenSigner({ ...place(), object: '01', spki, owner: 'tax seal' }))).toBe(
      'the key in the token "tax" is not the one in the certificate of tax seal',
    );
  });

  withToken('is not tried a second time with a PIN that was wrong', async () => {
    await PUT.pkcs11(worlds.ES256, 'ES256');
    const { spki } = worlds.ES256.party('tax').certificate;
    let right = true;
    let asked = 0;
    const pin = () => {
      asked += 1;
      return right ? PIN : 'wrong-9999';
    };
    const signer = await openTokenSigner({ ...place(), pin, object: '01', spki, owner: 'tax seal' });
    opened.push(signer);
    right = false;
    asked = 0;
    token!.forgetSessions();
    for (let i = 0; i < 5; i++) {
      const told = await refusalOf(signer.sign(TAX_RECORD));
      expect(told).toBe('the token "tax" refuses the PIN (C_Login answered CKR_PIN_INCORRECT)');
    }
    expect(asked).toBe(1);
  });

  withToken('signs on when all that nobody holds is collected: its library stays', () => {
    const script = fileURLToPath(new URL('collected.ts', import.meta.url));
    const { stdout, signal } = spawnSync(process.execPath, ['--expose-gc', script, SOFTHSM, 'tax', PIN], {
      env: { PATH: process.env.PATH, SOFTHSM2_CONF: token!.settings },
      encoding: 'utf8',
    });
    expect([signal, stdout]).toEqual([null, 'signed\n']);
  });

  it('says what to install where the library of the token is missing', async () => {
    const missing = { ...place(), module: '/usr/lib/nowhere/libsofthsm2.so' };
    const { spki } = worlds.ES256.party('tax').certificate;
    expect(await refusalOf(openTokenSigner({ ...missing, object: '01', spki, owner: 'tax seal' }))).toBe(
      "/usr/lib/nowhere/libsofthsm2.so is not there: a token is reached through its maker's library (SoftHSM's: apt-get install softhsm2)",
    );
  });

  it('says so when the library is none', async () => {
    const module = fileURLToPath(import.meta.url);
    const { spki } = worlds.ES256.party('tax').certificate;
    expect(await refusalOf(openTokenSigner({ ...place(), module, object: '01', spki, owner: 'tax seal' }))).toMatch(
      /custody\.test\.ts can't be loaded as a PKCS#11 library/,
    );
  });
});

describe('custody.json', () => {
  it.each<[string, string]>([
    ['no JSON', '{'],
    ['another kind', '{"kind":"cloud","key":"a","chain":"b"}'],
    ['a member too many', '{"kind":"file","key":"a.pem","chain":"b.pem","pin":"1234"}'],
    ['a member too few', '{"kind":"file","key":"a.pem"}'],
    ['a way out of the folder', '{"kind":"file","key":"../center/keys/seal-key.pem","chain":"b.pem"}'],
    ['a PIN in clear', '{"kind":"pkcs11","module":"/m","token":"t","object":"01","pin":"1234","chain":"b.pem"}'],
    [
      'a relative library',
      '{"kind":"pkcs11","module":"m.so","token":"t","object":"01","pin":{"file":"/p"},"chain":"b.pem"}',
    ],
  ])('with %s is not taken, and not quoted', async (_, text) => {
    const keys = keysOf(worlds.ES256);
    writeFileSync(join(keys, 'custody.json'), text);
    expect(await refusalOf(openKept(keys, 'seal'))).toMatch(
      /^\S+custody\.json is not as "npm run keys" writes it: [a-z ]+$/,
    );
  });
});
