/** RFC 5280 sections 4.2, 6.1.4 (o) and 6.1.5 (f): nothing critical stays uninterpreted. */
import type { Rule } from '../path.ts';

export const criticalExtensions: Rule = ({ chain }) =>
  chain.flatMap(({ unknownCritical }, certificate) =>
    unknownCritical.map(id => ({ code: 'CERTIFICATE_EXTENSION_CRITICAL', certificate, facts: { id } }) as const),
  );
