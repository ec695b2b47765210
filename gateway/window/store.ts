import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knexOf, { type Knex } from 'knex';
import { type DepartmentId, type ItemId, itemEntry } from '../../subgraphs/catalogue.ts';
import { CannotStart } from '../../subgraphs/process.ts';
import { pinnedRegime, type Regime } from '../../subgraphs/regimes.ts';
import type { Application } from './application.ts';
import { regionPrefix } from './caller.ts';
import { AT_ONCE, type CaseItem, type CaseView, type Change, type Precheck, type SealedOutcome } from './case.ts';
import { caseNumber } from './case-number.ts';
import { groupCommit, type Transact } from './commit.ts';
import type { CaseState, ItemState, RefusalPolicy } from './generated/types.ts';
import { migrationSource } from './migrations.ts';
import type { Vault } from './secret.ts';

/** What is written when a case is opened. */
export interface Opening {
  readonly requestId: string;
  /** Of the whole input: the same request id with another one is another application. */
  readonly requestFingerprint: string;
  /** Of founders and name: what makes two applications possible duplicates. */
  readonly duplicateFingerprint: string;
  /** The case that a clerk has looked at and found to be another matter. */
  readonly notDuplicateOf: string | null;
  readonly regime: Regime;
  readonly application: Application;
  readonly policy: RefusalPolicy;
  readonly contents: ReadonlyMap<string, string>;
  readonly openedAt: number;
  /** China's day, `YYYY-MM-DD`. */
  readonly openedOn: string;
}

export type Opened =
  /** The case stands; `fresh` unless this request had opened it before. */
  | { readonly outcome: 'OPEN'; readonly number: string; readonly fresh: boolean }
  | { readonly outcome: 'REQUEST_ID_REUSED'; readonly number: string }
  | { readonly outcome: 'POSSIBLE_DUPLICATE'; readonly number: string };

export interface CaseList {
  readonly state?: CaseState | undefined;
  /** A region code; a city's or province's stands for all of it. */
  readonly regionCode?: string | undefined;
  /** The region that the caller may see; null for all. */
  readonly visibleIn: string | null;
}

/** The rows of the window: cases, items, documents. Every write of one call is one transaction, flushed to the disk. */
export interface Store {
  open(opening: Opening): Promise<Opened>;
  load(numbers: readonly string[]): Promise<readonly CaseView[]>;
  /** Writes what has changed, and when somebody must look again. */
  save(view: CaseView, changes: readonly Change[], wakeAt: number | null): Promise<void>;
  /** Cases that somebody must look at, the longest due first. */
  due(now: number, first: number): Promise<readonly string[]>;
  /** After a stop of the process in the middle: nobody waits for the answers to what was sent, so they are lost. */
  recover(now: number): Promise<void>;
  /** The same for one case that can't be driven on now, which is to be looked at again at `wakeAt`. */
  interrupted(number: string, wakeAt: number): Promise<void>;
  list(
    list: CaseList,
    first: number,
    after: string | null,
  ): Promise<{ readonly numbers: readonly string[]; readonly cursor: string | null }>;
  count(list: CaseList): Promise<number>;
  document(id: string): Promise<SealedOutcome | undefined>;
  /** Papers of a case by SHA-256, base64. */
  contents(number: string): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** How long a statement waits for another process that holds the file. */
const lockWaitMs = 5_000;

/**
 * Opens the store in one SQLite file, made and migrated when needed.
 *
 * @throws {CannotStart} when the file is another program's, a newer version's, or locked with another key.
 */
export async function openStore(file: string, vault: Vault): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true });
  const knex = knexOf({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    migrations: { migrationSource },
    pool: { min: 1, max: 1, afterCreate: prepareConnection },
    log: SILENT,
  });
  try {
    await knex.migrate.latest();
    await mustUnlock(knex, file, vault);
  } catch (error) {
    await knex.destroy();
    throw openingFault(file, error as Error & { code?: string });
  }
  return new SqlStore(knex, vault);
}

const nothing = (): void => {};
/** knex prints errors that it throws as well. */
const SILENT = { debug: nothing, deprecate: nothing, warn: nothing, error: nothing };

/** As far as the driver's connections are used here. */
interface Connection {
  pragma(text: string, options?: { readonly simple: true }): unknown;
}

