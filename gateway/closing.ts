/** Ends what was opened. */
export type Close = () => unknown;

/** Closes the last first, and each though another can't be closed. @throws The first failure. */
export async function closeAll(opened: readonly Close[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
