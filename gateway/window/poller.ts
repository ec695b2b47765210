import type { Driver } from './drive.ts';
import type { Store } from './store.ts';

/** Goes on with cases that are due and that nobody drives. */
export interface Poller {
  start(): void;
  /** Looks for no more, and waits for the look that is under way; what it brings is the driver's to give up. */
  stop(): Promise<void>;
}

export interface PollerTools {
  readonly store: Pick<Store, 'claimDue'>;
  readonly driver: Pick<Driver, 'drive'>;
  report(defect: Error): void;
}

/** How often due cases are looked for; more rarely while the store gives no answer, yet soon enough to take over in time. */
const pollMs = 250;
const pollAfterFailureMs = 1_000;
/** Cases driven at once by the poller: a bound on memory and on what departments are asked at a time. */
const drivenByPollerMax = 200;
/** More in one claim would make the first of them wait for the last to be read. */
const claimedAtOnceMax = 50;

export function createPoller({ store, driver, report }: PollerTools): Poller {
  let driven = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<number> | undefined;
  let stopped = false;

  async function claimDue(): Promise<void> {
    const free = Math.min(claimedAtOnceMax, drivenByPollerMax - driven);
    if (free <= 0) return;
    for (const held of await store.claimDue(free)) {
      driven += 1;
      void driver.drive(held).finally(() => {
        driven -= 1;
      });
    }
  }

  /** @returns When to look again, in milliseconds. */
  async function look(): Promise<number> {
    try {
      await claimDue();
      return pollMs;
    } catch (defect) {
      if (!stopped) report(defect as Error);
      return pollAfterFailureMs;
    }
  }

  function lookAfter(delayMs: number): void {
    timer = setTimeout(async () => {
      looking = look();
      const nextMs = await looking;
      if (!stopped) lookAfter(nextMs);
    }, delayMs).unref();
  }

  return {
    start: () => lookAfter(0),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
