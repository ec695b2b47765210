import { afterAll, describe, expect, it } from '@jest/globals';
import { signatureOf, withTimeStamp } from '../../../certs/cms.ts';
import { negateS, readSignature, writeSignature } from '../../../certs/ecdsa.ts';
import { makeKeyPem, readKey } from '../../../certs/key.ts';
import { readTimeStampToken } from '../../../certs/time-stamp.ts';
import { withList } from '../../../certs/verify/trust.ts';
import { checkTimeStamp, judge, readTrust, type Trust } from '../../../certs/verify.ts';
import { bytesOf, changed, codes, digest, faults, forge, NOW, sealWith, TAX_RECORD, world } from '../fixture.ts';
import { POLICY, type Stamp, type Stamper, stamped, stamper, tokenOver, withStamper } from '../stamps.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
const seal = tax.seal(TAX_RECORD, NOW);
const tsa = stamper(w.sealAuthority);
const trust = withStamper(w.trust, tsa);
const dayMs = 86_400_000;
const later = (ms: number) => new Date(NOW.getTime() + ms);
const ask = (p7s: Uint8Array, at = later(1000), by: Trust = trust) =>
  judge({ record: TAX_RECORD, seal: p7s, trust: by, at });
const stampOf = (more: Partial<Stamp>, by: Stamper = tsa) => stamped(seal, by, { at: NOW, ...more });

