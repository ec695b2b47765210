/** Who signed a CRL, and whether that one may (RFC 5280 section 6.3.3 (f), (g)). */
import type { PathCertificate } from './certificate.ts';
import type { PathCrl } from './crl.ts';
import { isSameName } from './distinguished-name.ts';
import type { CrlFault, TrustAnchor } from './path.ts';
import { maySignCrls } from './rules/key-usage.ts';
import type { VerifySignature } from './signature.ts';

export interface SignerQuestion {
  readonly anchor: TrustAnchor;
  /** Certificates among which the signer may be, the likeliest first. */
  readonly among: readonly PathCertificate[];
  readonly verify: VerifySignature;
  /** Does a path of its own lead from this certificate to the same anchor? */
  isProven(certificate: PathCertificate): boolean;
}

/** How near a candidate came, nearest last: of several that fail, the nearest is told. */
const NEARNESS: readonly CrlFault[] = [
  'CRL_SIGNER_ABSENT',
  'CRL_SIGNATURE_WRONG',
  'CRL_SIGNER_MAY_NOT',
  'CRL_SIGNER_NOT_PROVEN',
];

/** @returns DER of the signer's public key, or what is wrong. */
export function signerOf(crl: PathCrl, question: SignerQuestion): Uint8Array | CrlFault {
  const { anchor, among, verify, isProven } = question;
  if (isSameName(anchor.subject, crl.issuer) && isSignedWith(crl, anchor.spki, verify)) return anchor.spki;
  let nearest = 0;
  for (const candidate of among) {
    if (!isSameName(candidate.subject, crl.issuer)) continue;
    if (!isSignedWith(crl, candidate.spki, verify)) nearest = Math.max(nearest, 1);
    else if (!maySignCrls(candidate)) nearest = Math.max(nearest, 2);
    else if (!isProven(candidate)) nearest = 3;
    else return candidate.spki;
  }
  return NEARNESS[nearest]!;
}

export const isSignedWith = (
  { signatureAlgorithm, body, signature }: PathCrl,
  spki: Uint8Array,
  verify: VerifySignature,
): boolean => verify(signatureAlgorithm, spki, body, signature) === undefined;
