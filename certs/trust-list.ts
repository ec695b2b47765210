/**
 * The trust list: who may seal what, as a record that the center seals.
 *
 *     {"department":"center","holders":[{"certificates":["ab…"],"id":"tax","organization":"税务局","seals":["NATIONAL_TAX"]}],
 *      "issuedAt":"2025-01-01T00:00:00.000Z","kind":"TRUST_LIST","version":1}
 *
 * `kind` and `department` are those of every record, so that no other paper of the center can pass for a list.
 */
import { canonicalize, type JsonObject, type JsonValue } from './jcs.ts';
import { isNameText } from './name.ts';

/** The holder that seals slips and the trust list, and whose id its certificate carries. */
export const CENTER = 'center';

export interface ListedHolder {
  /** Also the OU of its certificates. */
  readonly id: string;
  readonly organization: string;
  /** Kinds of records it may seal. */
  readonly seals: readonly string[];
  /** SHA-256 of each of its seal certificates, hexadecimal; old ones stay, or old seals would lose their holder. */
  readonly certificates: readonly string[];
}

export interface TrustList {
  /** Rises by one with each issue; a reader that refreshes refuses a lower one. */
  readonly version: number;
  /** Instant, ISO 8601 in UTC. */
  readonly issuedAt: string;
  readonly holders: readonly ListedHolder[];
}

const KIND = 'TRUST_LIST';

/** An id is an OU, a folder and a host name at once. */
export const isHolderId = (id: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(id);
export const isKind = (kind: string): boolean => /^[A-Z][A-Z0-9_]{0,63}$/.test(kind);
const isCertificateHash = (hash: string): boolean => /^[0-9a-f]{64}$/.test(hash);

export function writeTrustList({ version, issuedAt, holders }: TrustList): string {
  return canonicalize({
    kind: KIND,
    department: CENTER,
    version,
    issuedAt,
    holders: holders.map(({ id, organization, seals, certificates }) => ({ id, organization, seals, certificates })),
  });
}

/** @returns undefined for whatever is not exactly of the form above, an unknown member included. */
export function readTrustList(record: JsonObject): TrustList | undefined {
  const { version, issuedAt, holders } = record;
  if (!hasOnly(record, ['department', 'holders', 'issuedAt', 'kind', 'version'])) return undefined;
  if (record.kind !== KIND || record.department !== CENTER) return undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined;
  if (typeof issuedAt !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(issuedAt)) return undefined;
  if (!isArray(holders)) return undefined;
  const read = holders.map(readHolder);
  if (!read.every(holder => holder !== undefined)) return undefined;
  return distinct(read.map(holder => holder.id)) && distinct(read.flatMap(holder => holder.certificates))
    ? { version, issuedAt, holders: read }
    : undefined;
}

function readHolder(value: JsonValue): ListedHolder | undefined {
  if (typeof value !== 'object' || value === null || isArray(value)) return undefined;
  if (!hasOnly(value, ['certificates', 'id', 'organization', 'seals'])) return undefined;
  const { id, organization } = value;
  const seals = texts(value.seals, isKind);
  const certificates = texts(value.certificates, isCertificateHash);
  if (typeof id !== 'string' || !isHolderId(id)) return undefined;
  if (typeof organization !== 'string' || !isNameText(organization) || !seals || !certificates) return undefined;
  return { id, organization, seals, certificates };
}

function texts(value: JsonValue | undefined, accepts: (text: string) => boolean): readonly string[] | undefined {
  if (!isArray(value)) return undefined;
  return value.every(item => typeof item === 'string' && accepts(item)) ? (value as readonly string[]) : undefined;
}

/** Array.isArray does not narrow a readonly array. */
const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const hasOnly = (object: JsonObject, names: readonly string[]): boolean =>
  Object.keys(object).sort().join() === names.join();
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;
