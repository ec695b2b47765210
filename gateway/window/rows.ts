/** How the parts of a case lie in their rows, for every dialect alike: text, whole numbers, JSON text. */
import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import { AT_ONCE, type CaseItem, type Precheck, type SealedOutcome } from './case.ts';
import type { ItemState } from './generated/types.ts';
import type { Vault } from './secret.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** An item as a case begins with it. */
export const QUEUED: Omit<CaseItem, 'item' | 'department' | 'since'> = {
  state: 'QUEUED',
  operationId: null,
  attempts: 0,
  retry: AT_ONCE,
  waits: null,
  faults: [],
  refusal: null,
  sentAt: null,
  outcomeAt: null,
};

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const parsed = <Value>(text: unknown): Value => JSON.parse(String(text)) as Value;
const whole = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

export const itemRow = (caseNumber: string, item: CaseItem): Row => ({
  case_number: caseNumber,
  item: item.item,
  department: item.department,
  state: item.state,
  operation_id: item.operationId,
  attempts: item.attempts,
  tries: item.retry.tries,
  retry_at: item.retry.at,
  waits: item.waits,
  faults: json(item.faults),
  refusal: json(item.refusal),
  since: item.since,
  sent_at: item.sentAt,
  outcome_at: item.outcomeAt,
});

export const readItem = (row: Row): CaseItem => ({
  item: row.item as ItemId,
  department: row.department as DepartmentId,
  state: row.state as ItemState,
  operationId: row.operation_id as string | null,
  attempts: Number(row.attempts),
  retry: { tries: Number(row.tries), at: whole(row.retry_at) },
  waits: row.waits as string | null,
  faults: parsed(row.faults),
  refusal: row.refusal === null ? null : parsed(row.refusal),
  since: Number(row.since),
  sentAt: whole(row.sent_at),
  outcomeAt: whole(row.outcome_at),
});

export const precheckRow = (caseNumber: string, { department, faults, retry }: Precheck): Row => ({
  case_number: caseNumber,
  department,
  faults: json(faults),
  tries: retry.tries,
  retry_at: retry.at,
});

export const readPrecheck = (row: Row): Precheck => ({
  department: row.department as DepartmentId,
  faults: row.faults === null ? null : parsed(row.faults),
  retry: { tries: Number(row.tries), at: whole(row.retry_at) },
});

const documentColumns = (document: SealedOutcome): Row => ({
  id: document.id,
  case_number: document.caseNumber,
  item: document.item,
  department: document.department,
  operation_id: document.operationId,
  outcome: document.outcome,
  kind: document.kind,
  number: document.number,
  holder: document.holder,
  uscc: document.uscc,
  decided_on: document.decidedOn,
  version: document.version,
  status: document.status,
  record: document.record,
  seal: document.seal,
});

/**
 * A document's row with a fingerprint of all of it under the center's key: what is shown is what was admitted when its
 * seal was checked, whoever may write to the file since.
 */
export const documentRow = (document: SealedOutcome, vault: Vault): Row => ({
  ...documentColumns(document),
  fingerprint: fingerprintOf(document, vault),
});

const fingerprintOf = (document: SealedOutcome, vault: Vault): string =>
  vault.fingerprint(JSON.stringify(documentColumns(document)));

/** @throws {Error} when the row is not as the window has written it. */
export function readDocument(row: Row, vault: Vault): SealedOutcome {
  const document: SealedOutcome = {
    id: String(row.id),
    caseNumber: String(row.case_number),
    item: row.item as ItemId,
    department: row.department as DepartmentId,
    operationId: String(row.operation_id),
    outcome: row.outcome as SealedOutcome['outcome'],
    kind: String(row.kind),
    number: String(row.number),
    holder: String(row.holder),
    uscc: row.uscc as string | null,
    decidedOn: String(row.decided_on),
    version: Number(row.version),
    status: row.status as SealedOutcome['status'],
    record: String(row.record),
    seal: row.seal as string | null,
  };
  if (fingerprintOf(document, vault) !== row.fingerprint) {
    throw new Error(`the document ${document.id} of case ${document.caseNumber} is not as the window has written it`);
  }
  return document;
}
