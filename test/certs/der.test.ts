import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import forge from 'node-forge';
import {
  bitString,
  boolean,
  DerReader,
  derDepthMax,
  encode,
  namedBits,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  TAG,
  time,
  unsigned,
  utf8String,
} from '../../certs/der.ts';
import { FormatError } from '../../certs/findings.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** What a reading ends in: the code and the byte. */
function refusal(hex: string, read: (reader: DerReader) => unknown): string {
  try {
    const reader = new DerReader(bytes(hex));
    read(reader);
    reader.done();
  } catch (fault) {
    if (fault instanceof FormatError) return `${fault.code} ${fault.offset}`;
    throw fault;
  }
  return 'accepted';
}

describe('the strict DER reader', () => {
  it.each<[string, string, (reader: DerReader) => unknown, string]>([
    ['an empty input', '', r => r.sequence(), 'DER_TRUNCATED 0'],
    ['a tag without a length', '30', r => r.sequence(), 'DER_TRUNCATED 1'],
    ['a content that ends early', '04 03 01 02', r => r.octetString(), 'DER_TRUNCATED 4'],
    ['a child longer than its parent', '30 02 04 01 00', r => r.sequence().octetString(), 'DER_TRUNCATED 4'],
    ['an indefinite length', '30 80 00 00', r => r.sequence(), 'DER_LENGTH_INDEFINITE 1'],
    ['a long length that fits a short one', '04 81 01 00', r => r.octetString(), 'DER_LENGTH_NOT_MINIMAL 1'],
    [
      'a length with a leading zero',
      `04 82 00 80 ${'00'.repeat(128)}`,
      r => r.octetString(),
      'DER_LENGTH_NOT_MINIMAL 1',
    ],
    ['a length of four bytes', '04 84 00 00 00 01 00', r => r.octetString(), 'DER_LENGTH_TOO_LONG 1'],
    ['a byte too many', '05 00', r => r.done(), 'DER_TRAILING_BYTES 0'],
    ['a byte after the element', '02 01 05 00', r => r.unsigned(), 'DER_TRAILING_BYTES 3'],
    ['a high tag number', '1f 1f 00', r => r.octetString(), 'DER_TAG_UNEXPECTED 0'],
    ['a constructed octet string', '24 02 04 00', r => r.octetString(), 'DER_TAG_UNEXPECTED 0'],
    ['an integer of no bytes', '02 00', r => r.unsigned(), 'DER_INTEGER 0'],
    ['a negative integer', '02 01 80', r => r.unsigned(), 'DER_INTEGER 0'],
    ['an integer with a needless zero', '02 02 00 7f', r => r.unsigned(), 'DER_INTEGER 0'],
    ['a boolean of 01', '01 01 01', r => r.boolean(), 'DER_BOOLEAN 0'],
    ['a boolean of two bytes', '01 02 ff ff', r => r.boolean(), 'DER_BOOLEAN 0'],
    ['a bit string with unused bits', '03 02 04 f0', r => r.bitString(), 'DER_BIT_STRING 0'],
    ['named bits with a trailing zero', '03 02 00 06', r => r.namedBits(), 'DER_BIT_STRING 0'],
    ['named bits whose unused bits are set', '03 02 01 03', r => r.namedBits(), 'DER_BIT_STRING 0'],
    ['an identifier that ends inside an arc', '06 02 2a 86', r => r.oid(), 'DER_OID 0'],
    ['an identifier with a padded arc', '06 03 2a 80 01', r => r.oid(), 'DER_OID 0'],
    ['an identifier of no arcs', '06 00', r => r.oid(), 'DER_OID 0'],
    ['an identifier with an endless arc', '06 0a 2a ff ff ff ff ff ff ff ff 7f', r => r.oid(), 'DER_OID 0'],
    ['UTF-8 that is none', '0c 01 ff', r => r.utf8String(), 'DER_STRING 0'],
    ['a surrogate in UTF-8', '0c 03 ed a0 80', r => r.utf8String(), 'DER_STRING 0'],
    ['an underscore in a PrintableString', '13 01 5f', r => r.printableString(), 'DER_STRING 0'],
    ['a set out of order', '31 06 04 01 02 04 01 01', r => r.setOf(TAG.SET, 0x04), 'DER_SET_ORDER 5'],
    ['a set with the same member twice', '31 06 04 01 01 04 01 01', r => r.setOf(TAG.SET, 0x04), 'DER_SET_ORDER 5'],
  ])('refuses %s', (_, hex, read, expected) => expect(refusal(hex, read)).toBe(expected));

  it.each([
    ['17', '250630080000Z', 'accepted'],
    ['17', '2506300800Z', 'DER_TIME 0'],
    ['17', '250630080000+0800', 'DER_TIME 0'],
    ['17', '250230080000Z', 'DER_TIME 0'],
    ['17', '250630240000Z', 'DER_TIME 0'],
    ['17', '250630080060Z', 'DER_TIME 0'],
    ['17', '25-01-01T00:00:00.000Z', 'DER_TIME 0'],
    ['18', '20500101000000Z', 'accepted'],
    ['18', '20491231235959Z', 'DER_TIME 0'],
    ['18', '20500101000000.5Z', 'DER_TIME 0'],
    ['18', '2050-01-01T00:00:00.000Z', 'DER_TIME 0'],
  ])('reads the time %s %s: %s', (tag, text, expected) => {
    const length = text.length.toString(16).padStart(2, '0');
    expect(refusal(`${tag}${length}${Buffer.from(text).toString('hex')}`, r => r.time())).toBe(expected);
  });

  it('refuses a nesting deeper than the bound, and takes one that is not', () => {
    const nested = (depth: number) =>
      Array.from({ length: depth }).reduce<Uint8Array>(inner => sequence(inner), sequence());
    const descend = (depth: number) => {
      let reader = new DerReader(nested(depth));
      for (let i = 0; i < depth; i++) reader = reader.sequence();
    };
    expect(() => descend(derDepthMax)).not.toThrow();
    expect(() => descend(derDepthMax + 1)).toThrow(/DER_TOO_DEEP/);
  });

  it('names a byte of the file when it reads a part of one', () => {
    expect(() => new DerReader(bytes('02 01 80'), 100).unsigned()).toThrow(/at byte 100/);
  });
});

