import { describe, expect, it } from '@jest/globals';
import { encode, octetString, oid, primitive, sequence, setOf, TAG, utf8String } from '../../../certs/der.ts';
import { OID } from '../../../certs/oid.ts';
import { readPathCertificate } from '../../../certs/path/certificate.ts';
import { readPathCrl } from '../../../certs/path/crl.ts';
import { alternativeNames, authority, called, certify, extension, list, name, SHARED_KEY, textName } from './forge.ts';

const key = SHARED_KEY;
const root = certify({ subject: called('root'), key, extensions: [authority()] });
const read = (...extensions: readonly Uint8Array[]) => certify({ key, extensions }).certificate;
const refused = (make: () => unknown): string => {
  try {
    make();
    return 'accepted';
  } catch (fault) {
    return (fault as { code: string }).code;
  }
};
const ascii = (text: string) => new TextEncoder().encode(text);

describe('a certificate of strangers is read', () => {
  it('with a time before 2050 in four digits, with a negative serial number, with names of many kinds', () => {
    const odd = certify({
      key,
      subject: name([OID.commonName, encode(0x1e, Uint8Array.of(0x7a, 0x0e))], ['2.5.4.5', encode(0x14, ascii('x'))]),
      serial: Uint8Array.of(0x80),
      notBefore: encode(TAG.GENERALIZED_TIME, ascii('20250101000000Z')),
      extensions: [],
    }).certificate;
    expect(odd.notBefore).toEqual(new Date('2025-01-01T00:00:00Z'));
    expect([...odd.serial]).toEqual([0x80]);
    expect(odd.subject.rdns).toHaveLength(2);
  });

  it('with extensions that nothing here knows, which count only if they are critical', () => {
    const { unknownCritical } = read(
      extension('2.999.1', octetString(ascii('?'))),
      extension('2.999.2', sequence(), true),
    );
    expect(unknownCritical).toEqual(['2.999.2']);
  });

  it('as not understood where a critical policy has a qualifier that nobody knows', () => {
    const policy = (qualifier: string) =>
      sequence(sequence(oid('2.999'), sequence(sequence(oid(qualifier), utf8String('?')))));
    const policies = (qualifier: string, critical: boolean) =>
      read(extension(OID.certificatePolicies, policy(qualifier), critical)).unknownCritical;
    expect(policies('2.999.1', true)).toEqual([OID.certificatePolicies]);
    expect(policies('2.999.1', false)).toEqual([]);
    expect(policies(OID.cps, true)).toEqual([]);
  });

  it('without extensions, as one of no authority', () => {
    const bare = certify({ key }).certificate;
    expect([bare.basicConstraints, bare.keyUsage]).toEqual([undefined, undefined]);
  });
});

describe('a certificate of strangers is refused', () => {
  it.each<[string, string, () => unknown]>([
    ['with an extension twice', 'CERTIFICATE_EXTENSION_REPEATED', () => read(authority(), authority())],
    [
      'with bytes after an extension’s value',
      'DER_TRAILING_BYTES',
      () => read(extension(OID.basicConstraints, Uint8Array.of(0x30, 0, 0))),
    ],
    [
      'with a key usage of no bit',
      'DER_BIT_STRING',
      () => read(extension(OID.keyUsage, encode(TAG.BIT_STRING, Uint8Array.of(0)))),
    ],
    ['with no alternative name in the list of them', 'DER_TRUNCATED', () => read(alternativeNames())],
    [
      'with a name that is not ASCII',
      'DER_STRING',
      () => read(alternativeNames(encode(primitive(2), Uint8Array.of(0xe7)))),
    ],
    [
      'with more names than anybody needs',
      'DER_LENGTH_TOO_LONG',
      () => read(alternativeNames(...Array.from({ length: 1_001 }, (_, i) => textName(2, `${i}`)))),
    ],
    [
      'with a policy twice',
      'CERTIFICATE_EXTENSION_REPEATED',
      () => read(extension(OID.certificatePolicies, sequence(sequence(oid('2.999')), sequence(oid('2.999'))))),
    ],
    ['with a padded serial number', 'DER_INTEGER', () => certify({ key, serial: Uint8Array.of(0, 1), extensions: [] })],
    [
      'with an RDN of nothing',
      'CERTIFICATE_NAME',
      () => certify({ key, subject: sequence(setOf(TAG.SET, [])), extensions: [] }),
    ],
    [
      'with a day that is not in the calendar',
      'DER_TIME',
      () => certify({ key, notAfter: encode(TAG.GENERALIZED_TIME, ascii('20260230000000Z')), extensions: [] }),
    ],
    ['beyond 64 KiB', 'DER_LENGTH_TOO_LONG', () => read(extension('2.999.1', new Uint8Array(70_000)))],
    [
      'with a FALSE that is not written so',
      'DER_BOOLEAN',
      () => read(extension(OID.basicConstraints, sequence(encode(TAG.BOOLEAN, Uint8Array.of(1))))),
    ],
  ])('%s', (_, code, make) => expect(refused(make)).toBe(code));

  it('by a fault of its form, whichever byte is another and wherever it ends', () => {
    const { der } = read(authority(), alternativeNames(textName(2, 'tax.example')));
    forEachMangled(der, readPathCertificate);
    const crl = list(root, { number: 1, revoked: [{ of: root.certificate, reason: 1 }] });
    forEachMangled(crl.der, readPathCrl);
  });
});

/** Nothing but a fault of the form may come of what a stranger sends. */
function forEachMangled(der: Uint8Array, reader: (der: Uint8Array) => unknown): void {
  const names = new Set<unknown>();
  const attempt = (bytes: Uint8Array) => {
    try {
      reader(bytes);
    } catch (fault) {
      names.add((fault as Error).name);
    }
  };
  for (let at = 0; at < der.length; at++) {
    attempt(der.subarray(0, at));
    for (const mask of [0x01, 0x20, 0x80, 0xff]) {
      const copy = new Uint8Array(der);
      copy[at]! ^= mask;
      attempt(copy);
    }
  }
  expect([...names]).toEqual(['FormatError']);
}
