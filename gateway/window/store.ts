import type { LedgerEntry } from '../../certs/ledger-chain.ts';
import type { ItemId } from '../../subgraphs/catalogue.ts';
import type { ItemOutcome } from '../../subgraphs/generated/contract.ts';
import type { PaperFormId } from '../../subgraphs/papers-desk.ts';
import type { Regime } from '../../subgraphs/regimes.ts';
import type { LogStore } from '../log/log-store.ts';
import type { Application } from './application.ts';
import type { CaseView, Change, PaperChange, SealedOutcome, Slip, Strike } from './case.ts';
import type { CaseState, RefusalPolicy, RepairVerb } from './generated/types.ts';
import type { Rendition } from './rendition.ts';

/** What is written when a case is opened. */
export interface Opening {
  readonly requestId: string;
  /** Of the whole input: the same request id with another one is another application. */
  readonly requestFingerprint: string;
  /** Of founders and name: what makes two applications possible duplicates. */
  readonly duplicateFingerprint: string;
  /** The case that a clerk has looked at and found to be another matter. */
  readonly notDuplicateOf: string | null;
  readonly regime: Regime;
  readonly application: Application;
  readonly policy: RefusalPolicy;
  readonly contents: ReadonlyMap<string, string>;
  /** 128 random bits, hexadecimal. */
  readonly progressId: string;
  /** The subject of the clerk's token. */
  readonly by: string;
}

export type Opened =
  /** The case stands; it is held for whoever opened it, or had been opened by this request before. */
  | { readonly outcome: 'OPEN'; readonly number: string; readonly held: Held | undefined }
  | { readonly outcome: 'REQUEST_ID_REUSED'; readonly number: string }
  | { readonly outcome: 'POSSIBLE_DUPLICATE'; readonly number: string };

/**
 * The right to drive a case. Its fence is the epoch, which a claim raises, and a fact that takes the case over
 * ({@link Telling.takeOver}): every write under the lease is refused from then on. What a process may do outside (a call
 * to a department) it must not begin after `validUntilMs` of its own monotonic clock.
 */
export interface Lease {
  readonly number: string;
  readonly epoch: number;
  /** How many facts have been told of the case, as far as the holder knows. */
  signal: number;
  /** Of `performance.now()`. */
  validUntilMs: number;
  /** Whether the last renewal found that more was told than the holder knows. */
  isTold?: boolean;
}

/** A case that this process may drive, with what has been told of it and not been taken up yet. */
export interface Held {
  readonly lease: Lease;
  readonly view: CaseView;
  readonly facts: readonly Fact[];
  /** Known of a case that was opened just now, and of no other: {@link Store.contents} has nothing for it. */
  readonly isWithoutPapers?: boolean;
}

/** Somebody else drives the case now: everything that was under way here is to be dropped. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A case has been told more than anybody takes up; whoever told it may try again later. */
export class TooManyFacts extends Error {
  override readonly name = 'TooManyFacts';
}

/** What somebody outside the driver tells of a case. Only who holds the case changes its rows; others tell facts. */
export type Fact = { readonly id: string; readonly caseNumber: string; readonly toldAt: number } & Told;

export type Told =
  | { readonly kind: 'OUTCOME'; readonly operationId: string; readonly outcome: ItemOutcome }
  | {
      readonly kind: 'RESUBMISSION';
      readonly requestId: string;
      readonly application: Application;
      readonly duplicateFingerprint: string;
      readonly by: string;
    }
  | { readonly kind: 'WITHDRAWAL'; readonly requestId: string; readonly reason: string; readonly by: string }
  | {
      readonly kind: 'REPAIR_PROPOSED';
      readonly requestId: string;
      readonly repairId: string;
      readonly item: ItemId;
      readonly verb: RepairVerb;
      readonly reason: string;
      readonly strike?: Strike;
      readonly by: string;
    }
  | { readonly kind: 'REPAIR_APPROVED'; readonly repairId: string; readonly by: string };

