/** How the parts of a case lie in their rows, for every dialect alike: text, whole numbers, JSON text. */

import type { LedgerEntry } from '../../../certs/ledger-chain.ts';
import type { DepartmentId, ItemId } from '../../../subgraphs/catalogue.ts';
import { pinnedRegime } from '../../../subgraphs/regimes.ts';
import type { Application } from '../application.ts';
import { CASE_STATES, type CaseItem, type CaseView } from '../case.ts';
import type { RefusalPolicy } from '../generated/types.ts';
import { ITEM_STATES } from '../item-states.ts';
import type { Fact, Opening, Step, Telling, Told } from '../store.ts';
import { queuedItem } from './first-step.ts';
import { leavesOf } from './leaf-rows.ts';
import { documentRow, readDocument, readSlip, slipRow } from './paper-rows.ts';
import type { Row } from './row.ts';
import type { Vault } from './secret.ts';

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
function parsed<Value>(text: unknown): Value {
  try {
    return JSON.parse(String(text)) as Value;
  } catch {
    // The engine's own sentence quotes the text, which may be an applicant's.
    throw new Error('what was written as JSON is none');
  }
}
const whole = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** What a step writes beside its case's own row. */
export interface PartRows {
  /** Null unless it was handed in again. */
  readonly application: Row | null;
  readonly ledger: Row | null;
  readonly items: readonly Row[];
  readonly documents: readonly Row[];
  /** Documents whose status has changed, or of which something was struck out. */
  readonly changedDocuments: readonly Row[];
  /** Ids of documents of which something was struck out: what was made of them before shows it. */
  readonly struckOut: readonly string[];
  readonly slips: readonly Row[];
  /** Of the log, in their order, each with the number of its case. */
  readonly leaves: readonly Row[];
}

/** The row of a case as it begins, without what only the claim on it says. */
export const firstCaseRow = (opening: Opening, view: CaseView): Row => ({
  number: view.number,
  request_id: opening.requestId,
  request_fingerprint: opening.requestFingerprint,
  duplicate_fingerprint: opening.duplicateFingerprint,
  progress_id: view.progressId,
  regime: view.regime.id,
  regime_version: view.regime.version,
  region_code: view.application.regionCode,
  policy: view.policy,
  state: view.state,
  opened_at: view.openedAt,
  received_at: view.receivedAt,
  checks: JSON.stringify(view.prechecks),
  seq: view.head.seq,
  hash: view.head.hash,
});

/** Locked, for identity numbers are in it. */
export const applicationRow = ({ number, application }: CaseView, vault: Vault): Row => ({
  case_number: number,
  body: vault.lock(JSON.stringify(application)),
});

/** What a step changes in the row of its case; null in `checks` and what follows it: as it was. */
export function caseChange({ view, changes }: Step): Row {
  const of = new Set(changes.map(change => change.of));
  const resubmitted = changes.findLast(change => change.of === 'APPLICATION')?.resubmission;
  return {
    state: view.state,
    accepted_on: view.acceptedOn,
    received_at: view.receivedAt,
    seq: view.head.seq,
    hash: view.head.hash,
    checks: of.has('PRECHECK') ? JSON.stringify(view.prechecks) : null,
    withdrawal: of.has('WITHDRAWAL') ? json(view.withdrawal) : null,
    repairs: of.has('REPAIR') ? JSON.stringify(view.repairs) : null,
    duplicate_fingerprint: resubmitted?.duplicateFingerprint ?? null,
  };
}

/** Every part that has changed is written whole, as the view has it after all changes. */
export function partRows({ view, changes, entry }: Step, vault: Vault): PartRows {
  const [items, documents, changed, slips] = [new Set<ItemId>(), new Set<string>(), new Set<string>(), new Set()];
  const leaves: Row[] = [];
  for (const change of changes) {
    if (change.of === 'ITEM') items.add(change.item);
    else if (change.of === 'DOCUMENT_STATUS' || change.of === 'STRIKE_OUT') changed.add(change.id);
    else if (change.of === 'DOCUMENT') {
      documents.add(change.document.id);
      leaves.push(...leavesOf(change));
    } else if (change.of === 'SLIP') {
      slips.add(change.slip.id);
      leaves.push(...leavesOf(change));
    }
  }
  const documentRows = (chosen: (id: string) => boolean): readonly Row[] =>
    view.documents.flatMap((document, place) => (chosen(document.id) ? [documentRow(document, place, vault)] : []));
  const isResubmitted = changes.some(({ of }) => of === 'APPLICATION');
  return {
    application: isResubmitted ? applicationRow(view, vault) : null,
    ledger: entry && ledgerRow(entry),
    items: view.items.filter(({ item }) => items.has(item)).map(item => itemRow(view.number, item)),
    documents: documents.size > 0 ? documentRows(id => documents.has(id)) : [],
    struckOut: changes.flatMap(change => (change.of === 'STRIKE_OUT' ? [change.id] : [])),
    changedDocuments: changed.size > 0 ? documentRows(id => changed.has(id) && !documents.has(id)) : [],
    slips: slips.size > 0 ? view.slips.flatMap((one, at) => (slips.has(one.id) ? [slipRow(one, at, vault)] : [])) : [],
    leaves,
  };
}

