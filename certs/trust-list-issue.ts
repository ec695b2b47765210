/** Issues the trust list: the next version, when what it has to say is more than what it says. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSignedData } from './cms.ts';
import { compareBytes } from './der.ts';
import type { JsonObject } from './jcs.ts';
import { PUBLIC, readIfThere, replace } from './publish.ts';
import { SUITES } from './suites.ts';
import { readTrustList, type TrustList, writeTrustList } from './trust-list.ts';
import { readTrust } from './verify.ts';

/** What is to stand on the list: holders, logs, witnesses and time stamps, as they are today. */
export type Listed = Pick<TrustList, 'holders' | 'logs' | 'witnesses' | 'timeStamping'>;

export interface IssueList {
  /** The folder of list.json and list.p7s. */
  readonly trust: string;
  readonly rootPem: string;
  readonly listed: Listed;
  /** SHA-256 of the certificate that the center seals with today: a list must not hang on one that may be revoked. */
  readonly sealedBy: string;
  readonly now: Date;
}

/** The next version, before its seal. */
export interface ListDue {
  readonly json: Uint8Array;
  /** @param p7s The center's seal over {@link json}. */
  publish(p7s: Uint8Array): void;
}

const NONE: Listed = { holders: [], logs: [], witnesses: [], timeStamping: [] };

/** @returns undefined when the list that is there says all, under a good seal. */
export function listDue({ trust, rootPem, listed, sealedBy, now }: IssueList): ListDue | undefined {
  const [jsonPath, sealPath] = [join(trust, 'list.json'), join(trust, 'list.p7s')];
  const old = readOld(jsonPath);
  const next: TrustList = {
    version: (old?.version ?? 0) + 1,
    issuedAt: now.toISOString(),
    ...grow(old ?? NONE, listed),
  };
  if (old && saysNoMore(next, old) && holds({ jsonPath, sealPath, rootPem, sealedBy })) return undefined;
  const json = Buffer.from(writeTrustList(next));
  return {
    json,
    publish(p7s) {
      readTrust({ rootPem, list: { json, p7s } });
      // A crash between the two leaves a list whose seal does not hold; the next call finds that and issues another.
      replace(jsonPath, json, PUBLIC);
      replace(sealPath, p7s, PUBLIC);
    },
  };
}

const saysNoMore = (next: TrustList, old: TrustList): boolean =>
  writeTrustList({ ...next, version: old.version, issuedAt: old.issuedAt }) === writeTrustList(old);

function readOld(path: string): TrustList | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const list = readTrustList(parseObject(text));
  if (!list) throw new Error(`${path} is not a trust list, so that its next version is not known: put the list back`);
  return list;
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

function holds({
  jsonPath,
  sealPath,
  rootPem,
  sealedBy,
}: {
  readonly jsonPath: string;
  readonly sealPath: string;
  readonly rootPem: string;
  readonly sealedBy: string;
}): boolean {
  try {
    const p7s = readFileSync(sealPath);
    readTrust({ rootPem, list: { json: readFileSync(jsonPath), p7s } });
    const { suite, attributes, certificates } = readSignedData(p7s);
    const signer = certificates.find(
      ({ der }) => compareBytes(SUITES[suite].digest(der), attributes.certificateHash) === 0,
    );
    return signer !== undefined && hash('sha256', signer.der, 'hex') === sealedBy;
  } catch {
    return false;
  }
}

/** What the list said, and what is new: certificates, kinds and keys join those that are there. Nothing is taken off. */
function grow(old: Listed, listed: Listed): Listed {
  return {
    holders: merge(old.holders, listed.holders, 'id', (before, after) => ({
      ...after,
      seals: union(before.seals, after.seals),
      certificates: union(before.certificates, after.certificates),
    })),
    logs: merge(old.logs, listed.logs, 'key', (_, after) => after),
    witnesses: merge(old.witnesses, listed.witnesses, 'key', (_, after) => after),
    timeStamping: merge(old.timeStamping, listed.timeStamping, 'policy', (before, after) => ({
      ...after,
      certificates: union(before.certificates, after.certificates),
    })),
  };
}

function merge<Entry>(
  old: readonly Entry[],
  listed: readonly Entry[],
  by: keyof Entry,
  join: (before: Entry, after: Entry) => Entry,
): readonly Entry[] {
  const merged = new Map(old.map(entry => [entry[by], entry]));
  for (const entry of listed) {
    const before = merged.get(entry[by]);
    merged.set(entry[by], before ? join(before, entry) : entry);
  }
  return [...merged.values()];
}

const union = (before: readonly string[], after: readonly string[]): readonly string[] => [
  ...new Set([...before, ...after]),
];
