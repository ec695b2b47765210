import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import knexOf from 'knex';
import { itemEntry } from '../../subgraphs/catalogue.ts';
import { makeDurable } from '../../subgraphs/durable.ts';
import { CannotStart } from '../../subgraphs/process.ts';
import { pinnedRegime } from '../../subgraphs/regimes.ts';
import { holdAlone } from './alone.ts';
import type { Application } from './application.ts';
import { regionPrefix } from './caller.ts';
import { AT_ONCE, type CaseView, type Change, type SealedOutcome } from './case.ts';
import { caseNumber } from './case-number.ts';
import { groupCommit } from './commit.ts';
import type { CaseState, RefusalPolicy } from './generated/types.ts';
import { migrationSource } from './migrations.ts';
import { documentRow, itemRow, precheckRow, QUEUED, type Row, readDocument, readItem, readPrecheck } from './rows.ts';
import type { Vault } from './secret.ts';
import type { CaseList, CaseNumbers, Opened, Opening, Store } from './store.ts';

/** How long a statement waits for another process that holds the file, such as a backup. */
const lockWaitMs = 5_000;

/**
 * Opens the store in one SQLite file, made and migrated when needed, for this process alone.
 *
 * @throws {CannotStart} when another process has it open, or it is another program's, a newer version's, or locked with
 *   another key.
 */
export async function openStore(file: string, vault: Vault): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true });
  const giveUp = holdAlone(file);
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
    // The pool's one connection, which it keeps open until it is destroyed: what follows is hot, and not for knex.
    const db = (await knex.client.acquireConnection()) as Database.Database;
    await knex.client.releaseConnection(db);
    mustUnlock(db, file, vault);
    return new SqliteStore(db, vault, () => knex.destroy().finally(giveUp));
  } catch (error) {
    await knex.destroy();
    giveUp();
    throw openingFault(file, error as Error & { code?: string });
  }
}

const nothing = (): void => {};
/** knex prints errors that it throws as well. */
const SILENT = { debug: nothing, deprecate: nothing, warn: nothing, error: nothing };

function prepareConnection(connection: Database.Database, done: (error: Error | null) => void): void {
  try {
    makeDurable(connection, lockWaitMs);
    done(null);
  } catch (error) {
    done(error as Error);
  }
}

