import { type Lease, leaseMs, type Store } from './store.ts';
import { within } from './within.ts';

/** Keeps the leases of one process from running out. */
export interface Renewal {
  /** Renews nothing more, and waits for the renewal that is under way, as long as a lease can last. */
  stop(): Promise<void>;
}

export interface RenewalTools {
  readonly store: Pick<Store, 'renew'>;
  /** Those that are held now. */
  leases(): Iterable<Lease>;
  /** Something new has been told of the case of a lease. */
  onTold(lease: Lease): void;
  report(defect: Error): void;
}

/** Twice within a lease, so that one renewal may be late. */
const renewEveryMs = leaseMs / 3;

/**
 * One renewal at a time: while the database is away they would pile up, all for the same leases. A failure is told once,
 * and once that it is over; twice a second would hide everything else in the log.
 */
export function createRenewal({ store, leases, onTold, report }: RenewalTools): Renewal {
  let failures = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;

  async function renewOld(): Promise<void> {
    const soonOver = performance.now() + leaseMs - renewEveryMs / 2;
    const old = [...leases()].filter(({ validUntilMs }) => validUntilMs < soonOver);
    if (old.length === 0) return;
    const lost = new Set(await store.renew(old));
    for (const lease of old) {
      if (lost.has(lease.number)) lease.validUntilMs = Number.NEGATIVE_INFINITY;
      else if (lease.isTold) onTold(lease);
    }
    if (failures > 0) report(new Error(`leases are renewed again, after ${failures} failures`));
    failures = 0;
  }

  function failed(defect: Error): void {
    failures += 1;
    if (failures === 1 && !stopped) report(defect);
  }

  function renewAfter(delayMs: number): void {
    timer = setTimeout(async () => {
      const begunAtMs = performance.now();
      underWay = renewOld().catch(failed);
      await underWay;
      if (!stopped) renewAfter(Math.max(0, begunAtMs + renewEveryMs - performance.now()));
    }, delayMs).unref();
  }

  renewAfter(renewEveryMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      if (underWay) await within(leaseMs, underWay);
    },
  };
}
