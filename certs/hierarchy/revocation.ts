/**
 * The revocation lists of an authority, `trust/{root,seal-authority}.crl`: what the record says of its certificates, under
 * the next number. Who has once been revoked stays on the list, though the certificate expires: seals outlive it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Crl, type CrlEntry, readCrl } from '../crl.ts';
import { issueCrl } from '../crl-issue.ts';
import { fromHex, toHex } from '../hex.ts';
import { PUBLIC, replace } from '../publish.ts';
import type { Acts, AuthorityName, By } from './acts.ts';
import { type Authorities, trustFolder } from './authorities.ts';
import { lastListNumber, type Standing, standings } from './standing.ts';

export type ListingAuthority = Exclude<AuthorityName, 'transport-authority'>;
export const LISTING: readonly ListingAuthority[] = ['root', 'seal-authority'];

/** Days of 24 hours until the next list. The root's key may be in a safe, and what it has issued seldom falls. */
const LIFE_DAYS: Readonly<Record<ListingAuthority, number>> = { root: 180, 'seal-authority': 7 };
const dayMs = 86_400_000;

export interface Publishing {
  readonly dataDir: string;
  readonly authorities: Authorities;
  readonly acts: Acts;
  readonly by: By;
}

/**
 * Issues each list that is absent, says something else than the record, or has passed half of its time; one whose
 * authority's key is kept elsewhere stays as it is.
 *
 * @returns Which were issued.
 */
export function publishDueLists(publishing: Publishing): readonly ListingAuthority[] {
  const { dataDir, authorities, acts, by } = publishing;
  const due = LISTING.filter(
    name => authorities[name].hasKey() && isDue(readList(dataDir, name), entriesOf(acts, name), by.at),
  );
  for (const name of due) publishList(publishing, name);
  return due;
}

/** @throws {Error} when the authority's key is not here, or the list knows what the record does not. */
export function publishList({ dataDir, authorities, acts, by }: Publishing, name: ListingAuthority): Crl {
  const entries = entriesOf(acts, name);
  const before = readList(dataDir, name);
  mustBeKnown(before, acts, entries, name);
  const number = Math.max(lastListNumber(acts.all, name), before?.number ?? 0) + 1;
  const nextUpdate = new Date(by.at.getTime() + LIFE_DAYS[name] * dayMs);
  const issuer = authorities[name].issuer();
  acts.append([{ act: 'LISTED', issuer: name, number, nextUpdate: nextUpdate.toISOString() }], by);
  const crl = issueCrl({ issuer, number, thisUpdate: by.at, nextUpdate, entries });
  replace(pathOf(dataDir, name), crl.der, PUBLIC);
  return crl;
}

const pathOf = (dataDir: string, name: ListingAuthority): string => join(trustFolder(dataDir), `${name}.crl`);

/** @returns undefined when there is none that can be read: then the next one takes its place. */
export function readList(dataDir: string, name: ListingAuthority): Crl | undefined {
  try {
    return readCrl(readFileSync(pathOf(dataDir, name)));
  } catch {
    return undefined;
  }
}

function isDue(list: Crl | undefined, entries: readonly CrlEntry[], now: Date): boolean {
  if (!list) return true;
  const half = (list.thisUpdate.getTime() + list.nextUpdate.getTime()) / 2;
  return now.getTime() >= half || textOf(list.entries) !== textOf(entries);
}

const textOf = (entries: readonly CrlEntry[]): string =>
  JSON.stringify(
    entries.map(({ serial, revocationDate, reason, invalidityDate }) => [
      toHex(serial),
      revocationDate,
      reason,
      invalidityDate,
    ]),
  );

/** A record that was lost would silently put back into force what a list has taken out of it. */
function mustBeKnown(
  before: Crl | undefined,
  { all }: Acts,
  entries: readonly CrlEntry[],
  name: ListingAuthority,
): void {
  const listed = new Set(entries.map(({ serial }) => toHex(serial)));
  const wasOnHold = (serial: string) =>
    all.some(act => act.act === 'SUSPENDED' && act.issuer === name && act.serial === serial);
  const lost = before?.entries.find(
    ({ serial, reason }) => !listed.has(toHex(serial)) && !(reason === 'certificateHold' && wasOnHold(toHex(serial))),
  );
  if (lost)
    throw new Error(
      `${name}.crl lists ${toHex(lost.serial)}, which acts.jsonl does not know of: put the record back from a backup`,
    );
}

function entriesOf(acts: Acts, name: ListingAuthority): readonly CrlEntry[] {
  return standings(acts.all).flatMap(standing => (standing.issuer === name ? entryOf(standing) : []));
}

function entryOf({ serial, status, since, reason, invalidityDate }: Standing): readonly CrlEntry[] {
  if (status === 'good' || since === undefined) return [];
  return [
    {
      serial: fromHex(serial),
      revocationDate: wholeSecond(since),
      reason: status === 'onHold' ? 'certificateHold' : (reason ?? 'unspecified'),
      ...(invalidityDate !== undefined && { invalidityDate: wholeSecond(invalidityDate) }),
    },
  ];
}

/** Lists tell no less; compared are what a list says and what the record does. */
const wholeSecond = (instant: string): Date => new Date(Math.floor(Date.parse(instant) / 1000) * 1000);
