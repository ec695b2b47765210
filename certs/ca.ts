/**
 * The key hierarchy of one installation, on disk:
 *
 *     <dataDir>/authority/{root,seal-authority,transport-authority}{-key,}.pem      private, 0700/0600
 *     <dataDir>/<holder>/keys/{seal-key,seal-chain,tls-key,tls-chain}.pem           private, of that holder
 *     <dataDir>/trust/root.pem            pinned by whoever verifies
 *     <dataDir>/trust/chain.pem           seal authority and root
 *     <dataDir>/trust/transport.pem       the one authority that peers on the internal network trust
 *     <dataDir>/trust/list.json, list.p7s who may seal what, sealed by the center
 *
 * The transport authority signs itself: a TLS peer that trusted the root would take seal certificates too, and Node's
 * servers, unlike its clients, drop `allowPartialTrustChain`, so that an authority below the root can't be their anchor.
 *
 * Each key is written before the certificate over it, and no file but those of `trust/` is ever replaced, so whatever a
 * crash leaves is a hierarchy with a missing end, which the next call completes. A certificate without its key is a
 * loss, not a beginning: it is refused, except for keys of authorities, which may be kept elsewhere while nothing has to
 * be issued.
 */
import type { KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Issuer, issue } from './issue.ts';
import { isKeyOf, makeKeyPem, readKey } from './key.ts';
import { isNameText, type Name } from './name.ts';
import { certificatesFromPem, certificateToPem } from './pem.ts';
import type { Profile } from './profile.ts';
import { PRIVATE, PUBLIC, readIfThere, readOrMake, replace } from './publish.ts';
import { openSealer } from './seal.ts';
import { CENTER, isHolderId, isKind } from './trust-list.ts';
import { type IssueList, issueList } from './trust-list-issue.ts';
import { type Certificate, readCertificate } from './x509.ts';

export interface Holder {
  /** `[a-z][a-z0-9-]*`; one of them is `center`. */
  readonly id: string;
  /** The organization's Chinese name. */
  readonly organization: string;
  /** Kinds of records it may seal. */
  readonly seals: readonly string[];
}

export interface HierarchyRequest {
  readonly dataDir: string;
  readonly holders: readonly Holder[];
  readonly now: Date;
}

const ROOT: Name = { organization: '一窗通办示范', commonName: 'One Window Demo Root CA' };
const SEAL_AUTHORITY: Name = { organization: '一窗通办示范', commonName: 'One Window Demo Seal Authority' };
const TRANSPORT_AUTHORITY: Name = { organization: '一窗通办示范', commonName: 'One Window Demo Transport Authority' };

/** Days of 24 hours. Each level outlives the one below; a seal certificate outlives a simulation of some years. */
const LIFE_DAYS: Readonly<Record<Profile, number>> = {
  ROOT: 40 * 365,
  SEAL_AUTHORITY: 20 * 365,
  TRANSPORT_AUTHORITY: 20 * 365,
  SEAL: 5 * 365,
  TLS: 5 * 365,
};
const dayMs = 86_400_000;
/** Machines whose clocks are behind by less take a new certificate at once. */
const backdateMs = 3_600_000;

/**
 * Makes what is missing, checks what is there. Called again it changes nothing; called with more holders or kinds it
 * adds them and issues the next version of the trust list. Nothing is ever taken off the list here: a holder that is
 * no longer named stays, or its old seals would lose their meaning.
 *
 * @throws {Error} in one sentence when something on disk can be neither used nor completed.
 */
export function ensureHierarchy({ dataDir, holders, now }: HierarchyRequest): void {
  checkHolders(holders);
  const authority = folder(join(dataDir, 'authority'), 0o700);
  const trust = folder(join(dataDir, 'trust'), 0o755);

  const root = ensureAuthority({ folder: authority, name: 'root', profile: 'ROOT', subject: ROOT, now });
  const seals = ensureAuthority(
    { folder: authority, name: 'seal-authority', profile: 'SEAL_AUTHORITY', subject: SEAL_AUTHORITY, now },
    root,
  );
  const transport = ensureAuthority({
    folder: authority,
    name: 'transport-authority',
    profile: 'TRANSPORT_AUTHORITY',
    subject: TRANSPORT_AUTHORITY,
    now,
  });
  publishTrust(trust, 'root.pem', [root]);
  publishTrust(trust, 'chain.pem', [seals, root]);
  publishTrust(trust, 'transport.pem', [transport]);

  const listed = holders.map(holder => {
    const keys = folder(join(folder(join(dataDir, holder.id), 0o700), 'keys'), 0o700);
    const subject = { organization: holder.organization, unit: holder.id };
    const seal = ensureLeaf(
      { folder: keys, name: 'seal', profile: 'SEAL', subject: { ...subject, commonName: `${holder.id} seal` }, now },
      seals,
    );
    const tls = { ...subject, commonName: `${holder.id}.one-window.internal` };
    const dnsNames = [tls.commonName, 'localhost'];
    ensureLeaf({ folder: keys, name: 'tls', profile: 'TLS', subject: tls, now, dnsNames }, transport);
    return { ...holder, certificate: seal };
  });
  ensureList(dataDir, trust, listed, now);
}

