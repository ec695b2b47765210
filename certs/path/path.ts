/** A certification path (RFC 5280 section 6.1) and what is asked about it. */
import type { FindingCode } from '../findings.ts';
import type { PathCertificate } from './certificate.ts';
import type { CrlEntry, PathCrl } from './crl.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import type { VerifySignature } from './signature.ts';

/** Section 6.1.1 (d): a name and a key that are believed, whatever certificate they came in. */
export interface TrustAnchor {
  readonly subject: DistinguishedName;
  /** DER of `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
}

/** The target first, after each certificate that of its issuer; the anchor, which issued the last one, is not among them. */
export type Chain = readonly [PathCertificate, ...PathCertificate[]];

export interface Path {
  readonly chain: Chain;
  readonly anchor: TrustAnchor;
  readonly verify: VerifySignature;
}

/** Section 6.1.1 (c), (e), (f), (g). Absent: any policy, nothing required, nothing inhibited. */
export interface PolicyInputs {
  readonly initial?: ReadonlySet<string>;
  readonly explicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

/** The finding codes that paths can end in. */
export type PathFaultCode = Extract<
  FindingCode,
  | 'CERTIFICATE_SIGNATURE_WRONG'
  | 'CERTIFICATE_ALGORITHM'
  | 'SIGNATURE_MALFORMED'
  | 'SIGNATURE_HIGH_S'
  | 'CERTIFICATE_NOT_YET_VALID'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_REVOKED'
  | 'NO_REVOCATION_INFORMATION'
  | 'CERTIFICATE_EXTENSION_CRITICAL'
  | 'CERTIFICATE_ISSUER_DIFFERS'
  | 'CERTIFICATE_NOT_AUTHORITY'
  | 'CERTIFICATE_MAY_NOT_ISSUE'
  | 'CERTIFICATE_PURPOSE_DIFFERS'
  | 'CERTIFICATE_NAME_NOT_PERMITTED'
  | 'CERTIFICATE_NAME_EXCLUDED'
  | 'CERTIFICATE_NAME_NOT_JUDGED'
  | 'CERTIFICATE_POLICY_NOT_ACCEPTED'
  | 'CERTIFICATE_POLICY_MAPPING'
  | 'CERTIFICATE_PATH_LENGTH'
  | 'ISSUER_ABSENT'
>;

export interface PathFault {
  readonly code: PathFaultCode;
  /** Which certificate of the chain: 0 is the target. */
  readonly certificate: number;
  /** What fills the sentence of the finding. */
  readonly facts?: Readonly<Record<string, string>>;
  /** For CERTIFICATE_REVOKED. */
  readonly revocation?: CrlEntry;
  /** For NO_REVOCATION_INFORMATION: why each CRL that could have told does not count. */
  readonly crls?: readonly { readonly crl: PathCrl; readonly fault: CrlFault }[];
}

/** Why a CRL tells nothing: the clauses are those of sections 5.2, 5.3 and 6.3.3. */
export type CrlFault =
  | 'CRL_NOT_YET_ISSUED'
  | 'CRL_OUT_OF_DATE'
  | 'CRL_EXTENSION_CRITICAL'
  | 'CRL_SIGNER_ABSENT'
  | 'CRL_SIGNER_MAY_NOT'
  | 'CRL_SIGNER_NOT_PROVEN'
  | 'CRL_SIGNATURE_WRONG';

/** One rule of a path: what speaks against it. */
export type Rule = (path: Path) => readonly PathFault[];

/** Who issued the certificate at this place of the chain. */
export const issuerOf = ({ chain, anchor }: Path, place: number): TrustAnchor => chain[place + 1] ?? anchor;
