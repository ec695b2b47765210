import { gathered } from '../gather.ts';

/** More in one transaction would make the first of them wait for the last. */
const writesPerCommitMax = 100;

/**
 * Group commit: the writes of one turn of the event loop, and those that came while a transaction was under way, go
 * into one transaction, so that under load one flush of the disk serves many cases. When a transaction fails, each of
 * its writes is committed alone, so that a poison write fails alone.
 *
 * @param commit Writes all of them in one transaction and returns what each gives, or throws and has written nothing.
 * @param failsAll Whether an error is no write's fault, so that to try each alone would only take longer.
 */
export function groupCommit<Write, Result>(
  commit: (writes: readonly Write[]) => readonly Result[] | Promise<readonly Result[]>,
  failsAll: (error: unknown) => boolean = () => false,
): (write: Write) => Promise<Result> {
  async function settle(writes: readonly Write[]): Promise<readonly Settled<Result>[]> {
    try {
      return (await commit(writes)).map(result => ({ result }));
    } catch (error) {
      if (writes.length === 1 || failsAll(error)) return writes.map(() => ({ error }));
      const alone: Settled<Result>[] = [];
      for (const write of writes) alone.push(...(await settle([write])));
      return alone;
    }
  }
  const settleTogether = gathered(settle, writesPerCommitMax, 1);
  return async write => {
    const [settled] = await settleTogether([write]);
    if (settled && 'result' in settled) return settled.result;
    throw settled?.error;
  };
}

type Settled<Result> = { readonly result: Result } | { readonly error: unknown };
