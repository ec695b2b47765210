import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalize, type JsonObject, type JsonValue } from '../../certs/jcs.ts';
import {
  covered,
  disclosuresBytesMax,
  leafHash,
  leavesIn,
  leavesMax,
  readDisclosures,
  struckOutOf,
  uncovered,
  writeDisclosures,
} from '../../certs/leaves.ts';
import { coveredRecord, saltOf } from '../fixtures/covered.ts';

const SALT = '00112233445566778899aabbccddeeff';
const HASH = 'ab'.repeat(32);
const V2 = 'one-window/record/2';
const bytes = (value: JsonValue): Uint8Array => Buffer.from(canonicalize(value));

describe('a leaf', () => {
  it('is what printf and sha256sum give for the line that the README of a bundle shows', () => {
    const line = `["one-window/leaf/1","content.founders.0.name","${SALT}","甲某"]`;
    const hash = createHash('sha256').update(line).digest('hex');
    expect(leafHash('content.founders.0.name', { salt: SALT, value: '甲某' })).toBe(hash);
    expect(hash).toBe('9ab9d861a9e4f57985c2e95a0828c20557baf4e7e739bb6a9397c4839635c851');
  });

  it('hides path, salt and value: another of any of them is another leaf', () => {
    const leaf = leafHash('content.name', { salt: SALT, value: '甲某' });
    expect(leafHash('content.nome', { salt: SALT, value: '甲某' })).not.toBe(leaf);
    expect(leafHash('content.name', { salt: saltOf(1), value: '甲某' })).not.toBe(leaf);
    expect(leafHash('content.name', { salt: SALT, value: '乙某' })).not.toBe(leaf);
  });
});

describe('a record with leaves', () => {
  const plain: JsonObject = {
    format: V2,
    content: {
      founders: [{ name: '甲某' }, { name: '某公司', uscc: 'X' }],
      person: { name: '乙某', idNumber: { salt: 's' } },
    },
  };
  const salts = new Map(
    ['content.founders.0.name', 'content.person.name', 'content.person.idNumber'].map((path, at) => [path, saltOf(at)]),
  );

  it('holds them in the place of the fields that were covered, and gives these back where they are disclosed', () => {
    const { record, leaves } = covered(plain, salts);
    expect(JSON.stringify(record)).not.toMatch(/甲某|乙某/);
    expect(JSON.stringify(record)).toContain('某公司');
    expect([...leavesIn(record).leaves.keys()].sort()).toEqual([...salts.keys()].sort());
    const disclosed = Object.fromEntries([...leaves].map(([path, { value }]) => [path, value]));
    expect(uncovered(record, disclosed)).toEqual(plain);
    const { 'content.person.name': _, ...less } = disclosed;
    expect((uncovered(record, less).content as JsonObject).person).toEqual({
      name: {
        leaf: leaves.get('content.person.name') && leafHash('content.person.name', leaves.get('content.person.name')!),
      },
      idNumber: { salt: 's' },
    });
  });

  it('is not made of a field that is not there, lies in another, or could be taken for a leaf itself', () => {
    expect(() => covered(plain, new Map([['content.nobody', SALT]]))).toThrow(TypeError);
    const nested = new Map([...salts, ['content.person', SALT]]);
    expect(() => covered(plain, nested)).toThrow(TypeError);
    expect(() => covered({ content: { a: { leaf: HASH } } }, new Map([['content.a', SALT]]))).toThrow(TypeError);
    expect(() => covered({ content: { a: [{ b: { leaf: 1 } }] } }, new Map([['content.a', SALT]]))).toThrow(TypeError);
    expect(() => covered(plain, new Map([['content.person.name', 'short']]))).toThrow(TypeError);
  });

  it('of the first form has none, whatever its members are called', () => {
    expect(leavesIn({ format: 'one-window/record/1', content: { a: { leaf: HASH } } }).leaves.size).toBe(0);
  });

  it.each<[string, JsonObject]>([
    ['record.content.a', { format: V2, content: { a: { leaf: HASH.toUpperCase() } } }],
    ['record.content.a', { format: V2, content: { a: { leaf: HASH, more: 1 } } }],
    ['record.content.a', { format: V2, content: { a: { leaf: 1 } } }],
    ['record', { format: V2, content: { 'a.b': { leaf: HASH } } }],
    ['record', { format: V2, content: { 'a\u001b': { leaf: HASH } } }],
    ['record', { format: V2, content: { ['x'.repeat(300)]: { leaf: HASH } } }],
    ['record', { format: V2, leaf: HASH }],
  ])('says at %s that a leaf has not its form', (place, record) => {
    expect(leavesIn(record)).toMatchObject({ malformed: place });
    expect(leavesIn(record).leaves.size).toBe(0);
  });

  it('has them under paths of 256 characters and no more, wherever they lie', () => {
    const atRoot = (characters: number) => ({ format: V2, ['x'.repeat(characters)]: { leaf: HASH } });
    const below = (characters: number) => ({ format: V2, c: { ['x'.repeat(characters - 2)]: { leaf: HASH } } });
    for (const record of [atRoot, below]) {
      expect([...leavesIn(record(256)).leaves.keys()].map(path => path.length)).toEqual([256]);
      expect(leavesIn(record(257))).toMatchObject({ malformed: 'record', leaves: new Map() });
    }
  });

  it('has a bounded number of them', () => {
    const of = (count: number) => ({ format: V2, content: Array.from({ length: count }, () => ({ leaf: HASH })) });
    expect(leavesIn(of(leavesMax))).toMatchObject({ isTooMany: false });
    expect(leavesIn(of(leavesMax + 1))).toMatchObject({ isTooMany: true });
    expect(leavesIn(of(leavesMax + 1)).leaves.size).toBe(leavesMax);
  });
});

