import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readSm2PublicKey, readSm2Signature, type Sm2PublicKey, sm2Digest, verifySm2 } from '../../../certs/sm/sm2.ts';
import { changed } from '../fixture.ts';
import { derOf, N, negated } from './forged.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');
const keyOf = (bits: Uint8Array, id?: string): Sm2PublicKey => {
  const key = readSm2PublicKey(bits, id);
  if (!key) throw new Error('no key');
  return key;
};

/** GB/T 32918.5-2017, appendix A.2. */
const EXAMPLE = {
  bits: bytes(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
      'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
  message: Buffer.from('message digest'),
  r: 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n,
  s: 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan,
};
const key = keyOf(EXAMPLE.bits);
const signature = derOf(EXAMPLE.r, EXAMPLE.s);
const holds = (der: Uint8Array, message: Uint8Array = EXAMPLE.message): boolean => verifySm2(key, message, der);

describe('SM2', () => {
  it('has Z, e and signature of the example of GB/T 32918.5', () => {
    expect(hex(key.z)).toBe('b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3');
    expect(hex(sm2Digest(key, EXAMPLE.message))).toBe(
      'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640',
    );
    expect(holds(signature)).toBe(true);
  });

  it('binds message, key and the id of the signer', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'SM2' }).publicKey.export({ format: 'der', type: 'spki' });
    expect(holds(signature, changed(EXAMPLE.message, 0))).toBe(false);
    expect(verifySm2(keyOf(other.subarray(-65)), EXAMPLE.message, signature)).toBe(false);
    for (const id of ['1234567812345679', '12345678123456', '', 'ALICE123@YAHOO.COM'])
      expect(verifySm2(keyOf(EXAMPLE.bits, id), EXAMPLE.message, signature)).toBe(false);
  });

  it('refuses (r, n − s), (n − r, s) and (s, r)', () => {
    const { r, s } = EXAMPLE;
    for (const [a, b] of [
      [r, N - s],
      [N - r, s],
      [s, r],
    ] as const) {
      expect(readSm2Signature(derOf(a, b))).toBeDefined();
      expect(holds(derOf(a, b))).toBe(false);
    }
    expect(hex(negated(signature))).toBe(hex(derOf(r, N - s)));
  });

  it('refuses numbers below 1 and from n on, and a sum that is n', () => {
    const { r, s } = EXAMPLE;
    for (const value of [0n, N, N + 1n, 2n ** 256n - 1n, 2n ** 256n, r + N]) {
      expect(readSm2Signature(derOf(value, s))).toBeUndefined();
      expect(readSm2Signature(derOf(r, value))).toBeUndefined();
      expect(holds(derOf(r, value)) || holds(derOf(value, s))).toBe(false);
    }
    expect(readSm2Signature(derOf(r, N - r))).toBeUndefined();
    expect(readSm2Signature(derOf(1n, N - 1n))).toBeUndefined();
    expect(readSm2Signature(derOf(1n, 1n))).toEqual({ r: 1n, s: 1n });
  });

  it('takes one encoding alone: cut, prolonged, padded or in another form it is refused', () => {
    const whole = hex(signature);
    const [r, s] = [EXAMPLE.r, EXAMPLE.s].map(value => value.toString(16));
    const second = {
      'an empty one': '',
      'bytes behind it': `${whole}00`,
      'a set': `31${whole.slice(2)}`,
      'a length of two bytes': `308146${whole.slice(4)}`,
      'an indefinite length': `3080${whole.slice(4)}0000`,
      'a padded number': `3047022200${`00${r}`}022100${s}`,
      'a negative number': `30450220${r}022100${s}`,
      'a third number': `3049${whole.slice(4)}020101`,
      'one number': `3023022100${r}`,
      'no number': '3000',
      'an empty number': `3025022100${r}0200`,
      'two numbers side by side': `${r}${s}`,
      'another type': `3046032100${r}022100${s}`,
    };
    for (const [name, der] of Object.entries(second))
      expect([name, readSm2Signature(bytes(der)), holds(bytes(der))]).toEqual([name, undefined, false]);
    for (let length = 0; length < signature.length; length++)
      expect(readSm2Signature(signature.subarray(0, length))).toBeUndefined();
  });

  it('refuses a change of one bit in every byte', () => {
    // Of 5 bits in a row each: what is computed here takes some milliseconds.
    for (let bit = 0; bit < signature.length * 8; bit += 5)
      if (holds(changed(signature, bit >> 3, 1 << (bit & 7)))) throw new Error(`bit ${bit} is not signed`);
  });

  it('refuses what Node itself signs with such a key: plain ECDSA, or an empty id', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const bits = publicKey.export({ format: 'der', type: 'spki' }).subarray(-65);
    for (let i = 0; i < 20; i++) {
      const message = randomBytes(i);
      const der = sign('sm3', message, privateKey);
      expect(readSm2Signature(der)).toBeDefined();
      expect(verifySm2(keyOf(bits), message, der)).toBe(false);
    }
  });

  it('takes a point of the curve in one form, and no other', () => {
    const { bits } = EXAMPLE;
    const compressed = Buffer.concat([Buffer.of(3), bits.subarray(1, 33)]);
    const hybrid = Buffer.concat([Buffer.of(7), bits.subarray(1)]);
    const outside = changed(bits, 64);
    const infinity = Buffer.of(0);
    const origin = Buffer.concat([Buffer.of(4), Buffer.alloc(64)]);
    const beyond = Buffer.concat([Buffer.of(4), Buffer.alloc(32, 0xff), bits.subarray(33)]);
    for (const wrong of [compressed, hybrid, outside, infinity, origin, beyond, Buffer.alloc(0), bits.subarray(1)])
      expect(readSm2PublicKey(wrong)).toBeUndefined();
    expect(readSm2PublicKey(bits)).toBeDefined();
  });
});
