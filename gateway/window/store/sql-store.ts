import type { PaperFormId } from '../../../subgraphs/papers-desk.ts';
import type { LogStore } from '../../log/log-store.ts';
import type { CaseView, PaperChange } from '../case.ts';
import type { Rendition } from '../rendition.ts';
import {
  type CaseHead,
  type CaseList,
  type CaseNumbers,
  type Fact,
  type Held,
  type Lease,
  LeaseLost,
  leaseMs,
  type Opened,
  type Opening,
  type Pulse,
  type RenditionKept,
  type Step,
  type Store,
  type Telling,
  type TellingResult,
  TooManyFacts,
  type Unstamped,
  type UnstampedPage,
  type UnstampedRenditions,
} from '../store.ts';
import { completionRow } from './completion-rows.ts';
import type { Claimed, Database } from './database.ts';
import { firstStep } from './first-step.ts';
import { LogRows } from './log-rows.ts';
import { Reads, Unreadable } from './reads.ts';
import { fingerprintOf, renditionLeaf, renditionRow } from './rendition-rows.ts';
import { applicationRow, caseChange, factRow, firstCaseRow, ledgerRow, materialRows, partRows } from './rows.ts';
import type { Vault } from './secret.ts';

/** A case that can't be read is not due again for so long; somebody has to mend it first. */
const unreadableAgainAfterMs = 3_600_000;

/** The window's store in a database that speaks SQL; what is told apart by dialect is in {@link Database}. */
export class SqlStore implements Store {
  readonly #db: Database;
  readonly #vault: Vault;
  readonly #reads: Reads;
  readonly #report: (defect: Error) => void;
  readonly log: LogStore;
  #writes = 0;

  constructor(db: Database, vault: Vault, report: (defect: Error) => void) {
    this.#db = db;
    this.#vault = vault;
    this.#reads = new Reads(db, vault);
    this.#report = report;
    this.log = new LogRows(db);
  }

  get counts(): Store['counts'] {
    return { commits: this.#db.commits, writes: this.#writes };
  }

  now(): number {
    return this.#db.clock.now();
  }

  async open(opening: Opening): Promise<Opened> {
    let view: CaseView | undefined;
    const { requestId, requestFingerprint, duplicateFingerprint, notDuplicateOf, application, contents } = opening;
    const admission = await this.#db.open({
      requestId,
      requestFingerprint,
      duplicateFingerprint,
      notDuplicateOf,
      regionCode: application.regionCode,
      rowsOf: (number, at) => {
        const first = firstStep(opening, number, at);
        view = first.view;
        return {
          case: firstCaseRow(opening, view),
          application: applicationRow(view, this.#vault),
          ledger: ledgerRow(first.entry),
          materials: materialRows(number, contents, this.#vault),
        };
      },
    });
    const { number } = admission;
    if (admission.outcome === 'KNOWN') return { outcome: 'OPEN', number, held: undefined };
    if (admission.outcome !== 'FRESH') return { outcome: admission.outcome, number };
    this.#writes += 1;
    const lease = { number, epoch: 1, signal: 0, validUntilMs: admission.sentAtMs + leaseMs };
    const held: Held = { lease, view: view as CaseView, facts: [], isWithoutPapers: contents.size === 0 };
    return { outcome: 'OPEN', number, held };
  }

  async claim(number: string): Promise<Held | undefined> {
    const claimed = await this.#db.claim(number);
    const [held] = await this.#held(claimed ? [claimed] : []);
    return held;
  }

  async claimDue(first: number): Promise<readonly Held[]> {
    return this.#held(await this.#db.claimDue(first));
  }

  /** What a claim has given, read; a case that can't be read is reported and left for long. */
  async #held(claimed: readonly Claimed[]): Promise<readonly Held[]> {
    const numbers = claimed.map(({ row }) => String(row.number));
    const [views, facts] = await Promise.all([
      this.#reads.views(claimed.map(({ row }) => row)),
      this.#reads.facts(numbers),
    ]);
    const held = claimed.map(async ({ row, sentAtMs }, at): Promise<readonly Held[]> => {
      const lease: Lease = {
        number: numbers[at] as string,
        epoch: Number(row.epoch),
        signal: Number(row.signal),
        validUntilMs: sentAtMs + leaseMs,
      };
      const [view, told] = [views[at] as CaseView | Unreadable, facts[at] as readonly Fact[] | Unreadable];
      const unreadable = [view, told].find(part => part instanceof Unreadable);
      if (!unreadable) return [{ lease, view: view as CaseView, facts: told as readonly Fact[] }];
      this.#report(unreadable);
      await this.release(lease, unreadableAgainAfterMs);
      return [];
    });
    return (await Promise.all(held)).flat();
  }

