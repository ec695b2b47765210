import { setTimeout as delay } from 'node:timers/promises';

/**
 * Makes one run of many, one at a time: whoever asks is answered by a run that begins later, so that it sees what was there
 * when it was asked for.
 *
 * @param gatherMs How long a run waits for others who ask.
 */
export function nextRun<Result>(run: () => Promise<Result>, gatherMs: number): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | undefined;
  return () => {
    next ??= running
      .then(() => delay(gatherMs))
      .then(() => {
        next = undefined;
        const result = run();
        running = result.catch(() => undefined);
        return result;
      });
    return next;
  };
}
