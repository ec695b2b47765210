/**
 * DER and BER as a tree that can be changed anywhere: what is above a change gets the length that it then has, unless
 * the change is a false length. Shares nothing with `certs/`, or a fault of that codec would be one of its judge, too.
 * What strings wrap (an extension, a TSTInfo, a signature) is part of the tree.
 */

/** How the length of an element is written; DER knows the shortest form only. */
export type LengthForm =
  | { readonly kind: 'shortest' }
  /** With so many octets more than are needed. */
  | { readonly kind: 'padded'; readonly octets: number }
  /** By two zero octets in the end. */
  | { readonly kind: 'indefinite' }
  /** More or fewer than there are. */
  | { readonly kind: 'false'; readonly by: number }
  /** These octets, whatever they mean. */
  | { readonly kind: 'raw'; readonly octets: Uint8Array };

export interface Element {
  /** Identifier octets: one, but for tag numbers above 30. */
  readonly tag: Uint8Array;
  /** Before the members of a string that wraps them: the count of unused bits of a BIT STRING. */
  readonly lead: Uint8Array;
  /** The members, when it has any; else the content. */
  readonly inside: readonly Element[] | Uint8Array;
  readonly length: LengthForm;
}

/** From the root down: which member of which. */
export type Path = readonly number[];

export interface Place {
  readonly path: Path;
  readonly element: Element;
}

const SHORTEST: LengthForm = { kind: 'shortest' };
const EMPTY = new Uint8Array(0);
const CONSTRUCTED = 0x20;
const [BIT_STRING, OCTET_STRING] = [0x03, 0x04];
/** A seal with its time stamp nests some 20 deep. */
const depthMax = 64;

/** -1 for a tag number above 30. */
export const tagOf = ({ tag }: Element): number => (tag.length === 1 ? tag[0]! : -1);

export const isLeaf = (element: Element): element is Element & { readonly inside: Uint8Array } =>
  element.inside instanceof Uint8Array;

export const membersOf = ({ inside }: Element): readonly Element[] => (inside instanceof Uint8Array ? [] : inside);

export const leaf = (tag: number, content: Uint8Array): Element => ({
  tag: Uint8Array.of(tag),
  lead: EMPTY,
  inside: content,
  length: SHORTEST,
});

export const node = (tag: number, ...members: readonly Element[]): Element => ({
  tag: Uint8Array.of(tag),
  lead: EMPTY,
  inside: members,
  length: SHORTEST,
});

// --- reading ---------------------------------------------------------------------------------------------------------

/** @throws {RangeError} when it is not one element of definite lengths: only originals are parsed. */
export function parse(der: Uint8Array): Element {
  const [element, ...more] = parseAll(der, 0);
  if (!element || more.length > 0) throw new RangeError('not one element');
  return element;
}

function parseAll(der: Uint8Array, depth: number): Element[] {
  if (depth > depthMax) throw new RangeError('too deep');
  const elements: Element[] = [];
  for (let at = 0; at < der.length; ) {
    const { tag, content, end } = headerAt(der, at);
    elements.push(elementOf(tag, der.subarray(content, end), depth));
    at = end;
  }
  return elements;
}

function elementOf(tag: Uint8Array, content: Uint8Array, depth: number): Element {
  const first = tag[0]!;
  if (first & CONSTRUCTED) return { tag, lead: EMPTY, inside: parseAll(content, depth + 1), length: SHORTEST };
  const wrapped = first === OCTET_STRING ? content : first === BIT_STRING ? content.subarray(1) : EMPTY;
  const lead = content.subarray(0, content.length - wrapped.length);
  const members = wrapped.length > 2 ? attempt(() => parseAll(wrapped, depth + 1)) : undefined;
  return members
    ? { tag, lead, inside: members, length: SHORTEST }
    : { tag, lead: EMPTY, inside: content, length: SHORTEST };
}

function headerAt(der: Uint8Array, start: number) {
  let at = start + 1;
  if ((der[start]! & 0x1f) === 0x1f) while (der[at++]! & 0x80);
  const tag = der.subarray(start, at);
  const first = der[at++];
  if (first === undefined || first === 0x80) throw new RangeError('no definite length');
  let length = first;
  if (first > 0x80) {
    length = 0;
    for (let octets = first & 0x7f; octets > 0; octets--) length = length * 256 + (der[at++] ?? Number.NaN);
  }
  // Not a number, too.
  if (!(at + length <= der.length)) throw new RangeError('truncated');
  return { tag, content: at, end: at + length };
}

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

// --- writing ---------------------------------------------------------------------------------------------------------

/** Elements don't change, and what is beside a change is written as before. */
const written = new WeakMap<Element, Uint8Array>();

export function write(element: Element): Uint8Array {
  const known = written.get(element);
  if (known) return known;
  const content = contentOf(element);
  const bytes = Buffer.concat([element.tag, lengthOf(element.length, content.length), content, endOf(element.length)]);
  written.set(element, bytes);
  return bytes;
}

export const contentOf = ({ lead, inside }: Element): Uint8Array =>
  inside instanceof Uint8Array ? inside : Buffer.concat([lead, ...inside.map(write)]);

const endOf = ({ kind }: LengthForm): Uint8Array => (kind === 'indefinite' ? Uint8Array.of(0, 0) : EMPTY);

function lengthOf(form: LengthForm, length: number): Uint8Array {
  if (form.kind === 'indefinite') return Uint8Array.of(0x80);
  if (form.kind === 'raw') return form.octets;
  if (form.kind === 'padded') {
    const octets = bigEndian(length);
    return Uint8Array.of(0x80 | (octets.length + form.octets), ...new Uint8Array(form.octets), ...octets);
  }
  const stated = Math.max(0, form.kind === 'false' ? length + form.by : length);
  if (stated < 0x80) return Uint8Array.of(stated);
  const octets = bigEndian(stated);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** Before the content of so many octets, in its shortest form. */
export const headerOf = (tag: number, length: number): Uint8Array => Uint8Array.of(tag, ...lengthOf(SHORTEST, length));

function bigEndian(value: number): number[] {
  const octets = [value & 0xff];
  for (let rest = value >>> 8; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return octets;
}

// --- going about -----------------------------------------------------------------------------------------------------

export function* placesIn(element: Element, path: Path = []): Generator<Place> {
  yield { path, element };
  for (const [at, member] of membersOf(element).entries()) yield* placesIn(member, [...path, at]);
}

/** @throws {RangeError} where nothing is. */
export function elementAt(root: Element, path: Path): Element {
  let found = root;
  for (const at of path) {
    const member = membersOf(found)[at];
    if (!member) throw new RangeError(`nothing is at ${path.join('/')}`);
    found = member;
  }
  return found;
}

/** The tree with other elements, none or several, where one was; the root itself has one in its place. */
export function replaced(root: Element, [at, ...below]: Path, by: readonly Element[]): Element {
  if (at === undefined) return by[0] ?? root;
  const members = membersOf(root);
  const member = members[at];
  if (!member) throw new RangeError('nothing is there');
  const inPlace = below.length === 0 ? by : [replaced(member, below, by)];
  return { ...root, inside: [...members.slice(0, at), ...inPlace, ...members.slice(at + 1)] };
}
