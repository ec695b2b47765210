import type { Trust } from '../../certs/verify.ts';
import type { ItemId } from '../../subgraphs/catalogue.ts';
import {
  AT_ONCE,
  type CaseItem,
  type CaseView,
  type Change,
  changed,
  isOver,
  isPaper,
  isUnanswered,
  type Note,
} from './case.ts';
import { means } from './item-states.ts';
import { filingId } from './operation-id.ts';
import { askedOf, changesOf } from './outcome.ts';
import { whyNotRecalled, whyNotRepaired } from './repairs.ts';
import { judgeResubmission } from './resubmission.ts';
import type { Fact } from './store.ts';

/** What facts come to in the case as it stands. */
export interface TakenUp {
  readonly changes: readonly Change[];
  /** Facts that have done what they can. The others wait until the case is further. */
  readonly taken: readonly Fact[];
}

export interface FactTools {
  trust(): Trust;
  newId(): string;
  random(): number;
}

/**
 * Takes up what was told of a case (call-backs, resubmissions, withdrawals, repairs), in the order in which it was told.
 *
 * @param underWay Items about which a department is being asked at this moment: what concerns them waits for its answer.
 */
export function takeUp(
  view: CaseView,
  facts: readonly Fact[],
  underWay: ReadonlySet<ItemId>,
  now: Date,
  tools: FactTools,
): TakenUp {
  const changes: Change[] = [];
  const taken: Fact[] = [];
  let current = view;
  for (const fact of facts) {
    const brought = changesBy(fact, current, underWay, now, tools);
    if (brought === 'LATER') continue;
    taken.push(fact);
    changes.push(...brought);
    current = changed(current, brought, now.getTime());
  }
  return { changes, taken };
}

type Brought = readonly Change[] | 'LATER';

function changesBy(fact: Fact, view: CaseView, underWay: ReadonlySet<ItemId>, now: Date, tools: FactTools): Brought {
  switch (fact.kind) {
    case 'OUTCOME':
      return calledBack(fact, view, underWay, now, tools);
    case 'RESUBMISSION': {
      const { requestId, application, duplicateFingerprint, by } = fact;
      const judged = judgeResubmission(view, application);
      if (!judged.ok) return notApplied(fact, judged.why);
      // It was received when it was told, however long nobody could take it up: the law counts from there.
      const { toldAt: at } = fact;
      const resubmission = { requestId, application, duplicateFingerprint, changed: judged.changed, at, by };
      return [{ of: 'APPLICATION', resubmission }, ...judged.changes];
    }
    case 'WITHDRAWAL': {
      const why = whyNotWithdrawn(view);
      if (why !== undefined) return notApplied(fact, why);
      return [{ of: 'WITHDRAWAL', withdrawal: { at: fact.toldAt, by: fact.by, reason: fact.reason } }];
    }
    case 'REPAIR_PROPOSED': {
      const { repairId: id, item, verb, reason, strike, by: proposedBy, toldAt: proposedAt } = fact;
      const proposed = { id, item, verb, reason, ...(strike && { strike }), proposedBy, proposedAt };
      return [{ of: 'REPAIR', repair: { ...proposed, approvedBy: null, approvedAt: null } }];
    }
    case 'REPAIR_APPROVED':
      return repaired(fact, view, underWay);
  }
}

/** Why a case can't be withdrawn as it stands; undefined when it can. */
export function whyNotWithdrawn(view: CaseView): string | undefined {
  if (isOver(view)) return `the case is ${view.state} already`;
  if (view.withdrawal) return 'the case has been withdrawn already';
  const paper = view.items.find(item => isPaper(item) && means(item.state, 'held'));
  return paper && `${paper.item} has been granted; the enterprise's cancellation is another procedure`;
}

/**
 * A call-back completes an item only where a person's decision is waited for. Anywhere else it is a hint to ask: an
 * early one could complete an item whose filing never left.
 */
