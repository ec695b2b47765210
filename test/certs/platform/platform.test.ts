import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as chosen from '#platform';
import * as node from '../../../certs/platform/node.ts';
import * as web from '../../../certs/platform/web.ts';

/** Whoever verifies may be handed either: that the browser's has every name in its type, the compiler proves here. */
const sides: readonly (readonly [string, typeof node])[] = [
  ['node', node],
  ['web', web],
];

const plain = (bytes: Uint8Array): number[] => [...bytes];
const bytes = (options: fc.IntArrayConstraints = { maxLength: 300 }) => fc.uint8Array(options);

describe('the platform', () => {
  it('is Node’s own here, and has the same names in a browser', () => {
    expect(chosen.sha256).toBe(node.sha256);
    expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
  });

  it.each(sides)('orders bytes, and knows their text, as the standards say (%s)', (_, side) => {
    expect(side.toHex(side.sha256(side.utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(side.toHex(side.sm3(side.utf8('abc')))).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
    expect(side.crc32(side.utf8('123456789'))).toBe(0xcbf43926);
    expect(plain(side.fromHex('00ff10'))).toEqual([0, 255, 16]);
    expect(side.toBase64(side.utf8('foob'))).toBe('Zm9vYg==');
    expect(plain(side.utf8('一😀'))).toEqual([0xe4, 0xb8, 0x80, 0xf0, 0x9f, 0x98, 0x80]);
    expect(side.utf8Length('一😀')).toBe(7);
    expect(plain(side.latin1('aÿ'))).toEqual([0x61, 0xff]);
    expect(side.compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(-1);
    expect(plain(side.concatBytes([Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]))).toEqual([1, 2, 3]);
  });

  it.each(sides)('takes base64 in no second form (%s)', (_, side) => {
    for (const text of ['Zm9vYg', 'Zm9vYh==', 'Zm9v Yg==', 'Zm9vYg==\n', 'Zm9v-g==', 'Zm9vYg=', '=', 'é'])
      expect(side.fromBase64(text)).toBeUndefined();
    expect(plain(side.fromBase64('')!)).toEqual([]);
  });

  it('says the same of any bytes and any text on both sides', () => {
    fc.assert(
      fc.property(bytes(), bytes(), fc.string({ unit: 'binary' }), (a, b, text) => {
        expect(web.compareBytes(a, b)).toBe(node.compareBytes(a, b));
        expect(plain(web.concatBytes([a, b]))).toEqual(plain(node.concatBytes([a, b])));
        expect(web.toHex(a)).toBe(node.toHex(a));
        expect(plain(web.fromHex(web.toHex(a)))).toEqual(plain(a));
        expect(web.toBase64(a)).toBe(node.toBase64(a));
        expect(plain(web.fromBase64(node.toBase64(a))!)).toEqual(plain(a));
        expect(plain(web.sha256(a))).toEqual(plain(node.sha256(a)));
        expect(plain(web.sm3(a))).toEqual(plain(node.sm3(a)));
        expect(web.crc32(a)).toBe(node.crc32(a));
        expect(plain(web.utf8(text))).toEqual(plain(node.utf8(text)));
        expect(web.utf8Length(text)).toBe(node.utf8Length(text));
        expect(web.fromBase64(text) && plain(web.fromBase64(text)!)).toEqual(
          node.fromBase64(text) && plain(node.fromBase64(text)!),
        );
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('says the same of half a character, and of bytes that are too many for one call', () => {
    for (const text of ['\ud800', 'a\udc00b', '\u0000']) expect(plain(web.utf8(text))).toEqual(plain(node.utf8(text)));
    const many = new Uint8Array(3_000_000).map((_, i) => i * 7);
    expect(web.toBase64(many)).toBe(node.toBase64(many));
    expect(node.compareBytes(web.fromBase64(node.toBase64(many))!, many)).toBe(0);
    expect(web.crc32(many)).toBe(node.crc32(many));
  });
});
