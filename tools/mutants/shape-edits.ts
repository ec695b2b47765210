/** Changes of what stands where, of tags and of lengths: whatever the elements mean. */
import type { Random } from '../generate/random.ts';
import { anotherOctet, type Edit, isConstructed, isNode, isTag, octets, TAG, withContent, withTag } from './edit.ts';
import { contentOf, type Element, headerOf, isLeaf, leaf, membersOf, node, tagOf, write } from './tree.ts';

const any = (): boolean => true;

function withMembers(element: Element, members: readonly Element[]): Element {
  return { ...element, inside: members };
}

function swapped(members: readonly Element[], random: Random): Element[] {
  const order = [...members];
  const [a, b] = random.shuffled(members.map((_, at) => at)) as [number, number];
  [order[a], order[b]] = [order[b]!, order[a]!];
  return order;
}

/** Something to be put where nothing belongs. */
const SURPLUS: readonly Element[] = [
  leaf(TAG.NULL, octets()),
  leaf(TAG.OCTET_STRING, octets(0)),
  leaf(TAG.INTEGER, octets(1)),
  leaf(0x00, octets()),
  leaf(0x80, octets(0)),
  node(TAG.SEQUENCE),
  node(TAG.SET),
  node(0xa0),
  node(0xa3),
];

const STRINGS = [
  TAG.OCTET_STRING,
  TAG.BIT_STRING,
  TAG.UTF8_STRING,
  TAG.PRINTABLE_STRING,
  TAG.IA5_STRING,
  0x80,
  0x81,
  0x82,
];

export const SHAPE_EDITS: readonly Edit[] = [
  { kind: 'element dropped', applies: any, edit: () => [] },
  { kind: 'element doubled', applies: any, edit: element => [element, element] },
  {
    kind: 'elements reordered',
    applies: element => membersOf(element).length > 1,
    edit: (element, random) => [withMembers(element, swapped(membersOf(element), random))],
  },
  {
    kind: 'element grafted',
    applies: any,
    edit: (element, random, others) => [random.pick(random.chance(80) ? others.like(element) : others.all)],
  },
  {
    kind: 'element added',
    applies: isNode,
    edit(element, random, others) {
      const members = [...membersOf(element)];
      const surplus = random.chance(70) ? random.pick(SURPLUS) : random.pick(others.all);
      members.splice(random.between(0, members.length), 0, surplus);
      return [withMembers(element, members)];
    },
  },
  {
    kind: 'element wrapped',
    applies: any,
    edit: (element, random) => [node(random.pick([TAG.SEQUENCE, TAG.SET, 0x24, 0xa0, 0xa1, 0x60]), element)],
  },
  { kind: 'element unwrapped', applies: isNode, edit: element => membersOf(element) },
  { kind: 'element emptied', applies: any, edit: element => [withContent(element, octets())] },
  {
    kind: 'tag number',
    applies: any,
    edit(element, random) {
      const tag = element.tag[0]!;
      if (random.chance(25)) return [{ ...element, tag: octets((tag & 0xe0) | 0x1f, tag & 0x1f) }];
      return [withTag(element, (tag & 0xe0) | ((tag ^ random.between(1, 31)) & 0x1f))];
    },
  },
  {
    kind: 'tag class',
    applies: any,
    edit: (element, random) => [withTag(element, element.tag[0]! ^ random.pick([0x40, 0x80, 0xc0]))],
  },
  {
    kind: 'primitive or constructed',
    applies: any,
    edit: element => [withTag(element, element.tag[0]! ^ 0x20)],
  },
  {
    kind: 'length false',
    applies: any,
    edit(element, random) {
      const by = random.pick([-16, -2, -1, 1, 2, 16, 127, 128, 65_536]);
      return [{ ...element, length: { kind: 'false', by } }];
    },
  },
  {
    kind: 'length hostile',
    applies: any,
    edit: (element, random) => [{ ...element, length: { kind: 'raw', octets: random.pick(HOSTILE_LENGTHS) } }],
  },
  {
    kind: 'length not minimal',
    applies: any,
    edit: (element, random) => [{ ...element, length: { kind: 'padded', octets: random.pick([0, 1, 2, 3, 8, 100]) } }],
  },
  {
    kind: 'length indefinite',
    applies: isConstructed,
    edit: (element, random) => [random.chance(50) ? indefinite(element) : indefiniteThroughout(element)],
  },
  {
    kind: 'string constructed',
    applies: isTag(...STRINGS),
    edit: (element, random) => [inPieces(element, random)],
  },
  {
    kind: 'string unwrapped or opened',
    applies: element => !isConstructed(element) && isNode(element),
    edit: element => [{ ...withTag(element, tagOf(element) | 0x20), lead: octets() }],
  },
  {
    kind: 'nested deeply',
    applies: any,
    edit: (element, random) => [nested(element, random.pick([TAG.SEQUENCE, TAG.SET, 0xa0]), random.pick(DEPTHS))],
  },
  {
    kind: 'repeated many times',
    applies: any,
    edit(element, random) {
      const most = Math.max(2, Math.floor(repeatedBytesMax / Math.max(1, write(element).length)));
      return new Array<Element>(random.pick([Math.min(100, most), most])).fill(element);
    },
  },
  {
    kind: 'content longer',
    applies: isLeaf,
    edit(element, random) {
      const content = contentOf(element);
      const at = random.pick([0, content.length, random.between(0, content.length)]);
      const more = Uint8Array.from({ length: random.between(1, 3) }, () => random.pick([0, 0xff, random.below(256)]));
      return [withContent(element, Buffer.concat([content.subarray(0, at), more, content.subarray(at)]))];
    },
  },
  {
    kind: 'content shorter',
    applies: element => isLeaf(element) && contentOf(element).length > 0,
    edit(element, random) {
      const content = contentOf(element);
      const [from, count] = [random.below(content.length), random.between(1, 4)];
      return [withContent(element, Buffer.concat([content.subarray(0, from), content.subarray(from + count)]))];
    },
  },
  {
    kind: 'content changed',
    applies: element => isLeaf(element) && contentOf(element).length > 0,
    edit(element, random) {
      const content = Uint8Array.from(contentOf(element));
      const at = random.below(content.length);
      content[at] = anotherOctet(content[at]!, random);
      return [withContent(element, content)];
    },
  },
];