  async save(lease: Lease, step: Step): Promise<'HELD' | 'RELEASED' | 'TOLD'> {
    const { view, entry, taken } = step;
    const release = step.release && { wakeInMs: wholeMs(step.release.wakeInMs) };
    if (entry && (entry.seq !== view.head.seq || entry.hash !== view.head.hash)) {
      throw new Error(`the head of case ${view.number} is not the entry of the step`);
    }
    const saved = await this.#db.save({
      number: lease.number,
      epoch: lease.epoch,
      signal: lease.signal,
      release,
      taken,
      change: caseChange(step),
      ...partRows(step, this.#vault),
    });
    if (!saved) throw new LeaseLost(`case ${lease.number} is driven by somebody else`);
    if (entry) this.#writes += 1;
    lease.validUntilMs = saved.isHeld ? saved.sentAtMs + leaseMs : 0;
    if (!saved.isHeld) return 'RELEASED';
    return saved.isTold ? 'TOLD' : 'HELD';
  }

  async renew(leases: readonly Lease[]): Promise<readonly string[]> {
    if (leases.length === 0) return [];
    const { lost, signals, sentAtMs } = await this.#db.renew(leases);
    const gone = new Set(lost);
    for (const lease of leases) {
      if (gone.has(lease.number)) continue;
      lease.validUntilMs = sentAtMs + leaseMs;
      lease.isTold = (signals.get(lease.number) ?? 0) > lease.signal;
    }
    return lost;
  }

  async release(lease: Lease, wakeInMs: number): Promise<void> {
    lease.validUntilMs = 0;
    await this.#db.release({
      number: lease.number,
      epoch: lease.epoch,
      signal: lease.signal,
      wakeInMs: wholeMs(wakeInMs),
    });
  }

  async facts(lease: Lease): Promise<readonly Fact[]> {
    const { signal, facts } = await this.#reads.signalAndFacts(lease.number);
    lease.signal = signal;
    return facts;
  }

  async tell(telling: Telling): Promise<TellingResult> {
    const { caseNumber, contents, takeOver } = telling;
    const result = await this.#db.tell({
      fact: factRow(telling, this.#vault),
      materials: materialRows(caseNumber, contents, this.#vault),
      takeOver,
    });
    if (result === 'TOO_MANY') throw new TooManyFacts(`case ${caseNumber} has been told more than it takes up`);
    return result;
  }

  told(id: string): ReturnType<Store['told']> {
    return this.#reads.told(id);
  }

  async load(numbers: readonly string[]): Promise<readonly CaseView[]> {
    const rows = new Map((await this.#reads.caseRows(numbers)).map(row => [row.number, row]));
    const views = await this.#reads.views(numbers.map(number => rows.get(number)).filter(row => row !== undefined));
    return views.flatMap(view => {
      if (!(view instanceof Unreadable)) return [view];
      this.#report(view);
      return [];
    });
  }

  async heads(numbers: readonly string[]): Promise<ReadonlyMap<string, CaseHead>> {
    const rows = await this.#reads.heads(numbers);
    const now = this.now();
    return new Map(
      rows.map(({ number, seq, owner, wake_at }) => [
        String(number),
        { seq: Number(seq), isHeld: owner !== null && Number(wake_at) > now },
      ]),
    );
  }

  list(list: CaseList, first: number, after: string | null): Promise<CaseNumbers> {
    return this.#reads.list(list, first, after);
  }
  count(list: CaseList): Promise<number> {
    return this.#reads.count(list);
  }
  async pulse(): Promise<Pulse> {
    const { open, firstWakeAt, unstamped } = await this.#reads.pulse();
    return { open, dueSinceMs: firstWakeAt === null ? 0 : Math.max(0, this.now() - firstWakeAt), unstamped };
  }

  async unstamped(asked: UnstampedPage): Promise<Unstamped> {
    const rows = await this.#reads.unstamped(asked);
    return {
      papers: rows.flatMap(({ paper }) => (paper instanceof Unreadable ? [] : [paper])),
      unreadable: rows.flatMap(({ paper }) => (paper instanceof Unreadable ? [paper] : [])),
      after: rows.length < asked.first ? null : (rows.at(-1)?.id ?? null),
    };
  }
  complete(stamped: readonly PaperChange[]): Promise<number> {
    return this.#db.complete(stamped.map(paper => completionRow(paper, this.#vault)));
  }
  document(id: string): ReturnType<Store['document']> {
    return this.#reads.document(id);
  }
  slip(id: string): ReturnType<Store['slip']> {
    return this.#reads.slip(id);
  }
  rendition(paper: string, form: PaperFormId): Promise<Rendition | undefined> {
    return this.#reads.rendition(paper, form);
  }
  async keepRendition(rendition: Rendition, { was, newSeal }: RenditionKept): Promise<Rendition> {
    const isWritten = await this.#db.writeRendition({
      row: renditionRow(rendition, this.#vault),
      was: was ? fingerprintOf(was, this.#vault) : null,
      leaf: newSeal ? renditionLeaf(rendition, newSeal) : null,
    });
    if (isWritten) return rendition;
    const standing = await this.rendition(rendition.paper, rendition.form);
    if (!standing) throw new Error(`the ${rendition.form} of ${rendition.paper} is gone`);
    return standing;
  }
  dropRenditions(papers: readonly string[]): Promise<void> {
    return this.#db.dropRenditions(papers);
  }
  async unstampedRenditions(after: string, first: number): Promise<UnstampedRenditions> {
    const read = await this.#reads.unstampedRenditions(after, first);
    return {
      renditions: read.flatMap(({ rendition }) => (rendition instanceof Error ? [] : [rendition])),
      unreadable: read.flatMap(({ rendition }) => (rendition instanceof Error ? [rendition] : [])),
      after: read.length < first ? null : (read.at(-1)?.paper ?? null),
    };
  }
  followed(progressId: string): Promise<string | undefined> {
    return this.#reads.followed(progressId);
  }
  ledger(number: string): ReturnType<Store['ledger']> {
    return this.#reads.ledger(number);
  }
  ledgers(numbers: readonly string[]): ReturnType<Store['ledgers']> {
    return this.#reads.ledgers(numbers);
  }
  contents(number: string): Promise<ReadonlyMap<string, string>> {
    return this.#reads.contents(number);
  }
  advanceClock(byMs: number): Promise<void> {
    return this.#db.advanceClock(wholeMs(byMs));
  }
  close(): Promise<void> {
    return this.#db.close();
  }
}

/** Columns hold whole numbers; what is a little early would only have to be looked at again. */
const wholeMs = <Ms extends number | null>(ms: Ms): Ms => (ms === null ? ms : (Math.ceil(ms) as Ms));
