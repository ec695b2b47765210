import { describe, expect, it } from '@jest/globals';
import { encode, octetString, primitive, sequence } from '../../../certs/der.ts';
import { OID } from '../../../certs/oid.ts';
import { buildPaths, chainLengthMax } from '../../../certs/path/build.ts';
import { findPath } from '../../../certs/path/find.ts';
import { AT, authority, called, certify, extension, type Forged, newKey, SHARED_KEY } from './forge.ts';

const root = certify({ subject: called('root'), extensions: [authority()] });
const certificatesOf = (...forged: readonly Forged[]) => forged.map(({ certificate }) => certificate);
const anchors = certificatesOf(root);

describe('paths are found', () => {
  const old = certify({ subject: called('office'), extensions: [authority()] }, root);
  const renewed = certify({ subject: called('office'), extensions: [authority()] }, root);
  const target = certify({ extensions: [] }, renewed).certificate;

  it('by whichever certificate of the issuer has the key', () => {
    const others = certificatesOf(old, renewed);
    for (const pool of [others, others.toReversed()]) {
      const { faults, chain } = findPath({ target, anchors, others: pool, at: AT });
      expect(faults).toEqual([]);
      expect(chain?.[1]).toBe(renewed.certificate);
    }
  });

  it('first with the certificate whose key is named', () => {
    const keyId = (byte: number) => new Uint8Array(20).fill(byte);
    const office = (byte: number) =>
      certify(
        {
          subject: called('office'),
          extensions: [authority(), extension(OID.subjectKeyIdentifier, octetString(keyId(byte)))],
        },
        root,
      );
    const [first, second] = [office(1), office(2)];
    const authorityKeyId = extension(OID.authorityKeyIdentifier, sequence(encode(primitive(0), keyId(2))));
    const named = certify({ extensions: [authorityKeyId] }, second).certificate;
    const [candidate] = buildPaths(named, certificatesOf(first, second), anchors);
    expect(candidate?.chain[1]).toBe(second.certificate);
  });

  it('with the faults of the best, where none is valid', () => {
    const { faults } = findPath({ target, anchors, others: certificatesOf(old), at: AT });
    expect(faults.map(({ code, certificate }) => [code, certificate])).toEqual([['CERTIFICATE_SIGNATURE_WRONG', 0]]);
  });

  it('not at all where nobody of the issuer’s name is there', () => {
    const { faults, chain } = findPath({ target, anchors, others: [], at: AT });
    expect([faults.map(({ code }) => code), chain]).toEqual([['ISSUER_ABSENT'], undefined]);
  });
});

describe('a search ends', () => {
  it('at a depth', () => {
    let above = root;
    const pool = Array.from({ length: chainLengthMax }, (_, i) => {
      above = certify({ subject: called(`level ${i}`), key: SHARED_KEY, extensions: [authority()] }, above);
      return above.certificate;
    });
    const chainLengths = (target: Forged) =>
      [...buildPaths(target.certificate, pool, anchors)].map(({ chain }) => chain.length);
    expect(chainLengths(certify({ key: SHARED_KEY, extensions: [] }, above))).toEqual([]);
    expect(chainLengths({ certificate: pool.at(-1)!, key: SHARED_KEY })).toEqual([chainLengthMax]);
  });

  it('in a net where everybody certifies everybody, and in a ring', () => {
    const keys = Array.from({ length: 12 }, newKey);
    const holders = keys.map((key, i) => certify({ subject: called(`holder ${i}`), key, extensions: [authority()] }));
    const net = holders.flatMap(by =>
      holders.map(of => certify({ subject: of.certificate.subject.der, key: of.key }, by)),
    );
    const target = certify({ extensions: [] }, holders[0]).certificate;
    expect([...buildPaths(target, certificatesOf(...net), anchors)]).toEqual([]);
  });
});
