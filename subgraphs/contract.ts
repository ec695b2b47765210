import { RegisterUnavailable } from '../adapters/port.ts';
import { checkSeal, type Trust } from '../certs/verify.ts';
import { type ItemId, isItem, itemEntry } from './catalogue.ts';
import type {
  Answer,
  CheckedFiling,
  DeskTools,
  GroundedReversal,
  ItemDesk,
  Outcome,
  Outcomes,
  PrecheckedItem,
  Reversal,
} from './desk.ts';
import { Refusal } from './errors.ts';
import type {
  FiledDocument,
  Filing,
  FilingAnswer,
  ItemFault,
  PrecheckAnswer,
  PrecheckRequest,
  Resolvers,
} from './generated/contract.ts';
import { grantIn } from './granted.ts';
import { type PaperForms, papersDesk, papersPerBatchMax } from './papers-desk.ts';
import { type GrantRecord, readRecord } from './record.ts';
import type { Numbering } from './regimes.ts';
import { resealed } from './resealing.ts';

export interface ContractTools extends Pick<DeskTools, 'journal' | 'sealer' | 'now' | 'report'> {
  readonly items: Readonly<Partial<Record<ItemId, ItemDesk>>>;
  /** The forms in which papers are handed out here. */
  readonly forms: PaperForms;
  /** Read anew for each batch, so that a refreshed trust list counts at once. */
  trust(): Trust;
}

/** One call carries at most this many entries: the answer must come before the caller's time-out. */
const entriesPerBatchMax = 200;
/** An operation id is a key in many systems, some with narrow columns. */
const OPERATION_ID = /^[\x21-\x7e]{1,128}$/;
const NUMBERINGS: readonly Numbering[] = ['SEPARATE', 'UNIFIED'];
const isNumbering = (text: string): text is Numbering => NUMBERINGS.some(known => known === text);

