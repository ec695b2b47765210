import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import {
  type ChainFaultCode,
  chainFault,
  type LedgerEntry,
  type LedgerHead,
  NO_LEDGER,
} from '../../certs/ledger-chain.ts';
import type { CaseView, Repair } from './case.ts';
import { type CountedCase, counted, readEvents } from './counted-case.ts';
import { struckOutIn } from './disclosed.ts';
import { factsOf, hashesOf } from './ledger.ts';

/** A whole ledger, and what it says of its case. */
export interface Recounted extends CountedCase {
  readonly intact: true;
  readonly number: string;
  readonly head: LedgerHead;
}

/** Where a ledger is broken, and how. Nothing after it is believed. */
export interface LedgerFault {
  readonly intact: false;
  /** The number that the entry at fault has, or should have. */
  readonly seq: number;
  readonly code: LedgerFaultCode;
}

export type LedgerFaultCode =
  | ChainFaultCode
  /** Its hash is right; what is written in it are no events, or not in canonical form. */
  | 'EVENTS_MALFORMED'
  /** An event that can't follow on those before. */
  | 'EVENT_OUT_OF_PLACE';

/**
 * Counts a case again from its ledger: checks the chain and folds the events. A tail that was cut off leaves a good
 * chain; {@link differences} finds it by the case's row.
 *
 * @param entries All of one case, oldest first.
 */
export function recount(entries: readonly LedgerEntry[]): Recounted | LedgerFault {
  let head = NO_LEDGER;
  let before: LedgerEntry | undefined;
  let found: CountedCase | undefined;
  for (const entry of entries) {
    const seq = head.seq + 1;
    const fault = chainFault(entry, before);
    if (fault) return { intact: false, seq, code: fault };
    const events = readEvents(entry.events);
    if (!events || events.length === 0 || !isCanonical(entry.events))
      return { intact: false, seq, code: 'EVENTS_MALFORMED' };
    for (const event of events) {
      found = counted(found, event);
      if (!found) return { intact: false, seq, code: 'EVENT_OUT_OF_PLACE' };
    }
    head = { seq, hash: entry.hash };
    before = entry;
  }
  if (!before || !found) return { intact: false, seq: 1, code: 'ENTRY_MISSING' };
  return { ...found, intact: true, number: before.caseNumber, head };
}

function isCanonical(text: string): boolean {
  try {
    return canonicalize(JSON.parse(text) as JsonValue) === text;
  } catch {
    return false;
  }
}

/** In what the rows of a case are not what its ledger says. */
export interface Difference {
  /** Such as `state`, `items.license.state`, `documents.<id>.recordSha256`. */
  readonly name: string;
  /** Null for null and for what the ledger, or the rows, do not have. */
  readonly ledger: Fact;
  readonly rows: Fact;
}

type Fact = string | number | boolean | null;
type Facts = ReadonlyMap<string, Fact>;

/** Every difference between the ledger of a case and its rows; none when they agree. */
export function differences(recounted: Recounted, view: CaseView): readonly Difference[] {
  const [ledger, rows] = [factsOfLedger(recounted), factsOfRows(view)];
  const names = [...new Set([...ledger.keys(), ...rows.keys()])];
  return names
    .filter(name => ledger.has(name) || recounted.opened || !KNOWN_BEFORE_LEDGERS.test(name))
    .filter(name => ledger.get(name) !== rows.get(name))
    .map(name => ({ name, ledger: ledger.get(name) ?? null, rows: rows.get(name) ?? null }));
}

/** What a case had when it was carried over is in its rows alone, and no ledger can speak against it. */
const KNOWN_BEFORE_LEDGERS = /^(regime|region|policy|checks\.|items\.|documents\.)/;

function factsOfLedger(recounted: Recounted): Facts {
  const { number, head, state, acceptedOn, opened, checks, items, documents, slips, withdrawal, repairs } = recounted;
  return new Map([
    ...flat('', { number, state, acceptedOn }),
    ...flat('head.', { ...head }),
    ...(opened
      ? flat('', { regime: `${opened.regime}/${opened.version}`, region: opened.region, policy: opened.policy })
      : []),
    ...[...checks].flatMap(([id, { faults, silent }]) => flat(`checks.${id}.`, { faults: faultsText(faults), silent })),
    ...[...items].flatMap(([id, facts]) => flat(`items.${id}.`, facts)),
    ...[...documents].flatMap(([id, { struckOut, ...facts }]) =>
      flat(`documents.${id}.`, { ...facts, struckOut: pathsText(struckOut) }),
    ),
    ...[...slips].flatMap(([id, facts]) => flat(`slips.${id}.`, facts)),
    ...(withdrawal ? flat('withdrawal.', withdrawal) : []),
    ...[...repairs].flatMap(([id, facts]) => flat(`repairs.${id}.`, factsOfRepair(facts))),
  ]);
}

function factsOfRows(view: CaseView): Facts {
  const { number, head, state, acceptedOn, regime, application, policy, withdrawal } = view;
  return new Map([
    ...flat('', { number, state, acceptedOn, policy }),
    ...flat('head.', { ...head }),
    ...flat('', { regime: `${regime.id}/${regime.version}`, region: application.regionCode }),
    ...view.prechecks.flatMap(({ department, faults, silent }) =>
      flat(`checks.${department}.`, { faults: faultsText(faults), silent }),
    ),
    ...view.items.flatMap(item => flat(`items.${item.item}.`, { ...factsOf(item) })),
    ...view.documents.flatMap(({ id, item, outcome, operationId, status, ...paper }) => {
      const struckOut = pathsText(struckOutIn(paper));
      return flat(`documents.${id}.`, { item, outcome, operationId, status, ...hashesOf(paper), struckOut });
    }),
    ...view.slips.flatMap(({ id, kind, number, ...paper }) =>
      flat(`slips.${id}.`, { kind, number, ...hashesOf(paper) }),
    ),
    ...(withdrawal ? flat('withdrawal.', { by: withdrawal.by, reason: withdrawal.reason }) : []),
    ...view.repairs.flatMap(({ id, ...repair }) => flat(`repairs.${id}.`, factsOfRepair(repair))),
  ]);
}

const factsOfRepair = ({ item, verb, reason, strike, proposedBy, approvedBy }: Omit<LedgerRepair, 'id'>) => ({
  item,
  verb,
  reason,
  certificate: strike?.certificate,
  paths: pathsText(strike?.paths),
  proposedBy,
  approvedBy,
});
type LedgerRepair = Omit<Repair, 'proposedAt' | 'approvedAt'>;

const flat = (prefix: string, facts: Readonly<Record<string, Fact | undefined>>): [string, Fact][] =>
  Object.entries(facts).flatMap(([name, fact]): [string, Fact][] =>
    fact === undefined ? [] : [[prefix + name, fact]],
  );

/** Undefined for none. */
const pathsText = (paths: readonly string[] = []): string | undefined =>
  paths.length === 0 ? undefined : paths.toSorted().join();

const faultsText = (
  faults: readonly { readonly item: string; readonly path: string; readonly code: string }[] | null,
): string | null => faults && JSON.stringify(faults.map(({ item, path, code }) => [item, path, code]));
