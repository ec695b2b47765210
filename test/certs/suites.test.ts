import { createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readSignedData, withTimeStamp } from '../../certs/cms.ts';
import { bitString, encode, oid, sequence, TAG } from '../../certs/der.ts';
import { lowered, negateS, readSignature, writeSignature } from '../../certs/ecdsa.ts';
import { FormatError } from '../../certs/findings.ts';
import { makeKeyPem, readKey, signAtOnce, spkiOf, suiteOfKeyObject, verifyingKeyOf } from '../../certs/key.ts';
import { OID } from '../../certs/oid.ts';
import { certificateToPem } from '../../certs/pem.ts';
import { openSealer } from '../../certs/seal.ts';
import { keySigner, openKeySigner, type Signer } from '../../certs/signer.ts';
import { readSm2Signature } from '../../certs/sm/sm2.ts';
import { bySuite, SUITES, type SuiteId, suiteOfKey, suiteOfSignature } from '../../certs/suites.ts';
import { readTimeStampResponse, writeTimeStampRequest } from '../../certs/time-stamp.ts';
import { openTimeStampAuthority } from '../../certs/tsa.ts';
import { judge, sealBytesMax } from '../../certs/verify.ts';
import { readSpki, writeSpki } from '../../certs/x509.ts';
import { parse, placesIn, replaced, write } from '../../tools/mutants/tree.ts';
import { changed, digest, faults, forge, hasOpenssl, NOW, openssl, sealWith, TAX_RECORD, world } from './fixture.ts';
import { derOf, N, negated } from './sm/forged.ts';

const w = world();
afterAll(() => w.remove());
const SUITE_IDS = Object.keys(SUITES) as SuiteId[];
const PEMS = bySuite(({ id }) => makeKeyPem(id));
const keys = bySuite(({ id }) => readKey(PEMS[id], 'x'));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const BYTES = Buffer.from('what is signed');

describe.each(SUITE_IDS)('the suite %s', id => {
  const suite = SUITES[id];
  const publicKey = createPublicKey(keys[id]);

  it('is found by its algorithms, and by no other’s', () => {
    expect(suiteOfKey(suite.keyAlgorithm)?.id).toBe(id);
    expect(suiteOfSignature(suite.signatureAlgorithm)?.id).toBe(id);
    expect(suiteOfKey(suite.signatureAlgorithm)).toBeUndefined();
    expect(suiteOfKeyObject(keys[id])).toBe(id);
    expect(suiteOfKeyObject(publicKey)).toBe(id);
  });

  it('reads the public key that the library writes, and writes it in the same bytes', () => {
    const spki = spkiOf(keys[id]);
    expect(readSpki(spki).suite).toBe(id);
    expect(hex(writeSpki(readSpki(spki)))).toBe(hex(spki));
  });

  it('takes what its signer signs, over those bytes and by that key alone', async () => {
    const signer: Signer = openKeySigner(PEMS[id], 'x');
    expect(signer.suite).toBe(id);
    expect(hex(signer.spki)).toBe(hex(spkiOf(publicKey)));
    const signature = await signer.sign(BYTES);
    expect(suite.signatureFault(signature)).toBeUndefined();
    expect(suite.verify(verifyingKeyOf(publicKey), BYTES, signature)).toBe(true);
    expect(suite.verify(verifyingKeyOf(publicKey), changed(BYTES, 0), signature)).toBe(false);
    expect(suite.verify(verifyingKeyOf(publicKey), BYTES, changed(signature, signature.length - 1))).toBe(false);
    expect(suite.verify(verifyingKeyOf(readKey(makeKeyPem(id), 'x')), BYTES, signature)).toBe(false);
    await signer.close();
  });

  it('signs at once what its signer would sign', () => {
    const signature = signAtOnce(keys[id], BYTES);
    expect(suite.signatureFault(signature)).toBeUndefined();
    expect(suite.verify(verifyingKeyOf(publicKey), BYTES, signature)).toBe(true);
  });
});

