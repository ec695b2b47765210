import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import { type CaseItem, type CaseView, isPaper, isUnanswered, type Retry } from './case.ts';
import { means } from './item-states.ts';

/** What can be done for a case now. Pure: rows, regime and time say it, and nothing else is remembered. */
export interface Plan {
  readonly acts: readonly Act[];
  /** Items that will never be filed, because something they need was refused or taken back. */
  readonly skip: readonly ItemId[];
  /** Departments whose time to find faults is over (行政许可法 art. 32). */
  readonly silent: readonly DepartmentId[];
  /** When somebody must look again, milliseconds since 1970; null when only an answer from outside moves the case. */
  readonly wakeAt: number | null;
}

export type Act =
  | { readonly verb: 'PRECHECK'; readonly department: DepartmentId }
  /** FILE sends an item, ASK asks what became of it, REVOKE takes a grant back. */
  | { readonly verb: ItemVerb; readonly department: DepartmentId; readonly item: ItemId };
export type ItemVerb = 'FILE' | 'ASK' | 'REVOKE';

export type PlannedCase = Pick<CaseView, 'regime' | 'policy' | 'prechecks' | 'items' | 'withdrawal'>;

const AT_REST: Plan = { acts: [], skip: [], silent: [], wakeAt: null };

/** @param answerBy When departments' time to find faults is over; null when that can't be told. */
export function planOf(view: PlannedCase, now: number, answerBy: number | null): Plan {
  if (!view.withdrawal) {
    const open = view.prechecks.filter(isUnanswered);
    if (open.length > 0) return planChecks(open, now, answerBy);
    if (view.prechecks.some(({ faults }) => faults?.length)) return AT_REST;
  }
  return planItems(view, now);
}

function planChecks(open: PlannedCase['prechecks'], now: number, answerBy: number | null): Plan {
  if (answerBy !== null && answerBy <= now) {
    return { ...AT_REST, silent: open.map(({ department }) => department) };
  }
  const due = open.filter(({ retry }) => isDue(retry, now));
  const retryAt = earliest(open.map(({ retry }) => retry)) as number;
  return {
    ...AT_REST,
    acts: due.map(({ department }) => ({ verb: 'PRECHECK', department })),
    wakeAt: answerBy === null ? retryAt : Math.min(retryAt, answerBy),
  };
}

function planItems(view: PlannedCase, now: number): Plan {
  const { regime, items } = view;
  const needsOf = new Map(regime.items.map(({ item, needs }) => [item, needs]));
  const skip = skippedIn(view, needsOf);
  const states = new Map(items.map(({ item, state }) => [item, skip.has(item) ? 'SKIPPED' : state]));
  const isReady = (item: CaseItem): boolean =>
    (needsOf.get(item.item) ?? []).every(need => states.get(need) === 'GRANTED');
  const isNeededByHeld = (id: ItemId): boolean =>
    items.some(({ item }) => needsOf.get(item)?.includes(id) && means(states.get(item) as State, 'held'));
  const takenBack = isTakenBack(view, states);
  /** Compensation starts when no filing is open, so that nothing is granted behind its back. */
  const noFilingOpen = !items.some(item => means(item.state, 'open') || isSentAgain(item));

  const verbFor = (item: CaseItem): ItemVerb | undefined => {
    if (takenBack && noFilingOpen && means(item.state, 'revocable'))
      return isNeededByHeld(item.item) ? undefined : 'REVOKE';
    if (means(item.state, 'asked')) return 'ASK';
    if (isSentAgain(item)) return 'FILE';
    if (item.state === 'COMPENSATING') return item.revocationId === null ? undefined : 'REVOKE';
    return item.state === 'QUEUED' && !skip.has(item.item) && isReady(item) ? 'FILE' : undefined;
  };

  const acts: Act[] = [];
  const waiting: Retry[] = [];
  for (const item of items) {
    const verb = verbFor(item);
    if (!verb) continue;
    // How often the department was asked for the grant says nothing about when it may be asked to take it back.
    const retry = verb === 'REVOKE' && item.state !== 'COMPENSATING' ? NOW : item.retry;
    waiting.push(retry);
    if (isDue(retry, now)) acts.push({ verb, department: item.department, item: item.item });
  }
  return { acts, skip: [...skip], silent: [], wakeAt: earliest(waiting) };
}

/** Items that nothing is under way for and nothing will be: skipping one may let others be skipped. */
function skippedIn(view: PlannedCase, needsOf: ReadonlyMap<ItemId, readonly ItemId[]>): ReadonlySet<ItemId> {
  const states = new Map(view.items.map(({ item, state }) => [item, state]));
  const skip = new Set<ItemId>();
  for (let before = -1; before < skip.size; ) {
    before = skip.size;
    const takenBack = isTakenBack(view, states);
    for (const item of view.items) {
      if (!means(states.get(item.item) as State, 'unfiled') || isSentAgain(item)) continue;
      const needsDead = needsOf.get(item.item)?.some(need => means(states.get(need) as State, 'dead'));
      if (!takenBack && !needsDead) continue;
      skip.add(item.item);
      states.set(item.item, 'SKIPPED');
    }
  }
  return skip;
}

/**
 * Whether what was granted is to be given back: the applicant has withdrawn, the policy says so after a refusal, or no
 * paper will ever come of it, and then a reserved name would only be kept from others.
 */
function isTakenBack({ withdrawal, policy, items }: PlannedCase, states: ReadonlyMap<ItemId, State>): boolean {
  if (withdrawal) return true;
  if (!items.some(({ refusal }) => refusal)) return false;
  return policy === 'REVOKE_ALL' || items.filter(isPaper).every(({ item }) => means(states.get(item) as State, 'dead'));
}

type State = CaseItem['state'];
const NOW: Retry = { tries: 0, at: null };
/**
 * Filed once, and the department knows nothing of it. Only the same filing under the same operation id can tell: the
 * first message may still be on its way, so that skipping the item could leave a grant behind that nobody knows of.
 */
const isSentAgain = ({ state, operationId }: CaseItem): boolean => state === 'QUEUED' && operationId !== null;

const isDue = ({ at }: Retry, now: number): boolean => at === null || at <= now;

function earliest(retries: readonly Retry[]): number | null {
  return retries.length === 0 ? null : Math.min(...retries.map(({ at }) => at ?? 0));
}
