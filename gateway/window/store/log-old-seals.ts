import type { Knex } from 'knex';
import { entryOf } from '../../../certs/log/entry.ts';
import { CENTER } from '../../../subgraphs/catalogue.ts';
import type { Row } from './row.ts';

/** Read at once: a register of any size is carried over in little memory. */
const casesPerBatchMax = 200;
/** Of five columns: SQLite takes so many values in one statement. */
const leavesPerStatementMax = 100;

/** Enters what was sealed before there was a log: case by case as they were opened, or it could never be proved. */
export async function logOldSeals(knex: Knex): Promise<void> {
  const at = Date.now();
  let size = 0;
  for (let after = 0; ; ) {
    const cases: Row[] = await knex('case')
      .select('opening', 'number')
      .where('opening', '>', after)
      .orderBy('opening')
      .limit(casesPerBatchMax);
    const last = cases.at(-1);
    if (!last) break;
    const numbers = cases.map(({ number }) => String(number));
    const leaves = (await oldLeaves(knex, numbers)).map((leaf, nth) => ({ ...leaf, idx: size + nth, at }));
    for (let from = 0; from < leaves.length; from += leavesPerStatementMax) {
      await knex('log_leaf').insert(leaves.slice(from, from + leavesPerStatementMax));
    }
    size += leaves.length;
    after = Number(last.opening);
  }
  await knex('log_head').update({ size });
}

async function oldLeaves(knex: Knex, numbers: readonly string[]): Promise<readonly Row[]> {
  const sealed = async (table: string, holder: Knex.Raw): Promise<Map<string, Row[]>> => {
    const rows: Row[] = await knex(table)
      .select('id', 'case_number', 'seal', { holder })
      .whereIn('case_number', [...numbers])
      .whereNotNull('seal')
      .orderBy('place');
    return Map.groupBy(rows, ({ case_number }) => String(case_number));
  };
  const documents = await sealed('document', knex.raw('department'));
  const slips = await sealed('slip', knex.raw('?', [CENTER.id]));
  return numbers.flatMap(number =>
    [...(documents.get(number) ?? []), ...(slips.get(number) ?? [])].map(({ id, holder, seal }) => ({
      entry: Buffer.from(entryOf(String(holder), Buffer.from(String(seal), 'base64'))).toString('latin1'),
      paper: String(id),
      form: 'B',
    })),
  );
}