describe('a signature that is not of its suite’s form', () => {
  it('is malformed: RSA of another length, two numbers out of range', () => {
    expect(SUITES.RSA3072.signatureFault(new Uint8Array(383))).toBe('SIGNATURE_MALFORMED');
    expect(SUITES.RSA3072.signatureFault(new Uint8Array(385))).toBe('SIGNATURE_MALFORMED');
    expect(SUITES.ES256.signatureFault(new Uint8Array(70))).toBe('SIGNATURE_MALFORMED');
    expect(SUITES.ES256.signatureFault(new Uint8Array())).toBe('SIGNATURE_MALFORMED');
  });

  it('has numbers that SM2 has not: 0, n, or two whose sum is n', () => {
    const good = signAtOnce(keys.SM2SM3, BYTES);
    const [{ r }, n] = [readSm2Signature(good)!, N];
    expect(SUITES.SM2SM3.signatureFault(good)).toBeUndefined();
    for (const pair of [derOf(0n, 1n), derOf(1n, n), derOf(r, n - r)])
      expect(SUITES.SM2SM3.signatureFault(pair)).toBe('SIGNATURE_MALFORMED');
    // For ECDSA it would be as good as the other.
    expect(SUITES.SM2SM3.signatureFault(negated(good))).toBeUndefined();
    expect(SUITES.SM2SM3.verify(verifyingKeyOf(keys.SM2SM3), BYTES, negated(good))).toBe(false);
  });

  it('has the higher s, and is lowered by who signs', () => {
    const low = signAtOnce(keys.ES256, BYTES);
    const high = writeSignature(negateS(readSignature(low)));
    expect(SUITES.ES256.signatureFault(high)).toBe('SIGNATURE_HIGH_S');
    expect(hex(lowered(high))).toBe(hex(low));
    expect(hex(lowered(low))).toBe(hex(low));
  });
});

describe('a key of no suite', () => {
  const others: Readonly<Record<string, KeyObject>> = {
    'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    'RSA of 2048 bits': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'RSA of 3080 bits': generateKeyPairSync('rsa', { modulusLength: 3080 }).privateKey,
    'RSA with the exponent 3': generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }).privateKey,
    'RSA-PSS': generateKeyPairSync('rsa-pss', { modulusLength: 3072 }).privateKey,
    secp256k1: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
    Ed25519: generateKeyPairSync('ed25519').privateKey,
  };
  it.each(Object.keys(others))('such as %s is refused, as private key and in a certificate', name => {
    const key = others[name] as KeyObject;
    const pem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
    const sentence = 'the private key of tax is not a P-256, RSA-3072 or SM2 key in PEM';
    expect(() => openKeySigner(pem, 'tax')).toThrow(new Error(sentence));
    expect(() => keySigner(key)).toThrow(TypeError);
    expect(() => readSpki(spkiOf(key))).toThrow(FormatError);
  });

  it('such as an RSA key with bytes after it, or in another encoding, is refused', () => {
    const { bits } = readSpki(spkiOf(keys.RSA3072));
    const spki = (content: Uint8Array) => sequence(SUITES.RSA3072.keyAlgorithm, bitString(content));
    expect(readSpki(spki(bits)).suite).toBe('RSA3072');
    expect(() => readSpki(spki(Buffer.concat([bits, Buffer.of(0)])))).toThrow(/CERTIFICATE_KEY/);
    expect(() => readSpki(spki(bits.subarray(1)))).toThrow(/CERTIFICATE_KEY/);
    const withoutNull = sequence(sequence(oid('1.2.840.113549.1.1.1')), bitString(bits));
    expect(() => readSpki(withoutNull)).toThrow(/CERTIFICATE_ALGORITHM/);
  });
});

describe('a seal of SM2 with SM3', () => {
  const holder = forge({ key: keys.SM2SM3 }, w.sealAuthority);
  const seal = sealWith(holder, TAX_RECORD, { others: [w.sealAuthority.certificate] });
  const { CMS, NATIONAL } = { CMS: SUITES.ES256, NATIONAL: SUITES.SM2SM3 };
  /** Of the same length or not: the structure is written anew around it. */
  const swapped = (from: Uint8Array, to: Uint8Array, nth = 0): Uint8Array => {
    const tree = parse(seal);
    const places = [...placesIn(tree)].filter(({ element }) => hex(write(element)) === hex(from));
    return write(replaced(tree, places[nth]!.path, [parse(to)]));
  };
  const code = (der: Uint8Array): string => {
    try {
      return readSignedData(der).suite;
    } catch (fault) {
      if (fault instanceof FormatError) return fault.code;
      throw fault;
    }
  };

  it('has the types and algorithms of GB/T 35275, and the digest of the suite', () => {
    const read = readSignedData(seal);
    expect(code(seal)).toBe('SM2SM3');
    expect(hex(read.attributes.messageDigest)).toBe(hash('sm3', TAX_RECORD));
    expect(hex(read.attributes.certificateHash)).toBe(hash('sm3', holder.certificate.der));
    const types = [...placesIn(parse(seal))].map(({ element }) => hex(write(element)));
    for (const dotted of ['1.2.156.10197.6.1.4.2.2', '1.2.156.10197.6.1.4.2.1', '1.2.156.10197.1.301.1'])
      expect(types).toContain(hex(oid(dotted)));
  });

  it.each<[string, Uint8Array, string]>([
    ['the type of the whole', swapped(NATIONAL.types.signedData, CMS.types.signedData), 'SEAL_SUITE_MIXED'],
    ['the type of the content', swapped(NATIONAL.types.data, CMS.types.data), 'SEAL_NOT_DETACHED'],
    ['the type among the attributes', swapped(NATIONAL.types.data, CMS.types.data, 1), 'SEAL_NOT_DETACHED'],
    ['the first digest', swapped(NATIONAL.digestAlgorithm, CMS.digestAlgorithm), 'SEAL_SUITE_MIXED'],
    ['the digest of the signer', swapped(NATIONAL.digestAlgorithm, CMS.digestAlgorithm, 1), 'SEAL_SUITE_MIXED'],
    ['the digest of the certificate', swapped(NATIONAL.digestAlgorithm, CMS.digestAlgorithm, 2), 'SEAL_SUITE_UNKNOWN'],
    ['the signature', swapped(NATIONAL.signerAlgorithm, CMS.signerAlgorithm), 'SEAL_SUITE_MIXED'],
    [
      'the signature’s other name',
      swapped(NATIONAL.signerAlgorithm, NATIONAL.signatureAlgorithm),
      'SEAL_SUITE_UNKNOWN',
    ],
    [
      'the digest with a NULL',
      swapped(NATIONAL.digestAlgorithm, sequence(oid(OID.sm3), encode(TAG.NULL))),
      'SEAL_SUITE_UNKNOWN',
    ],
  ])('is mixed or unknown where %s is of another suite', (_, der, expected) => expect(code(der)).toBe(expected));

  it('is no seal of a key of another suite', () => {
    const other = sealWith(
      { certificate: forge({ key: keys.ES256 }, w.sealAuthority).certificate, key: keys.SM2SM3 },
      TAX_RECORD,
      {
        suite: 'SM2SM3',
        others: [w.sealAuthority.certificate],
      },
    );
    expect(faults(judge({ record: TAX_RECORD, seal: other, trust: w.trust, at: NOW }))).toContain('SEAL_SUITE_MIXED');
  });
});

