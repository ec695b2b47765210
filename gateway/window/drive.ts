import { setTimeout as sleep } from 'node:timers/promises';
import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import { type CallTools, call, knowWithoutPapers } from './calls.ts';
import { AT_ONCE, type CaseItem, type CaseView, type Change, changed, isUnanswered, type Slip } from './case.ts';
import { answerBy } from './deadlines.ts';
import { takeUp } from './facts.ts';
import { eventsOf, nextEntry } from './ledger.ts';
import { filingId, revocationId } from './operation-id.ts';
import { type Act, type Plan, planOf } from './plan.ts';
import { createRenewal } from './renewal.ts';
import { type Stamper, stamped, withPapers } from './stamping.ts';
import { type Fact, type Held, type Lease, LeaseLost, type Step, type Store } from './store.ts';
import { UnderWay } from './under-way.ts';

/**
 * The case driver: plan → mark what is sent → call departments at once → record what they answered → plan again, until
 * nothing can be done now. The rows are the only truth; whatever is lost here is found in them again.
 */
export interface Driver {
  /**
   * Carries a case that has just been claimed as far as it goes now, and gives it up. It never rejects.
   * @returns The case as it was last written here.
   */
  drive(held: Held): Promise<CaseView>;
  /** The end of the newest drive of a case that is under way here. */
  underWay(number: string): Promise<CaseView> | undefined;
  /** How many cases are being driven. */
  readonly driving: number;
  /**
   * Sends nothing more, waits for the answers to what was sent, and gives all cases up. What is claimed afterwards is
   * given up at once; stopping again waits for that.
   */
  stop(): Promise<void>;
}

export interface DriverTools extends CallTools, Stamper {
  readonly store: Pick<Store, 'save' | 'renew' | 'release' | 'facts' | 'contents' | 'dropRenditions'>;
  /** The center's papers that a step brings, sealed. */
  slipsFor(before: CaseView, after: CaseView, at: number): Promise<readonly Slip[]>;
  /** Hears of every step that was written. */
  onStep(view: CaseView): void;
}

/** After a defect: a pause, or the same error would fill the disk. */
const driveAgainAfterMs = 5_000;

export function createDriver(tools: DriverTools): Driver {
  const { store, report } = tools;
  /** By case: whoever claims it anew holds it, though an older drive still waits for its last answer. */
  const held = new Map<string, { readonly lease: Lease; readonly drive: Drive }>();
  const newest = new Map<string, Promise<CaseView>>();
  const drives = new UnderWay();
  const stopping = new AbortController();
  const renewal = createRenewal({
    store,
    leases: () => [...held.values()].map(({ lease }) => lease),
    onTold: ({ number }) => held.get(number)?.drive.hear(),
    report,
  });

  async function driveHeld(claimed: Held): Promise<CaseView> {
    const { lease } = claimed;
    const drive = new Drive(claimed, stopping.signal, tools);
    held.set(lease.number, { lease, drive });
    try {
      await drive.toRest();
    } catch (error) {
      // A lost lease needs nothing: whoever has it now finds in the rows what was sent.
      if (!(error instanceof LeaseLost)) {
        report(error as Error);
        await store.release(lease, driveAgainAfterMs).catch(report);
      }
    } finally {
      // It may have been lost and claimed here anew while its last answer was awaited.
      if (held.get(lease.number)?.lease === lease) held.delete(lease.number);
    }
    return drive.view;
  }

  return {
    get driving() {
      return drives.size;
    },
    underWay: number => newest.get(number),
    drive(claimed) {
      const { number } = claimed.lease;
      const driven = driveHeld(claimed).finally(() => {
        if (newest.get(number) === driven) newest.delete(number);
      });
      newest.set(number, driven);
      return drives.add(driven);
    },
    async stop() {
      stopping.abort();
      await drives.ended();
      await renewal.stop();
    },
  };
}

/** What a call changes, told when its answer is there. */
interface Landed {
  readonly flight: string;
  readonly changes: readonly Change[];
}

/** What is known now and not written yet. */
interface Outlook {
  readonly now: Date;
  /** What answers, facts and time bring. */
  readonly changes: readonly Change[];
  readonly taken: readonly Fact[];
  readonly after: CaseView;
  readonly plan: Plan;
  /** Of the plan, what is not under way yet. */
  readonly acts: readonly Act[];
}

/**
 * What changes nothing that can be done now may wait this long for the next answer, so that they are written together.
 * A department keeps its answer; if this process ends before, it is asked again.
 */
