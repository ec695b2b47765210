/**
 * The chain of a case's ledger (办件台账): each entry holds the hash of the one before, so that none can be changed, dropped
 * or put between without breaking all that follow. What the events say is the window's; how they are chained is what
 * anybody can count again.
 */

import { toHex } from './hex.ts';
import { sha256 } from './primitives.ts';

/** Where a ledger ends: the number of its last entry and that entry's hash; `seq` 0 before the first. */
export interface LedgerHead {
  readonly seq: number;
  readonly hash: string;
}

export interface LedgerEntry extends LedgerHead {
  readonly caseNumber: string;
  /** Milliseconds since 1970, UTC, by the database's clock. */
  readonly at: number;
  /** Canonical JSON (RFC 8785) of an array of events. */
  readonly events: string;
}

/** Before the first entry. */
export const NO_LEDGER: LedgerHead = { seq: 0, hash: '' };

/**
 * SHA-256, hexadecimal, over five lines, each ended by a line feed: the hash before (empty for the first), the case
 * number, the number of the entry, the milliseconds, the events. None but the last part can hold a line feed.
 */
export const hashOf = ({ caseNumber, seq, at, events }: Omit<LedgerEntry, 'hash'>, previous: string): string =>
  toHex(sha256(UTF8.encode(`${previous}\n${caseNumber}\n${seq}\n${at}\n${events}\n`)));

const UTF8 = new TextEncoder();

export type ChainFaultCode =
  /** There is no such entry, or another stands in its place. */
  | 'ENTRY_MISSING'
  /** The entry belongs to another case. */
  | 'ENTRY_OF_ANOTHER_CASE'
  /** The entry, or the one before, is not as it was written. */
  | 'HASH_DIFFERS'
  /** It says that it was written before the one before. */
  | 'TIME_BACKWARDS';

/** Two processes that write one after the other may have heard the database's clock this differently. */
const clockJitterMaxMs = 1_000;

/** What keeps an entry from following on the one before, if anything. @param before Undefined for the first. */
export function chainFault(entry: LedgerEntry, before: LedgerEntry | undefined): ChainFaultCode | undefined {
  const { seq, hash } = before ?? NO_LEDGER;
  if (entry.seq !== seq + 1) return 'ENTRY_MISSING';
  if (before && entry.caseNumber !== before.caseNumber) return 'ENTRY_OF_ANOTHER_CASE';
  if (entry.hash !== hashOf(entry, hash)) return 'HASH_DIFFERS';
  return before && entry.at < before.at - clockJitterMaxMs ? 'TIME_BACKWARDS' : undefined;
}
