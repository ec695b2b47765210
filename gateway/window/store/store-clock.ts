/** Readings of a database's clock differ by what a call takes; less than this is no reason to go back in time. */
const jitterMaxMs = 1_000;

/**
 * The database's clock as this process knows it: what it was told last, carried on by the process's monotonic clock.
 * The process's own idea of the date takes no part, for two processes rarely have the same.
 */
export class StoreClock {
  /** The database's clock less this process's monotonic one. */
  #aheadMs: number | undefined;
  #latestMs = 0;

  /**
   * @param toldMs The database's time at some moment of a call.
   * @param sentAtMs When the call began, of `performance.now()`.
   * @throws {Error} when it was told none.
   */
  hear(toldMs: number, sentAtMs: number): void {
    // Without its row in the table `clock` a database answers null, and cases would be opened in 1970.
    if (!(toldMs > 0)) throw new Error('the database tells no time: its table "clock" must hold one row');
    // The moment lay between the beginning of the call and now; what fits in between was right already.
    const [least, most] = [toldMs - performance.now(), toldMs - sentAtMs];
    this.#aheadMs = Math.min(Math.max(this.#aheadMs ?? least, least), most);
  }

  /** Milliseconds since 1970, UTC. */
  now(): number {
    if (this.#aheadMs === undefined) throw new Error('the database has not told its time yet');
    const nowMs = Math.floor(this.#aheadMs + performance.now());
    const isJitter = nowMs < this.#latestMs && nowMs > this.#latestMs - jitterMaxMs;
    if (!isJitter) this.#latestMs = nowMs;
    return this.#latestMs;
  }
}
