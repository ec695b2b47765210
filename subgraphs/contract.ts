import { RegisterUnavailable } from '../adapters/port.ts';
import { checkSeal, type Trust } from '../certs/verify.ts';
import { type ItemId, isItem, itemEntry } from './catalogue.ts';
import type { Answer, AppliedItem, CheckedFiling, ItemDesk, Outcome, Reversal } from './desk.ts';
import type {
  FiledDocument,
  Filing,
  FilingAnswer,
  ItemFault,
  PrecheckAnswer,
  PrecheckRequest,
  Resolvers,
} from './generated/contract.ts';
import type { Journal } from './journal.ts';
import { type GrantRecord, readRecord } from './record.ts';
import type { Numbering } from './regimes.ts';

export interface ContractTools {
  readonly items: Readonly<Partial<Record<ItemId, ItemDesk>>>;
  readonly journal: Journal;
  /** Read anew for each batch, so that a refreshed trust list counts at once. */
  trust(): Trust;
  now(): Date;
  /** Hears of whatever kept an entry from being answered; it never reaches the caller. */
  report(defect: Error): void;
}

/** One call carries at most this many entries: the answer must come before the caller's time-out. */
export const entriesPerContractCallMax = 200;
/** An operation id is a key in many systems, some with narrow columns. */
const OPERATION_ID = /^[\x21-\x7e]{1,128}$/;
const NUMBERINGS: readonly Numbering[] = ['SEPARATE', 'UNIFIED'];

/** The hidden operations, the same for every department: the only place that turns wire answers into desks' work. */
export function contractResolvers(tools: ContractTools): Pick<Resolvers, 'Query' | 'Mutation'> {
  const underWay = new Map<string, Promise<Outcome>>();

  /** An operation that is asked twice at once is done once. */
  function once(
    operationIds: readonly string[],
    work: (fresh: ReadonlySet<string>) => Promise<ReadonlyMap<string, Outcome>>,
  ): Promise<FilingAnswer[]> {
    const fresh = new Set(operationIds.filter(id => !underWay.has(id)));
    const working = work(fresh).catch((error: Error) => {
      if (!(error instanceof RegisterUnavailable)) tools.report(error);
      const reason = error instanceof RegisterUnavailable ? 'REGISTER_UNAVAILABLE' : 'DEFECT';
      return new Map([...fresh].map((id): [string, Outcome] => [id, { type: 'Unknown', reason }]));
    });
    for (const id of fresh) {
      const outcome = working.then(outcomes => outcomes.get(id) ?? ({ type: 'Unknown', reason: 'DEFECT' } as const));
      underWay.set(id, outcome);
      outcome.finally(() => underWay.delete(id));
    }
    return Promise.all(operationIds.map(async id => filingAnswer(id, (await underWay.get(id)) as Outcome)));
  }

  async function fileAll(filings: readonly Filing[]): Promise<ReadonlyMap<string, Outcome>> {
    const { outcomes, open } = withoutAnswered(filings);
    const byItem = new Map<ItemId, CheckedFiling[]>();
    for (const filing of open) {
      const checked = checkFiling(filing, tools);
      if (typeof checked === 'string') outcomes.set(filing.operationId, { type: 'Unknown', reason: checked });
      else listAt(byItem, filing.item as ItemId).push(checked);
    }
    await eachItem(byItem, (desk, checked) => desk.file(checked), outcomes);
    return outcomes;
  }

  async function revokeAll(reversals: readonly Reversal[]): Promise<ReadonlyMap<string, Outcome>> {
    const { outcomes, open } = withoutAnswered(reversals);
    const granted = tools.journal.recall(open.map(reversal => reversal.revokes));
    const byItem = new Map<ItemId, (Reversal & { granted: GrantRecord })[]>();
    for (const reversal of open) {
      const record = grantIn(granted.get(reversal.revokes)?.answer);
      if (record) listAt(byItem, record.item).push({ ...reversal, granted: record });
      else outcomes.set(reversal.operationId, { type: 'Unknown', reason: 'NOTHING_TO_REVOKE' });
    }
    await eachItem(byItem, (desk, some) => desk.revoke(some), outcomes);
    return outcomes;
  }

  function withoutAnswered<Asked extends { readonly operationId: string }>(asked: readonly Asked[]) {
    const known = tools.journal.recall(asked.map(one => one.operationId));
    const outcomes = new Map<string, Outcome>();
    const open = asked.filter(({ operationId }) => {
      const answer = known.get(operationId)?.answer;
      if (answer === undefined) return true;
      outcomes.set(operationId, JSON.parse(answer) as Answer);
      return false;
    });
    return { outcomes, open };
  }

  /** Works item by item, all at once; an item whose register is away does not spoil the others. */
  async function eachItem<Work extends { readonly operationId: string }>(
    byItem: ReadonlyMap<ItemId, readonly Work[]>,
    work: (desk: ItemDesk, some: readonly Work[]) => Promise<ReadonlyMap<string, Outcome>>,
    outcomes: Map<string, Outcome>,
  ): Promise<void> {
    const answered = await Promise.allSettled(
      [...byItem].map(([item, some]) => work(tools.items[item] as ItemDesk, some)),
    );
    for (const [at, some] of [...byItem.values()].entries()) {
      const answer = answered[at] as PromiseSettledResult<ReadonlyMap<string, Outcome>>;
      if (answer.status === 'fulfilled') {
        for (const [id, outcome] of answer.value) outcomes.set(id, outcome);
        continue;
      }
      const away = answer.reason instanceof RegisterUnavailable;
      if (!away) tools.report(answer.reason as Error);
      const reason = away ? 'REGISTER_UNAVAILABLE' : 'DEFECT';
      for (const { operationId } of some) outcomes.set(operationId, { type: 'Unknown', reason });
    }
  }

  return {
    Query: {
      precheckItems: (_, { requests }) => precheckAll(bounded(requests), tools),
      outcomesOf: (_, { operationIds }) => {
        const known = tools.journal.recall(bounded(operationIds));
        return operationIds.map(id => {
          const operation = known.get(id);
          if (operation?.answer !== undefined) return filingAnswer(id, JSON.parse(operation.answer) as Answer);
          return filingAnswer(id, { type: 'Unknown', reason: operation ? 'UNFINISHED' : 'NOT_SEEN' });
        });
      },
    },
    Mutation: {
      fileItems: (_, { filings }) =>
        once(
          bounded(filings).map(filing => filing.operationId),
          fresh => fileAll(distinct(filings).filter(filing => fresh.has(filing.operationId))),
        ),
      revokeItems: (_, { revocations }) =>
        once(
          bounded(revocations).map(revocation => revocation.operationId),
          fresh => revokeAll(distinct(revocations).filter(revocation => fresh.has(revocation.operationId))),
        ),
    },
  };
}

