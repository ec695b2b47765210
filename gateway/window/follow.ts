import { setTimeout as sleep } from 'node:timers/promises';
import type { CaseView } from './case.ts';
import type { Driver } from './drive.ts';
import type { Held, Store } from './store.ts';
import { UnderWay } from './under-way.ts';
import { within } from './within.ts';

/** Carries cases on for those who wait for them, here or wherever they are held. */
export interface Following {
  /** Drives a case that is held here as long as the budget lasts; the case as it is then. */
  opened(held: Held): Promise<CaseView>;
  /** Drives a case of which something has been told, here or wherever it is held, as long as the budget lasts. */
  driven(number: string): Promise<CaseView>;
  /** Drives a case if nobody holds it; whoever holds it hears of what was told by itself. */
  claimed(number: string): Promise<void>;
  /** Waits no longer for cases that others hold, and until what was claimed here is given up. */
  stop(): Promise<void>;
}

export interface FollowTools {
  readonly store: Pick<Store, 'claim' | 'heads' | 'load'>;
  readonly driver: Pick<Driver, 'drive' | 'underWay'>;
  readonly inlineBudgetMs: number;
}

/** How often a case that another process drives is looked at, by who waits for it. */
const lookEveryMs = 50;

export function createFollowing({ store, driver, inlineBudgetMs }: FollowTools): Following {
  /** From the claim to the end of the drive: a stop must not miss what is being claimed at that moment. */
  const underWay = new UnderWay();
  let stopped = false;

  async function driveOrFollow(number: string, untilMs: number): Promise<void> {
    while (performance.now() < untilMs && !stopped) {
      const held = await store.claim(number);
      if (held) return void (await driver.drive(held));
      await driver.underWay(number);
      if (!(await store.heads([number])).get(number)?.isHeld) return;
      await sleep(lookEveryMs);
    }
  }

  async function claimAndDrive(number: string): Promise<void> {
    const held = stopped ? undefined : await store.claim(number);
    if (held) await driver.drive(held);
  }

  async function view(number: string): Promise<CaseView> {
    const [loaded] = await store.load([number]);
    if (loaded) return loaded;
    // The store leaves out what it can't read, and has told the operator why.
    const stands = (await store.heads([number])).has(number);
    throw new Error(`case ${number} ${stands ? "can't be read; its defect was reported" : 'was opened and is gone'}`);
  }

  return {
    async opened(held) {
      const inTime = await within(inlineBudgetMs, driver.drive(held));
      return inTime ?? view(held.lease.number);
    },
    async driven(number) {
      await within(inlineBudgetMs, underWay.add(driveOrFollow(number, performance.now() + inlineBudgetMs)));
      return view(number);
    },
    claimed: number => underWay.add(claimAndDrive(number)),
    stop() {
      stopped = true;
      return underWay.ended();
    },
  };
}
