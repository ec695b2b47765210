import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knexOf, { type Knex } from 'knex';
import {
  type Amendment,
  type Condition,
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

/** How long a statement waits for another process that holds the file. */
const lockWaitMs = 5_000;
/** SQLite binds at most 32,766 variables in a statement; a chunk of rows stays well below. */
const variablesPerInsertMax = 30_000;

export interface SqliteSettings {
  /** The database file; it and its folder are made when absent. */
  readonly file: string;
  /** Hears every statement, for statistics. */
  readonly onStatement?: (sql: string) => void;
}

/** A department's registers in one SQLite file. Every answered write has been flushed to the disk. */
export function sqliteSource({ file, onStatement }: SqliteSettings): RegisterSource {
  mkdirSync(dirname(file), { recursive: true });
  const knex = knexOf({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (connection: { pragma(text: string): unknown }, done: (error: Error | null) => void) => {
        connection.pragma(`busy_timeout = ${lockWaitMs}`);
        connection.pragma('journal_mode = WAL');
        connection.pragma('synchronous = FULL');
        done(null);
      },
    },
  });
  if (onStatement) knex.on('query', (query: { sql: string }) => onStatement(query.sql));
  return {
    async open<Row extends RegisterRow>(mapping: Mapping<Row>) {
      await makeTables(knex, mapping);
      return new SqlRegister(knex, mapping);
    },
    close: () => knex.destroy(),
  };
}

const OPERATION = 'operation_id';
const ENTRY = 'entry_no';

async function makeTables<Row extends RegisterRow>(knex: Knex, mapping: Mapping<Row>): Promise<void> {
  if (!(await knex.schema.hasTable(mapping.table))) {
    await knex.schema.createTable(mapping.table, table => {
      table.increments(ENTRY);
      table.text(OPERATION).notNullable().unique();
      for (const { column, type } of Object.values<Column>(mapping.columns)) {
        if (type === 'integer') table.bigInteger(column);
        else table.text(column);
      }
      for (const field of mapping.unique) table.unique([mapping.columns[field].column]);
      for (const field of [mapping.key, ...mapping.indexed]) table.index([mapping.columns[field].column]);
    });
  }
  const amendments = amendmentTable(mapping);
  if (!(await knex.schema.hasTable(amendments))) {
    await knex.schema.createTable(amendments, table => {
      table.text(OPERATION).primary();
      table.text('amended_operation_id').notNullable();
    });
  }
}

interface Column {
  readonly column: string;
  readonly type: 'text' | 'integer';
}
type Stored = Readonly<Record<string, RowValue>>;

const amendmentTable = (mapping: { readonly table: string }): string => `${mapping.table}_amendment`;

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
    const stored = await reachable(() =>
      this.#knex(this.#mapping.table)
        .whereIn(column, [...keys])
        .orderBy(ENTRY),
    );
    for (const line of stored as Stored[]) {
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
    const lines = entries.map(({ operationId, row }) => ({ [OPERATION]: operationId, ...this.#stored(row) }));
    const entered = await reachable(() =>
      this.#knex.transaction(async transaction => {
        for (const chunk of chunks(lines, Math.floor(variablesPerInsertMax / (this.#columns.length + 1)))) {
          await transaction(this.#mapping.table).insert(chunk).onConflict().ignore();
        }
        return this.#byOperation(
          transaction,
          entries.map(entry => entry.operationId),
        );
      }),
    );
    return entries.map(({ operationId }) => {
      const row = entered.get(operationId);
      return row ? { operationId, state: 'DONE', row } : { operationId, state: 'CONFLICT' };
    });
  }

  async amend(amendments: readonly Amendment<Row>[]): Promise<readonly Entered<Row>[]> {
    refuseMoreThan(entriesPerCallMax, amendments.length, 'amendments');
    const rows = await reachable(() =>
      this.#knex.transaction(async transaction => {
        const present = await this.#byOperation(
          transaction,
          amendments.map(amendment => amendment.of),
        );
        for (const { operationId, of, changes } of amendments) {
          if (!present.has(of)) continue;
          const fresh = await transaction(amendmentTable(this.#mapping))
            .insert({ [OPERATION]: operationId, amended_operation_id: of })
            .onConflict(OPERATION)
            .ignore()
            .returning(OPERATION);
          if (fresh.length > 0) {
            await transaction(this.#mapping.table).where(OPERATION, of).update(this.#stored(changes));
          }
        }
        return this.#byOperation(transaction, [...present.keys()]);
      }),
    );
    return amendments.map(({ operationId, of }) => {
      const row = rows.get(of);
      return row ? { operationId, state: 'DONE', row } : { operationId, state: 'ABSENT' };
    });
  }

  async search(searches: readonly Search<Row>[]): Promise<readonly Found<Row>[]> {
    const found: Found<Row>[] = [];
    for (const search of searches) found.push(await reachable(() => this.#searchOne(search)));
    return found;
  }

  async close(): Promise<void> {
    // The source owns the connection.
  }

  async #searchOne({ where, first, after, total }: Search<Row>): Promise<Found<Row>> {
    refuseMoreThan(rowsPerSearchMax, first, 'rows in a page');
    const matching = this.#matching(where);
    const page = matching
      .clone()
      .orderBy(ENTRY)
      .limit(first + 1);
    if (after !== undefined) page.where(ENTRY, '>', Number(after));
    const stored = (await page) as Stored[];
    const shown = stored.slice(0, first);
    return {
      rows: shown.map(line => this.#row(line)),
      cursor: stored.length > first ? String(shown.at(-1)?.[ENTRY]) : undefined,
      total: total ? Number((await matching.count({ count: '*' }).first())?.count) : undefined,
    };
  }

  #matching(where: Condition<Row>): Knex.QueryBuilder {
    const query = this.#knex(this.#mapping.table);
    for (const [field, values] of Object.entries<readonly RowValue[] | undefined>(where)) {
      if (values) query.whereIn(this.#column(field), [...values]);
    }
    return query;
  }

  async #byOperation(transaction: Knex.Transaction, ids: readonly string[]): Promise<Map<string, Row>> {
    const lines = (await transaction(this.#mapping.table).whereIn(OPERATION, [...ids])) as Stored[];
    return new Map(lines.map(line => [String(line[OPERATION]), this.#row(line)]));
  }

  #column(field: string): string {
    return this.#mapping.columns[field as keyof Row].column;
  }

  #stored(row: Partial<Row>): Stored {
    return Object.fromEntries(Object.entries(row as Stored).map(([field, value]) => [this.#column(field), value]));
  }

  #row(line: Stored): Row {
    return Object.fromEntries(this.#columns.map(([field, column]) => [field, line[column] ?? null])) as Row;
  }
}

function refuseMoreThan(most: number, count: number, what: string): void {
  if (count > most) throw new RangeError(`${count} ${what} in one call; at most ${most} are taken`);
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

async function reachable<Value>(work: () => PromiseLike<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new RegisterUnavailable('the SQL register could not be asked', { cause });
  }
}
