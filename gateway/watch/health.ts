/**
 * Whether this process is to be sent requests, for load balancers and for people: open to everybody, so it names
 * departments and their state, and nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import type { LiveSupergraph } from '../supergraph.ts';
import type { Store } from '../window/store.ts';
import { within } from '../window/within.ts';

export interface Readiness {
  /** It serves the graph and takes cases, though departments may be away: a case waits for them. */
  readonly ready: boolean;
  readonly draining: boolean;
  /** Whether the database answers. */
  readonly store: boolean;
  /** Whether each department has been heard since the start. */
  readonly departments: Readonly<Record<string, boolean>>;
  /** HEARD, ABSENT (it did not answer when it was asked last), or REFUSED (its schema is not taken). */
  readonly states: Readonly<Record<string, string>>;
}

export interface Health {
  readiness(): Promise<Readiness>;
  /** Says from now on that no more requests are to be sent, and gives load balancers the time to hear it. */
  drain(waitMs: number): Promise<void>;
}

/** Then what is there is served without the departments that are still silent. */
const readyAfterMs = 10_000;
/** A database that takes longer is as good as away: requests would time out. */
const storeAnswersWithinMs = 2_000;
/** Whoever asks, and however often, costs the database one read in this time. */
const storeAskedEveryMs = 1_000;

export interface HealthSources {
  readonly store: Pick<Store, 'heads'>;
  readonly supergraph: Pick<LiveSupergraph, 'heard' | 'state'>;
  nowMs?(): number;
}

export function createHealth({ store, supergraph, nowMs = () => performance.now() }: HealthSources): Health {
  const startedAtMs = nowMs();
  let draining = false;
  let asked: { readonly atMs: number; readonly reached: Promise<boolean> } | undefined;

  const reached = (): Promise<boolean> => {
    if (!asked || nowMs() - asked.atMs >= storeAskedEveryMs) {
      // Of no case that there is: one look into an index.
      const answer = store.heads(['-']).then(
        () => true,
        () => false,
      );
      asked = { atMs: nowMs(), reached: within(storeAnswersWithinMs, answer).then(was => was === true) };
    }
    return asked.reached;
  };

  return {
    async readiness() {
      const { heard, state } = supergraph;
      const isWhole = departmentIds.every(id => heard.has(id));
      const answers = await reached();
      return {
        ready: !draining && answers && (isWhole || nowMs() - startedAtMs > readyAfterMs),
        draining,
        store: answers,
        departments: Object.fromEntries(departmentIds.map(id => [id, heard.has(id)])),
        states: Object.fromEntries(departmentIds.map(id => [id, state.departments[id]?.state ?? 'ABSENT'])),
      };
    },
    async drain(waitMs) {
      draining = true;
      if (waitMs > 0) await sleep(waitMs);
    },
  };
}
