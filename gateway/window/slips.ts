import { canonicalize, type JsonValue } from '../../certs/jcs.ts';
import type { LedgerHead } from '../../certs/ledger-chain.ts';
import type { Sealer } from '../../certs/seal.ts';
import { CENTER, itemEntry } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import type { Fault } from '../../subgraphs/record.ts';
import { type CaseItem, type CaseView, isOver, isPaper, type SealedOutcome, type Slip, UNSTAMPED } from './case.ts';
import { dueOf } from './deadlines.ts';
import type { SlipKind } from './generated/types.ts';
import { hashesOf } from './ledger.ts';
import { withoutPersons } from './persons.ts';
import {
  type DecidedItem,
  type GrantedPaper,
  type Ground,
  type NamedItem,
  SLIP_FORMAT,
  type SlipRecord,
  type TakenBack,
} from './slip-record.ts';

export interface SlipTools {
  /** The center's. */
  readonly sealer: Pick<Sealer, 'seal'>;
  /** 128 random bits, hexadecimal. */
  newId(): string;
}

/**
 * The papers for the applicant that a step of a case brings, sealed; at most one of a kind. Most steps bring none, and
 * are told so quickly.
 *
 * @param at The instant of the step, milliseconds since 1970.
 */
export async function slipsFor(
  before: CaseView,
  after: CaseView,
  at: number,
  tools: SlipTools,
): Promise<readonly Slip[]> {
  return Promise.all(contentsFor(before, after, at).map(content => sealed(content, before.head, after, at, tools)));
}

/** A slip without what all slips have. */
type Content<Kind extends SlipKind = SlipKind> = {
  [Each in Kind]: Omit<Extract<SlipRecord, { kind: Each }>, Exclude<HeadName, 'kind'>>;
}[Kind];
type HeadName =
  | 'format'
  | 'department'
  | 'kind'
  | 'number'
  | 'caseNumber'
  | 'issuedAt'
  | 'regionCode'
  | 'enterprise'
  | 'ledger';

function contentsFor(before: CaseView, after: CaseView, at: number): readonly Content[] {
  const contents: Content[] = [];
  if (before.acceptedOn === null && after.acceptedOn !== null) contents.push(acceptance(after));
  const stage = noticeStage(before, after);
  if (stage) contents.push(notice(stage, before, after));
  if (isOver(before) || !isOver(after)) return contents;
  contents.push(decision(after));
  // Papers stand only in a case that has ended CLOSED.
  const papers = after.items.filter(item => isPaper(item) && item.state === 'GRANTED');
  if (papers.length > 0) contents.push(delivery(after, papers, at));
  if (after.items.some(item => isPaper(item) && item.state === 'COMPENSATED')) contents.push(revocation(after));
  return contents;
}

function acceptance(view: CaseView): Content<'ACCEPTANCE'> {
  const { regime, prechecks, acceptedOn } = view;
  const due = dueOf(view);
  if (acceptedOn === null || due === null) throw new Error(`case ${view.number} is not accepted`);
  return {
    kind: 'ACCEPTANCE',
    basis: '行政许可法第三十二条',
    regime: { id: regime.id, version: regime.version, title: regime.chinese },
    items: view.items.map(item => ({ ...named(item), promisedWorkdays: itemEntry(item.item).promisedWorkdays })),
    acceptedOn,
    bySilenceOf: prechecks.filter(({ silent }) => silent).map(({ department }) => department),
    dueOn: due.day,
    dueOnProvisional: due.provisional,
  };
}

type Stage = Content<'ONE_TIME_NOTICE'>['stage'];

function noticeStage(before: CaseView, after: CaseView): Stage | undefined {
  if (after.state === 'CORRECTION_NOTICED') return before.state === 'CORRECTION_NOTICED' ? undefined : 'BEFORE_FILING';
  // Of a withdrawn case nothing is filed any more: there is nothing to be corrected.
  const isAsked = after.state === 'IN_REVIEW' && after.withdrawal === null && askedNow(before, after).length > 0;
  return isAsked ? 'AFTER_FILING' : undefined;
}

/** Items that wait for the applicant since this step. */
const askedNow = (before: CaseView, after: CaseView): readonly CaseItem[] =>
  after.items.filter(
    ({ item, state }) =>
      state === 'WAITING_INPUT' && before.items.find(one => one.item === item)?.state !== 'WAITING_INPUT',
  );

function notice(stage: Stage, before: CaseView, after: CaseView): Content<'ONE_TIME_NOTICE'> {
  const { application, receivedAt } = after;
  const marks = stage === 'BEFORE_FILING' ? marksOfChecks(after) : marksOfItems(askedNow(before, after));
  const byPath = Map.groupBy(marks, ({ path }) => path);
  return {
    kind: 'ONE_TIME_NOTICE',
    basis: '行政许可法第三十二条第一款第四项',
    stage,
    receivedOn: chinaDay(new Date(receivedAt)),
    faults: [...byPath].map(([path, some]) => ({
      // Departments' texts as they came: half a character in one would keep the whole notice from being sealed.
      path: path.toWellFormed(),
      marks: some.map(({ item, code, message }) => ({
        ...named(item),
        code: code.toWellFormed(),
        message: withoutPersons(message, application).toWellFormed(),
      })),
    })),
  };
}

type Mark = Fault & { readonly item: Pick<CaseItem, 'item' | 'department'> };

const marksOfChecks = ({ prechecks }: CaseView): readonly Mark[] =>
  prechecks.flatMap(({ department, faults }) =>
    (faults ?? []).map(({ item, ...fault }) => ({ ...fault, item: { item, department } })),
  );

