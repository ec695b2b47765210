import { toHex } from '../../certs/hex.ts';
import { readCheckpoint } from '../../certs/log/checkpoint.ts';
import { entryOf } from '../../certs/log/entry.ts';
import { checkSignatures, NOTE_KEY, noteVerifier, readNote } from '../../certs/log/note.ts';
import { GrowingTree, leafHash } from '../../certs/log/tree.ts';
import { checkSeal } from '../../certs/verify.ts';
import { type CaseView, isOver, type SealedOutcome, type Slip } from '../../gateway/window/case.ts';
import { differences, recount } from '../../gateway/window/recount.ts';
import { sealBytes } from '../../gateway/window/sealed-bytes.ts';
import { CENTER } from '../../subgraphs/catalogue.ts';
import type { Answer, Sent } from './desk.ts';
import { answerText, type CaseRow, type EnteredRow, type Evidence } from './evidence.ts';

/**
 * What must never be. LOST: what was answered is not there. DOUBLE: an effect happened twice.
 * ORPHAN: an effect belongs to no case, or a grant has no effect. STUCK: nothing moves a case any more. BROKEN: ledger
 * and rows disagree, or leaves and checkpoint of the log. UNSEALED: a seal does not hold. UNLOGGED: a seal does not stand in
 * the log, or one does that no case has.
 */
export const VIOLATIONS = ['LOST', 'DOUBLE', 'ORPHAN', 'STUCK', 'BROKEN', 'UNSEALED', 'UNLOGGED'] as const;

export interface Violation {
  readonly is: (typeof VIOLATIONS)[number];
  /** The case, request or operation that it is about. */
  readonly of: string;
  readonly sentence: string;
}

/** Every violation that the evidence shows; none when all invariants hold. Pure but for the time of verification. */
export function judge(evidence: Evidence, at: Date): readonly Violation[] {
  return [
    ...requestsLost(evidence),
    ...factsLost(evidence),
    ...effects(evidence),
    ...evidence.cases.flatMap(row => stuck(row, evidence)),
    ...[...evidence.facts].flatMap(([id, { number, taken }]) =>
      taken ? [] : [violation('STUCK', number, `what was told under ${id} has never been taken up`)],
    ),
    ...evidence.unreadable.map(sentence => violation('BROKEN', sentence.split(' ')[1] ?? '', sentence)),
    ...evidence.cases.flatMap(row => brokenLedger(row, evidence)),
    ...answersThatDiffer(evidence),
    ...unsealed(evidence, at),
    ...unlogged(evidence),
    ...brokenLog(evidence),
  ];
}

const violation = (is: Violation['is'], of: string, sentence: string): Violation => ({ is, of, sentence });

// --- what was answered -----------------------------------------------------------------------------------------------

function requestsLost({ sent, cases }: Evidence): readonly Violation[] {
  const byRequest = new Map(cases.map(row => [row.requestId, row.number]));
  const registered = Map.groupBy(
    sent.filter(({ mutation }) => mutation === 'REGISTER'),
    ({ requestId }) => requestId,
  );
  const strangers = cases.filter(({ requestId }) => !registered.has(requestId));
  return [
    ...[...registered].flatMap(([requestId, some]) => requestLost(requestId, some, byRequest.get(requestId))),
    ...strangers.map(({ number, requestId }) =>
      violation('ORPHAN', number, `no desk has sent the request ${requestId} that opened it`),
    ),
  ];
}

function requestLost(requestId: string, sent: readonly Sent[], number: string | undefined): readonly Violation[] {
  const found: Violation[] = [];
  const answers = sent.flatMap(one => one.answers);
  const told = new Set(answers.flatMap(answer => (answer.is === 'DONE' ? [answer.number] : [])));
  if (sent.some(one => one.answers.length === 0)) {
    found.push(violation('LOST', requestId, 'no gateway has ever answered the request'));
  }
  for (const other of told) {
    if (other === number) continue;
    const instead = number === undefined ? 'there is no such case' : `the request has opened case ${number}`;
    const is = number === undefined ? 'LOST' : 'DOUBLE';
    found.push(violation(is, requestId, `it was answered with case ${other}, but ${instead}`));
  }
  if (number !== undefined && told.size === 0 && answers.length > 0) {
    const code = answers.find(isRefused)?.code;
    found.push(violation('LOST', requestId, `it was refused with ${code} though it has opened case ${number}`));
  }
  return found;
}

const isRefused = (answer: Answer): answer is Answer & { is: 'REFUSED' } => answer.is === 'REFUSED';

