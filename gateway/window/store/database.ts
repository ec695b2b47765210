import type { Knex } from 'knex';
import { Refusal } from '../../../subgraphs/errors.ts';
import type { TellingResult } from '../store.ts';
import type { Row } from './row.ts';
import type { PartRows } from './rows.ts';
import type { StoreClock } from './store-clock.ts';

/**
 * The database does not answer, or takes no writes now: no single request is to blame, and whoever sends the same one
 * again later is answered. What kept it from answering is the cause, for the log alone.
 */
export class DatabaseAway extends Refusal {
  override readonly name = 'DatabaseAway';
  override readonly cause: Error;
  constructor(cause: Error) {
    super('BUSY', 'the center can not reach its cases now: send the same request again');
    this.cause = cause;
  }
}

/**
 * What the store asks of a dialect: its hot writes. Each call is one transaction, alone or with others that were asked
 * for at the same time, flushed to the disk when it is answered; it tells {@link clock} what the time was.
 */
export interface Database {
  /** What it is called in a sentence for the operator. */
  readonly place: string;
  /** For administration. */
  readonly knex: Knex;
  /** @throws {DatabaseAway} */
  read<Value>(query: (knex: Knex) => PromiseLike<Value>): Promise<Value>;
  readonly clock: StoreClock;
  /** Transactions committed by this process. */
  readonly commits: number;
  /** Finds the case of the same request, or a possible duplicate, or opens a case; two at once see each other. */
  open(candidate: Candidate): Promise<Admission>;
  /** Undefined when the case is held, not due, or not there. */
  claim(number: string): Promise<Claimed | undefined>;
  /** The longest due first. */
  claimDue(first: number): Promise<readonly Claimed[]>;
  /** Undefined when the lease is lost: nothing was written. */
  save(step: StepRows): Promise<Saved | undefined>;
  renew(leases: readonly Fence[]): Promise<Renewed>;
  release(lease: Fence & { readonly signal: number; readonly wakeInMs: number }): Promise<void>;
  tell(telling: TellingRows): Promise<TellingResult | 'TOO_MANY'>;
  /** @returns How many of the papers were as they had been read, of cases that nobody holds, and are stamped now. */
  complete(papers: readonly CompletionRow[]): Promise<number>;
  /** @returns Whether there was none, or it was as it had been read. */
  writeRendition(write: RenditionWrite): Promise<boolean>;
  dropRenditions(papers: readonly string[]): Promise<void>;
  writeLog(rows: LogWrite): Promise<void>;
  advanceClock(byMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Rows that follow from the leaves of the log, whoever writes them: what stands already stays, a tile that has grown
 * grows, a checkpoint with fewer leaves than another is left out.
 */
export interface LogWrite {
  readonly tiles: readonly Row[];
  readonly checkpoints: readonly Row[];
  readonly cosignatures: readonly Row[];
}

/** So long a checkpoint is kept that is neither the newest nor the newest that was cosigned: every proof of it goes on holding. */
export const checkpointsKeptMs = 600_000;
/** Dropped with each write that adds one, so that no write is ever long. */
export const checkpointsDroppedMax = 20;

/** Facts of one case that nobody has taken up yet; a department that floods the window fills no more than this. */
export const untakenFactsMax = 200;

/** States of a case from which a new application for the same enterprise is no duplicate. */
export const NO_TWIN = ['REFUSED', 'REVOKED', 'WITHDRAWN'] as const;

export interface Candidate {
  readonly requestId: string;
  readonly requestFingerprint: string;
  readonly duplicateFingerprint: string;
  readonly notDuplicateOf: string | null;
  readonly regionCode: string;
  /** The rows of the case under the number drawn for it; called when the case is to be opened, perhaps again. */
  rowsOf(number: string, at: number): FirstRows;
}
export interface FirstRows {
  readonly case: Row;
  readonly application: Row;
  readonly ledger: Row;
  readonly materials: readonly Row[];
}

export type Admission =
  | { readonly outcome: 'FRESH'; readonly number: string; readonly sentAtMs: number }
  | { readonly outcome: 'KNOWN' | 'REQUEST_ID_REUSED' | 'POSSIBLE_DUPLICATE'; readonly number: string };

/** `sentAtMs`: of `performance.now()`, before the database was asked: no lease can have begun earlier. */
export interface Claimed {
  readonly row: Row;
  readonly sentAtMs: number;
}

export interface Fence {
  readonly number: string;
  readonly epoch: number;
}

export interface StepRows extends Fence, PartRows {
  /** As far as the holder knows; when more was told, the case is not released. */
  readonly signal: number;
  readonly release: { readonly wakeInMs: number | null } | null;
  readonly change: Row;
  readonly taken: readonly string[];
}
export interface Saved {
  readonly isHeld: boolean;
  /** More was told than the holder knows. */
  readonly isTold: boolean;
  readonly sentAtMs: number;
}

export interface Renewed {
  readonly lost: readonly string[];
  /** Of those kept: how many facts have been told, by number. */
  readonly signals: ReadonlyMap<string, number>;
  readonly sentAtMs: number;
}

/** A paper that gets a time stamp, and the leaf of the log with it. */
export interface CompletionRow {
  readonly of: 'DOCUMENT' | 'SLIP';
  readonly id: string;
  /** The fingerprint as it was read: no other state of the paper is stamped. */
  readonly was: string;
  readonly stamp: Row;
  readonly leaf: Row;
}

/** A rendition that is new, or takes the place of what was read. */
export interface RenditionWrite {
  readonly row: Row;
  /** The fingerprint as it was read; null where there was none. */
  readonly was: string | null;
  /** Of its seal, where that is new. */
  readonly leaf: Row | null;
}

export interface TellingRows {
  readonly fact: Row;
  readonly takeOver: boolean;
  readonly materials: readonly Row[];
}