function checkHolders(holders: readonly Holder[]): void {
  const ids = holders.map(({ id }) => id);
  if (!ids.includes(CENTER)) throw new Error(`one of the holders must be the center, with the id "${CENTER}"`);
  if (new Set(ids).size !== ids.length) throw new Error('two holders have the same id');
  for (const { id, organization, seals } of holders) {
    if (!isHolderId(id) || id === 'authority' || id === 'trust')
      throw new Error(`a holder cannot have the id ${JSON.stringify(id)}`);
    if (!isNameText(organization)) throw new Error(`the organization of ${id} is not a name of 1 to 64 characters`);
    const wrong = seals.find(kind => !isKind(kind));
    if (wrong !== undefined) throw new Error(`${id} cannot seal the kind ${JSON.stringify(wrong)}: it is not a kind`);
  }
}

function folder(path: string, mode: number): string {
  mkdirSync(path, { recursive: true, mode });
  return path;
}

// --- one certificate and its key -------------------------------------------------------------------------------------

interface Wanted {
  readonly folder: string;
  readonly name: string;
  readonly profile: Profile;
  readonly subject: Name;
  readonly now: Date;
  readonly dnsNames?: readonly string[];
}

/** An authority as found or made. Its key is asked for only when something has to be issued. */
interface Authority {
  readonly certificate: Certificate;
  issuer(): Issuer;
}

function ensureAuthority(wanted: Wanted, above?: Authority): Authority {
  const keyPath = join(wanted.folder, `${wanted.name}-key.pem`);
  const path = join(wanted.folder, `${wanted.name}.pem`);
  if (readIfThere(path) === undefined) readOrMake(keyPath, PRIVATE, makeKeyPem);
  const certificate = ensureCertificate(path, wanted, above, () => keyAt(keyPath, wanted));
  return {
    certificate,
    issuer: () => ({ certificate, key: matchingKey(keyPath, wanted, certificate) }),
  };
}

function ensureLeaf(wanted: Wanted, authority: Authority): Certificate {
  const keyPath = join(wanted.folder, `${wanted.name}-key.pem`);
  const path = join(wanted.folder, `${wanted.name}-chain.pem`);
  if (readIfThere(path) === undefined) readOrMake(keyPath, PRIVATE, makeKeyPem);
  const certificate = ensureCertificate(path, wanted, authority, () => keyAt(keyPath, wanted));
  matchingKey(keyPath, wanted, certificate);
  return certificate;
}

function ensureCertificate(
  path: string,
  wanted: Wanted,
  above: Authority | undefined,
  key: () => KeyObject,
): Certificate {
  const { profile, subject, now, dnsNames } = wanted;
  const pem = readOrMake(path, profile === 'SEAL' || profile === 'TLS' ? PRIVATE : PUBLIC, () => {
    const life = now.getTime() + LIFE_DAYS[profile] * dayMs;
    const notAfter = new Date(Math.min(life, above?.certificate.notAfter.getTime() ?? life));
    const notBefore = new Date(now.getTime() - backdateMs);
    const made = issue(
      { profile, subject, key: key(), notBefore, notAfter, ...(dnsNames && { dnsNames }) },
      above?.issuer(),
    );
    // The whole chain but what verifies as its anchor.
    const chain = profile === 'SEAL' && above ? [made, above.certificate] : [made];
    return chain.map(({ der }) => certificateToPem(der)).join('');
  });
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
  if (notAfter < now) throw new Error(`the certificate in ${path} expired on ${notAfter.toISOString()}`);
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

// --- what is public --------------------------------------------------------------------------------------------------

function publishTrust(trust: string, name: string, authorities: readonly Authority[]): void {
  const pem = authorities.map(({ certificate }) => certificateToPem(certificate.der)).join('');
  const path = join(trust, name);
  const there = readIfThere(path);
  if (there === pem) return;
  if (there !== undefined && name === 'root.pem')
    throw new Error(`${path} is another root than the one in the authority's folder`);
  replace(path, pem, PUBLIC);
}

function ensureList(dataDir: string, trust: string, listed: IssueList['listed'], now: Date): void {
  const rootPem = readIfThere(join(trust, 'root.pem'))!;
  const keys = join(dataDir, CENTER, 'keys');
  const sealer = openSealer({
    keyPem: readIfThere(join(keys, 'seal-key.pem'))!,
    chainPem: readIfThere(join(keys, 'seal-chain.pem'))!,
  });
  issueList({ trust, rootPem, listed, sealer, now });
}
