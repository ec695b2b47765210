import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Crl,
  type CrlEntry,
  crlBytesMax,
  readCrl,
  revocationReasons,
  writeCrl,
  writeCrlBody,
} from '../../certs/crl.ts';
import { type IssueCrl, issueCrl } from '../../certs/crl-issue.ts';
import {
  bitString,
  constructed,
  encode,
  octetString,
  oid,
  primitive,
  sequence,
  TAG,
  time,
  unsigned,
} from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import { makeKeyPem, readKey, signAtOnce, verifyingKeyOf } from '../../certs/key.ts';
import { writeName } from '../../certs/name.ts';
import { SUITES } from '../../certs/suites.ts';
import { forge, hasOpenssl, NOW, openssl, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
const { sealAuthority } = w;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const dayMs = 86_400_000;
const later = (days: number): Date => new Date(NOW.getTime() + days * dayMs);

const REVOKED: CrlEntry = {
  serial: tax.certificate.serial,
  revocationDate: NOW,
  reason: 'keyCompromise',
  invalidityDate: new Date('2025-06-01T00:00:00Z'),
};
const issued = (changes: Partial<IssueCrl> = {}): Crl =>
  issueCrl({ issuer: sealAuthority, number: 7, thisUpdate: NOW, nextUpdate: later(7), entries: [REVOKED], ...changes });

function refusal(der: Uint8Array): string {
  try {
    readCrl(der);
    return 'accepted';
  } catch (fault) {
    if (fault instanceof FormatError) return fault.code;
    throw fault;
  }
}

describe('a revocation list', () => {
  it('is read as it was issued, in whole seconds', () => {
    const crl = issued();
    const { entries, ...read } = readCrl(crl.der);
    expect(read).toMatchObject({
      number: 7,
      issuer: sealAuthority.certificate.subject,
      thisUpdate: new Date('2025-06-30T08:00:00.000Z'),
      nextUpdate: new Date('2025-07-07T08:00:00.000Z'),
    });
    expect(hex(read.authorityKeyId)).toBe(hex(sealAuthority.certificate.extensions.subjectKeyId));
    expect(hex(read.issuerDer)).toBe(hex(sealAuthority.certificate.subjectDer));
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ reason: 'keyCompromise', invalidityDate: REVOKED.invalidityDate });
    expect(hex(entries[0]!.serial)).toBe(hex(tax.certificate.serial));
  });

  it('has an entry for each reason; that there is none is said by saying nothing', () => {
    const entries = revocationReasons.map((reason, i) => ({
      serial: Uint8Array.of(i + 1),
      revocationDate: NOW,
      reason,
    }));
    expect(issued({ entries }).entries.map(({ reason }) => reason)).toEqual(revocationReasons);
    const [bare, reasoned] = (['unspecified', 'superseded'] as const).map(
      reason => issued({ entries: [{ serial: Uint8Array.of(1), revocationDate: NOW, reason }] }).body.length,
    );
    expect(reasoned! - bare!).toBe(14);
  });

  it('may have as many entries as the bound allows', () => {
    const entries = Array.from({ length: 7_000 }, (_, nth) => ({
      ...REVOKED,
      serial: Buffer.from((0x1000_0000 + nth).toString(16).padStart(32, '1'), 'hex'),
    }));
    const { der } = issued({ entries });
    expect(der.length).toBeGreaterThan(0.95 * crlBytesMax);
    expect(readCrl(der).entries).toHaveLength(entries.length);
  });

  it('may be empty', () => expect(issued({ entries: [] }).entries).toEqual([]));

  it('is issued by an authority of either suite', () => {
    const key = readKey(makeKeyPem('RSA3072'), 'x');
    const rsa = forge({ profile: 'SEAL_AUTHORITY', subject: { organization: '某', commonName: 'RSA' }, key }, w.root);
    const crl = issued({ issuer: rsa });
    expect(crl.signatureSuite).toBe('RSA3072');
    expect(SUITES.RSA3072.verify(verifyingKeyOf(key), crl.body, crl.signature)).toBe(true);
    expect(SUITES.RSA3072.verify(verifyingKeyOf(key), crl.body.subarray(1), crl.signature)).toBe(false);
  });

  it.each<[string, Partial<IssueCrl>]>([
    ['with a serial number twice', { entries: [REVOKED, REVOKED] }],
    ['that ends when it begins', { nextUpdate: NOW }],
    ['of number 0', { number: 0 }],
    ['with the serial number 0', { entries: [{ ...REVOKED, serial: Uint8Array.of(0) }] }],
    ['with a serial number of 21 bytes', { entries: [{ ...REVOKED, serial: new Uint8Array(21).fill(1) }] }],
  ])('%s is not issued', (_, changes) => expect(() => issued(changes)).toThrow(FormatError));
});

