import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openKept } from '../../../certs/custody/open.ts';
import { openSealer } from '../../../certs/seal.ts';
import { sesBytesMax } from '../../../certs/ses/bounds.ts';
import { judgeSes, refusalOnTheWay } from '../../../certs/ses/judge.ts';
import { readSesSignature, withoutSesTimeStamp, writeSesSignature } from '../../../certs/ses/signature.ts';
import { type Question, readTrust } from '../../../certs/verify.ts';
import { vectors } from '../../fixtures/vectors.ts';
import { withCertificate } from '../evidence.ts';
import { bytesOf, changed, codes, faults, NOW, TAX_RECORD } from '../fixture.ts';
import { stamperOf, tokenOver } from '../stamps.ts';
import { type Odd, PNG, proven, STAMPED, sesWorld, signatureWith, sm2Issuer, stampedSes } from './made.ts';

const w = sesWorld();
afterAll(() => w.remove());
const AT = new Date('2025-06-30T09:00:00Z');
const LATE = new Date('2040-01-01T00:00:00Z');
const dayMs = 86_400_000;
const from = (days: number): Date => new Date(NOW.getTime() + days * dayMs);

const { signer, chainPem, electronicSeal } = await openKept(join(w.dir, 'tax/keys'), 'seal');
const sealer = openSealer({ signer, chainPem, electronicSeal });
const bare = (await sealer.sealSes(TAX_RECORD, NOW))!;
const good = await proven(w, stampedSes(w, bare));
const ask = (seal: Uint8Array, more: Partial<Omit<Question, 'seal'>> = {}) =>
  judgeSes({ record: TAX_RECORD, trust: good.trust, at: AT, proof: good.proof, ...more, seal });

describe('an electronic signature in order', () => {
  it('is VALID with its time stamp and its log proof, and says who signed when', () => {
    expect(ask(good.seal)).toEqual({
      verdict: 'VALID',
      atSigning: 'VALID',
      now: 'VALID',
      findings: [],
      signer: {
        department: 'tax',
        organization: '税务局',
        certificateSha256: sealer.certificateSha256,
        serial: Buffer.from(w.tax.certificate.serial).toString('hex'),
      },
      sealedAt: '2025-06-30T08:00:00.000Z',
      stampedAt: STAMPED.toISOString(),
      log: expect.objectContaining({ index: 0 }),
    });
    expect(ask(good.seal)).toEqual(ask(good.seal));
  });

  it('is INDETERMINATE while neither proves it, and needs the authority from beside the root', () => {
    const onItsWay = ['NO_TIME_STAMP', 'NO_LOG_PROOF'];
    const trust = { ...good.trust, authorities: [w.sealAuthority.certificate.der] };
    const judgement = judgeSes({ record: TAX_RECORD, seal: bare, trust, at: AT });
    expect([judgement.verdict, codes(judgement)]).toEqual(['INDETERMINATE', onItsWay]);
    expect(refusalOnTheWay(judgement)).toBeUndefined();
    expect(codes(judgeSes({ record: TAX_RECORD, seal: bare, trust: good.trust, at: AT }))).toEqual([
      'ISSUER_ABSENT',
      'ISSUER_ABSENT',
      ...onItsWay,
    ]);
  });

  it('is without its time stamp what the signer made, byte for byte', () => {
    expect(Buffer.from(withoutSesTimeStamp(good.seal))).toEqual(Buffer.from(bare));
  });

  it('was good when the certificates and the seal have ended since, and is EXPIRED without a time stamp', async () => {
    const { trust, seal, proof } = await proven(w, good.seal, { from: NOW, until: new Date('2041-01-01T00:00:00Z') });
    const judgement = judgeSes({ record: TAX_RECORD, seal, trust, proof, at: LATE });
    expect([judgement.verdict, judgement.atSigning, judgement.now]).toEqual(['VALID_AT_SIGNING', 'VALID', 'EXPIRED']);
    expect(new Set(codes(judgement))).toEqual(new Set(['CERTIFICATE_EXPIRED_SINCE', 'SES_SEAL_EXPIRED_SINCE']));
    const unstamped = judgeSes({ record: TAX_RECORD, seal: bare, trust, at: LATE });
    expect(codes(unstamped)).toEqual(expect.arrayContaining(['SES_SEAL_EXPIRED', 'CERTIFICATE_EXPIRED']));
  });

  it.each(['tax', 'maker'] as const)(
    'is REVOKED when the certificate of the %s was before, and only then',
    async who => {
      const { serial } = w[who].certificate;
      const judged = async (revocationDate: Date) => {
        const entries = [{ serial, revocationDate, reason: 'keyCompromise' as const }];
        const { trust, seal, proof } = await proven(w, good.seal, { from: NOW, until: from(7), entries });
        return judgeSes({ record: TAX_RECORD, seal, trust, proof, at: AT });
      };
      expect(await judged(from(-1))).toMatchObject({ verdict: 'REVOKED' });
      const since = await judged(new Date('2025-06-30T08:30:00Z'));
      expect([since.verdict, codes(since)]).toEqual(['VALID_AT_SIGNING', ['CERTIFICATE_REVOKED_SINCE']]);
    },
  );
});

