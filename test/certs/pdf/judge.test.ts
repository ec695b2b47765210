import { afterAll, describe, expect, it } from '@jest/globals';
import { sealIn } from '../../../certs/pdf/evidence.ts';
import { judgePdf, type PdfJudgement, refusalOnTheWay } from '../../../certs/pdf/judge.ts';
import { readPaper } from '../../../certs/pdf/paper.ts';
import { minimalPdf, OBJECT } from '../../fixtures/minimal-pdf.ts';
import { bytesOf, changed, codes, faults, NOW, TAX_RECORD } from '../fixture.ts';
import { HOUR_MS, papers, partsOf } from './papers.ts';

const office = papers();
afterAll(() => office.world.remove());
const sealed = await office.seal();
const { stamped, whole, trust } = await office.whole(sealed);
const judged = (pdf: Uint8Array, at = NOW): PdfJudgement => judgePdf({ bytes: pdf, trust, at });

/** Of some thousand verifications, some seconds where nothing else runs. */
const changesMaxMs = 120_000;

describe('a paper', () => {
  it('is VALID with time stamp and log proof, and shows its record and who sealed it when', () => {
    const judgement = judged(whole);
    expect([judgement.verdict, codes(judgement)]).toEqual(['VALID', []]);
    expect(judgement).toMatchObject({
      signer: { department: 'tax', organization: '税务局' },
      sealedAt: '2025-06-30T08:00:00.000Z',
      stampedAt: NOW.toISOString(),
      record: { kind: 'NATIONAL_TAX', number: 'T-1' },
      claims: { organization: '税务局', reason: 'minimal' },
      pages: 1,
      log: { index: 0 },
    });
    expect(Buffer.compare(judgement.recordBytes!, TAX_RECORD)).toBe(0);
  });

  it('is INDETERMINATE without time stamp or log proof, which may be missing on the way', () => {
    expect([judged(sealed), judged(stamped)].map(one => [one.verdict, codes(one), refusalOnTheWay(one)])).toEqual([
      ['INDETERMINATE', ['NO_TIME_STAMP', 'NO_LOG_PROOF'], undefined],
      ['INDETERMINATE', ['NO_LOG_PROOF'], undefined],
    ]);
  });

  it('is not proved by fewer witnesses than are wanted', () => {
    expect(codes(judgePdf({ bytes: whole, trust, at: NOW, witnessesMin: 2 }))).toEqual(['TOO_FEW_WITNESSES']);
    expect(codes(judgePdf({ bytes: whole, trust, at: NOW, witnessesMin: 1 }))).toEqual([]);
  });

  it.each<[string, Date, readonly string[]]>([
    ['before it was sealed', new Date(NOW.getTime() - HOUR_MS), ['SEALED_IN_FUTURE', 'TIME_STAMP_IN_FUTURE']],
    ['when the news of revocation have ended', new Date(NOW.getTime() + 2 * HOUR_MS), ['REVOCATION_INFORMATION_STALE']],
  ])('is judged by the rules of seals %s', (_, at, expected) => {
    const found = judged(whole, at).findings;
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining([...expected]));
    const future = found.find(({ code }) => code === 'SEALED_IN_FUTURE');
    expect(future?.at ?? 'seal: /M').toBe('seal: /M');
  });

  it('may be of many pages and in any order of its objects', async () => {
    const pdf = await office.seal({
      objects: objects => [
        ...objects.with(OBJECT.pages - 1, '<< /Type /Pages /Kids [3 0 R 11 0 R] /Count 3 >>'),
        '<< /Type /Pages /Parent 2 0 R /Kids [12 0 R 13 0 R] /Count 2 >>',
        '<< /Type /Page /Parent 11 0 R >>',
        '<< /Type /Page /Parent 11 0 R /Annots [] >>',
      ],
    });
    expect([faults(judged(pdf)), judged(pdf).pages]).toEqual([[], 3]);
  });

  it('brings what is disclosed of its record', async () => {
    const pdf = await office.seal({ disclosures: bytesOf({ leaves: {} }) });
    const { disclosures, findings } = judged(pdf);
    expect(Buffer.from(disclosures!).toString()).toBe('{"leaves":{}}');
    // A record without leaves has nothing to disclose.
    expect(findings.map(({ code, at }) => [code, at])).toContainEqual([
      expect.stringMatching(/^DISCLOSURE/),
      'disclosures',
    ]);
  });
});

