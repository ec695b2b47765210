/** The dates of an electronic seal: when it was made, when it was used, when it may be. Those of certificates: verify/time.ts. */
import { type Finding, finding } from '../findings.ts';
import { clockSkewMaxMs, type Times } from '../verify/time.ts';
import type { SealInfo } from './seal.ts';

const PLACE = 'seal: eseal.eSealInfo.property';

/** A seal that has ended since does not matter where a time stamp proves that the signature was there before. */
export function examineDates(seal: SealInfo, { sealedAt, stampedAt, at }: Times, findings: Finding[]): void {
  const { createdAt, validFrom, validUntil } = seal;
  if (validUntil < validFrom || createdAt.getTime() > sealedAt.getTime() + clockSkewMaxMs)
    findings.push(finding('SES_DATES', PLACE));
  if (sealedAt < validFrom || sealedAt > validUntil)
    findings.push(finding('SES_SEALED_OUTSIDE_VALIDITY', PLACE, { sealedAt: sealedAt.toISOString() }));
  if (at < validFrom) findings.push(finding('SES_SEAL_NOT_YET_VALID', PLACE, { from: validFrom.toISOString() }));
  if (at <= validUntil) return;
  const code = stampedAt && stampedAt <= validUntil ? 'SES_SEAL_EXPIRED_SINCE' : 'SES_SEAL_EXPIRED';
  findings.push(finding(code, PLACE, { on: validUntil.toISOString() }));
}
