/**
 * A generator whose end is heard at once. One that is written as a function hears of it only when it has been begun, and
 * only after the value that it is waiting for.
 *
 * @param next May reject; it is not called again after that, nor after the end.
 * @param end Called once, whatever ends the generator. A `next` that waits is to be done then, or reject.
 */
export function endable<Value>(
  next: () => Promise<IteratorResult<Value, void>>,
  end: () => unknown,
): AsyncGenerator<Value, void> {
  let ended = false;
  const finish = (): void => {
    if (ended) return;
    ended = true;
    end();
  };
  const generator: AsyncGenerator<Value, void> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const taken = await next();
        if (taken.done) finish();
        return taken;
      } catch (error) {
        finish();
        throw error;
      }
    },
    async return() {
      finish();
      return { done: true, value: undefined };
    },
    async throw(error) {
      finish();
      throw error;
    },
    [Symbol.asyncIterator]: () => generator,
    async [Symbol.asyncDispose]() {
      finish();
    },
  };
  return generator;
}