/** Resubmissions, withdrawals and repairs that were answered must have been kept. */
function factsLost({ sent, facts }: Evidence): readonly Violation[] {
  return sent.flatMap(({ mutation, requestId, answers }) => {
    if (mutation === 'REGISTER') return [];
    if (answers.length === 0) return [violation('LOST', requestId, 'no gateway has ever answered it')];
    const id = mutation === 'APPROVE' ? `approval/${requestId}` : `request/${requestId}`;
    const isDone = answers.some(({ is }) => is === 'DONE');
    return isDone && !facts.has(id) ? [violation('LOST', requestId, 'it was answered and has not been kept')] : [];
  });
}

// --- effects in departments ------------------------------------------------------------------------------------------

function effects({ entered, views }: Evidence): readonly Violation[] {
  const live = entered.filter(({ isLive }) => isLive);
  const liveOperations = new Set(live.map(({ operationId }) => operationId));
  const perItem = Map.groupBy(live, ({ number, item }) => `${number}/${item}`);
  const perOperation = Map.groupBy(entered, ({ operationId }) => operationId);
  return [
    ...twice(perItem, 'live rows in the register'),
    ...twice(perOperation, 'rows in registers, ever,'),
    ...live.flatMap(row => orphan(row, views.get(row.number))),
    ...[...views.values()].flatMap(view => grantsWithoutEffect(view, liveOperations)),
  ];
}

const twice = (groups: ReadonlyMap<string, readonly EnteredRow[]>, what: string): readonly Violation[] =>
  [...groups].flatMap(([of, rows]) =>
    rows.length < 2
      ? []
      : [violation('DOUBLE', of, `${rows.length} ${what}: ${rows.map(({ operationId }) => operationId).join(', ')}`)],
  );

const GRANTED: ReadonlySet<string> = new Set(['GRANTED', 'GRANTED_PROVISIONAL']);

function orphan({ department, operationId, item: id }: EnteredRow, view: CaseView | undefined): readonly Violation[] {
  const say = (sentence: string): readonly Violation[] => [
    violation('ORPHAN', operationId, `${department} has a live row, but ${sentence}`),
  ];
  const item = view?.items.find(one => one.item === id);
  if (!view || !item) return say('no case has such an item');
  if (!GRANTED.has(item.state)) return say(`the item is ${item.state} and the case ${view.state}`);
  return item.operationId === operationId ? [] : say(`the case holds the grant of ${item.operationId}`);
}

const grantsWithoutEffect = (view: CaseView, live: ReadonlySet<string>): readonly Violation[] =>
  view.items.flatMap(({ item, state, operationId, department }) =>
    GRANTED.has(state) && !live.has(operationId ?? '')
      ? [
          violation(
            'ORPHAN',
            `${view.number}/${item}`,
            `it is ${state}, but ${department} has no live row of ${operationId}`,
          ),
        ]
      : [],
  );

// --- what moves a case -----------------------------------------------------------------------------------------------

function stuck({ number, wakeAt }: CaseRow, { views }: Evidence): readonly Violation[] {
  const view = views.get(number);
  if (!view) return [];
  const say = (sentence: string): readonly Violation[] => [
    violation('STUCK', number, `${view.state} (${inWords(view)}): ${sentence}`),
  ];
  if (isOver(view)) return wakeAt === null ? [] : say('it is over and still due');
  if (wakeAt !== null) return say('it has come to no rest in the time that it was given');
  return waitsForSomebody(view) ? [] : say('it waits for nobody, and nothing will move it');
}

/** The applicant has been told what to mend, or a person has to bring back what was delivered. */
const waitsForSomebody = ({ items }: CaseView): boolean =>
  items.some(
    ({ state, faults, revocationId }) =>
      (state === 'WAITING_INPUT' && faults.length > 0) || (state === 'COMPENSATING' && revocationId === null),
  );

const inWords = ({ items }: CaseView): string =>
  items
    .filter(({ state }) => state !== 'GRANTED' && state !== 'SKIPPED')
    .map(({ item, state, waits }) => `${item} ${state}${waits === null ? '' : ` ${waits}`}`)
    .join(', ');

// --- ledgers and seals -----------------------------------------------------------------------------------------------

function brokenLedger({ number }: CaseRow, { views, ledgers }: Evidence): readonly Violation[] {
  const view = views.get(number);
  const recounted = recount(ledgers.get(number) ?? []);
  if (!recounted.intact) {
    return [violation('BROKEN', number, `the ledger is broken at entry ${recounted.seq}: ${recounted.code}`)];
  }
  return (view ? differences(recounted, view) : []).map(({ name, ledger, rows }) =>
    violation('BROKEN', number, `${name} is ${ledger} by the ledger and ${rows} in the rows`),
  );
}

