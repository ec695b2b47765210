/** Changes that know what a seal is: parts of others in its place, and signatures of those who have keys of their own. */
import type { Random } from '../generate/random.ts';
import { TAG } from './edit.ts';
import { ALGORITHMS } from './signature-edits.ts';
import {
  attribute,
  CERTIFICATES,
  inOrder,
  octetString,
  type Party,
  SIGNED_ATTRIBUTES,
  SIGNER_ID,
  signatureOf,
  signedBy,
  stampedWith,
  TOKEN,
  TST_INFO,
  tokenLike,
  UNSIGNED_ATTRIBUTES,
  unitOf,
} from './signed-data.ts';
import { type Element, elementAt, leaf, membersOf, node, type Path, parse, placesIn, replaced, write } from './tree.ts';

/** What is at hand besides the seal that is changed. */
export interface Surroundings {
  /** Other seals that are good, over other records. */
  readonly others: readonly Element[];
  /** Certificates of the hierarchy, root and strangers' included. */
  readonly certificates: readonly Element[];
  /** Who have keys, and may not seal this record. */
  readonly impostors: Impostors;
  /** Who have keys, and are no time-stamp authority of the trust list. */
  readonly strangers: Impostors;
  /** The authority whose stamps are taken: anybody may ask it. */
  readonly authority: Party;
}

export interface Impostors {
  readonly all: readonly Party[];
  /** Whom only the trust list tells apart: the same authority certified the same name for the same purpose. */
  readonly near: readonly Party[];
}

const oneOf = ({ all, near }: Impostors, random: Random): Party => random.pick(random.chance(40) ? near : all);

export interface Edited {
  readonly seal: Element;
  /** Whom its certificate names now: under that name the log has it, or the log would be what refuses it. */
  readonly holder?: string;
}

export interface SealEdit {
  readonly kind: string;
  edit(seal: Element, random: Random, around: Surroundings): Edited;
}

const set = (root: Element, path: Path, ...by: readonly Element[]): Element => replaced(root, path, by);

/** Re-signed by somebody else in a way that holds together: only the trust list and the chain can tell. */
function sealedByAnother(seal: Element, random: Random, { impostors, authority }: Surroundings): Edited {
  const impostor = oneOf(impostors, random);
  const signed = signedBy(seal, impostor);
  const stamped = stampedWith(signed, tokenLike(elementAt(seal, TOKEN), signatureOf(signed), authority));
  return { seal: stamped, holder: unitOf(parse(impostor.chain[0])) };
}

/** Certificates that are not the signer's, beside a signature that is. */
function withOtherCertificates(seal: Element, random: Random, { certificates }: Surroundings): Edited {
  const own = membersOf(elementAt(seal, CERTIFICATES));
  const other = random.pick(certificates);
  const sets = [
    [...own, other],
    [other, ...own.slice(1)],
    [...own.slice(0, 1), other],
    [other],
    [...own, ...certificates],
    own.toReversed(),
    own.slice(1),
    own.slice(0, 1),
    [],
  ];
  const chosen = random.pick(sets);
  const listed = random.chance(70) ? inOrder(chosen) : chosen;
  const changed = set(seal, CERTIFICATES, node(0xa0, ...listed));
  if (random.chance(50)) return { seal: changed };
  const [, serial, , issuer] = membersOf(elementAt(other, [0]));
  return { seal: set(changed, SIGNER_ID, node(TAG.SEQUENCE, issuer!, serial!)), holder: unitOf(other) };
}

/** A stamp of another seal, none, two, or one in the place of another kind of stamp. */
function withOtherStamps(seal: Element, random: Random, { others }: Surroundings): Element {
  const token = elementAt(seal, TOKEN);
  const other = elementAt(random.pick(others), TOKEN);
  switch (random.below(5)) {
    case 0:
      return set(seal, TOKEN, ...random.shuffled([token, other]));
    case 1:
      return set(seal, [...UNSIGNED_ATTRIBUTES, 0, 0], random.pick(STAMP_ATTRIBUTES));
    case 2:
      return set(seal, UNSIGNED_ATTRIBUTES);
    case 3:
      return stampedWith(seal, set(token, TST_INFO, elementAt(other, TST_INFO)));
    default:
      return stampedWith(seal, other);
  }
}

/** A stamp over this very seal by one who may not stamp. */
const stampedByAnother = (seal: Element, random: Random, { strangers }: Surroundings): Element =>
  stampedWith(seal, tokenLike(elementAt(seal, TOKEN), signatureOf(seal), oneOf(strangers, random)));

/** Object identifiers of stamps over something else: of content, of archives, of references. */
const STAMP_ATTRIBUTES = ['2a864886f70d0109100214', '2a864886f70d010910021b', '2a864886f70d0109100219'].map(hex =>
  leaf(TAG.OID, Buffer.from(hex, 'hex')),
);

