/**
 * The key hierarchy of one installation, on disk:
 *
 *     <dataDir>/authority/{root,seal-authority,transport-authority}{-key,}.pem      private, 0700/0600
 *     <dataDir>/authority/acts.jsonl      what was done to certificates and keys (hierarchy/acts.ts)
 *     <dataDir>/<holder>/keys/{seal-key,seal-chain,tls-key,tls-chain}.pem           private, of that holder
 *     <dataDir>/<holder>/keys/custody.json            where the seal's key is, once it is no longer there (custody/kept.ts)
 *     <dataDir>/<department>/keys/witness-key.pem     private: what the department cosigns checkpoints with
 *     <dataDir>/<department>/keys/seal.esl            its electronic seal, where its key is of SM2 (hierarchy/electronic-seals.ts)
 *     <dataDir>/center/keys/seal-maker{-key,}.pem     private: what the center makes electronic seals with
 *     <dataDir>/center/keys/log-key.pem               private: what the center signs checkpoints with
 *     <dataDir>/tsa/keys/{tsa-key,tsa-chain}.pem      private, of the time-stamp authority
 *     <dataDir>/trust/root.pem            pinned by whoever verifies
 *     <dataDir>/trust/chain.pem           seal authority and root
 *     <dataDir>/trust/transport.pem       the one authority that peers on the internal network trust
 *     <dataDir>/trust/{root,seal-authority}.crl       which of their certificates no longer count (hierarchy/revocation.ts)
 *     <dataDir>/trust/list.json, list.p7s who may seal what, whose log and time stamps count; sealed by the center
 *
 * The transport authority signs itself: a TLS peer that trusted the root would take seal certificates too, and Node's
 * servers, unlike its clients, drop `allowPartialTrustChain`, so that an authority below the root can't be their anchor.
 *
 * Each key is written before the certificate over it, and no file but those of `trust/` and custody.json is ever replaced,
 * so whatever a crash leaves is a hierarchy with a missing end, which the next call completes. A certificate without its key is a
 * loss, not a beginning: it is refused, except for keys of authorities, which may be kept elsewhere while nothing has to
 * be issued.
 */
import { type Acts, AUTHORITIES, type By, openActs, whoIsAtWork } from './hierarchy/acts.ts';
import {
  type Authorities,
  authorityFolder,
  ensureAuthorities,
  ensureFolder,
  ensureKeysFolder,
  trustFolder,
} from './hierarchy/authorities.ts';
import { openCenterAtOnce, sealByCenter } from './hierarchy/center.ts';
import { ensureKept, ensureLeaf } from './hierarchy/certificate.ts';
import { ensureElectronicSeals, type SealPictures } from './hierarchy/electronic-seals.ts';
import { whileLocked } from './hierarchy/lock.ts';
import { ensureLogKey } from './hierarchy/log-key.ts';
import {
  checkHolders,
  type Holder,
  logOrigin,
  sealSubject,
  sha256Of,
  TIME_STAMP_AUTHORITY,
  TIME_STAMP_POLICY,
  TIME_STAMPS,
  tlsSubject,
  witnessName,
} from './hierarchy/names.ts';
import { publishDueLists } from './hierarchy/revocation.ts';
import { issuedDeed } from './hierarchy/standing.ts';
import { certificateToPem } from './pem.ts';
import { CENTER } from './trust-list.ts';
import { type ListDue, listDue } from './trust-list-issue.ts';
import type { Certificate } from './x509.ts';

export type { Holder } from './hierarchy/names.ts';

export interface HierarchyRequest {
  readonly dataDir: string;
  readonly holders: readonly Holder[];
  readonly now: Date;
  /** For the record of acts; the system's user when absent. */
  readonly who?: string;
  /** For electronic seals; without it none are made. */
  readonly sealPictures?: SealPictures;
}

/**
 * Makes what is missing, checks what is there. Called again it changes nothing; called with more holders or kinds it
 * adds them and issues the next version of the trust list. Nothing is ever taken off the list here: a holder that is
 * no longer named stays, or its old seals would lose their meaning.
 *
 * @throws {Error} in one sentence when something on disk can be neither used nor completed, and when the list must be
 *   issued but the center's key is not in a file: {@link completeHierarchy} asks whoever keeps it.
 */
export function ensureHierarchy(request: HierarchyRequest): void {
  const { dataDir, now } = request;
  withLock(request, acts => {
    const { due, authorities, by } = ensureAllButLists(request, acts);
    due?.publish(openCenterAtOnce(dataDir).seal(due.json, now));
    publishDueLists({ dataDir, authorities, acts, by });
  });
}

