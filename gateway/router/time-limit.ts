/**
 * How long one operation may be carried out. Each fetch has a limit of its own, but a plan may hold many in a row. When the
 * time is over, departments that have not answered have failed, and what the others answered is shown.
 */
import { setMaxListeners } from 'node:events';
import type { Prepared } from './operation.ts';
import { collect } from './selections.ts';

/** By the operation, in milliseconds: what a mutation does may take longer than reading. */
export type TimeLimit = (operation: Prepared) => number;

/** Mutations are carried out one after the other: each field is a piece of work of its own. */
export const mutationsIn = ({ definition, fragments }: Prepared): number =>
  definition.operation === 'mutation' ? collect([definition.selectionSet], 'Mutation', fragments).length : 0;

export class Deadline {
  /** Aborts when the time is up, or when `outer` does. */
  readonly signal: AbortSignal;
  readonly #end: () => void;

  constructor(limitMs: number, outer: AbortSignal | undefined) {
    const controller = new AbortController();
    this.signal = controller.signal;
    setMaxListeners(0, this.signal); // Every fetch of the operation listens.
    const leave = (): void => controller.abort(outer?.reason);
    const timer = setTimeout(() => controller.abort(new TimeIsOver(limitMs)), limitMs);
    if (outer?.aborted) leave();
    else outer?.addEventListener('abort', leave, { once: true });
    this.#end = () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', leave);
    };
  }

  /** To be called when the operation is over. */
  end(): void {
    this.#end();
  }
}

/** The reason of a signal that aborts. No client sees it: who is told of are the departments that had not answered. */
export class TimeIsOver extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`the ${limitMs} ms of the operation are over`);
    this.limitMs = limitMs;
  }
}
