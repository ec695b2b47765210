import { afterAll, describe, expect, it } from '@jest/globals';
import type { CrlEntry } from '../../../certs/crl.ts';
import { FINDINGS } from '../../../certs/findings.ts';
import { VERDICTS, type Verdicts, weigh } from '../../../certs/verify/verdict.ts';
import { judge } from '../../../certs/verify.ts';
import { logged, withCertificate, withNews } from '../evidence.ts';
import { forge, NOW, sealWith, TAX_RECORD, world } from '../fixture.ts';
import { stamped, stamper, withStamper } from '../stamps.ts';

const w = world();
afterAll(() => w.remove());
const tsa = stamper(w.sealAuthority);

const hourMs = 3_600_000;
const hour = (hours: number) => new Date(NOW.getTime() + hours * hourMs);
// In hours: sealed at 0, stamped at 1, asked at 100.
const AT = hour(100);
const STAMPED = hour(1);

const ENDS = { lasts: hour(10_000), 'is over since': hour(50), 'was over before the stamp': hour(0.5) } as const;
const REVOKED = { never: undefined, 'before the stamp': hour(0.5), 'after the stamp': hour(20) } as const;
const NEWS = {
  fresh: { from: hour(90), until: hour(110) },
  stale: { from: hour(30), until: hour(40) },
  none: undefined,
} as const;

interface Case {
  readonly certificate: keyof typeof ENDS;
  readonly revoked: keyof typeof REVOKED;
  readonly hasStamp: boolean;
  readonly hasProof: boolean;
  readonly news: keyof typeof NEWS;
}

const names = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];
const CASES: readonly Case[] = names(ENDS).flatMap(certificate =>
  names(REVOKED).flatMap(revoked =>
    [true, false].flatMap(hasStamp =>
      [true, false].flatMap(hasProof => names(NEWS).map(news => ({ certificate, revoked, hasStamp, hasProof, news }))),
    ),
  ),
);

/** What must come out, in words: the first that is true. */
function expected({ certificate, revoked, hasStamp, hasProof, news }: Case): Verdicts {
  const isKnown = news !== 'none' && revoked !== 'never';
  const wasRevoked = isKnown && hasStamp && revoked === 'before the stamp';
  const isOver = certificate !== 'lasts';
  const wasOver = isOver && (!hasStamp || certificate === 'was over before the stamp');
  const isComplete = hasStamp && hasProof && news === 'fresh';
  const wasComplete = hasStamp && hasProof && news !== 'none';
  return {
    verdict: wasRevoked
      ? 'REVOKED'
      : wasOver
        ? 'EXPIRED'
        : !isComplete
          ? 'INDETERMINATE'
          : isOver || isKnown
            ? 'VALID_AT_SIGNING'
            : 'VALID',
    atSigning: wasRevoked ? 'REVOKED' : wasOver || !wasComplete ? 'INDETERMINATE' : 'VALID',
    now: isKnown ? 'REVOKED' : isOver ? 'EXPIRED' : isComplete ? 'VALID' : 'INDETERMINATE',
  };
}

async function judged({ certificate, revoked, hasStamp, hasProof, news }: Case): Promise<Verdicts> {
  const signer = forge({ notAfter: ENDS[certificate] }, w.sealAuthority);
  const bare = sealWith(signer, TAX_RECORD, { others: [w.sealAuthority.certificate] });
  const seal = hasStamp ? stamped(bare, tsa, { at: STAMPED }) : bare;
  const { trust, proof } = logged(withStamper(withCertificate(w.trust, 'tax', signer.certificate), tsa), 'tax', [seal]);
  const said = NEWS[news];
  const revocationDate = REVOKED[revoked];
  const { serial } = signer.certificate;
  const entries: CrlEntry[] = revocationDate ? [{ serial, revocationDate, reason: 'keyCompromise' }] : [];
  const { verdict, atSigning, now } = judge({
    record: TAX_RECORD,
    seal,
    ...(hasProof && { proof: await proof(0) }),
    trust: said ? withNews(trust, w, { ...said, entries }) : trust,
    at: AT,
  });
  return { verdict, atSigning, now };
}

describe('the verdict over a seal', () => {
  it.each(CASES)(
    'whose certificate $certificate, revoked $revoked (news: $news), with stamp $hasStamp, with proof $hasProof',
    async one => expect(await judged(one)).toEqual(expected(one)),
  );

  it('has been asked for every combination, and each verdict came out', () => {
    expect(CASES).toHaveLength(108);
    expect(new Set(CASES.map(one => expected(one).verdict))).toEqual(
      new Set(['VALID', 'VALID_AT_SIGNING', 'REVOKED', 'EXPIRED', 'INDETERMINATE']),
    );
  });
});

describe('the table of severities', () => {
  it('has a row for each, and each is used', () => {
    expect(new Set(Object.values(FINDINGS).map(({ severity }) => severity))).toEqual(new Set(names(VERDICTS)));
  });

  it('makes VALID of nothing, and INVALID of anything fatal', () => {
    expect(weigh([])).toEqual({ verdict: 'VALID', atSigning: 'VALID', now: 'VALID', findings: [] });
    const found = (['NO_TIME_STAMP', 'CERTIFICATE_REVOKED', 'SIGNATURE_WRONG'] as const).map(code => ({
      code,
      at: 'seal',
      ...FINDINGS[code],
    }));
    expect(weigh(found)).toMatchObject({ verdict: 'INVALID', atSigning: 'INVALID', now: 'INVALID' });
    expect(weigh(found).findings.map(({ code }) => code)).toEqual([
      'SIGNATURE_WRONG',
      'CERTIFICATE_REVOKED',
      'NO_TIME_STAMP',
    ]);
  });
});