/** The hidden operations, the same for every department: the only place that turns wire answers into desks' work. */
export function contractResolvers(tools: ContractTools): Pick<Resolvers, 'Query' | 'Mutation'> {
  const { items, journal, report } = tools;
  const underWay = new Map<string, Promise<Outcome>>();
  const handOut = papersDesk(tools);

  const deskOf = (item: string): ItemDesk | undefined => (isItem(item) ? items[item] : undefined);

  /** What is answered for all operations of a work that failed as a whole. */
  function unanswered(asked: readonly Asked[], reason: unknown): Outcomes {
    report(reason as Error);
    const unknown = {
      type: 'Unknown',
      reason: reason instanceof RegisterUnavailable ? 'REGISTER_UNAVAILABLE' : 'DEFECT',
    } as const;
    return new Map(asked.map(({ operationId }) => [operationId, unknown]));
  }

  /** An operation that is asked twice at once is done once, as it was asked first. */
  async function once<Each extends Asked>(
    asked: readonly Each[],
    work: (fresh: readonly Each[]) => Promise<Outcomes>,
  ): Promise<FilingAnswer[]> {
    const fresh = bounded(asked).filter(
      ({ operationId }, at) =>
        !underWay.has(operationId) && asked.findIndex(one => one.operationId === operationId) === at,
    );
    const working = work(fresh).catch((error: unknown) => unanswered(fresh, error));
    for (const { operationId } of fresh) {
      const outcome = working.then(outcomes => outcomes.get(operationId) ?? UNDECIDED);
      underWay.set(operationId, outcome);
      void outcome.finally(() => underWay.delete(operationId));
    }
    return Promise.all(
      asked.map(async ({ operationId }) => filingAnswer(operationId, (await underWay.get(operationId)) ?? UNDECIDED)),
    );
  }

  async function fileAll(filings: readonly Filing[]): Promise<Outcomes> {
    const { outcomes, open } = await withoutAnswered(filings);
    const byDesk = new Map<ItemDesk, CheckedFiling[]>();
    const check = evidenceCheck(tools);
    for (const filing of open) {
      const desk = deskOf(filing.item);
      const checked = desk ? checkFiling(filing, check) : 'ITEM_NOT_HANDLED';
      if (desk && typeof checked === 'object') listAt(byDesk, desk).push(checked);
      else outcomes.set(filing.operationId, { type: 'Unknown', reason: String(checked) });
    }
    await eachDesk(byDesk, (desk, some) => desk.file(some), outcomes);
    return outcomes;
  }

  async function revokeAll(reversals: readonly Reversal[]): Promise<Outcomes> {
    const { outcomes, open } = await withoutAnswered(reversals);
    const known = journal.recall(open.map(reversal => reversal.revokes));
    const byDesk = new Map<ItemDesk, GroundedReversal[]>();
    for (const reversal of open) {
      const granted = grantIn(known.get(reversal.revokes)?.answer)?.record;
      const desk = granted && deskOf(granted.item);
      const malformed = !OPERATION_ID.test(reversal.operationId);
      if (desk && !malformed) listAt(byDesk, desk).push({ ...reversal, granted });
      else {
        const reason = malformed ? 'OPERATION_ID_MALFORMED' : 'NOTHING_TO_REVOKE';
        outcomes.set(reversal.operationId, { type: 'Unknown', reason });
      }
    }
    await eachDesk(byDesk, (desk, some) => desk.revoke(some), outcomes);
    return outcomes;
  }

  /** Those answered before, with their answers, and those still open. */
  async function withoutAnswered<Each extends Asked>(asked: readonly Each[]) {
    const known = journal.recall(asked.map(one => one.operationId));
    const outcomes = new Map<string, Outcome>();
    await Promise.all(
      [...known].map(async ([operationId, { answer }]) => {
        if (answer !== undefined) outcomes.set(operationId, await givenAgain(operationId, answer));
      }),
    );
    return { outcomes, open: asked.filter(({ operationId }) => !outcomes.has(operationId)) };
  }

  /** As it was given; under another seal when the first was revoked, and from then on under that. */
  async function givenAgain(operationId: string, text: string): Promise<Answer> {
    const answer = JSON.parse(text) as Answer;
    const anew = await resealed(answer, tools);
    if (!anew) return answer;
    return JSON.parse(journal.replace({ operationId, from: text, to: JSON.stringify(anew) })) as Answer;
  }

  /** Works desk by desk, all at once; one whose register is away does not spoil the others. */
  async function eachDesk<Each extends Asked>(
    byDesk: ReadonlyMap<ItemDesk, readonly Each[]>,
    work: (desk: ItemDesk, some: readonly Each[]) => Promise<Outcomes>,
    outcomes: Map<string, Outcome>,
  ): Promise<void> {
    await Promise.all(
      [...byDesk].map(async ([desk, some]) => {
        const answered = await work(desk, some).catch((error: unknown) => unanswered(some, error));
        for (const [operationId, outcome] of answered) outcomes.set(operationId, outcome);
      }),
    );
  }

  async function precheckAll(requests: readonly PrecheckRequest[]): Promise<PrecheckAnswer[]> {
    const answers = requests.map(({ requestId }) => ({ requestId, checked: true, faults: [] as ItemFault[] }));
    const byDesk = new Map<ItemDesk, Prechecked[]>();
    for (const [at, { items: asked, application, numbering, caseNumber }] of requests.entries()) {
      const answer = answers[at] as (typeof answers)[number];
      for (const item of new Set(asked)) {
        const desk = deskOf(item);
        if (!desk) answer.faults.push(notChecked(item, 'item', 'ITEM_NOT_HANDLED', item));
        else if (!isNumbering(numbering)) {
          answer.faults.push(notChecked(item, 'numbering', 'NUMBERING_UNKNOWN', numbering));
        } else {
          const applied = { stage: 'PRECHECK', application, numbering, caseNumber: caseNumber ?? undefined } as const;
          listAt(byDesk, desk).push({ item, answer, applied });
        }
      }
    }
    await Promise.all(
      [...byDesk].map(async ([desk, asked]) => {
        const found = await desk
          .precheck(asked.map(({ applied }) => applied))
          .catch((error: Error): readonly undefined[] => {
            report(error);
            return [];
          });
        for (const [at, { item, answer }] of asked.entries()) {
          const faults = found[at];
          if (faults) answer.faults.push(...faults.map(fault => ({ item, ...fault })));
          else answer.checked = false;
        }
      }),
    );
    return answers;
  }

  return {
    Query: {
      precheckItems: (_, { requests }) => precheckAll(bounded(requests)),
      outcomesOf: (_, { operationIds }) => {
        const known = journal.recall(bounded(operationIds));
        return Promise.all(
          operationIds.map(async id => {
            const operation = known.get(id);
            if (operation?.answer !== undefined) return filingAnswer(id, await givenAgain(id, operation.answer));
            return filingAnswer(id, { type: 'Unknown', reason: operation ? 'UNFINISHED' : 'NOT_SEEN' });
          }),
        );
      },
    },
    Mutation: {
      fileItems: (_, { filings }) => once(filings, fileAll),
      revokeItems: (_, { revocations }) => once(revocations, revokeAll),
      papersOf: (_, { operationIds, form, struckOut }) =>
        handOut(bounded(operationIds, papersPerBatchMax), form, bounded(struckOut ?? [], papersPerBatchMax)),
    },
  };
}

