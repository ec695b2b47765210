import { chinaDay } from '../../../subgraphs/china-day.ts';
import { caseNumber } from '../case-number.ts';
import type { Admission, Candidate } from './database.ts';

/** What stands already: cases by request id, and the newest possible duplicate by fingerprint. */
export interface Standing {
  readonly byRequest: ReadonlyMap<string, { readonly number: string; readonly fingerprint: string }>;
  readonly twins: ReadonlyMap<string, string>;
}

/** What is to become of a candidate; the number of one that is fresh is not drawn yet. */
export interface Decision {
  readonly candidate: Candidate;
  readonly outcome: Admission['outcome'];
  readonly numbered: { number: string };
}

/** Decides in their order, so that the second of two equal requests, or of two twins, finds the first. */
export function decide(candidates: readonly Candidate[], standing: Standing): readonly Decision[] {
  const byRequest = new Map(
    Array.from(standing.byRequest, ([id, { number, fingerprint }]) => [id, { numbered: { number }, fingerprint }]),
  );
  const twins = new Map(Array.from(standing.twins, ([fingerprint, number]) => [fingerprint, { number }]));
  return candidates.map(candidate => {
    const { requestId, requestFingerprint, duplicateFingerprint, notDuplicateOf } = candidate;
    const known = byRequest.get(requestId);
    if (known) {
      const outcome = known.fingerprint === requestFingerprint ? 'KNOWN' : 'REQUEST_ID_REUSED';
      return { candidate, outcome, numbered: known.numbered };
    }
    const twin = twins.get(duplicateFingerprint);
    if (twin && twin.number !== notDuplicateOf) return { candidate, outcome: 'POSSIBLE_DUPLICATE', numbered: twin };
    const numbered = { number: '' };
    byRequest.set(requestId, { numbered, fingerprint: requestFingerprint });
    twins.set(duplicateFingerprint, numbered);
    return { candidate, outcome: 'FRESH', numbered };
  });
}

/** Serials begin anew every day in every region. */
const serialName = ({ regionCode }: Candidate, day: string): string => `case/${regionCode}/${day}`;

/** The serials that fresh candidates need. */
export interface Serials {
  /** How many are to be drawn under each name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Gives the candidates their numbers. @param firsts The first of the serials drawn under each name. */
  give(firsts: ReadonlyMap<string, number>): void;
}

/** Apart from the drawing, for which one database is waited for and the other must not be. */
export function serialsFor(fresh: readonly Decision[], at: number): Serials {
  const day = chinaDay(new Date(at));
  const named = Map.groupBy(fresh, ({ candidate }) => serialName(candidate, day));
  return {
    counts: new Map(Array.from(named, ([name, decisions]) => [name, decisions.length])),
    give(firsts) {
      for (const [name, decisions] of named) {
        let serial = firsts.get(name) as number;
        for (const { candidate, numbered } of decisions) {
          numbered.number = caseNumber(candidate.regionCode, day, serial);
          serial += 1;
        }
      }
    },
  };
}
