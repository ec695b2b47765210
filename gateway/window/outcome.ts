import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import { checkSeal, type Trust } from '../../certs/verify.ts';
import { itemEntry } from '../../subgraphs/catalogue.ts';
import type { ItemOutcome, SealedDocument } from '../../subgraphs/generated/contract.ts';
import { type Fault, type OutcomeRecord, readRecord } from '../../subgraphs/record.ts';
import { parseUscc } from '../../subgraphs/standards/uscc.ts';
import { AT_ONCE, type CaseItem, type Change, type Retry, type SealedOutcome } from './case.ts';

/** What the window was waiting to hear. */
export interface Asked {
  readonly caseNumber: string;
  readonly item: CaseItem;
  readonly operationId: string;
  /** The enterprise's code, once the license has given it one. */
  readonly uscc: string | null;
  /** What was granted for the item; when the item is COMPENSATING, it is to be taken back. */
  readonly grant: SealedOutcome | undefined;
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
  switch (outcome.__typename) {
    case 'Granted':
      return definite(asked, outcome.document, 'GRANTED', tools, () => ({ state: 'GRANTED', faults: [] }));
    case 'Refused':
      return definite(asked, outcome.document, 'REFUSED', tools, ({ ground, article }) => ({
        state: 'REFUSED',
        refusal: { ground, article },
      }));
    case 'CorrectionAsked':
      return definite(asked, outcome.document, 'CORRECTION_ASKED', tools, ({ faults }) => ({
        state: 'WAITING_INPUT',
        faults,
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
      return pending(asked, isRevocation(asked) ? 'COMPENSATING' : 'PENDING_HUMAN', outcome.reference, tools);
    case 'Unknown':
      return unknown(asked, outcome.reason, tools);
    default:
      return unanswered(asked, 'OUTCOME_MALFORMED', tools);
  }
}

const isRevocation = ({ item }: Asked): boolean => item.state === 'COMPENSATING';

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
export function unanswered(
  { item }: Asked,
  reason: string,
  tools: Pick<OutcomeTools, 'now' | 'random'>,
): readonly Change[] {
  const state = item.state === 'SENT' ? 'OUTCOME_UNKNOWN' : item.state;
  return [{ of: 'ITEM', item: item.item, to: { state, waits: reason, retry: backOff(item.retry, tools) } }];
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
    },
  };
}

/** In what a record differs from the answer to what was asked; undefined when it is that answer. */
function strangeness(record: OutcomeRecord, { caseNumber, item, operationId, uscc, grant }: Asked): string | undefined {
  const isOfOperation =
    record.operationId === operationId &&
    record.caseNumber === caseNumber &&
    record.item === item.item &&
    record.department === item.department;
  if (!isOfOperation) return 'RECORD_OF_ANOTHER_OPERATION';
  if (!isWellFormed(record)) return 'RECORD_MALFORMED';
  if (record.outcome === 'REVOKED') {
    return record.revokes === grant?.operationId ? undefined : 'REVOCATION_OF_ANOTHER_GRANT';
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

/** The record of a document whose seal holds, or that needs none; or why it counts for nothing. */
function readSealed(
  { record, seal }: SealedDocument,
  mustBeSealed: boolean,
  { trust, now }: OutcomeTools,
): OutcomeRecord | string {
  if (seal === null || seal === undefined) {
    return mustBeSealed ? 'SEAL_MISSING' : (readRecord(parsedIfCanonical(record)) ?? 'RECORD_MALFORMED');
  }
  const checked = checkSeal({ record: Buffer.from(record), seal: Buffer.from(seal, 'base64'), trust, at: now });
  if (!checked.ok) return `SEAL_${checked.judgement.findings[0]?.code ?? 'INVALID'}`;
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
