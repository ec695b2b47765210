/** RFC 5280 section 6.1.3 (a) (4): each certificate names as its issuer the subject of the one above. */
import { isSameName } from '../distinguished-name.ts';
import { issuerOf, type Rule } from '../path.ts';

export const nameChaining: Rule = path =>
  path.chain.flatMap(({ issuer }, certificate) =>
    isSameName(issuer, issuerOf(path, certificate).subject)
      ? []
      : [{ code: 'CERTIFICATE_ISSUER_DIFFERS', certificate }],
  );
