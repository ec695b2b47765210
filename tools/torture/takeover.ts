import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { leaseMs } from '../../gateway/window/store.ts';
import type { Struck } from './strikes.ts';

/**
 * How long cases that were held by a gateway when it was killed or stopped waited for the next one. Read off the rows
 * of cases, again and again: who holds each, in which epoch, and until when.
 */
export interface Takeovers {
  /** Milliseconds, of cases for which another gateway served all the time. */
  readonly withOther: readonly number[];
  /** Of all others: they waited for a start as well. */
  readonly withoutOther: readonly number[];
}

export interface Seen {
  readonly atMs: number;
  readonly epoch: number;
  readonly owner: string | null;
  /** When its holder last wrote, of `performance.now()`: leases begin anew with each write. */
  readonly heldSinceMs: number;
}

export interface TakeoverWatch {
  stop(): Promise<Takeovers>;
}

const lookEveryMs = 60;
/** Sightings are kept for one run; a run of hours may have some millions. */
const seenPerCaseMax = 200;

export function watchTakeovers(
  window: Knex,
  struck: readonly Struck[],
  report: (defect: Error) => void,
): TakeoverWatch {
  const sightings = new Map<string, Seen[]>();
  const watched = new Set<string>();
  let stopped = false;

  async function look(): Promise<void> {
    const rows: Record<string, string | null>[] = await window('case')
      .whereNotNull('owner')
      .orWhereIn('number', [...watched])
      .select('number', 'epoch', 'owner', 'wake_at', window.raw(`${NOW} as now_at`));
    const atMs = performance.now();
    for (const row of rows) {
      const number = String(row.number);
      const heldSinceMs = atMs - (Number(row.now_at) - (Number(row.wake_at) - leaseMs));
      see(number, { atMs, epoch: Number(row.epoch), owner: row.owner ?? null, heldSinceMs });
    }
  }

  function see(number: string, seen: Seen): void {
    const before = sightings.get(number) ?? [];
    sightings.set(number, before);
    // A case is watched until it is seen free: whoever held it may have been struck.
    if (seen.owner === null) watched.delete(number);
    else watched.add(number);
    if (before.length < seenPerCaseMax) before.push(seen);
  }

  const looking = (async () => {
    while (!stopped) {
      await look().catch(report);
      await sleep(lookEveryMs);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await looking;
      return takeoversIn(sightings, struck);
    },
  };
}

/** The database's clock with its offset, as leases are reckoned in it. */
const NOW = `(select floor(extract(epoch from now()) * 1000) + max(offset_ms) from clock)`;

/** Two readings of a clock, and a write that was under way. */
const jitterMs = 150;

/** @param struck In the order of time. */
export function takeoversIn(sightings: ReadonlyMap<string, readonly Seen[]>, struck: readonly Struck[]): Takeovers {
  const all = [...sightings.values()].flat();
  const writes = Map.groupBy(all, ({ owner }) => owner);
  const withOther: number[] = [];
  const withoutOther: number[] = [];
  for (const seen of sightings.values()) {
    for (const [at, { owner, epoch, heldSinceMs }] of seen.entries()) {
      const next = seen[at + 1];
      if (owner === null || !next || next.owner === null || next.owner === owner || next.epoch === epoch) continue;
      // Whoever held it was struck after its last write, and wrote nothing until somebody else had the case. Of several
      // strikes the first counts: if it was another's, nobody served all the time.
      const strike = struck.find(({ atMs }) => atMs > heldSinceMs - jitterMs && atMs < next.heldSinceMs);
      const isDuring = (ms: number, fromMs: number): boolean => ms > fromMs && ms < next.heldSinceMs;
      if (!strike || writes.get(owner)?.some(one => isDuring(one.heldSinceMs, strike.atMs + jitterMs))) continue;
      const otherStruck = struck.some(one => one.gateway !== strike.gateway && isDuring(one.atMs, strike.atMs));
      (strike.otherServed && !otherStruck ? withOther : withoutOther).push(next.heldSinceMs - strike.atMs);
    }
  }
  return { withOther, withoutOther };
}
