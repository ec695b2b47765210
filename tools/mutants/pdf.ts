/** Papers that are VALID, and what is needed to change them: taken apart, and put together again by whoever has a key. */

import { entryOf } from '../../certs/log/entry.ts';
import { outsideOf } from '../../certs/pdf/hole.ts';
import type { HolderId } from './hierarchy.ts';
import type { OwnLog } from './log.ts';
import type { Parts } from './minimal-pdf.ts';
import type { Original } from './original.ts';
import type { Surroundings } from './seal-edits.ts';
import {
  attribute,
  digestBy,
  inOrder,
  OID,
  octetString,
  type Party,
  SIGNED_ATTRIBUTES,
  SIGNER,
  signatureOf,
  signedAgain,
  stampedWith,
  TOKEN,
  tokenLike,
  withAttribute,
} from './signed-data.ts';
import { type Element, elementAt, membersOf, node, parse, replaced, write } from './tree.ts';

export interface PdfOriginal {
  /** For people, such as `tax (ES256)`. */
  readonly name: string;
  readonly holder: HolderId;
  /** What the file was written from. */
  readonly parts: Parts;
  /** The whole file: seal, time stamp and log proof in the hole. */
  readonly pdf: Uint8Array;
  /** The seal with its time stamp, and without the log proof: the log has its hash. */
  readonly seal: Original;
  readonly proof: Uint8Array;
  /** Whose seal it is, and whose stamp is on it. */
  readonly department: Party;
  readonly authority: Party;
  readonly around: Surroundings;
  readonly log: OwnLog;
}

const LOG_PROOF = '8837b63201';

/** Where the hole of a file is, as far as one can tell; undefined when nothing looks like one. */
export function holeIn(pdf: Uint8Array): { readonly from: number; readonly to: number } | undefined {
  const text = Buffer.from(pdf).toString('latin1');
  const found = /\/Contents (<[0-9a-f]{200,}>)/.exec(text);
  if (!found) return undefined;
  const from = found.index + '/Contents '.length;
  return { from, to: from + found[1]!.length };
}

/** This in the hole, whatever it is, with zeros behind; cut off where the hole ends. */
export function withInHole(pdf: Uint8Array, der: Uint8Array): Uint8Array {
  const { from, to } = holeIn(pdf)!;
  const digits = Buffer.from(der)
    .toString('hex')
    .padEnd(to - from - 2, '0')
    .slice(0, to - from - 2);
  return Buffer.concat([pdf.subarray(0, from + 1), Buffer.from(digits), pdf.subarray(to - 1)]);
}

/** The seal with a proof beside its time stamp, as far as it still has a place for it. */
export function withProofs(seal: Element, ...proofs: readonly Uint8Array[]): Element {
  const info = membersOf(elementAt(seal, SIGNER));
  const [unsigned] = info.slice(6);
  const attributes = [
    ...(unsigned ? membersOf(unsigned) : []),
    ...proofs.map(proof => attribute(LOG_PROOF, octetString(proof))),
  ];
  return withUnsigned(seal, inOrder(attributes));
}

export const withUnsigned = (seal: Element, attributes: readonly Element[]): Element =>
  replaced(seal, SIGNER, [
    node(
      elementAt(seal, SIGNER).tag[0]!,
      ...membersOf(elementAt(seal, SIGNER)).slice(0, 6),
      ...(attributes.length > 0 ? [node(0xa1, ...attributes)] : []),
    ),
  ]);

/**
 * The bytes of a seal with a proof that it stands in the log as it will be without the proof; what is no longer a seal has
 * none.
 */
export function proved(seal: Uint8Array, holder: string, log: OwnLog): Uint8Array {
  try {
    const bare = withProofs(parse(seal));
    const [proof] = log.prove([entryOf(holder, write(bare))]);
    return write(withProofs(bare, proof!));
  } catch {
    return seal;
  }
}

/** The file as it now is, sealed, stamped and logged by those who did so before: they would do it for whoever asks. */
export function sealedAnew(pdf: Uint8Array, { seal, holder, department, authority, log }: PdfOriginal): Uint8Array {
  const hole = holeIn(pdf);
  if (!hole) return pdf;
  const digest = octetString(digestBy(department.key.suite, outsideOf(pdf, hole)));
  const attributes = withAttribute(elementAt(seal.tree, SIGNED_ATTRIBUTES), OID.messageDigest, digest);
  const signed = signedAgain(replaced(seal.tree, SIGNED_ATTRIBUTES, [attributes]), department);
  const stamped = stampedWith(signed, tokenLike(elementAt(seal.tree, TOKEN), signatureOf(signed), authority));
  return withInHole(pdf, proved(write(stamped), holder, log));
}
