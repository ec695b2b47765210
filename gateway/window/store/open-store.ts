import { CannotStart } from '../../../subgraphs/process.ts';
import type { Store } from '../store.ts';
import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import type { Row } from './row.ts';
import type { Vault } from './secret.ts';
import { SqlStore } from './sql-store.ts';
import { openSqlite } from './sqlite.ts';

/** A SQLite file for one process, or the address of a PostgreSQL database for several. */
export type StorePlace = { readonly file: string } | { readonly url: string };

/**
 * Opens the store, its tables made and migrated when needed.
 *
 * @param report Hears of a case that can't be read; the others are served all the same.
 * @throws {CannotStart} when the database can't be reached or is not safe to write to, is another program's or a newer
 *   version's, or was locked with another key.
 */
export async function openStore(place: StorePlace, vault: Vault, report: (defect: Error) => void): Promise<Store> {
  const database = await ('file' in place ? openSqlite(place.file) : openPostgres(place.url));
  try {
    await mustUnlock(database, vault);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new SqlStore(database, vault, report);
}

/** A key that was lost and made anew can't read the old applications; to learn that case by case would be too late. */
async function mustUnlock({ knex, place }: Database, vault: Vault): Promise<void> {
  const [newest]: Row[] = await knex('case')
    .join('application', 'case_number', 'number')
    .select('body')
    .orderBy('opening', 'desc')
    .limit(1);
  try {
    if (newest) vault.unlock(String(newest.body));
  } catch (cause) {
    throw new CannotStart(
      `The applications in ${place} were locked with another storage key: bring the old one back.`,
      {
        cause,
      },
    );
  }
}
