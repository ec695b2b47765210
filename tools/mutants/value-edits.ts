/** Changes of values into other values, and into other forms of the same value, which BER takes and DER does not. */
import type { Random } from '../generate/random.ts';
import { type Edit, isTag, octets, TAG, text, withContent, withTag } from './edit.ts';
import { contentOf, type Element, isLeaf, leaf, membersOf, tagOf } from './tree.ts';

const concat = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);

export const VALUE_EDITS: readonly Edit[] = [
  {
    kind: 'integer',
    applies: isTag(TAG.INTEGER),
    edit: (element, random) => [withContent(element, random.pick(INTEGERS)(contentOf(element)))],
  },
  {
    kind: 'boolean',
    applies: isTag(TAG.BOOLEAN),
    edit: (element, random) => [withContent(element, random.pick(BOOLEANS))],
  },
  {
    kind: 'default written out',
    applies: element => tagOf(element) === TAG.SEQUENCE && membersOf(element).length > 0,
    edit: (element, random) => [withDefault(element, random)],
  },
  {
    kind: 'object identifier',
    applies: isTag(TAG.OID),
    edit: (element, random) => [withContent(element, anotherOid(contentOf(element), random))],
  },
  {
    kind: 'null parameters',
    applies: element => {
      const [first, second, ...more] = membersOf(element);
      const isAlone = second === undefined || tagOf(second) === TAG.NULL;
      return first !== undefined && tagOf(first) === TAG.OID && isAlone && more.length === 0;
    },
    edit(element, random) {
      const [algorithm, parameters] = membersOf(element) as [Element, Element?];
      if (!parameters) return [{ ...element, inside: [algorithm, leaf(TAG.NULL, octets())] }];
      return [{ ...element, inside: random.chance(50) ? [algorithm] : [algorithm, leaf(TAG.NULL, octets(0))] }];
    },
  },
  {
    kind: 'time',
    applies: isTag(TAG.UTC_TIME, TAG.GENERALIZED_TIME),
    edit: (element, random) => [anotherTime(element, random)],
  },
  {
    kind: 'text',
    applies: isTag(TAG.UTF8_STRING, TAG.PRINTABLE_STRING, TAG.IA5_STRING, 0x82),
    edit: (element, random) => [anotherText(element, random)],
  },
  {
    kind: 'bits',
    applies: isTag(TAG.BIT_STRING),
    edit(element, random) {
      const [unused = 0, ...bits] = contentOf(element);
      const count = random.pick([unused ^ 1, 7, 8, 255]);
      return [withContent(element, random.chance(60) ? octets(count, ...bits) : octets(unused, ...bits, 0))];
    },
  },
];

const INTEGERS: readonly ((value: Uint8Array) => Uint8Array)[] = [
  () => octets(0),
  () => octets(0xff),
  () => octets(),
  () => octets(0x80),
  value => concat(octets(0), value),
  value => concat(octets(0xff), value),
  // Its negative, and what two's complement makes of it without the zero in front.
  value => negative(value),
  value => (value[0] === 0 && value.length > 1 ? value.subarray(1) : concat(octets(0, 0), value)),
  value => plus(value, 1),
  value => plus(value, 255),
  value => concat(octets(0x7f), value),
  value => concat(octets(1), new Uint8Array(40), value),
];

function negative(value: Uint8Array): Uint8Array {
  return plus(
    value.map(octet => ~octet),
    1,
  );
}

/** Modulo the length that it has. */
function plus(value: Uint8Array, by: number): Uint8Array {
  const sum = Uint8Array.from(value);
  for (let at = sum.length - 1, carry = by; at >= 0 && carry > 0; at--) {
    const octet = sum[at]! + carry;
    sum[at] = octet & 0xff;
    carry = octet >> 8;
  }
  return sum;
}

const BOOLEANS = [octets(0), octets(1), octets(0x7f), octets(0x80), octets(0xfe), octets(), octets(0xff, 0xff)];

/** `2.16.840.1.101.3.4.2.1`, SHA-256: the DEFAULT of ESSCertIDv2. */
const SHA256 = leaf(TAG.OID, Buffer.from('608648016503040201', 'hex'));

/** What stands for itself when absent: `critical` of an extension, `cA`, `hashAlgorithm`, a version of 0. */
function withDefault(element: Element, random: Random): Element {
  const members = membersOf(element);
  const isOidFirst = tagOf(members[0]!) === TAG.OID;
  const written = random.pick([
    leaf(TAG.BOOLEAN, octets(0)),
    { ...leaf(TAG.SEQUENCE, octets()), inside: [SHA256] },
    leaf(TAG.INTEGER, octets(0)),
  ]);
  const at = isOidFirst ? 1 : random.pick([0, 0, members.length]);
  return { ...element, inside: [...members.slice(0, at), written, ...members.slice(at)] };
}

