import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';
import knexOf, { type Knex } from 'knex';
import {
  type Amendment,
  type Condition,
  CursorUnknown,
  type Entered,
  type Entry,
  entriesPerCallMax,
  type Found,
  type Mapping,
  type Register,
  type RegisterRow,
  type RegisterSource,
  RegisterUnavailable,
  type RowValue,
  rowsPerSearchMax,
  type Search,
} from './port.ts';

/** How long a statement waits for another process that holds the file; this whole process waits with it. */
const lockWaitMs = 2_000;
/** How long a call waits for the one connection: as long as the call before it may wait for the file. */
const connectionWaitMs = 2 * lockWaitMs;

export interface SqliteSettings {
  /** The database file; it and its folder are made when absent. */
  readonly file: string;
  /** Hears every statement that reads, for statistics. */
  readonly onStatement?: (sql: string) => void;
}

/** A department's registers in one SQLite file. Every answered write has been flushed to the disk. */
export function sqliteSource({ file, onStatement }: SqliteSettings): RegisterSource {
  const knex = knexOf({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    // Or errors, and so logs, would hold the values of the row.
    compileSqlOnError: false,
    acquireConnectionTimeout: connectionWaitMs,
    log: SILENT,
    pool: { min: 1, max: 1, afterCreate: prepareConnection },
  });
  if (onStatement) knex.on('query', (query: { sql: string }) => onStatement(query.sql));
  return {
    async open<Row extends RegisterRow>(mapping: Mapping<Row>) {
      mkdirSync(dirname(file), { recursive: true });
      await reachable(`the register ${file} can't be opened`, () => makeTables(knex, mapping));
      return new SqlRegister(knex, mapping);
    },
    close: () => knex.destroy(),
  };
}

function prepareConnection(connection: Connection, done: (error: Error | null) => void): void {
  try {
    connection.pragma(`busy_timeout = ${lockWaitMs}`);
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    // A file that takes less would lose answered writes with the power, and nobody would notice before.
    if (connection.pragma('synchronous', { simple: true }) !== 2) throw new Error('synchronous = FULL was not taken');
    connection.defaultSafeIntegers(true);
    done(null);
  } catch (error) {
    done(error as Error);
  }
}

/** What knex logs of a connection that failed it throws as well. */
const SILENT = { warn() {}, error() {}, deprecate() {}, debug() {} };

const ENTRY = 'entry_no';
const OPERATION = 'operation_id';
const AMENDED = 'amended_operation_id';

interface Column {
  readonly column: string;
  readonly type: 'text' | 'integer';
}
/** As the database gives it: whole numbers are bigints. */
type Stored = Readonly<Record<string, RowValue | bigint>>;

const amendmentTable = (mapping: { readonly table: string }): string => `${mapping.table}_amendment`;

/** Each step makes what is absent, so that processes may open at once and a crash in between is made good. */
async function makeTables<Row extends RegisterRow>(knex: Knex, mapping: Mapping<Row>): Promise<void> {
  const { table, key, unique, indexed } = mapping;
  const columns = Object.values<Column>(mapping.columns);
  await knex.raw(
    `create table if not exists ?? (?? integer primary key autoincrement, ?? text not null unique,
      ${columns.map(({ type }) => `?? ${type}`).join(', ')})`,
    [table, ENTRY, OPERATION, ...columns.map(({ column }) => column)],
  );
  await addColumns(knex, table, columns);
  const indexes = [
    ...unique.map(field => ({ field, sort: 'unique index' })),
    ...[key, ...indexed].map(field => ({ field, sort: 'index' })),
  ];
  for (const { field, sort } of indexes) {
    const { column } = mapping.columns[field];
    const name = `${table}_${column}_${sort.replace(' ', '_')}`;
    await knex.raw(`create ${sort} if not exists ?? on ?? (??)`, [name, table, column]);
  }
  await knex.raw('create table if not exists ?? (?? text primary key, ?? text not null)', [
    amendmentTable(mapping),
    OPERATION,
    AMENDED,
  ]);
}

