/**
 * One key of a holder takes the place of another, or goes elsewhere. custody.json changes last and in one step: when key
 * and certificate are there, the trust list names the certificate, and the key has signed. Whatever a crash leaves before
 * that step is not yet in force, and after it only has to be swept.
 */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Custody, custodyOf, makeKept, putKept, takeKept } from '../custody/keep.ts';
import { type Kept, type KeyName, writeKept } from '../custody/kept.ts';
import { openSigner } from '../custody/open.ts';
import { compareBytes } from '../der.ts';
import { toHex } from '../hex.ts';
import { isKeyOf, suiteOfKeyObject } from '../key.ts';
import { certificatesFromPem, certificateToPem } from '../pem.ts';
import { publicKeyOf } from '../primitives.ts';
import { PRIVATE, readIfThere, replace } from '../publish.ts';
import { openSealer } from '../seal.ts';
import type { Signer } from '../signer.ts';
import { SUITES, type SuiteId } from '../suites.ts';
import { CENTER } from '../trust-list.ts';
import { type Listed, listDue } from '../trust-list-issue.ts';
import { type Certificate, readCertificate } from '../x509.ts';
import type { AtWork } from './at-work.ts';
import { trustFolder } from './authorities.ts';
import { sealByCenter } from './center.ts';
import { chainToPem, issueNow } from './certificate.ts';
import { ensureElectronicSeal, needsElectronicSeal } from './electronic-seals.ts';
import { forgetIntent, type Intent, intend, noteFormer, type Remains, sweep, writeIntent } from './intent.ts';
import { sha256Of, TIME_STAMP_POLICY } from './names.ts';
import { type Seat, seatOf } from './seat.ts';
import { issuedDeed, standings } from './standing.ts';

export interface Succeeded {
  readonly seat: Seat;
  /** Sentences for the operator about what could not be taken away. */
  readonly remains: readonly string[];
}

/** A new key and a new certificate; the certificates of before stay on the trust list. */
export async function renewKey(
  at: AtWork,
  holder: string,
  wanted: { readonly suite?: SuiteId; readonly custody?: Custody } = {},
): Promise<Succeeded> {
  const seat = seatOf(at.dataDir, holder);
  const remains: Remains = [];
  await sweep(seat, 'all', remains);
  const suite = wanted.suite ?? seat.certificate.publicKey.suite;
  const custody = wanted.custody ?? custodyOf(seat.kept);
  const intent = await intend(seat, { change: 'RENEW', suite, custody }, remains);
  const chainPem =
    readIfThere(join(seat.keys, intent.kept.chain)) ??
    issueChain(at, seat, intent, await makeKept(seat.keys, intent.kept, suite, ownerOf(seat)));
  return succeed(at, seat, intent, chainPem, remains);
}

/** The same key and certificate, kept otherwise. @returns undefined when they are kept so already. */
export async function moveKey(at: AtWork, holder: string, custody: Custody): Promise<Succeeded | undefined> {
  const seat = seatOf(at.dataDir, holder);
  const { kept, keys, chainPem, certificate } = seat;
  if (JSON.stringify(custodyOf(kept)) === JSON.stringify(custody)) return undefined;
  const remains: Remains = [];
  await sweep(seat, 'all', remains);
  const wanted = { change: 'MOVE', suite: certificate.publicKey.suite, custody, chain: kept.chain } as const;
  const begun = await intend(seat, wanted, remains);
  const inPlace = whereItIs(kept, custody);
  const intent: Intent = inPlace ? { ...begun, kept: inPlace } : begun;
  if (inPlace) writeIntent(keys, intent);
  else await putKept(keys, intent.kept, await takeKept(keys, kept, ownerOf(seat)), ownerOf(seat));
  return succeed(at, seat, intent, chainPem, remains);
}

/** Where a move leaves the key in its place: another reader of the same file, another way to the same token's PIN. */
function whereItIs(kept: Kept, custody: Custody): Kept | undefined {
  if ('key' in kept && (custody.kind === 'file' || custody.kind === 'worker')) return { ...kept, kind: custody.kind };
  if (kept.kind === 'pkcs11' && custody.kind === 'pkcs11' && kept.token === custody.token)
    return { ...kept, module: custody.module, pin: custody.pin };
  return undefined;
}

/**
 * A key that was made elsewhere, or comes back from a backup. Its certificate is used when our authority has issued it to
 * this holder and it is in force; otherwise one is issued over the key.
 */
export async function importKey(
  at: AtWork,
  holder: string,
  { key, certificates }: { readonly key: KeyObject; readonly certificates: readonly Uint8Array[] },
): Promise<Succeeded> {
  const seat = seatOf(at.dataDir, holder);
  const suite = suiteOfKeyObject(key);
  if (!suite) throw new TypeError('a key of one of our suites is needed');
  const remains: Remains = [];
  await sweep(seat, 'all', remains);
  const intent = await intend(seat, { change: 'IMPORT', suite, custody: custodyOf(seat.kept) }, remains);
  await putKept(seat.keys, intent.kept, key, ownerOf(seat));
  const own = ownCertificate(at, seat, key, certificates);
  const chainPem = own ? keepChain(at, seat, intent, own) : issueChain(at, seat, intent, createPublicKey(key));
  at.acts.append([{ act: 'IMPORTED', holder, serial: serialOf(chainPem) }], at.by);
  return succeed(at, seat, intent, chainPem, remains);
}

