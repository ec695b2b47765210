/** When things are done in a corpus; certificates last from 2026 to 2030 (mutants/hierarchy.ts). */
export const SEALED = new Date('2026-03-02T01:00:00Z');
export const STAMPED = new Date('2026-03-02T01:00:01.250Z');
/** Revocation lists. */
export const LISTED = new Date('2026-03-02T01:30:00Z');
export const NEXT_LISTED = new Date('2026-03-09T01:30:00Z');
/** Of those that outlive the certificates. */
export const LONG_LISTED = new Date('2032-01-01T00:00:00Z');
export const MADE = new Date('2026-03-02T01:45:00Z');
export const AT = new Date('2026-03-02T02:00:00Z');
/** Certificates begin. */
export const BEGUN = new Date('2026-01-01T00:00:00Z');
/** Certificates have ended. */
export const ENDED = new Date('2030-06-01T00:00:00Z');

export const later = (than: Date, ms: number): Date => new Date(than.getTime() + ms);
export const hourMs = 3_600_000;