describe('a seal of each suite under an authority of each', () => {
  const subject = { organization: '某', commonName: 'Authority' };
  const seconds = String(Math.floor(NOW.getTime() / 1000));

  /** openssl cms knows neither the types of GB/T 35275 nor the id of SM2: test/certs/sm asks openssl about both. */
  const isOfCms = (...suites: readonly SuiteId[]): boolean => !suites.includes('SM2SM3');

  it.each(SUITE_IDS.flatMap(of => SUITE_IDS.map(by => [of, by] as const)))(
    '%s under %s: is read, and holds, and openssl takes it if it is of CMS',
    async (of, by) => {
      const authority = forge({ profile: 'SEAL_AUTHORITY', subject, key: keys[by] }, w.root);
      const { certificate } = forge({ key: keys[of] }, authority);
      expect([certificate.publicKey.suite, certificate.signatureSuite]).toEqual([of, by]);
      const chainPem = [certificate, authority.certificate].map(({ der }) => certificateToPem(der)).join('');
      const sealer = openSealer({ signer: keySigner(keys[of]), chainPem });
      expect(sealer.suite).toBe(of);
      const seal = await sealer.seal(TAX_RECORD, NOW);
      expect(readSignedData(seal).suite).toBe(of);
      expect(faults(judge({ record: TAX_RECORD, seal, trust: w.trust, at: NOW }))).toEqual(['CERTIFICATE_NOT_LISTED']);
      if (!hasOpenssl || !isOfCms(of, by)) return;
      const files = { 'x.p7s': seal, 'x.json': TAX_RECORD, 'root.pem': w.text('trust/root.pem') };
      const args = `cms -verify -cades -binary -inform DER -in x.p7s -content x.json -CAfile root.pem -out out -attime ${seconds}`;
      expect(openssl(args.split(' '), files)).toMatchObject({
        status: 0,
        output: expect.stringContaining('CAdES Verification successful'),
      });
      expect(openssl(args.split(' '), { ...files, 'x.json': changed(TAX_RECORD, 3) }).status).not.toBe(0);
    },
  );

  it('with RSA everywhere and a time stamp is far below the bound of a seal', async () => {
    const authority = forge({ profile: 'SEAL_AUTHORITY', subject, key: keys.RSA3072 }, w.root);
    const chainOf = (profile: 'SEAL' | 'TIME_STAMP') =>
      [forge({ profile, key: keys.RSA3072 }, authority).certificate, authority.certificate]
        .map(({ der }) => certificateToPem(der))
        .join('');
    const signer = keySigner(keys.RSA3072);
    const seal = await openSealer({ signer, chainPem: chainOf('SEAL') }).seal(TAX_RECORD, NOW);
    const imprint = { sha256: digest(seal), hasNull: false };
    const response = readTimeStampResponse(
      await openTimeStampAuthority({ signer, chainPem: chainOf('TIME_STAMP'), policy: '2.999.3161.1' }).answer(
        writeTimeStampRequest({ imprint, certReq: true }),
        NOW,
      ),
    );
    if (!response.granted) throw new Error(response.failure);
    expect(withTimeStamp(seal, response.token).length).toBeLessThan(sealBytesMax / 8);
  });
});
