import { canonicalize, type JsonObject, type JsonValue } from '../../certs/jcs.ts';
import { examineLeaves } from '../../certs/verify/leaves.ts';
import { checkSeal, type Finding, type Trust } from '../../certs/verify.ts';
import { DEPARTMENTS, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import type { ItemOutcome, SealedDocument } from '../../subgraphs/generated/contract.ts';
import { type Fault, type OutcomeRecord, readRecord } from '../../subgraphs/record.ts';
import { ancestorsOf } from '../../subgraphs/regimes.ts';
import { parseUscc } from '../../subgraphs/standards/uscc.ts';
import {
  AT_ONCE,
  type CaseItem,
  type CaseView,
  type Change,
  type Retry,
  type SealedOutcome,
  UNSTAMPED,
} from './case.ts';
import { means } from './item-states.ts';
import { withoutPersons } from './persons.ts';

/** What the window was waiting to hear. */
export interface Asked {
  readonly caseNumber: string;
  readonly item: CaseItem;
  /** Of the filing, or of the revocation when the item is COMPENSATING. */
  readonly operationId: string;
  /** The enterprise's code, once something that had to come before the item has given it one. */
  readonly uscc: string | null;
  /** Whose names a department's free words may not carry further. */
  readonly application: CaseView['application'];
  /** What was granted for the item; when the item is COMPENSATING, it is to be taken back. */
  readonly grant: SealedOutcome | undefined;
}

/** What is waited for of an item; nothing while none of its operations is open. */
export function askedOf({ number: caseNumber, regime, items, documents, application }: CaseView, id: ItemId): Asked[] {
  const item = items.find(one => one.item === id);
  const operationId = item?.state === 'COMPENSATING' ? item.revocationId : item?.operationId;
  if (!item || !operationId) return [];
  const grants = documents.filter(({ outcome, status }) => outcome === 'GRANTED' && status === 'VALID');
  // What came before the license has no code, whenever its department tells of it again.
  const before = ancestorsOf(regime, id);
  const uscc = grants.find(document => document.uscc !== null && before.includes(document.item))?.uscc ?? null;
  return [{ caseNumber, item, operationId, uscc, application, grant: grants.find(document => document.item === id) }];
}

export interface OutcomeTools {
  readonly trust: Trust;
  readonly now: Date;
  /** 128 random bits, hexadecimal. */
  newId(): string;
  /** 0 to 1; spreads retries, so that many cases don't come back in the same moment. */
  random(): number;
}

const retryFirstMs = 250;
const retryMaxMs = 60_000;
/** A person decides: how soon the department is asked at first, and at most how late. Who calls back is asked only in case the call was lost. */
const POLL: Readonly<Record<'IS_POLLED' | 'CALLS_BACK', { readonly firstMs: number; readonly maxMs: number }>> = {
  IS_POLLED: { firstMs: 60_000, maxMs: 4 * 3_600_000 },
  CALLS_BACK: { firstMs: 15 * 60_000, maxMs: 24 * 3_600_000 },
};

/**
 * The next try, twice as far away each time, up to a quarter sooner by chance.
 * @param atLeastMs Not before this, for a department that is known to be away.
 */
export function backOff({ tries }: Retry, { now, random }: Pick<OutcomeTools, 'now' | 'random'>, atLeastMs = 0): Retry {
  const delayMs = Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(tries, 20)) * spread(random);
  return { tries: tries + 1, at: now.getTime() + Math.round(atLeastMs + delayMs) };
}

/** Three quarters to one. */
const spread = (random: () => number): number => 0.75 + random() / 4;

/** What a department's answer changes in the case. An answer that is not lawfully sealed is no answer. */
export function changesOf(asked: Asked, outcome: ItemOutcome, tools: OutcomeTools): readonly Change[] {
  switch (outcome.__typename) {
    case 'Granted':
      return definite(asked, outcome.document, 'GRANTED', tools, () => ({ state: 'GRANTED', faults: [] }));
    case 'Refused':
      return definite(asked, outcome.document, 'REFUSED', tools, ({ ground, article }) => ({
        // What was delivered before it was refused must be taken back, and only a person can.
        state: isDelivered(asked) ? 'COMPENSATING' : 'REFUSED',
        refusal: {
          ground: withoutPersons(ground, asked.application),
          article: withoutPersons(article, asked.application),
        },
      }));
    case 'CorrectionAsked':
      // What people have in their hands can be filed or refused; a correction would forget that it was delivered.
      if (isDelivered(asked)) return unanswered(asked, 'CORRECTION_AFTER_DELIVERY', tools);
      return definite(asked, outcome.document, 'CORRECTION_ASKED', tools, ({ faults }) => ({
        state: 'WAITING_INPUT',
        faults: faults.map(fault => ({ ...fault, message: withoutPersons(fault.message, asked.application) })),
      }));
    case 'Revoked': {
      const changes = definite(asked, outcome.document, 'REVOKED', tools, () => ({ state: 'COMPENSATED' }));
      const taken = asked.grant && changes.some(({ of }) => of === 'DOCUMENT');
      return taken ? [...changes, { of: 'DOCUMENT_STATUS', id: asked.grant.id, status: 'REVOKED' }] : changes;
    }
    case 'GrantedProvisionally': {
      const admitted = admit(asked, outcome.document, 'GRANTED', tools);
      return typeof admitted === 'string'
        ? unanswered(asked, admitted, tools)
        : pending(asked, 'GRANTED_PROVISIONAL', outcome.awaits, tools);
    }
    case 'Pending':
      return pending(
        asked,
        isRevocation(asked) || isDelivered(asked) ? asked.item.state : 'PENDING_HUMAN',
        outcome.reference,
        tools,
      );
    case 'Unknown':
      return unknown(asked, withoutPersons(outcome.reason, asked.application), tools);
    default:
      return unanswered(asked, 'OUTCOME_MALFORMED', tools);
  }
}

