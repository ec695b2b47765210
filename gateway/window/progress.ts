import type { Store } from './store.ts';

/** Tells those who follow cases that they have gone on, in this process or in another. */
export interface Progress {
  /** To be told of each step that this process has written: where the case's ledger ends now. */
  changed(number: string, seq: number): void;
  /** Follows a case, which may be one that does not exist: nothing is ever heard of it. */
  follow(number: string): Follower;
  readonly followers: number;
  /** Ends all of them, and those that still come. */
  stop(): void;
}

export interface Follower {
  /**
   * Waits until the case's ledger is known to go on after an entry. Steps are not queued: however many were written
   * since, that is one change. One wait at a time.
   */
  after(seq: number, waitMaxMs: number): Promise<'CHANGED' | 'NOTHING' | 'ENDED'>;
  end(): void;
}

/** How often the ledgers of followed cases are looked at; more rarely while the store gives no answer. */
const lookEveryMs = 500;
const lookAfterFailureMs = 5_000;

/**
 * Steps written here are told at once; those of another process are found by looking, with one question for all cases
 * that anybody follows, and none while nobody does.
 */
export function createProgress(store: Pick<Store, 'heads'>, report: (defect: Error) => void): Progress {
  const cases = new Map<string, Set<CaseFollower>>();
  let looking: NodeJS.Timeout | undefined;
  let stopped = false;

  function changed(number: string, seq: number): void {
    for (const follower of cases.get(number) ?? []) follower.hear(seq);
  }

  async function look(): Promise<number> {
    try {
      const heads = cases.size === 0 ? [] : await store.heads([...cases.keys()]);
      for (const [number, { seq }] of heads) changed(number, seq);
      return lookEveryMs;
    } catch (error) {
      if (!stopped) report(error as Error);
      return lookAfterFailureMs;
    }
  }

  function lookAfter(delayMs: number): void {
    looking = setTimeout(async () => {
      const nextMs = await look();
      looking = undefined;
      if (cases.size > 0) lookAfter(nextMs);
    }, delayMs).unref();
  }

  function leave(number: string, follower: CaseFollower): void {
    const others = cases.get(number);
    others?.delete(follower);
    if (others?.size === 0) cases.delete(number);
  }

  return {
    changed,
    follow(number) {
      const follower: CaseFollower = new CaseFollower(() => leave(number, follower));
      if (stopped) follower.end();
      else {
        cases.set(number, (cases.get(number) ?? new Set()).add(follower));
        if (!looking) lookAfter(lookEveryMs);
      }
      return follower;
    },
    get followers() {
      return [...cases.values()].reduce((sum, { size }) => sum + size, 0);
    },
    stop() {
      stopped = true;
      for (const followers of [...cases.values()]) for (const follower of [...followers]) follower.end();
    },
  };
}

class CaseFollower implements Follower {
  readonly #leave: () => void;
  /** The newest entry of the ledger that was heard of. */
  #heard = 0;
  #ended = false;
  #waiting: { readonly after: number; wake(): void } | undefined;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  hear(seq: number): void {
    this.#heard = Math.max(this.#heard, seq);
    if (this.#waiting && this.#heard > this.#waiting.after) this.#waiting.wake();
  }

  async after(seq: number, waitMaxMs: number): Promise<'CHANGED' | 'NOTHING' | 'ENDED'> {
    if (!this.#ended && this.#heard <= seq) await this.#wait(seq, waitMaxMs);
    if (this.#ended) return 'ENDED';
    return this.#heard > seq ? 'CHANGED' : 'NOTHING';
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.wake();
    this.#leave();
  }

  async #wait(after: number, waitMaxMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(wake => {
      timer = setTimeout(wake, waitMaxMs);
      this.#waiting = { after, wake };
    });
    clearTimeout(timer);
    this.#waiting = undefined;
  }
}
