import type { Knex } from 'knex';
import type { LedgerEntry } from '../../../certs/ledger-chain.ts';
import { regionPrefix } from '../../../subgraphs/caller.ts';
import { CASE_STATES, type CaseView, isOver, type PaperChange, type SealedOutcome, type Slip } from '../case.ts';
import type { CaseState } from '../generated/types.ts';
import type { Rendition } from '../rendition.ts';
import type { CaseList, CaseNumbers, Fact, UnstampedPage } from '../store.ts';
import type { Database } from './database.ts';
import { readDocument, readSlip } from './paper-rows.ts';
import { readRendition } from './rendition-rows.ts';
import type { Row } from './row.ts';
import { readCase, readFact, readLedgerEntry } from './rows.ts';
import type { Vault } from './secret.ts';

const OPEN = (Object.keys(CASE_STATES) as CaseState[]).filter(state => !isOver({ state }));

/** Reads the rows, one statement for each table, however many cases are asked for. */
export class Reads {
  readonly #db: Pick<Database, 'read'>;
  readonly #vault: Vault;

  constructor(db: Pick<Database, 'read'>, vault: Vault) {
    this.#db = db;
    this.#vault = vault;
  }

  caseRows(numbers: readonly string[]): Promise<readonly Row[]> {
    return this.#rows('case', 'number', numbers);
  }

  heads(numbers: readonly string[]): Promise<readonly Row[]> {
    return this.#rows('case', 'number', numbers, ['number', 'seq', 'owner', 'wake_at']);
  }