const isRevocation = ({ item }: Asked): boolean => item.state === 'COMPENSATING';
const isDelivered = ({ item }: Asked): boolean => item.state === 'GRANTED_PROVISIONAL';

function definite<Outcome extends OutcomeRecord['outcome']>(
  asked: Asked,
  sealed: SealedDocument,
  outcome: Outcome,
  tools: OutcomeTools,
  to: (record: RecordOf<Outcome>) => Partial<CaseItem>,
): readonly Change[] {
  const admitted = admit(asked, sealed, outcome, tools);
  if (typeof admitted === 'string') return unanswered(asked, admitted, tools);
  const at = tools.now.getTime();
  const settled = { retry: AT_ONCE, waits: null, since: at, outcomeAt: at, ...to(admitted.record) };
  return [
    { of: 'ITEM', item: asked.item.item, to: settled },
    { of: 'DOCUMENT', document: admitted.document },
  ];
}

/**
 * A person decides. The longer it has taken, the later the department is asked again; the tries that are counted are
 * failures, and nobody has failed.
 */
function pending(asked: Asked, state: CaseItem['state'], words: string, tools: OutcomeTools): readonly Change[] {
  const { item, application } = asked;
  const now = tools.now.getTime();
  const since = item.state === state ? item.since : now;
  const { firstMs, maxMs } = POLL[DEPARTMENTS[item.department].answersLate];
  const delayMs = Math.min(maxMs, Math.max(firstMs, now - since)) * spread(tools.random);
  const retry = { tries: 0, at: now + Math.round(delayMs) };
  return [{ of: 'ITEM', item: item.item, to: { state, waits: withoutPersons(words, application), retry, since } }];
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

/** A revocation that has failed this often is shown to the supervisor, and people may end it. */
export const revocationFailuresToWarn = 2;

/** No answer, or none that counts: the department is asked again, later each time. */
export function unanswered(
  { item }: Asked,
  reason: string,
  tools: Pick<OutcomeTools, 'now' | 'random'>,
  atLeastMs = 0,
): readonly Change[] {
  const state = item.state === 'SENT' ? 'OUTCOME_UNKNOWN' : item.state;
  const retry = backOff(item.retry, tools, atLeastMs);
  // What a person there has said stands, though the department can't be reached now.
  const waits = means(state, 'atPersons') ? item.waits : reason;
  const changes: Change[] = [{ of: 'ITEM', item: item.item, to: { state, waits, retry } }];
  if (state !== 'COMPENSATING' || retry.tries !== revocationFailuresToWarn) return changes;
  return [
    ...changes,
    { of: 'NOTE', note: { note: 'CARD', level: 'RED', ground: 'REVOCATION_FAILED', item: item.item } },
  ];
}

type RecordOf<Outcome extends OutcomeRecord['outcome']> = Extract<OutcomeRecord, { outcome: Outcome }>;

interface Admitted<Outcome extends OutcomeRecord['outcome']> {
  readonly record: RecordOf<Outcome>;
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
  const { sealed: sealsGrants } = itemEntry(item.item);
  const mustBeSealed = sealsGrants || outcome === 'REFUSED' || outcome === 'CORRECTION_ASKED';
  const record = readSealed(sealed, mustBeSealed, tools);
  if (typeof record === 'string') return record;
  if (record.outcome !== outcome || isRevocation(asked) !== (outcome === 'REVOKED')) return 'RECORD_OF_ANOTHER_OUTCOME';
  const strange = strangeness(record, asked);
  if (strange) return strange;
  const named = 'number' in record ? record : { number: '', holder: '' };
  return {
    record: record as RecordOf<Outcome>,
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
      seal: typeof sealed.seal === 'string' ? canonicalBase64(sealed.seal) : null,
      disclosures: sealed.disclosures ?? null,
      ...UNSTAMPED,
    },
  };
}

