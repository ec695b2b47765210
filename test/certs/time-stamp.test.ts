import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  boolean,
  constructed,
  DerReader,
  encode,
  generalizedTime,
  octetString,
  oid,
  sequence,
  TAG,
  unsigned,
} from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';
import {
  FAILURES,
  type Failure,
  readTimeStampRequest,
  readTimeStampResponse,
  writeTimeStampRequest,
  writeTimeStampResponse,
} from '../../certs/time-stamp.ts';
import { digest } from './fixture.ts';

const IMPRINT = { sha256: digest(Buffer.from('signature')), hasNull: false };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Codes of what reading ends in. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (fault) {
    if (fault instanceof FormatError) return fault.code;
    throw fault;
  }
  return 'accepted';
}

describe('the instant of a time stamp', () => {
  it.each([
    ['2025-06-30T08:00:00.000Z', '20250630080000Z'],
    ['2025-06-30T08:00:00.001Z', '20250630080000.001Z'],
    ['2025-06-30T08:00:00.250Z', '20250630080000.25Z'],
    ['2025-06-30T08:00:00.900Z', '20250630080000.9Z'],
    ['2050-01-01T00:00:00.010Z', '20500101000000.01Z'],
  ])('%s is written %s, and read back', (iso, text) => {
    const der = generalizedTime(new Date(iso));
    expect(Buffer.from(der.subarray(2)).toString('latin1')).toBe(text);
    expect(new DerReader(der).generalizedTime().toISOString()).toBe(iso);
  });

  it.each([
    ['20250630080000.0Z', 'a fraction of nothing'],
    ['20250630080000.250Z', 'a zero at the end'],
    ['20250630080000.1234Z', 'more than milliseconds'],
    ['20250630080000.Z', 'a point alone'],
    ['20250630080000,25Z', 'a comma'],
    ['20250630080000.25', 'no Z'],
    ['20250630080000.2+1Z', 'a sign'],
    ['20250630080000+0800', 'an offset'],
    ['202506300800Z', 'no seconds'],
    ['20250230080000Z', 'February 30'],
    ['20250630240000Z', 'the hour 24'],
    ['20250630080060Z', 'a leap second'],
    ['00500630080000Z', 'the year 50'],
    ['2025063008000 Z', 'a space'],
    ['', 'nothing'],
  ])('is not read from %s: %s', text => {
    const der = encode(TAG.GENERALIZED_TIME, Buffer.from(text));
    expect(refusal(() => new DerReader(der).generalizedTime())).toBe('DER_TIME');
  });
});

