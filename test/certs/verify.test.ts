import { afterAll, describe, expect, it } from '@jest/globals';
import { writeSigningCertificate } from '../../certs/attributes.ts';
import { readSignedData } from '../../certs/cms.ts';
import { constructed, DerReader, encode, octetString, oid, sequence, setOf, TAG, time } from '../../certs/der.ts';
import { negateS, readSignature, writeSignature } from '../../certs/ecdsa.ts';
import { signAtOnce } from '../../certs/key.ts';
import { OID } from '../../certs/oid.ts';
import { certificateToPem } from '../../certs/pem.ts';
import { SUITES } from '../../certs/suites.ts';
import { writeTrustList } from '../../certs/trust-list.ts';
import { checkSeal, judge, readTrust, recordBytesMax, sealBytesMax, TrustError } from '../../certs/verify.ts';
import { writeBody, writeCertificate } from '../../certs/x509.ts';
import {
  bytesOf,
  changed,
  codes,
  digest,
  faults,
  forge,
  HOLDERS,
  indexOf,
  NOW,
  sealWith,
  TAX_RECORD,
  world,
} from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const { trust } = w;
const tax = w.party('tax');
const business = w.party('business');
const seal = tax.seal(TAX_RECORD, NOW);
const ask = (record: Uint8Array, p7s: Uint8Array, at: Date = NOW) => judge({ record, seal: p7s, trust, at });
const ON_THE_WAY = ['NO_TIME_STAMP', 'NO_REVOCATION_INFORMATION', 'NO_REVOCATION_INFORMATION', 'NO_LOG_PROOF'];
const dayMs = 86_400_000;

describe('a seal in order', () => {
  it('is INDETERMINATE, never VALID, while no time stamp and no log prove it', () => {
    expect(ask(TAX_RECORD, seal)).toEqual({
      verdict: 'INDETERMINATE',
      atSigning: 'INDETERMINATE',
      now: 'INDETERMINATE',
      findings: [
        ['NO_TIME_STAMP', 'seal'],
        ['NO_REVOCATION_INFORMATION', 'certificate tax'],
        ['NO_REVOCATION_INFORMATION', 'certificate One Window Demo Seal Authority'],
        ['NO_LOG_PROOF', 'seal'],
      ].map(([code, at]) => expect.objectContaining({ code, severity: 'missing', at })),
      signer: {
        department: 'tax',
        organization: '税务局',
        certificateSha256: tax.sealer.certificateSha256,
        serial: Buffer.from(tax.certificate.serial).toString('hex'),
      },
      sealedAt: '2025-06-30T08:00:00.000Z',
    });
  });

  it('is taken by checkSeal, which keeps copies of the bytes', () => {
    const record = Buffer.from(TAX_RECORD);
    const checked = checkSeal<{ number: string }>({ record, seal, trust, at: NOW });
    if (!checked.ok) throw new Error(codes(checked.judgement).join());
    record.fill(0);
    expect(checked.value.record.number).toBe('T-1');
    expect(Buffer.from(checked.value.bytes)).toEqual(Buffer.from(TAX_RECORD));
    expect(checked.value.signer.department).toBe('tax');
  });

  it('judges the same the second time, when the chain is remembered', () => {
    const late = new Date('2200-01-01T00:00:00Z');
    // Certificates stand in a seal by their bytes: a long name puts the signer's behind its authority's.
    const long = world([{ ...HOLDERS[0]!, organization: '政务服务中心'.repeat(10) }]);
    const center = long.party('center');
    const slip = bytesOf({ department: 'center', kind: 'DECISION' });
    const question = { record: slip, seal: center.seal(slip, NOW), trust: long.trust, at: late };
    const [first, second] = [judge(question), judge(question)];
    expect(second).toEqual(first);
    expect(first.findings.slice(0, 3).map(({ at }) => at)).toEqual([
      'certificate center',
      'certificate One Window Demo Seal Authority',
      'certificate One Window Demo Root CA',
    ]);
    long.remove();
    expect(ask(TAX_RECORD, seal)).toEqual(ask(TAX_RECORD, seal));
    expect(faults(ask(TAX_RECORD, changed(seal, seal.length - 1)))).toEqual(['SIGNATURE_WRONG']);
  });

  it('is not taken by checkSeal without a trust list, and judge says that one is missing', () => {
    const bare = readTrust({ rootPem: w.text('trust/root.pem') });
    const found = codes(judge({ record: TAX_RECORD, seal, trust: bare, at: NOW }));
    expect(found).toEqual([...ON_THE_WAY.slice(0, 3), 'NO_TRUST_LIST', 'NO_LOG_PROOF']);
    expect(checkSeal({ record: TAX_RECORD, seal, trust: bare, at: NOW }).ok).toBe(false);
  });

  it('is not judged at a time that is none: that is the caller’s mistake', () => {
    expect(() => ask(TAX_RECORD, seal, new Date('?'))).toThrow(RangeError);
  });
});

