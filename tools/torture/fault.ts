import type { Random } from '../generate/random.ts';
import type { Call, Reply } from './line.ts';

/** What befalls one call on its way. */
export type Fault =
  | { readonly is: 'NONE' }
  /** Somebody in between answers 503. */
  | { readonly is: 'UNAVAILABLE' }
  /** The connection is cut before the department hears anything. */
  | { readonly is: 'CUT' }
  /** The department does its work; its answer is lost. */
  | { readonly is: 'LOST_ANSWER' }
  /** The question, or the answer, takes its time. */
  | { readonly is: 'DELAY'; readonly before: boolean; readonly ms: number };

const WEIGHTS = [
  { weight: 68, is: 'NONE' },
  { weight: 4, is: 'UNAVAILABLE' },
  { weight: 5, is: 'CUT' },
  { weight: 7, is: 'LOST_ANSWER' },
  { weight: 12, is: 'SHORT_DELAY' },
  { weight: 4, is: 'LONG_DELAY' },
] as const;
const shortDelayMaxMs = 120;
/** Longer than the gateway waits: mostly a filing that reaches the department after it was asked what became of it. */
const beyondTimeoutMs = 1_500;
const lateFilingPercent = 75;

/** @param timeoutMs How long a gateway waits for a department. */
export function drawFault(random: Random, timeoutMs: number): Fault {
  const { is } = random.weighted(WEIGHTS);
  if (is === 'SHORT_DELAY') return { is: 'DELAY', before: random.chance(50), ms: random.between(5, shortDelayMaxMs) };
  if (is === 'LONG_DELAY') {
    const ms = timeoutMs + random.between(10, beyondTimeoutMs);
    return { is: 'DELAY', before: random.chance(lateFilingPercent), ms };
  }
  return { is };
}

/** Lets a fault befall a call that somebody answers. */
export async function befall(fault: Fault, call: Call, answer: (call: Call) => Promise<Reply>): Promise<Reply> {
  if (fault.is === 'UNAVAILABLE') return { status: 503 };
  if (fault.is === 'CUT') return 'CUT';
  if (fault.is === 'DELAY' && fault.before) await pause(fault.ms);
  const reply = await answer(call);
  if (fault.is === 'DELAY' && !fault.before) await pause(fault.ms);
  return fault.is === 'LOST_ANSWER' ? 'CUT' : reply;
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