async function precheckAll(
  requests: readonly PrecheckRequest[],
  { items, report }: ContractTools,
): Promise<PrecheckAnswer[]> {
  const faults = requests.map((): ItemFault[] => []);
  const unchecked = new Set<number>();
  const byItem = new Map<ItemId, { readonly at: number; readonly applied: AppliedItem }[]>();
  for (const [at, { items: asked, application, numbering }] of requests.entries()) {
    for (const item of asked) {
      if (!isItem(item) || !items[item]) {
        faults[at]?.push({ item, path: 'item', code: 'ITEM_NOT_HANDLED', message: `not handled here: ${item}` });
      } else {
        const applied = { application, numbering: numbering as Numbering, caseNumber: undefined };
        listAt(byItem, item).push({ at, applied });
      }
    }
  }
  await Promise.all(
    [...byItem].map(async ([item, asked]) => {
      try {
        const found = await (items[item] as ItemDesk).precheck(asked.map(one => one.applied));
        for (const [index, { at }] of asked.entries()) {
          faults[at]?.push(...(found[index] ?? []).map(fault => ({ item, ...fault })));
        }
      } catch (error) {
        if (!(error instanceof RegisterUnavailable)) report(error as Error);
        for (const { at } of asked) unchecked.add(at);
      }
    }),
  );
  return requests.map(({ requestId }, at) => ({
    requestId,
    checked: !unchecked.has(at),
    faults: faults[at] ?? [],
  }));
}

/** The filing with its evidence judged, or the reason why it can't be decided. */
function checkFiling(filing: Filing, { items, trust, now }: ContractTools): CheckedFiling | string {
  const { operationId, caseNumber, item, numbering, application } = filing;
  if (!OPERATION_ID.test(operationId)) return 'OPERATION_ID_MALFORMED';
  if (!isItem(item) || !items[item]) return 'ITEM_NOT_HANDLED';
  if (!NUMBERINGS.some(known => known === numbering)) return 'NUMBERING_UNKNOWN';
  const evidence: GrantRecord[] = [];
  for (const document of filing.evidence) {
    const record = checkEvidence(document, trust(), now());
    if (typeof record === 'string') return record;
    if (record.caseNumber !== caseNumber) return 'EVIDENCE_OF_ANOTHER_CASE';
    evidence.push(record);
  }
  const missing = itemEntry(item).evidence.find(kind => !evidence.some(record => record.kind === kind));
  if (missing) return `EVIDENCE_MISSING_${missing}`;
  return { operationId, caseNumber, numbering: numbering as Numbering, application, evidence };
}

function checkEvidence(document: FiledDocument, trust: Trust, at: Date): GrantRecord | string {
  if (!document.seal) return 'EVIDENCE_UNSEALED';
  const checked = checkSeal({
    record: Buffer.from(document.record),
    seal: Buffer.from(document.seal, 'base64'),
    trust,
    at,
  });
  if (!checked.ok) return `EVIDENCE_${checked.judgement.findings[0]?.code ?? 'INVALID'}`;
  const record = readRecord(checked.value.record);
  return record?.outcome === 'GRANTED' ? record : 'EVIDENCE_NOT_A_GRANT';
}

function grantIn(answer: string | undefined): GrantRecord | undefined {
  if (answer === undefined) return undefined;
  const { type, record } = JSON.parse(answer) as Answer;
  const read = type === 'Granted' ? readRecord(JSON.parse(record)) : undefined;
  return read?.outcome === 'GRANTED' ? read : undefined;
}

function filingAnswer(operationId: string, outcome: Outcome): FilingAnswer {
  if ('record' in outcome) {
    const { type, record, seal } = outcome;
    return { operationId, outcome: { __typename: type, document: { record, seal } } };
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

const distinct = <Asked extends { readonly operationId: string }>(asked: readonly Asked[]): readonly Asked[] => [
  ...new Map(asked.map(one => [one.operationId, one])).values(),
];

function bounded<Entry>(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length > entriesPerContractCallMax) {
    throw new RangeError(`${entries.length} entries in one call; at most ${entriesPerContractCallMax} are taken`);
  }
  return entries;
}
