import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import type { CaseItem, CaseView, Retry } from './case.ts';

/** What can be done for a case now. Pure: rows, regime and time say it, and nothing else is remembered. */
export interface Plan {
  readonly acts: readonly Act[];
  /** Items that will never be filed, because something they need was refused or taken back. */
  readonly skip: readonly ItemId[];
  /** When somebody must look again, milliseconds since 1970; null when only an answer from outside moves the case. */
  readonly wakeAt: number | null;
}

export type Act =
  | { readonly verb: 'PRECHECK'; readonly department: DepartmentId }
  /** FILE sends an item, ASK asks what became of it, REVOKE takes a grant back. */
  | { readonly verb: ItemVerb; readonly department: DepartmentId; readonly item: ItemId };
export type ItemVerb = 'FILE' | 'ASK' | 'REVOKE';

export type PlannedCase = Pick<CaseView, 'regime' | 'policy' | 'prechecks' | 'items'>;

export function planOf(view: PlannedCase, now: number): Plan {
  const open = view.prechecks.filter(({ faults }) => faults === null);
  if (open.length > 0) {
    const due = open.filter(({ retry }) => isDue(retry, now));
    return {
      acts: due.map(({ department }) => ({ verb: 'PRECHECK', department })),
      skip: [],
      wakeAt: earliest(open.map(({ retry }) => retry)),
    };
  }
  if (view.prechecks.some(({ faults }) => faults?.length)) return { acts: [], skip: [], wakeAt: null };
  return planItems(view, now);
}

function planItems({ regime, policy, items }: PlannedCase, now: number): Plan {
  const byId = new Map(items.map(item => [item.item, item]));
  const needsOf = new Map(regime.items.map(({ item, needs }) => [item, needs.map(need => byId.get(need) as CaseItem)]));
  const dependentsOf = (id: ItemId) => items.filter(({ item }) => needsOf.get(item)?.some(need => need.item === id));
  const takenBack = policy === 'REVOKE_ALL' && items.some(({ state }) => state === 'REFUSED');
  /** Compensation starts when no filing is open, so that nothing is granted behind its back. */
  const settled = !items.some(item => OPEN.has(item.state) || isSentAgain(item));

  const verbFor = (item: CaseItem, needs: readonly CaseItem[]): ItemVerb | undefined => {
    if (ASKED.has(item.state)) return 'ASK';
    if (isSentAgain(item)) return 'FILE';
    if (item.state === 'QUEUED' && !takenBack && needs.every(need => LIVE.has(need.state))) return 'FILE';
    if (item.state === 'COMPENSATING') return 'REVOKE';
    const isRevocable = takenBack && settled && item.state === 'GRANTED';
    return isRevocable && !dependentsOf(item.item).some(({ state }) => HELD.has(state)) ? 'REVOKE' : undefined;
  };

  const acts: Act[] = [];
  const skip: ItemId[] = [];
  const waiting: Retry[] = [];
  for (const item of items) {
    const needs = needsOf.get(item.item) ?? [];
    const verb = verbFor(item, needs);
    if (verb) {
      waiting.push(item.retry);
      if (isDue(item.retry, now)) acts.push({ verb, department: item.department, item: item.item });
    } else if (UNFILED.has(item.state) && (takenBack || needs.some(need => DEAD.has(need.state)))) {
      skip.push(item.item);
    }
  }
  return { acts, skip, wakeAt: earliest(waiting) };
}

type State = CaseItem['state'];
/** A grant on which the next item may build. */
const LIVE: ReadonlySet<State> = new Set(['GRANTED', 'GRANTED_PROVISIONAL']);
/** A grant that stands, or is not yet known to be gone. */
const HELD: ReadonlySet<State> = new Set(['GRANTED', 'GRANTED_PROVISIONAL', 'COMPENSATING']);
/** Not definite: the department is asked, again and again, what became of it. */
const ASKED: ReadonlySet<State> = new Set(['OUTCOME_UNKNOWN', 'PENDING_HUMAN', 'GRANTED_PROVISIONAL']);
/** Filed, and may be granted at any time. */
const OPEN: ReadonlySet<State> = new Set(['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN']);
/** Nothing of it is under way, and nothing is granted. */
const UNFILED: ReadonlySet<State> = new Set(['QUEUED', 'WAITING_INPUT']);
/** An item that needs one of these will never be filed. */
const DEAD: ReadonlySet<State> = new Set(['REFUSED', 'SKIPPED', 'COMPENSATING', 'COMPENSATED']);

/**
 * Filed once, and the department knows nothing of it. Only the same filing under the same operation id can tell: the
 * first message may still be on its way, so that skipping the item could leave a grant behind that nobody knows of.
 */
const isSentAgain = ({ state, operationId }: CaseItem): boolean => state === 'QUEUED' && operationId !== null;

const isDue = ({ at }: Retry, now: number): boolean => at === null || at <= now;

function earliest(retries: readonly Retry[]): number | null {
  return retries.length === 0 ? null : Math.min(...retries.map(({ at }) => at ?? 0));
}
