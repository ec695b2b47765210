/** Who sealed: the certificate that the seal names, and its way up to the pinned root. */
import { type KnownCertificate, type ProvenChain, readCertificates, walk } from '../chain.ts';
import type { SignedData } from '../cms.ts';
import { compareBytes } from '../der.ts';
import { type Finding, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import type { Signer } from './judgement.ts';
import type { Trust } from './trust.ts';

export interface SignerFound {
  readonly signer: KnownCertificate;
  /** Every certificate whose dates and revocation count, whether or not the chain holds: the signer's first. */
  readonly path: readonly KnownCertificate[];
}

/** @returns The signer's certificate when it is in the seal, whether or not its chain holds. */
export function examineChain(signed: SignedData, trust: Trust, findings: Finding[]): SignerFound | undefined {
  const proven = trust.proven.find(signed.certificates.map(({ der }) => der));
  if (proven && isOf(signed, proven.signer)) return found(proven, trust);
  const embedded = readCertificates(signed.certificates, findings);
  const signer = embedded.find(known => isOf(signed, known));
  if (!signer) {
    findings.push(finding('SIGNER_CERTIFICATE_ABSENT', 'seal: signerInfo.sid'));
    return undefined;
  }
  const chain = walk(signer, embedded, trust.root, findings);
  if (chain && embedded.length === signed.certificates.length) trust.proven.keep(chain);
  // In the order of a chain that is remembered: the same seal has the same findings each time.
  return { signer, path: [signer, ...embedded.filter(known => known !== signer), trust.root] };
}

const found = ({ signer, authority }: ProvenChain, { root }: Trust): SignerFound => ({
  signer,
  path: [signer, authority, root],
});

const isOf = ({ issuerDer, serial }: SignedData, { certificate }: KnownCertificate): boolean =>
  compareBytes(issuerDer, certificate.issuerDer) === 0 && compareBytes(serial, certificate.serial) === 0;

export const describeSigner = ({ certificate: { subject, serial }, sha256 }: KnownCertificate): Signer => ({
  department: subject.unit ?? '',
  organization: subject.organization,
  certificateSha256: sha256,
  serial: toHex(serial),
});
