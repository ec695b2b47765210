/** Departments in this process: their whole graph on files of their own, asked by the client that the center uses. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RegisterSource } from '../../adapters/port.ts';
import { sqliteSource } from '../../adapters/sql.ts';
import type { Trust } from '../../certs/verify.ts';
import { localSubgraph } from '../../gateway/router/local-subgraph.ts';
import { parseApplication } from '../../gateway/window/application.ts';
import { type DepartmentClient, departmentClient, type PaperClient } from '../../gateway/window/departments.ts';
import type { DepartmentId, ItemId } from '../../subgraphs/catalogue.ts';
import type { Department } from '../../subgraphs/department.ts';
import type { CheckedFiling } from '../../subgraphs/desk.ts';
import type {
  FiledApplication,
  FiledDocument,
  Filing,
  ItemOutcome,
  PrecheckRequest,
  SealedDocument,
} from '../../subgraphs/generated/contract.ts';
import { type Means, openGraph } from '../../subgraphs/graph.ts';
import { sealHolders } from '../../subgraphs/holders.ts';
import { type Journal, openJournal } from '../../subgraphs/journal.ts';
import { type GrantRecord, type OutcomeRecord, RECORD_FORMAT } from '../../subgraphs/record.ts';
import { idCheckCharacter } from '../../subgraphs/standards/id-number.ts';
import { type World, world } from '../certs/fixture.ts';
import { application } from '../fixtures/application.ts';

export const NOW = new Date('2025-06-30T08:00:00.250Z');
/** In China it is tomorrow already. */
export const LATE = new Date('2025-06-30T16:00:00.000Z');

/** The hierarchy of all departments, and a folder in which each has its files. */
export interface Hall extends World {
  readonly folder: string;
}

export function openHall(): Hall {
  const folder = mkdtempSync(join(tmpdir(), 'one-window-'));
  const made = world(sealHolders(), NOW);
  const remove = () => {
    made.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...made, folder, remove };
}

export interface Office extends DepartmentClient, PaperClient {
  /** What kept entries from being answered. */
  readonly reported: readonly Error[];
  /** Every row of a table of the register, as the database has it. */
  rows(table: string): readonly Readonly<Record<string, unknown>>[];
  /** Puts one filing, in a call of its own. */
  one(filing: Filing): Promise<ItemOutcome>;
  close(): Promise<void>;
}

export interface OfficeOptions {
  /** Files of the same name are the same office, as after a restart. */
  readonly name?: string;
  readonly now?: Date;
  /** Otherwise the hall's. */
  readonly sealer?: Means['sealer'];
  readonly trust?: Trust;
  readonly forms?: Means['forms'];
  /** Otherwise the same one, always. */
  readonly salt?: Means['salt'];
  /** Stands between the department and its files. */
  wrapJournal?(journal: Journal): Journal;
  wrapRegisters?(registers: RegisterSource): RegisterSource;
  wrapDepartment?<Id extends DepartmentId>(department: Department<Id, object>): Department<Id, object>;
}

export async function openOffice(hall: Hall, id: DepartmentId, options: OfficeOptions = {}): Promise<Office> {
  const { name = randomUUID(), now = NOW } = options;
  const file = (kind: string) => join(hall.folder, id, name, `${kind}.sqlite`);
  const registers = sqliteSource({ file: file('register') });
  const journal = openJournal(file('journal'));
  const { department } = (await import(`../../subgraphs/${id}/index.ts`)) as {
    department: Department<DepartmentId, object>;
  };
  const reported: Error[] = [];
  const means: Means = {
    journal: options.wrapJournal?.(journal) ?? journal,
    registers: options.wrapRegisters?.(registers) ?? registers,
    sealer: options.sealer ?? hall.party(id).sealer,
    trust: () => options.trust ?? hall.trust,
    now: () => now,
    salt: options.salt ?? (() => 'ab'.repeat(16)),
    pseudonym: idNumber => `pseudonym of ${idNumber}`,
    report: reason => reported.push(reason),
    ...(options.forms && { forms: options.forms }),
  };
  const { schema, context } = await openGraph(options.wrapDepartment?.(department) ?? department, means);
  const subgraph = localSubgraph({ name: id, schema, contextValue: context() });
  const newClient = () => departmentClient(subgraph, new AbortController().signal);
  const client = newClient();
  return {
    ...client,
    reported,
    rows(table) {
      const db = new Database(file('register'), { readonly: true });
      const rows = db.prepare<[], Record<string, unknown>>(`select * from ${table}`).all();
      db.close();
      return rows;
    },
    async one(filing) {
      const [outcome] = await newClient().file([filing]);
      if (!outcome) throw new Error('no answer');
      return outcome;
    },
    async close() {
      await registers.close();
      journal.close();
    },
  };
}

