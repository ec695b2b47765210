/**
 * RFC 5280 sections 6.1.3 (a) (3) and 6.3.3: a CRL that is in force, of one who may, tells for every reason that the
 * certificate is not revoked. The newest is asked first; a delta CRL completes the one that it is based on.
 */
import { compareBytes } from '../../der.ts';
import type { PathCertificate } from '../certificate.ts';
import { type CrlEntry, entryKey, type PathCrl } from '../crl.ts';
import { impliedPoint, reasonsTold } from '../crl-scope.ts';
import { isSignedWith, type SignerQuestion, signerOf } from '../crl-signer.ts';
import { isSameName } from '../distinguished-name.ts';
import { ALL_REASONS, type ReasonSet } from '../distribution-point.ts';
import type { CrlFault, PathFault } from '../path.ts';

export interface RevocationQuestion extends SignerQuestion {
  readonly at: Date;
  readonly crls: readonly PathCrl[];
}

/** removeFromCRL: an entry of a delta CRL that takes back a suspension. */
const REMOVED = 8;

/** @param place Of the certificate in its chain, for the fault. */
export function revocation(
  certificate: PathCertificate,
  place: number,
  question: RevocationQuestion,
): readonly PathFault[] {
  const keys = new Map<PathCrl, Uint8Array | CrlFault>();
  let told: ReasonSet = 0;
  const newestFirst = question.crls.toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
  for (const point of [...(certificate.distributionPoints ?? []), impliedPoint(certificate)])
    for (const crl of newestFirst) {
      const reasons = crl.baseNumber === undefined ? reasonsTold(crl, point, certificate) : 0;
      if ((reasons & ~told) === 0) continue;
      const key = keys.get(crl) ?? faultInForce(crl, question.at) ?? signerOf(crl, question);
      keys.set(crl, key);
      if (typeof key === 'string') continue;
      const entry = entryFor(certificate, crl, key, question);
      if (entry) return [{ code: 'CERTIFICATE_REVOKED', certificate: place, facts: factsOf(entry), revocation: entry }];
      told |= reasons;
    }
  if (told === ALL_REASONS) return [];
  const crls = [...keys].flatMap(([crl, fault]) => (typeof fault === 'string' ? [{ crl, fault }] : []));
  return [{ code: 'NO_REVOCATION_INFORMATION', certificate: place, crls }];
}

const factsOf = ({ revokedAt, reason }: CrlEntry) => ({ on: revokedAt.toISOString(), reason: String(reason) });

/** Sections 5.1.2.4, 5.1.2.5 (one without an end is not of this profile), 5.2 and 5.3. */
function faultInForce({ thisUpdate, nextUpdate, unknownCritical }: PathCrl, at: Date): CrlFault | undefined {
  if (at < thisUpdate) return 'CRL_NOT_YET_ISSUED';
  if (!nextUpdate || at > nextUpdate) return 'CRL_OUT_OF_DATE';
  return unknownCritical.length > 0 ? 'CRL_EXTENSION_CRITICAL' : undefined;
}

/** (i), (j), (k): what the delta CRL says goes before what its base says. */
function entryFor(
  { issuer, serial }: PathCertificate,
  crl: PathCrl,
  signer: Uint8Array,
  question: RevocationQuestion,
): CrlEntry | undefined {
  const key = entryKey(issuer, serial);
  const entry = deltaOf(crl, signer, question)?.entries.get(key) ?? crl.entries.get(key);
  return entry?.reason === REMOVED ? undefined : entry;
}

/** (c), (h) and section 5.2.4: the newest that adds to this CRL, in force and signed with the same key. */
function deltaOf(base: PathCrl, signer: Uint8Array, { crls, at, verify }: RevocationQuestion): PathCrl | undefined {
  return crls
    .filter(delta => isDeltaOf(delta, base) && !faultInForce(delta, at) && isSignedWith(delta, signer, verify))
    .reduce<PathCrl | undefined>(
      (newest, delta) => (newest && newest.number! > delta.number! ? newest : delta),
      undefined,
    );
}

function isDeltaOf(delta: PathCrl, base: PathCrl): boolean {
  const [own, above] = [delta, base].map(({ authorityKeyId }) => authorityKeyId ?? new Uint8Array());
  return (
    delta.baseNumber !== undefined &&
    delta.number !== undefined &&
    base.number !== undefined &&
    delta.baseNumber <= base.number &&
    delta.number > base.number &&
    isSameName(delta.issuer, base.issuer) &&
    compareBytes(delta.distributionDer, base.distributionDer) === 0 &&
    compareBytes(own!, above!) === 0
  );
}
