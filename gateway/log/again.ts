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

/** @param work Says after how many milliseconds it is to be done again. */
export function again(work: () => Promise<number>, { report, afterFailureMs }: AgainTools): Again {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<number> | undefined;

  async function once(): Promise<number> {
    try {
      return await work();
    } catch (defect) {
      if (!stopped) report(defect as Error);
      return afterFailureMs;
    }
  }

  function after(delayMs: number): void {
    timer = setTimeout(async () => {
      underWay = once();
      const nextMs = await underWay;
      if (!stopped) after(nextMs);
    }, delayMs).unref();
  }

  return {
    start: () => after(0),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
