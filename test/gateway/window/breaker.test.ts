import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Breaker,
  createBreaker,
  failuresToOpen,
  openFirstMs,
  openMaxMs,
} from '../../../gateway/window/breaker.ts';

class Silence extends Error {}
class Refused extends Error {
  readonly retryInMs: number;
  constructor(retryInMs: number) {
    super('refused');
    this.retryInMs = retryInMs;
  }
}

/** A breaker with a clock that a test moves, and without chance unless it is given. */
function circuit(random: () => number = () => 0) {
  let nowMs = 0;
  const breaker = createBreaker({
    nowMs: () => nowMs,
    random,
    isSilence: error => error instanceof Silence,
    refusal: retryInMs => new Refused(retryInMs),
  });
  return { breaker, pass: (ms: number) => (nowMs += ms), now: () => nowMs };
}

type Kind = 'answer' | 'silence' | 'defect';
const work: Readonly<Record<Kind, () => Promise<string>>> = {
  answer: async () => 'answer',
  silence: async () => Promise.reject(new Silence()),
  defect: async () => Promise.reject(new Error('defect')),
};
/** What became of a call: `answer`, `silence`, `defect`, or the milliseconds after which to try again. */
const outcomeOf = (made: Promise<string>): Promise<string | number> =>
  made.catch((error: Error) =>
    error instanceof Refused ? error.retryInMs : error instanceof Silence ? 'silence' : 'defect',
  );
const meet = (breaker: Breaker, kind: Kind) => outcomeOf(breaker.call(work[kind]));
async function fallSilent(breaker: Breaker, times = failuresToOpen): Promise<void> {
  for (let time = 0; time < times; time += 1) expect(await meet(breaker, 'silence')).toBe('silence');
}

/** A call whose end the test chooses. */
function pendingCall(breaker: Breaker) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return {
    ended: outcomeOf(breaker.call(() => promise)),
    answer: () => resolve('answer'),
    silence: () => reject(new Silence()),
  };
}

describe('a department that falls silent', () => {
  it('is left alone after five calls in a row without an answer, and whoever asks is told for how long', async () => {
    const { breaker, pass } = circuit();
    await fallSilent(breaker, failuresToOpen - 1);
    expect(await meet(breaker, 'answer')).toBe('answer');
    await fallSilent(breaker);
    expect(await meet(breaker, 'answer')).toBe(openFirstMs);
    pass(400);
    expect(await meet(breaker, 'answer')).toBe(openFirstMs - 400);
  });

  it('is tried with one call once its time has passed, and an answer ends it', async () => {
    const { breaker, pass } = circuit();
    await fallSilent(breaker);
    pass(openFirstMs);
    const trial = pendingCall(breaker);
    expect(await meet(breaker, 'answer')).toBe(openFirstMs);
    trial.answer();
    expect(await trial.ended).toBe('answer');
    expect(await Promise.all([meet(breaker, 'answer'), meet(breaker, 'answer')])).toEqual(['answer', 'answer']);
    await fallSilent(breaker);
    expect(await meet(breaker, 'answer')).toBe(openFirstMs);
  });

  it('is left alone twice as long after each trial in vain, half a minute at most', async () => {
    const { breaker, pass } = circuit();
    await fallSilent(breaker);
    const waits: unknown[] = [];
    for (let trial = 0; trial < 8; trial += 1) {
      waits.push(await meet(breaker, 'answer'));
      pass(openMaxMs);
      expect(await meet(breaker, 'silence')).toBe('silence');
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is not met by all processes in the same moment when it comes back', async () => {
    const { breaker } = circuit(() => 1);
    await fallSilent(breaker);
    expect(await meet(breaker, 'answer')).toBe(750);
  });

  it('may be tried again at once when a trial said nothing of it', async () => {
    const { breaker, pass } = circuit();
    await fallSilent(breaker);
    pass(openFirstMs);
    expect(await meet(breaker, 'defect')).toBe('defect');
    expect(await meet(breaker, 'answer')).toBe('answer');
  });
});

describe('what was sent before', () => {
  it('the silence began does not end it with a late answer, nor make it longer', async () => {
    const { breaker, pass } = circuit();
    const [early, other] = [pendingCall(breaker), pendingCall(breaker)];
    await fallSilent(breaker);
    early.answer();
    other.silence();
    expect(await Promise.all([early.ended, other.ended])).toEqual(['answer', 'silence']);
    expect(await meet(breaker, 'answer')).toBe(openFirstMs);
    pass(openFirstMs);
    expect(await meet(breaker, 'answer')).toBe('answer');
  });

  it('the silence ended does not count against a department that answers again', async () => {
    const { breaker, pass } = circuit();
    const old = Array.from({ length: failuresToOpen }, () => pendingCall(breaker));
    await fallSilent(breaker);
    pass(openFirstMs);
    await meet(breaker, 'answer');
    for (const call of old) call.silence();
    await Promise.all(old.map(({ ended }) => ended));
    expect(await meet(breaker, 'answer')).toBe('answer');
  });
});

describe('a circuit', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constantFrom<Kind>('answer', 'silence', 'defect') }),
    fc.record({ passMs: fc.integer({ min: 1, max: 40_000 }) }),
  );

  it('never refuses a department that answers, nor for longer than half a minute, whatever happened before', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (steps, chance) => {
          const { breaker, pass } = circuit(() => chance);
          let inARow = 0;
          for (const each of steps) {
            if ('passMs' in each) {
              pass(each.passMs);
              continue;
            }
            const became = await meet(breaker, each.kind);
            if (typeof became === 'number') {
              expect(inARow).toBeGreaterThanOrEqual(failuresToOpen);
              expect(became).toBeLessThanOrEqual(openMaxMs);
              expect(became).toBeGreaterThan(0);
            } else {
              expect(became).toBe(each.kind);
              inARow = became === 'silence' ? inARow + 1 : became === 'answer' ? 0 : inARow;
            }
          }
          pass(openMaxMs);
          expect(await meet(breaker, 'answer')).toBe('answer');
        },
      ),
    ));
});
