/** Work that has begun and not ended, so that a stop can wait for all of it. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>();

  get size(): number {
    return this.#work.size;
  }

  /** @returns The work itself. */
  add<Value>(work: Promise<Value>): Promise<Value> {
    const end = (): void => void this.#work.delete(work);
    this.#work.add(work);
    work.then(end, end);
    return work;
  }

  /** Waits until nothing is under way, not even what has begun meanwhile; whoever began it hears of its failure. */
  async ended(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }
}