describe('an electronic signature that is not in order', () => {
  const INFO = w.electronicSeal.info;
  const other = sm2Issuer({ subject: { organization: '税务局', unit: 'tax', commonName: 'other' } }, w.sealAuthority);
  const foreign = sm2Issuer({ profile: 'SEAL_MAKER' }, w.root);
  const custom = { data: [{ id: '2.999.1', value: Uint8Array.of(1) }], tagging: 'EXPLICIT' } as const;
  const seals = (info: Odd['info']): Odd => ({ info: info! });

  it.each<[string, Odd, readonly string[]]>([
    ['another record', { toSign: { dataHash: new Uint8Array(32) } }, ['SES_DATA_HASH_DIFFERS']],
    ['another property', { toSign: { propertyInfo: 'other.json' } }, ['SES_PROPERTY_DIFFERS']],
    ['custom data', { toSign: { custom } }, ['SES_CUSTOM_DATA']],
    ['custom data in the seal', seals({ custom: custom.data }), ['SES_CUSTOM_DATA']],
    [
      'custom data without their tag',
      { toSign: { custom: { ...custom, tagging: 'NONE' } } },
      ['SES_CUSTOM_DATA', 'SES_TAGGING'],
    ],
    ['another algorithm', { algorithm: '1.2.840.10045.4.3.2' }, ['SES_ALGORITHM']],
    ['another algorithm of the maker', { makerAlgorithm: '1.2.156.10197.1.301.1' }, ['SES_ALGORITHM']],
    ['the seal of another organization', seals({ name: '市场监督管理局' }), ['SES_NAME_DIFFERS']],
    ['a picture that is none', seals({ picture: { ...INFO.picture, data: new Uint8Array(9) } }), ['SES_PICTURE']],
    ['a picture of another type', seals({ picture: { ...INFO.picture, type: 'SVG' } }), ['SES_PICTURE']],
    [
      'a seal for digests',
      seals({ signers: { kind: 'DIGESTS', digests: [{ type: 'SM3', value: new Uint8Array(32) }] } }),
      ['SES_SIGNERS_NOT_CERTIFICATES'],
    ],
    [
      'a seal for nobody',
      seals({ signers: { kind: 'CERTIFICATES', certificates: [] } }),
      ['SES_SIGNERS_NOT_CERTIFICATES'],
    ],
    [
      'a seal for another signer',
      seals({ signers: { kind: 'CERTIFICATES', certificates: [other.certificate.der] } }),
      ['SES_SIGNER_NOT_IN_SEAL'],
    ],
    [
      'a seal that ends before it begins',
      seals({ validUntil: from(-900) }),
      ['SES_DATES', 'SES_SEALED_OUTSIDE_VALIDITY', 'SES_SEAL_EXPIRED'],
    ],
    ['a seal that was made after it was used', seals({ createdAt: from(0.02) }), ['SES_DATES']],
    ['a seal that was not yet valid', seals({ validFrom: from(0.01) }), ['SES_SEALED_OUTSIDE_VALIDITY']],
    [
      'a seal that is not yet valid',
      seals({ validFrom: from(1) }),
      ['SES_SEALED_OUTSIDE_VALIDITY', 'SES_SEAL_NOT_YET_VALID'],
    ],
    ['a signature of the future', { toSign: { signedAt: from(2) } }, ['SEALED_IN_FUTURE', 'TIME_STAMP_BEFORE_SEALING']],
    [
      'a seal made before its maker was',
      seals({ createdAt: from(-400) }),
      ['SEALED_OUTSIDE_VALIDITY', 'SEALED_OUTSIDE_VALIDITY', 'SEALED_OUTSIDE_VALIDITY'],
    ],
    ['a seal signed by a department', { maker: w.tax }, ['SES_MAKER_NOT_FOR_SEALS']],
    ['a seal signed by a maker whom the root issued', { maker: foreign }, ['ISSUER_NOT_SEAL_AUTHORITY']],
    [
      'a seal that its maker did not sign',
      { makerSignature: w.electronicSeal.signature, ...seals({ type: 2 }) },
      ['SIGNATURE_WRONG'],
    ],
    [
      'a signature of the maker',
      { signer: w.maker },
      [
        'SIGNER_NOT_FOR_SEALS',
        'SES_NAME_DIFFERS',
        'RECORD_DEPARTMENT_DIFFERS',
        'CERTIFICATE_NOT_LISTED',
        'LOG_INCLUSION_WRONG',
      ],
    ],
    ['a signer whom the trust list does not name', { signer: other }, ['CERTIFICATE_NOT_LISTED']],
    ['a signature in 64 bytes', { signature: new Uint8Array(64).fill(1) }, ['SIGNATURE_MALFORMED']],
    [
      'a signature of another',
      { signature: readSesSignature(bare).signature, ...seals({ type: 2 }) },
      ['SIGNATURE_WRONG'],
    ],
  ])('is INVALID: %s', async (_, odd, wanted) => {
    const seal = stampedSes(w, signatureWith(w, odd));
    const { trust, proof } = await proven(w, seal);
    const judgement = ask(seal, { trust, proof });
    expect(judgement.verdict).toBe('INVALID');
    expect(codes(judgement).toSorted()).toEqual(wanted.toSorted());
  });

  it('is INVALID with a key of another suite, whatever the algorithm is called', async () => {
    const business = w.party('business');
    const odd = { signer: { certificate: business.certificate, key: business.key } };
    expect(faults(ask(stampedSes(w, signatureWith(w, odd))))).toContain('SEAL_SUITE_MIXED');
  });

  it('is INVALID with the time stamp of another, or with one outside its tag', () => {
    const token = tokenOver(new Uint8Array(70), stamperOf(w), { at: STAMPED });
    const read = readSesSignature(bare);
    const swapped = writeSesSignature({ ...read, timeStamp: { der: token, tagging: 'EXPLICIT' } });
    expect(faults(ask(swapped))).toEqual(['TIME_STAMP_IMPRINT_DIFFERS', 'LOG_INCLUSION_WRONG']);
    const { timeStamp } = readSesSignature(good.seal);
    const untagged = writeSesSignature({ ...read, timeStamp: { der: timeStamp!.der, tagging: 'NONE' } });
    expect(faults(ask(untagged))).toEqual(['SES_TAGGING', 'LOG_INCLUSION_WRONG']);
  });

  it('may not be of a kind that its holder may not seal, nor of another department', () => {
    const judged = (record: Uint8Array) => faults(ask(stampedSes(w, signatureWith(w, {}, record)), { record }));
    expect(judged(bytesOf({ department: 'tax', kind: 'BUSINESS_LICENSE' }))).toContain('RECORD_KIND_NOT_ALLOWED');
    expect(judged(bytesOf({ department: 'business', kind: 'NATIONAL_TAX' }))).toContain('RECORD_DEPARTMENT_DIFFERS');
  });

  it('does not let a listed certificate use the seal of another certificate of the same holder', () => {
    const trust = withCertificate(good.trust, 'tax', other.certificate);
    const seal = stampedSes(w, signatureWith(w, { signer: other, info: { signers: INFO.signers } }));
    expect(faults(ask(seal, { trust }))).toContain('SES_SIGNER_NOT_IN_SEAL');
  });

  it('is refused unread above the bound, and a time that is none is the caller’s fault', () => {
    expect(codes(ask(new Uint8Array(sesBytesMax + 1)))).toContain('SEAL_TOO_LARGE');
    expect(() => ask(good.seal, { at: new Date(Number.NaN) })).toThrow(RangeError);
  });

  it('is never VALID with a byte changed, and nothing is thrown', () => {
    const accepted: number[] = [];
    for (let at = 0; at < good.seal.length; at++)
      if (ask(changed(good.seal, at, 1 << (at % 8))).verdict !== 'INVALID') accepted.push(at);
    expect(accepted).toEqual([]);
  });

  it('is never VALID cut off, or with bytes behind its end', () => {
    for (let length = 0; length < good.seal.length; length += 7)
      expect(ask(good.seal.subarray(0, length)).verdict).toBe('INVALID');
    expect(faults(ask(Buffer.concat([good.seal, PNG])))).toContain('DER_TRAILING_BYTES');
  });
});

