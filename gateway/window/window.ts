import type { LedgerEntry } from '../../certs/ledger-chain.ts';
import { type Caller, serves } from '../../subgraphs/caller.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import type { ItemOutcome } from '../../subgraphs/generated/contract.ts';
import { type Acts, createActs } from './acts.ts';
import { callBack, type Reported } from './call-back.ts';
import type { CaseView, SealedOutcome, Slip } from './case.ts';
import { createCompletion } from './completion.ts';
import { createDriver, type DriverTools } from './drive.ts';
import { createFollowing } from './follow.ts';
import type { CaseFilter, RegisterEnterpriseInput } from './generated/types.ts';
import { createPoller } from './poller.ts';
import { createProgress, type Progress } from './progress.ts';
import { register } from './register.ts';
import type { Vault } from './store/secret.ts';
import type { Store } from './store.ts';
import { UnderWay } from './under-way.ts';
import { within } from './within.ts';

export interface WindowSettings extends Omit<DriverTools, 'onStep' | 'now'> {
  readonly store: Store;
  readonly vault: Vault;
  /** How long a mutation may drive its case before it answers with what waits. */
  readonly inlineBudgetMs: number;
  /** Where the public reaches this gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** Gives up the calls to departments that are under way. */
  abandonCalls(): void;
}

/** The one window (一窗): takes applications in, carries their cases to the end, and shows them to who may see them. */
export interface Window extends Acts {
  /** @throws {Refusal} APPLICATION_INVALID, FORBIDDEN, REQUEST_ID_REUSED, POSSIBLE_DUPLICATE */
  register(input: RegisterEnterpriseInput, caller: Caller): Promise<CaseView>;
  /** What a department tells of an operation by itself. @throws {Refusal} */
  callBack(department: string, operationId: string, outcome: ItemOutcome): Promise<Reported>;
  /** Undefined when there is none that the caller may see. */
  find(number: string, caller: Caller): Promise<CaseView | undefined>;
  list(filter: CaseFilter, first: number, after: string | null, caller: Caller): Promise<CasePage>;
  /** The ledgers of cases that the caller has been shown, oldest entry first. */
  ledgers(numbers: readonly string[]): Promise<ReadonlyMap<string, readonly LedgerEntry[]>>;
  /** Whoever knows the id may read it. */
  document(id: string): Promise<SealedOutcome | undefined>;
  slip(id: string): Promise<Slip | undefined>;
  /** The case of a progress id, for whoever knows it; undefined when there is none, or none that can be read. */
  followed(progressId: string): Promise<CaseView | undefined>;
  readonly progress: Progress;
  /** How many cases this process drives now, each under a lease. */
  readonly driving: number;
  now(): Date;
  /** Goes on with what is due until it is stopped. */
  start(): Promise<void>;
  /**
   * Sends nothing more, waits within a bound for the departments' answers, and gives all cases up. Applications are
   * still taken in; their cases go on elsewhere, or after the next start.
   */
  stop(): Promise<void>;
  /** Closes the store when nothing is under way that would write; nothing can be asked any more. */
  close(): Promise<void>;
  readonly publicUrl: string;
}

export interface CasePage {
  readonly nodes: readonly CaseView[];
  readonly cursor: string | null;
  count(): Promise<number>;
}

const casesPerPageMax = 100;
/** On a stop, how long departments may still answer; what they don't say in time is asked after the next start. */
const stopGraceMs = 2_000;
const CURSOR = /^\d{1,15}$/;
const REGION = /^\d{6}$/;

export function createWindow(settings: WindowSettings): Window {
  const { store, vault, inlineBudgetMs, publicUrl, report, newId } = settings;
  const now = (): Date => new Date(store.now());
  const progress = createProgress(store, report);
  const tools = { ...settings, now, onStep: ({ number, head }: CaseView) => progress.changed(number, head.seq) };
  const driver = createDriver(tools);
  const poller = createPoller({ store, driver, report });
  const completion = createCompletion(settings);
  const following = createFollowing({ store, driver, inlineBudgetMs });
  const registering = new UnderWay();

  async function find(number: string, caller: Caller): Promise<CaseView | undefined> {
    const [loaded] = await store.load([number]);
    return loaded && serves(caller, loaded.application.regionCode) ? loaded : undefined;
  }

  async function mustFind(number: string, caller: Caller): Promise<CaseView> {
    const view = await find(number, caller);
    if (!view) throw new Refusal('NOT_FOUND', 'there is no such case that this token may see');
    return view;
  }

  async function giveUp(): Promise<void> {
    // First of all it sends nothing more.
    const landed = driver.stop();
    await Promise.all([landed, poller.stop(), following.stop(), completion.stop()]);
    // What was being claimed meanwhile was begun after the driver had looked.
    await driver.stop();
  }

  return {
    publicUrl,
    progress,
    get driving() {
      return driver.driving;
    },
    now,
    register: (input, caller) => registering.add(register(input, caller, { store, vault, following, newId })),
    ...createActs({ store, vault, following, now, mustFind }),
    callBack: (department, operationId, outcome) =>
      callBack(department, operationId, outcome, { ...tools, drive: following.claimed }),
    find,
    list: (filter, first, after, caller) => pageOf(filter, first, after, caller, store),
    ledgers: numbers => store.ledgers(numbers),
    document: id => store.document(id),
    slip: id => store.slip(id),
    async followed(progressId) {
      const number = await store.followed(progressId);
      // A case that can't be read is none for the public; the store has told the operator.
      return number === undefined ? undefined : (await store.load([number]))[0];
    },
    async start() {
      poller.start();
      completion.start();
    },
    async stop() {
      progress.stop();
      const givenUp = giveUp();
      await within(stopGraceMs, givenUp);
      settings.abandonCalls();
      await givenUp;
    },
    async close() {
      await registering.ended();
      await giveUp();
      await store.close();
    },
  };
}

async function pageOf(
  filter: CaseFilter,
  first: number,
  after: string | null,
  caller: Caller,
  store: Store,
): Promise<CasePage> {
  if (first < 1 || first > casesPerPageMax) {
    throw new Refusal('PAGE_TOO_LARGE', `first must be 1 to ${casesPerPageMax}, found ${first}`);
  }
  if (after !== null && !CURSOR.test(after)) {
    throw new Refusal('CURSOR_INVALID', 'after is not a cursor of this list');
  }
  if (filter.regionCode && !REGION.test(filter.regionCode)) {
    throw new Refusal('REGION_UNKNOWN', 'filter.regionCode is not six digits');
  }
  const list = {
    state: filter.state ?? undefined,
    regionCode: filter.regionCode ?? undefined,
    visibleIn: caller.region,
  };
  const { numbers, cursor } = await store.list(list, first, after);
  return { nodes: await store.load(numbers), cursor, count: () => store.count(list) };
}
