import { CENTER, DEPARTMENTS, departmentIds, itemEntry, itemsOf } from './catalogue.ts';
import { OUTCOME_KINDS } from './record.ts';

/**
 * Kinds of slips (告知单、通知书) that the center seals for the applicant. REVOCATION is also what a department seals when
 * it takes a grant back; the record's `department`, which must be the seal's, tells the two apart.
 */
export const SLIP_KINDS = ['ACCEPTANCE', 'ONE_TIME_NOTICE', 'DECISION', 'DELIVERY', 'REVOCATION'] as const;

/** Who holds a seal, and which kinds of records it may be put on: the trust list, read off the catalogue. */
export const sealHolders = (): {
  readonly id: string;
  readonly organization: string;
  readonly seals: readonly string[];
}[] => [
  { id: CENTER.id, organization: CENTER.organization, seals: ['TRUST_LIST', ...SLIP_KINDS] },
  ...departmentIds.map(id => ({
    id,
    organization: DEPARTMENTS[id].organization,
    seals: [...itemsOf(id).flatMap(item => itemEntry(item).certificate ?? []), ...OUTCOME_KINDS],
  })),
];
