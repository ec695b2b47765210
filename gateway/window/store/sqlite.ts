import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type SqliteConnection from 'better-sqlite3';
import knexOf from 'knex';
import { makeDurable } from '../../../subgraphs/durable.ts';
import { CannotStart } from '../../../subgraphs/process.ts';
import { holdAlone } from './alone.ts';
import type { Database } from './database.ts';
import { migrate, SILENT } from './migrate.ts';
import { SqliteDatabase } from './sqlite-database.ts';

/** How long a statement waits for another process that holds the file, such as a backup. */
const lockWaitMs = 5_000;

/** Of 4 KiB. The pages that every commit writes are copied into the file once in so many, each time with two flushes. */
const pagesPerCheckpoint = 4_000;

/**
 * Opens the window's tables in one SQLite file, made and migrated when needed, for this process alone; what another
 * process has left held is free.
 *
 * @throws {CannotStart} when another process has it open, or it is another program's or a newer version's.
 */
export async function openSqlite(file: string): Promise<Database> {
  mkdirSync(dirname(file), { recursive: true });
  const giveUp = holdAlone(file);
  const knex = knexOf({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    // Or errors, and so logs, would hold the values of the row.
    compileSqlOnError: false,
    pool: { min: 1, max: 1, afterCreate: prepareConnection },
    log: SILENT,
  });
  try {
    await migrate(knex, file);
    // The pool's one connection, which it keeps open until it is destroyed: what follows is hot, and not for knex.
    const connection = (await knex.client.acquireConnection()) as SqliteConnection.Database;
    await knex.client.releaseConnection(connection);
    const database = new SqliteDatabase(file, knex, connection, giveUp);
    await database.freeAll();
    return database;
  } catch (error) {
    await knex.destroy();
    giveUp();
    throw openingFault(file, error as Error & { code?: string });
  }
}

function prepareConnection(connection: SqliteConnection.Database, done: (error: Error | null) => void): void {
  try {
    makeDurable(connection, lockWaitMs);
    connection.pragma(`wal_autocheckpoint = ${pagesPerCheckpoint}`);
    done(null);
  } catch (error) {
    done(error as Error);
  }
}

function openingFault(file: string, error: Error & { code?: string }): Error {
  if (error.code === 'SQLITE_NOTADB' || error.code === 'SQLITE_CORRUPT') {
    return new CannotStart(`${file} is no SQLite database, or a damaged one.`, { cause: error });
  }
  if (error.code === 'SQLITE_CANTOPEN' || error.code === 'SQLITE_READONLY') {
    return new CannotStart(`${file} can't be opened for writing (${error.code}).`, { cause: error });
  }
  return error;
}