/** About the bound of a careful reader, and beyond that of a careless one's stack. */
const DEPTHS: readonly number[] = [8, 32, 64, 1_000, 8_000];

/** From inside out, for the bytes of a depth that no recursion would write. */
function nested(element: Element, tag: number, depth: number): Element {
  const inner = write(element);
  const headers: Uint8Array[] = [];
  let length = inner.length;
  for (let level = 0; level < depth; level++) {
    const header = headerOf(tag, length);
    headers.push(header);
    length += header.length;
  }
  return leaf(tag, Buffer.concat([...headers.reverse(), inner]));
}

/** Less than the most that a seal may have, so that what is in it is looked at. */
const repeatedBytesMax = 50_000;

const HOSTILE_LENGTHS: readonly Uint8Array[] = [
  octets(0x80),
  octets(0xff),
  octets(0x81),
  octets(0x84, 0xff, 0xff, 0xff, 0xff),
  octets(0x84, 0x7f, 0xff, 0xff, 0xff),
  octets(0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  octets(0x83, 0, 0, 0),
  octets(0xfe, ...new Uint8Array(126)),
];

const indefinite = (element: Element): Element => ({ ...element, length: { kind: 'indefinite' } });

function indefiniteThroughout(element: Element): Element {
  const members = membersOf(element).map(member => (isConstructed(member) ? indefiniteThroughout(member) : member));
  return indefinite({ ...element, inside: members });
}

/** BER's constructed form of a string: pieces that are strings. */
function inPieces(element: Element, random: Random): Element {
  const content = contentOf(element);
  const tag = tagOf(element);
  const universal = tag & 0x80 ? TAG.OCTET_STRING : tag;
  const cut = random.between(0, content.length);
  const pieces = [content.subarray(0, cut), content.subarray(cut)].map(piece => leaf(universal, piece));
  const whole = node(tag | 0x20, ...(random.chance(30) ? [leaf(universal, content)] : pieces));
  return random.chance(50) ? indefinite(whole) : whole;
}
