import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Knex } from 'knex';
import type { LedgerEntry } from '../../certs/ledger-chain.ts';
import { readTrust, type Trust } from '../../certs/verify.ts';
import type { LogStore, SignedCheckpoint } from '../../gateway/log/log-store.ts';
import type { CaseView, SealedOutcome } from '../../gateway/window/case.ts';
import { openStore } from '../../gateway/window/store/open-store.ts';
import { openVault } from '../../gateway/window/store/secret.ts';
import { LICENSES, NAMES } from '../../subgraphs/business/mapping.ts';
import { type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';
import { CODES } from '../../subgraphs/code/mapping.ts';
import { ownSecret } from '../../subgraphs/keys.ts';
import { SEAL_FILINGS } from '../../subgraphs/seal/mapping.ts';
import { TAX_REGISTRATIONS } from '../../subgraphs/tax/mapping.ts';
import type { Arena } from './arena.ts';
import type { Sent } from './desk.ts';

/** Everything there is to judge a run by: what was asked and answered, the window's rows, the departments' own rows. */
export interface Evidence {
  readonly sent: readonly Sent[];
  readonly cases: readonly CaseRow[];
  readonly views: ReadonlyMap<string, CaseView>;
  readonly ledgers: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** Ids of the facts that were told, and whether they were taken up. */
  readonly facts: ReadonlyMap<string, { readonly number: string; readonly taken: boolean }>;
  readonly entered: readonly EnteredRow[];
  /** What each department has answered for ever, by operation id: record and disclosures, as {@link answerText} has them. */
  readonly answered: ReadonlyMap<string, string>;
  readonly trust: Trust;
  readonly log: LogEvidence;
  /** Cases, or the log, whose rows the window itself can't read. */
  readonly unreadable: readonly string[];
}

/** What the log has of seals. */
export interface LogEvidence {
  /** Leaves in their order, as text. */
  readonly entries: readonly string[];
  readonly newest: SignedCheckpoint | undefined;
}

export interface CaseRow {
  readonly number: string;
  readonly requestId: string;
  /** Null when nobody has to look at it. */
  readonly wakeAt: number | null;
}

/** A row of a department's register. */
export interface EnteredRow {
  readonly department: DepartmentId;
  readonly operationId: string;
  readonly number: string;
  readonly item: string;
  /** Neither revoked nor released. */
  readonly isLive: boolean;
}

/** Read at once; applications are some kilobytes each. */
const casesPerReadMax = 200;
const leavesPerReadMax = 10_000;

/** Reads it all. No gateway may run any more: on SQLite the window's file is for one process alone. */
export async function gather(arena: Pick<Arena, 'dataDir' | 'place'>, sent: readonly Sent[]): Promise<Evidence> {
  const { dataDir, place } = arena;
  const window = place.read();
  try {
    const cases = await casesIn(window);
    const unreadable: string[] = [];
    const { views, ledgers, log } = await readStore(arena, cases, defect => unreadable.push(defect.message));
    return {
      sent,
      cases,
      views,
      ledgers,
      facts: await factsIn(window),
      entered: REGISTERS.flatMap(register => rowsOf(dataDir, register)),
      answered: new Map(departmentIds.flatMap(id => answersOf(dataDir, id))),
      trust: trustIn(join(dataDir, 'trust')),
      log,
      unreadable,
    };
  } finally {
    await window.destroy();
  }
}

async function casesIn(window: Knex): Promise<readonly CaseRow[]> {
  const rows: Record<string, string | number | null>[] = await window('case')
    .select('number', 'request_id', 'wake_at')
    .orderBy('opening');
  return rows.map(({ number, request_id, wake_at }) => ({
    number: String(number),
    requestId: String(request_id),
    wakeAt: wake_at === null ? null : Number(wake_at),
  }));
}

async function factsIn(window: Knex): Promise<Evidence['facts']> {
  const rows: Record<string, string | number>[] = await window('inbox').select('id', 'case_number', 'taken');
  return new Map(
    rows.map(({ id, case_number, taken }) => [String(id), { number: String(case_number), taken: Number(taken) === 1 }]),
  );
}

/** Through the window's own store, so that its checks of what it reads are part of the judgement. */
async function readStore(
  { dataDir, place }: Pick<Arena, 'dataDir' | 'place'>,
  cases: readonly CaseRow[],
  report: (defect: Error) => void,
): Promise<Pick<Evidence, 'views' | 'ledgers' | 'log'>> {
  const vault = openVault(ownSecret(join(dataDir, 'center', 'keys', 'storage.key')));
  const store = await openStore(place.of, vault, report);
  const views = new Map<string, CaseView>();
  const ledgers = new Map<string, readonly LedgerEntry[]>();
  try {
    for (let from = 0; from < cases.length; from += casesPerReadMax) {
      const numbers = cases.slice(from, from + casesPerReadMax).map(({ number }) => number);
      for (const view of await store.load(numbers)) views.set(view.number, view);
      for (const number of numbers) ledgers.set(number, await store.ledger(number));
    }
    return { views, ledgers, log: await logIn(store.log, report) };
  } finally {
    await store.close();
  }
}

async function logIn(store: LogStore, report: (defect: Error) => void): Promise<LogEvidence> {
  const entries: string[] = [];
  try {
    for (let more = true; more; ) {
      const read = await store.entries(entries.length, leavesPerReadMax);
      for (const entry of read) entries.push(Buffer.from(entry).toString('latin1'));
      more = read.length === leavesPerReadMax;
    }
  } catch (defect) {
    report(defect as Error);
  }
  return { entries, newest: await store.newest() };
}

interface RegisterOf {
  readonly department: DepartmentId;
  readonly table: string;
  /** Statuses of a row that stands. */
  readonly live: readonly string[];
}
const REGISTERS: readonly RegisterOf[] = [
  { department: 'business', table: NAMES.table, live: ['LIVE', 'REGISTERED'] },
  { department: 'business', table: LICENSES.table, live: ['VALID'] },
  { department: 'code', table: CODES.table, live: ['VALID'] },
  { department: 'tax', table: TAX_REGISTRATIONS.table, live: ['VALID'] },
  { department: 'seal', table: SEAL_FILINGS.table, live: ['VALID'] },
];

function rowsOf(dataDir: string, { department, table, live }: RegisterOf): readonly EnteredRow[] {
  const rows = readAll<{ operation_id: string; case_number: string; status: string }>(
    join(dataDir, department, 'register.sqlite'),
    `select operation_id, case_number, status from ${table}`,
  );
  return rows.map(({ operation_id: operationId, case_number: number, status }) => {
    const item = operationId.split('/')[1] ?? '';
    return { department, operationId, number, item, isLive: live.includes(status) };
  });
}

function answersOf(dataDir: string, department: DepartmentId): readonly (readonly [string, string])[] {
  const rows = readAll<{ operation_id: string; answer: string }>(
    join(dataDir, department, 'journal.sqlite'),
    'select operation_id, answer from operation where answer is not null',
  );
  return rows.map(({ operation_id, answer }) => {
    const { record, disclosures = null } = JSON.parse(answer) as { record: string; disclosures?: string };
    return [operation_id, answerText({ record, disclosures })];
  });
}

/** What must be the same wherever it is kept. */
export const answerText = ({ record, disclosures }: Pick<SealedOutcome, 'record' | 'disclosures'>): string =>
  `${record}\n${disclosures ?? ''}`;

function readAll<Row>(file: string, sql: string): readonly Row[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

const trustIn = (folder: string): Trust =>
  readTrust({
    rootPem: readFileSync(join(folder, 'root.pem'), 'utf8'),
    list: { json: readFileSync(join(folder, 'list.json')), p7s: readFileSync(join(folder, 'list.p7s')) },
  });
