import { afterAll, describe, expect, it } from '@jest/globals';
import { signatureOf } from '../../../certs/cms.ts';
import { type CrlEntry, crlBytesMax, type RevocationReason, readCrl, writeCrl } from '../../../certs/crl.ts';
import { negateS, readSignature, writeSignature } from '../../../certs/ecdsa.ts';
import { checkSeal, checkTimeStamp, judge, readTrust, type Trust, withRevocationLists } from '../../../certs/verify.ts';
import { crlOf, logged, withNews } from '../evidence.ts';
import { changed, codes, forge, NOW, TAX_RECORD, world } from '../fixture.ts';
import { stamped, stamper, tokenOver, withStamper } from '../stamps.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
const tsa = stamper(w.sealAuthority);
const hourMs = 3_600_000;
const hour = (hours: number) => new Date(NOW.getTime() + hours * hourMs);
const wholeSecond = (at: Date) => new Date(Math.floor(at.getTime() / 1000) * 1000);
const AT = hour(100);
const seal = tax.seal(TAX_RECORD, NOW);
// To the second, as revocation lists tell times.
const STAMPED = wholeSecond(hour(1));
const whole = stamped(seal, tsa, { at: STAMPED });
const { trust, proof } = logged(withStamper(w.trust, tsa), 'tax', [whole]);
const PROOF = await proof(0);
const FRESH = { from: hour(90), until: hour(110) };

const ask = (by: Trust, p7s = whole, at = AT) => judge({ record: TAX_RECORD, seal: p7s, proof: PROOF, trust: by, at });
const entryOf = (
  { serial }: { readonly serial: Uint8Array },
  revocationDate: Date,
  reason: RevocationReason = 'keyCompromise',
  invalidityDate?: Date,
): CrlEntry => ({ serial, revocationDate, reason, ...(invalidityDate && { invalidityDate }) });
const told = (...entries: readonly CrlEntry[]) => ask(withNews(trust, w, { ...FRESH, entries }));

describe('news of revocation', () => {
  it('that nobody was revoked makes a seal VALID, when it is fresh', () => {
    const judgement = told();
    expect(codes(judgement)).toEqual([]);
    expect(judgement.verdict).toBe('VALID');
    expect(ask(withNews(trust, w, FRESH), whole, wholeSecond(FRESH.until)).verdict).toBe('VALID');
  });

  it('is stale after its time, and then tells nothing of now', () => {
    const judgement = ask(withNews(trust, w, FRESH), whole, hour(111));
    expect(codes(judgement)).toEqual([
      'REVOCATION_INFORMATION_STALE',
      'REVOCATION_INFORMATION_STALE',
      'REVOCATION_INFORMATION_STALE',
    ]);
    expect(judgement.findings.map(({ at }) => at)).toEqual([
      'certificate time-stamp',
      'certificate One Window Demo Seal Authority',
      'certificate tax',
    ]);
    expect(judgement).toMatchObject({ verdict: 'INDETERMINATE', atSigning: 'VALID', now: 'INDETERMINATE' });
  });

  it('from before the stamp tells nothing at all', () => {
    const judgement = ask(withNews(trust, w, { from: hour(-2), until: hour(0.5) }));
    expect(new Set(codes(judgement))).toEqual(new Set(['NO_REVOCATION_INFORMATION']));
    expect(judgement.atSigning).toBe('INDETERMINATE');
  });

  it('is needed of each authority', () => {
    const of = (...crls: readonly Uint8Array[]) => ask(withRevocationLists(trust, crls)).findings.map(({ at }) => at);
    expect(of(crlOf(w.root, FRESH))).toEqual(['certificate time-stamp', 'certificate tax']);
    expect(of(crlOf(w.sealAuthority, FRESH))).toEqual(['certificate One Window Demo Seal Authority']);
  });

  it('counts from the day of invalidity, when that was before the day of revocation', () => {
    const { serial } = tax.certificate;
    expect(told(entryOf({ serial }, hour(20), 'keyCompromise', hour(0.5))).verdict).toBe('REVOKED');
    expect(told(entryOf({ serial }, hour(0.5), 'keyCompromise', hour(20))).verdict).toBe('REVOKED');
    expect(told(entryOf({ serial }, hour(20), 'keyCompromise', hour(10))).verdict).toBe('VALID_AT_SIGNING');
  });

  it('of what has not happened yet, at the time that one asks about, does not count', () => {
    expect(told(entryOf(tax.certificate, hour(101))).verdict).toBe('VALID');
  });

  it('says REVOKED of a stamp made in the very second', () => {
    expect(told(entryOf(tax.certificate, STAMPED)).verdict).toBe('REVOKED');
    expect(told(entryOf(tax.certificate, new Date(STAMPED.getTime() + 1000))).verdict).toBe('VALID_AT_SIGNING');
    expect(codes(told(entryOf(tsa.certificate, STAMPED, 'superseded')))).toEqual(['TIME_STAMP_REVOKED']);
  });

  it('of a seal authority counts for what it issued', () => {
    const { serial } = w.sealAuthority.certificate;
    const ended = (revocationDate: Date, reason: RevocationReason = 'cessationOfOperation') =>
      ask(
        withRevocationLists(trust, [
          crlOf(w.root, { ...FRESH, entries: [{ serial, revocationDate, reason }] }),
          crlOf(w.sealAuthority, FRESH),
        ]),
      );
    expect(ended(hour(20)).verdict).toBe('VALID_AT_SIGNING');
    // Whoever has its key can issue certificates, but has none that is listed, and no clock.
    expect(ended(hour(20), 'cACompromise').verdict).toBe('VALID_AT_SIGNING');
    // Before the stamp: its time-stamp authority was then no more than anybody.
    const judgement = ended(hour(0.5));
    expect(codes(judgement)).toEqual(['CERTIFICATE_REVOKED_UNPROVEN', 'TIME_STAMP_REVOKED']);
    expect(judgement.verdict).toBe('INDETERMINATE');
  });

  it('is not forgotten when a later list leaves it out', () => {
    const older = crlOf(w.sealAuthority, { ...FRESH, number: 4, entries: [entryOf(tax.certificate, hour(0.5))] });
    const newer = crlOf(w.sealAuthority, { ...FRESH, number: 5 });
    expect(ask(withRevocationLists(trust, [crlOf(w.root, FRESH), older, newer])).verdict).toBe('REVOKED');
  });

  it('tells of other certificates without harm', () => {
    expect(told(entryOf(w.party('business').certificate, hour(0.5))).verdict).toBe('VALID');
  });
});