  /** The cases of these rows; one that can't be read is an error in its place. */
  async views(rows: readonly Row[]): Promise<readonly (CaseView | Unreadable)[]> {
    const numbers = rows.map(({ number }) => String(number));
    const [applications, items, documents, slips] = await Promise.all([
      this.#byCase('application', numbers, 'case_number'),
      this.#byCase('item', numbers, 'case_number'),
      this.#byCase('document', numbers, 'place'),
      this.#byCase('slip', numbers, 'place'),
    ]);
    return rows.map(row => {
      const number = String(row.number);
      const parts = {
        application: applications.get(number)?.[0],
        items: items.get(number) ?? [],
        documents: documents.get(number) ?? [],
        slips: slips.get(number) ?? [],
      };
      return attempt(number, () => readCase({ row, ...parts }, this.#vault));
    });
  }

  /** What has been told and not been taken up, the oldest first, of each case in its place. */
  async facts(numbers: readonly string[]): Promise<readonly (readonly Fact[] | Unreadable)[]> {
    if (numbers.length === 0) return [];
    const rows: Row[] = await this.#db.read(knex =>
      knex('inbox')
        .whereIn('case_number', [...numbers])
        .where('taken', 0)
        .orderBy('arrival'),
    );
    const byCase = Map.groupBy(rows, ({ case_number }) => String(case_number));
    return numbers.map(number =>
      attempt(number, () => (byCase.get(number) ?? []).map(row => readFact(row, this.#vault))),
    );
  }

  /** How many facts were told of a case, and those of them that have not been taken up; both of one moment. */
  async signalAndFacts(number: string): Promise<{ readonly signal: number; readonly facts: readonly Fact[] }> {
    const rows: Row[] = await this.#db.read(knex =>
      knex('case')
        .leftJoin('inbox', join => join.on('inbox.case_number', 'case.number').andOnVal('inbox.taken', 0))
        .where('case.number', number)
        .orderBy('inbox.arrival')
        .select('case.signal', 'inbox.*'),
    );
    return {
      signal: Number(rows[0]?.signal ?? 0),
      facts: rows.filter(({ id }) => id !== null).map(row => readFact(row, this.#vault)),
    };
  }

  async told(id: string): Promise<{ readonly caseNumber: string; readonly fingerprint: string } | undefined> {
    const [row] = await this.#rows('inbox', 'id', [id]);
    return row && { caseNumber: String(row.case_number), fingerprint: String(row.fingerprint) };
  }

  async list(list: CaseList, first: number, after: string | null): Promise<CaseNumbers> {
    const rows: Row[] = await this.#db.read(knex => {
      const query = matching(knex, list)
        .orderBy('opening', 'desc')
        .limit(first + 1)
        .select('opening', 'number');
      return after === null ? query : query.where('opening', '<', Number(after));
    });
    return {
      numbers: rows.slice(0, first).map(({ number }) => String(number)),
      cursor: rows.length > first ? String(rows[first - 1]?.opening) : null,
    };
  }

  async count(list: CaseList): Promise<number> {
    const [row] = await this.#db.read<Row[]>(knex => matching(knex, list).count({ cases: '*' }));
    return Number(row?.cases);
  }

  async pulse(): Promise<Pulsed> {
    const [states, [first], ...waiting] = await Promise.all([
      this.#db.read<Row[]>(knex =>
        knex('case')
          .whereIn('state', [...OPEN])
          .groupBy('state')
          .select('state')
          .count({ cases: '*' }),
      ),
      this.#db.read<Row[]>(knex => knex('case').whereNotNull('wake_at').min({ at: 'wake_at' })),
      ...(['document', 'slip'] as const).map(table =>
        this.#db.read<Row[]>(knex => withoutStamp(knex, table).count({ papers: '*' })),
      ),
      this.#db.read<Row[]>(knex => knex('rendition').whereNull('time_stamp').count({ papers: '*' })),
    ]);
    return {
      open: new Map(states.map(({ state, cases }) => [String(state), Number(cases)])),
      firstWakeAt: first?.at === null || first?.at === undefined ? null : Number(first.at),
      unstamped: waiting.reduce((papers, [row]) => papers + Number(row?.papers), 0),
    };
  }

  /** In their places, one that can't be read is an error. */
  async unstamped({ of, after, first }: UnstampedPage): Promise<readonly UnstampedRow[]> {
    const table = of === 'DOCUMENT' ? 'document' : 'slip';
    const rows: Row[] = await this.#db.read(knex =>
      withoutStamp(knex, table)
        .join('case', 'case.number', `${table}.case_number`)
        .whereNull('case.owner')
        .where(`${table}.id`, '>', after)
        .orderBy(`${table}.id`)
        .limit(first)
        .select(`${table}.*`),
    );
    return rows.map(row => ({
      id: String(row.id),
      paper: attempt(String(row.case_number), () =>
        of === 'DOCUMENT' ? { of, document: readDocument(row, this.#vault) } : { of, slip: readSlip(row, this.#vault) },
      ),
    }));
  }

  async document(id: string): Promise<SealedOutcome | undefined> {
    const [row] = await this.#rows('document', 'id', [id]);
    return row && readDocument(row, this.#vault);
  }

  async slip(id: string): Promise<Slip | undefined> {
    const [row] = await this.#rows('slip', 'id', [id]);
    return row && readSlip(row, this.#vault);
  }

  async rendition(paper: string, form: string): Promise<Rendition | undefined> {
    const [row]: Row[] = await this.#db.read(knex => knex('rendition').where({ paper, form }));
    return row && readRendition(row, this.#vault);
  }

  /** In their places, one that can't be read is an error. */
  async unstampedRenditions(after: string, first: number): Promise<readonly UnstampedRendition[]> {
    const rows: Row[] = await this.#db.read(knex =>
      knex('rendition').whereNull('time_stamp').where('paper', '>', after).orderBy(['paper', 'form']).limit(first),
    );
    return rows.map(row => ({
      paper: String(row.paper),
      rendition: attempt(String(row.case_number), () => readRendition(row, this.#vault)),
    }));
  }

  async followed(progressId: string): Promise<string | undefined> {
    const [row] = await this.#rows('case', 'progress_id', [progressId]);
    return row && String(row.number);
  }

  async ledger(number: string): Promise<readonly LedgerEntry[]> {
    return (await this.ledgers([number])).get(number) ?? [];
  }

  async ledgers(numbers: readonly string[]): Promise<ReadonlyMap<string, readonly LedgerEntry[]>> {
    const rows = await this.#byCase('ledger', numbers, 'seq');
    return new Map(Array.from(rows, ([number, some]) => [number, some.map(readLedgerEntry)]));
  }

  async contents(number: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#rows('material', 'case_number', [number]);
    return new Map(rows.map(row => [String(row.sha256), this.#vault.unlock(String(row.content))]));
  }

  async #byCase(table: string, numbers: readonly string[], order: string): Promise<ReadonlyMap<string, Row[]>> {
    if (numbers.length === 0) return new Map();
    const rows: Row[] = await this.#db.read(knex =>
      knex(table)
        .whereIn('case_number', [...numbers])
        .orderBy(order),
    );
    return Map.groupBy(rows, ({ case_number }) => String(case_number));
  }

  async #rows(
    table: string,
    column: string,
    values: readonly string[],
    wanted: readonly string[] = ['*'],
  ): Promise<readonly Row[]> {
    // No row holds a NUL, and PostgreSQL would not even compare with one.
    const possible = values.filter(value => !value.includes('\0'));
    if (possible.length === 0) return [];
    return this.#db.read(knex => knex(table).whereIn(column, possible).select(wanted));
  }
}

interface Pulsed {
  readonly open: ReadonlyMap<string, number>;
  readonly firstWakeAt: number | null;
  readonly unstamped: number;
}

interface UnstampedRow {
  readonly id: string;
  readonly paper: PaperChange | Unreadable;
}

interface UnstampedRendition {
  readonly paper: string;
  readonly rendition: Rendition | Unreadable;
}

/** As an index has them, which holds no others. */
const withoutStamp = (knex: Knex, table: 'document' | 'slip'): Knex.QueryBuilder =>
  knex(table).whereNull(`${table}.time_stamp`).whereNotNull(`${table}.seal`);

function matching(knex: Knex, { state, regionCode, visibleIn }: CaseList): Knex.QueryBuilder {
  const query = knex('case');
  if (state) query.where('state', state);
  for (const region of [regionCode, visibleIn]) {
    if (typeof region === 'string') query.where('region_code', 'like', `${regionPrefix(region)}%`);
  }
  return query;
}

/** One case whose rows can't be read: another key, a damaged text, a regime of another version. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly number: string;

  constructor(number: string, cause: Error) {
    super(`case ${number} can't be read: ${cause.message}`, { cause });
    this.number = number;
  }
}

function attempt<Value>(number: string, read: () => Value): Value | Unreadable {
  try {
    return read();
  } catch (error) {
    return new Unreadable(number, error as Error);
  }
}
