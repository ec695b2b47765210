/**
 * What stands in the log: that a holder made a seal, as one line that anybody can make from the seal by hand.
 *
 *     one-window.seal/1 tax 9b0f…e1
 */

import { utf8 } from '../bytes.ts';
import { toHex } from '../hex.ts';
import { sha256 } from '../primitives.ts';

/** Says what a leaf is, so that another kind can never pass for a seal. */
const KIND = 'one-window.seal/1';

export interface SealEntry {
  /** The holder's id, such as `tax`: OU of the seal's certificate. */
  readonly holder: string;
  /** Of the whole seal in DER, with its time stamp if it has one; hexadecimal. */
  readonly sealSha256: string;
}

/** @param seal The whole seal, DER. */
export const entryOf = (holder: string, seal: Uint8Array): Uint8Array =>
  utf8(`${KIND} ${holder} ${toHex(sha256(seal))}\n`);

/** @returns undefined for any other entry. */
export function readEntry(entry: Uint8Array): SealEntry | undefined {
  const [, holder, sealSha256] = ENTRY.exec(String.fromCharCode(...entry.subarray(0, entryBytesMax + 1))) ?? [];
  return holder === undefined || sealSha256 === undefined ? undefined : { holder, sealSha256 };
}

const ENTRY = /^one-window\.seal\/1 ([a-z][a-z0-9-]{0,31}) ([0-9a-f]{64})\n$/;
const entryBytesMax = 128;