/** @returns undefined unless the record knows it as this holder's, in force. */
function ownCertificate(
  { acts, by }: AtWork,
  { holder, certificate: { extensions } }: Seat,
  key: KeyObject,
  ders: readonly Uint8Array[],
): Certificate | undefined {
  const good = new Set(
    standings(acts.all)
      .filter(one => one.holder === holder && one.profile === extensions.profile && one.status === 'good')
      .filter(({ notAfter }) => new Date(notAfter) > by.at)
      .map(({ sha256 }) => sha256),
  );
  return ders
    .flatMap(der => readIfOurs(der) ?? [])
    .find(certificate => good.has(sha256Of(certificate)) && isKeyOf(key, certificate));
}

function readIfOurs(der: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(der);
  } catch {
    return undefined;
  }
}

function issueChain(at: AtWork, seat: Seat, intent: Intent, publicKey: KeyObject): string {
  const { subject, extensions } = seat.certificate;
  const wanted = { profile: extensions.profile, subject, now: at.by.at };
  const certificate = issueNow(wanted, publicKey, at.authorities['seal-authority']);
  return keepChain(at, seat, intent, certificate);
}

function keepChain(at: AtWork, { keys }: Seat, { kept }: Intent, certificate: Certificate): string {
  const pem = chainToPem(certificate, at.authorities['seal-authority']);
  replace(join(keys, kept.chain), pem, PRIVATE);
  return pem;
}

// --- what makes it count ---------------------------------------------------------------------------------------------

async function succeed(
  at: AtWork,
  seat: Seat,
  { kept }: Intent,
  chainPem: string,
  remains: Remains,
): Promise<Succeeded> {
  const { keys, holder } = seat;
  const signer = await openSigner(keys, kept, chainPem);
  try {
    const certificate = certificateOf(chainPem);
    await mustSign(signer, certificate, ownerOf(seat));
    recordIssued(at, seat.holder, certificate);
    makeElectronicSeal(at, { ...seat, kept, certificate });
    await publishSuccessor(at, seat, { certificate, chainPem, signer });
    at.acts.append([{ act: 'KEPT', holder, serial: serialOf(chainPem), custody: kept.kind }], at.by);
    noteFormer(keys, seat.kept);
    writeKept(keys, kept);
    forgetIntent(keys);
  } finally {
    await signer.close();
  }
  const successor = seatOf(at.dataDir, holder);
  await sweep(successor, 'files', remains);
  return { seat: successor, remains };
}

const ownerOf = ({ certificate }: Seat): string => certificate.subject.commonName;
const certificateOf = (chainPem: string): Certificate => readCertificate(certificatesFromPem(chainPem)[0]!);
const serialOf = (chainPem: string): string => toHex(certificateOf(chainPem).serial);

/** Opened is not enough: only a signature shows that the key is there and is the one of the certificate. */
async function mustSign(signer: Signer, { spki, publicKey: { suite } }: Certificate, owner: string): Promise<void> {
  const trial = randomBytes(32);
  const key = publicKeyOf(spki);
  if (!key || compareBytes(signer.spki, spki) !== 0 || !SUITES[suite].verify(key, trial, await signer.sign(trial)))
    throw new Error(`the new key of ${owner} is not the one in its certificate`);
}

/** Of a department whose new key is of SM2. */
function makeElectronicSeal(at: AtWork, seat: Seat): void {
  const { dataDir, authorities, sealPictures: pictures, by } = at;
  if (!pictures || seat.holder === CENTER || !needsElectronicSeal(seat)) return;
  recordIssued(
    at,
    CENTER,
    ensureElectronicSeal(seat, { dataDir, authorities, acts: at.acts.all, pictures, now: by.at }),
  );
}

function recordIssued({ acts, by }: AtWork, holder: string, certificate: Certificate): void {
  const deed = issuedDeed({ issuer: 'seal-authority', holder, certificate });
  if (!acts.all.some(act => act.act === 'ISSUED' && act.sha256 === deed.sha256)) acts.append([deed], by);
}

interface Successor {
  readonly certificate: Certificate;
  readonly chainPem: string;
  readonly signer: Signer;
}

/** The list is sealed by the center; when the center's own key is succeeded, by the new one. */
async function publishSuccessor(at: AtWork, { holder, name }: Seat, successor: Successor): Promise<void> {
  const { dataDir, authorities, by } = at;
  const isCenter = holder === CENTER;
  const center = isCenter ? successor.certificate : seatOf(dataDir, CENTER).certificate;
  const due = listDue({
    trust: trustFolder(dataDir),
    rootPem: certificateToPem(authorities.root.certificate.der),
    listed: listedOf(holder, name, successor.certificate),
    sealedBy: sha256Of(center),
    now: by.at,
  });
  if (!due) return;
  if (!isCenter) mustBeGood(at, center);
  const sealer = isCenter ? openSealer(successor) : undefined;
  due.publish(await (sealer?.seal(due.json, by.at) ?? sealByCenter(dataDir, due.json, by.at)));
}

function listedOf(holder: string, name: KeyName, certificate: Certificate): Listed {
  const certificates = [sha256Of(certificate)];
  const { organization } = certificate.subject;
  const none = { holders: [], logs: [], witnesses: [], timeStamping: [] };
  return name === 'tsa'
    ? { ...none, timeStamping: [{ policy: TIME_STAMP_POLICY, certificates }] }
    : { ...none, holders: [{ id: holder, organization, seals: [], certificates }] };
}

function mustBeGood({ acts }: AtWork, center: Certificate): void {
  const standing = standings(acts.all).find(({ sha256 }) => sha256 === sha256Of(center));
  if (standing?.status !== 'good')
    throw new Error(`the trust list must be sealed, and the seal of the center is ${standing?.status}: renew it first`);
}
