import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as node from '../../../certs/platform/node.ts';
import { answerPure } from '../../../certs/platform/web/pure.ts';
import { type Answer, settled } from '../../../certs/platform/web/questions.ts';
import { webCryptoAnswer } from '../../../certs/platform/web/webcrypto.ts';
import * as web from '../../../certs/platform/web.ts';
import { signSm2AtOnce } from '../../../certs/sm/sign.ts';
import { vectors } from '../../fixtures/vectors.ts';

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

type Verify = typeof web.verifyEs256;

/** Node's WebCrypto is not a browser's, but asks for the same forms; /verify is tested in a browser as well. */
const ANSWERS: readonly (readonly [string, Answer])[] = [
  ['WebCrypto', webCryptoAnswer(crypto.subtle)],
  ['no WebCrypto', webCryptoAnswer(undefined)],
];
const FILES: readonly (readonly [string, Verify])[] = [
  ['ecdsa_secp256r1_sha256_test.json', web.verifyEs256],
  ['rsa_signature_2048_sha256_test.json', web.verifyRs256],
  ['rsa_signature_3072_sha256_test.json', web.verifyRs256],
  ['ed25519_test.json', web.verifyEd25519],
];

const decoded = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const sm2Key = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'SM2' }).privateKey;
const sm2Spki = (key: KeyObject): Uint8Array => createPublicKey(key).export({ format: 'der', type: 'spki' });
const spkiOf = (type: 'ed25519' | 'ed448' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519').publicKey.export({ format: 'der', type: 'spki' });

describe.each(ANSWERS)('signatures in a browser with %s', (_, answer) => {
  describe.each(FILES)('%s', (file, verify) => {
    const { path, it: itThere, absent } = vectors(`wycheproof/${file}`, 'github.com/C2SP/wycheproof');

    itThere(`says of every vector what Wycheproof says${absent}`, async () => {
      const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
      const all = testGroups.flatMap(({ publicKeyDer, tests }) => tests.map(test => ({ publicKeyDer, ...test })));
      const said = await settled(
        () =>
          all.map(({ publicKeyDer, msg, sig }) =>
            verify(web.publicKeyOf(decoded(publicKeyDer))!, decoded(msg), decoded(sig)),
          ),
        answer,
      );
      const wrong = all.filter(({ result }, i) => said[i] !== (result === 'valid'));
      expect(all.length).toBeGreaterThan(140);
      expect(wrong.map(({ tcId, comment }) => `${tcId} ${comment}`)).toEqual([]);
    });
  });

  it('knows SM2, which no browser does: the signer’s own, and not what Node signs with such a key', async () => {
    const [privateKey, other] = [sm2Key(), sm2Key()];
    const [key, otherKey] = [web.publicKeyOf(sm2Spki(privateKey))!, web.publicKeyOf(sm2Spki(other))!];
    const bytes = decoded('0102');
    const signature = signSm2AtOnce(privateKey, bytes);
    const nodes = sign('sm3', bytes, privateKey);
    const asked = () => [
      web.verifySm2(key, bytes, signature),
      web.verifySm2(otherKey, bytes, signature),
      web.verifySm2(key, decoded('0103'), signature),
      web.verifySm2(key, bytes, nodes),
      web.verifyEs256(key, bytes, signature),
      web.verifySm2(key, bytes, decoded('')),
    ];
    expect(await settled(asked, answer)).toEqual([true, false, false, false, false, false]);
  });

  it('judges by the kind of the key: a signature of another kind holds for nothing', async () => {
    const key = web.publicKeyOf(spkiOf('ed25519'))!;
    const asked = () => [web.verifyEs256, web.verifyRs256].map(verify => verify(key, decoded('00'), decoded('00')));
    expect(await settled(asked, answer)).toEqual([false, false]);
  });
});

describe('a key in a browser', () => {
  const p256 = (): Uint8Array =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });

  it('is what Node takes, of the kinds that suites and logs have', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey.export({ format: 'der', type: 'spki' });
    for (const spki of [p256(), rsa, spkiOf('ed25519'), sm2Spki(sm2Key())]) {
      expect(node.publicKeyOf(spki)).toBeDefined();
      expect(web.publicKeyOf(spki)).toBeDefined();
      for (let end = 0; end < spki.length; end += 7) expect(web.publicKeyOf(spki.subarray(0, end))).toBeUndefined();
      expect(web.publicKeyOf(Uint8Array.of(...spki, 0))).toBeUndefined();
    }
    expect(web.publicKeyOf(spkiOf('x25519'))).toBeUndefined();
    expect(web.publicKeyOf(spkiOf('ed448'))).toBeUndefined();
  });

  it('is no point beside the curve', () => {
    for (const spki of [new Uint8Array(p256()), new Uint8Array(sm2Spki(sm2Key()))]) {
      spki[spki.length - 1]! ^= 1;
      expect(node.publicKeyOf(spki)).toBeUndefined();
      expect(web.publicKeyOf(spki)).toBeUndefined();
    }
  });
});

describe('a run that asks for signatures', () => {
  const key = web.publicKeyOf(spkiOf('ed25519'))!;
  const asks = (n: number) => web.verifyEd25519(key, Uint8Array.of(n), new Uint8Array(64));

  it('is made again until it asks nothing new, and only that run is believed', async () => {
    const seen: boolean[][] = [];
    // The second question stands behind a "no" to the first: a run with provisional answers never comes to it.
    const run = () => {
      const answers = asks(1) ? [true] : [false, asks(2)];
      seen.push(answers);
      return answers;
    };
    expect(await settled(run, async ({ bytes }) => bytes[0] === 2)).toEqual([false, true]);
    expect(seen).toEqual([[true], [false, true], [false, true]]);
  });

  it('asks each question once, however often it comes up', async () => {
    const answered: number[] = [];
    const run = () => [asks(1), asks(1), asks(2)].every(Boolean);
    expect(
      await settled(run, async ({ bytes }) => {
        answered.push(bytes[0]!);
        return true;
      }),
    ).toBe(true);
    expect(answered).toEqual([1, 2]);
  });

  it('throws what the last run threw, and nothing of those before', async () => {
    const run = (refuseOn: boolean) => () => {
      if (asks(1) === refuseOn) throw new RangeError('refused');
      return 'taken';
    };
    await expect(settled(run(true), async () => false)).resolves.toBe('taken');
    await expect(settled(run(false), async () => false)).rejects.toThrow('refused');
  });

  it('comes to an end when it asks something new each time', async () => {
    let n = 0;
    const endless = settled(
      () => web.verifyEd25519(key, web.utf8(String(n++)), new Uint8Array(64)),
      async () => true,
    );
    await expect(endless).rejects.toMatchObject({ name: 'Unsettled' });
    expect(n).toBe(16);
  });

  it('comes to an end when it asks too much at once', async () => {
    const many = settled(
      () => Array.from({ length: 20_001 }, (_, i) => web.verifyEd25519(key, web.utf8(String(i)), new Uint8Array(64))),
      async () => true,
    );
    await expect(many).rejects.toMatchObject({ name: 'Unsettled' });
  });

  it('is the only place where a browser checks signatures', () => {
    expect(() => asks(1)).toThrow('within settled()');
    expect(answerPure({ key: key as never, bytes: Uint8Array.of(1), signature: new Uint8Array(64) })).toBe(false);
  });
});
