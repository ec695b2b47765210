import { checkSeal, type Trust } from '../../certs/verify.ts';
import { itemEntry } from '../../subgraphs/catalogue.ts';
import type { ItemOutcome, SealedDocument } from '../../subgraphs/generated/contract.ts';
import { type OutcomeRecord, readRecord } from '../../subgraphs/record.ts';
import { AT_ONCE, type CaseItem, type Change, type Retry, type SealedOutcome } from './case.ts';

/** What the window was waiting to hear. */
export interface Asked {
  readonly caseNumber: string;
  readonly item: CaseItem;
  readonly operationId: string;
  /** Of the grant, when it is to be taken back. */
  readonly grantedDocument: string | undefined;
}

export interface OutcomeTools {
  readonly trust: Trust;
  readonly now: Date;
  /** 128 random bits, hexadecimal. */
  newId(): string;
  /** 0 to 1; spreads retries, so that many cases don't come back in the same moment. */
  random(): number;
}

/** A person at the department is asked again this often. */
const pollHumanMs = 60_000;
const retryFirstMs = 250;
const retryMaxMs = 60_000;

/** The next try, twice as far away each time, a quarter more or less by chance. */
export function backOff({ tries }: Retry, { now, random }: Pick<OutcomeTools, 'now' | 'random'>): Retry {
  const delayMs = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(tries, 20)) * (0.75 + random() / 2);
  return { tries: tries + 1, at: now.getTime() + Math.round(delayMs) };
}

/** What a department's answer changes in the case. An answer that is not lawfully sealed is no answer. */
export function changesOf(asked: Asked, outcome: ItemOutcome, tools: OutcomeTools): readonly Change[] {
  const { item } = asked;
  const at = tools.now.getTime();
  const settledAs = (to: Partial<CaseItem>, document: SealedOutcome): readonly Change[] => [
    { of: 'ITEM', item: item.item, to: { retry: AT_ONCE, waits: null, since: at, outcomeAt: at, ...to } },
    { of: 'DOCUMENT', document },
  ];
  switch (outcome.__typename) {
    case 'Granted': {
      const admitted = admit(asked, outcome.document, 'GRANTED', tools);
      if (typeof admitted === 'string') return unanswered(asked, admitted, tools);
      return settledAs({ state: 'GRANTED', faults: [] }, admitted.document);
    }
    case 'Refused': {
      const admitted = admit(asked, outcome.document, 'REFUSED', tools);
      if (typeof admitted === 'string') return unanswered(asked, admitted, tools);
      const { ground, article } = admitted.record;
      return settledAs({ state: 'REFUSED', refusal: { ground, article } }, admitted.document);
    }
    case 'CorrectionAsked': {
      const admitted = admit(asked, outcome.document, 'CORRECTION_ASKED', tools);
      if (typeof admitted === 'string') return unanswered(asked, admitted, tools);
      return settledAs({ state: 'WAITING_INPUT', faults: admitted.record.faults }, admitted.document);
    }
    case 'Revoked': {
      const admitted = admit(asked, outcome.document, 'REVOKED', tools);
      if (typeof admitted === 'string') return unanswered(asked, admitted, tools);
      const taken = settledAs({ state: 'COMPENSATED' }, admitted.document);
      const id = asked.grantedDocument;
      return id === undefined ? taken : [...taken, { of: 'DOCUMENT_STATUS', id, status: 'REVOKED' }];
    }
    case 'Pending':
      return pending(asked, 'PENDING_HUMAN', outcome.reference, tools);
    case 'GrantedProvisionally':
      return pending(asked, 'GRANTED_PROVISIONAL', outcome.awaits, tools);
    case 'Unknown':
      return unknown(asked, outcome.reason, tools);
    default:
      return unanswered(asked, 'OUTCOME_MALFORMED', tools);
  }
}

