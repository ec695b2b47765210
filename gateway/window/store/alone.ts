import Database from 'better-sqlite3';
import { CannotStart } from '../../../subgraphs/process.ts';

/**
 * Keeps a file for one process: the answers that one waits for, another would take for lost, and drive the same cases
 * beside it. What is held is a lock of the system on a file beside it, which ends with the process, however it ends.
 *
 * @returns Gives the file up.
 * @throws {CannotStart} when another has it, or the file beside it can't be made.
 */
export function holdAlone(file: string): () => void {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(`${file}.lock`, { timeout: 0 });
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (cause) {
    lock?.close();
    const { code } = cause as { readonly code?: string };
    const sentence =
      code === 'SQLITE_BUSY'
        ? `${file} is in use by another gateway: end that one, or choose another DATA_DIR.`
        : `${file}.lock can't be opened for writing (${code}).`;
    throw new CannotStart(sentence, { cause });
  }
  const held = lock;
  return () => held.close();
}
