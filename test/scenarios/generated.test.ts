import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Mapping, RegisterRow } from '../../adapters/port.ts';
import { checkSeal, readTrust } from '../../certs/verify.ts';
import { LICENSES, NAMES } from '../../subgraphs/business/mapping.ts';
import { type DepartmentId, departmentIds } from '../../subgraphs/catalogue.ts';
import { CODES } from '../../subgraphs/code/mapping.ts';
import { SEAL_FILINGS } from '../../subgraphs/seal/mapping.ts';
import { TAX_REGISTRATIONS } from '../../subgraphs/tax/mapping.ts';
import type { Expect, Line } from '../../tools/generate/line.ts';
import { linesApartMin, MIX } from '../../tools/generate/mix.ts';
import { type Answer, type Center, openCenter } from '../fixtures/center.ts';

const REGISTER = `mutation ($input: RegisterEnterpriseInput!) {
  registerEnterprise(input: $input) {
    number state
    items { item state faults { path code } }
    certificates { kind status }
  }
}`;

interface Registered {
  readonly registerEnterprise: {
    readonly number: string;
    readonly state: string;
    readonly items: readonly { item: string; state: string; faults: readonly { path: string; code: string }[] }[];
    readonly certificates: readonly { readonly kind: string; readonly status: string }[];
  };
}

/** What came of a line. */
interface Ending {
  readonly line: Line;
  readonly answer: Answer<Registered>;
}

const inFlightMax = 16;
/** A minute where nothing else runs; a machine that is busy with other things may take its time. */
const wholeRunMaxMs = 300_000;

let center: Center;
let endings: readonly Ending[];

beforeAll(async () => {
  const generator = fileURLToPath(new URL('../../tools/generate.ts', import.meta.url));
  const text = execFileSync(process.execPath, [generator, '1000', '--seed', '7'], { maxBuffer: 2 ** 26 });
  const lines = text.toString().trimEnd().split('\n');
  // A busy machine may be slow, but never so slow that an answer comes before its case has ended.
  center = await openCenter({ inlineBudgetMs: 60_000 });
  endings = await registerAll(lines.map(line => JSON.parse(line) as Line));
}, wholeRunMaxMs);
afterAll(() => center.close());

/** Sends the lines in their order, 16 at a time, none before the one that it may be about has been answered. */
async function registerAll(lines: readonly Line[]): Promise<readonly Ending[]> {
  const begun: Promise<Ending>[] = [];
  const begin = async (at: number): Promise<Ending> => {
    await begun[at - linesApartMin];
    const line = lines[at]!;
    return { line, answer: await center.ask<Registered>(REGISTER, { input: line.input }) };
  };
  const desk = async (): Promise<void> => {
    while (begun.length < lines.length) {
      const ending = begin(begun.length);
      begun.push(ending);
      await ending;
    }
  };
  await Promise.all(Array.from({ length: inFlightMax }, desk));
  return Promise.all(begun);
}

const numberOf = ({ answer }: Ending): string | undefined => answer.data?.registerEnterprise.number;

/** The ending in the words of the expectation. Where several item states are expected and one is found, it is theirs. */
function found({ line: { expect }, answer: { data, errors } }: Ending): Omit<Expect, 'kind'> {
  const [error] = errors ?? [];
  if (error) {
    const { code, case: number, faults } = error.extensions;
    const caseOfLine = number === undefined ? {} : { caseOfLine: lineOfCase.get(String(number)) };
    const told = Array.isArray(faults) ? { faults: sorted(faults.map(({ path, code }) => ({ path, code }))) } : {};
    return { outcome: code, ...told, ...caseOfLine } as Omit<Expect, 'kind'>;
  }
  const { state, items, certificates, number } = data!.registerEnterprise;
  const expected = 'items' in expect ? expect.items : {};
  const faults = items.flatMap(({ item, faults }) => faults.map(({ path, code }) => ({ item, path, code })));
  return {
    outcome: state,
    items: Object.fromEntries(
      items.map(({ item, state }) => {
        const one = expected[item];
        return [item, Array.isArray(one) && one.includes(state) ? one : state];
      }),
    ),
    certificates: certificates.filter(({ status }) => status === 'VALID').map(({ kind }) => kind),
    ...(state === 'CORRECTION_NOTICED' ? { faults: sorted(faults) } : {}),
    ...('caseOfLine' in expect ? { caseOfLine: lineOfCase.get(number) } : {}),
  } as Omit<Expect, 'kind'>;
}

const sorted = <Fault>(faults: readonly Fault[]): readonly Fault[] =>
  faults.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const planted = ({ line: { expect } }: Ending): Omit<Expect, 'kind'> => {
  const { kind: _, ...outcome } = expect;
  return 'faults' in outcome && outcome.faults
    ? ({ ...outcome, faults: sorted(outcome.faults) } as typeof outcome)
    : outcome;
};