/** In what a record differs from the answer to what was asked; undefined when it is that answer. */
function strangeness(record: OutcomeRecord, { caseNumber, item, operationId, uscc }: Asked): string | undefined {
  const isOfOperation =
    record.operationId === operationId &&
    record.caseNumber === caseNumber &&
    record.item === item.item &&
    record.department === item.department;
  if (!isOfOperation) return 'RECORD_OF_ANOTHER_OPERATION';
  if (!isWellFormed(record)) return 'RECORD_MALFORMED';
  if (record.outcome === 'REVOKED') {
    return record.revokes === item.operationId ? undefined : 'REVOCATION_OF_ANOTHER_GRANT';
  }
  if (record.outcome !== 'GRANTED') return undefined;
  const { certificate } = itemEntry(item.item);
  if (certificate !== null && record.kind !== certificate) return 'CERTIFICATE_OF_ANOTHER_KIND';
  return uscc !== null && record.uscc !== uscc ? 'CERTIFICATE_OF_ANOTHER_ENTERPRISE' : undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether what is stored and shown of a record has its form: a seal proves who wrote it, not that it is right. */
function isWellFormed(record: OutcomeRecord): boolean {
  if (!DAY.test(record.decidedOn)) return false;
  if (record.outcome === 'CORRECTION_ASKED') return record.faults.length > 0 && record.faults.every(isFault);
  if (record.outcome === 'REFUSED') return record.ground !== '';
  if (/\p{Cc}/u.test(record.kind + record.number + record.holder) || record.number === '') return false;
  if (record.outcome === 'REVOKED') return true;
  const { version, uscc } = record;
  const isVersion = Number.isSafeInteger(version) && version >= 1;
  return isVersion && (uscc === null || (typeof uscc === 'string' && parseUscc(uscc).class !== 'INVALID'));
}

const isFault = (fault: Partial<Fault> | null): boolean =>
  typeof fault?.path === 'string' && typeof fault.code === 'string' && typeof fault.message === 'string';

/** The record of a document whose seal holds, or that needs none, with its disclosures; or why it counts for nothing. */
function readSealed(document: SealedDocument, mustBeSealed: boolean, tools: OutcomeTools): OutcomeRecord | string {
  const read = readBare(document, mustBeSealed, tools);
  return typeof read === 'string' ? read : (undisclosed(document, read) ?? read);
}

/** Why the disclosures of a record don't count; undefined when each of its leaves is disclosed, and nothing else. */
function undisclosed({ record, disclosures }: SealedDocument, read: OutcomeRecord): string | undefined {
  const findings: Finding[] = [];
  const leaves = examineLeaves(
    {
      record: Buffer.from(record),
      value: read as unknown as JsonObject,
      disclosures: typeof disclosures === 'string' ? Buffer.from(disclosures) : undefined,
    },
    findings,
  );
  // What a department has struck out by itself would have no act in the ledger.
  return findings[0]?.code ?? (leaves?.struckOut.length ? 'DISCLOSURES_INCOMPLETE' : undefined);
}

function readBare(
  { record, seal }: SealedDocument,
  mustBeSealed: boolean,
  { trust, now }: OutcomeTools,
): OutcomeRecord | string {
  if (seal === null || seal === undefined) {
    return mustBeSealed ? 'SEAL_MISSING' : (readRecord(parsedIfCanonical(record)) ?? 'RECORD_MALFORMED');
  }
  const checked = checkSeal({ record: Buffer.from(record), seal: Buffer.from(seal, 'base64'), trust, at: now });
  if (!checked.ok) return `SEAL_${checked.reason}`;
  // The stamp is the window's to add, and is kept apart: what is left without it must be the department's bytes.
  if (checked.value.stampedAt !== undefined) return 'SEAL_STAMPED_ALREADY';
  return readRecord(checked.value.record) ?? 'RECORD_MALFORMED';
}

const canonicalBase64 = (text: string): string => Buffer.from(text, 'base64').toString('base64');

/** The value of a canonical text (RFC 8785); a text of another form might be read in two ways. */
function parsedIfCanonical(text: string): unknown {
  try {
    const value = JSON.parse(text) as JsonValue;
    return canonicalize(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why what a department says of an operation counts for nothing; undefined when it counts. It changes nothing. */
export function faultOf(
  asked: Asked,
  outcome: ItemOutcome,
  tools: Pick<OutcomeTools, 'trust' | 'now'>,
): string | undefined {
  if (outcome.__typename === 'Pending') return undefined;
  const recorded = RECORDED[outcome.__typename as keyof typeof RECORDED];
  if (!recorded || !('document' in outcome)) return 'OUTCOME_MALFORMED';
  const admitted = admit(asked, outcome.document, recorded, { ...tools, newId: () => '', random: () => 0 });
  return typeof admitted === 'string' ? admitted : undefined;
}

const RECORDED = {
  Granted: 'GRANTED',
  GrantedProvisionally: 'GRANTED',
  CorrectionAsked: 'CORRECTION_ASKED',
  Refused: 'REFUSED',
  Revoked: 'REVOKED',
} as const;