function pending({ item }: Asked, state: CaseItem['state'], waits: string, { now }: OutcomeTools): readonly Change[] {
  const retry = { tries: 0, at: now.getTime() + pollHumanMs };
  const since = item.state === state ? item.since : now.getTime();
  return [{ of: 'ITEM', item: item.item, to: { state, waits, retry, since } }];
}

/**
 * The department knows of no outcome. To a question after a lost answer that means: send it again, under the same
 * operation id, for the first message may still be on its way. To a filing it means that it could not decide now.
 */
function unknown(asked: Asked, reason: string, tools: OutcomeTools): readonly Change[] {
  const { item } = asked;
  if (item.state !== 'OUTCOME_UNKNOWN' && item.state !== 'PENDING_HUMAN') return unanswered(asked, reason, tools);
  return [{ of: 'ITEM', item: item.item, to: { state: 'QUEUED', retry: { ...item.retry, at: null } } }];
}

/** No answer, or none that counts: the department is asked again, later each time. */
export function unanswered({ item }: Asked, reason: string, tools: OutcomeTools): readonly Change[] {
  const state = item.state === 'SENT' ? 'OUTCOME_UNKNOWN' : item.state;
  return [{ of: 'ITEM', item: item.item, to: { state, waits: reason, retry: backOff(item.retry, tools) } }];
}

interface Admitted<Outcome extends OutcomeRecord['outcome']> {
  readonly record: Extract<OutcomeRecord, { outcome: Outcome }>;
  readonly document: SealedOutcome;
}

/** Checks the seal, and that the record is the answer to what was asked; or says why not. */
function admit<Outcome extends OutcomeRecord['outcome']>(
  asked: Asked,
  sealed: SealedDocument,
  outcome: Outcome,
  tools: OutcomeTools,
): Admitted<Outcome> | string {
  const { caseNumber, item, operationId } = asked;
  const entry = itemEntry(item.item);
  const record = readSealed(sealed, entry.sealed || outcome === 'REFUSED' || outcome === 'CORRECTION_ASKED', tools);
  if (typeof record === 'string') return record;
  const isAnswer =
    record.outcome === outcome &&
    record.operationId === operationId &&
    record.caseNumber === caseNumber &&
    record.item === item.item &&
    record.department === item.department;
  if (!isAnswer) return 'RECORD_OF_ANOTHER_OPERATION';
  if (record.outcome === 'GRANTED' && entry.certificate !== null && record.kind !== entry.certificate) {
    return 'CERTIFICATE_OF_ANOTHER_KIND';
  }
  const named = 'number' in record ? record : { number: '', holder: '' };
  return {
    record: record as Admitted<Outcome>['record'],
    document: {
      id: tools.newId(),
      caseNumber,
      item: item.item,
      department: item.department,
      operationId,
      outcome,
      kind: record.kind,
      number: named.number,
      holder: named.holder,
      uscc: record.outcome === 'GRANTED' ? record.uscc : null,
      decidedOn: record.decidedOn,
      version: record.outcome === 'GRANTED' ? record.version : 1,
      status: 'VALID',
      record: sealed.record,
      seal: sealed.seal === null || sealed.seal === undefined ? null : canonicalBase64(sealed.seal),
    },
  };
}

function readSealed(
  sealed: SealedDocument,
  mustBeSealed: boolean,
  { trust, now }: OutcomeTools,
): OutcomeRecord | string {
  if (sealed.seal === null || sealed.seal === undefined) {
    if (mustBeSealed) return 'SEAL_MISSING';
    return readRecord(parsedOrUndefined(sealed.record)) ?? 'RECORD_MALFORMED';
  }
  const checked = checkSeal({
    record: Buffer.from(sealed.record),
    seal: Buffer.from(sealed.seal, 'base64'),
    trust,
    at: now,
  });
  if (!checked.ok) return `SEAL_${checked.judgement.findings[0]?.code ?? 'INVALID'}`;
  return readRecord(checked.value.record) ?? 'RECORD_MALFORMED';
}

const canonicalBase64 = (text: string): string => Buffer.from(text, 'base64').toString('base64');

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
