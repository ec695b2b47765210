import type { Input } from '../generate/line.ts';
import { linesApartMin } from '../generate/mix.ts';
import { linesOf } from '../generate/stream.ts';
import type { Desk } from './desk.ts';
import { randomFor } from './fate.ts';

/** The applications of a run, sent in their order. */
export interface Load {
  /** Ends when all are answered, or are given up. */
  readonly done: Promise<void>;
  /** What was applied for, by request id, as the applicant wrote it last. */
  readonly applied: Map<string, Input>;
  stop(): void;
}

export interface LoadSettings {
  readonly desk: Desk;
  readonly seed: number;
  readonly cases: number;
  /** Counted up with each application that is answered. */
  readonly pace: { answered: number };
  /** How many of the applications may have been sent by now: all are to meet the kills, not only the first. */
  allowed(): number;
}

/** More would only queue: a gateway drives each of them at once. */
const clientsMax = 12;
const lookAgainMs = 40;
/** Of the applications, those whose request is sent to two gateways at the same time. */
const twicePercent = 5;
const withdrawnPercent = 4;

export function startLoad({ desk, seed, cases, pace, allowed }: LoadSettings): Load {
  const lines = linesOf(cases, seed);
  const applied = new Map<string, Input>();
  const begun: Promise<void>[] = [];
  let stopped = false;

  async function send(input: Input): Promise<void> {
    const random = randomFor(seed, `send ${input.requestId}`);
    const request = { mutation: 'REGISTER', requestId: input.requestId, variables: { input } } as const;
    const first = random.below(2);
    const [answer] = await Promise.all([
      desk.ask(request, first),
      random.chance(twicePercent) ? desk.ask(request, first + 1) : undefined,
    ]);
    pace.answered += 1;
    if (answer?.is !== 'DONE' || !random.chance(withdrawnPercent)) return;
    await desk.ask(withdrawalOf(input.requestId, answer.number), random.below(2));
  }

  /** None begins before the line that it may be about has been answered. */
  async function begin(at: number, input: Input): Promise<void> {
    await begun[at - linesApartMin];
    if (!applied.has(input.requestId)) applied.set(input.requestId, input);
    await send(input);
  }

  async function client(): Promise<void> {
    while (!stopped) {
      if (begun.length >= allowed()) {
        if (begun.length >= cases) return;
        await new Promise(resolve => setTimeout(resolve, lookAgainMs));
        continue;
      }
      const line = lines.next();
      if (line.done) return;
      const sending = begin(begun.length, line.value.input);
      begun.push(sending);
      await sending;
    }
  }

  return {
    done: Promise.all(Array.from({ length: clientsMax }, client)).then(() => undefined),
    applied,
    stop() {
      stopped = true;
    },
  };
}

export const withdrawalOf = (of: string, number: string) =>
  ({
    mutation: 'WITHDRAW',
    requestId: `${of}/withdraw`,
    variables: { requestId: `${of}/withdraw`, number, reason: '申请人改变计划' },
  }) as const;
