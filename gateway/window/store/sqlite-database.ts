import { randomBytes } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { leaseMs, type TellingResult } from '../store.ts';
import { type Decision, decide, type Standing, serialsFor } from './admission.ts';
import { groupCommit } from './commit.ts';
import {
  type Admission,
  type Candidate,
  type Claimed,
  type CompletionRow,
  type Database,
  type Fence,
  type FirstRows,
  type LogWrite,
  type RenditionWrite,
  type Renewed,
  type Saved,
  type StepRows,
  type TellingRows,
  untakenFactsMax,
} from './database.ts';
import type { Row } from './row.ts';
import { sqliteStatements } from './sqlite-sql.ts';
import { StoreClock } from './store-clock.ts';

/** The time of a transaction, and when it began on the process's monotonic clock. */
interface Moment {
  readonly now: number;
  readonly sentAtMs: number;
}
type Commit = <Result>(write: (moment: Moment) => Result) => Promise<Result>;

/** All kinds of writes share one transaction: there is one writer, so that nothing would be gained by several. */
export class SqliteDatabase implements Database {
  readonly clock = new StoreClock();
  readonly place: string;
  readonly knex: Knex;
  readonly #run: ReturnType<typeof sqliteStatements>;
  readonly #commit: Commit;
  readonly #owner = randomBytes(8).toString('hex');
  readonly #giveUp: () => void;
  #offsetMs: number;
  #commits = 0;

  constructor(place: string, knex: Knex, connection: Sqlite.Database, giveUp: () => void) {
    this.place = place;
    this.knex = knex;
    this.#giveUp = giveUp;
    this.#run = sqliteStatements(connection);
    this.#offsetMs = this.#run.offset.get() as number;
    this.clock.hear(Date.now() + this.#offsetMs, performance.now());
    const transaction = connection.transaction(
      (writes: readonly ((moment: Moment) => unknown)[], moment: Moment): readonly unknown[] =>
        writes.map(write => write(moment)),
    );
    this.#commit = groupCommit((writes: readonly ((moment: Moment) => unknown)[]) => {
      const moment = { now: Date.now() + this.#offsetMs, sentAtMs: performance.now() };
      const results = transaction.immediate(writes, moment);
      this.#commits += 1;
      this.clock.hear(moment.now, moment.sentAtMs);
      return results;
    }, isOfFile) as Commit;
  }

  get commits(): number {
    return this.#commits;
  }