/** A fact to be told. */
export interface Telling {
  /** The same fact told again has the same id: `outcome/…`, `request/…`, `approval/…`. */
  readonly id: string;
  readonly caseNumber: string;
  /** Equal for equal contents: another one under the same id is another fact. */
  readonly fingerprint: string;
  readonly told: Told;
  /** Papers that come with it, base64 by SHA-256. */
  readonly contents: ReadonlyMap<string, string>;
  /** Takes the case from whoever holds it. */
  readonly takeOver: boolean;
}
export type TellingResult = 'NEW' | 'KNOWN' | 'OTHER' | 'NO_SUCH_CASE';

/** One step of a case: all of it in one transaction, or none. */
export interface Step {
  /** The case after the step. */
  readonly view: CaseView;
  readonly changes: readonly Change[];
  /** Null when nothing has changed, so that there is nothing to be entered. */
  readonly entry: LedgerEntry | null;
  /** Facts that have been taken up and are not to be read again. */
  readonly taken: readonly string[];
  /** Gives the case up, unless something new has been told of it; `wakeInMs` null: until something is told. */
  readonly release: { readonly wakeInMs: number | null } | null;
}

export interface CaseList {
  readonly state?: CaseState | undefined;
  /** A region code; a city's or province's stands for all of it. */
  readonly regionCode?: string | undefined;
  /** The region that the caller may see; null for all. */
  readonly visibleIn: string | null;
}

/** A page of a list; the cursor is where the next one begins. */
export interface CaseNumbers {
  readonly numbers: readonly string[];
  readonly cursor: string | null;
}

/** How long a case stays with a process that has stopped talking; each write and each renewal begins it anew. */
export const leaseMs = 1_500;

/**
 * The rows of the window: cases, items, documents, slips, facts, ledger. They are the only truth. Every write of one
 * call is one transaction, flushed to the disk, in which no other call's failure is felt.
 */