const marksOfItems = (items: readonly CaseItem[]): readonly Mark[] =>
  items.flatMap(item => item.faults.map(fault => ({ ...fault, item })));

function decision(view: CaseView): Content<'DECISION'> {
  const items = view.items.map(item => decided(item, view));
  const isRefused = items.some(item => item.decision === 'REFUSED' || (item.decision === 'TAKEN_BACK' && item.refusal));
  return {
    kind: 'DECISION',
    basis: '行政许可法第三十八条',
    outcome: view.state,
    items,
    // 行政许可法 art. 38, second paragraph.
    remedies: isRefused ? '申请人可依法申请行政复议或者提起行政诉讼' : null,
  };
}

function decided(item: CaseItem, view: CaseView): DecidedItem {
  switch (item.state) {
    case 'GRANTED':
      return { ...named(item), decision: 'GRANTED', ...grantOf(item, view) };
    case 'REFUSED':
      return { ...named(item), decision: 'REFUSED', ...groundOf(item, view) };
    case 'SKIPPED':
      return { ...named(item), decision: 'SKIPPED' };
    case 'COMPENSATED':
      return { ...named(item), decision: 'TAKEN_BACK', ...takenBack(item, view) };
    default:
      throw new Error(`case ${view.number} is over, and its item ${item.item} is ${item.state}`);
  }
}

function delivery(view: CaseView, papers: readonly CaseItem[], at: number): Content<'DELIVERY'> {
  return {
    kind: 'DELIVERY',
    basis: '行政许可法第四十四条',
    means: 'ELECTRONIC',
    deliveredAt: new Date(at).toISOString(),
    papers: papers.map(item => ({ ...named(item), ...grantOf(item, view) })),
  };
}

function revocation(view: CaseView): Content<'REVOCATION'> {
  const { items, withdrawal } = view;
  return {
    kind: 'REVOCATION',
    cause: withdrawal ? 'WITHDRAWAL' : 'REFUSAL',
    grounds: withdrawal
      ? []
      : items.filter(({ refusal }) => refusal).map(item => ({ ...named(item), ...groundOf(item, view) })),
    takenBack: items
      .filter(({ state }) => state === 'COMPENSATED')
      .map(item => ({ ...named(item), ...takenBack(item, view) })),
  };
}

function takenBack(item: CaseItem, view: CaseView): TakenBack {
  const of = (outcome: SealedOutcome['outcome']): SealedOutcome | undefined => findDocument(item, outcome, view);
  const [grant, revoked] = [of('GRANTED'), of('REVOKED')];
  return {
    grant: grant ? paperOf(grant) : null,
    revocationSha256: revoked ? hashesOf(revoked).recordSha256 : null,
    refusal: item.refusal ? groundOf(item, view) : null,
  };
}

const named = ({ item, department }: Pick<CaseItem, 'item' | 'department'>): NamedItem => ({
  item,
  title: itemEntry(item).chinese,
  department,
});

const grantOf = (item: CaseItem, view: CaseView): GrantedPaper => paperOf(documentOf(item, 'GRANTED', view));

const paperOf = ({ kind, number, decidedOn, ...paper }: SealedOutcome): GrantedPaper => ({
  kind,
  number,
  decidedOn,
  recordSha256: hashesOf(paper).recordSha256,
  isSealed: paper.seal !== null,
});

function groundOf(item: CaseItem, view: CaseView): Ground {
  const { ground, article } = item.refusal ?? { ground: '', article: '' };
  const { recordSha256 } = hashesOf(documentOf(item, 'REFUSED', view));
  return { ground: withoutPersons(ground, view.application), article, recordSha256 };
}

/** The newest of an item: after a correction its department may have answered more than once. */
const findDocument = ({ item }: CaseItem, outcome: SealedOutcome['outcome'], { documents }: CaseView) =>
  documents.findLast(document => document.item === item && document.outcome === outcome);

/** @throws {Error} when the rows contradict themselves: then nothing is sealed about them. */
function documentOf(item: CaseItem, outcome: SealedOutcome['outcome'], view: CaseView): SealedOutcome {
  const document = findDocument(item, outcome, view);
  if (!document) throw new Error(`case ${view.number} has no document for its item ${item.item}, which is ${outcome}`);
  return document;
}

async function sealed(
  content: Content,
  ledger: LedgerHead,
  view: CaseView,
  at: number,
  { sealer, newId }: SlipTools,
): Promise<Slip> {
  const { kind } = content;
  const { number: caseNumber, application } = view;
  const number = `${caseNumber}/${kind}/${view.slips.filter(slip => slip.kind === kind).length + 1}`;
  const record = canonicalize({
    format: SLIP_FORMAT,
    department: CENTER.id,
    number,
    caseNumber,
    issuedAt: new Date(at).toISOString(),
    regionCode: application.regionCode,
    enterprise: enterpriseOf(view),
    ledger: { seq: ledger.seq, hash: ledger.hash },
    ...content,
  } satisfies SlipRecord as unknown as JsonValue);
  const seal = Buffer.from(await sealer.seal(Buffer.from(record), new Date(at))).toString('base64');
  return { id: newId(), caseNumber, kind, number, issuedAt: at, record, seal, ...UNSTAMPED };
}

function enterpriseOf({ documents, application: { name } }: CaseView): string {
  const granted = documents.find(({ outcome }) => outcome === 'GRANTED');
  return granted?.holder ?? `${name.tradingName}${name.trade}${name.form}`;
}