  freeAll(): Promise<void> {
    return this.#commit(({ now }) => {
      this.#run.freeAll.run(now);
    });
  }

  open(candidate: Candidate): Promise<Admission> {
    return this.#commit((moment): Admission => {
      // Those before it in the same transaction are found in the tables.
      const decisions = decide([candidate], this.#standing(candidate));
      const [{ outcome, numbered }] = decisions as [Decision];
      if (outcome !== 'FRESH') return { outcome, number: numbered.number };
      const serials = serialsFor(decisions, moment.now);
      serials.give(
        new Map(Array.from(serials.counts.keys(), name => [name, this.#run.drawSerial.get(name) as number])),
      );
      this.#insert(candidate.rowsOf(numbered.number, moment.now), moment.now);
      return { outcome, number: numbered.number, sentAtMs: moment.sentAtMs };
    });
  }

  #standing({ requestId, duplicateFingerprint }: Candidate): Standing {
    const known = this.#run.byRequest.get(requestId);
    const twin = known ? undefined : this.#run.twin.get(duplicateFingerprint);
    return {
      byRequest: new Map(
        known && [[requestId, { number: String(known.number), fingerprint: String(known.request_fingerprint) }]],
      ),
      twins: new Map(twin === undefined ? [] : [[duplicateFingerprint, twin]]),
    };
  }

  #insert(rows: FirstRows, now: number): void {
    this.#run.insertCase.run({ ...rows.case, epoch: 1, owner: this.#owner, wake_at: now + leaseMs });
    this.#run.putApplication.run(rows.application);
    this.#run.insertEntry.run(rows.ledger);
    for (const material of rows.materials) this.#run.insertMaterial.run(material);
  }

  claim(number: string): Promise<Claimed | undefined> {
    return this.#commit(moment => this.#claim(number, moment));
  }

  claimDue(first: number): Promise<readonly Claimed[]> {
    return this.#commit(moment =>
      this.#run.due.all(moment.now, first).flatMap(number => this.#claim(number, moment) ?? []),
    );
  }

  #claim(number: string, { now, sentAtMs }: Moment): Claimed | undefined {
    const row = this.#run.claim.get({ number, now, owner: this.#owner, wake_at: now + leaseMs });
    return row && { row, sentAtMs };
  }

  save(step: StepRows): Promise<Saved | undefined> {
    return this.#commit(({ now, sentAtMs }) => {
      const { number, epoch, signal, release } = step;
      const due = release && release.wakeInMs !== null ? now + release.wakeInMs : null;
      const saved = this.#run.save.get({
        ...step.change,
        number,
        epoch,
        signal,
        releases: release ? 1 : 0,
        due,
        lease_end: now + leaseMs,
      });
      if (!saved) return undefined;
      this.#insertParts(step);
      this.#append(step.leaves, now);
      return { isHeld: saved.owner !== null, isTold: saved.signal !== signal, sentAtMs };
    });
  }

  #insertParts({ application, ledger, items, documents, changedDocuments, struckOut, slips, taken }: StepRows): void {
    if (application) this.#run.putApplication.run(application);
    if (ledger) this.#run.insertEntry.run(ledger);
    for (const item of items) this.#run.upsertItem.run(item);
    for (const document of documents) this.#run.insertDocument.run(document);
    for (const document of changedDocuments) this.#run.updateDocument.run(document);
    for (const id of struckOut) this.#run.dropRenditions.run(id);
    for (const slip of slips) this.#run.insertSlip.run(slip);
    for (const id of taken) this.#run.take.run(id);
  }

  complete(papers: readonly CompletionRow[]): Promise<number> {
    return this.#commit(({ now }) => {
      const completed = papers.filter(({ of, id, was, stamp }) => {
        const statement = of === 'DOCUMENT' ? this.#run.completeDocument : this.#run.completeSlip;
        return statement.run({ ...stamp, id, was }).changes > 0;
      });
      this.#append(
        completed.map(({ leaf }) => leaf),
        now,
      );
      return completed.length;
    });
  }

  writeRendition({ row, was, leaf }: RenditionWrite): Promise<boolean> {
    return this.#commit(({ now }) => {
      const { changes } =
        was === null ? this.#run.insertRendition.run(row) : this.#run.replaceRendition.run({ ...row, was });
      if (changes > 0 && leaf) this.#append([leaf], now);
      return changes > 0;
    });
  }

  dropRenditions(papers: readonly string[]): Promise<void> {
    return this.#commit(() => {
      for (const paper of papers) this.#run.dropRenditions.run(paper);
    });
  }

  /** Gives leaves the next places in the log. */
  #append(leaves: readonly Row[], at: number): void {
    if (leaves.length === 0) return;
    const first = this.#run.drawLeaves.get(leaves.length, leaves.length) as number;
    for (const [nth, leaf] of leaves.entries()) this.#run.insertLeaf.run({ ...leaf, idx: first + nth, at });
  }

  renew(leases: readonly Fence[]): Promise<Renewed> {
    return this.#commit(({ now, sentAtMs }) => {
      const lost: string[] = [];
      const signals = new Map<string, number>();
      for (const { number, epoch } of leases) {
        const signal = this.#run.renew.get(now + leaseMs, number, epoch);
        if (signal === undefined) lost.push(number);
        else signals.set(number, signal);
      }
      return { lost, signals, sentAtMs };
    });
  }

  release({ number, epoch, signal, wakeInMs }: Parameters<Database['release']>[0]): Promise<void> {
    return this.#commit(({ now }) => {
      this.#run.release.run({ number, epoch, signal, now, due: now + wakeInMs });
    });
  }

  tell({ fact, takeOver, materials }: TellingRows): Promise<TellingResult | 'TOO_MANY'> {
    return this.#commit(({ now }) => {
      const known = this.#run.told.get(String(fact.id));
      if (known !== undefined) return known === fact.fingerprint ? 'KNOWN' : 'OTHER';
      const number = String(fact.case_number);
      if (!this.#run.stands.get(number)) return 'NO_SUCH_CASE';
      if ((this.#run.untaken.get(number) as number) >= untakenFactsMax) return 'TOO_MANY';
      this.#run.insertFact.run({ ...fact, told_at: now });
      for (const material of materials) this.#run.insertMaterial.run(material);
      (takeOver ? this.#run.takeOver : this.#run.wake).run(now, number);
      return 'NEW';
    });
  }

  writeLog({ tiles, checkpoints, cosignatures }: LogWrite): Promise<void> {
    return this.#commit(({ now }) => {
      for (const tile of tiles) this.#run.putTile.run(tile);
      for (const checkpoint of checkpoints) {
        this.#run.insertCheckpoint.run({ ...checkpoint, at: now });
        this.#run.dropCheckpoints.run({ size: checkpoint.size, now });
      }
      for (const cosignature of cosignatures) {
        this.#run.putCosignature.run(cosignature);
        this.#run.dropCosignatures.run(cosignature.size);
      }
    });
  }

  advanceClock(byMs: number): Promise<void> {
    return this.#commit(() => this.#run.advance.get(byMs) as number).then(offsetMs => {
      this.#offsetMs = offsetMs;
      this.clock.hear(Date.now() + offsetMs, performance.now());
    });
  }

  async read<Value>(query: (knex: Knex) => PromiseLike<Value>): Promise<Value> {
    return query(this.knex);
  }

  close(): Promise<void> {
    return this.knex.destroy().finally(this.#giveUp);
  }
}

/** Whether the file takes no writes now, so that no single one is to blame, and to try each would block for long. */
const isOfFile = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|CANTOPEN|CORRUPT|FULL|IOERR|NOTADB|READONLY)/.test(error.code);
