/** Which certificates a CRL speaks of, and of which reasons (RFC 5280 sections 5.2.5 and 6.3.3 (b), (d)). */
import type { PathCertificate } from './certificate.ts';
import type { PathCrl } from './crl.ts';
import { type DistinguishedName, isSameName } from './distinguished-name.ts';
import { ALL_REASONS, type DistributionPoint, type PointName, type ReasonSet } from './distribution-point.ts';
import { type GeneralName, keyOf } from './general-name.ts';

/** What every certificate has besides the points that it names: whatever its own issuer publishes (section 6.3.3). */
export const impliedPoint = ({ issuer }: PathCertificate): DistributionPoint => ({
  name: { form: 'full', names: [{ form: 'directory', name: issuer }] },
  reasons: undefined,
  crlIssuer: undefined,
});

/** @returns The reasons for which the CRL tells of this certificate whether it is revoked; 0 where it tells nothing. */
export function reasonsTold(crl: PathCrl, point: DistributionPoint, certificate: PathCertificate): ReasonSet {
  const told = point.reasons ?? ALL_REASONS;
  if (!isByIssuer(crl, point, certificate)) return 0;
  if (!crl.distribution) return told;
  const { onlyUserCertificates, onlyAuthorityCertificates, onlyAttributeCertificates, onlyReasons } = crl.distribution;
  const isAuthority = certificate.basicConstraints?.authority === true;
  if (onlyAttributeCertificates || (isAuthority ? onlyUserCertificates : onlyAuthorityCertificates)) return 0;
  return isAtPoint(crl, point, certificate) ? told & (onlyReasons ?? ALL_REASONS) : 0;
}

/** (b) (1): the issuer that the point names, by an indirect CRL, or else the issuer of the certificate. */
function isByIssuer(crl: PathCrl, { crlIssuer }: DistributionPoint, { issuer }: PathCertificate): boolean {
  if (!crlIssuer) return isSameName(crl.issuer, issuer);
  return crl.distribution?.indirect === true && crlIssuer.some(name => isDirectory(name, crl.issuer));
}

/** (b) (2) (i): a CRL that names its place is for points of that place. */
function isAtPoint({ issuer, distribution }: PathCrl, point: DistributionPoint, certificate: PathCertificate): boolean {
  if (!distribution?.name) return true;
  const places = new Set(placesOf(distribution.name, issuer));
  const wanted = point.name
    ? placesOf(point.name, crlIssuerOf(point, certificate))
    : (point.crlIssuer ?? []).map(keyOf);
  return wanted.some(place => places.has(place));
}

function placesOf(name: PointName, below: DistinguishedName): readonly string[] {
  if (name.form === 'full') return name.names.map(keyOf);
  const key = [...below.rdns, name.rdn].join('\n');
  return [`directory ${key}`];
}

function crlIssuerOf({ crlIssuer = [] }: DistributionPoint, { issuer }: PathCertificate): DistinguishedName {
  const name = crlIssuer.find(({ form }) => form === 'directory');
  return name?.form === 'directory' ? name.name : issuer;
}

const isDirectory = (name: GeneralName, wanted: DistinguishedName): boolean =>
  name.form === 'directory' && isSameName(name.name, wanted);
