/** Signatures of seals and time stamps: over these bytes, by this certificate's key, with the algorithms of its suite. */
import type { KnownCertificate } from '../chain.ts';
import type { SignedData } from '../cms.ts';
import { compareBytes } from '../der.ts';
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import { sha256 } from '../primitives.ts';
import { SUITES, type SuiteId } from '../suites.ts';

export function examineDigest(record: Uint8Array, { attributes }: SignedData, findings: Finding[]): void {
  if (compareBytes(sha256(record), attributes.messageDigest) !== 0)
    findings.push(finding('MESSAGE_DIGEST_DIFFERS', 'seal: signedAttrs.messageDigest'));
}

export function examineSignature(signed: SignedData, signer: KnownCertificate, findings: Finding[]): void {
  if (toHex(signed.attributes.certificateSha256) !== signer.sha256)
    findings.push(finding('SIGNING_CERTIFICATE_DIFFERS', 'seal: signedAttrs.signingCertificateV2'));
  for (const code of signatureFaults(signed, signer))
    findings.push(finding(code, `seal byte ${signed.signatureOffset}`));
}

interface Signed {
  readonly suite: SuiteId;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export function signatureFaults(
  { suite: id, signedBytes, signature }: Signed,
  signer: KnownCertificate,
): FindingCode[] {
  if (id !== signer.certificate.publicKey.suite) return ['SEAL_SUITE_MIXED'];
  const suite = SUITES[id];
  const malformed = suite.signatureFault(signature);
  if (malformed === 'SIGNATURE_MALFORMED') return [malformed];
  const wrong: FindingCode[] = suite.verify(signer.key, signedBytes, signature) ? [] : ['SIGNATURE_WRONG'];
  return malformed ? [malformed, ...wrong] : wrong;
}
