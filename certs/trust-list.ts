/**
 * The trust list: who may seal what, and whose log, witnesses and time stamps count, as a record that the center seals.
 *
 *     {"department":"center","holders":[{"certificates":["ab…"],"id":"tax","organization":"税务局","seals":["NATIONAL_TAX"]}],
 *      "issuedAt":"2025-01-01T00:00:00.000Z","kind":"TRUST_LIST",
 *      "logs":[{"key":"AQID…","origin":"one-window.internal/log/0123456789abcdef"}],
 *      "timeStamping":[{"certificates":["cd…"],"policy":"2.999.3161.1"}],"version":1,
 *      "witnesses":[{"holder":"tax","key":"BAUG…","name":"tax.one-window.internal/witness"}]}
 *
 * `kind` and `department` are those of every record, so that no other paper of the center can pass for a list. A list of
 * before there were logs has none of `logs`, `timeStamping` and `witnesses`; one of today has all three.
 */
import { canonicalize, type JsonObject, type JsonValue } from './jcs.ts';
import { isObject } from './json.ts';
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

export interface ListedLog {
  /** First line of its checkpoints (C2SP tlog-checkpoint). */
  readonly origin: string;
  /** Base64 of the 32 bytes of its Ed25519 key. */
  readonly key: string;
}

export interface ListedWitness {
  readonly holder: string;
  /** Key name of its cosignatures (C2SP tlog-cosignature). */
  readonly name: string;
  /** Base64 of the 32 bytes of its Ed25519 key. */
  readonly key: string;
}

export interface ListedTimeStamping {
  /** Object identifier that its tokens name. */
  readonly policy: string;
  /** SHA-256 of each of its certificates, hexadecimal; old ones stay. */
  readonly certificates: readonly string[];
}

export interface TrustList {
  /** Rises by one with each issue; a reader that refreshes refuses a lower one. */
  readonly version: number;
  /** Instant, ISO 8601 in UTC. */
  readonly issuedAt: string;
  readonly holders: readonly ListedHolder[];
  readonly logs: readonly ListedLog[];
  readonly witnesses: readonly ListedWitness[];
  readonly timeStamping: readonly ListedTimeStamping[];
}

const KIND = 'TRUST_LIST';
const MEMBERS_BEFORE_LOGS = ['department', 'holders', 'issuedAt', 'kind', 'version'];
const MEMBERS = [...MEMBERS_BEFORE_LOGS, 'logs', 'timeStamping', 'witnesses'].sort();

/** An id is an OU, a folder and a host name at once. */
export const isHolderId = (id: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(id);
export const isKind = (kind: string): boolean => /^[A-Z][A-Z0-9_]{0,63}$/.test(kind);
const isCertificateHash = (hash: string): boolean => /^[0-9a-f]{64}$/.test(hash);
/** A name in a signed note holds neither a space nor a plus sign. */
const isKeyName = (name: string): boolean => /^[!-*,-~]{1,255}$/.test(name);
/** 32 bytes have one base64: in its last letter two bits must be zero. */
const isRawKey = (key: string): boolean => /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(key);
const isPolicy = (policy: string): boolean => /^[0-2](?:\.(?:0|[1-9]\d{0,9})){1,15}$/.test(policy);

export function writeTrustList({ version, issuedAt, holders, logs, witnesses, timeStamping }: TrustList): string {
  return canonicalize({
    kind: KIND,
    department: CENTER,
    version,
    issuedAt,
    holders: holders.map(({ id, organization, seals, certificates }) => ({ id, organization, seals, certificates })),
    logs: logs.map(({ origin, key }) => ({ origin, key })),
    witnesses: witnesses.map(({ holder, name, key }) => ({ holder, name, key })),
    timeStamping: timeStamping.map(({ policy, certificates }) => ({ policy, certificates })),
  });
}

/** @returns undefined for whatever is not exactly of the form above, an unknown member included. */
export function readTrustList(record: JsonObject): TrustList | undefined {
  const { version, issuedAt } = record;
  if (!hasOnly(record, MEMBERS) && !hasOnly(record, MEMBERS_BEFORE_LOGS)) return undefined;
  if (record.kind !== KIND || record.department !== CENTER) return undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined;
  if (typeof issuedAt !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(issuedAt)) return undefined;
  const holders = each(record.holders, readHolder);
  const { logs: listed = [], witnesses: cosigners = [], timeStamping: stampers = [] } = record;
  const logs = each(listed, readLog);
  const witnesses = each(cosigners, readWitness);
  const timeStamping = each(stampers, readTimeStamping);
  if (!holders || !logs || !witnesses || !timeStamping) return undefined;
  const certificates = [...holders, ...timeStamping].flatMap(one => one.certificates);
  const keys = [...logs, ...witnesses].map(({ key }) => key);
  return distinct(holders.map(({ id }) => id)) && distinct(certificates) && distinct(keys)
    ? { version, issuedAt, holders, logs, witnesses, timeStamping }
    : undefined;
}

function readHolder(value: JsonObject): ListedHolder | undefined {
  if (!hasOnly(value, ['certificates', 'id', 'organization', 'seals'])) return undefined;
  const id = text(value.id, isHolderId);
  const organization = text(value.organization, isNameText);
  const seals = texts(value.seals, isKind);
  const certificates = texts(value.certificates, isCertificateHash);
  if (id === undefined || organization === undefined || !seals || !certificates) return undefined;
  return { id, organization, seals, certificates };
}

function readLog(value: JsonObject): ListedLog | undefined {
  if (!hasOnly(value, ['key', 'origin'])) return undefined;
  const origin = text(value.origin, isKeyName);
  const key = text(value.key, isRawKey);
  return origin === undefined || key === undefined ? undefined : { origin, key };
}

function readWitness(value: JsonObject): ListedWitness | undefined {
  if (!hasOnly(value, ['holder', 'key', 'name'])) return undefined;
  const holder = text(value.holder, isHolderId);
  const name = text(value.name, isKeyName);
  const key = text(value.key, isRawKey);
  return holder === undefined || name === undefined || key === undefined ? undefined : { holder, name, key };
}

function readTimeStamping(value: JsonObject): ListedTimeStamping | undefined {
  if (!hasOnly(value, ['certificates', 'policy'])) return undefined;
  const policy = text(value.policy, isPolicy);
  const certificates = texts(value.certificates, isCertificateHash);
  return policy === undefined || !certificates ? undefined : { policy, certificates };
}

/** Every member of an array as read; undefined when it is no array, or one of them can't be read. */
function each<Read>(
  value: JsonValue | undefined,
  read: (object: JsonObject) => Read | undefined,
): readonly Read[] | undefined {
  if (!isArray(value)) return undefined;
  const all = value.map(item => (isObject(item) ? read(item) : undefined));
  return all.every(item => item !== undefined) ? all : undefined;
}

const text = (value: JsonValue | undefined, accepts: (text: string) => boolean): string | undefined =>
  typeof value === 'string' && accepts(value) ? value : undefined;

function texts(value: JsonValue | undefined, accepts: (text: string) => boolean): readonly string[] | undefined {
  if (!isArray(value)) return undefined;
  return value.every(item => typeof item === 'string' && accepts(item)) ? (value as readonly string[]) : undefined;
}

/** Array.isArray does not narrow a readonly array. */
const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const hasOnly = (object: JsonObject, names: readonly string[]): boolean =>
  Object.keys(object).length === names.length && names.every(name => Object.hasOwn(object, name));
const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;
