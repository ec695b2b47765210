import { type Again, again } from './again.ts';
import type { Driver } from './drive.ts';
import type { Store } from './store.ts';

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

/** Goes on with cases that are due and that nobody drives. What a last look brings is the driver's to give up. */
export function createPoller({ store, driver, report }: PollerTools): Again {
  let driven = 0;

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

  const look = async (): Promise<number> => {
    await claimDue();
    return pollMs;
  };
  return again(look, { report, afterFailureMs: pollAfterFailureMs });
}
