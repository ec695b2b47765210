/** The two signatures: the maker's over the seal, the signer's over seal and document; each with its chain to the root. */
import type { Role } from '../chain.ts';
import { type Finding, type FindingCode, FormatError, finding } from '../findings.ts';
import { OID } from '../oid.ts';
import { readPathCertificate } from '../path/certificate.ts';
import { verifySignature } from '../path/signature.ts';
import type { Part } from '../signed-data.ts';
import { SUITES } from '../suites.ts';
import { signatureFaults } from '../verify/signature.ts';
import { examineCertificate, type SignerFound } from '../verify/signer.ts';
import type { Trust } from '../verify/trust.ts';

const SUITE = 'SM2SM3';

export interface SesSigned {
  readonly certificate: Part;
  /** Dotted. */
  readonly algorithm: string;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureOffset: number;
}

/**
 * @param above Certificates of authorities, wherever they were found.
 * @returns Whose certificate it is, when it is one of ours, whether or not its chain holds.
 */
export function examineSigned(
  signed: SesSigned,
  role: Role,
  above: readonly Uint8Array[],
  trust: Trust,
  findings: Finding[],
): SignerFound | undefined {
  const found = examineCertificate(signed.certificate, above, role, trust, findings);
  // Of another algorithm it has been said already.
  if (signed.algorithm !== OID.sm2WithSm3) return found;
  const { signedBytes, signature, signatureOffset } = signed;
  const codes = found
    ? signatureFaults({ suite: SUITE, signedBytes, signature }, found.signer, 'SEAL_SUITE_MIXED')
    : foreignFaults(signed);
  for (const code of codes) findings.push(finding(code, `seal byte ${signatureOffset}`));
  return found;
}

/** A certificate that is none of ours counts for nothing; but whether its key made the signature is worth telling. */
function foreignFaults({ certificate, signedBytes, signature }: SesSigned): readonly FindingCode[] {
  try {
    const { spki } = readPathCertificate(certificate.der);
    const fault = verifySignature(SUITES[SUITE].signatureAlgorithm, spki, signedBytes, signature);
    if (fault === 'CERTIFICATE_ALGORITHM') return ['SEAL_SUITE_MIXED'];
    return fault ? [fault === 'CERTIFICATE_SIGNATURE_WRONG' ? 'SIGNATURE_WRONG' : fault] : [];
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return [];
  }
}