describe('a revocation list is refused', () => {
  const extension = (id: string, value: Uint8Array) => sequence(oid(id), octetString(value));
  const AKI = extension('2.5.29.35', sequence(encode(primitive(0), sealAuthority.certificate.extensions.subjectKeyId)));
  const NUMBER = extension('2.5.29.20', unsigned(7));
  const extensions = (...list: Uint8Array[]) => encode(constructed(0), sequence(...list));
  const entry = (...parts: Uint8Array[]) => sequence(sequence(unsigned(5), time(NOW), ...parts));
  const PARTS = {
    version: unsigned(1),
    algorithm: SUITES.ES256.signatureAlgorithm,
    issuer: writeName(sealAuthority.certificate.subject),
    thisUpdate: time(NOW),
    nextUpdate: time(later(7)),
    entries: entry(),
    extensions: extensions(AKI, NUMBER),
  };
  const made = (changes: Partial<typeof PARTS>): Uint8Array => {
    const body = sequence(...Object.values({ ...PARTS, ...changes }));
    return writeCrl(body, 'ES256', signAtOnce(sealAuthority.key, body));
  };
  const REASON = '2.5.29.21';
  const INVALIDITY = '2.5.29.24';
  const general = (text: string) => encode(TAG.GENERALIZED_TIME, Buffer.from(text));
  const enumerated = (...bytes: number[]) => encode(TAG.ENUMERATED, Uint8Array.from(bytes));

  it('unless it is of our form', () => expect(refusal(made({}))).toBe('accepted'));

  it.each<[string, Partial<typeof PARTS>, string]>([
    ['of version 1', { version: new Uint8Array() }, 'REVOCATION_LIST_VERSION'],
    ['of version 3', { version: unsigned(2) }, 'REVOCATION_LIST_VERSION'],
    ['signed with SHA-1', { algorithm: sequence(oid('1.2.840.10045.4.1')) }, 'REVOCATION_LIST_ALGORITHM'],
    ['of two suites', { algorithm: SUITES.RSA3072.signatureAlgorithm }, 'REVOCATION_LIST_ALGORITHM'],
    ['that ends before it begins', { nextUpdate: time(NOW) }, 'REVOCATION_LIST_DATES'],
    ['that never ends', { nextUpdate: new Uint8Array() }, 'DER_TAG_UNEXPECTED'],
    ['with an empty list of entries', { entries: sequence() }, 'DER_NOT_CANONICAL'],
    ['with an entry without a date', { entries: sequence(sequence(unsigned(5))) }, 'DER_TRUNCATED'],
    ['with an entry whose extensions are none', { entries: entry(sequence()) }, 'DER_NOT_CANONICAL'],
    ['that says "unspecified"', { entries: entry(sequence(extension(REASON, enumerated(0)))) }, 'DER_NOT_CANONICAL'],
    ['with the reason 7', { entries: entry(sequence(extension(REASON, enumerated(7)))) }, 'REVOCATION_LIST_ENTRY'],
    [
      'that takes an entry back',
      { entries: entry(sequence(extension(REASON, enumerated(8)))) },
      'REVOCATION_LIST_ENTRY',
    ],
    [
      'with a reason of two bytes',
      { entries: entry(sequence(extension(REASON, enumerated(0, 1)))) },
      'REVOCATION_LIST_ENTRY',
    ],
    [
      'with an unknown extension of an entry',
      { entries: entry(sequence(extension('2.5.29.29', sequence()))) },
      'REVOCATION_LIST_EXTENSION',
    ],
    [
      'with an invalidity date in another form',
      { entries: entry(sequence(extension(INVALIDITY, time(NOW)))) },
      'DER_TAG_UNEXPECTED',
    ],
    [
      'with a fraction in it',
      { entries: entry(sequence(extension(INVALIDITY, general('20250101000000.5Z')))) },
      'DER_TIME',
    ],
    ['without extensions', { extensions: new Uint8Array() }, 'REVOCATION_LIST_EXTENSION'],
    ['without a number', { extensions: extensions(AKI) }, 'REVOCATION_LIST_EXTENSION'],
    ['without an authority key identifier', { extensions: extensions(NUMBER) }, 'REVOCATION_LIST_EXTENSION'],
    ['with its extensions in another order', { extensions: extensions(NUMBER, AKI) }, 'REVOCATION_LIST_EXTENSION'],
    [
      'of changes alone',
      { extensions: extensions(AKI, NUMBER, extension('2.5.29.27', unsigned(1))) },
      'REVOCATION_LIST_EXTENSION',
    ],
    [
      'with a number beyond the bound',
      { extensions: extensions(AKI, extension('2.5.29.20', unsigned(Uint8Array.of(128, 0, 0, 0)))) },
      'REVOCATION_LIST_EXTENSION',
    ],
  ])('%s', (_, changes, expected) => expect(refusal(made(changes))).toBe(expected));

  it('when the outer algorithm is not the inner one', () => {
    const { body, signature } = issued();
    const outer = sequence(body, SUITES.RSA3072.signatureAlgorithm, bitString(signature));
    expect(refusal(outer)).toBe('REVOCATION_LIST_ALGORITHM');
  });

  it('or written again in the same bytes, whatever the bytes are', () => {
    const good = issued().der;
    const again = (der: Uint8Array): void => {
      if (refusal(der) !== 'accepted') return;
      const read = readCrl(der);
      expect(hex(writeCrl(writeCrlBody(read), read.signatureSuite, read.signature))).toBe(hex(der));
    };
    for (let at = 0; at < good.length; at++)
      for (const mask of [1, 0x20, 0x80]) {
        const mutant = new Uint8Array(good);
        mutant[at]! ^= mask;
        again(mutant);
      }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), again));
  });
});