/** Every commit is on the disk before it is answered. Set, and read back: under knex SQLite opens with less. */
function prepareConnection(connection: Connection, done: (error: Error | null) => void): void {
  try {
    connection.pragma(`busy_timeout = ${lockWaitMs}`);
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    const [journal, synchronous] = ['journal_mode', 'synchronous'].map(name =>
      connection.pragma(name, { simple: true }),
    );
    const isDurable = journal === 'wal' && synchronous === SYNCHRONOUS_FULL;
    done(isDurable ? null : new CannotStart(`SQLite keeps no durable journal here (${journal}, ${synchronous}).`));
  } catch (error) {
    done(error as Error);
  }
}

const SYNCHRONOUS_FULL = 2;

/** A key that was lost and made anew can't read the old applications; to learn that case by case would be too late. */
async function mustUnlock(knex: Knex, file: string, vault: Vault): Promise<void> {
  const row = await knex('case').orderBy('opening', 'desc').first('application');
  try {
    if (row) vault.unlock(String(row.application));
  } catch (cause) {
    throw new CannotStart(`The applications in ${file} were locked with another storage key: bring the old one back.`, {
      cause,
    });
  }
}

function openingFault(file: string, error: Error & { code?: string }): Error {
  if (/migration directory is corrupt/.test(error.message)) {
    return new CannotStart(`${file} was written by a newer version of this program: start that one.`, { cause: error });
  }
  if (error.code === 'SQLITE_NOTADB' || error.code === 'SQLITE_CORRUPT') {
    return new CannotStart(`${file} is no SQLite database, or a damaged one.`, { cause: error });
  }
  if (error.code === 'SQLITE_CANTOPEN' || error.code === 'SQLITE_READONLY') {
    return new CannotStart(`${file} can't be opened for writing (${error.code}).`, { cause: error });
  }
  return error;
}

/** States of a case from which a new application for the same enterprise is no duplicate. */
const OVER: readonly CaseState[] = ['REFUSED', 'REVOKED'];

class SqlStore implements Store {
  readonly #knex: Knex;
  readonly #vault: Vault;
  readonly #commit: Transact<Knex.Transaction>;

  constructor(knex: Knex, vault: Vault) {
    this.#knex = knex;
    this.#vault = vault;
    this.#commit = groupCommit(work => knex.transaction(work));
  }

