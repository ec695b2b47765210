import { type CaseView, type Change, changed, type SealedOutcome, UNSTAMPED } from '../gateway/window/case.ts';
import { caseNumber } from '../gateway/window/case-number.ts';
import { eventsOf, nextEntry } from '../gateway/window/ledger.ts';
import { filingId } from '../gateway/window/operation-id.ts';
import { COLUMNS, columnType } from '../gateway/window/store/columns.ts';
import type { Database } from '../gateway/window/store/database.ts';
import { firstStep } from '../gateway/window/store/first-step.ts';
import type { Row } from '../gateway/window/store/row.ts';
import { applicationRow, caseChange, firstCaseRow, ledgerRow, partRows } from '../gateway/window/store/rows.ts';
import type { Vault } from '../gateway/window/store/secret.ts';
import type { Step } from '../gateway/window/store.ts';
import { opening } from './opening.ts';

/** Open cases that wait: their names are reserved, and of their licenses a person decides in some days. */
const regionCode = '371002';
const openedOn = '2026-03-02';
const openedAt = Date.parse('2026-03-02T01:00:00.000Z');
const decidesAfterDays = 5;
const dayMs = 86_400_000;
/** Rows that travel in one statement. */
const casesPerStatementMax = 1_000;

type Table = 'case' | 'application' | 'item' | 'document' | 'ledger';

/** Writes them as the store would have, by its own row forms, some hundred at a time. */
export async function fillWithWaiting(database: Database, vault: Vault, count: number): Promise<void> {
  for (let from = 1; from <= count; from += casesPerStatementMax) {
    const cases = Array.from({ length: Math.min(casesPerStatementMax, count - from + 1) }, (_, at) =>
      waitingRows(from + at, database.clock.now(), vault),
    );
    await database.knex.transaction(async transaction => {
      for (const table of ['case', 'application', 'item', 'document', 'ledger'] as const) {
        const rows = cases.flatMap(one => one[table]);
        await transaction.raw(insertOf(table, database.knex.client.config.client), [JSON.stringify(rows)]);
      }
    });
  }
  // As a database that has been running for long: statistics are there, and nothing is left to be tidied up.
  await database.knex.raw('vacuum');
  await database.knex.raw('analyze');
}

function waitingRows(serial: number, now: number, vault: Vault): Readonly<Record<Table, readonly Row[]>> {
  const opened = opening();
  const first = firstStep(opened, caseNumber(regionCode, openedOn, serial), openedAt);
  const wakeAt = now + decidesAfterDays * dayMs;
  const changes = waitingChanges(first.view, wakeAt);
  const next = changed(first.view, changes, openedAt);
  const entry = nextEntry(next.number, next.head, openedAt, eventsOf(first.view, changes, next));
  const view = { ...next, head: { seq: entry.seq, hash: entry.hash } };
  const step: Step = { view, changes, entry, taken: [], release: { wakeInMs: wakeAt - now } };
  const parts = partRows(step, vault);
  const written = Object.entries(caseChange(step)).filter(([, value]) => value !== null);
  return {
    case: [
      { ...firstCaseRow(opened, first.view), ...Object.fromEntries(written), epoch: 1, owner: null, wake_at: wakeAt },
    ],
    application: [applicationRow(view, vault)],
    item: parts.items,
    document: parts.documents,
    ledger: [ledgerRow(first.entry), ledgerRow(entry)],
  };
}

function waitingChanges({ number, prechecks }: CaseView, wakeAt: number): readonly Change[] {
  const filed = (item: 'name' | 'license') =>
    ({ operationId: filingId(number, item, 1), attempts: 1, sentAt: openedAt, since: openedAt }) as const;
  return [
    ...prechecks.map(({ department }): Change => ({ of: 'PRECHECK', department, to: { faults: [] } })),
    { of: 'ITEM', item: 'name', to: { ...filed('name'), state: 'GRANTED', outcomeAt: openedAt } },
    { of: 'DOCUMENT', document: reservation(number) },
    {
      of: 'ITEM',
      item: 'license',
      to: { ...filed('license'), state: 'PENDING_HUMAN', waits: 'A-1', retry: { tries: 1, at: wakeAt } },
    },
  ];
}

const reservation = (number: string): SealedOutcome => ({
  id: `reservation of ${number}`,
  caseNumber: number,
  item: 'name',
  department: 'business',
  operationId: filingId(number, 'name', 1),
  outcome: 'GRANTED',
  kind: 'NAME_RESERVATION',
  number: `${regionCode}-N00000001`,
  holder: '威海市环翠区试样软件有限公司',
  uscc: null,
  decidedOn: openedOn,
  version: 1,
  status: 'VALID',
  record: JSON.stringify({ caseNumber: number, content: {}, item: 'name', outcome: 'GRANTED' }),
  seal: null,
  disclosures: null,
  ...UNSTAMPED,
});

/** All rows of a table in one parameter, as JSON. */
function insertOf(table: Table, client: unknown): string {
  const columns = table === 'case' ? [...COLUMNS.case, 'accepted_on'] : COLUMNS[table];
  const into = `insert into "${table}" (${columns})`;
  return client === 'pg'
    ? `${into} select ${columns} from json_to_recordset(?::json) as r(${columns.map(one => `${one} ${columnType(one)}`)})`
    : `${into} select ${columns.map(one => `value ->> '$.${one}'`)} from json_each(?)`;
}