describe('the DER writer', () => {
  const tree = fc.letrec<{ node: Uint8Array }>(tie => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.uint8Array({ maxLength: 300 }).map(octetString),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map(unsigned),
      fc.uint8Array({ maxLength: 20 }).map(bitString),
      fc.boolean().map(boolean),
      fc.string({ unit: 'grapheme' }).map(utf8String),
      fc.array(tie('node'), { maxLength: 4 }).map(nodes => sequence(...nodes)),
      fc.array(tie('node'), { maxLength: 4 }).map(nodes => setOf(TAG.SET, nodes)),
    ),
  })).node;

  it('writes what node-forge reads and writes again in the same bytes', () => {
    fc.assert(
      fc.property(tree, der => {
        const text = Buffer.from(der).toString('latin1');
        expect(forge.asn1.toDer(forge.asn1.fromDer(text)).getBytes()).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('writes what the reader reads back', () => {
    const arcs = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 8 });
    const root = fc.constantFrom('0.9', '1.2', '1.39', '2.5', '2.999');
    fc.assert(
      fc.property(
        root,
        arcs,
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat({ max: 3e9 }),
        (head, rest, number, s) => {
          const dotted = [head, ...rest].join('.');
          expect(new DerReader(oid(dotted)).oid()).toBe(dotted);
          const minimal = Buffer.from(number)
            .toString('hex')
            .replace(/^(00)+(?=..)/, '');
          expect(Buffer.from(new DerReader(unsigned(number)).unsigned()).toString('hex')).toBe(minimal);
          expect(new DerReader(time(new Date(s * 1000))).time().getTime()).toBe(s * 1000);
        },
      ),
    );
  });

  it('writes each length in its shortest form', () => {
    for (const [length, header] of [
      [127, '047f'],
      [128, '048180'],
      [255, '0481ff'],
      [256, '04820100'],
      [65535, '0482ffff'],
      [65536, '0483010000'],
    ] as const)
      expect(Buffer.from(octetString(new Uint8Array(length))).toString('hex')).toMatch(new RegExp(`^${header}(00)+$`));
    expect(() => encode(TAG.OCTET_STRING, new Uint8Array(2 ** 24))).toThrow(RangeError);
  });

  it('writes named bits as X.690 section 11.2.2 has them', () => {
    expect(Buffer.from(namedBits([0, 1])).toString('hex')).toBe('030206c0');
    expect(Buffer.from(namedBits([5, 6])).toString('hex')).toBe('03020106');
    expect(new DerReader(namedBits([0, 8])).namedBits()).toEqual([0, 8]);
    expect(new DerReader(printableString('CN')).printableString()).toBe('CN');
  });
});

describe('hostile bytes', () => {
  it('end in a FormatError, never in another error, and never beyond the input', () => {
    const walk = (reader: DerReader): void => {
      while (reader.more) {
        const fork = reader.fork();
        try {
          walk(fork.sequence());
          reader.raw(TAG.SEQUENCE);
        } catch (fault) {
          expect(fault).toBeInstanceOf(FormatError);
          return;
        }
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), noise => walk(new DerReader(noise))));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0x30, 0x80, 0x81, 0x82, 0, 1, 2, 4, 0xff), { maxLength: 60 }), noise =>
        walk(new DerReader(Uint8Array.from(noise))),
      ),
    );
  });
});
