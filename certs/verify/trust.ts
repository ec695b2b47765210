/** What a verifier goes by: a pinned root, who may seal what below it, and news of what was revoked. */
import { type KnownCertificate, ProvenChains, type Role, readKnown } from '../chain.ts';
import { type Finding, type FindingCode, FormatError, finding } from '../findings.ts';
import { certificatesFromPem } from '../pem.ts';
import type { ListedHolder, TrustList } from '../trust-list.ts';
import { RevocationLists } from './revocation.ts';
import { signatureFaults } from './signature.ts';

export interface Trust {
  readonly root: KnownCertificate;
  readonly list?: TrustList;
  /** Holders by the SHA-256 of their certificates. */
  readonly holders: ReadonlyMap<string, ListedHolder>;
  /** Certificates of authorities, DER: for signatures that carry none. What they prove, their signatures say. */
  readonly authorities: readonly Uint8Array[];
  /** Revocation lists in DER, and what they say. */
  readonly crls: readonly Uint8Array[];
  readonly revocation: RevocationLists;
  /** What was proven before need not be proven again: a seal's signer never stands for a time stamp's. */
  readonly chains: Readonly<Record<Role, ProvenChains>>;
}

/** The root or the list cannot be trusted. Its findings say why. */
export class TrustError extends Error {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ code, at, en }) => `${at}: ${en} (${code})`).join('; '));
    this.name = 'TrustError';
    this.findings = findings;
  }
}

/** A root without a list and without news. @throws {TrustError} */
export const bareTrust = (rootPem: string, authorities: readonly Uint8Array[] = []): Trust => ({
  root: readRoot(rootPem),
  authorities,
  holders: new Map(),
  crls: [],
  revocation: new RevocationLists([]),
  chains: { SEAL: new ProvenChains(), TIME_STAMP: new ProvenChains(), SEAL_MAKER: new ProvenChains() },
});

function readRoot(rootPem: string): KnownCertificate {
  const [der, ...more] = certificatesFromPem(rootPem);
  const refused = (code: FindingCode = 'ROOT_NOT_USABLE') => new TrustError([finding(code, 'trusted root')]);
  if (!der || more.length > 0) throw refused();
  try {
    const root = readKnown(der);
    const { extensions, signatureSuite: suite, body: signedBytes, signature } = root.certificate;
    if (
      extensions.profile !== 'ROOT' ||
      signatureFaults({ suite, signedBytes, signature }, root, 'ROOT_NOT_USABLE').length > 0
    )
      throw refused();
    return root;
  } catch (fault) {
    throw fault instanceof FormatError ? refused(fault.code) : fault;
  }
}

export function withList(trust: Trust, list: TrustList): Trust {
  const holders = new Map(list.holders.flatMap(holder => holder.certificates.map(hash => [hash, holder] as const)));
  return { ...trust, list, holders };
}

/** The same trust with other revocation lists, such as those that a bundle brings. */
export const withRevocationLists = (trust: Trust, crls: readonly Uint8Array[]): Trust => ({
  ...trust,
  crls,
  revocation: new RevocationLists(crls),
});
