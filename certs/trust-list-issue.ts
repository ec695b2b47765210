/** Issues the trust list: the next version, when what it has to say is more than what it says. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from './jcs.ts';
import { PUBLIC, readIfThere, replace } from './publish.ts';
import type { Sealer } from './seal.ts';
import { type ListedHolder, readTrustList, type TrustList, writeTrustList } from './trust-list.ts';
import { readTrust } from './verify.ts';
import type { Certificate } from './x509.ts';

export interface IssueList {
  /** The folder of list.json and list.p7s. */
  readonly trust: string;
  readonly rootPem: string;
  readonly listed: readonly {
    readonly id: string;
    readonly organization: string;
    readonly seals: readonly string[];
    readonly certificate: Certificate;
  }[];
  readonly sealer: Sealer;
  readonly now: Date;
}

export function issueList({ trust, rootPem, listed, sealer, now }: IssueList): void {
  const [jsonPath, sealPath] = [join(trust, 'list.json'), join(trust, 'list.p7s')];
  const old = readOld(jsonPath);
  const holders = grow(old?.holders ?? [], listed);
  if (old && JSON.stringify(old.holders) === JSON.stringify(holders) && holds(jsonPath, sealPath, rootPem)) return;
  const json = Buffer.from(writeTrustList({ version: (old?.version ?? 0) + 1, issuedAt: now.toISOString(), holders }));
  const p7s = sealer.seal(json, now);
  readTrust({ rootPem, list: { json, p7s } });
  // A crash between the two leaves a list whose seal does not hold; the next call finds that and issues another.
  replace(jsonPath, json, PUBLIC);
  replace(sealPath, p7s, PUBLIC);
}

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

function holds(jsonPath: string, sealPath: string, rootPem: string): boolean {
  try {
    readTrust({ rootPem, list: { json: readFileSync(jsonPath), p7s: readFileSync(sealPath) } });
    return true;
  } catch {
    return false;
  }
}

/** What the list said, and what is new: kinds and certificates join those of their holder. */
function grow(old: readonly ListedHolder[], listed: IssueList['listed']): readonly ListedHolder[] {
  const holders = new Map(old.map(holder => [holder.id, holder]));
  for (const { id, organization, seals, certificate } of listed) {
    const before = holders.get(id);
    const certificates = union(before?.certificates, [hash('sha256', certificate.der, 'hex')]);
    holders.set(id, { id, organization, seals: union(before?.seals, seals), certificates });
  }
  return [...holders.values()];
}

const union = (before: readonly string[] = [], after: readonly string[]): readonly string[] => [
  ...new Set([...before, ...after]),
];