/** As {@link ensureHierarchy}, wherever the center's key is kept. */
export async function completeHierarchy(request: HierarchyRequest): Promise<void> {
  const { dataDir, now } = request;
  await withLock(request, async acts => {
    const { due, authorities, by } = ensureAllButLists(request, acts);
    if (due) due.publish(await sealByCenter(dataDir, due.json, now));
    publishDueLists({ dataDir, authorities, acts, by });
  });
}

function withLock<Result>({ dataDir, holders }: HierarchyRequest, work: (acts: Acts) => Result): Result {
  checkHolders(holders);
  const authority = ensureFolder(authorityFolder(dataDir), 0o700);
  return whileLocked(authority, () => work(openActs(authority)));
}

interface Ensured {
  readonly authorities: Authorities;
  readonly by: By;
  /** The next trust list, when there must be one. */
  readonly due: ListDue | undefined;
}

function ensureAllButLists(request: HierarchyRequest, acts: Acts): Ensured {
  const { dataDir, holders, now, who = whoIsAtWork(), sealPictures } = request;
  const by = { at: now, who };
  const authorities = ensureAuthorities(dataDir, now);
  const sealed = holders.map(holder => ensureHolder(dataDir, holder, authorities, now));
  const timeStamps = ensureKept(
    {
      folder: ensureKeysFolder(dataDir, TIME_STAMPS),
      name: 'tsa',
      profile: 'TIME_STAMP',
      subject: TIME_STAMP_AUTHORITY,
      now,
    },
    authorities['seal-authority'],
  );
  const departments = holders.filter(({ id }) => id !== CENTER);
  const maker =
    sealPictures &&
    ensureElectronicSeals({ dataDir, departments, authorities, acts: acts.all, pictures: sealPictures, now });
  const logKey = (id: string, name: 'log' | 'witness') => ensureLogKey(ensureKeysFolder(dataDir, id), name, id);
  record(acts, by, [
    ...AUTHORITIES.map(name => ({
      issuer: name === 'seal-authority' ? ('root' as const) : name,
      holder: name,
      certificate: authorities[name].certificate,
    })),
    ...sealed.flatMap(({ holder: { id }, seal, tls }) => [
      { issuer: 'seal-authority' as const, holder: id, certificate: seal },
      { issuer: 'transport-authority' as const, holder: id, certificate: tls },
    ]),
    { issuer: 'seal-authority', holder: TIME_STAMPS, certificate: timeStamps },
    ...(maker ? [{ issuer: 'seal-authority' as const, holder: CENTER, certificate: maker }] : []),
  ]);
  const center = sealed.find(({ holder }) => holder.id === CENTER)!;
  const due = listDue({
    trust: trustFolder(dataDir),
    rootPem: certificateToPem(authorities.root.certificate.der),
    sealedBy: sha256Of(center.seal),
    now,
    listed: {
      holders: sealed.map(({ holder: { id, organization, seals }, seal }) => ({
        id,
        organization,
        seals,
        certificates: [sha256Of(seal)],
      })),
      logs: [{ origin: logOrigin(authorities.root.certificate), key: logKey(CENTER, 'log') }],
      witnesses: departments.map(({ id }) => ({ holder: id, name: witnessName(id), key: logKey(id, 'witness') })),
      timeStamping: [{ policy: TIME_STAMP_POLICY, certificates: [sha256Of(timeStamps)] }],
    },
  });
  return { authorities, by, due };
}

interface Sealed {
  readonly holder: Holder;
  readonly seal: Certificate;
  readonly tls: Certificate;
}

function ensureHolder(dataDir: string, holder: Holder, authorities: Authorities, now: Date): Sealed {
  const folder = ensureKeysFolder(dataDir, holder.id);
  const { suite } = holder;
  const seal = ensureKept(
    { folder, name: 'seal', profile: 'SEAL', subject: sealSubject(holder), now, ...(suite && { suite }) },
    authorities['seal-authority'],
  );
  const subject = tlsSubject(holder);
  const dnsNames = [subject.commonName, 'localhost'];
  const tls = ensureLeaf(
    { folder, name: 'tls', profile: 'TLS', subject, now, dnsNames },
    authorities['transport-authority'],
  );
  return { holder, seal, tls };
}

/** What the record does not know yet: new certificates, and all of a data folder of before there was a record. */
function record(acts: Acts, by: By, certificates: readonly Parameters<typeof issuedDeed>[0][]): void {
  const known = new Set(acts.all.flatMap(act => (act.act === 'ISSUED' ? act.sha256 : [])));
  acts.append(
    certificates.map(issuedDeed).filter(({ sha256 }) => !known.has(sha256)),
    by,
  );
}