describe('a suspension', () => {
  const hold = (from: Date) => entryOf(tax.certificate, from, 'certificateHold');

  it('leaves open what was stamped meanwhile, until it is decided', () => {
    const judgement = told(hold(hour(0.5)));
    expect(codes(judgement)).toEqual(['CERTIFICATE_ON_HOLD']);
    expect(judgement).toMatchObject({ verdict: 'INDETERMINATE', atSigning: 'INDETERMINATE', now: 'INDETERMINATE' });
  });

  it('takes nothing from what was stamped before', () => {
    expect(told(hold(hour(20)))).toMatchObject({ verdict: 'VALID_AT_SIGNING', atSigning: 'VALID', now: 'REVOKED' });
  });

  it('that was resumed leaves nothing: the newest list speaks, whatever the order they come in', () => {
    const older = crlOf(w.sealAuthority, { ...FRESH, number: 4, entries: [hold(hour(0.5))] });
    const newer = crlOf(w.sealAuthority, { ...FRESH, number: 5 });
    for (const crls of [
      [older, newer],
      [newer, older],
    ])
      expect(ask(withRevocationLists(trust, [crlOf(w.root, FRESH), ...crls])).verdict).toBe('VALID');
  });
});

describe('a time-stamp authority that was revoked', () => {
  const ended = (reason: RevocationReason, from: Date) => told(entryOf(tsa.certificate, from, reason));

  it.each<RevocationReason>(['superseded', 'cessationOfOperation', 'affiliationChanged', 'certificateHold'])(
    'for %s keeps what it stamped before, and nothing after',
    reason => {
      expect(ended(reason, hour(20)).verdict).toBe('VALID');
      expect(codes(ended(reason, hour(0.5)))).toEqual(['TIME_STAMP_REVOKED']);
    },
  );

  it.each<RevocationReason>(['keyCompromise', 'unspecified', 'privilegeWithdrawn'])(
    'for %s has stamped nothing that counts',
    reason => {
      for (const from of [hour(20), hour(0.5)]) {
        const judgement = ended(reason, from);
        expect(codes(judgement)).toEqual(['TIME_STAMP_REVOKED']);
        expect(judgement.verdict).toBe('INDETERMINATE');
        expect(judgement.stampedAt).toBeUndefined();
      }
    },
  );

  it('is not believed by whoever asked it, though missing news are taken', () => {
    const signature = signatureOf(seal);
    const question = { token: tokenOver(signature, tsa, { at: NOW }), signature, at: NOW };
    expect(checkTimeStamp({ ...question, trust }).ok).toBe(true);
    const entries = [entryOf(tsa.certificate, hour(-1), 'superseded')];
    const by = withNews(trust, w, { from: hour(-1), until: hour(1), entries });
    expect(checkTimeStamp({ ...question, trust: by }).ok).toBe(false);
  });
});