/** An application as the window passes it on. */
export function applied(changes: Partial<FiledApplication> = {}): FiledApplication {
  const parsed = parseApplication(application(), '2025-06-30');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return { ...parsed.value.application, ...changes };
}

/** A filing of a case of its own. */
export function filing(item: ItemId | (string & {}), changes: Partial<Filing> = {}): Filing {
  const id = randomUUID();
  return {
    operationId: `${id}/${item}`,
    caseNumber: id,
    item,
    numbering: 'SEPARATE',
    application: applied(),
    evidence: [],
    ...changes,
  };
}

export const request = (items: readonly string[], changes: Partial<PrecheckRequest> = {}): PrecheckRequest => ({
  requestId: 'request-1',
  items,
  numbering: 'SEPARATE',
  application: applied(),
  ...changes,
});

/** A person on the list that a department keeps of those born on that day. */
export function listed(birth: string): string {
  const first17 = `371002${birth}007`;
  return first17 + idCheckCharacter(first17);
}

/** A filing after the registry's, whose license names that enterprise; for rules as pure functions. */
export function checked(uscc: string, changes: Partial<CheckedFiling> = {}): CheckedFiling {
  const application = applied();
  const sealed: GrantRecord = {
    format: RECORD_FORMAT,
    outcome: 'GRANTED',
    department: 'business',
    item: 'license',
    kind: 'BUSINESS_LICENSE',
    caseNumber: 'case-1',
    operationId: 'license-1',
    decidedOn: '2025-06-30',
    version: 1,
    number: uscc,
    holder: `威海市环翠区${application.name.tradingName}软件有限公司`,
    uscc,
    content: { regionCode: uscc.slice(2, 8) },
  };
  return {
    stage: 'FILING',
    operationId: 'filing-1',
    caseNumber: 'case-1',
    numbering: 'SEPARATE',
    application,
    evidence: [sealed],
    ...changes,
  };
}

/** The same filing with a sealed organization code certificate among its evidence. */
export function certified(filing: CheckedFiling, organizationCode: string): CheckedFiling {
  const [license] = filing.evidence as [GrantRecord];
  const kind = 'ORGANIZATION_CODE';
  return { ...filing, evidence: [license, { ...license, department: 'code', kind, content: { organizationCode } }] };
}

/** The record in an outcome; the outcome's own reason where there is none. */
export function recordIn(outcome: ItemOutcome | undefined): OutcomeRecord {
  if (!outcome || !('document' in outcome)) throw new Error(`no record: ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.document.record) as OutcomeRecord;
}

export function grantIn(outcome: ItemOutcome | undefined): GrantRecord {
  const record = recordIn(outcome);
  if (record.outcome !== 'GRANTED') throw new Error(JSON.stringify(record));
  return record;
}

/** Types, and reasons of those that are Unknown. */
export const shortly = (outcomes: readonly (ItemOutcome | undefined)[]): readonly (string | undefined)[] =>
  outcomes.map(outcome => (outcome && 'reason' in outcome ? outcome.reason : outcome?.__typename));

/** As the center hands it on: of the persons in it nothing is disclosed. */
export const asEvidence = ({ record, seal }: SealedDocument): FiledDocument => ({ record, seal: seal ?? null });

type Case = Pick<Filing, 'caseNumber' | 'numbering' | 'application'>;

/** Files name and license of a case; gives back the sealed license, as other departments are given it. */
export const license = async (business: Office, one: Case): Promise<FiledDocument> =>
  asEvidence(await wholeLicense(business, one));

/** The same as the center is given it. */
export async function wholeLicense(
  business: Office,
  { caseNumber, numbering, application }: Case,
): Promise<SealedDocument> {
  for (const item of ['name', 'license'] as const) {
    const operationId = `${caseNumber}/${item}`;
    const outcome = await business.one({ operationId, caseNumber, item, numbering, application, evidence: [] });
    if (item === 'license' && outcome.__typename === 'Granted') return outcome.document;
    grantIn(outcome);
  }
  throw new Error('no license was granted');
}
