/**
 * A circuit breaker (断路器): who has not answered several calls in a row is left alone for a while. A department that is
 * down then costs nobody a time-out, and is not met by a crowd when it comes back.
 *
 *     CLOSED ── failuresToOpen failures in a row ──> OPEN ── its time has passed ──> TRIAL (one call at a time)
 *       ^                                             ^                               |       |
 *       └─────────────── an answer ───────────────────┼───────────────────────────────┘       |
 *                                                     └──────── no answer: twice as long ─────┘
 */
export interface Breaker {
  /** Makes a call, or fails at once with what {@link BreakerTools.refusal} makes. */
  call<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  readonly state: BreakerState;
}

export type BreakerState = 'CLOSED' | 'OPEN' | 'TRIAL';

export interface BreakerTools {
  /** A monotonic clock. */
  nowMs(): number;
  /** 0 to 1; spreads the trials of many processes. */
  random(): number;
  /** Whether a failure means that nobody answered. Others say nothing about who was called, and count for nothing. */
  isSilence(error: unknown): boolean;
  /** What a call fails with that is not made. @param retryInMs Before that, trying again is in vain. */
  refusal(retryInMs: number): Error;
}

/** Fewer would take one lost connection of a busy pool for an outage. */
export const failuresToOpen = 5;
/** Long enough for a restart to begin, short enough for nobody to notice after a hiccup. */
export const openFirstMs = 1_000;
/** After an outage of hours, work goes on within this. */
export const openMaxMs = 30_000;
/** Doubling ends far below the range of numbers. */
const doublingsMax = 20;

type State =
  | { readonly is: 'CLOSED'; failures: number }
  | { readonly is: 'OPEN'; readonly untilMs: number }
  | { readonly is: 'TRIAL' };

export function createBreaker({ nowMs, random, isSilence, refusal }: BreakerTools): Breaker {
  let state: State = { is: 'CLOSED', failures: 0 };
  /** How often the circuit has opened since the last answer. */
  let openings = 0;

  function open(): void {
    state = { is: 'OPEN', untilMs: nowMs() + openForMs(openings, random()) };
    openings += 1;
  }

  /** The state under which a call goes out. */
  function admit(): State {
    if (state.is === 'CLOSED') return state;
    const leftMs = state.is === 'OPEN' ? state.untilMs - nowMs() : openForMs(0, random());
    if (leftMs > 0) throw refusal(Math.ceil(leftMs));
    state = { is: 'TRIAL' };
    return state;
  }

  function answered(): void {
    state = { is: 'CLOSED', failures: 0 };
    openings = 0;
  }

  function failed(under: State, silent: boolean): void {
    if (under.is === 'TRIAL') {
      // A trial that told nothing lets the next one go at once.
      if (silent) open();
      else state = { is: 'OPEN', untilMs: nowMs() };
    } else if (under.is === 'CLOSED' && silent) {
      under.failures += 1;
      if (under.failures >= failuresToOpen) open();
    }
  }

  return {
    get state() {
      return state.is;
    },
    async call(work) {
      const under = admit();
      try {
        const answer = await work();
        // What was sent before the circuit opened or closed says nothing about the time since.
        if (state === under) answered();
        return answer;
      } catch (error) {
        if (state === under) failed(under, isSilence(error));
        throw error;
      }
    },
  };
}

/** A quarter less by chance, never more: the longest stays the longest. */
const openForMs = (openings: number, random: number): number =>
  Math.min(openMaxMs, openFirstMs * 2 ** Math.min(openings, doublingsMax)) * (1 - random / 4);
