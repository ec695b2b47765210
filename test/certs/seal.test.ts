import { afterAll, describe, expect, it } from '@jest/globals';
import forge from 'node-forge';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { readSignedData, writeAttributes, writeSignedData } from '../../certs/cms.ts';
import { compareBytes } from '../../certs/der.ts';
import { isLowS, readSignature } from '../../certs/ecdsa.ts';
import { openSealer, openSealerAtOnce } from '../../certs/seal.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import { openKeySigner } from '../../certs/signer.ts';
import { bytesOf, changed, digest, hasOpenssl, NOW, openssl, TAX_RECORD, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
const rootPem = w.text('trust/root.pem');

const verify = (seal: Uint8Array, record: Uint8Array) =>
  openssl(
    'cms -verify -binary -inform DER -in x.p7s -content x.json -CAfile root.pem -out out'
      .split(' ')
      .concat(['-attime', seconds]),
    {
      'x.p7s': seal,
      'x.json': record,
      'root.pem': rootPem,
    },
  );
const seconds = String(Math.floor(NOW.getTime() / 1000));

describe('a seal', () => {
  (hasOpenssl ? it : it.skip)('is accepted by openssl, and no longer once the record was changed: 20 records', () => {
    for (let i = 0; i < 20; i++) {
      const record = bytesOf({ department: 'tax', kind: 'NATIONAL_TAX', number: `T-${i}`, holder: '某公司'.repeat(i) });
      const seal = tax.seal(record, NOW);
      expect(verify(seal, record)).toMatchObject({ status: 0, output: expect.stringContaining('successful') });
      const fake = verify(seal, changed(record, (i * 7) % record.length));
      expect(fake.status).not.toBe(0);
      expect(fake.output).toContain('verification failure');
    }
  });

  it('is read by node-forge and written again in the same bytes', () => {
    const text = Buffer.from(tax.seal(TAX_RECORD, NOW)).toString('latin1');
    expect(forge.asn1.toDer(forge.asn1.fromDer(text)).getBytes()).toBe(text);
  });

  it('is read back as it was made', () => {
    const seal = tax.seal(TAX_RECORD, NOW);
    const read = readSignedData(seal);
    expect(Buffer.from(read.attributes.messageDigest)).toEqual(Buffer.from(digest(TAX_RECORD)));
    expect(Buffer.from(read.attributes.certificateHash).toString('hex')).toBe(tax.sealer.certificateSha256);
    expect(read.attributes.signingTime.toISOString()).toBe('2025-06-30T08:00:00.000Z');
    expect(read.certificates.map(({ der }) => Buffer.from(der))).toEqual(
      [tax.certificate.der, tax.authority.der].sort(compareBytes).map(der => Buffer.from(der)),
    );
    for (const { der, offset } of read.certificates)
      expect(Buffer.from(seal.subarray(offset, offset + der.length))).toEqual(Buffer.from(der));
  });

  it('reading one writes nothing into the bytes that were handed over, be they a Buffer or not', () => {
    const seal = Buffer.from(tax.seal(TAX_RECORD, NOW));
    const before = seal.toString('hex');
    readSignedData(seal);
    expect(seal.toString('hex')).toBe(before);
  });

  it('always has the lower s', () => {
    for (let i = 0; i < 64; i++)
      expect(isLowS(readSignature(readSignedData(tax.seal(TAX_RECORD, NOW)).signature))).toBe(true);
  });

  it('states times from 2050 on as GeneralizedTime', () => {
    const seal = tax.seal(TAX_RECORD, new Date('2050-01-01T00:00:00Z'));
    expect(Buffer.from(seal).includes('20500101000000Z')).toBe(true);
    expect(readSignedData(seal).attributes.signingTime.getUTCFullYear()).toBe(2050);
  });

  it('has one encoding: certificates in any order are written in one', () => {
    const attributes = writeAttributes(
      'ES256',
      digest(TAX_RECORD),
      NOW,
      writeSigningCertificate('ES256', digest(tax.certificate.der)),
    );
    const written = [
      [tax.certificate, tax.authority],
      [tax.authority, tax.certificate],
    ].map(order => {
      const ders = order.map(({ der }) => der);
      const constants = signerConstants('ES256', ders, tax.certificate.issuerDer, tax.certificate.serial);
      return Buffer.from(writeSignedData(constants, attributes, new Uint8Array(70)));
    });
    expect(written[0]).toEqual(written[1]);
  });
});

describe('a sealer', () => {
  const keyOf = (id: string, name: string) => w.text(`${id}/keys/${name}-key.pem`);
  const chainOf = (id: string, name: string) => w.text(`${id}/keys/${name}-chain.pem`);

  it.each([
    [
      'another department’s key',
      keyOf('business', 'seal'),
      chainOf('tax', 'seal'),
      'the private key is not the one in the certificate of the seal of tax',
    ],
    [
      'a TLS certificate',
      keyOf('tax', 'tls'),
      chainOf('tax', 'tls'),
      'the chain of a seal is its seal certificate and the seal authority, in this order',
    ],
    [
      'a chain that ends early',
      keyOf('tax', 'seal'),
      chainOf('tax', 'seal').split('-----BEGIN').slice(0, 2).join('-----BEGIN'),
      'the chain of a seal is its seal certificate and the seal authority, in this order',
    ],
    [
      'no chain',
      keyOf('tax', 'seal'),
      '',
      'the chain of a seal is its seal certificate and the seal authority, in this order',
    ],
    [
      'a broken key',
      keyOf('tax', 'seal').replace(/[A-Z]{3}/, '###'),
      chainOf('tax', 'seal'),
      'the private key of the seal of tax is not a P-256, RSA-3072 or SM2 key in PEM',
    ],
  ])('is not opened with %s, and the error shows no key', (_, keyPem, chainPem, sentence) => {
    expect(() => openSealerAtOnce({ keyPem, chainPem })).toThrow(new Error(sentence));
    const act = () => openSealer({ signer: openKeySigner(keyPem, 'the seal of tax'), chainPem });
    expect(act).toThrow(new Error(sentence));
  });
});