  open(opening: Opening): Promise<Opened> {
    return this.#commit(async transaction => {
      const known = await transaction('case').where('request_id', opening.requestId).first();
      if (known) {
        const same = known.request_fingerprint === opening.requestFingerprint;
        return { outcome: same ? 'OPEN' : 'REQUEST_ID_REUSED', number: known.number, fresh: false } as Opened;
      }
      const twin = await transaction('case')
        .where('duplicate_fingerprint', opening.duplicateFingerprint)
        .whereNotIn('state', [...OVER])
        .orderBy('opening', 'desc')
        .first();
      if (twin && twin.number !== opening.notDuplicateOf) return { outcome: 'POSSIBLE_DUPLICATE', number: twin.number };
      const number = await drawNumber(transaction, opening.application.regionCode, opening.openedOn);
      await this.#insert(transaction, number, opening);
      return { outcome: 'OPEN', number, fresh: true };
    });
  }

  async #insert(transaction: Knex.Transaction, number: string, opening: Opening): Promise<void> {
    const { regime, application, openedAt } = opening;
    await transaction('case').insert({
      number,
      request_id: opening.requestId,
      request_fingerprint: opening.requestFingerprint,
      duplicate_fingerprint: opening.duplicateFingerprint,
      regime: regime.id,
      regime_version: regime.version,
      region_code: application.regionCode,
      application: this.#vault.lock(JSON.stringify(application)),
      policy: opening.policy,
      state: 'SUBMITTED' satisfies CaseState,
      opened_at: openedAt,
      wake_at: openedAt,
    });
    const items = regime.items.map(
      ({ item }): CaseItem => ({ ...QUEUED, item, department: itemEntry(item).department, since: openedAt }),
    );
    await transaction('item').insert(
      items.map(item => ({ case_number: number, item: item.item, ...itemColumns(item) })),
    );
    const departments = [...new Set(items.map(({ department }) => department))];
    await transaction('precheck').insert(
      departments.map(department => ({
        case_number: number,
        department,
        ...precheckColumns({ faults: null, retry: AT_ONCE }),
      })),
    );
    for (const [sha256, content] of opening.contents) {
      await transaction('material').insert({ case_number: number, sha256, content: this.#vault.lock(content) });
    }
  }

  async load(numbers: readonly string[]): Promise<readonly CaseView[]> {
    const asked = [...numbers];
    const cases = await this.#knex('case').whereIn('number', asked);
    const prechecks = grouped(await this.#knex('precheck').whereIn('case_number', asked));
    const items = grouped(await this.#knex('item').whereIn('case_number', asked));
    const documents = grouped(await this.#knex('document').whereIn('case_number', asked).orderBy('decided_on'));
    const views = new Map(
      cases.map(row => {
        const of = (rows: ReadonlyMap<string, readonly Row[]>): readonly Row[] => rows.get(row.number) ?? [];
        return [row.number, this.#view(row, of(prechecks), of(items), of(documents))];
      }),
    );
    return numbers.flatMap(number => views.get(number) ?? []);
  }

  #view(row: Row, prechecks: readonly Row[], items: readonly Row[], documents: readonly Row[]): CaseView {
    const regime = pinnedRegime(String(row.regime), Number(row.regime_version));
    if (!regime) {
      throw new Error(
        `case ${row.number} is pinned to regime ${row.regime} version ${row.regime_version}, which is not shipped`,
      );
    }
    const byItem = new Map(items.map(item => [item.item, readItem(item)]));
    return {
      number: String(row.number),
      regime,
      application: JSON.parse(this.#vault.unlock(String(row.application))) as Application,
      policy: row.policy as RefusalPolicy,
      openedAt: Number(row.opened_at),
      state: row.state as CaseState,
      acceptedOn: row.accepted_on as string | null,
      prechecks: prechecks.map(readPrecheck),
      items: regime.items.flatMap(({ item }) => byItem.get(item) ?? []),
      documents: documents.map(readDocument),
    };
  }

  save(view: CaseView, changes: readonly Change[], wakeAt: number | null): Promise<void> {
    return this.#commit(async transaction => {
      for (const change of changes) await write(transaction, view.number, change);
      await transaction('case')
        .where('number', view.number)
        .update({ state: view.state, accepted_on: view.acceptedOn, wake_at: wakeAt });
    });
  }

  async due(now: number, first: number): Promise<readonly string[]> {
    return this.#knex('case').where('wake_at', '<=', now).orderBy('wake_at').limit(first).pluck('number');
  }

  recover(now: number): Promise<void> {
    return this.#knex.transaction(async transaction => {
      const sent = transaction('item').where('state', 'SENT' satisfies ItemState);
      await transaction('case').whereIn('number', sent.clone().select('case_number')).update({ wake_at: now });
      await sent.update(LOST);
    });
  }

  interrupted(number: string, wakeAt: number): Promise<void> {
    return this.#commit(async transaction => {
      const state: ItemState = 'SENT';
      await transaction('item').where({ case_number: number, state }).update(LOST);
      await transaction('case').where({ number }).update({ wake_at: wakeAt });
    });
  }

  async list(list: CaseList, first: number, after: string | null) {
    const page = this.#matching(list)
      .orderBy('opening', 'desc')
      .limit(first + 1)
      .select('opening', 'number');
    if (after !== null) page.where('opening', '<', Number(after));
    const rows: Row[] = await page;
    const shown = rows.slice(0, first);
    return {
      numbers: shown.map((row: Row) => String(row.number)),
      cursor: rows.length > first ? String(shown.at(-1)?.opening) : null,
    };
  }

  async count(list: CaseList): Promise<number> {
    return Number((await this.#matching(list).count({ count: '*' }).first())?.count);
  }

  #matching({ state, regionCode, visibleIn }: CaseList): Knex.QueryBuilder {
    const query = this.#knex('case');
    if (state) query.where('state', state);
    for (const region of [regionCode, visibleIn]) {
      if (region) query.whereLike('region_code', `${regionPrefix(region)}%`);
    }
    return query;
  }

  async document(id: string): Promise<SealedOutcome | undefined> {
    const row = await this.#knex('document').where('id', id).first();
    return row && readDocument(row);
  }

  async contents(number: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#knex('material').where('case_number', number);
    return new Map(rows.map(row => [String(row.sha256), this.#vault.unlock(String(row.content))]));
  }

  close(): Promise<void> {
    return this.#knex.destroy();
  }
}

type Row = Readonly<Record<string, string | number | null>>;

const QUEUED: Omit<CaseItem, 'item' | 'department' | 'since'> = {
  state: 'QUEUED',
  operationId: null,
  attempts: 0,
  retry: AT_ONCE,
  waits: null,
  faults: [],
  refusal: null,
  sentAt: null,
  outcomeAt: null,
};

/** An item whose answer nobody waits for any more; the department is asked at once. */
const LOST = { state: 'OUTCOME_UNKNOWN' satisfies ItemState, retry_at: null };

/** Serials begin anew every day in every region. */
async function drawNumber(transaction: Knex.Transaction, regionCode: string, day: string): Promise<string> {
  const name = `case/${regionCode}/${day}`;
  const [row] = await transaction('serial')
    .insert({ name, next: 2 })
    .onConflict('name')
    .merge({ next: transaction.raw('serial.next + 1') })
    .returning('next');
  return caseNumber(regionCode, day, Number(row.next) - 1);
}

function write(transaction: Knex.Transaction, number: string, change: Change): Promise<unknown> {
  const row = { case_number: number };
  if (change.of === 'ITEM') {
    return transaction('item')
      .where({ ...row, item: change.item })
      .update(itemColumns(change.to));
  }
  if (change.of === 'PRECHECK') {
    return transaction('precheck')
      .where({ ...row, department: change.department })
      .update(precheckColumns(change.to));
  }
  if (change.of === 'DOCUMENT') return transaction('document').insert(documentColumns(change.document));
  return transaction('document').where('id', change.id).update({ status: change.status });
}

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
const parsed = <Value>(text: unknown): Value => JSON.parse(String(text)) as Value;
const whole = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** Absent fields are left as they are: knex writes no undefined column in an update. */
const itemColumns = (item: Partial<CaseItem>) => ({
  department: item.department,
  state: item.state,
  operation_id: item.operationId,
  attempts: item.attempts,
  tries: item.retry?.tries,
  retry_at: item.retry?.at,
  waits: item.waits,
  faults: item.faults && json(item.faults),
  refusal: item.refusal === undefined ? undefined : json(item.refusal),
  since: item.since,
  sent_at: item.sentAt,
  outcome_at: item.outcomeAt,
});

const readItem = (row: Row): CaseItem => ({
  item: row.item as ItemId,
  department: row.department as DepartmentId,
  state: row.state as ItemState,
  operationId: row.operation_id as string | null,
  attempts: Number(row.attempts),
  retry: { tries: Number(row.tries), at: whole(row.retry_at) },
  waits: row.waits as string | null,
  faults: parsed(row.faults),
  refusal: row.refusal === null ? null : parsed(row.refusal),
  since: Number(row.since),
  sentAt: whole(row.sent_at),
  outcomeAt: whole(row.outcome_at),
});

const precheckColumns = ({ faults, retry }: Partial<Precheck>) => ({
  faults: faults === undefined ? undefined : json(faults),
  tries: retry?.tries,
  retry_at: retry?.at,
});

const readPrecheck = (row: Row): Precheck => ({
  department: row.department as DepartmentId,
  faults: row.faults === null ? null : parsed(row.faults),
  retry: { tries: Number(row.tries), at: whole(row.retry_at) },
});

const documentColumns = (document: SealedOutcome) => ({
  id: document.id,
  case_number: document.caseNumber,
  item: document.item,
  department: document.department,
  operation_id: document.operationId,
  outcome: document.outcome,
  kind: document.kind,
  number: document.number,
  holder: document.holder,
  uscc: document.uscc,
  decided_on: document.decidedOn,
  version: document.version,
  status: document.status,
  record: document.record,
  seal: document.seal,
});

const readDocument = (row: Row): SealedOutcome => ({
  id: String(row.id),
  caseNumber: String(row.case_number),
  item: row.item as ItemId,
  department: row.department as DepartmentId,
  operationId: String(row.operation_id),
  outcome: row.outcome as SealedOutcome['outcome'],
  kind: String(row.kind),
  number: String(row.number),
  holder: String(row.holder),
  uscc: row.uscc as string | null,
  decidedOn: String(row.decided_on),
  version: Number(row.version),
  status: row.status as SealedOutcome['status'],
  record: String(row.record),
  seal: row.seal as string | null,
});

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(String(row.case_number));
    if (group) group.push(row);
    else groups.set(String(row.case_number), [row]);
  }
  return groups;
}