export interface Store {
  /** Milliseconds since 1970, UTC, by the database's clock: as it was last told, and this process's monotonic time since. */
  now(): number;
  /** Opens the case, held for who asks, unless there is one of the same request or for the same enterprise. */
  open(opening: Opening): Promise<Opened>;
  /** The case, if nobody holds it and it is due. */
  claim(number: string): Promise<Held | undefined>;
  /** Cases that are due and nobody holds, the longest due first. */
  claimDue(first: number): Promise<readonly Held[]>;
  /**
   * @returns Whether the case was released. TOLD: it was not, because facts were told that the holder does not know;
   *   {@link facts} gives them.
   * @throws {LeaseLost}
   */
  save(lease: Lease, step: Step): Promise<'HELD' | 'RELEASED' | 'TOLD'>;
  /** Makes leases last anew. @returns The numbers of those that are lost. */
  renew(leases: readonly Lease[]): Promise<readonly string[]>;
  /** Gives a case up without a step: after a defect, or on a stop. Nothing happens when it is lost. */
  release(lease: Lease, wakeInMs: number): Promise<void>;
  /** What has been told of a case and not been taken up; from then on the lease's holder knows it. */
  facts(lease: Lease): Promise<readonly Fact[]>;
  /** @throws {TooManyFacts} */
  tell(telling: Telling): Promise<TellingResult>;
  /** What was told under an id; undefined when nothing was. */
  told(id: string): Promise<{ readonly caseNumber: string; readonly fingerprint: string } | undefined>;
  /** The cases that there are, in the order asked for; one that can't be read is left out and reported. */
  load(numbers: readonly string[]): Promise<readonly CaseView[]>;
  /** Whether somebody holds each, and where its ledger ends; for who follows a case from outside. */
  heads(numbers: readonly string[]): Promise<ReadonlyMap<string, CaseHead>>;
  /** Numbers of cases, the newest first, from a cursor on. */
  list(list: CaseList, first: number, after: string | null): Promise<CaseNumbers>;
  /** How many are on all pages of a list; it reads through every one of them. */
  count(list: CaseList): Promise<number>;
  /** How much there is to do; of the rows of two indexes, so that it may be asked every few seconds. */
  pulse(): Promise<Pulse>;
  /** Sealed papers without a time stamp, of cases that nobody holds, in the order of their ids. */
  unstamped(asked: UnstampedPage): Promise<Unstamped>;
  /**
   * Adds the time stamps that papers hold by now to those that have none yet and whose case nobody holds, and enters the
   * seals with them in the log; the leaves of those without stay. @returns How many.
   */
  complete(stamped: readonly PaperChange[]): Promise<number>;
  document(id: string): Promise<SealedOutcome | undefined>;
  slip(id: string): Promise<Slip | undefined>;
  /** What was made of a paper in a form that people hold; undefined while nothing was. */
  rendition(paper: string, form: PaperFormId): Promise<Rendition | undefined>;
  /**
   * Writes a rendition where there is none, or in the place of what was read, unless somebody else has been first. A seal
   * that is new is entered in the log. @returns What stands.
   */
  keepRendition(rendition: Rendition, kept: RenditionKept): Promise<Rendition>;
  /**
   * Deletes what was made of papers. A step that strikes something out does so in its transaction; this is for what was
   * being made meanwhile.
   */
  dropRenditions(papers: readonly string[]): Promise<void>;
  /** Those without a time stamp, in the order of their papers, beyond one. */
  unstampedRenditions(after: string, first: number): Promise<UnstampedRenditions>;
  /** The case of a progress id; undefined when there is none. */
  followed(progressId: string): Promise<string | undefined>;
  /** The whole ledger of a case, oldest first. */
  ledger(number: string): Promise<readonly LedgerEntry[]>;
  /** The whole ledger of each, oldest first, in one read; a case that is not there is absent. */
  ledgers(numbers: readonly string[]): Promise<ReadonlyMap<string, readonly LedgerEntry[]>>;
  /** Papers of a case by SHA-256, base64. */
  contents(number: string): Promise<ReadonlyMap<string, string>>;
  /** What stands in the log, and what has been published of it. */
  readonly log: LogStore;
  /** For simulations and tests: moves the database's clock, for every process. */
  advanceClock(byMs: number): Promise<void>;
  /** Transactions committed and steps written so far, by this process. */
  readonly counts: { readonly commits: number; readonly writes: number };
  close(): Promise<void>;
}

export interface RenditionKept {
  /** As it was read; undefined where there was none. */
  readonly was: Rendition | undefined;
  /** As it is now, DER; undefined where it was entered in the log before. */
  readonly newSeal: Uint8Array | undefined;
}

export interface UnstampedRenditions {
  readonly renditions: readonly Rendition[];
  /** One for each that can't be read. */
  readonly unreadable: readonly Error[];
  /** Where the next page begins; null when this was the last. */
  readonly after: string | null;
}

export interface UnstampedPage {
  readonly of: PaperChange['of'];
  /** Hexadecimal; only papers beyond it. */
  readonly after: string;
  readonly first: number;
}

export interface Unstamped {
  readonly papers: readonly PaperChange[];
  /** One for each paper that can't be read. */
  readonly unreadable: readonly Error[];
  /** Where the next page begins; null when this was the last. */
  readonly after: string | null;
}

export interface Pulse {
  /** Cases that have not come to an end, by state. */
  readonly open: ReadonlyMap<string, number>;
  /** For how long the longest due case has been due and nobody has held it; 0 when none is. */
  readonly dueSinceMs: number;
  /** Sealed papers, and what was made of them, that wait for a time stamp. */
  readonly unstamped: number;
}

export interface CaseHead {
  readonly seq: number;
  readonly isHeld: boolean;
}
