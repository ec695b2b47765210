/** One certificate of the hierarchy and its key, on disk: made when absent, checked when there. */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type KeyName, readKept } from '../custody/kept.ts';
import { type Issuer, issue } from '../issue.ts';
import { isKeyOf, makeKeyPem, readKey } from '../key.ts';
import type { Name } from '../name.ts';
import { certificatesFromPem, certificateToPem } from '../pem.ts';
import type { Profile } from '../profile.ts';
import { PRIVATE, PUBLIC, readIfThere, readOrMake } from '../publish.ts';
import type { SuiteId } from '../suites.ts';
import { type Certificate, readCertificate } from '../x509.ts';

/** Days of 24 hours. Each level outlives the one below; a seal certificate outlives a simulation of some years. */
const LIFE_DAYS: Readonly<Record<Profile, number>> = {
  ROOT: 40 * 365,
  SEAL_AUTHORITY: 20 * 365,
  TRANSPORT_AUTHORITY: 20 * 365,
  SEAL: 5 * 365,
  SEAL_MAKER: 10 * 365,
  TIME_STAMP: 10 * 365,
  TLS: 5 * 365,
};
const isAuthority = (profile: Profile): boolean => profile === 'ROOT' || profile.endsWith('_AUTHORITY');
const IS_SENT_WITH_ITS_AUTHORITY: ReadonlySet<Profile> = new Set(['SEAL', 'TIME_STAMP']);
const dayMs = 86_400_000;
/** Machines whose clocks are behind by less take a new certificate at once. */
const backdateMs = 3_600_000;

export interface Wanted {
  readonly folder: string;
  readonly name: string;
  readonly profile: Profile;
  readonly subject: Name;
  readonly now: Date;
  /** Of the key, should it have to be made; ES256 when absent. */
  readonly suite?: SuiteId;
  readonly dnsNames?: readonly string[];
}

/** An authority as found or made. Its key is asked for only when something has to be issued. */
export interface Authority {
  readonly certificate: Certificate;
  hasKey(): boolean;
  /** @throws {Error} when its key is not here. */
  issuer(): Issuer;
}

export function ensureAuthority(wanted: Wanted, above?: Authority): Authority {
  const keyPath = join(wanted.folder, `${wanted.name}-key.pem`);
  const path = join(wanted.folder, `${wanted.name}.pem`);
  const certificate = ensureCertificate({ path, keyPath }, wanted, above);
  return {
    certificate,
    hasKey: () => readIfThere(keyPath) !== undefined,
    issuer: () => ({ certificate, key: matchingKey(keyPath, wanted, certificate) }),
  };
}

export function ensureLeaf(wanted: Wanted, authority: Authority): Certificate {
  const keyPath = join(wanted.folder, `${wanted.name}-key.pem`);
  const path = join(wanted.folder, `${wanted.name}-chain.pem`);
  const certificate = ensureCertificate({ path, keyPath }, wanted, authority);
  matchingKey(keyPath, wanted, certificate);
  return certificate;
}

/** A leaf whose key may be kept elsewhere than in a file; then whoever opens it sees whether it is the right one. */
export function ensureKept(wanted: Wanted & { readonly name: KeyName }, authority: Authority): Certificate {
  const kept = readKept(wanted.folder, wanted.name);
  const path = join(wanted.folder, kept.chain);
  if (!('key' in kept)) return readFound(path, wanted, authority);
  const keyPath = join(wanted.folder, kept.key);
  const certificate = ensureCertificate({ path, keyPath }, wanted, authority);
  matchingKey(keyPath, wanted, certificate);
  return certificate;
}

function ensureCertificate(
  { path, keyPath }: { readonly path: string; readonly keyPath: string },
  wanted: Wanted,
  above: Authority | undefined,
): Certificate {
  if (readIfThere(path) === undefined) {
    readOrMake(keyPath, PRIVATE, () => makeKeyPem(wanted.suite));
    readOrMake(path, isAuthority(wanted.profile) ? PUBLIC : PRIVATE, () =>
      chainToPem(issueNow(wanted, keyAt(keyPath, wanted), above), above),
    );
  }
  return readFound(path, wanted, above);
}

/** @param key Of whom the certificate is for; private if it is to sign itself. */
export function issueNow(
  { profile, subject, now, dnsNames }: Omit<Wanted, 'folder' | 'name'>,
  key: KeyObject,
  above?: Authority,
): Certificate {
  const life = now.getTime() + LIFE_DAYS[profile] * dayMs;
  const notAfter = new Date(Math.min(life, above?.certificate.notAfter.getTime() ?? life));
  const notBefore = new Date(now.getTime() - backdateMs);
  return issue({ profile, subject, key, notBefore, notAfter, ...(dnsNames && { dnsNames }) }, above?.issuer());
}

/** The whole chain but what verifies as its anchor. */
export function chainToPem(made: Certificate, above?: Authority): string {
  const chain = above && IS_SENT_WITH_ITS_AUTHORITY.has(made.extensions.profile) ? [made, above.certificate] : [made];
  return chain.map(({ der }) => certificateToPem(der)).join('');
}

function readFound(path: string, wanted: Wanted, above?: Authority): Certificate {
  const pem = readIfThere(path);
  if (pem === undefined) throw new Error(`${path} is missing, though its key is there: put the certificate back`);
  const certificate = readCertificateFile(path, pem);
  checkFound(path, certificate, wanted, above);
  return certificate;
}

function readCertificateFile(path: string, pem: string): Certificate {
  const [der] = certificatesFromPem(pem);
  if (!der) throw new Error(`${path} holds no certificate in PEM`);
  try {
    return readCertificate(der);
  } catch (cause) {
    throw new Error(`${path} holds a certificate that is none of ours`, { cause });
  }
}

function checkFound(path: string, found: Certificate, { profile, subject, now }: Wanted, above?: Authority): void {
  const { extensions, notAfter } = found;
  const issuerKeyId = above?.certificate.extensions.subjectKeyId;
  if (extensions.profile !== profile)
    throw new Error(`${path} holds a certificate of the profile ${extensions.profile}`);
  if (issuerKeyId && Buffer.compare(issuerKeyId, extensions.authorityKeyId ?? Buffer.alloc(0)) !== 0)
    throw new Error(`the certificate in ${path} was issued by another authority than the one in this hierarchy`);
  if (found.subject.organization !== subject.organization || found.subject.unit !== subject.unit)
    throw new Error(`the certificate in ${path} is of ${found.subject.organization}, not of ${subject.organization}`);
  if (notAfter < now)
    throw new Error(`the certificate in ${path} expired on ${notAfter.toISOString()}${hintOf(profile, subject)}`);
}

function hintOf(profile: Profile, { unit }: Name): string {
  if (profile === 'SEAL' || profile === 'TIME_STAMP') return `: "npm run keys -- renew ${unit}" makes the next`;
  return profile === 'TLS' ? ': without it and its key, "npm start" makes the next' : '';
}

function keyAt(path: string, { name, subject }: Wanted): KeyObject {
  const pem = readIfThere(path);
  if (pem === undefined) throw new Error(`${path} is missing, though its certificate is there: put the key back`);
  return readKey(pem, `${subject.unit ?? subject.commonName} (${name})`);
}

function matchingKey(path: string, wanted: Wanted, certificate: Certificate): KeyObject {
  const key = keyAt(path, wanted);
  if (!isKeyOf(key, certificate)) throw new Error(`${path} is not the key of the certificate beside it`);
  return key;
}
