/** Who signed: the certificate that a seal or time stamp names, and its way up to the pinned root. */
import {
  type CmsRole,
  issued,
  type KnownCertificate,
  type ProvenChain,
  type Role,
  readCertificates,
  readKnown,
  walk,
} from '../chain.ts';
import { compareBytes } from '../der.ts';
import { type Finding, FormatError, finding } from '../findings.ts';
import type { Part, SignedData } from '../signed-data.ts';
import type { Signer } from './judgement.ts';
import { FILES } from './signature.ts';
import type { Trust } from './trust.ts';

export interface SignerFound {
  readonly signer: KnownCertificate;
  /** Every certificate whose dates count, whether or not the chain holds: the signer's first. */
  readonly certificates: readonly KnownCertificate[];
  /** When the chain holds. */
  readonly chain?: ProvenChain;
}

type Signed = Pick<SignedData, 'certificates' | 'issuerDer' | 'serial'>;

const ABSENT = { SEAL: 'SIGNER_CERTIFICATE_ABSENT', TIME_STAMP: 'TIME_STAMP_CERTIFICATE_ABSENT' } as const;

/** @returns The signer's certificate when it came with the signature, whether or not its chain holds. */
export function examineSigner(
  signed: Signed,
  role: CmsRole,
  trust: Trust,
  findings: Finding[],
): SignerFound | undefined {
  const { root, chains } = trust;
  const proven = chains[role].find(
    signed.serial,
    signed.certificates.map(({ der }) => der),
  );
  if (proven && isOf(signed, proven.signer)) return found(proven, root);
  const embedded = readCertificates(signed.certificates, FILES[role], findings);
  const signer = embedded.find(known => isOf(signed, known));
  if (!signer) {
    findings.push(finding(ABSENT[role], `${FILES[role]}: signerInfo.sid`));
    return undefined;
  }
  const chain = walk(signer, embedded, root, role, findings);
  // In the order of a chain that is remembered: the same seal has the same findings each time.
  if (!chain) return { signer, certificates: [signer, ...embedded.filter(known => known !== signer), root] };
  if (embedded.length === signed.certificates.length) chains[role].keep(chain);
  return found(chain, root);
}

/**
 * The same where a signature says which certificate is the signer's, and carries no other.
 *
 * @param above Of authorities, wherever they were found: that of the issuer is taken, if it is among them.
 */
export function examineCertificate(
  own: Part,
  above: readonly Uint8Array[],
  role: Role,
  trust: Trust,
  findings: Finding[],
): SignerFound | undefined {
  const { root, chains } = trust;
  const proven = chains[role].findAmong(own.der, above);
  if (proven) return found(proven, root);
  const [signer] = readCertificates([own], FILES[role], findings);
  if (!signer) return undefined;
  const issuer = above.flatMap(der => readIfOurs(der) ?? []).find(one => issued(one, signer));
  const embedded = issuer ? [signer, issuer] : [signer];
  const chain = walk(signer, embedded, root, role, findings);
  if (!chain) return { signer, certificates: [...embedded, root] };
  chains[role].keep(chain);
  return found(chain, root);
}

function readIfOurs(der: Uint8Array): KnownCertificate | undefined {
  try {
    return readKnown(der);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return undefined;
  }
}

const found = (chain: ProvenChain, root: KnownCertificate): SignerFound => ({
  signer: chain.signer,
  certificates: [chain.signer, chain.authority, root],
  chain,
});

const isOf = ({ issuerDer, serial }: Signed, { certificate }: KnownCertificate): boolean =>
  compareBytes(issuerDer, certificate.issuerDer) === 0 && compareBytes(serial, certificate.serial) === 0;

export const describeSigner = ({ certificate: { subject }, sha256, serial }: KnownCertificate): Signer => ({
  department: subject.unit ?? '',
  organization: subject.organization,
  certificateSha256: sha256,
  serial,
});
