import { type CaseItem, type CaseView, isOver, type Repair } from './case.ts';
import { means } from './item-states.ts';
import { revocationFailuresToWarn } from './outcome.ts';
import { whyNotStruckOut } from './strike-out.ts';

/** More than a case has ever needed: each is in the ledger for ever, and read with the case. */
export const repairsPerCaseMax = 50;

/** Why a repair can't be done to a case as it stands; undefined when it can. */
export function whyNotRepaired(
  view: CaseView,
  { item: id, verb, strike }: Pick<Repair, 'item' | 'verb' | 'strike'>,
): string | undefined {
  const item = view.items.find(one => one.item === id);
  if (!item) return 'the case has no such item';
  // People ask for it when they hold the paper: the case is then over.
  if (strike) return whyNotStruckOut(view, { item: id, strike });
  if (isOver(view)) return `the case is ${view.state} already`;
  if (means(item.state, 'settled')) return `the item is ${item.state} already`;
  return verb === 'MARK_RECALLED' ? whyNotRecalled(item) : undefined;
}

/**
 * Why an item can't be marked as recalled by hand; undefined when it can: it was delivered before it was refused, or its
 * department has failed to take it back. What a department can take back is not marked: its row would live on.
 */
export function whyNotRecalled({ item, state, revocationId, retry }: CaseItem): string | undefined {
  if (state !== 'COMPENSATING') return `nothing of ${item} is to be recalled: it is ${state}`;
  if (revocationId === null || retry.tries >= revocationFailuresToWarn) return undefined;
  return `${item} is being taken back by its department`;
}

/** Why no other repair can be proposed. */
export const whyNoMoreRepairs = ({ repairs }: CaseView): string | undefined =>
  repairs.length < repairsPerCaseMax
    ? undefined
    : `${repairsPerCaseMax} repairs of this case have been proposed already`;
