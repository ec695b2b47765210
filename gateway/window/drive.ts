import type { Trust } from '../../certs/verify.ts';
import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import type { FiledApplication, FilingAnswer } from '../../subgraphs/generated/contract.ts';
import { ancestorsOf } from '../../subgraphs/regimes.ts';
import { type CaseItem, type CaseView, type Change, changed } from './case.ts';
import type { DepartmentClient, DepartmentClients } from './departments.ts';
import { type Asked, backOff, changesOf, type OutcomeTools, unanswered } from './outcome.ts';
import { type Act, planOf } from './plan.ts';
import type { Store } from './store.ts';

/**
 * The case driver: plan → mark what is sent → call departments at once → record what they answered → plan again, until
 * nothing can be done now. The rows are the only truth; whatever is lost here is found in them again.
 */
export interface Driver {
  /** Carries a case as far as it goes now; a case that is being driven already is joined. */
  drive(number: string): Promise<void>;
  /** How many cases are being driven. */
  readonly driving: number;
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

export function createDriver(tools: DriverTools): Driver {
  const underWay = new Map<string, Promise<void>>();
  return {
    get driving() {
      return underWay.size;
    },
    drive(number) {
      const joined = underWay.get(number);
      if (joined) return joined;
      const driven = driveOnce(number, tools)
        .catch(async (defect: Error) => {
          tools.report(defect);
          await tools.store.recover(tools.now().getTime(), number).catch(tools.report);
        })
        .finally(() => underWay.delete(number));
      underWay.set(number, driven);
      return driven;
    },
  };
}

async function driveOnce(number: string, tools: DriverTools): Promise<void> {
  const [loaded] = await tools.store.load([number]);
  if (!loaded) return;
  let view = loaded;
  let answered: readonly Change[] = [];
  const flights = new Map<string, Promise<Landed>>();
  for (;;) {
    const now = tools.now();
    const today = chinaDay(now);
    const afterAnswers = changed(view, answered, today);
    const plan = planOf(afterAnswers, now.getTime());
    const acts = plan.acts.filter(act => !flights.has(flightOf(act)));
    const marks = [...plan.skip.map(skipped), ...acts.flatMap(act => mark(afterAnswers, act, now))];
    const changes = [...answered, ...marks];
    if (changes.length > 0) {
      view = changed(afterAnswers, marks, today);
      await tools.store.save(view, changes, planOf(view, now.getTime()).wakeAt);
    }
    answered = [];
    if (plan.skip.length > 0 && acts.length === 0) continue;
    for (const [flight, grouped] of grouping(acts)) flights.set(flight, send(flight, view, grouped, tools));
    if (flights.size === 0) return;
    const landed = await Promise.race(flights.values());
    flights.delete(landed.flight);
    answered = landed.changes;
  }
}

/** Acts of one kind for one department travel in one call. */
const flightOf = ({ verb, department }: Act): string => `${verb} ${department}`;

function grouping(acts: readonly Act[]): ReadonlyMap<string, readonly Act[]> {
  return Map.groupBy(acts, flightOf);
}

const skipped = (item: ItemId): Change => ({ of: 'ITEM', item, to: { state: 'SKIPPED' } });

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
    const answers = await callFor(verb, view, asked, client, tools);
    const heard = outcomeTools(tools);
    return {
      flight,
      changes: asked.flatMap((one, at) => changesOf(one, (answers[at] as FilingAnswer).outcome, heard)),
    };
  } catch (error) {
    const heard = outcomeTools(tools);
    return { flight, changes: asked.flatMap(one => unanswered(one, reasonOf(error), heard)) };
  }
}

async function callFor(
  verb: 'FILE' | 'ASK' | 'REVOKE',
  view: CaseView,
  asked: readonly Asked[],
  client: DepartmentClient,
  { store }: DriverTools,
): Promise<readonly FilingAnswer[]> {
  if (verb === 'ASK') return client.outcomes(asked.map(({ operationId }) => operationId));
  if (verb === 'REVOKE') {
    const ground = view.items.find(({ refusal }) => refusal)?.refusal?.ground ?? '同一办件的其他事项未获准予';
    return client.revoke(
      asked.map(({ operationId, item }) => ({ operationId, revokes: filingIdOf(view, item.item), ground })),
    );
  }
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

async function precheck(
  view: CaseView,
  department: DepartmentId,
  client: DepartmentClient,
  tools: DriverTools,
): Promise<readonly Change[]> {
  const { retry } = view.prechecks.find(check => check.department === department) ?? { retry: { tries: 0, at: null } };
  const again = (): readonly Change[] => [
    { of: 'PRECHECK', department, to: { retry: backOff(retry, { ...tools, now: tools.now() }) } },
  ];
  const items = view.items.filter(item => item.department === department).map(({ item }) => item);
  const { numbering } = view.regime;
  try {
    const [answer] = await client.precheck([
      { requestId: view.number, items, numbering, application: view.application },
    ]);
    if (!answer?.checked) return again();
    const faults = answer.faults.map(({ item, path, code, message }) => ({
      item: item as ItemId,
      path,
      code,
      message,
    }));
    const told = items.flatMap((item): Change[] => {
      const own = faults
        .filter(fault => fault.item === item)
        .map(({ path, code, message }) => ({ path, code, message }));
      return own.length > 0 ? [{ of: 'ITEM', item, to: { state: 'WAITING_INPUT', faults: own } }] : [];
    });
    return [{ of: 'PRECHECK', department, to: { faults } }, ...told];
  } catch {
    return again();
  }
}

function askedOf(view: CaseView, id: ItemId): Asked[] {
  const item = itemIn(view, id);
  const granted = view.documents.find(document => document.item === id && document.outcome === 'GRANTED');
  if (item.operationId === null) return [];
  return [{ caseNumber: view.number, item, operationId: item.operationId, grantedDocument: granted?.id }];
}

/** The operation under which an item was granted. */
const filingIdOf = (view: CaseView, id: ItemId): string =>
  view.documents.find(({ item, outcome }) => item === id && outcome === 'GRANTED')?.operationId ?? '';

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

const outcomeTools = ({ trust, now, newId, random }: DriverTools): OutcomeTools => ({
  trust: trust(),
  now: now(),
  newId,
  random,
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