describe('a record', () => {
  const text = new TextDecoder().decode(TAX_RECORD);
  it.each<[string, Uint8Array | string, readonly string[]]>([
    ['with one letter changed', text.replace('T-1', 'T-2'), ['MESSAGE_DIGEST_DIFFERS']],
    ['with a space', text.replace(':', ': '), ['RECORD_NOT_CANONICAL', 'MESSAGE_DIGEST_DIFFERS']],
    ['with a byte order mark', `\ufeff${text}`, ['RECORD_NOT_JSON', 'MESSAGE_DIGEST_DIFFERS']],
    [
      'with a member twice',
      text.replace('{', '{"department":"tax",'),
      ['RECORD_NOT_CANONICAL', 'MESSAGE_DIGEST_DIFFERS'],
    ],
    [
      'that is not UTF-8',
      changed(TAX_RECORD, indexOf(TAX_RECORD, Buffer.from('某')), 0x80),
      ['RECORD_NOT_UTF8', 'MESSAGE_DIGEST_DIFFERS'],
    ],
    ['cut short', TAX_RECORD.subarray(0, -1), ['RECORD_NOT_JSON', 'MESSAGE_DIGEST_DIFFERS']],
    ['of no bytes', '', ['RECORD_NOT_JSON', 'MESSAGE_DIGEST_DIFFERS']],
    ['too large', new Uint8Array(recordBytesMax + 1), ['RECORD_TOO_LARGE', 'MESSAGE_DIGEST_DIFFERS']],
    ['of a million brackets', '['.repeat(recordBytesMax), ['RECORD_NOT_JSON', 'MESSAGE_DIGEST_DIFFERS']],
  ])('%s is refused', (_, record, expected) => {
    const judgement = ask(Buffer.from(record), seal);
    expect(faults(judgement)).toEqual(expected);
    expect(judgement.verdict).toBe('INVALID');
  });

  it.each<[string, string, readonly string[]]>([
    ['is an array', '[]', ['RECORD_NOT_OBJECT']],
    ['is null', 'null', ['RECORD_NOT_OBJECT']],
    ['names no department and no kind', '{}', ['RECORD_DEPARTMENT_MISSING', 'RECORD_KIND_MISSING']],
    ['has a department that is no text', '{"department":1,"kind":"NATIONAL_TAX"}', ['RECORD_DEPARTMENT_MISSING']],
    ['holds a lone surrogate', '{"a":"\\ud800","department":"tax","kind":"NATIONAL_TAX"}', ['RECORD_NOT_CANONICAL']],
    ['holds a number beyond any', '{"a":1e999,"department":"tax","kind":"NATIONAL_TAX"}', ['RECORD_NOT_CANONICAL']],
    [
      'nests too deeply',
      `{"a":${'['.repeat(99)}${']'.repeat(99)},"department":"tax","kind":"NATIONAL_TAX"}`,
      ['RECORD_NOT_CANONICAL'],
    ],
    ['is of another department', '{"department":"business","kind":"NATIONAL_TAX"}', ['RECORD_DEPARTMENT_DIFFERS']],
    [
      'is of a kind its sealer may not seal',
      '{"department":"tax","kind":"BUSINESS_LICENSE"}',
      ['RECORD_KIND_NOT_ALLOWED'],
    ],
  ])('that its department sealed is refused when it %s', (_, json, expected) => {
    const record = Buffer.from(json);
    expect(faults(ask(record, tax.seal(record, NOW)))).toEqual(expected);
  });

  it('cannot bring its own words onto the terminal', () => {
    const record = bytesOf({ department: '\u001b[2J\u202e'.repeat(100), kind: 'NATIONAL_TAX' });
    const [first] = ask(record, tax.seal(record, NOW)).findings;
    expect(first?.code).toBe('RECORD_DEPARTMENT_DIFFERS');
    expect(first?.en).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(first!.en.length).toBeLessThan(160);
  });
});

