import { type LedgerEntry, NO_LEDGER } from '../../../certs/ledger-chain.ts';
import { type ItemId, itemEntry } from '../../../subgraphs/catalogue.ts';
import { AT_ONCE, type CaseItem, type CaseView } from '../case.ts';
import { nextEntry } from '../ledger.ts';
import type { Opening } from '../store.ts';

/** An item as a case begins with it. */
export const QUEUED: Omit<CaseItem, 'item' | 'department' | 'since'> = {
  state: 'QUEUED',
  operationId: null,
  revocationId: null,
  attempts: 0,
  retry: AT_ONCE,
  waits: null,
  faults: [],
  refusal: null,
  sentAt: null,
  outcomeAt: null,
};

export const queuedItem = (item: ItemId, since: number): CaseItem => ({
  ...QUEUED,
  item,
  department: itemEntry(item).department,
  since,
});

/** A case as it begins: every item queued, every department to be asked, and the first entry of its ledger. */
export function firstStep(
  opening: Opening,
  number: string,
  at: number,
): { readonly view: CaseView; readonly entry: LedgerEntry } {
  const { regime, application, policy, progressId, requestId, by } = opening;
  const items = regime.items.map(({ item }) => queuedItem(item, at));
  const departments = [...new Set(items.map(({ department }) => department))];
  const opened = {
    event: 'OPENED',
    regime: regime.id,
    version: regime.version,
    region: application.regionCode,
    policy,
    requestId,
    by,
    items: regime.items.map(({ item }) => item),
    departments,
  } as const;
  const entry = nextEntry(number, NO_LEDGER, at, [opened]);
  const view: CaseView = {
    number,
    regime,
    application,
    policy,
    progressId,
    openedAt: at,
    receivedAt: at,
    state: 'SUBMITTED',
    acceptedOn: null,
    prechecks: departments.map(department => ({ department, faults: null, silent: false, retry: AT_ONCE })),
    items,
    documents: [],
    slips: [],
    withdrawal: null,
    repairs: [],
    head: { seq: entry.seq, hash: entry.hash },
  };
  return { view, entry };
}
