/** Other forms of the same signature, and what careless readers of signatures took. */
import { type Edit, hasContent, isTag, octets, TAG, text, withContent } from './edit.ts';
import { asNumber, integer, P256_ORDER, remainder, SM2_ORDER } from './numbers.ts';
import { contentOf, type Element, isLeaf, leaf, membersOf, node, tagOf } from './tree.ts';

const [rsaBytes, scalarBytesMax] = [384, 33];

/** The two numbers of a signature of ECDSA or SM2, when a string wraps one. */
function pairIn(element: Element): { readonly r: bigint; readonly s: bigint } | undefined {
  if (!isTag(TAG.OCTET_STRING, TAG.BIT_STRING)(element)) return undefined;
  const [pair, ...more] = membersOf(element);
  const [r, s, ...others] = pair && more.length === 0 ? membersOf(pair).map(contentOf) : [];
  if (!r || !s || others.length > 0 || Math.max(r.length, s.length) > scalarBytesMax) return undefined;
  return tagOf(pair!) === TAG.SEQUENCE && r.length * s.length > 0 ? { r: asNumber(r), s: asNumber(s) } : undefined;
}

const isRsa = (element: Element): boolean =>
  isLeaf(element) && isTag(TAG.OCTET_STRING, TAG.BIT_STRING)(element) && contentOf(element).length >= rsaBytes;

const withPair = (element: Element, r: Element, s: Element): Element => ({
  ...element,
  inside: [node(TAG.SEQUENCE, r, s)],
});

const raw = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
const bare = (value: bigint): Element => leaf(TAG.INTEGER, raw(value));

/** Of the curves that suites have. */
const ORDERS = [P256_ORDER, SM2_ORDER];
const minus = (n: bigint, s: bigint): bigint => remainder(n - s, n);

const PAIRS: readonly ((r: bigint, s: bigint, n: bigint) => readonly [Element, Element])[] = [
  (r, s, n) => [integer(r + n), integer(s)],
  (r, s, n) => [integer(r), integer(s + n)],
  (r, s, n) => [integer(minus(n, r)), integer(s)],
  // t = r + s is none for SM2.
  (r, _, n) => [integer(r), integer(minus(n, r))],
  (r, s) => [integer(s), integer(r)],
  (r, _) => [integer(r), integer(0n)],
  (_, s) => [integer(0n), integer(s)],
  () => [integer(0n), integer(0n)],
  () => [integer(1n), integer(1n)],
  (r, _, n) => [integer(r), integer(n)],
  (_r, _s, n) => [integer(n), integer(n)],
  (_r, _s, n) => [integer(n - 1n), integer(n - 1n)],
  // Numbers without the zero in front, which then are negative, or with one more.
  (r, s, n) => [bare(r), bare(minus(n, s))],
  (r, s) => [leaf(TAG.INTEGER, Buffer.concat([octets(0), contentOf(integer(r))])), integer(s)],
  (r, s) => [integer(r), leaf(TAG.INTEGER, Buffer.concat([octets(0, 0), contentOf(integer(s))]))],
];

export const SIGNATURE_EDITS: readonly Edit[] = [
  {
    kind: 'high s',
    applies: element => pairIn(element) !== undefined,
    edit(element, random) {
      const { r, s } = pairIn(element)!;
      return [withPair(element, integer(r), integer(minus(random.pick(ORDERS), s)))];
    },
  },
  {
    kind: 'signature in another form',
    applies: element => pairIn(element) !== undefined,
    edit(element, random) {
      const { r, s } = pairIn(element)!;
      if (random.chance(70)) return [withPair(element, ...random.pick(PAIRS)(r, s, random.pick(ORDERS)))];
      const whole = contentOf(element);
      const plain = Buffer.concat([whole.subarray(0, tagOf(element) === TAG.BIT_STRING ? 1 : 0), raw(r), raw(s)]);
      return [withContent(element, random.pick([plain, Buffer.concat([whole, octets(0)])]))];
    },
  },
  {
    kind: 'signature in another form',
    applies: isRsa,
    edit(element, random) {
      const value = contentOf(element);
      return [
        withContent(
          element,
          random.pick([
            Buffer.concat([octets(0), value]),
            Buffer.concat([value, octets(0)]),
            Buffer.concat([value.subarray(0, -rsaBytes), new Uint8Array(rsaBytes)]),
            Buffer.concat([value.subarray(0, -rsaBytes), new Uint8Array(rsaBytes - 1), octets(1)]),
            value.subarray(0, -1),
            value.toReversed(),
          ]),
        ),
      ];
    },
  },
  {
    kind: 'algorithm swapped',
    applies: element => {
      const [first] = membersOf(element);
      return tagOf(element) === TAG.SEQUENCE && first !== undefined && ALGORITHM_OIDS.has(text(first));
    },
    edit: (_, random) => [random.pick(ALGORITHMS)],
  },
  {
    kind: 'string filled otherwise',
    applies: element => isTag(TAG.OCTET_STRING, TAG.BIT_STRING, 0x80)(element) && hasContent(element),
    edit: (element, random) => [
      withContent(element, new Uint8Array(contentOf(element).length).fill(random.pick([0, 1, 0xff]))),
    ],
  },
];

const oid = (hex: string): Element => leaf(TAG.OID, Buffer.from(hex, 'hex'));
const NULL = leaf(TAG.NULL, octets());
const algorithm = (hex: string, ...parameters: readonly Element[]): Element =>
  node(TAG.SEQUENCE, oid(hex), ...parameters);

const SHA256 = '608648016503040201';
const P256 = oid('2a8648ce3d030107');

/** As they stand in seals and certificates of this product and of others. */
export const ALGORITHMS: readonly Element[] = [
  algorithm(SHA256),
  algorithm(SHA256, NULL),
  algorithm('608648016503040202'), // SHA-384
  algorithm('608648016503040203'), // SHA-512
  algorithm('608648016503040208'), // SHA3-256
  algorithm('2b0e03021a'), // SHA-1
  algorithm('2a811ccf55018311'), // SM3
  algorithm('2a8648ce3d040302'), // ecdsa-with-SHA256
  algorithm('2a8648ce3d040302', NULL),
  algorithm('2a8648ce3d040302', P256),
  algorithm('2a8648ce3d040303'), // ecdsa-with-SHA384
  algorithm('2a8648ce3d0201', P256), // ecPublicKey
  algorithm('2a8648ce3d0201', oid('2b8104000a')), // … on secp256k1
  algorithm('2a864886f70d010101', NULL), // rsaEncryption
  algorithm('2a864886f70d010101'),
  algorithm('2a864886f70d01010b', NULL), // sha256WithRSAEncryption
  algorithm('2a864886f70d01010b'),
  algorithm('2a864886f70d01010a', node(TAG.SEQUENCE)), // RSASSA-PSS, its defaults
  algorithm('2a811ccf55018375'), // SM2 with SM3
  algorithm('2a811ccf55018375', NULL),
  algorithm('2a811ccf5501822d01'), // SM2 alone
  algorithm('2a811ccf5501822d01', NULL),
  algorithm('2a811ccf55018311', NULL), // SM3 again
  algorithm('2a8648ce3d0201', oid('2a811ccf5501822d')), // ecPublicKey on the curve of SM2
  algorithm('2b6570'), // Ed25519
];
const ALGORITHM_OIDS: ReadonlySet<string> = new Set(ALGORITHMS.map(one => text(membersOf(one)[0]!)));