type Asked = { readonly operationId: string };

/** An application at one desk, and the answer to which its faults belong. */
interface Prechecked {
  readonly item: string;
  readonly applied: PrecheckedItem;
  readonly answer: { checked: boolean; readonly faults: ItemFault[] };
}

/** A desk answers for every operation that it was given; this stands where one did not. */
const UNDECIDED: Outcome = { type: 'Unknown', reason: 'DEFECT' };

const notChecked = (item: string, path: string, code: string, found: string): ItemFault => ({
  item,
  path,
  code,
  message: `不予受理 / not handled here: ${found}`,
});

/** The filing with its evidence judged, or the reason why it can't be decided. */
function checkFiling(filing: Filing, check: EvidenceCheck): CheckedFiling | string {
  const { operationId, caseNumber, item, numbering, application } = filing;
  if (!OPERATION_ID.test(operationId)) return 'OPERATION_ID_MALFORMED';
  if (!isNumbering(numbering)) return 'NUMBERING_UNKNOWN';
  const evidence: GrantRecord[] = [];
  for (const document of filing.evidence) {
    const record = check(document);
    if (typeof record === 'string') return record;
    if (record.caseNumber !== caseNumber) return 'EVIDENCE_OF_ANOTHER_CASE';
    evidence.push(record);
  }
  const missing = itemEntry(item as ItemId).evidence.find(kind => !evidence.some(record => record.kind === kind));
  if (missing) return `EVIDENCE_MISSING_${missing}`;
  return { stage: 'FILING', operationId, caseNumber, numbering, application, evidence };
}

/** What a document certifies, or why it counts for nothing. */
type EvidenceCheck = (document: FiledDocument) => GrantRecord | string;

/**
 * Judges each document once, by one list at one time: several items of a case come with the same license, and to check
 * its seal is the dearest part of deciding them.
 */
function evidenceCheck({ trust, now }: ContractTools): EvidenceCheck {
  const [list, at] = [trust(), now()];
  const judged = new Map<string, GrantRecord | string>();
  return document => {
    // JSON text keeps the two apart, whatever stands in them.
    const key = JSON.stringify([document.seal, document.record]);
    const known = judged.get(key) ?? checkEvidence(document, list, at);
    judged.set(key, known);
    return known;
  };
}

function checkEvidence(document: FiledDocument, trust: Trust, at: Date): GrantRecord | string {
  if (!document.seal) return 'EVIDENCE_UNSEALED';
  const checked = checkSeal({
    record: Buffer.from(document.record),
    seal: Buffer.from(document.seal, 'base64'),
    trust,
    at,
  });
  if (!checked.ok) return `EVIDENCE_${checked.reason}`;
  const record = readRecord(checked.value.record);
  return record?.outcome === 'GRANTED' ? record : 'EVIDENCE_NOT_A_GRANT';
}

function filingAnswer(operationId: string, outcome: Outcome): FilingAnswer {
  if ('record' in outcome) {
    const { type, record, seal, disclosures = null } = outcome;
    return { operationId, outcome: { __typename: type, document: { record, seal, disclosures } } };
  }
  return outcome.type === 'Pending'
    ? { operationId, outcome: { __typename: 'Pending', reference: outcome.reference } }
    : { operationId, outcome: { __typename: 'Unknown', reason: outcome.reason } };
}

function listAt<Key, Item>(map: Map<Key, Item[]>, key: Key): Item[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

function bounded<Entry>(entries: readonly Entry[], entriesMax = entriesPerBatchMax): readonly Entry[] {
  if (entries.length <= entriesMax) return entries;
  throw new Refusal('BATCH_TOO_LARGE', `${entries.length} entries in one call; at most ${entriesMax} are taken`);
}