/** A register that is older than its mapping gets the columns it lacks; they hold nothing in the rows that are there. */
async function addColumns(knex: Knex, table: string, columns: readonly Column[]): Promise<void> {
  const lacking = (connection: Connection): readonly Column[] => {
    const known = connection.prepare<[string], string>('select name from pragma_table_info(?)').pluck();
    const present = new Set(known.all(table));
    return columns.filter(({ column }) => !present.has(column));
  };
  // Looked at again under the lock: two processes that open at once must not both add.
  await withConnection(knex, connection => {
    if (lacking(connection).length > 0) connection.transaction(() => addAll(connection)).immediate();
  });

  function addAll(connection: Connection): void {
    for (const { column, type } of lacking(connection)) {
      connection.exec(`alter table ${quoted(table)} add column ${quoted(column)} ${type}`);
    }
  }
}

async function withConnection<Value>(knex: Knex, work: (connection: Connection) => Value): Promise<Value> {
  const { client }: { client: Knex.Client } = knex;
  const connection: Connection = await client.acquireConnection();
  try {
    return work(connection);
  } finally {
    await client.releaseConnection(connection);
  }
}

class SqlRegister<Row extends RegisterRow> implements Register<Row> {
  readonly #knex: Knex;
  readonly #mapping: Mapping<Row>;
  readonly #columns: readonly (readonly [field: string, column: string])[];

  constructor(knex: Knex, mapping: Mapping<Row>) {
    this.#knex = knex;
    this.#mapping = mapping;
    this.#columns = Object.entries<Column>(mapping.columns).map(([field, { column }]) => [field, column]);
  }