/** A key that was lost and made anew can't read the old applications; to learn that case by case would be too late. */
function mustUnlock(db: Database.Database, file: string, vault: Vault): void {
  const application = db.prepare('select application from "case" order by opening desc limit 1').pluck().get();
  try {
    if (application !== undefined) vault.unlock(String(application));
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

/** Prepared once: the statements of the hot path. `@names` are columns. */
const statements = (db: Database.Database) => ({
  byRequest: db.prepare<[string], Row>('select number, request_fingerprint from "case" where request_id = ?'),
  twin: db.prepare<[string], Row>(
    `select number from "case" where duplicate_fingerprint = ? and state not in (${quoted(OVER)})
     order by opening desc limit 1`,
  ),
  drawSerial: db
    .prepare<[string], number>(
      'insert into serial (name, next) values (?, 2) on conflict (name) do update set next = next + 1 returning next - 1',
    )
    .pluck(),
  insertCase: db.prepare(
    insertOf(
      'case',
      'number request_id request_fingerprint duplicate_fingerprint regime regime_version region_code application policy state opened_at wake_at',
    ),
  ),
  insertItem: db.prepare(insertOf('item', ITEM_COLUMNS)),
  insertPrecheck: db.prepare(insertOf('precheck', PRECHECK_COLUMNS)),
  insertMaterial: db.prepare(insertOf('material', 'case_number sha256 content')),
  insertDocument: db.prepare(insertOf('document', DOCUMENT_COLUMNS)),
  updateItem: db.prepare(updateOf('item', ITEM_COLUMNS, 'case_number = @case_number and item = @item')),
  updatePrecheck: db.prepare(
    updateOf('precheck', PRECHECK_COLUMNS, 'case_number = @case_number and department = @department'),
  ),
  updateDocument: db.prepare('update document set status = @status, fingerprint = @fingerprint where id = @id'),
  updateCase: db.prepare('update "case" set state = ?, accepted_on = ?, wake_at = ? where number = ?'),
  wakeCase: db.prepare('update "case" set wake_at = ? where number = ?'),
  wakeSent: db.prepare(
    `update "case" set wake_at = ? where number in (select case_number from item where state = 'SENT')`,
  ),
  loseSent: db.prepare(`update item set state = 'OUTCOME_UNKNOWN', retry_at = null where state = 'SENT'`),
  loseSentOf: db.prepare(
    `update item set state = 'OUTCOME_UNKNOWN', retry_at = null where state = 'SENT' and case_number = ?`,
  ),
  caseRow: db.prepare<[string], Row>('select * from "case" where number = ?'),
  itemRows: db.prepare<[string], Row>('select * from item where case_number = ?'),
  precheckRows: db.prepare<[string], Row>('select * from precheck where case_number = ?'),
  documentRows: db.prepare<[string], Row>('select * from document where case_number = ? order by decided_on, rowid'),
  document: db.prepare<[string], Row>('select * from document where id = ?'),
  materialRows: db.prepare<[string], Row>('select sha256, content from material where case_number = ?'),
  due: db
    .prepare<[number, number], string>('select number from "case" where wake_at <= ? order by wake_at limit ?')
    .pluck(),
});

const ITEM_COLUMNS =
  'case_number item department state operation_id attempts tries retry_at waits faults refusal since sent_at outcome_at';
const PRECHECK_COLUMNS = 'case_number department faults tries retry_at';
const DOCUMENT_COLUMNS =
  'id case_number item department operation_id outcome kind number holder uscc decided_on version status record seal fingerprint';

const quoted = (words: readonly string[]): string => words.map(word => `'${word}'`).join(', ');

function insertOf(table: string, columns: string): string {
  const names = columns.split(' ');
  return `insert into "${table}" (${names.join(', ')}) values (${names.map(name => `@${name}`).join(', ')})`;
}

function updateOf(table: string, columns: string, where: string): string {
  const assigned = columns.split(' ').map(name => `${name} = @${name}`);
  return `update "${table}" set ${assigned.join(', ')} where ${where}`;
}

type Commit = <Result>(write: () => Result) => Promise<Result>;

class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #vault: Vault;
  readonly #run: ReturnType<typeof statements>;
  readonly #commit: Commit;
  readonly #destroy: () => Promise<void>;

  constructor(db: Database.Database, vault: Vault, destroy: () => Promise<void>) {
    this.#db = db;
    this.#vault = vault;
    this.#run = statements(db);
    const transaction = db.transaction((writes: readonly (() => unknown)[]) => writes.map(write => write()));
    this.#commit = groupCommit(transaction.immediate) as Commit;
    this.#destroy = destroy;
  }

  open(opening: Opening): Promise<Opened> {
    return this.#commit((): Opened => {
      const known = this.#run.byRequest.get(opening.requestId);
      if (known) {
        const number = String(known.number);
        const same = known.request_fingerprint === opening.requestFingerprint;
        return same ? { outcome: 'OPEN', number, fresh: false } : { outcome: 'REQUEST_ID_REUSED', number };
      }
      const twin = this.#run.twin.get(opening.duplicateFingerprint)?.number;
      if (typeof twin === 'string' && twin !== opening.notDuplicateOf) {
        return { outcome: 'POSSIBLE_DUPLICATE', number: twin };
      }
      return { outcome: 'OPEN', number: this.#insert(opening), fresh: true };
    });
  }

  #insert(opening: Opening): string {
    const { regime, application, openedAt, openedOn } = opening;
    const { regionCode } = application;
    // Serials begin anew every day in every region.
    const serial = this.#run.drawSerial.get(`case/${regionCode}/${openedOn}`) as number;
    const number = caseNumber(regionCode, openedOn, serial);
    this.#run.insertCase.run({
      number,
      request_id: opening.requestId,
      request_fingerprint: opening.requestFingerprint,
      duplicate_fingerprint: opening.duplicateFingerprint,
      regime: regime.id,
      regime_version: regime.version,
      region_code: regionCode,
      application: this.#vault.lock(JSON.stringify(application)),
      policy: opening.policy,
      state: 'SUBMITTED' satisfies CaseState,
      opened_at: openedAt,
      wake_at: openedAt,
    });
    for (const { item } of regime.items) {
      const { department } = itemEntry(item);
      this.#run.insertItem.run(itemRow(number, { ...QUEUED, item, department, since: openedAt }));
    }
    for (const department of new Set(regime.items.map(({ item }) => itemEntry(item).department))) {
      this.#run.insertPrecheck.run(precheckRow(number, { department, faults: null, retry: AT_ONCE }));
    }
    for (const [sha256, content] of opening.contents) {
      this.#run.insertMaterial.run({ case_number: number, sha256, content: this.#vault.lock(content) });
    }
    return number;
  }

  async load(numbers: readonly string[]): Promise<readonly CaseView[]> {
    return numbers.flatMap(number => {
      const row = this.#run.caseRow.get(number);
      return row ? [this.#view(number, row)] : [];
    });
  }

  #view(number: string, row: Row): CaseView {
    const regime = pinnedRegime(String(row.regime), Number(row.regime_version));
    if (!regime) {
      throw new Error(
        `case ${number} is pinned to regime ${row.regime} version ${row.regime_version}, which is not shipped`,
      );
    }
    const byItem = new Map(this.#run.itemRows.all(number).map(item => [item.item, readItem(item)]));
    return {
      number,
      regime,
      application: JSON.parse(this.#vault.unlock(String(row.application))) as Application,
      policy: row.policy as RefusalPolicy,
      openedAt: Number(row.opened_at),
      state: row.state as CaseState,
      acceptedOn: row.accepted_on as string | null,
      prechecks: this.#run.precheckRows.all(number).map(readPrecheck),
      items: regime.items.flatMap(({ item }) => byItem.get(item) ?? []),
      documents: this.#run.documentRows.all(number).map(document => readDocument(document, this.#vault)),
    };
  }

  save(view: CaseView, changes: readonly Change[], wakeAt: number | null): Promise<void> {
    return this.#commit(() => {
      for (const change of changes) this.#write(view, change);
      this.#run.updateCase.run(view.state, view.acceptedOn, wakeAt, view.number);
    });
  }

  /** An item or a check is written whole, as the view has it after all changes. */
  #write(view: CaseView, change: Change): void {
    if (change.of === 'ITEM') {
      const item = view.items.find(one => one.item === change.item);
      if (item) this.#run.updateItem.run(itemRow(view.number, item));
    } else if (change.of === 'PRECHECK') {
      const check = view.prechecks.find(one => one.department === change.department);
      if (check) this.#run.updatePrecheck.run(precheckRow(view.number, check));
    } else if (change.of === 'DOCUMENT') {
      this.#run.insertDocument.run(documentRow(change.document, this.#vault));
    } else {
      const document = view.documents.find(({ id }) => id === change.id);
      if (document) this.#run.updateDocument.run(documentRow(document, this.#vault));
    }
  }

  async due(now: number, first: number): Promise<readonly string[]> {
    return this.#run.due.all(now, first);
  }

  recover(now: number): Promise<void> {
    return this.#commit(() => {
      this.#run.wakeSent.run(now);
      this.#run.loseSent.run();
    });
  }

  interrupted(number: string, wakeAt: number): Promise<void> {
    return this.#commit(() => {
      this.#run.loseSentOf.run(number);
      this.#run.wakeCase.run(wakeAt, number);
    });
  }

  async list(list: CaseList, first: number, after: string | null): Promise<CaseNumbers> {
    const { where, values } = matching(list);
    const rows = this.#db
      .prepare<unknown[], Row>(
        `select opening, number from "case" where ${where} and opening < ? order by opening desc limit ?`,
      )
      .all(...values, after === null ? Number.MAX_SAFE_INTEGER : Number(after), first + 1);
    const shown = rows.slice(0, first);
    return {
      numbers: shown.map(({ number }) => String(number)),
      cursor: rows.length > first ? String(shown.at(-1)?.opening) : null,
    };
  }

  async count(list: CaseList): Promise<number> {
    const { where, values } = matching(list);
    return Number(
      this.#db
        .prepare(`select count(*) from "case" where ${where}`)
        .pluck()
        .get(...values),
    );
  }

  async document(id: string): Promise<SealedOutcome | undefined> {
    const row = this.#run.document.get(id);
    return row && readDocument(row, this.#vault);
  }

  async contents(number: string): Promise<ReadonlyMap<string, string>> {
    return new Map(
      this.#run.materialRows.all(number).map(row => [String(row.sha256), this.#vault.unlock(String(row.content))]),
    );
  }

  close(): Promise<void> {
    return this.#destroy();
  }
}

function matching({ state, regionCode, visibleIn }: CaseList): { readonly where: string; readonly values: string[] } {
  const regions = [regionCode, visibleIn].filter(region => typeof region === 'string');
  return {
    where: ['true', ...(state ? ['state = ?'] : []), ...regions.map(() => 'region_code like ?')].join(' and '),
    values: [...(state ? [state] : []), ...regions.map(region => `${regionPrefix(region)}%`)],
  };
}
