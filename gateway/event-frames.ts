/** What is written to a client of a stream: events of the graphql-sse protocol, and comments between them. */
import type { FormattedExecutionResult } from 'graphql';
import { shownError } from '../subgraphs/errors.ts';
import { withoutQuotations } from './quotations.ts';
import type { Events } from './router/gateway.ts';

/** A comment, which clients skip. */
export const HEARTBEAT = ':\n\n';

/** An event of the protocol; JSON has no line of its own, which would end it. */
export const print = (event: 'next' | 'complete', data: FormattedExecutionResult | null): string =>
  `event: ${event}\ndata:${data ? ` ${JSON.stringify(data)}` : ''}\n\n`;

/** What a client is told of a defect, which goes whole to `report`. */
export const shownDefect = (defect: unknown, report: Telling['report']): FormattedExecutionResult => ({
  errors: [shownError({ message: '', extensions: { code: 'INTERNAL_SERVER_ERROR' } }, defect, report)],
});

export interface Telling {
  readonly heartbeatMs: number;
  /** Aborts when the stream ends. */
  readonly ending: AbortSignal;
  report(defect: Error): void;
}

/** The events of which a department tells, each taken when the client has taken the last one. */
export async function* framesOf(events: Events, telling: Telling): AsyncGenerator<string, void> {
  for (;;) {
    const coming = nextOf(events, telling);
    let taken = await orBeat(coming, telling.heartbeatMs);
    while (taken === 'BEAT') {
      yield HEARTBEAT;
      taken = await orBeat(coming, telling.heartbeatMs);
    }
    if (!taken) return;
    yield print('next', taken);
  }
}

/** Undefined when there are no more, or when the stream ends. */
async function nextOf(events: Events, { ending, report }: Telling): Promise<FormattedExecutionResult | undefined> {
  try {
    const { done, value } = await events.next();
    if (done) return undefined;
    const { errors, data = null } = value;
    const shown = errors?.map(error => withoutQuotations(shownError(error.toJSON(), error, report)));
    return { ...(shown && { errors: shown }), data };
  } catch (defect) {
    void events.return();
    if (ending.aborted) return undefined;
    return { ...shownDefect(defect, report), data: null };
  }
}

async function orBeat<Value>(coming: Promise<Value>, afterMs: number): Promise<Value | 'BEAT'> {
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<'BEAT'>(resolve => {
    timer = setTimeout(() => resolve('BEAT'), afterMs).unref();
  });
  return Promise.race([coming, beat]).finally(() => clearTimeout(timer));
}
