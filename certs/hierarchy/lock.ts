/**
 * One process at a time works on an authority: a serial number, a line of its record or the number of a revocation list
 * given twice could not be taken back. The lock is SQLite's on a file that stays empty, because the system releases it
 * when a process dies, however it dies.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Issuing a certificate takes milliseconds; an act that waits for a token may take seconds. */
const lockWaitMs = 10_000;

/**
 * @param work May return a promise: then the lock is kept until that is settled.
 * @throws {Error} when another process keeps the authority for longer than {@link lockWaitMs}.
 */
export function whileLocked<Result>(authority: string, work: () => Result): Result {
  const lock = takeLock(authority);
  let result: Result;
  try {
    result = work();
  } catch (error) {
    lock.close();
    throw error;
  }
  if (!(result instanceof Promise)) {
    lock.close();
    return result;
  }
  return result.finally(() => lock.close()) as Result;
}

function takeLock(authority: string): Database.Database {
  const lock = new Database(join(authority, 'lock.sqlite'), { timeout: lockWaitMs });
  try {
    return lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw cause;
    throw new Error(`another process has been working on ${authority} for ${lockWaitMs / 1000} s: try again`, {
      cause,
    });
  }
}
