import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import type { Fault } from '../../subgraphs/record.ts';
import type { Regime } from '../../subgraphs/regimes.ts';
import type { Application } from './application.ts';
import type { CaseState, ItemState, RefusalPolicy } from './generated/types.ts';

/** A case as its rows say. Instants are milliseconds since 1970, UTC; days are China's. */
export interface CaseView {
  readonly number: string;
  readonly regime: Regime;
  readonly application: Application;
  readonly policy: RefusalPolicy;
  readonly openedAt: number;
  /** A stored copy of {@link stateOf}, so that lists can be filtered. */
  readonly state: CaseState;
  readonly acceptedOn: string | null;
  readonly prechecks: readonly Precheck[];
  /** In the order of the regime. */
  readonly items: readonly CaseItem[];
  readonly documents: readonly SealedOutcome[];
}

/** One department's check of the whole application. */
export interface Precheck {
  readonly department: DepartmentId;
  /** Null while it has not answered. */
  readonly faults: readonly (Fault & { readonly item: ItemId })[] | null;
  readonly retry: Retry;
}

export interface CaseItem {
  readonly item: ItemId;
  readonly department: DepartmentId;
  readonly state: ItemState;
  /** Of the filing, or of the revocation once the item is COMPENSATING. */
  readonly operationId: string | null;
  readonly attempts: number;
  readonly retry: Retry;
  /** Why it waits, in words; null when nothing is to be said. */
  readonly waits: string | null;
  readonly faults: readonly Fault[];
  readonly refusal: { readonly ground: string; readonly article: string } | null;
  readonly since: number;
  readonly sentAt: number | null;
  readonly outcomeAt: number | null;
}

/** An item with its case, as the graph shows it. */
export interface ItemOfCase {
  readonly view: CaseView;
  readonly item: CaseItem;
}

/** When to try again, and how often that has been in vain. */
export interface Retry {
  readonly tries: number;
  /** Null: at once. */
  readonly at: number | null;
}
export const AT_ONCE: Retry = { tries: 0, at: null };

/** A definite outcome as the department sealed it. */
export interface SealedOutcome {
  /** 128 random bits, hexadecimal: the capability to read it. */
  readonly id: string;
  readonly caseNumber: string;
  readonly item: ItemId;
  readonly department: DepartmentId;
  readonly operationId: string;
  readonly outcome: 'GRANTED' | 'REFUSED' | 'CORRECTION_ASKED' | 'REVOKED';
  readonly kind: string;
  readonly number: string;
  readonly holder: string;
  readonly uscc: string | null;
  readonly decidedOn: string;
  readonly version: number;
  readonly status: 'VALID' | 'REVOKED';
  /** Canonical JSON, byte for byte as sealed. */
  readonly record: string;
  /** Base64 of DER; null for what the catalogue says is not sealed. */
  readonly seal: string | null;
}

/** What one answer changes in a case; all changes of one answer are written in one transaction. */
export type Change =
  | { readonly of: 'PRECHECK'; readonly department: DepartmentId; readonly to: Partial<Precheck> }
  | { readonly of: 'ITEM'; readonly item: ItemId; readonly to: Partial<CaseItem> }
  | { readonly of: 'DOCUMENT'; readonly document: SealedOutcome }
  | { readonly of: 'DOCUMENT_STATUS'; readonly id: string; readonly status: SealedOutcome['status'] };

/** The case after the changes, its state and its day of acceptance folded anew. */
export function changed(view: CaseView, changes: readonly Change[], today: string): CaseView {
  let { prechecks, items, documents } = view;
  for (const change of changes) {
    if (change.of === 'PRECHECK') {
      prechecks = prechecks.map(one => (one.department === change.department ? { ...one, ...change.to } : one));
    } else if (change.of === 'ITEM') {
      items = items.map(one => (one.item === change.item ? { ...one, ...change.to } : one));
    } else if (change.of === 'DOCUMENT') {
      documents = [...documents, change.document];
    } else {
      documents = documents.map(one => (one.id === change.id ? { ...one, status: change.status } : one));
    }
  }
  const next = { ...view, prechecks, items, documents };
  const state = stateOf(next);
  const accepted = state !== 'SUBMITTED' && state !== 'CORRECTION_NOTICED';
  return { ...next, state, acceptedOn: view.acceptedOn ?? (accepted ? today : null) };
}

/** States in which nothing of an item happens any more. */
const SETTLED: ReadonlySet<ItemState> = new Set(['GRANTED', 'REFUSED', 'COMPENSATED', 'SKIPPED']);

/** The state of a case, folded from its checks and items. */
export function stateOf({ prechecks, items }: Pick<CaseView, 'prechecks' | 'items'>): CaseState {
  if (prechecks.some(({ faults }) => faults === null)) return 'SUBMITTED';
  if (prechecks.some(({ faults }) => faults?.length)) return 'CORRECTION_NOTICED';
  if (items.every(({ state }) => state === 'QUEUED')) return 'ACCEPTED';
  const anyIs = (...states: readonly ItemState[]): boolean => items.some(({ state }) => states.includes(state));
  if (items.some(({ state }) => !SETTLED.has(state))) return 'IN_REVIEW';
  if (!anyIs('REFUSED')) return 'CLOSED';
  // A name that was kept and given up again has never been a paper in anybody's hands: such a case is REFUSED.
  const papers = items.filter(({ item }) => itemEntry(item).certificate !== null);
  if (papers.some(({ state }) => state === 'GRANTED')) return 'CLOSED';
  return papers.some(({ state }) => state === 'COMPENSATED') ? 'REVOKED' : 'REFUSED';
}
