/** A write as part of whatever transaction it is given. After a failure of the group it runs a second time, alone. */
export type Write<Transaction, Result> = (transaction: Transaction) => Promise<Result>;

export type Transact<Transaction> = <Result>(work: Write<Transaction, Result>) => Promise<Result>;

/** More in one transaction would make the first of them wait for the last. */
const writesPerCommitMax = 100;

/**
 * Group commit: what comes while a transaction is being flushed to the disk goes together into the next one, so that
 * under load a flush serves many cases, and alone a write waits for nothing. When a group fails, each of its writes is
 * committed alone, so that a poison write fails alone.
 */
export function groupCommit<Transaction>(transact: Transact<Transaction>): Transact<Transaction> {
  const waiting: Committing<Transaction>[] = [];
  let committing = false;

  async function commitAll(): Promise<void> {
    committing = true;
    while (waiting.length > 0) await commitGroup(waiting.splice(0, writesPerCommitMax), transact);
    committing = false;
  }

  return <Result>(write: Write<Transaction, Result>) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ write, resolve: resolve as (result: unknown) => void, reject });
      if (!committing) void commitAll();
    });
}

interface Committing<Transaction> {
  readonly write: Write<Transaction, unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Settles every write of the group; never rejects. */
async function commitGroup<Transaction>(
  group: readonly Committing<Transaction>[],
  transact: Transact<Transaction>,
): Promise<void> {
  const together = async (transaction: Transaction): Promise<unknown[]> => {
    const results: unknown[] = [];
    for (const { write } of group) results.push(await write(transaction));
    return results;
  };
  try {
    const results = await transact(together);
    for (const [at, { resolve }] of group.entries()) resolve(results[at]);
  } catch (error) {
    if (group.length === 1) group[0]?.reject(error);
    else for (const one of group) await commitGroup([one], transact);
  }
}
