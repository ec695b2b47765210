/** Signatures of seals and time stamps: over these bytes, by this certificate's key, with the algorithms of its suite. */
import type { SignedAttributes } from '../attributes.ts';
import type { CmsRole, KnownCertificate, Role } from '../chain.ts';
import { compareBytes } from '../der.ts';
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import { sha256 } from '../primitives.ts';
import type { SignedData } from '../signed-data.ts';
import { SUITES, type SuiteId } from '../suites.ts';

/** How a signed file is called where something in it is at fault. */
export const FILES: Readonly<Record<Role, string>> = {
  SEAL: 'seal',
  TIME_STAMP: 'time stamp',
  // An electronic seal lies in the signature that it was put on with.
  SEAL_MAKER: 'seal',
};

const DIGEST_DIFFERS = { SEAL: 'MESSAGE_DIGEST_DIFFERS', TIME_STAMP: 'TIME_STAMP_DIGEST_DIFFERS' } as const;
const SUITE_MIXED = { SEAL: 'SEAL_SUITE_MIXED', TIME_STAMP: 'TIME_STAMP_SUITE_MIXED' } as const;

export function examineDigest(
  content: Uint8Array,
  { attributes, suite }: SignedData<SignedAttributes>,
  role: CmsRole,
  findings: Finding[],
  code: FindingCode = DIGEST_DIFFERS[role],
): void {
  if (compareBytes(SUITES[suite].digest(content), attributes.messageDigest) !== 0)
    findings.push(finding(code, `${FILES[role]}: signedAttrs.messageDigest`));
}

export function examineSignature(
  signed: SignedData<SignedAttributes>,
  signer: KnownCertificate,
  role: CmsRole,
  findings: Finding[],
): void {
  if (!names(signed, signer))
    findings.push(finding('SIGNING_CERTIFICATE_DIFFERS', `${FILES[role]}: signedAttrs.signingCertificateV2`));
  const at = `${FILES[role]} byte ${signed.signatureOffset}`;
  for (const code of signatureFaults(signed, signer, SUITE_MIXED[role])) findings.push(finding(code, at));
}

/** Is this the certificate that the signature is for? */
function names({ attributes, suite }: SignedData<SignedAttributes>, { certificate, sha256: known }: KnownCertificate) {
  const { digest } = SUITES[suite];
  // What is known of each certificate need not be computed again.
  return toHex(attributes.certificateHash) === (digest === sha256 ? known : toHex(digest(certificate.der)));
}

interface Signed {
  readonly suite: SuiteId;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** @param mixed What it is called when the key is of another suite than the signature. */
export function signatureFaults(
  { suite: id, signedBytes, signature }: Signed,
  signer: KnownCertificate,
  mixed: FindingCode,
): FindingCode[] {
  if (id !== signer.certificate.publicKey.suite) return [mixed];
  const suite = SUITES[id];
  const malformed = suite.signatureFault(signature);
  if (malformed === 'SIGNATURE_MALFORMED') return [malformed];
  const wrong: FindingCode[] = suite.verify(signer.key, signedBytes, signature) ? [] : ['SIGNATURE_WRONG'];
  return malformed ? [malformed, ...wrong] : wrong;
}