  async find(keys: readonly string[]): Promise<ReadonlyMap<string, readonly Row[]>> {
    refuseMoreThan(entriesPerCallMax, keys.length, 'keys');
    const found = new Map<string, Row[]>();
    if (keys.length === 0) return found;
    const column = this.#column(this.#mapping.key);
    const stored: Stored[] = await asked(() =>
      this.#knex(this.#mapping.table)
        .whereIn(column, [...keys])
        .orderBy(ENTRY),
    );
    for (const line of stored) {
      const key = String(line[column]);
      const rows = found.get(key);
      if (rows) rows.push(this.#row(line));
      else found.set(key, [this.#row(line)]);
    }
    return found;
  }

  async enter(entries: readonly Entry<Row>[]): Promise<readonly Entered<Row>[]> {
    refuseMoreThan(entriesPerCallMax, entries.length, 'entries');
    if (entries.length === 0) return [];
    const { table } = this.#mapping;
    return this.#write(connection => {
      const names = [OPERATION, ...this.#columns.map(([, column]) => column)];
      const insert = connection.prepare(
        `insert into ${quoted(table)} (${names.map(quoted)}) values (${names.map(() => '?')}) on conflict do nothing`,
      );
      const select = connection.prepare<[string], Stored>(`select * from ${quoted(table)} where ${OPERATION} = ?`);
      return entries.map(({ operationId, row }): Entered<Row> => {
        insert.run(operationId, ...this.#columns.map(([field]) => row[field] ?? null));
        const stored = select.get(operationId);
        return stored ? { operationId, state: 'DONE', row: this.#row(stored) } : { operationId, state: 'CONFLICT' };
      });
    });
  }

  async amend(amendments: readonly Amendment<Row>[]): Promise<readonly Entered<Row>[]> {
    refuseMoreThan(entriesPerCallMax, amendments.length, 'amendments');
    if (amendments.length === 0) return [];
    return this.#write(connection => {
      const amendOne = connection.transaction(this.#amendingOne(connection));
      return amendments.map((amendment): Entered<Row> => {
        try {
          return amendOne(amendment);
        } catch (error) {
          if (!isConstraint(error)) throw error;
          return { operationId: amendment.operationId, state: 'CONFLICT' };
        }
      });
    });
  }

  #amendingOne(connection: Connection): (amendment: Amendment<Row>) => Entered<Row> {
    const [table, amendments] = [this.#mapping.table, amendmentTable(this.#mapping)].map(quoted);
    const recall = connection
      .prepare<[string], string>(`select ${AMENDED} from ${amendments} where ${OPERATION} = ?`)
      .pluck();
    const select = connection.prepare<[string], Stored>(`select * from ${table} where ${OPERATION} = ?`);
    const update = connection.prepare(
      `update ${table} set ${this.#columns.map(([, column]) => `${quoted(column)} = ?`)} where ${OPERATION} = ?`,
    );
    const remember = connection.prepare(`insert into ${amendments} (${OPERATION}, ${AMENDED}) values (?, ?)`);

    return ({ operationId, of, changes, where = {} }) => {
      const known = recall.get(operationId);
      const stored = select.get(known ?? of);
      if (!stored) return { operationId, state: 'ABSENT' };
      const row = this.#row(stored);
      if (known !== undefined) return { operationId, state: 'DONE', row };
      if (!holds(where, row)) return { operationId, state: 'CONFLICT' };
      const changed = { ...row, ...changes };
      update.run(...this.#columns.map(([field]) => changed[field] ?? null), of);
      remember.run(operationId, of);
      return { operationId, state: 'DONE', row: changed };
    };
  }

  /**
   * One transaction by the driver itself, which does not let go of this thread from beginning to end: one that waited
   * between its statements would hold the file meanwhile.
   */
  async #write<Value>(work: (connection: Connection) => Value): Promise<Value> {
    return asked(() => withConnection(this.#knex, connection => connection.transaction(work).immediate(connection)));
  }

  async search(searches: readonly Search<Row>[]): Promise<readonly Found<Row>[]> {
    refuseMoreThan(entriesPerCallMax, searches.length, 'searches');
    const found: Found<Row>[] = [];
    for (const search of searches) found.push(await this.#searchOne(search));
    return found;
  }

  async #searchOne({ where, first, after, total }: Search<Row>): Promise<Found<Row>> {
    refuseMoreThan(rowsPerSearchMax, first, 'rows in a page');
    if (after !== undefined && !CURSOR.test(after)) throw new CursorUnknown('this register gave no such cursor');
    const matching = this.#matching(where);
    const page = matching
      .clone()
      .orderBy(ENTRY)
      .limit(first + 1);
    if (after !== undefined) page.where(ENTRY, '>', after);
    const stored: Stored[] = await asked(() => page);
    const shown = stored.slice(0, first);
    const count = total ? await asked(() => matching.count({ count: '*' }).first()) : undefined;
    return {
      rows: shown.map(line => this.#row(line)),
      operations: shown.map(line => String(line[OPERATION])),
      cursor: stored.length > first ? String(shown.at(-1)?.[ENTRY] ?? after ?? 0) : undefined,
      total: count && Number(count.count),
    };
  }

  #matching(where: Condition<Row>): Knex.QueryBuilder {
    const query = this.#knex(this.#mapping.table);
    for (const [field, values] of Object.entries<readonly RowValue[] | undefined>(where)) {
      if (!values) continue;
      refuseMoreThan(entriesPerCallMax, values.length, 'values in a condition');
      const column = this.#column(field);
      query.where(either => {
        either.whereIn(
          column,
          values.filter(value => value !== null),
        );
        if (values.includes(null)) either.orWhereNull(column);
      });
    }
    return query;
  }

  #column(field: string): string {
    return this.#mapping.columns[field as keyof Row].column;
  }

  #row(line: Stored): Row {
    return Object.fromEntries(this.#columns.map(([field, column]) => [field, rowValue(line[column])])) as Row;
  }
}

/** The same as the search of a {@link Condition}, of one row that has been read. */
const holds = <Row extends RegisterRow>(where: Condition<Row>, row: Row): boolean =>
  Object.entries<readonly RowValue[] | undefined>(where).every(
    ([field, values]) => !values || values.includes(row[field] ?? null),
  );

/** The number of the entry at which a page ended. */
const CURSOR = /^\d{1,15}$/;

function rowValue(stored: RowValue | bigint | undefined): RowValue {
  if (typeof stored !== 'bigint') return stored ?? null;
  const number = Number(stored);
  return Number.isSafeInteger(number) ? number : String(stored);
}

function refuseMoreThan(most: number, count: number, what: string): void {
  if (Number.isInteger(count) && count >= 0 && count <= most) return;
  throw new RangeError(`${count} ${what} in one call; at most ${most} are taken`);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What befalls the file or the way to it; any other error is a defect of a mapping or of this adapter. */
const OUTAGE = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|READONLY|CANTOPEN|PERM|NOMEM|CORRUPT|NOTADB|PROTOCOL)/;

const isConstraint = (error: unknown): boolean =>
  String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT');

async function reachable<Value>(sentence: string, work: () => PromiseLike<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    const { code, name } = cause as { readonly code?: string; readonly name?: string };
    const reason = OUTAGE.exec(code ?? '')?.input ?? (name === 'KnexTimeoutError' ? name : undefined);
    if (reason === undefined) throw cause;
    throw new RegisterUnavailable(`${sentence} (${reason})`, { cause });
  }
}

const asked = <Value>(work: () => PromiseLike<Value>): Promise<Value> =>
  reachable('the SQL register could not be asked', work);
