/** Pictures of verdicts, drawn so that each differs from the others in shape, not in color alone. */
import type { Outcome } from './outcome.ts';

const STROKES: Readonly<Record<Outcome, string>> = {
  VALID: 'M14 25.5l7 7L35 17',
  VALID_AT_SIGNING: 'M24 13v11l8 5',
  REVOKED: 'M14 34L34 14',
  EXPIRED: 'M17 13h14M17 35h14M18.500 13c0 7 11 8 11 22M29.500 13c0 7-11 8-11 22',
  INDETERMINATE: 'M18.500 19.500a5.500 5.500 0 1 1 8 4.900c-1.700 1-2.500 2-2.500 4.100M24 34.200v.3',
  INVALID: 'M16 16l16 16M32 16L16 32',
  UNREADABLE: 'M24 13v14M24 34v.3',
};

export function VerdictIcon({ outcome }: { readonly outcome: Outcome }) {
  return (
    <svg className="icon" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <circle cx="24" cy="24" r="21" />
      <path d={STROKES[outcome]} />
    </svg>
  );
}
