/**
 * From findings to verdicts, by one table: each severity says what it makes of the seal as of its signing, of the seal
 * now, and of the headline; of several findings the worst counts, for each of the three on its own.
 */
import type { Finding, Severity } from '../findings.ts';
import type { Verdict } from './judgement.ts';

/** From worst to best. */
const ORDER: readonly Verdict[] = ['INVALID', 'REVOKED', 'EXPIRED', 'INDETERMINATE', 'VALID_AT_SIGNING', 'VALID'];

export interface Verdicts {
  readonly verdict: Verdict;
  readonly atSigning: Verdict;
  readonly now: Verdict;
}

/** From what weighs most to what weighs least. */
export const VERDICTS: Readonly<Record<Severity, Verdicts>> = {
  fatal: { verdict: 'INVALID', atSigning: 'INVALID', now: 'INVALID' },
  revoked: { verdict: 'REVOKED', atSigning: 'REVOKED', now: 'REVOKED' },
  // Nothing proves that the seal was made while the certificate lasted: it may have, hence the second column.
  expired: { verdict: 'EXPIRED', atSigning: 'INDETERMINATE', now: 'EXPIRED' },
  // Likewise; revoked by whoever holds the certificate, so that the seal may yet be as good as it says.
  unproven: { verdict: 'INDETERMINATE', atSigning: 'INDETERMINATE', now: 'REVOKED' },
  missing: { verdict: 'INDETERMINATE', atSigning: 'INDETERMINATE', now: 'INDETERMINATE' },
  stale: { verdict: 'INDETERMINATE', atSigning: 'VALID', now: 'INDETERMINATE' },
  revokedSince: { verdict: 'VALID_AT_SIGNING', atSigning: 'VALID', now: 'REVOKED' },
  expiredSince: { verdict: 'VALID_AT_SIGNING', atSigning: 'VALID', now: 'EXPIRED' },
};
const WEIGHT = Object.keys(VERDICTS) as readonly Severity[];

/** @returns The verdicts, and the findings with what weighs most first, otherwise in the order in which they were made. */
export function weigh<Found extends Finding>(
  found: readonly Found[],
): Verdicts & { readonly findings: readonly Found[] } {
  const findings = found.toSorted((a, b) => WEIGHT.indexOf(a.severity) - WEIGHT.indexOf(b.severity));
  return {
    verdict: worst(findings, 'verdict'),
    atSigning: worst(findings, 'atSigning'),
    now: worst(findings, 'now'),
    findings,
  };
}

const worst = (findings: readonly Finding[], of: keyof Verdicts): Verdict =>
  ORDER[Math.min(ORDER.length - 1, ...findings.map(({ severity }) => ORDER.indexOf(VERDICTS[severity][of])))]!;
