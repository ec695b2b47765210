/**
 * Where CRLs are distributed: `DistributionPoint` in certificates (RFC 5280 section 4.2.1.13) and
 * `IssuingDistributionPoint` in CRLs (section 5.2.5).
 */
import { constructed, type DerReader, primitive, TAG } from '../der.ts';
import { readRdn } from './distinguished-name.ts';
import { implicit } from './element.ts';
import { type GeneralName, readGeneralNamesAs } from './general-name.ts';

/** A relative name still has to be put below the name of whoever issues the CRL. */
export type PointName =
  | { readonly form: 'full'; readonly names: readonly GeneralName[] }
  | { readonly form: 'relative'; readonly rdn: string };

export interface DistributionPoint {
  readonly name: PointName | undefined;
  /** Undefined: all. */
  readonly reasons: ReasonSet | undefined;
  /** Names of the issuer of the CRL where it is another than the issuer of the certificate. */
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

export interface IssuingDistributionPoint {
  readonly name: PointName | undefined;
  readonly onlyUserCertificates: boolean;
  readonly onlyAuthorityCertificates: boolean;
  readonly onlyReasons: ReasonSet | undefined;
  readonly indirect: boolean;
  readonly onlyAttributeCertificates: boolean;
}

/** `ReasonFlags`: bit n stands for the n-th reason. */
export type ReasonSet = number;
/** keyCompromise (1) to aACompromise (8); bit 0 is unused. */
export const ALL_REASONS: ReasonSet = 0b1_1111_1110;

/** More than any honest certificate has; revocation asks each CRL about each point. */
const pointsMax = 100;

export function readDistributionPoints(value: DerReader): readonly DistributionPoint[] {
  const list = value.sequence();
  const points: DistributionPoint[] = [];
  do {
    if (points.length === pointsMax) throw list.fault('DER_LENGTH_TOO_LONG');
    points.push(readDistributionPoint(list.sequence()));
  } while (list.more);
  return points;
}

function readDistributionPoint(point: DerReader): DistributionPoint {
  const name = readName(point);
  const reasons = readReasons(point, 1);
  const crlIssuer = point.next(constructed(2)) ? readGeneralNamesAs(point, 2) : undefined;
  point.done();
  return { name, reasons, crlIssuer };
}

export function readIssuingDistributionPoint(value: DerReader): IssuingDistributionPoint {
  const point = value.sequence();
  const name = readName(point);
  const onlyUserCertificates = readFlag(point, 1);
  const onlyAuthorityCertificates = readFlag(point, 2);
  const onlyReasons = readReasons(point, 3);
  const indirect = readFlag(point, 4);
  const onlyAttributeCertificates = readFlag(point, 5);
  point.done();
  return { name, onlyUserCertificates, onlyAuthorityCertificates, onlyReasons, indirect, onlyAttributeCertificates };
}

/** `[0] DistributionPointName`, a CHOICE and so behind an EXPLICIT tag. */
function readName(point: DerReader): PointName | undefined {
  if (!point.next(constructed(0))) return undefined;
  const choice = point.enter(constructed(0));
  const name: PointName = choice.next(constructed(1))
    ? { form: 'relative', rdn: readRdn(choice, constructed(1)) }
    : { form: 'full', names: readGeneralNamesAs(choice, 0) };
  choice.done();
  return name;
}

function readReasons(point: DerReader, n: number): ReasonSet | undefined {
  if (!point.next(primitive(n))) return undefined;
  const bits = implicit(point, n, TAG.BIT_STRING).namedBits();
  return bits.reduce((set, bit) => set | (1 << bit), 0) & ALL_REASONS;
}

const readFlag = (point: DerReader, n: number): boolean =>
  point.next(primitive(n)) && implicit(point, n, TAG.BOOLEAN).boolean();
