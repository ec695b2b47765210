import { getHashes, hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sm3 } from '../../../certs/sm/sm3.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('SM3', () => {
  it.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0', 'A.1'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732', 'A.2'],
  ])('of %s is %s: the example of GB/T 32905, appendix %s', (message, digest) => {
    expect(hex(sm3(Buffer.from(message)))).toBe(digest);
  });

  it('is what OpenSSL computes, of every length up to four blocks and of a megabyte', () => {
    expect(getHashes()).toContain('sm3');
    const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 167 + (i >> 8)) & 0xff);
    const lengths = [...Array.from({ length: 257 }, (_, length) => length), bytes.length];
    const differs = (length: number) =>
      hex(sm3(bytes.subarray(0, length))) !== hash('sm3', bytes.subarray(0, length), 'hex');
    expect(lengths.filter(differs)).toEqual([]);
  });

  it('reads bytes where they lie, and leaves them as they are', () => {
    const whole = Buffer.from('..abc..');
    expect(hex(sm3(whole.subarray(2, 5)))).toBe(hex(sm3(Buffer.from('abc'))));
    expect(whole.toString()).toBe('..abc..');
  });
});
