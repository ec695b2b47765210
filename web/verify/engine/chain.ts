/** The certificates of a seal for people to see: from the signer up. Whether the chain holds is told by the findings. */
import { type KnownCertificate, readKnown } from '../../../certs/chain.ts';
import { compareBytes } from '../../../certs/der.ts';
import { FormatError } from '../../../certs/findings.ts';
import type { ChainLink } from './report.ts';

/** @param signerSha256 Hexadecimal. */
export function chainOf(
  ders: readonly Uint8Array[],
  signerSha256: string | undefined,
  root: KnownCertificate,
): readonly ChainLink[] {
  const known = [...ders.flatMap(readOrNone), root];
  const chain: KnownCertificate[] = [];
  let next = known.find(({ sha256 }) => sha256 === signerSha256);
  while (next && !chain.includes(next)) {
    const link = next;
    chain.push(link);
    if (link.sha256 === root.sha256) break;
    next = known.find(({ certificate }) => compareBytes(certificate.subjectDer, link.certificate.issuerDer) === 0);
  }
  return chain.map(one => linkOf(one, root));
}

function readOrNone(der: Uint8Array): readonly KnownCertificate[] {
  try {
    return [readKnown(der)];
  } catch (fault) {
    if (fault instanceof FormatError) return [];
    throw fault;
  }
}

export const linkOf = ({ certificate, sha256, serial }: KnownCertificate, root: KnownCertificate): ChainLink => ({
  organization: certificate.subject.organization,
  unit: certificate.subject.unit,
  commonName: certificate.subject.commonName,
  sha256,
  serial,
  notBefore: certificate.notBefore.toISOString(),
  notAfter: certificate.notAfter.toISOString(),
  suite: certificate.publicKey.suite,
  isPinned: sha256 === root.sha256,
});
