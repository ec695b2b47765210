import type { ItemId, MaterialKind } from '../../subgraphs/catalogue.ts';
import type { Regime } from '../../subgraphs/regimes.ts';
import { certificateOf, demandsOf, regimeOf } from './enterprise.ts';
import type { CaseOutcome, Input, ItemState, Items, PrecheckFault } from './line.ts';

/*
 * What must come of a case, said from the regime's graph alone: which item needs which.
 */

/** Everything is granted. */
export function closed(input: Input): CaseOutcome {
  const items = itemsOf(regimeOf(input.regime), () => 'GRANTED');
  return { outcome: 'CLOSED', items, certificates: standing(items) };
}

/** Departments find these faults; nothing is filed. */
export function corrected(input: Input, faults: readonly PrecheckFault[]): CaseOutcome {
  const faulty = new Set(faults.map(({ item }) => item));
  const items = itemsOf(regimeOf(input.regime), item => (faulty.has(item) ? 'WAITING_INPUT' : 'QUEUED'));
  return { outcome: 'CORRECTION_NOTICED', items, certificates: [], faults };
}

/**
 * One item is refused; what follows depends on the policy for what had been granted. Where no paper can come of the case
 * any more, what no paper shows, such as the reserved name, is given back under every policy.
 */
export function refused(input: Input, refusedItem: ItemId): CaseOutcome {
  const regime = regimeOf(input.regime);
  const isLost = (item: ItemId): boolean => item === refusedItem || needsOf(regime, item).has(refusedItem);
  const papers = regime.items.filter(({ item }) => certificateOf(item) !== null);
  const takenBack = input.onRefusal === 'REVOKE_ALL' || papers.every(({ item }) => isLost(item));
  const before = needsOf(regime, refusedItem);
  const items = itemsOf(regime, item => {
    if (item === refusedItem) return 'REFUSED';
    const needs = needsOf(regime, item);
    if (needs.has(refusedItem)) return 'SKIPPED';
    if (!takenBack) return 'GRANTED';
    // What was filed no later than the refused item has been granted and is taken back. What comes after something
    // else may or may not have been filed by then: it depends on which department answers first.
    const filedByThen = [...needs].every(need => before.has(need));
    return filedByThen ? 'COMPENSATED' : ['COMPENSATED', 'SKIPPED'];
  });
  const certificates = standing(items);
  const issuedBefore = [...before].some(item => certificateOf(item) !== null);
  const outcome = certificates.length > 0 ? 'CLOSED' : issuedBefore ? 'REVOKED' : 'REFUSED';
  return { outcome, items, certificates };
}

const itemsOf = (regime: Regime, state: (item: ItemId) => ItemState | readonly ItemState[]): Items =>
  Object.fromEntries(regime.items.map(({ item }) => [item, state(item)]));

const standing = (items: Items): readonly string[] =>
  Object.entries(items).flatMap(([item, state]) => (state === 'GRANTED' ? (certificateOf(item as ItemId) ?? []) : []));

/** Everything that comes before an item, at any distance. */
function needsOf(regime: Regime, item: ItemId): ReadonlySet<ItemId> {
  const direct = regime.items.find(entry => entry.item === item)?.needs ?? [];
  return new Set(direct.flatMap(need => [need, ...needsOf(regime, need)]));
}

/** One fault at every item of the regime that demands papers of this kind. */
export const atEveryDemand = (
  input: Input,
  kind: MaterialKind,
  fault: Omit<PrecheckFault, 'item'>,
  demanded: (trust: string) => boolean = () => true,
): readonly PrecheckFault[] =>
  regimeOf(input.regime).items.flatMap(({ item }) =>
    demandsOf(item, input.enterpriseType).some(demand => demand.kind === kind && demanded(demand.trust))
      ? [{ item, ...fault }]
      : [],
  );

/** One fault at each item of these departments that the regime has. */
export const atItemsOf = (
  input: Input,
  isOne: (item: ItemId) => boolean,
  fault: Omit<PrecheckFault, 'item'>,
): readonly PrecheckFault[] =>
  regimeOf(input.regime).items.flatMap(({ item }) => (isOne(item) ? [{ item, ...fault }] : []));
