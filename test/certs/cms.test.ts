import { afterAll, describe, expect, it } from '@jest/globals';
import { readSignedData, SEAL, signatureOf, withoutTimeStamp, withTimeStamp } from '../../certs/cms.ts';
import { constructed, encode, octetString, oid, sequence, setOf, TAG } from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import { OID } from '../../certs/oid.ts';
import { withUnsigned } from '../../certs/signed-data.ts';
import { changed, NOW, TAX_RECORD, world } from './fixture.ts';

const w = world();
afterAll(() => w.remove());
const seal = w.party('tax').seal(TAX_RECORD, NOW);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** Any element will do: what is in it is not looked at here. */
const TOKEN = sequence(octetString(new Uint8Array(3000)));
const stamped = withTimeStamp(seal, TOKEN);

describe('a time stamp in a seal', () => {
  it('is the only difference to the seal without it, byte for byte', () => {
    expect(hex(withoutTimeStamp(stamped))).toBe(hex(seal));
    const { timeStamp, ...rest } = readSignedData(stamped);
    const { signatureOffset, certificates, timeStamp: none, ...plain } = readSignedData(seal);
    expect(none).toBeUndefined();
    expect(timeStamp && hex(timeStamp.der)).toBe(hex(TOKEN));
    expect(rest).toMatchObject(plain);
    expect(hex(signatureOf(stamped))).toBe(hex(plain.signature));
    expect(hex(signatureOf(seal))).toBe(hex(plain.signature));
  });

  it('is found where it stands', () => {
    const { timeStamp, signature, signatureOffset } = readSignedData(stamped);
    if (!timeStamp) throw new Error('no time stamp');
    const { der, offset } = timeStamp;
    expect(hex(stamped.subarray(offset, offset + der.length))).toBe(hex(TOKEN));
    expect(hex(stamped.subarray(signatureOffset, signatureOffset + signature.length))).toBe(hex(signature));
  });

  it('takes the place of one that was there', () => {
    expect(hex(withTimeStamp(withTimeStamp(seal, sequence()), TOKEN))).toBe(hex(stamped));
    expect(hex(withoutTimeStamp(seal))).toBe(hex(seal));
  });

  it('leaves the bytes that were handed over as they were, be they a Buffer or not', () => {
    const before = Buffer.from(seal);
    withTimeStamp(before, TOKEN);
    withoutTimeStamp(before);
    expect(hex(before)).toBe(hex(seal));
  });

  it.each(['', '30', '3003020101', '0500'])('is not put into %s, which is no seal', bytes => {
    expect(() => withTimeStamp(Buffer.from(bytes, 'hex'), TOKEN)).toThrow(FormatError);
    expect(() => withoutTimeStamp(Buffer.from(bytes, 'hex'))).toThrow(FormatError);
    expect(() => signatureOf(Buffer.from(bytes, 'hex'))).toThrow(FormatError);
  });
});

describe('the unsigned attributes of a seal', () => {
  const STAMP = oid(OID.signatureTimeStamp);
  const attribute = (type: Uint8Array, ...values: Uint8Array[]) => sequence(type, setOf(TAG.SET, values));
  const other = sequence(octetString(new Uint8Array(4)));

  it.each<[string, readonly Uint8Array[]]>([
    ['none at all', []],
    ['a time stamp without a value', [attribute(STAMP)]],
    ['two values of a time stamp', [attribute(STAMP, TOKEN, other)]],
    ['two time stamps', [attribute(STAMP, TOKEN), attribute(STAMP, other)]],
    ['a counter signature', [attribute(oid('1.2.840.113549.1.9.6'), TOKEN)]],
    ['a time stamp of the content', [attribute(oid('1.2.840.113549.1.9.16.2.20'), TOKEN)]],
    ['something beside the time stamp', [attribute(oid('1.2.3'), sequence()), attribute(STAMP, TOKEN)]],
  ])('may not be %s', (_, members) => {
    const bad = withUnsigned(seal, setOf(constructed(1), members), SEAL);
    expect(() => readSignedData(bad)).toThrow(/SEAL_UNSIGNED_ATTRIBUTE/);
  });

  it.each<[string, Uint8Array]>([
    ['in another element than [1]', encode(constructed(2), attribute(STAMP, TOKEN))],
    [
      'with bytes after the attribute',
      encode(constructed(1), sequence(STAMP, encode(TAG.SET, TOKEN), octetString(TOKEN))),
    ],
    ['whose value is no SEQUENCE', encode(constructed(1), attribute(STAMP, octetString(TOKEN)))],
  ])('may not stand %s', (_, attributes) => {
    expect(() => readSignedData(withUnsigned(seal, attributes, SEAL))).toThrow(FormatError);
  });

  it('do not hide a change of what they stand beside', () => {
    const { offset } = readSignedData(stamped).timeStamp ?? { offset: 0 };
    let refused = 0;
    for (let at = 0; at < offset; at++) {
      try {
        const read = readSignedData(changed(stamped, at));
        expect(hex(withoutTimeStamp(changed(stamped, at)))).not.toBe(hex(seal));
        expect(read.timeStamp).toBeDefined();
      } catch (fault) {
        expect(fault).toBeInstanceOf(FormatError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});
