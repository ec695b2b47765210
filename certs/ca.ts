/**
 * The key hierarchy of one installation, on disk:
 *
 *     <dataDir>/authority/{root,seal-authority,transport-authority}{-key,}.pem      private, 0700/0600
 *     <dataDir>/<holder>/keys/{seal-key,seal-chain,tls-key,tls-chain}.pem           private, of that holder
 *     <dataDir>/<department>/keys/witness-key.pem     private: what the department cosigns checkpoints with
 *     <dataDir>/center/keys/log-key.pem               private: what the center signs checkpoints with
 *     <dataDir>/tsa/keys/{tsa-key,tsa-chain}.pem      private, of the time-stamp authority
 *     <dataDir>/trust/root.pem            pinned by whoever verifies
 *     <dataDir>/trust/chain.pem           seal authority and root
 *     <dataDir>/trust/transport.pem       the one authority that peers on the internal network trust
 *     <dataDir>/trust/list.json, list.p7s who may seal what, whose log and time stamps count; sealed by the center
 *
 * The transport authority signs itself: a TLS peer that trusted the root would take seal certificates too, and Node's
 * servers, unlike its clients, drop `allowPartialTrustChain`, so that an authority below the root can't be their anchor.
 *
 * Each key is written before the certificate over it, and no file but those of `trust/` is ever replaced, so whatever a
 * crash leaves is a hierarchy with a missing end, which the next call completes. A certificate without its key is a
 * loss, not a beginning: it is refused, except for keys of authorities, which may be kept elsewhere while nothing has to
 * be issued.
 */
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Authority, ensureAuthority, ensureLeaf } from './hierarchy/certificate.ts';
import { ensureLogKey } from './hierarchy/log-key.ts';
import { isNameText, type Name } from './name.ts';
import { certificateToPem } from './pem.ts';
import { PUBLIC, readIfThere, replace } from './publish.ts';
import { openSealerAtOnce } from './seal.ts';
import { CENTER, isHolderId, isKind } from './trust-list.ts';
import { issueList, type Listed } from './trust-list-issue.ts';
import type { Certificate } from './x509.ts';

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
/** The folder of the time-stamp authority, and its unit; no holder may have it for an id. */
export const TIME_STAMPS = 'tsa';
const TIME_STAMP_AUTHORITY: Name = {
  organization: '一窗通办示范',
  unit: TIME_STAMPS,
  commonName: 'One Window Demo Time-Stamp Authority',
};
/** RFC 3161 policy of the demo: of the arc that X.660 keeps for examples. An office has one of its own. */
export const TIME_STAMP_POLICY = '2.999.3161.1';
const FOLDERS_OF_OTHERS: ReadonlySet<string> = new Set(['authority', 'trust', TIME_STAMPS]);
const TRANSPORT_AUTHORITY: Name = { organization: '一窗通办示范', commonName: 'One Window Demo Transport Authority' };

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

  const keysOf = (id: string) => folder(join(folder(join(dataDir, id), 0o700), 'keys'), 0o700);
  const sealed = holders.map(holder => ensureHolder(keysOf(holder.id), holder, { seals, transport }, now));
  const timeStamp = ensureLeaf(
    { folder: keysOf(TIME_STAMPS), name: 'tsa', profile: 'TIME_STAMP', subject: TIME_STAMP_AUTHORITY, now },
    seals,
  );
  const departments = holders.filter(({ id }) => id !== CENTER);
  ensureList(dataDir, trust, now, {
    holders: sealed,
    logs: [{ origin: logOrigin(root.certificate), key: ensureLogKey(keysOf(CENTER), 'log', CENTER) }],
    witnesses: departments.map(({ id }) => ({
      holder: id,
      name: witnessName(id),
      key: ensureLogKey(keysOf(id), 'witness', id),
    })),
    timeStamping: [{ policy: TIME_STAMP_POLICY, certificates: [sha256Of(timeStamp)] }],
  });
}

/** The first line of the log's checkpoints: another root is another log. */
export const logOrigin = (root: Certificate): string => `one-window.internal/log/${sha256Of(root).slice(0, 16)}`;
export const witnessName = (department: string): string => `${department}.one-window.internal/witness`;
const sha256Of = ({ der }: Certificate): string => hash('sha256', der, 'hex');

function ensureHolder(
  keys: string,
  { id, organization, seals }: Holder,
  authorities: { readonly seals: Authority; readonly transport: Authority },
  now: Date,
): Listed['holders'][number] {
  const subject = { organization, unit: id };
  const seal = ensureLeaf(
    { folder: keys, name: 'seal', profile: 'SEAL', subject: { ...subject, commonName: `${id} seal` }, now },
    authorities.seals,
  );
  const tls = { ...subject, commonName: `${id}.one-window.internal` };
  const dnsNames = [tls.commonName, 'localhost'];
  ensureLeaf({ folder: keys, name: 'tls', profile: 'TLS', subject: tls, now, dnsNames }, authorities.transport);
  return { id, organization, seals, certificates: [sha256Of(seal)] };
}

function checkHolders(holders: readonly Holder[]): void {
  const ids = holders.map(({ id }) => id);
  if (!ids.includes(CENTER)) throw new Error(`one of the holders must be the center, with the id "${CENTER}"`);
  if (new Set(ids).size !== ids.length) throw new Error('two holders have the same id');
  for (const { id, organization, seals } of holders) {
    if (!isHolderId(id) || FOLDERS_OF_OTHERS.has(id))
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

function ensureList(dataDir: string, trust: string, now: Date, listed: Listed): void {
  const rootPem = readIfThere(join(trust, 'root.pem'))!;
  const keys = join(dataDir, CENTER, 'keys');
  const { seal } = openSealerAtOnce({
    keyPem: readIfThere(join(keys, 'seal-key.pem'))!,
    chainPem: readIfThere(join(keys, 'seal-chain.pem'))!,
  });
  issueList({ trust, rootPem, listed, seal, now });
}
