/**
 * From the certificate of a signer up to the pinned root: signer (SEAL) ← seal authority ← root, and no other shape. The
 * signatures are checked once per certificate; dates each time, because they depend on when one asks.
 */
import type { KeyObject } from 'node:crypto';
import { compareBytes } from './der.ts';
import { type Finding, type FindingCode, FormatError, finding } from './findings.ts';
import { toHex } from './hex.ts';
import { publicKeyOf, sha256 } from './primitives.ts';
import { SUITES } from './suites.ts';
import { type Certificate, readCertificate } from './x509.ts';

/** A certificate that was read, with what is computed from it once. */
export interface KnownCertificate {
  readonly certificate: Certificate;
  readonly sha256: string;
  readonly key: KeyObject;
}

/** A signer whose chain of signatures reaches the root. */
export interface ProvenChain {
  readonly signer: KnownCertificate;
  readonly authority: KnownCertificate;
}

/** Signers remembered per trust; a federation has some tens. Forged ones never get in, so they push nobody out. */
const provenSignersMax = 1_000;

export class ProvenSigners {
  readonly #chains = new Map<string, ProvenChain>();

  /** Keyed by both certificates: a signer is proven by exactly the authority certificate it came with. */
  find(der: readonly Uint8Array[]): ProvenChain | undefined {
    return this.#chains.get(keyOf(der));
  }

  keep(chain: ProvenChain): void {
    if (this.#chains.size >= provenSignersMax) this.#chains.clear();
    const ders = [chain.signer, chain.authority].map(known => known.certificate.der).sort(compareBytes);
    this.#chains.set(keyOf(ders), chain);
  }
}

/** The lengths keep the border between two certificates where it is. */
const keyOf = (ders: readonly Uint8Array[]): string => ders.map(der => toHex(sha256(der))).join();

/** The certificates of a seal as far as they can be read; each that can't leaves a finding. */
export function readCertificates(
  embedded: readonly { readonly der: Uint8Array; readonly offset: number }[],
  findings: Finding[],
): readonly KnownCertificate[] {
  return embedded.flatMap(({ der, offset }) => {
    try {
      const certificate = readCertificate(der, offset);
      const key = publicKeyOf(certificate.spki);
      if (!key) throw new FormatError('CERTIFICATE_KEY', offset);
      return [{ certificate, key, sha256: toHex(sha256(der)) }];
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      findings.push(finding(fault.code, `seal byte ${fault.offset}`));
      return [];
    }
  });
}

/**
 * Walks from the signer to the root and reports every link that does not hold.
 *
 * @returns The chain when all signatures and roles hold; then, and only then, nothing was added to `findings`.
 */
export function walk(
  signer: KnownCertificate,
  embedded: readonly KnownCertificate[],
  root: KnownCertificate,
  findings: Finding[],
): ProvenChain | undefined {
  const before = findings.length;
  const report = (code: FindingCode, of: KnownCertificate) => findings.push(finding(code, nameOf(of)));
  if (signer.certificate.extensions.profile !== 'SEAL') report('SIGNER_NOT_FOR_SEALS', signer);

  const path = [signer];
  for (let below = signer; below.sha256 !== root.sha256; ) {
    const issuer = [...embedded, root].find(candidate => issued(candidate, below) && !path.includes(candidate));
    if (!issuer) {
      report('ISSUER_ABSENT', below);
      break;
    }
    const fault = signatureFault(issuer, below);
    if (fault) report(fault, below);
    path.push(issuer);
    below = issuer;
  }

  const [, authority, ...above] = path;
  const role = authority?.certificate.extensions.profile;
  if (authority && role !== 'SEAL_AUTHORITY') report('ISSUER_NOT_SEAL_AUTHORITY', authority);
  if (above.length > 1) report('CHAIN_TOO_LONG', signer);
  for (const known of embedded)
    if (!path.includes(known) || known.sha256 === root.sha256) report('CERTIFICATE_NOT_NEEDED', known);
  return authority && findings.length === before ? { signer, authority } : undefined;
}

/** Names and key identifiers chain; the signature has still to be checked. */
function issued(issuer: KnownCertificate, below: KnownCertificate): boolean {
  const wanted = below.certificate.extensions.authorityKeyId;
  return (
    compareBytes(issuer.certificate.subjectDer, below.certificate.issuerDer) === 0 &&
    wanted !== undefined &&
    compareBytes(issuer.certificate.extensions.subjectKeyId, wanted) === 0
  );
}

/** What is wrong with the signature under a certificate, if anything. */
export function signatureFault(issuer: KnownCertificate, below: KnownCertificate): FindingCode | undefined {
  const { body, signature, signatureSuite } = below.certificate;
  if (signatureSuite !== issuer.certificate.publicKey.suite) return 'CERTIFICATE_SUITE_MIXED';
  const suite = SUITES[signatureSuite];
  if (!suite.verify(issuer.key, body, signature)) return 'CERTIFICATE_SIGNATURE_WRONG';
  return suite.signatureFault(signature);
}

export const nameOf = ({ certificate: { subject } }: KnownCertificate): string =>
  `certificate ${subject.unit ?? subject.commonName}`;
