/** RFC 5280 sections 4.2.1.3 and 6.1.4 (n): whoever issues a certificate may, if its key usage is limited, sign some. */
import { CRL_SIGN, KEY_CERT_SIGN } from '../../profile.ts';
import type { PathCertificate } from '../certificate.ts';
import type { Rule } from '../path.ts';

export const keyUsage: Rule = ({ chain }) =>
  chain.flatMap(({ keyUsage }, certificate) =>
    certificate > 0 && keyUsage && !keyUsage.includes(KEY_CERT_SIGN)
      ? [{ code: 'CERTIFICATE_MAY_NOT_ISSUE', certificate }]
      : [],
  );

/** Section 6.3.3 (f): the same for CRLs. */
export const maySignCrls = ({ keyUsage }: Pick<PathCertificate, 'keyUsage'>): boolean =>
  keyUsage?.includes(CRL_SIGN) ?? true;
