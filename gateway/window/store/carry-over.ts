import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { NO_LEDGER } from '../../../certs/ledger-chain.ts';
import type { DepartmentId, ItemId } from '../../../subgraphs/catalogue.ts';
import type { Precheck } from '../case.ts';
import type { CaseState, ItemState } from '../generated/types.ts';
import { nextEntry } from '../ledger.ts';
import type { Row } from './row.ts';

/** Read at once: a register of any size is carried over in little memory. */
const casesPerBatchMax = 200;

/**
 * Carries cases of the first form over: checks move into the case, a revocation gets an id beside the filing's, and
 * each case a ledger whose first entry says how it was found. What was sent and not answered is asked for again.
 */
export async function carryOver(knex: Knex): Promise<void> {
  await knex('case').update({ received_at: knex.ref('opened_at') });
  await knex.raw('insert into application (case_number, body) select number, application from "case"');
  await knex('case')
    .whereIn('number', knex('item').select('case_number').where({ state: 'SENT' }))
    .update({ wake_at: knex.ref('opened_at') });
  await knex('item').where({ state: 'SENT' }).update({ state: 'OUTCOME_UNKNOWN', retry_at: null });
  // The filing's id was overwritten by the revocation's; it follows from the number of attempts.
  await knex('item')
    .where('operation_id', 'like', '%/revoke-%')
    .update({
      revocation_id: knex.ref('operation_id'),
      operation_id: knex.raw("case_number || '/' || item || '/' || attempts"),
    });
  const at = Date.now();
  for (let after = 0; ; ) {
    const cases: Row[] = await knex('case')
      .select('opening', 'number', 'state', 'accepted_on')
      .where('opening', '>', after)
      .orderBy('opening')
      .limit(casesPerBatchMax);
    const last = cases.at(-1);
    if (!last) return;
    await carryBatch(knex, cases, at);
    after = Number(last.opening);
  }
}

async function carryBatch(knex: Knex, cases: readonly Row[], at: number): Promise<void> {
  const numbers = cases.map(({ number }) => String(number));
  const checks = await ofCases(knex, 'precheck', numbers, 'department');
  const items = await ofCases(knex, 'item', numbers, 'item');
  const entries = cases.map(one => {
    const number = String(one.number);
    const found = (items.get(number) ?? []).map(({ item, state }) => ({
      item: item as ItemId,
      state: state as ItemState,
    }));
    const acceptedOn = one.accepted_on as string | null;
    const event = { event: 'CARRIED_OVER', state: one.state as CaseState, acceptedOn, items: found } as const;
    return nextEntry(number, NO_LEDGER, at, [event]);
  });
  await knex('ledger').insert(
    entries.map(({ caseNumber, seq, at, events, hash }) => ({ case_number: caseNumber, seq, at, events, hash })),
  );
  for (const { caseNumber, seq, hash } of entries) {
    await knex('case')
      .where({ number: caseNumber })
      .update({
        seq,
        hash,
        progress_id: randomBytes(16).toString('hex'),
        checks: JSON.stringify((checks.get(caseNumber) ?? []).map(carriedCheck)),
      });
  }
  await carryPlaces(knex, numbers);
}

/** Documents are shown in the order in which they came; SQLite's row numbers are what remembers it. */
async function carryPlaces(knex: Knex, numbers: readonly string[]): Promise<void> {
  const order = isPostgres(knex) ? 'decided_on, id' : 'decided_on, rowid';
  for (const documents of (await ofCases(knex, 'document', numbers, order)).values()) {
    for (const [place, { id }] of documents.entries()) {
      if (place > 0) await knex('document').where({ id }).update({ place });
    }
  }
}

export const isPostgres = (knex: Knex): boolean => knex.client.config.client === 'pg';

const carriedCheck = (row: Row): Precheck => ({
  department: row.department as DepartmentId,
  faults: row.faults === null ? null : JSON.parse(String(row.faults)),
  silent: false,
  retry: { tries: Number(row.tries), at: row.retry_at === null ? null : Number(row.retry_at) },
});

async function ofCases(
  knex: Knex,
  table: string,
  numbers: readonly string[],
  order: string,
): Promise<ReadonlyMap<string, Row[]>> {
  const rows: Row[] = await knex(table)
    .whereIn('case_number', [...numbers])
    .orderByRaw(order);
  return Map.groupBy(rows, ({ case_number }) => String(case_number));
}
