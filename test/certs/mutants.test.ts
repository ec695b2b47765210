import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSignedData, signatureOf, withTimeStamp } from '../../certs/cms.ts';
import { FINDINGS } from '../../certs/findings.ts';
import { checkSeal, judge, withRevocationLists } from '../../certs/verify.ts';
import { logged, withNews } from './evidence.ts';
import { bytesOf, changed, NOW, TAX_RECORD, world } from './fixture.ts';
import { stamped, stamperOf, tokenOver } from './stamps.ts';

const w = world();
afterAll(() => w.remove());
const tax = w.party('tax');
const seal = tax.seal(TAX_RECORD, NOW);
const question = (record: Uint8Array, p7s: Uint8Array) => ({ record, seal: p7s, trust: w.trust, at: NOW });

/** Judges a mutant; a verdict other than INVALID, or a finding outside the table, is a failure of the test. */
function judged(record: Uint8Array, p7s: Uint8Array): boolean {
  const checked = checkSeal(question(record, p7s));
  if (checked.ok) return false;
  const { verdict, findings } = checked.judgement;
  for (const { code, at } of findings)
    if (!Object.hasOwn(FINDINGS, code) || at === '') throw new Error(`${code} at ${at}`);
  return verdict === 'INVALID';
}

describe('a changed seal', () => {
  it('is refused for every single bit of it', () => {
    expect(checkSeal(question(TAX_RECORD, seal)).ok).toBe(true);
    const accepted: string[] = [];
    for (let i = 0; i < seal.length; i++)
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128])
        if (!judged(TAX_RECORD, changed(seal, i, mask))) accepted.push(`${i}^${mask}`);
    expect(accepted).toEqual([]);
  });

  it('is refused for every single bit of the record', () => {
    for (let i = 0; i < TAX_RECORD.length; i++)
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128]) expect(judged(changed(TAX_RECORD, i, mask), seal)).toBe(true);
  });

  it('is refused wherever it is cut, and with a byte put in or taken out anywhere', () => {
    for (let i = 0; i < seal.length; i++) {
      expect(judged(TAX_RECORD, seal.subarray(0, i))).toBe(true);
      expect(judged(TAX_RECORD, Buffer.concat([seal.subarray(0, i), Buffer.of(0x30), seal.subarray(i)]))).toBe(true);
      expect(judged(TAX_RECORD, Buffer.concat([seal.subarray(0, i), seal.subarray(i + 1)]))).toBe(true);
    }
  });

  it('is refused when several of its bytes, or parts of two seals, were mixed', () => {
    const other = tax.seal(bytesOf({ department: 'tax', kind: 'LOCAL_TAX' }), NOW);
    const bytes = fc.array(fc.tuple(fc.nat({ max: seal.length - 1 }), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(bytes, changes => {
        const mutant = new Uint8Array(seal);
        for (const [at, value] of changes) mutant[at] = value;
        return Buffer.compare(mutant, seal) === 0 || judged(TAX_RECORD, mutant);
      }),
      { numRuns: 500 },
    );
    const { length } = other;
    for (let cut = 1; cut < length; cut += 7) {
      const mixed = Buffer.concat([seal.subarray(0, cut), other.subarray(cut)]);
      if (Buffer.compare(mixed, seal) !== 0) expect(judged(TAX_RECORD, mixed)).toBe(true);
    }
  });
});

describe('a changed seal that is stamped and logged', () => {
  const tsa = stamperOf(w);
  const whole = stamped(seal, tsa, { at: NOW });
  const news = { from: new Date(NOW.getTime() - 3_600_000), until: new Date(NOW.getTime() + 3_600_000) };

  /** Of each its verdict, with a proof that it is in the log: the log alone refuses nothing. */
  async function verdicts(seals: readonly Uint8Array[]): Promise<readonly string[]> {
    const { trust, proof } = logged(withNews(w.trust, w, news), 'tax', seals);
    return Promise.all(
      seals.map(async (p7s, i) => judge({ ...question(TAX_RECORD, p7s), trust, proof: await proof(i) }).verdict),
    );
  }

  it('is VALID unchanged, and INVALID whichever byte was changed', async () => {
    const mutants = Array.from(whole, (_, i) => changed(whole, i, 1 << (i % 8)));
    const [original, ...others] = await verdicts([whole, ...mutants]);
    expect(original).toBe('VALID');
    expect(others.findIndex(verdict => verdict !== 'INVALID')).toBe(-1);
  });

  it('is refused with the time stamp of another seal, with a seal for one, and with two', async () => {
    const other = tax.seal(TAX_RECORD, NOW);
    const token = tokenOver(signatureOf(other), tsa, { at: NOW });
    const { der } = readSignedData(whole).timeStamp!;
    const doubled = Buffer.concat([der, der]);
    const mutants = [withTimeStamp(seal, token), withTimeStamp(seal, whole), withTimeStamp(seal, doubled)];
    expect(await verdicts([stamped(other, tsa, { at: NOW }), ...mutants])).toEqual([
      'VALID',
      ...mutants.map(() => 'INVALID'),
    ]);
  });
});

describe('noise', () => {
  it('as proof, time stamp, revocation list or seal never makes the judge throw, and never makes a seal VALID', () => {
    const noise = fc.uint8Array({ maxLength: 300 });
    const trust = (crls: readonly Uint8Array[]) => withRevocationLists(w.trust, crls);
    fc.assert(
      fc.property(noise, noise, fc.array(noise, { maxLength: 3 }), (proof, token, crls) => {
        const by = trust(crls);
        const all = [seal, withTimeStamp(seal, token)].map(p7s =>
          judge({ ...question(TAX_RECORD, p7s), proof, trust: by }),
        );
        return all.every(({ verdict, findings }) => verdict === 'INVALID' && findings.every(({ at }) => at !== ''));
      }),
      { numRuns: 300 },
    );
  });

  it('never makes the judge throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 400 }), judged), {
      numRuns: 500,
    });
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 40 }), (json, noise) => judged(Buffer.from(json), noise)),
    );
  });

  it('in a record that is sealed all the same never makes the judge throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json().map(json => Buffer.from(json)),
          fc.uint8Array({ maxLength: 100 }),
        ),
        record => {
          const { findings } = judge(question(record, tax.seal(record, NOW)));
          return findings.some(({ code }) => code.startsWith('RECORD_'));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the codec of seals', () => {
  it('writes what it reads: two seals that read alike are alike', () => {
    const read = readSignedData(seal);
    const again = readSignedData(tax.seal(TAX_RECORD, NOW));
    expect(again.signedBytes).toEqual(read.signedBytes);
    expect(again.signature).not.toEqual(read.signature);
  });
});