function calledBack(
  fact: Extract<Fact, { kind: 'OUTCOME' }>,
  view: CaseView,
  underWay: ReadonlySet<ItemId>,
  now: Date,
  tools: FactTools,
): Brought {
  const { operationId, outcome } = fact;
  const item = view.items.find(one => one.operationId === operationId || one.revocationId === operationId);
  if (!item) return isToCome(operationId, view) ? 'LATER' : notApplied(fact, 'it answers an earlier filing');
  if (underWay.has(item.item) || item.state === 'SENT') return 'LATER';
  const note = (hint: boolean): Change => ({
    of: 'NOTE',
    note: { note: 'CALLED_BACK', operationId, outcome: String(outcome.__typename), hint },
  });
  if (means(item.state, 'atPersons') && DECISIVE.has(String(outcome.__typename))) {
    const [asked] = askedOf(view, item.item);
    const changes = asked ? changesOf(asked, outcome, { ...tools, trust: tools.trust(), now }) : [];
    if (changes.some(decides)) return [note(false), ...changes];
  }
  if (!isAskedAbout(item)) return notApplied(fact, `the item is ${item.state}`);
  return [note(true), { of: 'ITEM', item: item.item, to: { retry: { ...item.retry, at: null } } }];
}

/** Whether a department is, or will be, asked what became of it. */
const isAskedAbout = ({ state }: CaseItem): boolean =>
  means(state, 'asked') || state === 'QUEUED' || state === 'COMPENSATING';
const DECISIVE: ReadonlySet<string> = new Set(['Granted', 'GrantedProvisionally', 'CorrectionAsked', 'Refused']);

/** Whether an outcome has come through with its seal, and not merely been found wanting. */
const decides = (change: Change): boolean =>
  change.of === 'DOCUMENT' || (change.of === 'ITEM' && change.to.state === 'GRANTED_PROVISIONAL');

/** A department can answer before the window has written down that it was asked: never in order, but it happens. */
const isToCome = (operationId: string, { number, items }: CaseView): boolean =>
  items.some(
    ({ item, attempts, state, operationId: own }) =>
      own === null && state !== 'SKIPPED' && operationId === filingId(number, item, attempts + 1),
  );

function repaired(
  fact: Extract<Fact, { kind: 'REPAIR_APPROVED' }>,
  view: CaseView,
  underWay: ReadonlySet<ItemId>,
): Brought {
  const repair = view.repairs.find(({ id }) => id === fact.repairId);
  if (!repair || repair.approvedBy !== null) return notApplied(fact, 'nothing of this id waits for approval');
  if (repair.proposedBy === fact.by) return notApplied(fact, 'the same person proposed it');
  if (underWay.has(repair.item)) return 'LATER';
  const approved: Change = { of: 'REPAIR', repair: { ...repair, approvedBy: fact.by, approvedAt: fact.toldAt } };
  const item = view.items.find(one => one.item === repair.item);
  if (repair.strike) {
    const why = whyNotRepaired(view, repair);
    if (why !== undefined) return [approved, ...notApplied(fact, why)];
    const { certificate: id, paths } = repair.strike;
    const { proposedBy: by, reason } = repair;
    return [approved, { of: 'STRIKE_OUT', id, paths, by, approvedBy: fact.by, reason }];
  }
  if (repair.verb === 'TAKE_OVER' || !item) return [approved];
  if (repair.verb === 'RETRY') {
    const { department } = item;
    const check = view.prechecks.find(one => one.department === department);
    const asked: Change[] =
      check && isUnanswered(check) ? [{ of: 'PRECHECK', department, to: { retry: AT_ONCE } }] : [];
    return [approved, ...asked, { of: 'ITEM', item: item.item, to: { retry: AT_ONCE } }];
  }
  const why = whyNotRecalled(item);
  if (why !== undefined) return [approved, ...notApplied(fact, why)];
  const grants = view.documents.filter(one => one.item === item.item && one.outcome === 'GRANTED');
  return [
    approved,
    { of: 'ITEM', item: item.item, to: { state: 'COMPENSATED', waits: null, retry: AT_ONCE, outcomeAt: fact.toldAt } },
    ...grants.map(({ id }): Change => ({ of: 'DOCUMENT_STATUS', id, status: 'REVOKED' })),
  ];
}

function notApplied({ id }: Fact, why: string): Change[] {
  const note: Note = { note: 'NOT_APPLIED', fact: id, why };
  return [{ of: 'NOTE', note }];
}
