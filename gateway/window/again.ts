/** Work that is done again and again, as long as it is not stopped. */
export interface Again {
  start(): void;
  /** Begins no more, and waits for what is under way. */
  stop(): Promise<void>;
}

export interface AgainTools {
  /** Of what went wrong while it was not being stopped. */
  report(defect: Error): void;
  readonly afterFailureMs: number;
}

/**
 * @param work Says after how many milliseconds it is to be done again. What is long may end early once it is being stopped,
 *   which the signal tells.
 */
export function again(work: (stopping: AbortSignal) => Promise<number>, { report, afterFailureMs }: AgainTools): Again {
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<number> | undefined;

  async function once(): Promise<number> {
    try {
      return await work(signal);
    } catch (defect) {
      if (!signal.aborted) report(defect as Error);
      return afterFailureMs;
    }
  }

  function after(delayMs: number): void {
    timer = setTimeout(async () => {
      underWay = once();
      const nextMs = await underWay;
      if (!signal.aborted) after(nextMs);
    }, delayMs).unref();
  }

  return {
    start: () => after(0),
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await underWay;
    },
  };
}
