/** How what is sealed lies in rows: with a fingerprint, so that nobody changes it unseen. */
import type { DepartmentId, ItemId } from '../../../subgraphs/catalogue.ts';
import { type SealedOutcome, type Slip, type Stampable, UNSTAMPED } from '../case.ts';
import type { SlipKind } from '../generated/types.ts';
import type { Row } from './row.ts';
import type { Vault } from './secret.ts';

/** Of what has no time stamp the fingerprint is what it was before there were any. */
const stampColumns = ({ timeStamp, stampedAt }: Stampable): Row =>
  timeStamp === null ? {} : { time_stamp: timeStamp, stamped_at: stampedAt };
const NO_STAMP: Row = { time_stamp: null, stamped_at: null };
const readStamp = ({ time_stamp, stamped_at }: Row): Stampable =>
  time_stamp === null ? UNSTAMPED : { timeStamp: String(time_stamp), stampedAt: Number(stamped_at) };

/** Of what has no disclosures the fingerprint is what it was before there were any. */
const disclosureColumns = ({ disclosures }: SealedOutcome): Row => (disclosures === null ? {} : { disclosures });

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
  ...disclosureColumns(document),
  ...stampColumns(document),
});

/**
 * A document's row with a fingerprint of all of it under the center's key: what is shown is what was admitted when its
 * seal was checked, whoever may write to the database since.
 *
 * @param place Its place among the documents of its case, in the order in which they came.
 */
export function documentRow(document: SealedOutcome, place: number, vault: Vault): Row {
  const columns = documentColumns(document);
  // Locked, for persons are named in them.
  const disclosures = document.disclosures === null ? null : vault.lock(document.disclosures);
  return { ...NO_STAMP, ...columns, disclosures, place, fingerprint: vault.fingerprint(JSON.stringify(columns)) };
}

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
    disclosures: row.disclosures === null ? null : vault.unlock(String(row.disclosures)),
    ...readStamp(row),
  };
  if (vault.fingerprint(JSON.stringify(documentColumns(document))) !== row.fingerprint) {
    throw new Error(`the document ${document.id} of case ${document.caseNumber} is not as the window has written it`);
  }
  return document;
}

const slipColumns = (slip: Slip): Row => ({
  id: slip.id,
  case_number: slip.caseNumber,
  kind: slip.kind,
  number: slip.number,
  issued_at: slip.issuedAt,
  record: slip.record,
  seal: slip.seal,
  ...stampColumns(slip),
});

/** Fingerprinted as a document is. */
export function slipRow(slip: Slip, place: number, vault: Vault): Row {
  const columns = slipColumns(slip);
  return { ...NO_STAMP, ...columns, place, fingerprint: vault.fingerprint(JSON.stringify(columns)) };
}

/** @throws {Error} when the row is not as the window has written it. */
export function readSlip(row: Row, vault: Vault): Slip {
  const slip: Slip = {
    id: String(row.id),
    caseNumber: String(row.case_number),
    kind: row.kind as SlipKind,
    number: String(row.number),
    issuedAt: Number(row.issued_at),
    record: String(row.record),
    seal: String(row.seal),
    ...readStamp(row),
  };
  if (vault.fingerprint(JSON.stringify(slipColumns(slip))) !== row.fingerprint) {
    throw new Error(`the slip ${slip.id} of case ${slip.caseNumber} is not as the window has written it`);
  }
  return slip;
}