/** One operation id, one answer, for ever: what the window holds is byte for byte what the department keeps. */
const answersThatDiffer = ({ views, answered }: Evidence): readonly Violation[] =>
  [...views.values()]
    .flatMap(({ documents }) => documents)
    .filter(({ outcome }) => outcome === 'GRANTED' || outcome === 'REVOKED')
    .filter(document => answered.get(document.operationId) !== answerText(document))
    .map(({ operationId }) => violation('DOUBLE', operationId, 'the department has answered another record'));

/** Checking one takes most of a millisecond; so many show a fault of any kind that is not a single one's. */
const sealsCheckedMax = 1_000;

function unsealed({ views, trust }: Evidence, at: Date): readonly Violation[] {
  const all = [...views.values()].flatMap(({ documents, slips }): (SealedOutcome | Slip)[] => [...documents, ...slips]);
  const sealed = all.flatMap(({ seal, ...paper }) => (seal === null ? [] : [{ seal, ...paper }]));
  return spread(sealed, sealsCheckedMax).flatMap(({ id, record, seal, ...paper }) => {
    const disclosed = 'disclosures' in paper && paper.disclosures !== null;
    const checked = checkSeal({
      record: Buffer.from(record),
      seal: Buffer.from(seal, 'base64'),
      ...(disclosed && { disclosures: Buffer.from(String(paper.disclosures)) }),
      trust,
      at,
    });
    if (checked.ok) return [];
    return [violation('UNSEALED', id, `its seal does not hold: ${checked.judgement.findings[0]?.code}`)];
  });
}

/** Every seal as it is shown now is a leaf, and every leaf is a seal as it is, or was before it had its time stamp. */
function unlogged({ views, log }: Evidence): readonly Violation[] {
  const logged = new Set(log.entries);
  const shown = [...views.values()].flatMap(({ documents, slips }) => [
    ...documents.map(document => ({ ...document, holder: document.department })),
    ...slips.map(slip => ({ ...slip, holder: CENTER.id })),
  ]);
  const seals = shown.flatMap(({ id, holder, seal, timeStamp }) =>
    seal === null ? [] : [{ id, now: entryText(holder, seal, timeStamp), before: entryText(holder, seal, null) }],
  );
  const known = new Set(seals.flatMap(({ now, before }) => [now, before]));
  return [
    ...seals.flatMap(({ id, now }) =>
      logged.has(now) ? [] : [violation('UNLOGGED', id, 'its seal does not stand in the log')],
    ),
    ...log.entries.flatMap((entry, index) =>
      known.has(entry) ? [] : [violation('UNLOGGED', `leaf ${index}`, 'no case has the seal that stands in the log')],
    ),
  ];
}

const entryText = (holder: string, seal: string, timeStamp: string | null): string =>
  Buffer.from(entryOf(holder, sealBytes({ seal, timeStamp }))).toString('latin1');

/** The newest checkpoint is signed by the log, over leaves that are there. */
function brokenLog({ log: { entries, newest }, trust }: Evidence): readonly Violation[] {
  const broken = (sentence: string) => [violation('BROKEN', 'log', sentence)];
  if (!newest) return entries.length > 0 ? broken('it has leaves, but no checkpoint') : [];
  const note = readNote(newest.note);
  const { origin, size, root } = readCheckpoint(note.text);
  const keys = trust.list?.logs.filter(one => one.origin === origin) ?? [];
  const verifiers = keys.map(({ key }) =>
    noteVerifier({ type: NOTE_KEY.LOG, name: origin, raw: Buffer.from(key, 'base64') }),
  );
  if (![...checkSignatures(note, verifiers).values()].includes(true)) return broken('its checkpoint is not signed');
  if (size > entries.length) return broken(`its checkpoint has ${size} leaves, but only ${entries.length} are there`);
  const tree = new GrowingTree();
  for (const entry of entries.slice(0, size)) tree.append(leafHash(Buffer.from(entry, 'latin1')));
  return toHex(tree.root()) === toHex(root) ? [] : broken('its leaves do not have the root of its checkpoint');
}

/** At most so many, from the whole of them. */
export function spread<Item>(all: readonly Item[], most: number): readonly Item[] {
  const step = Math.max(1, Math.ceil(all.length / most));
  return all.filter((_, at) => at % step === 0);
}