describe('a revocation list', () => {
  const good = crlOf(w.sealAuthority, { ...FRESH, entries: [entryOf(tax.certificate, hour(0.5))] });
  const lists = (...crls: readonly Uint8Array[]) => ask(withRevocationLists(trust, [crlOf(w.root, FRESH), ...crls]));

  it('that is changed anywhere tells nothing, and never makes a seal VALID', () => {
    for (let i = 0; i < good.length; i++) {
      const judgement = lists(changed(good, i, 1 << (i % 8)));
      expect(`byte ${i}: ${judgement.verdict}`).toBe(`byte ${i}: INDETERMINATE`);
    }
  });

  it('is told by its place when it is malformed, and by the authority it names when somebody else signed it', () => {
    for (const [bad, at] of [
      [good.subarray(0, -1), `revocation list 2 byte ${good.length - 1}`],
      [new Uint8Array(crlBytesMax), 'revocation list 2'],
    ] as const)
      expect(lists(bad).findings).toContainEqual(expect.objectContaining({ code: 'REVOCATION_LIST_MALFORMED', at }));
    const { issuer, key } = { issuer: w.sealAuthority.certificate, key: forge({}, w.root).key };
    const forged = crlOf({ certificate: issuer, key }, FRESH);
    expect(codes(lists(forged))).toContain('REVOCATION_LIST_SIGNATURE_WRONG');
    expect(lists(forged).verdict).toBe('INDETERMINATE');
  });

  it('in the other form of its signature is not one', () => {
    const { body, signature, signatureSuite } = readCrl(crlOf(w.sealAuthority, FRESH));
    const high = writeCrl(body, signatureSuite, writeSignature(negateS(readSignature(signature))));
    expect(codes(lists(high))).toContain('REVOCATION_LIST_SIGNATURE_WRONG');
  });

  it('of another authority of the same name says nothing of ours', () => {
    const foreign = forge({ profile: 'SEAL_AUTHORITY', subject: w.sealAuthority.certificate.subject }, w.root);
    expect(codes(lists(crlOf(foreign, FRESH)))).not.toContain('REVOCATION_LIST_SIGNATURE_WRONG');
    expect(lists(crlOf(foreign, FRESH)).verdict).toBe('INDETERMINATE');
    expect(lists(crlOf(foreign, FRESH), crlOf(w.sealAuthority, FRESH)).verdict).toBe('VALID');
  });
});

describe('on its way between departments and center', () => {
  const question = { record: TAX_RECORD, seal, at: NOW };
  const now = { from: hour(-1), until: hour(1) };

  it('a seal is taken with fresh news, with stale ones and with none', () => {
    for (const by of [trust, withNews(trust, w, now), withNews(trust, w, { from: hour(-3), until: hour(-2) })])
      expect(checkSeal({ ...question, trust: by }).ok).toBe(true);
  });

  it.each<RevocationReason>(['keyCompromise', 'superseded', 'certificateHold'])(
    'a seal revoked for %s is refused',
    reason => {
      const entries = [entryOf(tax.certificate, hour(-0.5), reason)];
      const by = withNews(trust, w, { ...now, entries });
      // Not for what may be missing on the way, though that weighs as much.
      const why = reason === 'certificateHold' ? 'CERTIFICATE_ON_HOLD' : 'CERTIFICATE_REVOKED_UNPROVEN';
      expect(checkSeal({ ...question, trust: by })).toMatchObject({ ok: false, reason: why });
      expect(checkSeal({ ...question, seal: stamped(seal, tsa, { at: NOW }), trust: by }).ok).toBe(false);
      expect(
        checkSeal({ ...question, record: TAX_RECORD, trust: withNews(trust, w, { ...now, entries: [] }) }).ok,
      ).toBe(true);
    },
  );
});

describe('on its way long after it was made', () => {
  it('a seal is taken whose time stamp is older than the revocation, and refused without the stamp', () => {
    const entries = [entryOf(tax.certificate, hour(1), 'keyCompromise')];
    const by = withNews(trust, w, { from: hour(1.5), until: hour(3), entries });
    const later = { record: TAX_RECORD, trust: by, at: hour(2) };
    expect(checkSeal({ ...later, seal: stamped(seal, tsa, { at: NOW }) }).ok).toBe(true);
    expect(checkSeal({ ...later, seal }).ok).toBe(false);
  });
});

describe('the trust list of a center whose seal was revoked', () => {
  it('is refused, whenever it says that it was sealed: nobody stamps lists', () => {
    const json = Buffer.from(w.text('trust/list.json'));
    const center = w.party('center');
    const p7s = center.seal(json, NOW);
    const rootPem = w.text('trust/root.pem');
    const crls = (entries: readonly CrlEntry[]) => [
      crlOf(w.root, FRESH),
      crlOf(w.sealAuthority, { ...FRESH, entries }),
    ];
    expect(readTrust({ rootPem, list: { json, p7s }, crls: crls([]) }).list?.version).toBe(1);
    const read = () => readTrust({ rootPem, list: { json, p7s }, crls: crls([entryOf(center.certificate, hour(50))]) });
    expect(read).toThrow(/CERTIFICATE_REVOKED_UNPROVEN/);
  });
});
