/** Asks departments for their SDL: often those that have not told it yet, now and then whether any has changed. */
import { fetchSdl, type Service } from '../compose.ts';
import { DepartmentUnavailable, type Subgraph } from '../router/port.ts';
import { SDL_CHARS_MAX, tooLarge } from './bounds.ts';
import { type Reason, reason } from './reason.ts';

export interface Asked {
  readonly subgraph: Subgraph;
  readonly url: string;
}

export interface Pace {
  /** How long a start waits for departments whose SDL was never heard. */
  readonly firstWaitMaxMs: number;
  readonly askTimeoutMs: number;
  /** How often a department is asked that has not been heard since the start. */
  readonly askAgainMs: number;
  /** A department that was replaced by a newer one is noticed within this time. */
  readonly askForChangesMs: number;
}

export interface Enquiry {
  /** What each department told last; it may be away by now. */
  readonly told: ReadonlyMap<string, Service>;
  /** Why the last question was not answered with an SDL that can be looked at; by department. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Asks whom it is time to ask, or those only who were never heard. True when one of them told something new. */
  ask(whom: 'DUE' | 'SILENT'): Promise<boolean>;
  /** Until somebody is to be asked again. */
  readonly nextInMs: number;
}

export interface Failure {
  /** ABSENT: it did not answer. REFUSED: it told what is not looked at. */
  readonly state: 'ABSENT' | 'REFUSED';
  readonly reason: Reason;
}

export function enquire(departments: readonly Asked[], pace: Pace, signal: AbortSignal): Enquiry {
  const told = new Map<string, Service>();
  const failures = new Map<string, Failure>();
  const dueAtMs = new Map<string, number>();

  /** True when it told something new. */
  async function askOne({ subgraph, url }: Asked): Promise<boolean> {
    const { name } = subgraph;
    try {
      const sdl = await fetchSdl(subgraph, { timeoutMs: pace.askTimeoutMs, signal });
      if (sdl.length > SDL_CHARS_MAX) throw new TooLarge();
      failures.delete(name);
      if (sdl === told.get(name)?.sdl) return false;
      told.set(name, { name, sdl, url });
      return true;
    } catch (error) {
      if (!signal.aborted) failures.set(name, failureOf(name, error));
      return false;
    } finally {
      dueAtMs.set(
        name,
        performance.now() + (told.has(name) ? pace.askForChangesMs : Math.min(pace.askAgainMs, pace.askForChangesMs)),
      );
    }
  }

  return {
    told,
    failures,
    async ask(whom) {
      const nowMs = performance.now();
      const asked = departments.filter(({ subgraph: { name } }) =>
        whom === 'SILENT' ? !told.has(name) : (dueAtMs.get(name) ?? 0) <= nowMs,
      );
      return (await Promise.all(asked.map(askOne))).includes(true);
    },
    get nextInMs() {
      const soonestMs = Math.min(...departments.map(({ subgraph: { name } }) => dueAtMs.get(name) ?? 0));
      return Math.max(0, soonestMs - performance.now());
    },
  };
}

class TooLarge extends Error {}

function failureOf(name: string, error: unknown): Failure {
  if (error instanceof TooLarge) return { state: 'REFUSED', reason: tooLarge(name) };
  if (error instanceof DepartmentUnavailable) {
    return {
      state: 'ABSENT',
      reason: { code: error.reason, departments: [name], coordinate: null, message: error.message },
    };
  }
  const message = error instanceof Error ? error.message : 'it does not tell its SDL';
  return { state: 'ABSENT', reason: reason('SDL_UNREADABLE', [name], message) };
}
