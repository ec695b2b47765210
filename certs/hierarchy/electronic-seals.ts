/**
 * The electronic seals of GB/T 38540 that holders of SM2 keys use, and who makes them:
 *
 *     <dataDir>/center/keys/{seal-maker-key,seal-maker}.pem     the seal maker 制章者: the center
 *     <dataDir>/<department>/keys/seal.esl                      the seal; beside another chain than seal-chain.pem, such
 *                                                               as seal-2-chain.pem, it has that one's name: seal-2.esl
 *
 * A maker is there only where somebody needs a seal; one whose certificate was revoked or has ended is followed by the next.
 * A seal is made anew when it is not of the certificate beside it, not of this maker, or has ended; it is whole before it has
 * its name.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { electronicSealPath, readKept } from '../custody/kept.ts';
import { FormatError } from '../findings.ts';
import { certificatesFromPem } from '../pem.ts';
import { publicKeyOf } from '../primitives.ts';
import { PRIVATE, readBytesIfThere, readIfThere, replace } from '../publish.ts';
import { isSealOf, makeElectronicSeal, type SealPicture } from '../ses/make.ts';
import { readSealFile, type Seal } from '../ses/seal.ts';
import { SUITES, type SuiteId } from '../suites.ts';
import { CENTER } from '../trust-list.ts';
import { type Certificate, readCertificate } from '../x509.ts';
import type { Act } from './acts.ts';
import { type Authorities, ensureKeysFolder } from './authorities.ts';
import { type Authority, ensureAuthority } from './certificate.ts';
import { sha256Of } from './names.ts';
import { type Seat, seatOf } from './seat.ts';
import { standings } from './standing.ts';

/** Draws the seal of an organization. */
export type SealPictures = (organization: string) => SealPicture;

const SUITE = 'SM2SM3';
const MAKER = 'seal-maker';

interface SealsWanted {
  readonly dataDir: string;
  readonly departments: readonly { readonly id: string }[];
  readonly authorities: Authorities;
  /** How the maker's certificate stands, they tell. */
  readonly acts: readonly Act[];
  readonly pictures: SealPictures;
  readonly now: Date;
}

/** @returns The maker's certificate; undefined where nobody needs a seal. */
export function ensureElectronicSeals({ departments, ...wanted }: SealsWanted): Certificate | undefined {
  const seats = departments.map(({ id }) => seatOf(wanted.dataDir, id)).filter(needsElectronicSeal);
  return seats.reduce<Certificate | undefined>((_, seat) => ensureElectronicSeal(seat, wanted), undefined);
}

export const needsElectronicSeal = ({ certificate }: Pick<Seat, 'certificate'>): boolean =>
  certificate.publicKey.suite === SUITE;

/** Has anybody a key of SM2, or will be given one? Asked before pictures are drawn, for which fonts are opened. */
export const wantElectronicSeals = (
  dataDir: string,
  departments: readonly { readonly id: string; readonly suite?: SuiteId }[],
): boolean =>
  departments.some(({ id, suite }) =>
    isSeat(dataDir, id) ? needsElectronicSeal(seatOf(dataDir, id)) : suite === SUITE,
  );

/** What a crash left may have a folder and no certificate yet. */
function isSeat(dataDir: string, id: string): boolean {
  const keys = join(dataDir, id, 'keys');
  return existsSync(keys) && existsSync(join(keys, readKept(keys, 'seal').chain));
}

/** @returns The maker's certificate. */
export function ensureElectronicSeal(
  { keys, kept, certificate }: Pick<Seat, 'keys' | 'kept' | 'certificate'>,
  { pictures, ...wanted }: Omit<SealsWanted, 'departments'>,
): Certificate {
  const { now } = wanted;
  const maker = ensureMaker(wanted);
  const path = electronicSealPath(keys, kept);
  const there = readBytesIfThere(path);
  if (!there || !isGood(there, certificate, maker.certificate, now)) {
    const { organization: name } = certificate.subject;
    const order = { name, signer: certificate, picture: pictures(name), createdAt: now };
    replace(path, makeElectronicSeal(order, maker.issuer()), PRIVATE);
  }
  return maker.certificate;
}

function ensureMaker({ dataDir, authorities, acts, now }: Omit<SealsWanted, 'departments' | 'pictures'>): Authority {
  const { organization } = seatOf(dataDir, CENTER).certificate.subject;
  const subject = { organization, unit: CENTER, commonName: `${CENTER} seal maker` };
  const folder = ensureKeysFolder(dataDir, CENTER);
  removeIfOver(folder, acts, now);
  const wanted = { folder, name: MAKER, profile: 'SEAL_MAKER', subject, now, suite: SUITE } as const;
  return ensureAuthority(wanted, authorities['seal-authority']);
}

/** The key goes first: a certificate without it is found over again, a key without one would be certified again. */
function removeIfOver(folder: string, acts: readonly Act[], now: Date): void {
  const path = join(folder, `${MAKER}.pem`);
  const [der] = certificatesFromPem(readIfThere(path) ?? '');
  const certificate = der && readCertificate(der);
  if (!certificate) return;
  const standing = standings(acts).find(({ sha256 }) => sha256 === sha256Of(certificate));
  if (standing?.status !== 'revoked' && certificate.notAfter >= now) return;
  rmSync(join(folder, `${MAKER}-key.pem`), { force: true });
  rmSync(path);
}

function isGood(der: Uint8Array, certificate: Certificate, maker: Certificate, now: Date): boolean {
  const seal = readIfOne(der);
  if (!seal || !isSealOf(seal, certificate) || Buffer.compare(seal.maker.der, maker.der) !== 0) return false;
  const key = publicKeyOf(maker.spki);
  return (
    seal.info.validUntil >= now && key !== undefined && SUITES.SM2SM3.verify(key, seal.signedBytes, seal.signature)
  );
}

function readIfOne(der: Uint8Array): Seal | undefined {
  try {
    return readSealFile(der);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return undefined;
  }
}
