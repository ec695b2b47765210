/** Which of the departments' newest schemas the graph takes: as many as compose, and of the others what they told before. */
import type { Composition, Service } from '../compose.ts';
import type { Attempt } from './center.ts';
import type { Change } from './changes.ts';
import { type Reason, type ReasonCode, sentenceOf } from './reason.ts';

export interface Admission {
  /** The departments of the graph, without the window, with the SDL by which each is in it. */
  readonly admitted: ReadonlyMap<string, Service>;
  /** By department, why its newest SDL is not taken. */
  readonly refused: ReadonlyMap<string, readonly Reason[]>;
  /** Undefined where nothing new is taken. */
  readonly composition: Composition | undefined;
  readonly changes: readonly Change[];
}

export interface Applicants {
  readonly window: Service;
  /** What composes with the window already, or would, if the window is the same. */
  readonly served: ReadonlyMap<string, Service>;
  /** What the departments tell now, where that is known. */
  readonly told: ReadonlyMap<string, Service>;
}

type Compose = (services: readonly Service[]) => Promise<Attempt>;

/** @param sureOfServed Whether `served` is known to compose with this window. @throws {Error} when not even the window does. */
export async function admit(applicants: Applicants, sureOfServed: boolean, compose: Compose): Promise<Admission> {
  const { window, served, told } = applicants;
  const newest = new Map([...served, ...told]);
  const whole = await compose([window, ...newest.values()]);
  if (whole.ok) return { admitted: newest, refused: new Map(), ...whole };
  if (sureOfServed) return oneByOne(window, served, isNews(told, served), compose);
  const alone = await compose([window]);
  if (!alone.ok) throw new Error(`the window's schema does not compose: ${alone.reasons.map(sentenceOf).join('; ')}`);
  const first = await oneByOne(window, new Map(), newest, compose);
  // Who is refused with what it tells now may still go with what it told before.
  const before = new Map(
    [...served].filter(([name, { sdl }]) => first.refused.has(name) && told.get(name)?.sdl !== sdl),
  );
  const second = await oneByOne(window, first.admitted, before, compose);
  const refused = new Map([...first.refused].filter(([name]) => told.has(name) || !second.admitted.has(name)));
  return { ...second, refused, composition: second.composition ?? first.composition ?? alone.composition };
}

const isNews = (told: Applicants['told'], served: Applicants['served']): ReadonlyMap<string, Service> =>
  new Map([...told].filter(([name, { sdl }]) => served.get(name)?.sdl !== sdl));

/** As often as one more was taken: another may have waited for it. */
async function oneByOne(
  window: Service,
  base: ReadonlyMap<string, Service>,
  applicants: ReadonlyMap<string, Service>,
  compose: Compose,
): Promise<Admission> {
  let admission: Admission = { admitted: base, refused: new Map(), composition: undefined, changes: [] };
  const waiting = new Map(applicants);
  for (let progress = true; progress && waiting.size > 0; ) {
    progress = false;
    const refused = new Map([...admission.refused].filter(([, reasons]) => reasons.some(isTooSlow)));
    for (const [name, service] of waiting) {
      if (refused.has(name)) continue;
      const admitted = new Map([...admission.admitted, [name, service]]);
      const attempt = await compose([window, ...admitted.values()]);
      if (!attempt.ok) {
        refused.set(name, attempt.reasons);
        continue;
      }
      waiting.delete(name);
      progress = true;
      admission = { ...attempt, admitted, refused };
    }
    admission = { ...admission, refused };
  }
  return admission;
}

/** Each attempt at such a schema costs its whole bound. */
export const isTooSlow = ({ code }: Reason): boolean => code === ('COMPOSITION_TOO_SLOW' satisfies ReasonCode);
