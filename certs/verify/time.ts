/** The times of a seal: when it says it was made, when each certificate was valid, when one asks. */
import { type KnownCertificate, nameOf } from '../chain.ts';
import { type Finding, finding } from '../findings.ts';

/** Clocks of departments, of the time-stamp authority and of whoever verifies may disagree by this much. */
export const clockSkewMaxMs = 5 * 60_000;

export interface Times {
  /** What the seal says. */
  readonly sealedAt: Date;
  /** What a time stamp proves. */
  readonly stampedAt?: Date | undefined;
  /** When one asks. */
  readonly at: Date;
}

/** @param member Of the seal: where it says so. */
export function examineSealedAt({ sealedAt, at }: Times, member: string, findings: Finding[]): void {
  if (sealedAt.getTime() > at.getTime() + clockSkewMaxMs)
    findings.push(finding('SEALED_IN_FUTURE', `seal: ${member}`, { sealedAt: sealedAt.toISOString() }));
}

/** A certificate that has ended since does not matter where a time stamp proves that the seal was there before. */
export function examineValidity(of: KnownCertificate, { sealedAt, stampedAt, at }: Times, findings: Finding[]): void {
  const { notBefore, notAfter } = of.certificate;
  // As numbers: to compare two dates takes ten times as long.
  const [from, until, sealed, now] = [notBefore.getTime(), notAfter.getTime(), sealedAt.getTime(), at.getTime()];
  const report = (code: Parameters<typeof finding>[0], facts: Record<string, string>) =>
    findings.push(finding(code, nameOf(of), facts));
  if (now < from) report('CERTIFICATE_NOT_YET_VALID', { from: notBefore.toISOString() });
  if (now > until)
    report(stampedAt && stampedAt <= notAfter ? 'CERTIFICATE_EXPIRED_SINCE' : 'CERTIFICATE_EXPIRED', {
      on: notAfter.toISOString(),
    });
  if (sealed < from || sealed > until) report('SEALED_OUTSIDE_VALIDITY', { sealedAt: sealedAt.toISOString() });
}