describe('a seal', () => {
  it('of another record is refused', () => {
    const other = bytesOf({ department: 'tax', kind: 'LOCAL_TAX' });
    expect(faults(ask(TAX_RECORD, tax.seal(other, NOW)))).toEqual(['MESSAGE_DIGEST_DIFFERS']);
  });

  it('of another department over the record is refused', () => {
    expect(faults(ask(TAX_RECORD, business.seal(TAX_RECORD, NOW)))).toEqual([
      'RECORD_DEPARTMENT_DIFFERS',
      'RECORD_KIND_NOT_ALLOWED',
    ]);
  });

  it('whose certificate was swapped for another department’s is refused', () => {
    const { signedBytes, signature } = readSignedData(seal);
    const swapped = sealWith(business, TAX_RECORD, {
      attributes: signedBytes,
      signature,
      others: [business.authority],
    });
    expect(faults(ask(TAX_RECORD, swapped))).toEqual([
      'SIGNING_CERTIFICATE_DIFFERS',
      'SIGNATURE_WRONG',
      'RECORD_DEPARTMENT_DIFFERS',
      'RECORD_KIND_NOT_ALLOWED',
    ]);
  });

  it('is bound to one certificate, though another of the same key would fit', () => {
    const twin = forge({ key: tax.key }, w.sealAuthority);
    const { signedBytes, signature } = readSignedData(seal);
    const moved = sealWith(twin, TAX_RECORD, { attributes: signedBytes, signature, others: [tax.authority] });
    expect(faults(ask(TAX_RECORD, moved))).toEqual(['SIGNING_CERTIFICATE_DIFFERS', 'CERTIFICATE_NOT_LISTED']);
  });

  it('in its other form, with the higher s, is refused by name', () => {
    const { signedBytes, signature } = readSignedData(seal);
    const high = writeSignature(negateS(readSignature(signature)));
    const other = sealWith(tax, TAX_RECORD, { attributes: signedBytes, signature: high, others: [tax.authority] });
    expect(codes(ask(TAX_RECORD, other))).toEqual(['SIGNATURE_HIGH_S', ...ON_THE_WAY]);
  });

  it.each<[string, Uint8Array, string]>([
    ['two numbers too large', Buffer.from(`3046${`022100${'ff'.repeat(32)}`.repeat(2)}`, 'hex'), 'SIGNATURE_MALFORMED'],
    ['zeros', Buffer.from('3006020100020100', 'hex'), 'SIGNATURE_MALFORMED'],
    ['no bytes', new Uint8Array(), 'SIGNATURE_MALFORMED'],
    ['two ones', Buffer.from('3006020101020101', 'hex'), 'SIGNATURE_WRONG'],
  ])('with a signature of %s is refused', (_, signature, expected) => {
    expect(faults(ask(TAX_RECORD, sealWith(tax, TAX_RECORD, { signature, others: [tax.authority] })))).toEqual([
      expected,
    ]);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array, string, string]>([
    ['nothing', () => new Uint8Array(), 'DER_TRUNCATED', 'seal byte 0'],
    ['cut short', bytes => bytes.subarray(0, -1), 'DER_TRUNCATED', `seal byte ${seal.length - 1}`],
    [
      'with a byte after it',
      bytes => Buffer.concat([bytes, Buffer.alloc(1)]),
      'DER_TRAILING_BYTES',
      `seal byte ${seal.length}`,
    ],
    [
      'in BER, with an indefinite length',
      bytes => Buffer.concat([Buffer.from('3080', 'hex'), bytes.subarray(4), Buffer.alloc(2)]),
      'DER_LENGTH_INDEFINITE',
      'seal byte 1',
    ],
    [
      'in PEM',
      bytes => Buffer.from(`-----BEGIN CMS-----\n${Buffer.from(bytes).toString('base64')}`),
      'DER_TAG_UNEXPECTED',
      'seal byte 0',
    ],
    ['larger than the bound', () => new Uint8Array(sealBytesMax + 1), 'SEAL_TOO_LARGE', 'seal'],
  ])('%s is refused', (_, change, code, at) => {
    expect(ask(TAX_RECORD, change(seal)).findings).toEqual([expect.objectContaining({ code, at })]);
  });

  it('by a certificate of more host names than anybody has is refused, and nothing is thrown', () => {
    const { key, certificate } = forge({ profile: 'TLS', dnsNames: ['a'] }, w.transportAuthority);
    const dnsNames = Array.from({ length: 1_500 }, () => 'a');
    const body = writeBody({ ...certificate, extensions: { ...certificate.extensions, dnsNames } });
    const hosts = { ...certificate, der: writeCertificate(body, 'ES256', signAtOnce(key, body)) };
    const signed = sealWith({ key, certificate: hosts }, TAX_RECORD, { others: [tax.authority] });
    expect(codes(ask(TAX_RECORD, signed))[0]).toBe('DER_LENGTH_TOO_LONG');
  });

  it('whose faults are several has each of them reported', () => {
    const stranger = forge(
      {},
      forge({ profile: 'SEAL_AUTHORITY', subject: { organization: '某', commonName: 'X' } }, w.root),
    );
    const record = Buffer.from('{"kind":"BUSINESS_LICENSE", "department":"business"}');
    const bad = sealWith(stranger, TAX_RECORD, { at: new Date(NOW.getTime() + dayMs) });
    expect(faults(ask(record, bad))).toEqual([
      'RECORD_NOT_CANONICAL',
      'MESSAGE_DIGEST_DIFFERS',
      'SEALED_IN_FUTURE',
      'ISSUER_ABSENT',
      'RECORD_DEPARTMENT_DIFFERS',
      'CERTIFICATE_NOT_LISTED',
    ]);
  });
});

describe('the form of a seal', () => {
  const CONTENT_TYPE = sequence(oid(OID.contentType), setOf(TAG.SET, [oid(OID.data)]));
  const DIGEST = sequence(oid(OID.messageDigest), setOf(TAG.SET, [octetString(digest(TAX_RECORD))]));
  const TIME = sequence(oid(OID.signingTime), setOf(TAG.SET, [time(NOW)]));
  const SIGNING = writeSigningCertificate('ES256', digest(tax.certificate.der));
  const signing = (...hashes: Uint8Array[]) =>
    sequence(
      oid(OID.signingCertificateV2),
      setOf(TAG.SET, [sequence(sequence(...hashes.map(hash => sequence(hash))))]),
    );
  const hash = octetString(digest(tax.certificate.der));

  it.each<[string, readonly Uint8Array[], string]>([
    ['the digest twice', [CONTENT_TYPE, DIGEST, DIGEST, TIME, SIGNING], 'SEAL_ATTRIBUTE_REPEATED'],
    [
      'two digests',
      [
        CONTENT_TYPE,
        sequence(oid(OID.messageDigest), setOf(TAG.SET, [hash, octetString(digest(TAX_RECORD))])),
        TIME,
        SIGNING,
      ],
      'SEAL_ATTRIBUTE_REPEATED',
    ],
    [
      'a time without a value',
      [CONTENT_TYPE, DIGEST, sequence(oid(OID.signingTime), setOf(TAG.SET, [])), SIGNING],
      'SEAL_ATTRIBUTE_REPEATED',
    ],
    ['no signing certificate', [CONTENT_TYPE, DIGEST, TIME], 'SEAL_ATTRIBUTE_MISSING'],
    ['no time', [CONTENT_TYPE, DIGEST, SIGNING], 'SEAL_ATTRIBUTE_MISSING'],
    [
      'an attribute more',
      [CONTENT_TYPE, DIGEST, TIME, SIGNING, sequence(oid('1.2.3'), setOf(TAG.SET, [octetString(hash)]))],
      'SEAL_ATTRIBUTE_UNKNOWN',
    ],
    [
      'another content type',
      [sequence(oid(OID.contentType), setOf(TAG.SET, [oid(OID.signedData)])), DIGEST, TIME, SIGNING],
      'SEAL_NOT_DETACHED',
    ],
    ['two signing certificates', [CONTENT_TYPE, DIGEST, TIME, signing(hash, hash)], 'SEAL_ELEMENT_UNKNOWN'],
    [
      'a signing certificate by another hash',
      [
        CONTENT_TYPE,
        DIGEST,
        TIME,
        sequence(
          oid(OID.signingCertificateV2),
          setOf(TAG.SET, [sequence(sequence(sequence(sequence(oid('2.16.840.1.101.3.4.2.3')), hash)))]),
        ),
      ],
      'SEAL_SUITE_UNKNOWN',
    ],
    [
      'a digest of 20 bytes',
      [
        CONTENT_TYPE,
        sequence(oid(OID.messageDigest), setOf(TAG.SET, [octetString(new Uint8Array(20))])),
        TIME,
        SIGNING,
      ],
      'SEAL_SUITE_UNKNOWN',
    ],
  ])('with signed attributes that hold %s is refused, however well it is signed', (_, members, expected) => {
    const attributes = setOf(TAG.SET, members);
    const bad = sealWith(tax, TAX_RECORD, { attributes, others: [tax.authority] });
    expect(ask(TAX_RECORD, bad)).toMatchObject({ verdict: 'INVALID', findings: [{ code: expected }] });
  });

  it('with signed attributes out of order is refused', () => {
    const attributes = encode(TAG.SET, DIGEST, CONTENT_TYPE, TIME, SIGNING);
    expect(codes(ask(TAX_RECORD, sealWith(tax, TAX_RECORD, { attributes, others: [tax.authority] })))).toEqual([
      'DER_SET_ORDER',
    ]);
  });

  /** The parts of SignedData, taken apart and put together again with a change. */
  function rebuilt(change: (parts: Uint8Array[], signer: Uint8Array[]) => void): Uint8Array {
    const info = new DerReader(seal).sequence();
    info.oid();
    const parts = split(info.enter(constructed(0)).sequence());
    const signer = split(new DerReader(parts.pop()!).enter(TAG.SET).sequence());
    change(parts, signer);
    const content = sequence(...parts, encode(TAG.SET, ...(signer.length > 0 ? [sequence(...signer)] : [])));
    return sequence(oid(OID.signedData), encode(constructed(0), content));
  }
  function split(reader: DerReader): Uint8Array[] {
    const parts: Uint8Array[] = [];
    const tags = [TAG.INTEGER, TAG.SET, TAG.SEQUENCE, TAG.OCTET_STRING, constructed(0), constructed(1)];
    while (reader.more) parts.push(reader.raw(tags.find(tag => reader.next(tag))!));
    return parts;
  }

  it('is the same when taken apart and put together', () => {
    expect(Buffer.from(rebuilt(() => undefined))).toEqual(Buffer.from(seal));
  });

  const SHA512 = sequence(oid('2.16.840.1.101.3.4.2.3'));
  it.each<[string, (parts: Uint8Array[], signer: Uint8Array[]) => void, string]>([
    ['version 3', parts => parts.splice(0, 1, Buffer.from('020103', 'hex')), 'SEAL_VERSION'],
    ['another digest', parts => parts.splice(1, 1, setOf(TAG.SET, [SHA512])), 'SEAL_SUITE_UNKNOWN'],
    [
      'two digests',
      parts => parts.splice(1, 1, setOf(TAG.SET, [sequence(oid(OID.sha256)), SHA512])),
      'SEAL_SUITE_UNKNOWN',
    ],
    [
      'digest parameters of NULL',
      parts => parts.splice(1, 1, setOf(TAG.SET, [sequence(oid(OID.sha256), Buffer.from('0500', 'hex'))])),
      'SEAL_SUITE_UNKNOWN',
    ],
    [
      'content of its own',
      parts => parts.splice(2, 1, sequence(oid(OID.data), encode(constructed(0), octetString(TAX_RECORD)))),
      'SEAL_NOT_DETACHED',
    ],
    ['no certificates', parts => parts.splice(3, 1), 'SEAL_CERTIFICATE_COUNT'],
    ['an empty set of certificates', parts => parts.splice(3, 1, encode(constructed(0))), 'SEAL_CERTIFICATE_COUNT'],
    ['a revocation list', parts => parts.push(encode(constructed(1), sequence())), 'SEAL_ELEMENT_UNKNOWN'],
    ['no signer', (_, signer) => signer.splice(0), 'SEAL_SIGNER_COUNT'],
    [
      'an unsigned attribute',
      (_, signer) => signer.push(encode(constructed(1), sequence())),
      'SEAL_UNSIGNED_ATTRIBUTE',
    ],
    ['no signed attributes', (_, signer) => signer.splice(3, 1), 'SEAL_ATTRIBUTE_MISSING'],
    [
      'a signature by SHA-512',
      (_, signer) => signer.splice(4, 1, sequence(oid('1.2.840.10045.4.3.4'))),
      'SEAL_SUITE_UNKNOWN',
    ],
    ['an element more', (_, signer) => signer.push(octetString(new Uint8Array())), 'DER_TRAILING_BYTES'],
  ])('with %s is refused', (_, change, expected) => {
    expect(
      codes(
        ask(
          TAX_RECORD,
          rebuilt((parts, signer) => void change(parts, signer)),
        ),
      ),
    ).toEqual([expected]);
  });

  it('with the signature algorithm of another suite than the key is refused', () => {
    const mixed = rebuilt((_, signer) => void signer.splice(4, 1, SUITES.RSA3072.signatureAlgorithm));
    expect(faults(ask(TAX_RECORD, mixed))).toEqual(['SEAL_SUITE_MIXED']);
  });

  it('with two signers is refused', () => {
    const twice = rebuilt((parts, signer) => {
      parts.push(encode(TAG.SET, sequence(...signer), sequence(...signer)));
      signer.splice(0);
    });
    // The set of signers stands twice now; the first of them holds two.
    expect(codes(ask(TAX_RECORD, twice))).toEqual(['DER_TRAILING_BYTES']);
    const parts = split(innerOf(seal));
    const signers = new DerReader(parts.pop()!).content(TAG.SET);
    const double = sequence(...parts, encode(TAG.SET, signers, signers));
    expect(codes(ask(TAX_RECORD, sequence(oid(OID.signedData), encode(constructed(0), double))))).toEqual([
      'SEAL_SIGNER_COUNT',
    ]);
  });
  function innerOf(der: Uint8Array): DerReader {
    const info = new DerReader(der).sequence();
    info.oid();
    return info.enter(constructed(0)).sequence();
  }

  it('of another kind of CMS is refused', () => {
    const enveloped = sequence(oid('1.2.840.113549.1.7.3'), encode(constructed(0), sequence()));
    expect(codes(ask(TAX_RECORD, enveloped))).toEqual(['SEAL_NOT_SIGNED_DATA']);
  });

  it('with certificates out of order is refused', () => {
    const ders = readSignedData(seal)
      .certificates.map(({ der }) => der)
      .reverse();
    const bad = rebuilt(parts => void parts.splice(3, 1, encode(constructed(0), ...ders)));
    expect(codes(ask(TAX_RECORD, bad))).toEqual(['DER_SET_ORDER']);
  });
});

describe('time', () => {
  const end = tax.certificate.notAfter;
  it('that has passed the certificate’s end makes the seal EXPIRED', () => {
    const judgement = ask(TAX_RECORD, seal, new Date(end.getTime() + 1));
    expect(judgement.verdict).toBe('EXPIRED');
    expect(faults(judgement)).toEqual(['CERTIFICATE_EXPIRED']);
    expect(ask(TAX_RECORD, seal, end).verdict).toBe('INDETERMINATE');
    expect(checkSeal({ record: TAX_RECORD, seal, trust, at: new Date(end.getTime() + 1) }).ok).toBe(false);
  });

  it('before the certificate’s beginning makes it INVALID', () => {
    const at = new Date(tax.certificate.notBefore.getTime() - 1);
    expect(faults(ask(TAX_RECORD, seal, at))).toContain('CERTIFICATE_NOT_YET_VALID');
    expect(ask(TAX_RECORD, seal, at).verdict).toBe('INVALID');
  });

  it('that the seal states must lie in the certificate’s validity', () => {
    const late = tax.seal(TAX_RECORD, new Date(end.getTime() + 1000));
    expect(faults(ask(TAX_RECORD, late, new Date(end.getTime() + 2000)))).toEqual([
      'SEALED_OUTSIDE_VALIDITY',
      'CERTIFICATE_EXPIRED',
    ]);
    const early = tax.seal(TAX_RECORD, new Date(tax.certificate.notBefore.getTime() - 1000));
    expect(faults(ask(TAX_RECORD, early))).toEqual(expect.arrayContaining(['SEALED_OUTSIDE_VALIDITY']));
  });

  it('that the seal states may be ahead of ours by what clocks differ, and no more', () => {
    const seals = [299, 301].map(seconds =>
      tax.seal(TAX_RECORD, new Date(Math.floor(NOW.getTime() / 1000 + seconds) * 1000)),
    );
    expect(seals.map(ahead => faults(ask(TAX_RECORD, ahead)))).toEqual([[], ['SEALED_IN_FUTURE']]);
  });
});

describe('the trust list', () => {
  const rootPem = w.text('trust/root.pem');
  const json = Buffer.from(w.text('trust/list.json'));
  const center = w.party('center');
  const refused = (list: { json: Uint8Array; p7s: Uint8Array }, pem = rootPem): readonly string[] => {
    try {
      readTrust({ rootPem: pem, list });
    } catch (error) {
      if (error instanceof TrustError) return error.findings.map(({ code }) => code);
      throw error;
    }
    return [];
  };

  it('says who may seal what', () => {
    expect(trust.list).toMatchObject({ version: 1, issuedAt: NOW.toISOString() });
    expect(trust.holders.get(tax.sealer.certificateSha256)?.seals).toEqual(['NATIONAL_TAX', 'LOCAL_TAX']);
  });

  it('makes a certificate of the authority that it does not name worth nothing', () => {
    const unlisted = forge({}, w.sealAuthority);
    const bad = sealWith(unlisted, TAX_RECORD, { others: [tax.authority] });
    expect(faults(ask(TAX_RECORD, bad))).toEqual(['CERTIFICATE_NOT_LISTED']);
  });

  it('must agree with the certificate about the holder', () => {
    const holders = [
      { id: 'tax', organization: '海关', seals: ['NATIONAL_TAX'], certificates: [tax.sealer.certificateSha256] },
    ];
    const none = { logs: [], witnesses: [], timeStamping: [] };
    const other = Buffer.from(writeTrustList({ version: 9, issuedAt: NOW.toISOString(), holders, ...none }));
    const odd = readTrust({ rootPem, list: { json: other, p7s: center.seal(other, NOW) } });
    expect(faults(judge({ record: TAX_RECORD, seal, trust: odd, at: NOW }))).toEqual(['HOLDER_DIFFERS']);
  });

  it('is refused when it was changed, sealed by a department, or is another paper of the center', () => {
    expect(refused({ json, p7s: center.seal(json, NOW) })).toEqual([]);
    expect(refused({ json: changed(json, 20), p7s: center.seal(json, NOW) })).toContain('MESSAGE_DIGEST_DIFFERS');
    expect(refused({ json, p7s: tax.seal(json, NOW) })).toEqual([
      'RECORD_DEPARTMENT_DIFFERS',
      'TRUST_LIST_NOT_BY_CENTER',
    ]);
    const slip = bytesOf({ ...(JSON.parse(json.toString()) as Record<string, string>), kind: 'DECISION' });
    expect(refused({ json: slip, p7s: center.seal(slip, NOW) })).toEqual(['TRUST_LIST_MALFORMED']);
    const more = bytesOf({ ...(JSON.parse(json.toString()) as Record<string, string>), more: 1 });
    expect(refused({ json: more, p7s: center.seal(more, NOW) })).toEqual(['TRUST_LIST_MALFORMED']);
  });

  it('stands under one root only, which is a root and signed itself', () => {
    const other = forge({ profile: 'ROOT', subject: { organization: '某', commonName: 'Other Root' } });
    const notRoot = certificateToPem(tax.authority.der);
    const pem = certificateToPem(other.certificate.der);
    expect(refused({ json, p7s: center.seal(json, NOW) }, pem)).toEqual(['ISSUER_ABSENT']);
    for (const bad of [
      notRoot,
      '',
      'x',
      pem + pem,
      pem.replace('MII', 'MIJ'),
      certificateToPem(changed(other.certificate.der, other.certificate.der.length - 1)),
    ])
      expect(() => readTrust({ rootPem: bad })).toThrow(TrustError);
  });
});