describe('the record in a paper', () => {
  it.each<[string, Uint8Array, readonly string[]]>([
    [
      'of a kind that the signer may not seal',
      bytesOf({ department: 'tax', kind: 'BUSINESS_LICENSE' }),
      ['RECORD_KIND_NOT_ALLOWED'],
    ],
    ['of another department', bytesOf({ department: 'business', kind: 'NATIONAL_TAX' }), ['RECORD_DEPARTMENT_DIFFERS']],
    ['that is not canonical', Buffer.from('{"kind":"NATIONAL_TAX","department":"tax"}'), ['RECORD_NOT_CANONICAL']],
    ['that is no JSON', Buffer.from('%PDF-1.7'), ['RECORD_NOT_JSON']],
  ])('is refused %s', async (_, record, expected) => {
    expect(faults(judged(await office.seal({ record })))).toEqual(expected);
  });
});

describe('a seal', () => {
  it('is refused over another paper of the same department', async () => {
    const other = minimalPdf(partsOf({ record: bytesOf({ department: 'tax', kind: 'LOCAL_TAX', number: 'T' }) }));
    const { from, to } = other.hole;
    const wrapped = Buffer.from(other.bytes);
    wrapped.set(Buffer.from(whole).subarray(from, to), from);
    expect(faults(judged(wrapped))).toEqual(['PDF_DIGEST_DIFFERS']);
  });

  it('of an office is not taken for that of another', async () => {
    const drawn = minimalPdf(partsOf({ organization: '市场监督管理局' }));
    await expect(office.world.party('tax').sealer.sealPdf(drawn)).rejects.toMatchObject({
      finding: { code: 'PDF_SIGNER_NAME_DIFFERS', at: 'seal: /Name' },
    });
  });

  it('is not put on a paper that verifiers would refuse', async () => {
    const party = office.world.party('tax');
    const open = minimalPdf(
      partsOf({ objects: all => all.with(0, all[0]!.replace('/Type', '/OpenAction 3 0 R /Type')) }),
    );
    await expect(party.sealer.sealPdf(open)).rejects.toMatchObject({ finding: { code: 'PDF_FORBIDDEN' } });
    const drawn = minimalPdf(partsOf());
    const moved = { ...drawn, hole: { from: drawn.hole.from + 2, to: drawn.hole.to } };
    await expect(party.sealer.sealPdf(moved)).rejects.toMatchObject({ finding: { code: 'PDF_HOLE' } });
    const twice = { ...drawn, bytes: sealed };
    await expect(party.sealer.sealPdf(twice)).rejects.toMatchObject({ finding: { code: 'PDF_HOLE' } });
    const narrow = minimalPdf(partsOf({ holeBytes: 1_002 }));
    await expect(party.sealer.sealPdf(narrow)).rejects.toThrow(
      /^the seal and its evidence have 1\d{3} bytes, the hole of the PDF has room for 500$/,
    );
  });
});

describe('a paper is INVALID, and why is said with its place,', () => {
  const atSign = (pdf: Uint8Array): readonly [string, string][] =>
    judged(pdf)
      .findings.filter(({ severity }) => severity === 'fatal')
      .map(({ code, at }) => [code, at]);

  it.each([0, 1, 2])('when it is cut at every %i. byte of three', first => {
    for (let end = first; end < whole.length; end += 3) {
      const { verdict, findings } = judged(whole.subarray(0, end));
      if (verdict !== 'INVALID' || findings[0]!.at === '') throw new Error(`accepted when cut at ${end}`);
    }
  });

  it(
    'whichever of its bytes is changed, and INDETERMINATE where only a witness is no longer known by it',
    () => {
      const { hole, inHole } = readPaper(whole);
      const padding = hole.from + 1 + 2 * sealIn({ hole, inHole }).length;
      const verdicts = new Map<string, number>();
      for (let at = 0; at < whole.length; at++) {
        // Of a byte of the seal one digit; of zeros, which are all alike, some.
        const step = at <= hole.from + 1 || at >= hole.to - 2 ? 1 : at <= padding ? 2 : 64;
        if (at % step !== 0) continue;
        const bytes = changed(whole, at, 1 << (at % 8));
        const { verdict, findings } = judgePdf({ bytes, trust, at: NOW, witnessesMin: 1 });
        const is = verdict === 'INVALID' ? verdict : `${verdict} ${findings.map(({ code }) => code)}`;
        verdicts.set(is, (verdicts.get(is) ?? 0) + 1);
      }
      expect([...verdicts.keys()].sort()).toEqual(['INDETERMINATE TOO_FEW_WITNESSES', 'INVALID']);
      expect(verdicts.get('INDETERMINATE TOO_FEW_WITNESSES')).toBeLessThan(40);
    },
    changesMaxMs,
  );

  it('with anything behind its end', () => {
    for (const more of ['\n', ' ', '%', '%%EOF\n', '\0'])
      expect(atSign(Buffer.concat([whole, Buffer.from(more)]))[0]![0]).toBe('PDF_TRAILING_BYTES');
  });
});