/** What stands among the signed goes to the unsigned, and the other way. */
function withAttributesMoved(seal: Element, random: Random): Element {
  const [signed, unsigned] = [SIGNED_ATTRIBUTES, UNSIGNED_ATTRIBUTES].map(path => membersOf(elementAt(seal, path)));
  const [from, to] = random.shuffled([signed!, unsigned!]) as [Element[], Element[]];
  const moved = random.pick(from);
  const left = random.chance(60) ? from.filter(one => one !== moved) : from;
  const [nowSigned, nowUnsigned] = from === signed ? [left, [...to, moved]] : [[...to, moved], left];
  const changed = set(seal, SIGNED_ATTRIBUTES, node(0xa0, ...inOrder(nowSigned)));
  const rest = nowUnsigned.length > 0 ? [node(0xa1, ...inOrder(nowUnsigned))] : [];
  return set(changed, UNSIGNED_ATTRIBUTES, ...rest);
}

/** An attribute that our seals don't have, or one that is there already. */
function withMoreAttributes(seal: Element, random: Random, { others }: Surroundings): Element {
  const path = random.pick([SIGNED_ATTRIBUTES, UNSIGNED_ATTRIBUTES, [...TOKEN, ...SIGNED_ATTRIBUTES]]);
  const there = membersOf(elementAt(seal, path));
  const more = random.pick([
    attribute('2a864886f70d01090f', node(TAG.SEQUENCE)), // S/MIME capabilities
    attribute('2a864886f70d010906', elementAt(seal, [1, 0, 4, 0])), // countersignature
    attribute('2a864886f70d010934', node(TAG.SEQUENCE)), // algorithm protection
    attribute('883703', octetString(Uint8Array.of(1))),
    random.pick(there),
    random.pick(membersOf(elementAt(random.pick(others), path))),
  ]);
  return set(seal, path, { ...elementAt(seal, path), inside: inOrder([...there, more]) });
}

/** One algorithm identifier for another wherever it stands, so that nothing is mixed within the seal. */
function withAlgorithmThroughout(seal: Element, random: Random): Element {
  const known = new Set(ALGORITHMS.map(one => Buffer.from(write(one)).toString('hex')));
  const hexOf = (element: Element): string => Buffer.from(write(element)).toString('hex');
  const places = [...placesIn(seal)].filter(({ element }) => known.has(hexOf(element)));
  const from = hexOf(random.pick(places).element);
  const to = random.pick(ALGORITHMS);
  return places
    .filter(({ element }) => hexOf(element) === from)
    .reduce((changed, { path }) => set(changed, path, to), seal);
}

/** Two signers, of which one is good. */
function withMoreSigners(seal: Element, random: Random, { others }: Surroundings): Element {
  const [own, other] = [seal, random.pick(others)].map(one => elementAt(one, [1, 0, 4, 0])) as [Element, Element];
  return set(seal, [1, 0, 4], node(TAG.SET, ...random.pick([[own, other], [other, own], [own, own], []])));
}

/** Content in the seal itself, which then is no longer detached. */
function withContentInside(seal: Element, random: Random, { others }: Surroundings): Element {
  const inside = random.pick([
    node(0xa0, octetString(new Uint8Array(0))),
    node(0xa0, octetString(Buffer.from('{}'))),
    node(0xa0, elementAt(random.pick(others), [1])),
  ]);
  const encapsulated = elementAt(seal, [1, 0, 2]);
  return set(seal, [1, 0, 2], { ...encapsulated, inside: [...membersOf(encapsulated), inside] });
}

/** Revocation lists and other certificate forms within the seal. */
function withMoreSets(seal: Element, random: Random, { certificates }: Surroundings): Element {
  const content = elementAt(seal, [1, 0]);
  const members = [...membersOf(content)];
  members.splice(4, 0, node(0xa1, ...random.pick([[], [random.pick(certificates)], [node(0xa1)]])));
  return set(seal, [1, 0], { ...content, inside: members });
}

/** Changes after which the seal still names the same signer. */
const SAME_SIGNER: readonly { kind: string; edit(seal: Element, random: Random, around: Surroundings): Element }[] = [
  { kind: 'time stamp swapped', edit: withOtherStamps },
  { kind: 'stamped by another', edit: stampedByAnother },
  { kind: 'attribute moved', edit: withAttributesMoved },
  { kind: 'attribute added', edit: withMoreAttributes },
  { kind: 'suite swapped', edit: withAlgorithmThroughout },
  { kind: 'signers', edit: withMoreSigners },
  { kind: 'content inside', edit: withContentInside },
  { kind: 'sets added', edit: withMoreSets },
];

export const SEAL_EDITS: readonly SealEdit[] = [
  { kind: 'sealed by another', edit: sealedByAnother },
  { kind: 'certificates swapped', edit: withOtherCertificates },
  ...SAME_SIGNER.map(({ kind, edit }) => ({
    kind,
    edit: (seal: Element, random: Random, around: Surroundings) => ({ seal: edit(seal, random, around) }),
  })),
];