describe('disclosures', () => {
  const { record, leaves, disclosures } = coveredRecord({ name: '甲某', idNumber: { salt: 's', sha256: 'h' } });

  it('are one canonical text, which is read as it was written', () => {
    expect(Buffer.from(disclosures).toString()).toBe(
      `{"format":"one-window/disclosures/1","leaves":{"content.idNumber":{"salt":"${saltOf(1)}","value":{"salt":"s","sha256":"h"}},"content.name":{"salt":"${saltOf(0)}","value":"甲某"}},"record":"${createHash('sha256').update(record).digest('hex')}"}`,
    );
    expect(new Map([...readDisclosures(disclosures).leaves].sort())).toEqual(new Map([...leaves].sort()));
  });

  it('of nothing are no file', () => {
    expect(writeDisclosures(record, new Map())).toBeUndefined();
    expect(struckOutOf(disclosures, [...leaves.keys()])).toBeUndefined();
  });

  it('lose a path, and nothing else, when it is struck out', () => {
    const less = struckOutOf(disclosures, ['content.name']) as Uint8Array;
    expect([...readDisclosures(less).leaves.keys()]).toEqual(['content.idNumber']);
    expect(readDisclosures(less).record).toBe(readDisclosures(disclosures).record);
    expect(Buffer.from(less).toString()).not.toMatch(new RegExp(`甲某|${saltOf(0)}`));
  });

  const good = { salt: SALT, value: '甲某' };
  const file = (leaves: JsonValue, more: JsonObject = {}): Uint8Array =>
    bytes({ format: 'one-window/disclosures/1', leaves, record: HASH, ...more });

  it.each<[string, Uint8Array]>([
    ['no JSON', Buffer.from('{')],
    ['bytes that are no UTF-8', Buffer.from([0xff])],
    ['a list', bytes([])],
    ['another order of members', Buffer.from(`{"leaves":{},"format":"one-window/disclosures/1","record":"${HASH}"}`)],
    ['a line feed at the end', Buffer.concat([file({ 'content.a': good }), Buffer.from('\n')])],
    ['a member more', file({ 'content.a': good }, { more: 1 })],
    ['another format', file({ 'content.a': good }, { format: 'one-window/disclosures/2' })],
    ['a record that is no hash', file({ 'content.a': good }, { record: HASH.slice(1) })],
    ['no leaf', file({})],
    ['leaves in a list', file([good])],
    ['a path with an empty step', file({ 'content..a': good })],
    ['a path that moves the cursor', file({ 'content.\u001b[2J': good })],
    [
      'a path of __proto__',
      Buffer.from(
        `{"format":"one-window/disclosures/1","leaves":{"__proto__":{"salt":"${SALT}","value":1}},"record":"${HASH}"}`,
      ),
    ],
    ['a short salt', file({ 'content.a': { ...good, salt: SALT.slice(1) } })],
    ['a salt in capitals', file({ 'content.a': { ...good, salt: SALT.toUpperCase() } })],
    ['no value', file({ 'content.a': { salt: SALT } })],
    ['a member more of a leaf', file({ 'content.a': { ...good, more: 1 } })],
    ['a value that looks like a leaf', file({ 'content.a': { salt: SALT, value: { leaf: HASH } } })],
    ['a value with a leaf inside', file({ 'content.a': { salt: SALT, value: [{ b: { leaf: 1, c: 2 } }] } })],
  ])('are refused with %s', (_, bytes) => {
    expect(() => readDisclosures(bytes)).toThrow(expect.objectContaining({ code: 'DISCLOSURES_MALFORMED' }));
  });

  it('are refused beyond their bound, before they are read', () => {
    const long = file({ 'content.a': { salt: SALT, value: 'x'.repeat(disclosuresBytesMax) } });
    expect(() => readDisclosures(long)).toThrow(expect.objectContaining({ code: 'DISCLOSURES_TOO_LARGE' }));
  });

  it('of a founder’s path twice are no canonical text', () => {
    const once = file({ 'content.a': good });
    const twice = Buffer.from(
      Buffer.from(once)
        .toString()
        .replace('"leaves":{', `"leaves":{"content.a":${JSON.stringify(good)},`),
    );
    expect(() => readDisclosures(twice)).toThrow(expect.objectContaining({ code: 'DISCLOSURES_MALFORMED' }));
  });

  it('never throw anything but a format fault, whatever the bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map(text => Buffer.from(text)),
      fc.dictionary(fc.string(), fc.jsonValue()).map(leaves => {
        const text = `{"format":"one-window/disclosures/1","leaves":${JSON.stringify(leaves)},"record":"${HASH}"}`;
        return Buffer.from(text);
      }),
    );
    fc.assert(
      fc.property(anything, bytes => {
        try {
          expect(readDisclosures(bytes).leaves.size).toBeGreaterThan(0);
        } catch (error) {
          expect((error as Error).name).toBe('FormatError');
        }
      }),
    );
  });
});
