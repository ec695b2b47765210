/** How a thing is asked: by so many clients, each of which asks again as soon as it has been answered. */
export interface Load {
  readonly clients: number;
  /** Not counted: so many answers, and so long, until the machine code of what is asked has been made. */
  readonly warmUp: { readonly answers: number; readonly maxMs: number };
  readonly measuredMs: number;
}

export interface Measured<Meter> {
  /** Answers a second. */
  readonly rate: number;
  readonly answers: number;
  /** Of each answer that came in the measured time, in milliseconds. */
  readonly timesMs: readonly number[];
  /** What the meter showed when the measured time began and when it ended. */
  readonly before: Meter;
  readonly after: Meter;
}

/**
 * Asks until the time is over. One that fails ends it: a figure over failures is none.
 *
 * @param ask Asks once and checks the answer. @param client Counted from 0.
 */
export async function load<Meter>(
  ask: (client: number) => Promise<void>,
  meter: () => Meter,
  { clients, warmUp, measuredMs }: Load,
): Promise<Measured<Meter>> {
  const timesMs: number[] = [];
  const startMs = performance.now();
  let warmingUp = warmUp.answers;
  let untilMs = Number.POSITIVE_INFINITY;
  let failed = false;
  let before = meter();
  let beganMs = startMs;
  let after = before;
  let endedMs = startMs;

  /** The last answer of the warm-up begins the measured time, the last within it ends it. */
  function count(askedMs: number): void {
    const nowMs = performance.now();
    if (untilMs < Number.POSITIVE_INFINITY) {
      timesMs.push(nowMs - askedMs);
      after = meter();
      endedMs = nowMs;
      return;
    }
    warmingUp -= 1;
    if (warmingUp > 0 && nowMs < startMs + warmUp.maxMs) return;
    before = meter();
    beganMs = nowMs;
    untilMs = nowMs + measuredMs;
  }

  async function run(client: number): Promise<void> {
    while (!failed && performance.now() < untilMs) {
      const askedMs = performance.now();
      await ask(client);
      count(askedMs);
    }
  }

  const ended = await Promise.allSettled(
    Array.from({ length: clients }, (_, client) =>
      run(client).catch(error => {
        failed = true;
        throw error;
      }),
    ),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return { rate: (timesMs.length / (endedMs - beganMs)) * 1_000, answers: timesMs.length, timesMs, before, after };
}
