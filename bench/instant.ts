import type { DepartmentClient, DepartmentClients } from '../gateway/window/departments.ts';
import { type ItemId, itemEntry } from '../subgraphs/catalogue.ts';
import type { Filing, ItemOutcome } from '../subgraphs/generated/contract.ts';
import { type GrantRecord, RECORD_FORMAT } from '../subgraphs/record.ts';

/**
 * Departments that grant everything at once, in the process of who asks, under seals that are none: only a process with
 * `without-seals.ts` takes their word.
 */
const client: DepartmentClient = {
  precheck: async requests => requests.map(({ requestId }) => ({ requestId, checked: true, faults: [] })),
  file: async filings => filings.map(granted),
  outcomes: async operationIds => operationIds.map(() => ({ __typename: 'Unknown', reason: 'NOT_SEEN' })),
  revoke: async () => [],
};

export const instantDepartments: DepartmentClients = { business: client, tax: client, code: client, seal: client };

/** Of the synthetic ones; the same for every case, which nothing here minds. */
const USCC = '91371002PDY00001XJ';

/** Members in the order of canonical JSON, so that the text is canonical without being made so. */
function granted({ operationId, item: id, caseNumber }: Filing): ItemOutcome {
  const item = id as ItemId;
  const { certificate, department, sealed } = itemEntry(item);
  const record: GrantRecord = {
    caseNumber,
    content: {},
    decidedOn: '2026-03-02',
    department,
    format: RECORD_FORMAT,
    holder: '威海市环翠区试样软件有限公司',
    item,
    kind: certificate ?? 'NAME_RESERVATION',
    number: '1',
    operationId,
    outcome: 'GRANTED',
    uscc: USCC,
    version: 1,
  };
  return { __typename: 'Granted', document: { record: JSON.stringify(record), seal: sealed ? 'bm9uZQ==' : null } };
}
