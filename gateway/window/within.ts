/** Waits for the work, but no longer; the work goes on. Undefined when the time was not enough. */
export async function within<Value>(budgetMs: number, work: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const spent = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), budgetMs);
  });
  try {
    return await Promise.race([work, spent]);
  } finally {
    clearTimeout(timer);
  }
}