/** The line, from 1, that opened a case. */
const lineOfCase = new Map<string, number>();

interface DocumentRow {
  readonly case_number: string;
  readonly item: string;
  readonly department: DepartmentId;
  readonly operation_id: string;
  readonly outcome: string;
  readonly kind: string;
  readonly record: string;
  readonly seal: string | null;
}

function rows<Row>(file: string, sql: string): readonly Row[] {
  const db = new Database(join(center.dataDir, file), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

const documents = (): readonly DocumentRow[] => rows('center/window.sqlite', 'select * from document order by rowid');

describe('a thousand generated applications', () => {
  beforeAll(() => {
    for (const [at, ending] of endings.entries()) {
      const number = numberOf(ending);
      if (number !== undefined && !lineOfCase.has(number)) lineOfCase.set(number, at + 1);
    }
  });

  it('hold everything that is planted', () => {
    const kinds = Object.groupBy(endings, ({ line }) => line.expect.kind);
    expect(Object.fromEntries(Object.entries(kinds).map(([kind, some]) => [kind, some.length]))).toEqual(MIX);
  });

  it('end one and all as they were planted', () => {
    const others = endings.flatMap((ending, at) => {
      const [expected, actual] = [planted(ending), found(ending)];
      const same = JSON.stringify(canonical(expected)) === JSON.stringify(canonical(actual));
      return same ? [] : [{ line: at + 1, kind: ending.line.expect.kind, expected, actual, answer: ending.answer }];
    });
    expect(others).toEqual([]);
  });

  it('open one case each, but for those that open none and those that are the same', () => {
    const opening = endings.filter(({ line: { expect } }) => 'items' in expect && expect.caseOfLine === undefined);
    expect(lineOfCase.size).toBe(opening.length);
    expect(new Set(opening.map(numberOf)).size).toBe(opening.length);
    const [{ count } = { count: 0 }] = rows<{ count: number }>(
      'center/window.sqlite',
      'select count(*) as count from "case"',
    );
    expect(count).toBe(opening.length);
  });

  it('come with seals that all verify, of certificates, refusals and revocations', () => {
    const trustFile = (name: string) => join(center.dataDir, 'trust', name);
    const trust = readTrust({
      rootPem: readFileSync(trustFile('root.pem'), 'utf8'),
      list: { json: readFileSync(trustFile('list.json')), p7s: readFileSync(trustFile('list.p7s')) },
    });
    const all = documents();
    expect(all.filter(({ seal, item }) => seal === null && item !== 'name')).toEqual([]);
    const sealed = all.filter(({ seal }) => seal !== null);
    expect(sealed.length).toBeGreaterThan(3_000);
    expect(new Set(sealed.map(({ outcome }) => outcome))).toEqual(new Set(['GRANTED', 'REFUSED', 'REVOKED']));
    const at = new Date();
    const bad = sealed.flatMap((document): unknown[] => {
      const { record, seal, department, operation_id: operationId, item, case_number: caseNumber, outcome } = document;
      const checked = checkSeal({ record: Buffer.from(record), seal: Buffer.from(seal!, 'base64'), trust, at });
      if (!checked.ok) return [checked.judgement];
      const says = { department, operationId, item, caseNumber, outcome };
      return Object.entries(says).every(([field, value]) => checked.value.record[field] === value) ? [] : [says];
    });
    expect(bad).toEqual([]);
  });

  it('come with seals that OpenSSL accepts with nothing but the root', () => {
    const sealed = documents().filter(({ seal }) => seal !== null);
    const firsts = new Map(sealed.map(document => [`${document.outcome} ${document.item}`, document]));
    const spread = sealed.filter((_, at) => at % Math.floor(sealed.length / 50) === 0);
    const sample = [...new Set([...firsts.values(), ...spread])];
    expect(sample.length).toBeGreaterThanOrEqual(50);
    const folder = mkdtempSync(join(tmpdir(), 'generated-'));
    const [json, p7s] = [join(folder, 'record.json'), join(folder, 'seal.p7s')];
    const root = join(center.dataDir, 'trust', 'root.pem');
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', p7s, '-content', json, '-CAfile', root];
    for (const { record, seal } of sample) {
      writeFileSync(json, record);
      writeFileSync(p7s, Buffer.from(seal!, 'base64'));
      execFileSync('openssl', [...args, '-out', '/dev/null'], { stdio: 'pipe' });
    }
    rmSync(folder, { recursive: true });
  });

  it('leave in every register one row for each grant, live unless it was taken back, and no other', () => {
    const grants = documents().filter(({ outcome }) => outcome === 'GRANTED');
    const takenBack = new Set(
      documents().flatMap(one => (one.outcome === 'REVOKED' ? [`${one.case_number} ${one.item}`] : [])),
    );
    const granted = grants.map(({ operation_id, case_number, item }) => ({
      operation: operation_id,
      effect: `${case_number} ${item}`,
      live: !takenBack.has(`${case_number} ${item}`),
    }));
    const itemOf = new Map(grants.map(({ operation_id, item }) => [operation_id, item]));
    const entered = REGISTERS.flatMap(({ department, mapping, live }) =>
      rows<{ operation_id: string; number: string; status: string }>(
        `${department}/register.sqlite`,
        `select operation_id, ${mapping.columns.caseNumber!.column} as number, ${mapping.columns.status!.column} as status
         from ${mapping.table}`,
      ).map(({ operation_id, number, status }) => ({
        operation: operation_id,
        effect: `${number} ${itemOf.get(operation_id)}`,
        live: live.includes(status),
      })),
    );
    const inOrder = <Row extends { readonly operation: string }>(all: readonly Row[]) =>
      all.toSorted((a, b) => (a.operation < b.operation ? -1 : 1));
    expect(inOrder(entered)).toEqual(inOrder(granted));
    const lives = entered.flatMap(({ effect, live }) => (live ? [effect] : []));
    expect(new Set(lives).size).toBe(lives.length);

    // And the grants are those that the graph shows.
    const shown = endings.flatMap(({ line: { expect }, answer: { data } }) =>
      'caseOfLine' in expect
        ? []
        : (data?.registerEnterprise.items ?? []).flatMap(({ item, state }) =>
            state === 'GRANTED' || state === 'COMPENSATED'
              ? [`${data?.registerEnterprise.number} ${item} ${state === 'GRANTED'}`]
              : [],
          ),
    );
    expect(granted.map(({ effect, live }) => `${effect} ${live}`).sort()).toEqual(shown.sort());
  });

  it('write nothing anywhere for an application that was turned away at the door or sent back', () => {
    const sentBack = new Set(
      endings.flatMap(ending => (ending.line.expect.outcome === 'CORRECTION_NOTICED' ? numberOf(ending)! : [])),
    );
    expect(sentBack.size).toBe(160);
    const written = REGISTERS.flatMap(({ department, mapping }) =>
      rows<{ number: string }>(
        `${department}/register.sqlite`,
        `select ${mapping.columns.caseNumber!.column} as number from ${mapping.table}`,
      ),
    );
    expect(written.filter(({ number }) => sentBack.has(number) || !lineOfCase.has(number))).toEqual([]);
    expect(documents().filter(({ case_number: number }) => sentBack.has(number))).toEqual([]);
  });

  it('leave no identity number in clear, in no record and in no file of the center or of a department', () => {
    const numbers = new Set(
      endings.flatMap(({ line: { input } }) => [
        input.legalRepresentative.idNumber,
        ...input.founders.flatMap(({ idNumber }) => idNumber ?? []),
      ]),
    );
    expect(numbers.size).toBeGreaterThan(2_000);
    const [some] = numbers;
    expect(identityNumbersIn(Buffer.from(`…7${some}7…`), numbers)).toEqual([some]);
    for (const { record } of documents()) expect(identityNumbersIn(Buffer.from(record), numbers)).toEqual([]);
    const files = ['center', ...departmentIds].flatMap(folder =>
      readdirSync(join(center.dataDir, folder), { withFileTypes: true, recursive: true }).flatMap(entry =>
        entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
      ),
    );
    const databases = files.filter(file => /\.sqlite(-wal)?$/.test(file));
    expect(databases.length).toBeGreaterThanOrEqual(5);
    for (const file of databases) {
      expect({ file, clear: identityNumbersIn(readFileSync(file), numbers) }).toEqual({ file, clear: [] });
    }
  });
});

/** Those of the numbers that stand anywhere in the bytes. */
function identityNumbersIn(bytes: Buffer, numbers: ReadonlySet<string>): readonly string[] {
  const text = bytes.toString('latin1');
  // A lookahead, so that one that begins inside a longer run of digits is seen too.
  return [...text.matchAll(/(?=(\d{17}[\dX]))/g)].map(([, number]) => number!).filter(number => numbers.has(number));
}

/** With the names of every object in one order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, field]) => [name, canonical(field)]));
}

interface RegisterOf {
  readonly department: DepartmentId;
  readonly mapping: Pick<Mapping<RegisterRow>, 'table' | 'columns'>;
  /** The status of a row that stands. */
  readonly live: readonly string[];
}

const REGISTERS: readonly RegisterOf[] = [
  { department: 'business', mapping: NAMES, live: ['LIVE', 'REGISTERED'] },
  { department: 'business', mapping: LICENSES, live: ['VALID'] },
  { department: 'code', mapping: CODES, live: ['VALID'] },
  { department: 'tax', mapping: TAX_REGISTRATIONS, live: ['VALID'] },
  { department: 'seal', mapping: SEAL_FILINGS, live: ['VALID'] },
];