describe('a time stamp', () => {
  it('proves when the seal was there, to the millisecond', () => {
    const judgement = ask(stampOf({}));
    expect(new Set(codes(judgement))).toEqual(new Set(['NO_REVOCATION_INFORMATION', 'NO_LOG_PROOF']));
    expect(judgement.stampedAt).toBe(NOW.toISOString());
    expect(ask(stampOf({}))).toEqual(judgement);
  });

  it('of RSA over a seal of ES256 proves it as well', () => {
    const rsa = stamper(w.sealAuthority, { key: readKey(makeKeyPem('RSA3072'), 'the authority') });
    expect(ask(stampOf({}, rsa), NOW, withStamper(w.trust, rsa)).stampedAt).toBe(NOW.toISOString());
  });

  const other = signatureOf(tax.seal(bytesOf({ department: 'tax', kind: 'LOCAL_TAX' }), NOW));
  const twin = stamper(w.sealAuthority, { key: tsa.key });
  const foreignRoot = forge({ profile: 'ROOT', subject: w.root.certificate.subject });
  const foreign = forge({ profile: 'SEAL_AUTHORITY', subject: tsa.authority.subject }, foreignRoot);
  const short = (days: number) => stamper(w.sealAuthority, { notAfter: later(days * dayMs) });
  const high = (der: Uint8Array) => writeSignature(negateS(readSignature(der)));
  const genuine = readTimeStampToken(
    tokenOver(signatureOf(seal), tsa, { at: NOW, info: { serial: Uint8Array.of(9) } }),
  );

  it.each<[string, readonly string[], Stamper, Partial<Stamp>]>([
    [
      'is of another seal',
      ['TIME_STAMP_IMPRINT_DIFFERS'],
      tsa,
      { info: { imprint: { sha256: digest(other), hasNull: false } } },
    ],
    ['says something else than was signed', ['TIME_STAMP_DIGEST_DIFFERS'], tsa, { infoDigest: digest(other) }],
    ['has another’s signature', ['SIGNATURE_WRONG'], tsa, { signature: genuine.signature }],
    [
      'has the other form of its signature',
      ['SIGNATURE_HIGH_S', 'SIGNATURE_WRONG'],
      tsa,
      { signature: high(genuine.signature) },
    ],
    ['has no signature', ['SIGNATURE_MALFORMED'], tsa, { signature: new Uint8Array() }],
    [
      'was made for another certificate',
      ['SIGNING_CERTIFICATE_DIFFERS'],
      tsa,
      { certificateHash: digest(tax.certificate.der) },
    ],
    ['comes without its certificates', ['TIME_STAMP_CERTIFICATE_ABSENT'], tsa, { certificates: [] }],
    ['comes without its authority’s', ['ISSUER_ABSENT'], tsa, { certificates: [tsa.certificate] }],
    [
      'brings a stranger',
      ['CERTIFICATE_NOT_NEEDED'],
      tsa,
      { certificates: [tsa.certificate, tsa.authority, tax.certificate] },
    ],
    ['is of an authority that is not listed', ['TIME_STAMP_AUTHORITY_NOT_LISTED'], twin, {}],
    [
      'is under a policy that is not listed',
      ['TIME_STAMP_AUTHORITY_NOT_LISTED'],
      tsa,
      { info: { policy: `${POLICY}.1` } },
    ],
    ['ends in a root of the same name', ['ISSUER_ABSENT', 'TIME_STAMP_AUTHORITY_NOT_LISTED'], stamper(foreign), {}],
    ['was signed with a seal', ['TIME_STAMP_SIGNER_NOT_FOR_STAMPS', 'TIME_STAMP_AUTHORITY_NOT_LISTED'], { ...tax }, {}],
    ['is from before the seal', ['TIME_STAMP_BEFORE_SEALING'], tsa, { at: later(-301_000) }],
    ['is from after this verification', ['TIME_STAMP_IN_FUTURE'], tsa, { at: later(302_000) }],
  ])('that %s is refused', (_, expected, by, stamp) => {
    const judgement = ask(stampOf(stamp, by));
    expect(faults(judgement)).toEqual(expected);
    expect(judgement.verdict).toBe('INVALID');
    expect(judgement.stampedAt).toBeUndefined();
  });

  it('may differ from the seal’s time, and from ours, by what clocks differ', () => {
    for (const ms of [-299_000, 300_000]) expect(ask(stampOf({ at: later(ms) })).stampedAt).toBeDefined();
  });

  it('must have been made while its authority’s certificate lasted, and stays good afterwards', () => {
    const brief = short(1);
    const by = withStamper(w.trust, brief);
    const much = later(30 * dayMs);
    expect(ask(stampOf({ at: later(dayMs - 1000) }, brief), much, by).stampedAt).toBeDefined();
    expect(faults(ask(stampOf({ at: later(dayMs + 1000) }, brief), much, by))).toEqual(['TIME_STAMP_OUTSIDE_VALIDITY']);
  });

  it('proves nothing without a list, by which no authority is known', () => {
    const bare = readTrust({ rootPem: w.text('trust/root.pem') });
    const judgement = ask(stampOf({}), NOW, bare);
    expect(judgement.stampedAt).toBeUndefined();
    expect(new Set(codes(judgement))).toEqual(new Set(['NO_REVOCATION_INFORMATION', 'NO_TRUST_LIST', 'NO_LOG_PROOF']));
    expect(ask(stampOf({}), NOW, withList(w.trust, { ...w.trust.list!, timeStamping: [] })).verdict).toBe('INVALID');
  });

  it('signs no records: what was proven of it is not proven of a seal', () => {
    expect(ask(stampOf({})).stampedAt).toBeDefined();
    const asSeal = sealWith(tsa, TAX_RECORD, { others: [tsa.authority] });
    expect(faults(ask(asSeal))).toEqual([
      'SIGNER_NOT_FOR_SEALS',
      'RECORD_DEPARTMENT_DIFFERS',
      'CERTIFICATE_NOT_LISTED',
    ]);
  });

  it('is refused whichever byte of it is changed, and the place is told', () => {
    const token = tokenOver(signatureOf(seal), tsa, { at: NOW });
    const places = new Set<string>();
    for (let i = 0; i < token.length; i++) {
      const judgement = ask(withTimeStamp(seal, changed(token, i, 1 << (i % 8))));
      expect(`byte ${i}: ${judgement.verdict}`).toBe(`byte ${i}: INVALID`);
      for (const { at } of judgement.findings) places.add(at.replace(/\d+$/, 'n'));
    }
    expect(places).toContain('time stamp byte n');
  });
});

describe('whoever asked for a time stamp', () => {
  const question = { signature: signatureOf(seal), trust, at: NOW };

  it('is told what it says', () => {
    const token = tokenOver(question.signature, tsa, { at: NOW, info: { nonce: Uint8Array.of(5) } });
    expect(checkTimeStamp({ token, ...question })).toEqual({
      ok: true,
      value: {
        stampedAt: NOW,
        policy: POLICY,
        serial: '07',
        nonce: Uint8Array.of(5),
        certificateSha256: Buffer.from(digest(tsa.certificate.der)).toString('hex'),
      },
    });
  });

  it('is told of everything that is wrong with it', () => {
    const token = tokenOver(question.signature, tsa, { at: later(302_000), info: { policy: '2.999' } });
    const checked = checkTimeStamp({ token, ...question });
    expect(checked.ok ? [] : checked.findings.map(({ code }) => code)).toEqual([
      'TIME_STAMP_IN_FUTURE',
      'TIME_STAMP_AUTHORITY_NOT_LISTED',
    ]);
    expect(checkTimeStamp({ ...question, token: new Uint8Array(40_000) })).toMatchObject({
      ok: false,
      findings: [{ code: 'TIME_STAMP_TOO_LARGE' }],
    });
  });
});