/** @throws {Error} when the text is none of them: one such row may not spoil a list for everybody. */
function known<Name extends string>(names: Readonly<Record<Name, true>>, text: unknown): Name {
  if (typeof text === 'string' && Object.hasOwn(names, text)) return text as Name;
  throw new Error('a row holds a state that there is not');
}

interface CaseRows {
  readonly row: Row;
  readonly application: Row | undefined;
  readonly items: readonly Row[];
  readonly documents: readonly Row[];
  readonly slips: readonly Row[];
}

/**
 * An item without a row is as it was when the case was opened.
 *
 * @throws {Error} when a row is not as the window has written it, or is of a regime that this version does not know.
 */
export function readCase({ row, application, items, documents, slips }: CaseRows, vault: Vault): CaseView {
  const number = String(row.number);
  const regime = pinnedRegime(String(row.regime), Number(row.regime_version));
  if (!regime) throw new Error(`regime ${row.regime} version ${row.regime_version} is not shipped`);
  const openedAt = Number(row.opened_at);
  const written = new Map(items.map(item => [item.item, readItem(item)]));
  return {
    number,
    regime,
    application: parsed<Application>(vault.unlock(String(application?.body))),
    policy: row.policy as RefusalPolicy,
    progressId: String(row.progress_id),
    openedAt,
    receivedAt: Number(row.received_at),
    state: known(CASE_STATES, row.state),
    acceptedOn: row.accepted_on as string | null,
    prechecks: parsed(row.checks),
    items: regime.items.map(({ item }) => written.get(item) ?? queuedItem(item, openedAt)),
    documents: documents.map(document => readDocument(document, vault)),
    slips: slips.map(slip => readSlip(slip, vault)),
    withdrawal: row.withdrawal === null ? null : parsed(row.withdrawal),
    repairs: row.repairs === null ? [] : parsed(row.repairs),
    head: { seq: Number(row.seq), hash: String(row.hash) },
  };
}

const itemRow = (caseNumber: string, item: CaseItem): Row => ({
  case_number: caseNumber,
  item: item.item,
  department: item.department,
  state: item.state,
  operation_id: item.operationId,
  revocation_id: item.revocationId,
  attempts: item.attempts,
  tries: item.retry.tries,
  retry_at: item.retry.at,
  waits: item.waits,
  faults: item.faults.length === 0 ? '[]' : JSON.stringify(item.faults),
  refusal: json(item.refusal),
  since: item.since,
  sent_at: item.sentAt,
  outcome_at: item.outcomeAt,
});

const readItem = (row: Row): CaseItem => ({
  item: row.item as ItemId,
  department: row.department as DepartmentId,
  state: known(ITEM_STATES, row.state),
  operationId: row.operation_id as string | null,
  revocationId: row.revocation_id as string | null,
  attempts: Number(row.attempts),
  retry: { tries: Number(row.tries), at: whole(row.retry_at) },
  waits: row.waits as string | null,
  faults: parsed(row.faults),
  refusal: row.refusal === null ? null : parsed(row.refusal),
  since: Number(row.since),
  sentAt: whole(row.sent_at),
  outcomeAt: whole(row.outcome_at),
});

export const ledgerRow = ({ caseNumber, seq, at, events, hash }: LedgerEntry): Row => ({
  case_number: caseNumber,
  seq,
  at,
  events,
  hash,
});

export const readLedgerEntry = (row: Row): LedgerEntry => ({
  caseNumber: String(row.case_number),
  seq: Number(row.seq),
  at: Number(row.at),
  events: String(row.events),
  hash: String(row.hash),
});

/** A fact's text is locked: an application that is handed in again holds identity numbers too. */
export const factRow = ({ id, caseNumber, fingerprint, told }: Telling, vault: Vault): Row => ({
  id,
  case_number: caseNumber,
  fingerprint,
  body: vault.lock(JSON.stringify(told)),
});

export const readFact = (row: Row, vault: Vault): Fact => ({
  id: String(row.id),
  caseNumber: String(row.case_number),
  toldAt: Number(row.told_at),
  ...parsed<Told>(vault.unlock(String(row.body))),
});

export const materialRows = (caseNumber: string, contents: ReadonlyMap<string, string>, vault: Vault): readonly Row[] =>
  Array.from(contents, ([sha256, content]) => ({ case_number: caseNumber, sha256, content: vault.lock(content) }));