/** DER of the contents: digests, signatures, curves, attributes and extensions that readers know. */
const KNOWN_OIDS: readonly Uint8Array[] = [
  '608648016503040201', // SHA-256
  '608648016503040202', // SHA-384
  '608648016503040203', // SHA-512
  '608648016503040204', // SHA-224
  '608648016503040208', // SHA3-256
  '2b0e03021a', // SHA-1
  '2a864886f70d0205', // MD5
  '2a811ccf55018311', // SM3
  '2a8648ce3d040302', // ecdsa-with-SHA256
  '2a8648ce3d040303', // ecdsa-with-SHA384
  '2a8648ce3d0401', // ecdsa-with-SHA1
  '2a8648ce3d0201', // ecPublicKey
  '2a8648ce3d030107', // P-256
  '2b81040022', // P-384
  '2b8104000a', // secp256k1
  '2a864886f70d010101', // rsaEncryption
  '2a864886f70d01010b', // sha256WithRSAEncryption
  '2a864886f70d010105', // sha1WithRSAEncryption
  '2a864886f70d01010a', // RSASSA-PSS
  '2b6570', // Ed25519
  '2a811ccf55018375', // SM2 with SM3
  '2a864886f70d010701', // data
  '2a864886f70d010702', // signedData
  '2a864886f70d0109100104', // TSTInfo
  '2a864886f70d010903', // contentType
  '2a864886f70d010904', // messageDigest
  '2a864886f70d010905', // signingTime
  '2a864886f70d010910020c', // signing-certificate
  '2a864886f70d010910022f', // signing-certificate-v2
  '2a864886f70d010910020e', // signature-time-stamp
  '551d13', // basicConstraints
  '551d0f', // keyUsage
  '551d25', // extKeyUsage
  '551d0e', // subjectKeyIdentifier
  '551d23', // authorityKeyIdentifier
  '2b06010505070308', // timeStamping
  '550403', // commonName
  '55040a', // organizationName
  '55040b', // organizationalUnitName
].map(hex => Buffer.from(hex, 'hex'));

function anotherOid(value: Uint8Array, random: Random): Uint8Array {
  if (random.chance(65)) return random.pick(KNOWN_OIDS);
  const at = random.between(0, value.length);
  return random.pick([
    // An arc with a leading zero, X.690 section 8.19.2.
    concat(value.subarray(0, at), octets(0x80), value.subarray(at)),
    concat(value, octets(0)),
    value.subarray(0, -1),
    concat(value.subarray(0, -1), octets(0x80 | (value.at(-1) ?? 0))),
    plus(value, 1),
    octets(),
  ]);
}

/** The same instant in a form that DER forbids, or another instant. */
function anotherTime(element: Element, random: Random): Element {
  const digits = text(element).replace(/Z$/, '');
  const isShort = tagOf(element) === TAG.UTC_TIME;
  const forms = [
    digits,
    `${digits}+0000`,
    `${digits}-0000`,
    `${digits}.0Z`,
    `${digits}0Z`,
    `${digits},5Z`,
    `${digits.slice(0, -2)}Z`,
    `${digits}z`,
    `${digits.slice(0, -2)}60Z`,
    ` ${digits}Z`,
    isShort ? `20${digits}Z` : `${digits.slice(2)}Z`,
    `${digits.replace(/\d(?=\d{6}(\.|$))/, digit => String((Number(digit) + 1) % 10))}Z`,
    `${digits.replace(/^\d\d/, years => String((Number(years) + 1) % 100).padStart(2, '0'))}Z`,
  ];
  const other = withContent(element, Buffer.from(random.pick(forms), 'latin1'));
  if (random.chance(80)) return other;
  const century = isShort ? `20${digits}Z` : `${digits.slice(2, 14)}Z`;
  return withTag(withContent(element, Buffer.from(century)), isShort ? TAG.GENERALIZED_TIME : TAG.UTC_TIME);
}

const TEXT_TAGS = [TAG.UTF8_STRING, TAG.PRINTABLE_STRING, TAG.T61_STRING, TAG.IA5_STRING, TAG.BMP_STRING, 0x1a, 0x1c];

/** What name comparison takes for the same text, and what looks the same. */
function anotherText(element: Element, random: Random): Element {
  if (!isLeaf(element)) return withTag(element, TAG.UTF8_STRING);
  if (random.chance(40)) return withTag(element, random.pick(TEXT_TAGS));
  const value = Buffer.from(element.inside).toString('utf8');
  const forms = [
    value.toUpperCase(),
    value.toLowerCase(),
    ` ${value}`,
    `${value} `,
    value.replace(' ', '  '),
    value.normalize('NFD'),
    value.normalize('NFKC'),
    `${value}\0`,
    `${value}\u200b`,
    value.slice(1),
    value.replace('a', '\u0430'),
    '',
  ];
  return withContent(element, Buffer.from(random.pick(forms), 'utf8'));
}
