import { createHash } from 'node:crypto';
import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { hashOf, type LedgerEntry, type LedgerHead } from '../../certs/ledger-chain.ts';
import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import type { CaseItem, CaseView, Change, Note, Repair, SealedOutcome } from './case.ts';
import type { CaseState, ItemState, RefusalPolicy, SlipKind } from './generated/types.ts';

/**
 * What the ledger (办件台账) of a case tells: what happened, one entry per transaction, append-only, chained by
 * `certs/ledger-chain.ts`. Whoever has the entries can count the case's states again (`recount.ts`); the rows are then
 * only a copy that is quick to read. It holds no applicant's data; the reasons of clerks and operators stand in it as they
 * were written.
 */
export type LedgerEvent =
  | {
      readonly event: 'OPENED';
      readonly regime: string;
      readonly version: number;
      readonly region: string;
      readonly policy: RefusalPolicy;
      readonly requestId: string;
      readonly by: string;
      readonly items: readonly ItemId[];
      readonly departments: readonly DepartmentId[];
    }
  /** The first entry of a case that was opened before there was a ledger. */
  | {
      readonly event: 'CARRIED_OVER';
      readonly state: CaseState;
      readonly acceptedOn: string | null;
      readonly items: readonly { readonly item: ItemId; readonly state: ItemState }[];
    }
  | {
      readonly event: 'PRECHECKED';
      readonly department: DepartmentId;
      readonly faults: readonly { readonly item: ItemId; readonly path: string; readonly code: string }[];
    }
  /** A department is to be asked for its check again, after a resubmission or without an answer. */
  | { readonly event: 'PRECHECK_AGAIN'; readonly department: DepartmentId; readonly tries: number }
  | { readonly event: 'SILENCE_COUNTS'; readonly department: DepartmentId }
  | ({ readonly event: 'ITEM'; readonly item: ItemId } & ItemFacts)
  | {
      readonly event: 'DOCUMENT';
      readonly id: string;
      readonly item: ItemId;
      readonly outcome: SealedOutcome['outcome'];
      readonly operationId: string;
      readonly recordSha256: string;
      /** Of the DER; null for what is not sealed. */
      readonly sealSha256: string | null;
    }
  | { readonly event: 'DOCUMENT_STATUS'; readonly id: string; readonly status: SealedOutcome['status'] }
  /** Two persons had personal fields of a document struck out: the center has no salt and no value of them any more. */
  | {
      readonly event: 'STRUCK_OUT';
      readonly id: string;
      readonly paths: readonly string[];
      readonly by: string;
      readonly approvedBy: string;
      readonly reason: string;
    }
  | {
      readonly event: 'SLIP';
      readonly id: string;
      readonly kind: SlipKind;
      readonly number: string;
      readonly recordSha256: string;
      readonly sealSha256: string;
    }
  | {
      readonly event: 'RESUBMITTED';
      readonly requestId: string;
      readonly by: string;
      readonly changed: readonly string[];
    }
  | { readonly event: 'WITHDRAWN'; readonly by: string; readonly reason: string }
  | ({ readonly event: 'REPAIR' } & Omit<Repair, 'proposedAt' | 'approvedAt'>)
  | ({ readonly event: 'NOTE' } & Note)
  /** The state of the case after this entry; told when it has changed. */
  | { readonly event: 'CASE'; readonly state: CaseState; readonly acceptedOn: string | null };

/** What an entry tells of an item: what it is after the entry. */
export type ItemFacts = Pick<CaseItem, 'state' | 'operationId' | 'revocationId' | 'attempts'> & {
  /** How often in vain. */
  readonly tries: number;
  readonly waits: string | null;
};

/** The next entry of a case. @param at Milliseconds since 1970. */
export function nextEntry(
  caseNumber: string,
  head: LedgerHead,
  at: number,
  events: readonly LedgerEvent[],
): LedgerEntry {
  const seq = head.seq + 1;
  const text = canonicalize(events as unknown as JsonValue);
  return { caseNumber, seq, at, events: text, hash: hashOf({ caseNumber, seq, at, events: text }, head.hash) };
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** By what the ledger names a paper: of its record and of its seal's DER, null for what is not sealed. */
export function hashesOf(paper: { readonly record: string; readonly seal: string }): PaperHashes<string>;
export function hashesOf(paper: { readonly record: string; readonly seal: string | null }): PaperHashes<string | null>;
export function hashesOf({ record, seal }: { readonly record: string; readonly seal: string | null }) {
  return {
    recordSha256: sha256(record),
    sealSha256: seal === null ? null : sha256(Buffer.from(seal, 'base64')),
  };
}
interface PaperHashes<Seal> {
  readonly recordSha256: string;
  readonly sealSha256: Seal;
}

/** What the ledger tells of an item. */
export const factsOf = ({
  state,
  operationId,
  revocationId,
  attempts,
  retry: { tries },
  waits,
}: Pick<CaseItem, Exclude<keyof ItemFacts, 'tries'> | 'retry'>): ItemFacts => ({
  state,
  operationId,
  revocationId,
  attempts,
  tries,
  waits,
});

/** What the changes of one step are in the ledger. @param after The case with the changes. */
export function eventsOf(before: CaseView, changes: readonly Change[], after: CaseView): readonly LedgerEvent[] {
  const events = changes.flatMap(change => eventOf(change, after));
  const moved = before.state !== after.state || before.acceptedOn !== after.acceptedOn;
  return moved ? [...events, { event: 'CASE', state: after.state, acceptedOn: after.acceptedOn }] : events;
}

function eventOf(change: Change, after: CaseView): LedgerEvent[] {
  switch (change.of) {
    case 'PRECHECK': {
      const { department, to } = change;
      if (to.silent) return [{ event: 'SILENCE_COUNTS', department }];
      if (!to.faults) return [{ event: 'PRECHECK_AGAIN', department, tries: to.retry?.tries ?? 0 }];
      const faults = to.faults.map(({ item, path, code }) => ({ item, path, code }));
      return [{ event: 'PRECHECKED', department, faults }];
    }
    case 'ITEM': {
      const item = after.items.find(one => one.item === change.item);
      return item ? [{ event: 'ITEM', item: item.item, ...factsOf(item) }] : [];
    }
    case 'DOCUMENT': {
      const { id, item, outcome, operationId } = change.document;
      return [{ event: 'DOCUMENT', id, item, outcome, operationId, ...hashesOf(change.document) }];
    }
    case 'DOCUMENT_STATUS':
      return [{ event: 'DOCUMENT_STATUS', id: change.id, status: change.status }];
    case 'STRIKE_OUT': {
      const { of: _, ...strike } = change;
      return [{ event: 'STRUCK_OUT', ...strike }];
    }
    case 'SLIP': {
      const { id, kind, number } = change.slip;
      return [{ event: 'SLIP', id, kind, number, ...hashesOf(change.slip) }];
    }
    case 'APPLICATION': {
      const { requestId, by, changed } = change.resubmission;
      return [{ event: 'RESUBMITTED', requestId, by, changed }];
    }
    case 'WITHDRAWAL': {
      const { by, reason } = change.withdrawal;
      return [{ event: 'WITHDRAWN', by, reason }];
    }
    case 'REPAIR': {
      const { proposedAt: _, approvedAt: __, ...repair } = change.repair;
      return [{ event: 'REPAIR', ...repair }];
    }
    case 'NOTE':
      return [{ event: 'NOTE', ...change.note }];
  }
}
