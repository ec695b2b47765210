/** RFC 5280 sections 4.2.1.9 and 6.1.4 (k): whoever issues a certificate is an authority, in a certificate that says so. */
import type { Rule } from '../path.ts';

export const basicConstraints: Rule = ({ chain }) =>
  chain.flatMap(({ basicConstraints }, certificate) =>
    certificate > 0 && !basicConstraints?.authority ? [{ code: 'CERTIFICATE_NOT_AUTHORITY', certificate }] : [],
  );
