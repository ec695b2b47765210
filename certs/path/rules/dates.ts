/** RFC 5280 sections 4.1.2.5 and 6.1.3 (a) (2): the time lies in the life of each certificate, both ends included. */
import type { Chain, PathFault } from '../path.ts';

export function dates(chain: Chain, at: Date): readonly PathFault[] {
  return chain.flatMap(({ notBefore, notAfter }, certificate): readonly PathFault[] => {
    if (at < notBefore)
      return [{ code: 'CERTIFICATE_NOT_YET_VALID', certificate, facts: { from: notBefore.toISOString() } }];
    if (at > notAfter) return [{ code: 'CERTIFICATE_EXPIRED', certificate, facts: { on: notAfter.toISOString() } }];
    return [];
  });
}
