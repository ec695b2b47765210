import type { Knex } from 'knex';
import { CannotStart } from '../../../subgraphs/process.ts';
import { migrationSource } from './migrations.ts';

/**
 * Brings the tables to the form that this version knows. The caller holds the database for itself meanwhile, so that a
 * lock which knex left behind when a process ended in the middle is nobody's.
 *
 * @throws {CannotStart} when a newer version has been there.
 */
export async function migrate(knex: Knex, place: string): Promise<void> {
  const settings = { migrationSource: migrationSource() };
  try {
    await knex.migrate.forceFreeMigrationsLock(settings);
    await knex.migrate.latest(settings);
  } catch (cause) {
    if (!/migration directory is corrupt/.test((cause as Error).message)) throw cause;
    throw new CannotStart(`${place} was written by a newer version of this program: start that one.`, { cause });
  }
}

const nothing = (): void => {};
/** knex prints errors that it throws as well. */
export const SILENT = { debug: nothing, deprecate: nothing, warn: nothing, error: nothing };
