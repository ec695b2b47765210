/** RFC 5280 section 6.1.3 (a) (1): each certificate was signed with the key of the one above. */
import { issuerOf, type Rule } from '../path.ts';

export const signatures: Rule = path =>
  path.chain.flatMap(({ signatureAlgorithm, body, signature }, certificate) => {
    const code = path.verify(signatureAlgorithm, issuerOf(path, certificate).spki, body, signature);
    return code ? [{ code, certificate }] : [];
  });
