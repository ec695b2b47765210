import { describe, expect, it } from '@jest/globals';
import { DerReader, encode, oid, printableString, sequence, setOf, TAG, utf8String } from '../../../certs/der.ts';
import { OID } from '../../../certs/oid.ts';
import { isBelow, isSameName, readDistinguishedName } from '../../../certs/path/distinguished-name.ts';
import { type Attribute, name } from './forge.ts';

const read = (der: Uint8Array) => readDistinguishedName(new DerReader(der));
const same = (a: Uint8Array, b: Uint8Array) => isSameName(read(a), read(b));
const cn = (text: string): Attribute => [OID.commonName, utf8String(text)];
const o = (text: string): Attribute => [OID.organizationName, utf8String(text)];
const bmpString = (text: string) => encode(0x1e, Buffer.from(text, 'utf16le').swap16());

describe('two names are the same', () => {
  it.each([
    ['whatever their case', 'One Window', 'ONE window'],
    ['however much space stands in them', '  One   Window ', 'One Window'],
    ['whatever kind of space it is', 'One\u3000Window', 'One\u00a0Window'],
    ['with a tab for a space', 'One\tWindow', 'One Window'],
    ['in full width and in half', 'ＯＮＥ', 'one'],
    ['composed and decomposed', 'é', 'e\u0301'],
    ['with ß and ss', 'Straße', 'STRASSE'],
    ['with either small sigma', 'ΟΔΟΣ', 'οδος'],
    ['with a soft hyphen more', 'Win\u00addow', 'Window'],
  ])('%s: %j and %j', (_, a, b) => expect(same(name(cn(a)), name(cn(b)))).toBe(true));

  it('whatever the kind of string', () => {
    expect(same(name([OID.commonName, printableString('Tax')]), name(cn('tax')))).toBe(true);
  });

  it('in whatever order an RDN of several attributes names them', () => {
    const rdn = (...members: readonly Attribute[]) =>
      sequence(
        setOf(
          TAG.SET,
          members.map(([type, value]) => sequence(oid(type), value)),
        ),
      );
    expect(same(rdn(cn('b'), o('a')), rdn(o('A'), cn('B')))).toBe(true);
    expect(same(rdn(cn('b'), o('a')), name(cn('b'), o('a')))).toBe(false);
  });
});

describe('two names differ', () => {
  it.each([
    ['by a letter', name(cn('tax')), name(cn('tan'))],
    ['by a space inside a word', name(cn('One Window')), name(cn('OneWindow'))],
    ['by the attribute', name(cn('tax')), name(o('tax'))],
    ['by the order of their RDNs', name(cn('a'), o('b')), name(o('b'), cn('a'))],
    ['by one RDN more', name(cn('a')), name(cn('a'), cn('a'))],
    ['where a value holds what separates others', name(cn('a'), cn('b')), name(cn(`a\n${OID.commonName}=b`))],
    ['by a dot over an i', name(cn('ı')), name(cn('i'))],
    ['where text is of a kind that is compared by bytes', name([OID.commonName, bmpString('tax')]), name(cn('tax'))],
    ['where a character has no meaning yet', name(cn('\u0378A')), name(cn('\u0378a'))],
  ])('%s', (_, a, b) => expect(same(a, b)).toBe(false));

  it('but not from themselves, whatever they hold', () => {
    expect(same(name([OID.commonName, bmpString('税')]), name([OID.commonName, bmpString('税')]))).toBe(true);
    expect(same(name(cn('\ufffd')), name(cn('\ufffd')))).toBe(true);
  });
});

it('a name lies below its first RDNs and below nothing else', () => {
  const [base, inside, beside] = [name(o('a')), name(o('A'), cn('b')), name(cn('b'), o('a'))].map(read);
  expect(isBelow(inside!, base!)).toBe(true);
  expect(isBelow(base!, base!)).toBe(true);
  expect(isBelow(base!, inside!)).toBe(false);
  expect(isBelow(beside!, base!)).toBe(false);
  expect(isBelow(base!, read(name()))).toBe(true);
});
