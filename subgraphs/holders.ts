import { CENTER, DEPARTMENTS, departmentIds, itemEntry, itemsOf } from './catalogue.ts';
import { OUTCOME_KINDS } from './record.ts';

/** Who holds a seal, and which kinds of records it may be put on: the trust list, read off the catalogue. */
export const sealHolders = (): {
  readonly id: string;
  readonly organization: string;
  readonly seals: readonly string[];
}[] => [
  { id: CENTER.id, organization: CENTER.organization, seals: ['TRUST_LIST'] },
  ...departmentIds.map(id => ({
    id,
    organization: DEPARTMENTS[id].organization,
    seals: [...itemsOf(id).flatMap(item => itemEntry(item).certificate ?? []), ...OUTCOME_KINDS],
  })),
];