(hasOpenssl ? describe : describe.skip)('openssl', () => {
  const AT = ['-attime', String(Math.floor(NOW.getTime() / 1000))];
  const rootCrl = issueCrl({ issuer: w.root, number: 1, thisUpdate: NOW, nextUpdate: later(90), entries: [] });
  const pem = (crl: Crl): string =>
    `-----BEGIN X509 CRL-----\n${Buffer.from(crl.der)
      .toString('base64')
      .replace(/.{1,64}/g, '$&\n')}-----END X509 CRL-----\n`;

  it('accepts the signature of a list, and reads it as we mean it', () => {
    const { status, output } = openssl(
      ['crl', '-inform', 'DER', '-in', 'x.crl', '-CAfile', 'chain.pem', '-verify', '-noout', '-text'],
      { 'x.crl': issued().der, 'chain.pem': w.text('trust/chain.pem') },
    );
    expect(status).toBe(0);
    for (const line of [
      'verify OK',
      'Version 2 (0x1)',
      'Last Update: Jun 30 08:00:00 2025 GMT',
      'Next Update: Jul  7 08:00:00 2025 GMT',
      'X509v3 CRL Number: \n                7',
      `Serial Number: ${hex(tax.certificate.serial).toUpperCase()}`,
      'X509v3 CRL Reason Code: \n                Key Compromise',
      'Invalidity Date: \n                Jun  1 00:00:00 2025 GMT',
    ])
      expect(output).toContain(line);
  });

  it.each<[string, readonly CrlEntry[], RegExp]>([
    [
      'accepts a seal’s certificate that is on no list',
      [{ ...REVOKED, serial: Uint8Array.of(9) }],
      /^seal\.pem: OK\n$/,
    ],
    ['refuses one that is on it', [REVOKED], /certificate revoked/],
    ['refuses one that is suspended', [{ ...REVOKED, reason: 'certificateHold' }], /certificate revoked/],
  ])('%s', (_, entries, expected) => {
    const { output } = openssl(
      [
        'verify',
        '-x509_strict',
        ...AT,
        '-CAfile',
        'root.pem',
        '-untrusted',
        'chain.pem',
        '-crl_check_all',
        '-CRLfile',
        'crls.pem',
        'seal.pem',
      ],
      {
        'root.pem': w.text('trust/root.pem'),
        'chain.pem': w.text('trust/chain.pem'),
        'crls.pem': pem(rootCrl) + pem(issued({ entries })),
        'seal.pem': w.text('tax/keys/seal-chain.pem'),
      },
    );
    expect(output).toMatch(expected);
  });
});
