/** So many at a time, the others in the order in which they came. */
import { KeyAway, signsWaitingMax } from './key-away.ts';

export class Turns {
  readonly #atOnceMax: number;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;
  #over: (() => void) | undefined;

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax;
  }

  /** @throws {KeyAway} at once, when too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay < this.#atOnceMax) this.#underWay += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** When nobody is under way and nobody waits. */
  async over(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>(over => (this.#over = over));
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= signsWaitingMax) throw new KeyAway(`${signsWaitingMax} signatures wait already`);
    return new Promise(turn => this.#waiting.push(turn));
  }

  /** Who waits longest takes over the place that is given up. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
      return;
    }
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#over?.();
  }
}
