import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../../certs/jcs.ts';
import { type Disclosure, struckOutOf, writeDisclosures } from '../../../certs/leaves.ts';
import { checkSeal, type Judgement, judge } from '../../../certs/verify.ts';
import { coveredRecord, LICENSE_HEAD, saltOf } from '../../fixtures/covered.ts';
import { bytesOf, changed, faults, NOW, world } from '../fixture.ts';

const w = world();
afterAll(() => w.remove());
const business = w.party('business');
const ask = (record: Uint8Array, disclosures?: Uint8Array, seal = business.seal(record, NOW)): Judgement =>
  judge({ record, seal, trust: w.trust, at: NOW, ...(disclosures && { disclosures }) });
const places = ({ findings }: Judgement) =>
  findings.filter(({ severity }) => severity === 'fatal').map(({ code, at }) => `${code} [${at}]`);

const FIELDS: Readonly<Record<string, JsonValue>> = { a: '甲某', b: '乙某', c: { salt: 's', sha256: 'h' }, d: '甲某' };
const { record, leaves, disclosures } = coveredRecord(FIELDS);
const PATHS = Object.keys(FIELDS).map(name => `content.${name}`);
const seal = business.seal(record, NOW);
const edited = (edit: (leaves: Map<string, Disclosure>) => void, of = record): Uint8Array => {
  const copy = new Map(leaves);
  edit(copy);
  return writeDisclosures(of, copy) as Uint8Array;
};

describe('what is disclosed of a sealed record', () => {
  it('is shown by path, with nothing struck out', () => {
    const judgement = ask(record, disclosures, seal);
    expect(faults(judgement)).toEqual([]);
    expect(judgement.struckOut).toEqual([]);
    expect(judgement.disclosed).toEqual({
      'content.a': '甲某',
      'content.b': '乙某',
      'content.c': FIELDS.c,
      'content.d': '甲某',
    });
  });

  it('keeps its seal whatever is struck out, and shows exactly that as struck out', () => {
    fc.assert(
      fc.property(fc.subarray(PATHS), fc.subarray(PATHS), (first, second) => {
        const once = struckOutOf(disclosures, first);
        const left = once && struckOutOf(once, second);
        const judgement = ask(record, left, seal);
        expect(faults(judgement)).toEqual([]);
        expect(judgement.struckOut).toEqual(PATHS.filter(path => first.includes(path) || second.includes(path)));
        expect(Object.keys(judgement.disclosed ?? {}).sort()).toEqual(
          PATHS.filter(path => !judgement.struckOut?.includes(path)),
        );
      }),
    );
  });

  it('is of nobody who has only the record: without disclosures everything is struck out', () => {
    expect(ask(record, undefined, seal)).toMatchObject({ struckOut: PATHS, disclosed: {} });
  });

  it('is not spoken of in the judgement of a record that has no leaves', () => {
    const plain = ask(bytesOf({ ...LICENSE_HEAD, format: 'one-window/record/1', content: { a: '甲某' } }));
    expect(faults(plain)).toEqual([]);
    expect(plain).not.toHaveProperty('struckOut');
    expect(plain).not.toHaveProperty('disclosed');
  });

  it.each<[string, Uint8Array, readonly string[]]>([
    [
      'a value is another',
      edited(leaves => leaves.set('content.a', { salt: saltOf(0), value: '丙某' })),
      ['LEAF_DIFFERS [disclosures: content.a]'],
    ],
    [
      'a salt is another',
      edited(leaves => leaves.set('content.a', { salt: saltOf(9), value: '甲某' })),
      ['LEAF_DIFFERS [disclosures: content.a]'],
    ],
    [
      'two equal values change places with their salts',
      edited(leaves => {
        leaves.set('content.a', { salt: saltOf(3), value: '甲某' });
        leaves.set('content.d', { salt: saltOf(0), value: '甲某' });
      }),
      ['LEAF_DIFFERS [disclosures: content.a]', 'LEAF_DIFFERS [disclosures: content.d]'],
    ],
    [
      'a text becomes a list of it',
      edited(leaves => leaves.set('content.a', { salt: saltOf(0), value: ['甲某'] })),
      ['LEAF_DIFFERS [disclosures: content.a]'],
    ],
    [
      'something more is disclosed',
      edited(leaves => leaves.set('content.e', { salt: saltOf(4), value: '丁某' })),
      ['DISCLOSURE_WITHOUT_LEAF [disclosures: content.e]'],
    ],
    [
      'a field that stands in the open is disclosed',
      edited(leaves => leaves.set('content.address', { salt: saltOf(4), value: '某路1号' })),
      ['DISCLOSURE_WITHOUT_LEAF [disclosures: content.address]'],
    ],
    [
      'they are of another record',
      edited(() => {}, bytesOf({})),
      ['DISCLOSURES_OF_ANOTHER_RECORD [disclosures: record]'],
    ],
    ['they are none', Buffer.from('{}'), ['DISCLOSURES_MALFORMED [disclosures]']],
  ])('makes it INVALID, with its place, when %s', (_, tampered, found) => {
    const judgement = ask(record, tampered, seal);
    expect(places(judgement)).toEqual(found);
    expect(judgement.verdict).toBe('INVALID');
  });

  it('is found changed at every single byte', () => {
    for (let at = 0; at < disclosures.length; at++) {
      for (const mask of [1, 0x20, 0x80]) {
        const judgement = ask(record, changed(disclosures, at, mask), seal);
        expect([at, mask, judgement.verdict]).toEqual([at, mask, 'INVALID']);
      }
    }
  });

  it('is refused beside a record that has no leaves', () => {
    const plain = bytesOf({ ...LICENSE_HEAD, format: 'one-window/record/1', content: { a: '甲某' } });
    const judgement = ask(
      plain,
      edited(() => {}, plain),
    );
    expect(places(judgement)).toEqual(PATHS.map(path => `DISCLOSURE_WITHOUT_LEAF [disclosures: ${path}]`));
    expect(judgement).not.toHaveProperty('struckOut');
  });

  it('can’t be given to a leaf that its department has sealed malformed', () => {
    const bad = bytesOf({ ...LICENSE_HEAD, content: { a: { leaf: 'ab' } } });
    expect(places(ask(bad))).toEqual(['LEAF_MALFORMED [record.content.a]']);
  });

  it('is refused by programs, too, with its reason', () => {
    const at = { record, seal, trust: w.trust, at: NOW };
    expect(checkSeal({ ...at, disclosures }).ok).toBe(true);
    expect(
      checkSeal({ ...at, disclosures: edited(leaves => leaves.set('content.a', { salt: saltOf(9), value: 1 })) }),
    ).toMatchObject({
      ok: false,
      reason: 'LEAF_DIFFERS',
    });
  });
});