const answersTogetherMs = 20;

/** One case under one lease. */
class Drive {
  view: CaseView;
  readonly #lease: Lease;
  readonly #stopping: AbortSignal;
  readonly #tools: DriverTools;
  readonly #flights = new Map<string, { readonly landing: Promise<Landed>; readonly items: readonly ItemId[] }>();
  #facts: readonly Fact[];
  /** What departments have answered and is not written yet. */
  #answered: Change[];
  #isTold = false;
  #wake: () => void = () => undefined;

  constructor({ view, lease, facts, isWithoutPapers }: Held, stopping: AbortSignal, tools: DriverTools) {
    this.view = view;
    this.#lease = lease;
    this.#facts = facts;
    this.#stopping = stopping;
    this.#tools = tools;
    if (isWithoutPapers) knowWithoutPapers(view.application);
    this.#answered = view.items.filter(({ state }) => state === 'SENT').map(lostAnswer);
  }

  async toRest(): Promise<void> {
    for (;;) {
      const outlook = this.#outlook();
      const atRest = outlook.acts.length === 0 && this.#flights.size === 0;
      const end = await this.#write(outlook, atRest);
      if (end === 'RELEASED') return;
      for (const [flight, acts] of Map.groupBy(outlook.acts, flightOf)) this.#send(flight, acts);
      // What was told may change what is to be done: it is looked at before any answer is waited for.
      if (end !== 'TOLD' && this.#flights.size > 0) await this.#land();
      if (end !== 'TOLD' && !this.#isTold) continue;
      this.#isTold = false;
      this.#facts = await this.#tools.store.facts(this.#lease);
    }
  }

  /** Something was told of the case: it is looked at now, however long a department takes to answer. */
  hear(): void {
    this.#isTold = true;
    this.#wake();
  }

  #outlook(): Outlook {
    const now = this.#tools.now();
    const at = now.getTime();
    const answered = changed(this.view, this.#answered, at);
    const underWay = new Set([...this.#flights.values()].flatMap(({ items }) => items));
    const told = takeUp(answered, this.#facts, underWay, now, this.#tools);
    let changes = [...this.#answered, ...told.changes];
    let after = changed(answered, told.changes, at);
    let plan = planFor(after, at);
    // Who is being asked at this moment may still answer in time.
    const silent = plan.silent.filter(department => !this.#flights.has(flightOf({ verb: 'PRECHECK', department })));
    if (silent.length > 0) {
      const silence = silenceCounts(after, silent);
      changes = [...changes, ...silence];
      after = changed(after, silence, at);
      plan = planFor(after, at);
    }
    // Of what is being asked about an item nothing else is begun: the answer would undo it, or it the answer.
    const isUnderWay = (act: Act): boolean =>
      this.#flights.has(flightOf(act)) || ('item' in act && underWay.has(act.item));
    const acts = this.#stopping.aborted ? [] : plan.acts.filter(act => !isUnderWay(act));
    return { now, changes, taken: told.taken, after, plan, acts };
  }

  /** Writes what is known and what is about to be sent in one step; gives the case up when nothing is left to do. */
  async #write(outlook: Outlook, atRest: boolean): Promise<Awaited<ReturnType<Store['save']>>> {
    const { now, after, plan, acts, taken } = outlook;
    // The database's clock may have been set back; the ledger's never is.
    const at = Math.max(now.getTime(), latestInstant(this.view));
    const marks = [...plan.skip.map(item => skipped(item, at)), ...acts.flatMap(act => mark(after, act, at))];
    const bare = [...outlook.changes, ...marks];
    const marked = changed(after, marks, at);
    const slips = bare.length === 0 ? [] : (await this.#tools.slipsFor(this.view, marked, at)).map(ofSlip);
    const changes = await stamped([...bare, ...slips], this.#tools);
    if (changes.length === 0 && taken.length === 0 && !atRest) return 'HELD';
    const next = withPapers(changed(marked, slips, at), changes);
    const entry =
      changes.length === 0 ? null : nextEntry(next.number, next.head, at, eventsOf(this.view, changes, next));
    const view = entry ? { ...next, head: { seq: entry.seq, hash: entry.hash } } : next;
    const step: Step = {
      view,
      changes,
      entry,
      taken: taken.map(({ id }) => id),
      release: atRest ? { wakeInMs: wakeInMs(view, at) } : null,
    };
    const end = await this.#tools.store.save(this.#lease, step);
    const struck = changes.flatMap(change => (change.of === 'STRIKE_OUT' ? [change.id] : []));
    // What was being made of them while the step was written shows what is struck out.
    if (struck.length > 0) await this.#tools.store.dropRenditions(struck);
    this.view = view;
    this.#answered = [];
    this.#facts = this.#facts.filter(fact => !taken.includes(fact));
    if (entry) this.#tools.onStep(view);
    return end;
  }

  #send(flight: string, acts: readonly Act[]): void {
    // The fence guards our rows, not the department: what is sent late would be sent beside the next holder.
    if (performance.now() >= this.#lease.validUntilMs) throw new LeaseLost(`the lease of ${this.view.number} is over`);
    const landing = call(this.view, acts, this.#tools).then(changes => ({ flight, changes }));
    this.#flights.set(flight, { landing, items: acts.flatMap(act => ('item' in act ? [act.item] : [])) });
  }

  /** Waits for the next answer, and for others that come soon after it if it makes nothing possible that can't wait. */
  async #land(): Promise<void> {
    const woken = new Promise<undefined>(wake => {
      this.#wake = () => wake(undefined);
    });
    let lingering = woken;
    while (this.#flights.size > 0 && !this.#isTold) {
      const landings = [...this.#flights.values()].map(({ landing }) => landing);
      const landed = await Promise.race([...landings, woken, lingering]);
      if (!landed) return;
      this.#flights.delete(landed.flight);
      this.#answered.push(...landed.changes);
      if (this.#outlook().acts.length > 0) return;
      if (lingering === woken) lingering = sleep(answersTogetherMs, undefined, { ref: false });
    }
  }
}

const planFor = (view: CaseView, at: number): Plan =>
  planOf(view, at, view.prechecks.some(isUnanswered) ? answerBy(view.receivedAt) : null);

/** How long nobody needs to look: a duration, because only the database's clock counts. */
function wakeInMs(view: CaseView, at: number): number | null {
  const { wakeAt } = planFor(view, at);
  return wakeAt === null ? null : Math.max(0, wakeAt - at);
}

/** Acts of one kind for one department travel in one call. */
const flightOf = ({ verb, department }: Act): string => `${verb} ${department}`;

/** The latest moment at which something is known to have happened in a case. */
const latestInstant = ({ openedAt, receivedAt, items, slips }: CaseView): number =>
  Math.max(
    openedAt,
    receivedAt,
    ...items.map(({ since, sentAt, outcomeAt }) => Math.max(since, sentAt ?? 0, outcomeAt ?? 0)),
    ...slips.map(({ issuedAt }) => issuedAt),
  );

const ofSlip = (slip: Slip): Change => ({ of: 'SLIP', slip });

/** Under a lease that has just begun nobody waits for what was sent before. */
const lostAnswer = ({ item, retry }: CaseItem): Change => ({
  of: 'ITEM',
  item,
  to: { state: 'OUTCOME_UNKNOWN', retry: { ...retry, at: null } },
});

const skipped = (item: ItemId, at: number): Change => ({ of: 'ITEM', item, to: { state: 'SKIPPED', since: at } });

/** Departments that said nothing in time: that is acceptance (行政许可法 art. 32), and their fault. */
function silenceCounts({ items }: CaseView, silent: readonly DepartmentId[]): readonly Change[] {
  return silent.flatMap((department): Change[] => {
    const item = items.find(one => one.department === department)?.item ?? null;
    const note = { note: 'CARD', level: 'RED', ground: 'DEEMED_ACCEPTED', item } as const;
    return [
      { of: 'PRECHECK', department, to: { silent: true } },
      { of: 'NOTE', note },
    ];
  });
}

/** What is written before anything is sent, so that a filing is never forgotten and never gets a second id. */
function mark(view: CaseView, act: Act, at: number): readonly Change[] {
  if (act.verb === 'PRECHECK' || act.verb === 'ASK') return [];
  const { operationId, attempts, state, item } = view.items.find(one => one.item === act.item) as CaseItem;
  if (act.verb === 'FILE') {
    const next = attempts + 1;
    const filing = operationId === null ? { operationId: filingId(view.number, item, next), attempts: next } : {};
    return [{ of: 'ITEM', item, to: { state: 'SENT', sentAt: at, since: at, ...filing } }];
  }
  if (state === 'COMPENSATING') return [];
  const begun = { sentAt: at, since: at, waits: null, retry: AT_ONCE };
  const id = revocationId(view.number, item, attempts);
  return [{ of: 'ITEM', item, to: { state: 'COMPENSATING', revocationId: id, ...begun } }];
}
