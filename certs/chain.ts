/**
 * From the certificate of a signer up to the pinned root: signer ← seal authority ← root, and no other shape. That the
 * path holds is asked of RFC 5280 (path/), that it is one of ours of the profiles. Signatures are checked once per
 * certificate; dates and revocation each time, because they depend on when one asks.
 */
import { compareBytes } from './der.ts';
import { type Finding, type FindingCode, FormatError, finding } from './findings.ts';
import { toHex } from './hex.ts';
import { readPathCertificate } from './path/certificate.ts';
import { validatePath } from './path/validate.ts';
import { type PublicKey, publicKeyOf, sha256 } from './primitives.ts';
import type { Part } from './signed-data.ts';
import { type Certificate, readCertificate } from './x509.ts';

/** A certificate that was read, with what is computed from it once. */
export interface KnownCertificate {
  readonly certificate: Certificate;
  readonly sha256: string;
  /** Hexadecimal. */
  readonly serial: string;
  readonly key: PublicKey;
}

/** What the signer of a CMS SignedData may be. */
export type CmsRole = 'SEAL' | 'TIME_STAMP';
/** What a signer may be. */
export type Role = CmsRole | 'SEAL_MAKER';

/** A signer whose chain of signatures reaches the root. */
export interface ProvenChain {
  readonly signer: KnownCertificate;
  readonly authority: KnownCertificate;
}

/** Chains remembered per trust and role; a federation has some tens. Forged ones never get in: they push nobody out. */
const chainsMax = 1_000;

export class ProvenChains {
  readonly #chains = new Map<string, ProvenChain>();

  /** @param ders Exactly the certificates that came with the signature; no others prove the signer. */
  find(serial: Uint8Array, ders: readonly Uint8Array[]): ProvenChain | undefined {
    const chain = this.#chains.get(toHex(serial));
    return chain && isOf(chain, ders) ? chain : undefined;
  }

  /** Where a signature carries its signer's certificate alone: with an authority that is among these, wherever they lay. */
  findAmong(own: Uint8Array, above: readonly Uint8Array[]): ProvenChain | undefined {
    for (const chain of this.#chains.values())
      if (isSame(chain.signer, own) && above.some(der => isSame(chain.authority, der))) return chain;
    return undefined;
  }

  keep(chain: ProvenChain): void {
    if (this.#chains.size >= chainsMax) this.#chains.clear();
    this.#chains.set(chain.signer.serial, chain);
  }
}

const isSame = ({ certificate }: KnownCertificate, der: Uint8Array): boolean =>
  compareBytes(certificate.der, der) === 0;

const isOf = ({ signer, authority }: ProvenChain, ders: readonly Uint8Array[]): boolean =>
  ders.length === 2 && [signer, authority].every(known => ders.some(der => isSame(known, der)));

/** The certificates of a seal or time stamp as far as they can be read; each that can't leaves a finding. */
export function readCertificates(
  embedded: readonly Part[],
  file: string,
  findings: Finding[],
): readonly KnownCertificate[] {
  return embedded.flatMap(({ der, offset }) => {
    try {
      return [readKnown(der, offset)];
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      findings.push(finding(fault.code, `${file} byte ${fault.offset}`));
      return [];
    }
  });
}

/** @throws {FormatError} */
export function readKnown(der: Uint8Array, offset = 0): KnownCertificate {
  const certificate = readCertificate(der, offset);
  const key = publicKeyOf(certificate.spki);
  if (!key) throw new FormatError('CERTIFICATE_KEY', offset);
  return { certificate, key, sha256: toHex(sha256(der)), serial: toHex(certificate.serial) };
}

const NOT_FOR: Readonly<Record<Role, FindingCode>> = {
  SEAL: 'SIGNER_NOT_FOR_SEALS',
  TIME_STAMP: 'TIME_STAMP_SIGNER_NOT_FOR_STAMPS',
  SEAL_MAKER: 'SES_MAKER_NOT_FOR_SEALS',
};

/**
 * Walks from the signer to the root and reports everything that speaks against the way.
 *
 * @returns The chain when nothing does; then, and only then, nothing was added to `findings`.
 */
export function walk(
  signer: KnownCertificate,
  embedded: readonly KnownCertificate[],
  root: KnownCertificate,
  role: Role,
  findings: Finding[],
): ProvenChain | undefined {
  const before = findings.length;
  const report = (code: FindingCode, of: KnownCertificate, facts = {}) =>
    findings.push(finding(code, nameOf(of), facts));
  if (signer.certificate.extensions.profile !== role) report(NOT_FOR[role], signer);

  const path = [signer];
  for (let below = signer; below.sha256 !== root.sha256; ) {
    const issuer = [...embedded, root].find(candidate => issued(candidate, below) && !path.includes(candidate));
    if (!issuer) {
      report('ISSUER_ABSENT', below);
      break;
    }
    path.push(issuer);
    below = issuer;
  }
  for (const { code, certificate, facts } of pathFaults(path)) report(code, path[certificate]!, facts);

  const [, authority, ...above] = path;
  const profile = authority?.certificate.extensions.profile;
  if (authority && profile !== 'SEAL_AUTHORITY') report('ISSUER_NOT_SEAL_AUTHORITY', authority);
  if (above.length > 1) report('CHAIN_TOO_LONG', signer);
  for (const known of embedded)
    if (!path.includes(known) || known.sha256 === root.sha256) report('CERTIFICATE_NOT_NEEDED', known);
  return authority && findings.length === before ? { signer, authority } : undefined;
}

/** Names and key identifiers chain; everything else has still to be checked. */
export function issued(issuer: KnownCertificate, below: KnownCertificate): boolean {
  const wanted = below.certificate.extensions.authorityKeyId;
  return (
    compareBytes(issuer.certificate.subjectDer, below.certificate.issuerDer) === 0 &&
    wanted !== undefined &&
    compareBytes(issuer.certificate.extensions.subjectKeyId, wanted) === 0
  );
}

/** By RFC 5280, dates apart. What does not reach the root is judged as far as it goes, as if its last were believed. */
function pathFaults(path: readonly KnownCertificate[]): ReturnType<typeof validatePath> {
  const [target, ...above] = path.map(({ certificate }) => readPathCertificate(certificate.der));
  const anchor = above.at(-1);
  return target && anchor ? validatePath({ chain: [target, ...above.slice(0, -1)], anchor }) : [];
}

export const nameOf = ({ certificate: { subject } }: KnownCertificate): string =>
  `certificate ${subject.unit ?? subject.commonName}`;
