import { setTimeout as sleep } from 'node:timers/promises';
import type { Trust } from '../../certs/verify.ts';
import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import type { FiledApplication, ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { ancestorsOf } from '../../subgraphs/regimes.ts';
import { AT_ONCE, type CaseItem, type CaseView, type Change, changed } from './case.ts';
import { type Answers, type DepartmentClient, type DepartmentClients, NoAnswer } from './departments.ts';
import { type Asked, backOff, changesOf, unanswered } from './outcome.ts';
import { type Act, type ItemVerb, planOf } from './plan.ts';
import type { Store } from './store.ts';

/**
 * The case driver: plan → mark what is sent → call departments at once → record what they answered → plan again, until
 * nothing can be done now. The rows are the only truth; whatever is lost here is found in them again.
 */
export interface Driver {
  /** Carries a case as far as it goes now; a case that is being driven already is joined. It never rejects. */
  drive(number: string): Promise<void>;
  isDriving(number: string): boolean;
  /** How many cases are being driven. */
  readonly driving: number;
  /** Sends nothing more, and waits for the answers to what was sent. */
  stop(): Promise<void>;
}

export interface DriverTools {
  readonly store: Store;
  readonly clients: DepartmentClients;
  trust(): Trust;
  now(): Date;
  newId(): string;
  random(): number;
  report(defect: Error): void;
}

/** What an answer changes, told when the answer is there. */
interface Landed {
  readonly flight: string;
  readonly changes: readonly Change[];
}

/** After a defect, or while the store is away: a pause, or the same error would fill the disk. */
const driveAgainAfterMs = 5_000;
const storeAgainAfterMs = 250;

export function createDriver(tools: DriverTools): Driver {
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();

  /** Nobody waits any more for what was sent. Until that is written down, nobody else may drive the case. */
  async function interrupted(number: string, defect: Error): Promise<void> {
    tools.report(defect);
    let reported = false;
    while (!stopping.signal.aborted) {
      try {
        return await tools.store.interrupted(number, tools.now().getTime() + driveAgainAfterMs);
      } catch (error) {
        if (!reported) tools.report(error as Error);
        reported = true;
        await sleep(storeAgainAfterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    get driving() {
      return underWay.size;
    },
    isDriving: number => underWay.has(number),
    drive(number) {
      const joined = underWay.get(number);
      if (joined) return joined;
      if (stopping.signal.aborted) return Promise.resolve();
      const driven = driveOnce(number, stopping.signal, tools)
        .catch((defect: Error) => interrupted(number, defect))
        .finally(() => underWay.delete(number));
      underWay.set(number, driven);
      return driven;
    },
    async stop() {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
}

async function driveOnce(number: string, stopping: AbortSignal, tools: DriverTools): Promise<void> {
  const [loaded] = await tools.store.load([number]);
  if (!loaded) return;
  let view = loaded;
  let answered: readonly Change[] = [];
  const flights = new Map<string, Promise<Landed>>();
  try {
    for (;;) {
      const now = tools.now();
      const today = chinaDay(now);
      const afterAnswers = changed(view, answered, today);
      const plan = planOf(afterAnswers, now.getTime());
      const acts = stopping.aborted ? [] : plan.acts.filter(act => !flights.has(flightOf(act)));
      const marks = [
        ...plan.skip.map(item => skipped(item, now)),
        ...acts.flatMap(act => mark(afterAnswers, act, now)),
      ];
      const changes = [...answered, ...marks];
      if (changes.length > 0) {
        view = changed(afterAnswers, marks, today);
        await tools.store.save(view, changes, planOf(view, now.getTime()).wakeAt);
      }
      answered = [];
      // What was skipped may let others be skipped.
      if (plan.skip.length > 0 && acts.length === 0) continue;
      for (const [flight, grouped] of Map.groupBy(acts, flightOf)) {
        flights.set(flight, send(flight, view, grouped, tools));
      }
      if (flights.size === 0) return;
      answered = await nextLanded(flights, view.state === 'SUBMITTED' ? checksTogetherMs : 0);
    }
  } finally {
    // After a failure too: what is still in the air must land before anybody asks what became of it.
    await Promise.all(flights.values());
  }
}

/** Nothing can be filed before every check is in: those that come within this time are written together. */
const checksTogetherMs = 20;

/** What the next flight brings, and the others that land within a time after it; they are in the air no longer. */
async function nextLanded(flights: Map<string, Promise<Landed>>, lingerMs: number): Promise<readonly Change[]> {
  const changes: Change[] = [];
  let lingering: Promise<undefined> | undefined;
  while (flights.size > 0) {
    const landed = await Promise.race([...flights.values(), ...(lingering ? [lingering] : [])]);
    if (!landed) break;
    flights.delete(landed.flight);
    changes.push(...landed.changes);
    if (lingerMs === 0) break;
    lingering ??= sleep(lingerMs, undefined, { ref: false });
  }
  return changes;
}

/** Acts of one kind for one department travel in one call. */
const flightOf = ({ verb, department }: Act): string => `${verb} ${department}`;

const skipped = (item: ItemId, now: Date): Change => ({
  of: 'ITEM',
  item,
  to: { state: 'SKIPPED', since: now.getTime() },
});

const itemIn = (view: CaseView, id: ItemId): CaseItem => view.items.find(({ item }) => item === id) as CaseItem;

/** What is written before anything is sent, so that a filing is never forgotten and never gets a second id. */
function mark(view: CaseView, act: Act, now: Date): readonly Change[] {
  if (act.verb === 'PRECHECK' || act.verb === 'ASK') return [];
  const { operationId, attempts, state, item } = itemIn(view, act.item);
  const at = now.getTime();
  if (act.verb === 'FILE') {
    const filing =
      operationId === null ? { operationId: `${view.number}/${item}/${attempts + 1}`, attempts: attempts + 1 } : {};
    return [{ of: 'ITEM', item, to: { state: 'SENT', sentAt: at, since: at, ...filing } }];
  }
  if (state === 'COMPENSATING') return [];
  const revocation = { operationId: `${view.number}/${item}/revoke-${attempts}`, since: at };
  return [{ of: 'ITEM', item, to: { state: 'COMPENSATING', sentAt: at, ...revocation } }];
}

/** One call to one department. It always lands: no answer is an answer too. */
async function send(flight: string, view: CaseView, acts: readonly Act[], tools: DriverTools): Promise<Landed> {
  const { department, verb } = acts[0] as Act;
  const client = tools.clients[department];
  if (verb === 'PRECHECK') return { flight, changes: await precheck(view, department, client, tools) };
  const asked = acts.flatMap(act => (act.verb === 'PRECHECK' ? [] : askedOf(view, act.item)));
  try {
    const outcomes = await callFor(verb, view, asked, client, tools);
    const heard = { ...tools, trust: tools.trust(), now: tools.now() };
    const changes = asked.flatMap((one, at) => {
      const outcome = outcomes[at];
      return outcome ? changesOf(one, outcome, heard) : unanswered(one, 'ANSWER_MALFORMED', heard);
    });
    return { flight, changes };
  } catch (error) {
    const reason = noAnswerReason(error, tools);
    const heard = { ...tools, now: tools.now() };
    return { flight, changes: asked.flatMap(one => unanswered(one, reason, heard)) };
  }
}

async function callFor(
  verb: ItemVerb,
  view: CaseView,
  asked: readonly Asked[],
  client: DepartmentClient,
  { store }: DriverTools,
): Promise<Answers<ItemOutcome>> {
  if (verb === 'ASK') return client.outcomes(asked.map(({ operationId }) => operationId));
  if (verb === 'REVOKE') return revoke(view, asked, client);
  const contents = asked.some(({ item }) => itemEntry(item.item).materials.length > 0)
    ? await store.contents(view.number)
    : new Map<string, string>();
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
  const ground = view.items.find(({ refusal }) => refusal)?.refusal?.ground ?? '同一办件的其他事项未获准予';
  const answers = await client.revoke(
    fresh.map(({ operationId, grant }) => ({ operationId, revokes: grant?.operationId ?? '', ground })),
  );
  return asked.map((one, at) => (isUnknown(at) ? answers[fresh.indexOf(one)] : known[at]));
}

async function precheck(
  view: CaseView,
  department: DepartmentId,
  client: DepartmentClient,
  tools: DriverTools,
): Promise<readonly Change[]> {
  const retry = view.prechecks.find(check => check.department === department)?.retry ?? AT_ONCE;
  const again = (): readonly Change[] => [
    { of: 'PRECHECK', department, to: { retry: backOff(retry, { ...tools, now: tools.now() }) } },
  ];
  const items = view.items.filter(item => item.department === department).map(({ item }) => item);
  const { number: requestId, application, regime } = view;
  try {
    const [answer] = await client.precheck([{ requestId, items, numbering: regime.numbering, application }]);
    if (!answer?.checked) return again();
    const faults = answer.faults.map(({ item, path, code, message }) => ({
      item: item as ItemId,
      path,
      code,
      message,
    }));
    const since = tools.now().getTime();
    const told = items.flatMap((item): Change[] => {
      const own = faults.filter(fault => fault.item === item).map(({ item: _, ...fault }) => fault);
      return own.length > 0 ? [{ of: 'ITEM', item, to: { state: 'WAITING_INPUT', since, faults: own } }] : [];
    });
    return [{ of: 'PRECHECK', department, to: { faults } }, ...told];
  } catch (error) {
    noAnswerReason(error, tools);
    return again();
  }
}

function askedOf(view: CaseView, id: ItemId): Asked[] {
  const { number: caseNumber, documents } = view;
  const item = itemIn(view, id);
  const { operationId } = item;
  if (operationId === null) return [];
  const grants = documents.filter(({ outcome, status }) => outcome === 'GRANTED' && status === 'VALID');
  const uscc = grants.find(document => document.uscc !== null)?.uscc ?? null;
  return [{ caseNumber, item, operationId, uscc, grant: grants.find(document => document.item === id) }];
}

/** The sealed grants of everything that had to come before. */
function evidenceFor(view: CaseView, item: ItemId): { record: string; seal: string }[] {
  const before = ancestorsOf(view.regime, item);
  return view.documents.flatMap(({ item: of, outcome, status, record, seal }) =>
    before.includes(of) && outcome === 'GRANTED' && status === 'VALID' && seal !== null ? [{ record, seal }] : [],
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
function noAnswerReason(error: unknown, { report }: DriverTools): string {
  if (error instanceof NoAnswer) return error.message;
  report(error instanceof Error ? error : new Error(String(error)));
  return 'DEFECT';
}
