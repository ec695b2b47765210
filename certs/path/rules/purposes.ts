/**
 * RFC 5280 section 4.2.1.12: a target whose purposes are limited has those that it is used for. One without the extension
 * is not limited; where a purpose must be written out, as for time stamps, the profile of the certificate demands it.
 */

import { OID } from '../../oid.ts';
import type { Chain, PathFault } from '../path.ts';

export function purposes([target]: Chain, wanted: readonly string[]): readonly PathFault[] {
  const given = target.purposes;
  if (!given || given.includes(OID.anyExtendedKeyUsage)) return [];
  return wanted
    .filter(purpose => !given.includes(purpose))
    .map(purpose => ({ code: 'CERTIFICATE_PURPOSE_DIFFERS', certificate: 0, facts: { purpose } }));
}