describe('the samples of ofdrw, judged', () => {
  const samples = vectors('ses', 'github.com/ofdrw/ofdrw');
  const file = (name: string) => readFileSync(join(samples.path, name));
  const trust = readTrust({ rootPem: w.text('trust/root.pem') });
  const of = (record: Uint8Array, seal: Uint8Array) => judgeSes({ record, seal, trust, at: AT });

  samples.it(`hold what they say, with keys of nobody whom we trust${samples.absent}`, () => {
    const ofd = unzipped(file('SESV4SignDoc.ofd'));
    const [record, seal] = ['Signature.xml', 'SignedValue.dat'].map(name => ofd.get(`Doc_0/Signs/Sign_0/${name}`)!);
    const judgement = of(record!, seal!);
    expect(judgement.verdict).toBe('INVALID');
    // Neither SIGNATURE_WRONG nor SES_DATA_HASH_DIFFERS: the digest is that of the document, both signatures are of the keys
    // in the certificates.
    expect(codes(judgement).toSorted()).toEqual(
      [
        'RECORD_NOT_JSON',
        'SES_PROPERTY_DIFFERS',
        'SEALED_IN_FUTURE',
        'SES_SEALED_OUTSIDE_VALIDITY',
        'SES_SEAL_EXPIRED',
        'CERTIFICATE_NAME',
        'CERTIFICATE_NAME',
        'NO_TIME_STAMP',
        'NO_LOG_PROOF',
      ].toSorted(),
    );
    expect(codes(of(Buffer.from('{}'), seal!))).toContain('SES_DATA_HASH_DIFFERS');
  });

  samples.it(
    `are told from what was changed in them, at every byte outside the picture and many inside${samples.absent}`,
    () => {
      const seal = file('SignedValueV4.dat');
      const record = Buffer.from('{}');
      const known = codes(of(record, seal)).length;
      expect(codes(of(record, seal))).not.toContain('SIGNATURE_WRONG');
      const unnoticed: number[] = [];
      const picture = seal.indexOf(readSesSignature(seal).seal.info.picture.data);
      const isInPicture = (at: number) => at > picture && at < picture + 15_000;
      for (let at = 0; at < seal.length; at += isInPicture(at) ? 16 : 1) {
        const judgement = of(record, changed(seal, at, 1 << (at % 8)));
        const isUnread = judgement.findings.some(({ code }) =>
          /^(DER|SES_(VERSION|HEADER|SIGNER_LIST|BOUND))/.test(code),
        );
        if (judgement.verdict !== 'INVALID' || (codes(judgement).length <= known && !isUnread)) unnoticed.push(at);
      }
      expect(unnoticed).toEqual([]);
    },
    120_000,
  );
});

/** The files of a ZIP as OFD readers take it, without looking at its directory. */
function unzipped(zip: Buffer): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const [packed, nameBytes, extraBytes] = [
      zip.readUInt32LE(at + 18),
      zip.readUInt16LE(at + 26),
      zip.readUInt16LE(at + 28),
    ];
    const from = at + 30 + nameBytes + extraBytes;
    const bytes = zip.subarray(from, from + packed);
    const name = zip.toString('utf8', at + 30, at + 30 + nameBytes);
    files.set(name, zip.readUInt16LE(at + 8) === 8 ? inflateRawSync(bytes) : bytes);
    at = from + packed;
  }
  return files;
}