describe('a question', () => {
  it('is read as it was written', () => {
    const nonce = Uint8Array.of(0x84, 1, 2, 3);
    for (const asked of [
      { imprint: IMPRINT, certReq: false },
      { imprint: { ...IMPRINT, hasNull: true }, policy: '2.999.3161.1', nonce, certReq: true },
    ]) {
      const read = readTimeStampRequest(writeTimeStampRequest(asked));
      if (!read.ok) throw new Error(read.failure);
      expect(read.request.certReq).toBe(asked.certReq);
      expect(read.request.imprint.hasNull).toBe(asked.imprint.hasNull);
      expect(hex(read.request.imprint.sha256)).toBe(hex(IMPRINT.sha256));
      expect(read.request.policy).toBe(asked.policy);
      expect(hex(read.request.nonce ?? new Uint8Array())).toBe(hex(asked.nonce ?? new Uint8Array()));
    }
  });

  const V1 = unsigned(1);
  const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
  const HASH = octetString(IMPRINT.sha256);
  const GOOD = sequence(SHA256, HASH);
  it.each<[string, Uint8Array, Failure]>([
    ['of nothing', new Uint8Array(), 'badDataFormat'],
    ['with a byte after it', Buffer.concat([sequence(V1, GOOD), Buffer.of(0)]), 'badDataFormat'],
    ['in BER', Buffer.concat([Buffer.of(0x30, 0x80), V1, GOOD, Buffer.alloc(2)]), 'badDataFormat'],
    ['of version 2', sequence(unsigned(2), GOOD), 'badRequest'],
    ['by SHA-1', sequence(V1, sequence(sequence(oid('1.3.14.3.2.26')), octetString(new Uint8Array(20)))), 'badAlg'],
    [
      'by SHA-512',
      sequence(V1, sequence(sequence(oid('2.16.840.1.101.3.4.2.3')), octetString(new Uint8Array(64)))),
      'badAlg',
    ],
    ['whose digest is too short', sequence(V1, sequence(SHA256, octetString(new Uint8Array(31)))), 'badAlg'],
    ['whose digest is too long', sequence(V1, sequence(SHA256, octetString(new Uint8Array(33)))), 'badAlg'],
    ['with a negative nonce', sequence(V1, GOOD, Buffer.from('0201ff', 'hex')), 'badDataFormat'],
    ['with an endless nonce', sequence(V1, GOOD, unsigned(new Uint8Array(33).fill(1))), 'badDataFormat'],
    ['that says FALSE where FALSE is meant anyhow', sequence(V1, GOOD, boolean(false)), 'badDataFormat'],
    ['with an extension', sequence(V1, GOOD, encode(constructed(0), sequence())), 'unacceptedExtension'],
    ['with its parts in another order', sequence(V1, GOOD, boolean(true), unsigned(7)), 'badDataFormat'],
  ])('%s is refused', (_, der, failure) => {
    expect(readTimeStampRequest(der)).toEqual({ ok: false, failure });
  });

  it('of any bytes is read or refused, and what is read is written again in the same bytes', () => {
    const good = writeTimeStampRequest({ imprint: IMPRINT, policy: '2.999.1', nonce: Uint8Array.of(7), certReq: true });
    const mutants = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), { maxLength: 3 });
    const same = (der: Uint8Array) => {
      const read = readTimeStampRequest(der);
      if (read.ok) expect(hex(writeTimeStampRequest(read.request))).toBe(hex(der));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 90 }), same));
    fc.assert(
      fc.property(mutants, changes => {
        const mutant = new Uint8Array(good);
        for (const [at, value] of changes) mutant[at] = value;
        same(mutant);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an answer', () => {
  it.each(Object.keys(FAILURES) as Failure[])('that refuses because of %s is read as it was written', failure => {
    const response = { granted: false, failure, text: '不予受理' } as const;
    expect(readTimeStampResponse(writeTimeStampResponse(response))).toEqual(response);
  });

  it('with a time stamp gives back its bytes', () => {
    const token = sequence(octetString(Uint8Array.of(1)));
    const read = readTimeStampResponse(writeTimeStampResponse({ granted: true, token }));
    if (!read.granted) throw new Error('refused');
    expect(hex(read.token)).toBe(hex(token));
  });

  it.each<[string, Uint8Array, string]>([
    ['of nothing', new Uint8Array(), 'DER_TRUNCATED'],
    ['that was granted with changes', sequence(sequence(unsigned(1)), sequence()), 'TIME_STAMP_RESPONSE_UNKNOWN'],
    ['that asks to wait', sequence(sequence(unsigned(3))), 'TIME_STAMP_RESPONSE_UNKNOWN'],
    ['that grants and brings nothing', sequence(sequence(unsigned(0))), 'DER_TRUNCATED'],
    ['that refuses and says no reason', sequence(sequence(unsigned(2))), 'DER_TRUNCATED'],
    [
      'with two reasons',
      sequence(sequence(unsigned(2), sequence(encode(TAG.UTF8_STRING)), Buffer.from('030205a0', 'hex'))),
      'TIME_STAMP_RESPONSE_UNKNOWN',
    ],
  ])('%s is refused', (_, der, code) => expect(refusal(() => readTimeStampResponse(der))).toBe(code));
});
