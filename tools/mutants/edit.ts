import type { Random } from '../generate/random.ts';
import type { Material } from './material.ts';
import { contentOf, type Element, isLeaf, leaf, tagOf } from './tree.ts';

/** One kind of change to one element, wherever it stands. */
export interface Edit {
  readonly kind: string;
  applies(element: Element): boolean;
  /**
   * The elements that stand in its place afterwards: none, one or several.
   *
   * @param others Of the same seal and of others, to be put where they don't belong.
   */
  edit(element: Element, random: Random, others: Material): readonly Element[];
}

export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  T61_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

export const isTag =
  (...tags: readonly number[]) =>
  (element: Element): boolean =>
    tags.includes(tagOf(element));
export const isConstructed = ({ tag }: Element): boolean => (tag[0]! & 0x20) !== 0;
/** Has members that may be counted, dropped and put in another order. */
export const isNode = (element: Element): boolean => !isLeaf(element);
export const hasContent = (element: Element): boolean => contentOf(element).length > 0;

export const withTag = (element: Element, tag: number): Element => ({ ...element, tag: Uint8Array.of(tag) });
/** The same element with other content, which is no longer looked into. */
export const withContent = (element: Element, content: Uint8Array): Element => ({
  ...leaf(0, content),
  tag: element.tag,
});

export const text = (element: Element): string => Buffer.from(contentOf(element)).toString('latin1');
export const octets = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

/** Any octet but this one. */
export const anotherOctet = (octet: number, random: Random): number => octet ^ random.between(1, 255);
