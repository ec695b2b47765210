import type Database from 'better-sqlite3';
import { CannotStart } from './process.ts';

const SYNCHRONOUS_FULL = 2;

/**
 * Makes every commit of a connection be on the disk before it is answered. Set, and read back: under a query builder
 * SQLite opens with less.
 *
 * @param lockWaitMs How long a statement waits for another process that holds the file; this whole process waits with it.
 * @throws {CannotStart} when SQLite does not keep to it here.
 */
export function makeDurable(connection: Database.Database, lockWaitMs: number): void {
  connection.pragma(`busy_timeout = ${lockWaitMs}`);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  const [journal, synchronous] = ['journal_mode', 'synchronous'].map(name => connection.pragma(name, { simple: true }));
  if (journal !== 'wal' || synchronous !== SYNCHRONOUS_FULL) {
    throw new CannotStart(`SQLite keeps no durable journal here (${journal}, ${synchronous}).`);
  }
}
