import type { Trust } from '../../certs/verify.ts';
import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import type { FiledApplication, ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { ancestorsOf } from '../../subgraphs/regimes.ts';
import { AT_ONCE, type CaseView, type Change } from './case.ts';
import { type Answers, type DepartmentClient, type DepartmentClients, NoAnswer } from './departments.ts';
import { type Asked, askedOf, backOff, changesOf, unanswered } from './outcome.ts';
import { withoutPersons } from './persons.ts';
import type { Act, ItemVerb } from './plan.ts';
import { sealBytes } from './sealed-bytes.ts';
import type { Store } from './store.ts';

export interface CallTools {
  readonly store: Pick<Store, 'contents'>;
  readonly clients: DepartmentClients;
  trust(): Trust;
  /** The store's clock. */
  now(): Date;
  newId(): string;
  random(): number;
  report(defect: Error): void;
}

/**
 * One call to one department about acts of one kind, and what its answer changes. It always comes to an end: no answer
 * is an answer too.
 */
export async function call(view: CaseView, acts: readonly Act[], tools: CallTools): Promise<readonly Change[]> {
  const { department, verb } = acts[0] as Act;
  const client = tools.clients[department];
  if (verb === 'PRECHECK') return precheck(view, department, client, tools);
  const asked = acts.flatMap(act => (act.verb === 'PRECHECK' ? [] : askedOf(view, act.item)));
  try {
    const outcomes = await callFor(verb, view, asked, client, tools);
    const heard = { ...tools, trust: tools.trust(), now: tools.now() };
    return asked.flatMap((one, at) => {
      const outcome = outcomes[at];
      return outcome ? changesOf(one, outcome, heard) : unanswered(one, 'ANSWER_MALFORMED', heard);
    });
  } catch (error) {
    const { reason, retryInMs } = silenceOf(error, tools);
    const heard = { ...tools, now: tools.now() };
    return asked.flatMap(one => unanswered(one, reason, heard, retryInMs));
  }
}

async function callFor(
  verb: ItemVerb,
  view: CaseView,
  asked: readonly Asked[],
  client: DepartmentClient,
  { store }: CallTools,
): Promise<Answers<ItemOutcome>> {
  if (verb === 'ASK') return client.outcomes(asked.map(({ operationId }) => operationId));
  if (verb === 'REVOKE') return revoke(view, asked, client);
  const contents = await papersFor(view, asked, store);
  return client.file(
    asked.map(({ operationId, item }) => ({
      operationId,
      caseNumber: view.number,
      item: item.item,
      numbering: view.regime.numbering,
      application: withContents(view.application, item.item, contents),
      evidence: evidenceFor(view, item.item),
    })),
  );
}

const NO_PAPERS: ReadonlyMap<string, string> = new Map();
/** Applications of which it is known that no papers came along: a read for each item is as dear as a step. */
const withoutPapers = new WeakSet<FiledApplication>();

export const knowWithoutPapers = (application: FiledApplication): void => void withoutPapers.add(application);

async function papersFor(
  { number, application }: CaseView,
  asked: readonly Asked[],
  store: CallTools['store'],
): Promise<ReadonlyMap<string, string>> {
  const isDemanded = asked.some(({ item }) => itemEntry(item.item).materials.length > 0);
  if (!isDemanded || withoutPapers.has(application)) return NO_PAPERS;
  const contents = await store.contents(number);
  if (contents.size === 0) knowWithoutPapers(application);
  return contents;
}

/** Asks first, every time: revocations are rare, and nothing tells whether this one has been sent before. */
async function revoke(
  view: CaseView,
  asked: readonly Asked[],
  client: DepartmentClient,
): Promise<Answers<ItemOutcome>> {
  const known = await client.outcomes(asked.map(({ operationId }) => operationId));
  const isUnknown = (at: number): boolean => known[at]?.__typename === 'Unknown';
  const fresh = asked.filter((_, at) => isUnknown(at));
  if (fresh.length === 0) return known;
  const ground = groundOf(view);
  const answers = await client.revoke(
    fresh.map(({ operationId, item }) => ({ operationId, revokes: item.operationId ?? '', ground })),
  );
  return asked.map((one, at) => (isUnknown(at) ? answers[fresh.indexOf(one)] : known[at]));
}

/** Why a grant is taken back, in words for the applicant. */
function groundOf({ withdrawal, items, application }: CaseView): string {
  if (withdrawal) return '申请人撤回申请';
  const refused = items.find(({ refusal }) => refusal)?.refusal;
  return refused ? withoutPersons(refused.ground, application) : '同一办件的其他事项未获准予';
}

async function precheck(
  view: CaseView,
  department: DepartmentId,
  client: DepartmentClient,
  tools: CallTools,
): Promise<readonly Change[]> {
  const retry = view.prechecks.find(check => check.department === department)?.retry ?? AT_ONCE;
  const again = (atLeastMs?: number): readonly Change[] => [
    { of: 'PRECHECK', department, to: { retry: backOff(retry, { ...tools, now: tools.now() }, atLeastMs) } },
  ];
  const items = view.items.filter(item => item.department === department).map(({ item }) => item);
  const { number, application, regime } = view;
  try {
    const [answer] = await client.precheck([
      { requestId: number, caseNumber: number, items, numbering: regime.numbering, application },
    ]);
    if (!answer?.checked) return again();
    const faults = answer.faults.map(({ item, path, code, message }) => ({
      item: item as ItemId,
      path,
      code,
      message: withoutPersons(message, application),
    }));
    const since = tools.now().getTime();
    const told = items.flatMap((item): Change[] => {
      const own = faults.filter(fault => fault.item === item).map(({ item: _, ...fault }) => fault);
      return own.length > 0 ? [{ of: 'ITEM', item, to: { state: 'WAITING_INPUT', since, faults: own } }] : [];
    });
    return [{ of: 'PRECHECK', department, to: { faults } }, ...told];
  } catch (error) {
    return again(silenceOf(error, tools).retryInMs);
  }
}

/** The sealed grants of everything that had to come before; stamped, so that they outlive their seals' certificates. */
function evidenceFor(view: CaseView, item: ItemId): { record: string; seal: string }[] {
  const before = ancestorsOf(view.regime, item);
  return view.documents.flatMap(({ item: of, outcome, status, record, seal, timeStamp }) =>
    before.includes(of) && outcome === 'GRANTED' && status === 'VALID' && seal !== null
      ? [{ record, seal: Buffer.from(sealBytes({ seal, timeStamp })).toString('base64') }]
      : [],
  );
}

/** Papers go only to an item that the catalogue lets ask for their kind. */
function withContents(
  application: FiledApplication,
  item: ItemId,
  contents: ReadonlyMap<string, string>,
): FiledApplication {
  if (contents.size === 0) return application;
  const demanded = new Set<string>(itemEntry(item).materials.map(({ kind }) => kind));
  return {
    ...application,
    materials: application.materials.map(material => ({
      ...material,
      content: demanded.has(material.kind) ? (contents.get(material.sha256) ?? null) : null,
    })),
  };
}

/** What a clerk may read of a call that failed; a defect of ours is reported and not told. */
function silenceOf(error: unknown, { report }: CallTools): { readonly reason: string; readonly retryInMs: number } {
  if (error instanceof NoAnswer) return { reason: error.message, retryInMs: error.retryInMs ?? 0 };
  report(error instanceof Error ? error : new Error(String(error)));
  return { reason: 'DEFECT', retryInMs: 0 };
}
