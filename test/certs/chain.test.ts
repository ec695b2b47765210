import { afterAll, describe, expect, it } from '@jest/globals';
import { readSignedData, writeSignedData } from '../../certs/cms.ts';
import { negateS, readSignature, writeSignature } from '../../certs/ecdsa.ts';
import type { Issuer } from '../../certs/issue.ts';
import { signerConstants } from '../../certs/signed-data.ts';
import { judge, readTrust } from '../../certs/verify.ts';
import { type Certificate, readCertificate, writeCertificate } from '../../certs/x509.ts';
import { changed, faults, forge, indexOf, NOW, sealWith, TAX_RECORD, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
// Without the list: here the chain alone must refuse.
const trust = readTrust({ rootPem: w.text('trust/root.pem') });
const ask = (seal: Uint8Array, at = NOW) => faults(judge({ record: TAX_RECORD, seal, trust, at }));
const sealed = (signer: Issuer, ...others: readonly Certificate[]) => ask(sealWith(signer, TAX_RECORD, { others }));
const name = (commonName: string) => ({ organization: '某局', commonName });
const seals = w.sealAuthority.certificate;

describe('the chain of a seal', () => {
  it('may be any signer ← seal authority ← root', () => {
    const authority = forge({ profile: 'SEAL_AUTHORITY', subject: name('Second Authority') }, w.root);
    expect(sealed(forge({}, w.sealAuthority), seals)).toEqual([]);
    expect(sealed(forge({}, authority), authority.certificate)).toEqual([]);
  });

  const foreignRoot = forge({ profile: 'ROOT', subject: w.root.certificate.subject });
  const foreign = forge({ profile: 'SEAL_AUTHORITY', subject: seals.subject }, foreignRoot);
  const below = forge({ profile: 'SEAL_AUTHORITY', subject: name('Lower') }, w.sealAuthority);
  const tls = forge({ profile: 'TLS', dnsNames: ['x'] }, w.transportAuthority);
  const bySeal = forge({}, { certificate: tax.certificate, key: tax.key });
  const pretender = forge({}, { certificate: seals, key: tax.key });

  it.each<[string, readonly string[], Issuer, readonly Certificate[]]>([
    ['lacks its authority', ['ISSUER_ABSENT'], forge({}, w.sealAuthority), []],
    ['ends in a root of the same name', ['ISSUER_ABSENT'], forge({}, foreign), [foreign.certificate]],
    ['brings its own root', ['ISSUER_ABSENT'], forge({}, foreign), [foreign.certificate, foreignRoot.certificate]],
    [
      'was issued by the transport authority',
      ['ISSUER_ABSENT', 'ISSUER_NOT_SEAL_AUTHORITY'],
      forge({}, w.transportAuthority),
      [w.transportAuthority.certificate],
    ],
    ['was issued by the root itself', ['ISSUER_NOT_SEAL_AUTHORITY'], forge({}, w.root), []],
    [
      'was issued by a department',
      [
        'CERTIFICATE_NOT_AUTHORITY',
        'CERTIFICATE_PATH_LENGTH',
        'CERTIFICATE_MAY_NOT_ISSUE',
        'ISSUER_NOT_SEAL_AUTHORITY',
        'CHAIN_TOO_LONG',
      ],
      bySeal,
      [tax.certificate, seals],
    ],
    [
      'has an authority below the seal authority',
      ['CERTIFICATE_PATH_LENGTH', 'CHAIN_TOO_LONG'],
      forge({}, below),
      [below.certificate, seals],
    ],
    [
      'begins with a TLS certificate',
      ['SIGNER_NOT_FOR_SEALS', 'ISSUER_ABSENT', 'ISSUER_NOT_SEAL_AUTHORITY'],
      tls,
      [w.transportAuthority.certificate],
    ],
    [
      'begins with an authority',
      ['SIGNER_NOT_FOR_SEALS', 'ISSUER_NOT_SEAL_AUTHORITY', 'RECORD_DEPARTMENT_DIFFERS'],
      w.sealAuthority,
      [],
    ],
    [
      'begins with the root',
      ['SIGNER_NOT_FOR_SEALS', 'CERTIFICATE_NOT_NEEDED', 'RECORD_DEPARTMENT_DIFFERS'],
      w.root,
      [],
    ],
    ['was not signed by the authority it names', ['CERTIFICATE_SIGNATURE_WRONG'], pretender, [seals]],
    ['carries the root', ['CERTIFICATE_NOT_NEEDED'], forge({}, w.sealAuthority), [seals, w.root.certificate]],
    [
      'carries a stranger',
      ['CERTIFICATE_NOT_NEEDED'],
      forge({}, w.sealAuthority),
      [seals, w.party('business').certificate],
    ],
  ])('is refused when it %s', (_, expected, signer, others) => expect(sealed(signer, ...others)).toEqual(expected));

  it('is refused when a certificate has the other form of its signature', () => {
    const { body, signature } = tax.certificate;
    const high = readCertificate(writeCertificate(body, 'ES256', writeSignature(negateS(readSignature(signature)))));
    expect(sealed({ certificate: high, key: tax.key }, seals)).toEqual(['SIGNATURE_HIGH_S']);
  });

  it('is refused when the signer’s certificate is not in the seal', () => {
    const stranger = forge({}, w.sealAuthority).certificate;
    expect(ask(sealWith(tax, TAX_RECORD, { others: [seals], named: stranger }))).toEqual(['SIGNER_CERTIFICATE_ABSENT']);
  });

  it('is refused by name when a byte of a certificate is another', () => {
    const seal = tax.seal(TAX_RECORD, NOW);
    const own = indexOf(seal, tax.certificate.der);
    const above = indexOf(seal, seals.der);
    const department =
      own +
      indexOf(tax.certificate.der, tax.certificate.subjectDer) +
      indexOf(tax.certificate.subjectDer, Buffer.from('tax'));
    const point = own + indexOf(tax.certificate.der, tax.certificate.publicKey.bits);
    // Each sealed under a digest of the true certificate, hence the second code.
    expect(ask(changed(seal, department, 2))).toEqual([
      'CERTIFICATE_SIGNATURE_WRONG',
      'SIGNING_CERTIFICATE_DIFFERS',
      'RECORD_DEPARTMENT_DIFFERS',
    ]);
    expect(ask(changed(seal, point + 40))).toEqual(['CERTIFICATE_KEY', 'SIGNER_CERTIFICATE_ABSENT']);
    expect(ask(changed(seal, own + tax.certificate.der.length - 1))).toEqual([
      'CERTIFICATE_SIGNATURE_WRONG',
      'SIGNING_CERTIFICATE_DIFFERS',
    ]);
    expect(ask(changed(seal, above + seals.der.length - 1))).toEqual(['CERTIFICATE_SIGNATURE_WRONG']);
    expect(ask(changed(seal, above + indexOf(seals.der, seals.signature) + 8))).toEqual([
      'CERTIFICATE_SIGNATURE_WRONG',
    ]);
  });

  it('is not proven by another seal that was right: only the very same certificates are remembered', () => {
    expect(ask(tax.seal(TAX_RECORD, NOW))).toEqual([]);
    const { signedBytes, signature, certificates } = readSignedData(tax.seal(TAX_RECORD, NOW));
    const forged = certificates.map(({ der }) =>
      Buffer.compare(der, seals.der) === 0 ? changed(der, der.length - 1) : der,
    );
    const constants = signerConstants('ES256', forged, tax.certificate.issuerDer, tax.certificate.serial);
    expect(ask(writeSignedData(constants, signedBytes, signature))).toEqual(['CERTIFICATE_SIGNATURE_WRONG']);
  });

  it('dates count for the authority too, at each judgement anew', () => {
    const dayMs = 86_400_000;
    const brief = forge(
      { profile: 'SEAL_AUTHORITY', subject: name('Brief'), notAfter: new Date(NOW.getTime() + dayMs) },
      w.root,
    );
    const seal = sealWith(forge({}, brief), TAX_RECORD, { others: [brief.certificate] });
    expect(ask(seal)).toEqual([]);
    expect(ask(seal, new Date(NOW.getTime() + 2 * dayMs))).toEqual(['CERTIFICATE_EXPIRED']);
  });
});
