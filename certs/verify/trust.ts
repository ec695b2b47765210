/** What a verifier goes by: a pinned root, who may seal what below it, and news of what was revoked. */
import { type KnownCertificate, ProvenSigners, signatureFault } from '../chain.ts';
import { type Finding, type FindingCode, FormatError, finding } from '../findings.ts';
import { toHex } from '../hex.ts';
import { certificatesFromPem } from '../pem.ts';
import { publicKeyOf, sha256 } from '../primitives.ts';
import type { ListedHolder, TrustList } from '../trust-list.ts';
import { readCertificate } from '../x509.ts';

export interface Trust {
  readonly root: KnownCertificate;
  readonly list?: TrustList;
  /** Holders by the SHA-256 of their certificates. */
  readonly holders: ReadonlyMap<string, ListedHolder>;
  /** Revocation lists in DER, each judged where it is needed. */
  readonly crls: readonly Uint8Array[];
  readonly proven: ProvenSigners;
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
export const bareTrust = (rootPem: string): Trust => ({
  root: readRoot(rootPem),
  holders: new Map(),
  crls: [],
  proven: new ProvenSigners(),
});

function readRoot(rootPem: string): KnownCertificate {
  const [der, ...more] = certificatesFromPem(rootPem);
  const refused = (code: FindingCode = 'ROOT_NOT_USABLE') => new TrustError([finding(code, 'trusted root')]);
  if (!der || more.length > 0) throw refused();
  try {
    const certificate = readCertificate(der);
    const key = publicKeyOf(certificate.spki);
    if (!key) throw refused('CERTIFICATE_KEY');
    const root = { certificate, key, sha256: toHex(sha256(der)) };
    if (certificate.extensions.profile !== 'ROOT' || signatureFault(root, root)) throw refused();
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
export const withRevocationLists = (trust: Trust, crls: readonly Uint8Array[]): Trust => ({ ...trust, crls });
