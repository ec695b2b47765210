import type { Knex } from 'knex';
import pg from 'pg';
import { leaseMs, type TellingResult } from '../store.ts';
import { decide, type Standing, serialsFor } from './admission.ts';
import { groupCommit } from './commit.ts';
import {
  type Admission,
  type Candidate,
  type Claimed,
  type CompletionRow,
  type Database,
  DatabaseAway,
  type Fence,
  type LogWrite,
  type RenditionWrite,
  type Renewed,
  type Saved,
  type StepRows,
  type TellingRows,
} from './database.ts';
import * as sql from './postgres-sql.ts';
import type { Row } from './row.ts';
import { StoreClock } from './store-clock.ts';

type Released = Parameters<Database['release']>[0];
type TellingOutcome = TellingResult | 'TOO_MANY';

/**
 * The hot writes on PostgreSQL. The writes of a kind that are asked for while one commit of that kind is under way make
 * the next one; each is a single statement, so that no transaction holds rows while it waits for this process. Only
 * openings take several, for two of them must see each other.
 */
export class PostgresDatabase implements Database {
  readonly clock = new StoreClock();
  readonly place: string;
  readonly knex: Knex;
  readonly #writers: pg.Pool;
  readonly #readers: pg.Pool;
  readonly #owner: string;
  #commits = 0;

