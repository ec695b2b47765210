import type { Regime } from '../../subgraphs/regimes.ts';
import type { Application } from './application.ts';
import type { CaseView, Change, SealedOutcome } from './case.ts';
import type { CaseState, RefusalPolicy } from './generated/types.ts';

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
  readonly openedAt: number;
  /** China's day, `YYYY-MM-DD`. */
  readonly openedOn: string;
}

export type Opened =
  /** The case stands; `fresh` unless this request had opened it before. */
  | { readonly outcome: 'OPEN'; readonly number: string; readonly fresh: boolean }
  | { readonly outcome: 'REQUEST_ID_REUSED'; readonly number: string }
  | { readonly outcome: 'POSSIBLE_DUPLICATE'; readonly number: string };

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

/** The rows of the window: cases, items, documents. Every write of one call is one transaction, flushed to the disk. */
export interface Store {
  open(opening: Opening): Promise<Opened>;
  load(numbers: readonly string[]): Promise<readonly CaseView[]>;
  /** Writes what has changed, and when somebody must look again. */
  save(view: CaseView, changes: readonly Change[], wakeAt: number | null): Promise<void>;
  /** Cases that somebody must look at, the longest due first. */
  due(now: number, first: number): Promise<readonly string[]>;
  /** After a stop of the process in the middle: nobody waits for the answers to what was sent, so they are lost. */
  recover(now: number): Promise<void>;
  /** The same for one case that can't be driven on now, which is to be looked at again at `wakeAt`. */
  interrupted(number: string, wakeAt: number): Promise<void>;
  list(list: CaseList, first: number, after: string | null): Promise<CaseNumbers>;
  count(list: CaseList): Promise<number>;
  document(id: string): Promise<SealedOutcome | undefined>;
  /** Papers of a case by SHA-256, base64. */
  contents(number: string): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}