  readonly open = grouped((candidates: readonly Candidate[]) => this.#openAll(candidates));
  readonly claim = grouped((numbers: readonly string[]) => this.#claimAll(numbers));
  readonly save = grouped((steps: readonly StepRows[]) => this.#saveAll(steps));
  readonly release = grouped((leases: readonly Released[]) => this.#releaseAll(leases));
  readonly tell = grouped((tellings: readonly TellingRows[]) => this.#tellAll(tellings));

  constructor(place: string, writers: pg.Pool, readers: pg.Pool, knex: Knex, owner: string) {
    this.place = place;
    this.#writers = writers;
    this.#readers = readers;
    this.knex = knex;
    this.#owner = owner;
  }

  get commits(): number {
    return this.#commits;
  }

  async hearTime(): Promise<void> {
    await this.#write({ name: 'time', text: `select ${sql.NOW} as now` }, []);
  }

  /** One statement, which is a transaction of its own. */
  async #write<Answer extends Timed>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly Answer[]; readonly sentAtMs: number }> {
    return this.#connected(async client => {
      const sentAtMs = performance.now();
      const rows = await ask<Answer>(client, statement, values);
      this.#commits += 1;
      if (rows[0]) this.clock.hear(Number(rows[0].now), sentAtMs);
      return { rows, sentAtMs };
    });
  }

  /** Of a connection on which something has failed nothing is known: it is given up. */
  async #connected<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#writers.connect().catch(cause => {
      throw new DatabaseAway(cause as Error);
    });
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** An opening that lost its connection is tried anew: whatever became of it, a request id has one case. */
  async #openAll(candidates: readonly Candidate[], triesLeft = openingTriesMax): Promise<readonly Admission[]> {
    try {
      return await this.#openOnce(candidates);
    } catch (error) {
      if (triesLeft <= 1 || !(error instanceof ConnectionLost)) throw error;
      return this.#openAll(candidates, triesLeft - 1);
    }
  }

  #openOnce(candidates: readonly Candidate[]): Promise<readonly Admission[]> {
    return this.#connected(async client => {
      const sentAtMs = performance.now();
      await ask(client, sql.BEGIN_OPENING);
      const { now, standing } = await standingOf(client, candidates);
      this.clock.hear(now, sentAtMs);
      const decisions = decide(candidates, standing);
      const fresh = decisions.filter(({ outcome }) => outcome === 'FRESH');
      if (fresh.length > 0) {
        const serials = serialsFor(fresh, now);
        serials.give(await draw(client, serials.counts));
        const rows = fresh.map(({ candidate, numbered }) => candidate.rowsOf(numbered.number, now));
        const held = { epoch: 1, owner: this.#owner, wake_at: now + leaseMs };
        await ask(client, sql.INSERT, [
          JSON.stringify(rows.map(row => ({ ...row.case, ...held }))),
          JSON.stringify(rows.map(({ application }) => application)),
          JSON.stringify(rows.map(({ ledger }) => ledger)),
          JSON.stringify(rows.flatMap(({ materials }) => materials)),
        ]);
      }
      await ask(client, sql.COMMIT);
      this.#commits += 1;
      return decisions.map(({ outcome, numbered }) => ({ outcome, number: numbered.number, sentAtMs }));
    });
  }

  async #claimAll(numbers: readonly string[]): Promise<readonly (Claimed | undefined)[]> {
    const { rows, sentAtMs } = await this.#write<Row & Timed>(sql.CLAIM, [[...new Set(numbers)], this.#owner]);
    const claimed = new Map(rows.map(row => [row.number, { row, sentAtMs }]));
    // Of several who ask for one case at once, the first has it.
    return numbers.map(one => {
      const mine = claimed.get(one);
      claimed.delete(one);
      return mine;
    });
  }

  async claimDue(first: number): Promise<readonly Claimed[]> {
    const { rows, sentAtMs } = await this.#write<Row & Timed>(sql.CLAIM_DUE, [first, this.#owner]);
    const claimed = rows.filter(row => row.number !== null);
    return claimed.sort((a, b) => Number(a.due_at) - Number(b.due_at)).map(row => ({ row, sentAtMs }));
  }

  async #saveAll(steps: readonly StepRows[]): Promise<readonly (Saved | undefined)[]> {
    mustDiffer(steps.map(step => step.number));
    const { rows, sentAtMs } = await this.#write<SavedRow>(sql.SAVE, [
      JSON.stringify(steps.map(stepRecord)),
      JSON.stringify(steps.map(({ ledger }) => ledger).filter(row => row !== null)),
      JSON.stringify(steps.flatMap(({ items }) => items)),
      JSON.stringify(steps.flatMap(({ documents }) => documents)),
      JSON.stringify(steps.flatMap(({ changedDocuments }) => changedDocuments)),
      JSON.stringify(steps.flatMap(({ slips }) => slips)),
      JSON.stringify(steps.map(({ application }) => application).filter(row => row !== null)),
      steps.flatMap(({ taken }) => taken),
      JSON.stringify(steps.flatMap(({ leaves }) => leaves)),
      steps.flatMap(({ struckOut }) => struckOut),
    ]);
    const saved = new Map(rows.map(row => [row.number, { isHeld: row.is_held, isTold: row.is_told, sentAtMs }]));
    return steps.map(step => saved.get(step.number));
  }

  async renew(leases: readonly Fence[]): Promise<Renewed> {
    const asked = JSON.stringify(leases.map(({ number, epoch }) => ({ number, epoch })));
    const { rows, sentAtMs } = await this.#write<RenewedRow>(sql.RENEW, [asked]);
    const kept = new Map(rows.map(row => [row.number, Number(row.epoch)]));
    const lost = leases.filter(({ number, epoch }) => kept.get(number) !== epoch);
    const signals = new Map(rows.map(row => [row.number, Number(row.signal)]));
    return { lost: lost.map(({ number }) => number), signals, sentAtMs };
  }

  async #releaseAll(leases: readonly Released[]): Promise<readonly undefined[]> {
    const asked = leases.map(({ number, epoch, signal, wakeInMs }) => ({
      number,
      epoch,
      signal,
      wake_in_ms: wakeInMs,
    }));
    await this.#write(sql.RELEASE, [JSON.stringify(asked)]);
    return leases.map(() => undefined);
  }

  async #tellAll(tellings: readonly TellingRows[]): Promise<readonly TellingOutcome[]> {
    // The same fact told several times at once is told once.
    const first = new Map<string, TellingRows>();
    for (const telling of tellings) {
      const id = String(telling.fact.id);
      const same = first.get(id);
      if (!same) first.set(id, telling);
      else if (!isSameFact(same, telling)) mustDiffer([id, id]);
    }
    const outcomes = await this.#tellEach([...first.values()]);
    return tellings.map(telling => {
      const outcome = outcomes.get(String(telling.fact.id)) as TellingOutcome;
      return outcome === 'NEW' && first.get(String(telling.fact.id)) !== telling ? 'KNOWN' : outcome;
    });
  }

  async #tellEach(tellings: readonly TellingRows[]): Promise<ReadonlyMap<string, TellingOutcome>> {
    const { rows } = await this.#write<ToldRow>(sql.TELL, [
      JSON.stringify(tellings.map(({ fact, takeOver }) => ({ ...fact, takes_over: takeOver ? 1 : 0 }))),
      JSON.stringify(
        tellings.flatMap(({ fact, materials }) => materials.map(material => ({ ...material, id: fact.id }))),
      ),
    ]);
    const asked = new Map(tellings.map(({ fact }) => [fact.id, fact.fingerprint]));
    const outcomes = new Map<string, TellingOutcome>();
    for (const row of rows) {
      // Told by somebody else while this statement waited for the case.
      const fingerprint = row.fits && !row.is_new ? await this.#fingerprintOf(row.id) : row.fingerprint;
      outcomes.set(row.id, toldOutcome({ ...row, fingerprint }, asked.get(row.id)));
    }
    return outcomes;
  }

  async complete(papers: readonly CompletionRow[]): Promise<number> {
    if (papers.length === 0) return 0;
    const { rows } = await this.#write<CompletedRow>(sql.COMPLETE, [
      JSON.stringify(papers.map(({ of, id, was, stamp, leaf }) => ({ ...stamp, ...leaf, of, id, was }))),
    ]);
    return Number(rows[0]?.completed);
  }

  async writeRendition({ row, was, leaf }: RenditionWrite): Promise<boolean> {
    const { rows } = await this.#write<WrittenRow>(sql.WRITE_RENDITION, [
      JSON.stringify([{ ...row, was }]),
      JSON.stringify(leaf ? [leaf] : []),
    ]);
    return Number(rows[0]?.written) > 0;
  }

  async dropRenditions(papers: readonly string[]): Promise<void> {
    await this.#write(sql.DROP_RENDITIONS, [papers]);
  }

  async #fingerprintOf(id: string): Promise<string | null> {
    const [row]: Row[] = await this.knex('inbox').where({ id }).select('fingerprint');
    return row ? String(row.fingerprint) : null;
  }

  async read<Value>(query: (knex: Knex) => PromiseLike<Value>): Promise<Value> {
    try {
      return await query(this.knex);
    } catch (cause) {
      throw isOfRequest(cause) ? cause : new DatabaseAway(cause as Error);
    }
  }

  async writeLog({ tiles, checkpoints, cosignatures }: LogWrite): Promise<void> {
    await this.#write(
      sql.WRITE_LOG,
      [tiles, checkpoints, cosignatures].map(rows => JSON.stringify(rows)),
    );
  }

  async advanceClock(byMs: number): Promise<void> {
    const text = `update clock set offset_ms = offset_ms + $1 returning ${sql.NOW} + $1 as now`;
    await this.#write({ name: 'advance', text }, [byMs]);
  }

  async close(): Promise<void> {
    // A read under way gives its connection back through knex; without it, the pool would wait for it for ever.
    await Promise.all([this.#writers.end(), this.#readers.end()]);
    await this.knex.destroy();
  }
}

const grouped = <Write, Result>(commit: (writes: readonly Write[]) => Promise<readonly Result[]>) =>
  groupCommit(commit, error => error instanceof DatabaseAway);

interface Timed {
  readonly now: string;
}
interface RenewedRow extends Timed {
  readonly number: string;
  readonly epoch: string;
  readonly signal: string;
}
interface CompletedRow extends Timed {
  readonly completed: string;
}
interface WrittenRow extends Timed {
  readonly written: string;
}
interface SavedRow extends Timed {
  readonly number: string;
  readonly is_held: boolean;
  readonly is_told: boolean;
}
interface ToldRow extends Timed {
  readonly id: string;
  /** Of what was told under this id before. */
  readonly fingerprint: string | null;
  readonly is_new: boolean;
  readonly stands: boolean;
  readonly fits: boolean;
}

interface Statement {
  /** Under which it is prepared, once for each connection; without one it is sent as it stands. */
  readonly name?: string;
  readonly text: string;
}

/** @throws {DatabaseAway} unless what was asked is at fault. */
async function ask<Answer extends object>(
  client: pg.PoolClient,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<readonly Answer[]> {
  try {
    const { rows } = await client.query<Answer>(values.length > 0 ? { ...statement, values: [...values] } : statement);
    return rows;
  } catch (cause) {
    if (isOfRequest(cause)) throw cause;
    throw isOfConnection(cause) ? new ConnectionLost(cause as Error) : new DatabaseAway(cause as Error);
  }
}

/**
 * Whether what was asked is at fault: its data, a constraint, its size, or a deadlock, which takes two. SQLSTATE classes:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const isOfRequest = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && /^(21|22|23|40|42|54)/.test(error.code ?? '');

/** A process that was kept from its work in the middle of an opening finds its connection ended by the server. */
const openingTriesMax = 3;

/** The connection ended while it was in use; a new one may serve. */
class ConnectionLost extends DatabaseAway {}

/** Told by the server before it ends a connection: idle_in_transaction_session_timeout, admin_shutdown. */
const ENDING: ReadonlySet<string | undefined> = new Set(['25P03', '57P01']);
const isOfConnection = (error: unknown): boolean => !(error instanceof pg.DatabaseError) || ENDING.has(error.code);

/** Writes that one statement can't carry fail together; alone they are written one after the other. */
function mustDiffer(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) throw new Error('two writes of one commit are about the same row');
}

async function standingOf(
  client: pg.PoolClient,
  candidates: readonly Candidate[],
): Promise<{ readonly now: number; readonly standing: Standing }> {
  const [found] = await ask<StandingRow>(client, sql.STANDING, [
    candidates.map(({ requestId }) => requestId),
    candidates.map(({ duplicateFingerprint }) => duplicateFingerprint),
  ]);
  const { now, known, twins } = found as StandingRow;
  const byRequest = new Map(
    known.map(row => [row.request_id, { number: row.number, fingerprint: row.request_fingerprint }]),
  );
  return {
    now: Number(now),
    standing: { byRequest, twins: new Map(twins.map(row => [row.duplicate_fingerprint, row.number])) },
  };
}

interface StandingRow extends Timed {
  readonly known: readonly {
    readonly request_id: string;
    readonly request_fingerprint: string;
    readonly number: string;
  }[];
  readonly twins: readonly { readonly duplicate_fingerprint: string; readonly number: string }[];
}

async function draw(client: pg.PoolClient, counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const rows = await ask<{ readonly name: string; readonly next: string }>(client, sql.DRAW, [
    [...counts.keys()],
    [...counts.values()],
  ]);
  return new Map(rows.map(({ name, next }) => [name, Number(next) - (counts.get(name) ?? 0)]));
}

/** A step as the statement that saves it takes it: without what has not changed. */
function stepRecord({ number, epoch, signal, release, change }: StepRows): Row {
  const released = release ? { releases: 1, wake_in_ms: release.wakeInMs } : {};
  return { ...change, number, epoch, signal, ...released };
}

const isSameFact = (one: TellingRows, other: TellingRows): boolean =>
  one.fact.case_number === other.fact.case_number && one.fact.fingerprint === other.fact.fingerprint;

function toldOutcome(row: ToldRow, fingerprint: unknown): TellingOutcome {
  if (row.is_new) return 'NEW';
  if (row.fingerprint !== null) return row.fingerprint === fingerprint ? 'KNOWN' : 'OTHER';
  return row.stands ? 'TOO_MANY' : 'NO_SUCH_CASE';
}
