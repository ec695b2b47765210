import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import type { Mapping, RegisterSource } from '../../adapters/port.ts';
import { sqliteSource } from '../../adapters/sql.ts';
import { entry, PLOTS, type PlotRow, plot } from '../contract/plots.ts';
import { keepsThePromises } from '../contract/register.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-window-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newFile = () => join(mkdtempSync(join(folder, 'x')), 'new', 'register.sqlite');

keepsThePromises('SQLite', async () => {
  const file = newFile();
  const sources: RegisterSource[] = [];
  const another = () => {
    const source = sqliteSource({ file });
    sources.push(source);
    return source.open(PLOTS);
  };
  const close = async () => {
    for (const source of sources) await source.close();
  };
  return { register: await another(), another, close };
});

/** Opens a register and hands out the very connection that it uses. */
async function connected(file = newFile()) {
  const pragma = jest.spyOn(Database.prototype, 'pragma');
  const source = sqliteSource({ file });
  const register = await source.open(PLOTS);
  const connection = pragma.mock.contexts[0] as Database.Database;
  pragma.mockRestore();
  return { source, register, connection };
}

describe('a register on SQLite', () => {
  it('flushes every commit to the disk: synchronous is FULL on the connection that writes', async () => {
    const { source, register, connection } = await connected();
    await register.enter([entry('op-1')]);
    expect(Number(connection.pragma('synchronous', { simple: true }))).toBe(2);
    expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(Number(connection.pragma('busy_timeout', { simple: true }))).toBeGreaterThan(1_000);
    await source.close();
  });

  it('asks one question for any number of keys, and one for a page', async () => {
    const statements: string[] = [];
    const source = sqliteSource({ file: newFile(), onStatement: sql => statements.push(sql) });
    const register = await source.open(PLOTS);
    await register.enter(Array.from({ length: 500 }, (_, at) => entry(`op-${at}`)));
    statements.length = 0;
    await register.find(Array.from({ length: 500 }, (_, at) => `op-${at}`));
    expect(statements).toHaveLength(1);
    await register.search([{ where: { owner: ['甲子某'] }, first: 100 }]);
    expect(statements).toHaveLength(2);
    await source.close();
  });

  it('enters a thousand rows of more columns than one statement can bind', async () => {
    type WideRow = { readonly [column: string]: string };
    const names = Array.from({ length: 60 }, (_, at) => `c${at}`);
    const wide: Mapping<WideRow> = {
      table: 'wide',
      key: 'c0',
      columns: Object.fromEntries(names.map(name => [name, { column: name, type: 'text' as const }])),
      unique: ['c1'],
      indexed: [],
    };
    const source = sqliteSource({ file: newFile() });
    const register = await source.open(wide);
    const entries = Array.from({ length: 1_000 }, (_, at) => ({
      operationId: `op-${at}`,
      row: Object.fromEntries(names.map(name => [name, `${name}-${at}`])),
    }));
    const answers = await register.enter(entries);
    expect(answers).toEqual(entries.map(({ operationId, row }) => ({ operationId, state: 'DONE', row })));
    await source.close();
  });

  it('lets nobody else write in the middle of an amendment, so that none is made void', async () => {
    const { source, register, connection } = await connected();
    await register.enter([entry('op-1'), entry('op-2')]);
    const other = new Database(connection.name, { timeout: 0 });
    const held: unknown[] = [];
    const prepare = connection.prepare.bind(connection);
    jest.spyOn(connection, 'prepare').mockImplementation(sql => {
      try {
        if (sql.startsWith('update')) other.exec("update land_plot set held_by = 'other' where operation_id = 'op-2'");
      } catch (error) {
        held.push((error as { readonly code?: string }).code);
      }
      return prepare(sql) as never;
    });
    const [answer] = await register.amend([{ operationId: 'am-1', of: 'op-1', changes: { owner: null } }]);
    expect([answer?.state, held]).toEqual(['DONE', ['SQLITE_BUSY']]);
    other.close();
    await source.close();
  });

  it('makes good what a crash left out between its tables and their unique columns', async () => {
    const file = newFile();
    await (await sqliteSourceWith(file, PLOTS)).close();
    const db = new Database(file);
    const indexes = db.prepare("select name from sqlite_master where type = 'index' and sql is not null").pluck().all();
    for (const name of indexes) db.exec(`drop index "${name}"`);
    db.exec('drop table land_plot_amendment');
    db.close();
    const source = sqliteSource({ file });
    const register = await source.open(PLOTS);
    const answers = await register.enter(['A', 'B'].map(name => entry(name, plot(name, { lock: 'north' }))));
    expect(answers.map(({ state }) => state)).toEqual(['DONE', 'CONFLICT']);
    await source.close();
  });

  describe('whose file is older than its mapping', () => {
    const older = () => {
      const file = newFile();
      mkdirSync(join(file, '..'), { recursive: true });
      const db = new Database(file);
      db.exec(`create table land_plot (
        entry_no integer primary key autoincrement, operation_id text not null unique, parcel_no text, held_by text)`);
      db.exec("insert into land_plot (operation_id, parcel_no, held_by) values ('op-1', 'A', '甲子某')");
      db.close();
      return file;
    };

    it('gains the columns it lacks, with nothing in the rows that are there, and keeps what is unique', async () => {
      const source = sqliteSource({ file: older() });
      const register = await source.open(PLOTS);
      const old = plot('A', { lock: null, area: null });
      expect(await register.find(['A'])).toEqual(new Map([['A', [old]]]));
      const [amended] = await register.amend([{ operationId: 'am-1', of: 'op-1', changes: { lock: 'north' } }]);
      expect(amended).toEqual({ operationId: 'am-1', state: 'DONE', row: { ...old, lock: 'north' } });
      const entered = await register.enter(
        ['B', 'C'].map(name => entry(name, plot(name, { lock: name === 'B' ? 'north' : null }))),
      );
      expect(entered.map(({ state }) => state)).toEqual(['CONFLICT', 'DONE']);
      await source.close();
    });

    it('gains each column once, however many open it at once', async () => {
      const file = older();
      const sources = Array.from({ length: 4 }, () => sqliteSource({ file }));
      const registers = await Promise.all(sources.map(source => source.open(PLOTS)));
      for (const register of registers) expect((await register.find(['A'])).size).toBe(1);
      for (const source of sources) await source.close();
      const db = new Database(file, { readonly: true });
      const columns = db.prepare("select name from pragma_table_info('land_plot')").pluck().all();
      db.close();
      expect(columns).toEqual(['entry_no', 'operation_id', 'parcel_no', 'held_by', 'boundary_lock', 'square_metres']);
    });
  });

  it('can be opened by several at once though nothing is there yet', async () => {
    const file = newFile();
    const sources = Array.from({ length: 4 }, () => sqliteSource({ file }));
    const registers = await Promise.all(sources.map(source => source.open(PLOTS)));
    await Promise.all(registers.map((register, at) => register.enter([entry(`op-${at}`)])));
    expect((await registers[0]!.search([{ where: {}, first: 9 }]))[0]!.rows).toHaveLength(4);
    for (const source of sources) await source.close();
  });

  async function sqliteSourceWith(file: string, mapping: Mapping<PlotRow>) {
    const source = sqliteSource({ file });
    await source.open(mapping);
    return source;
  }
});

describe('several processes on one register', () => {
  const program = fileURLToPath(new URL('enter-until-killed.ts', import.meta.url));
  const start = (file: string, prefix: string, count: number): ChildProcess & { readonly lines: string[] } => {
    const child = spawn(process.execPath, [program, file, prefix, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', line => lines.push(line));
    return Object.assign(child, { lines });
  };
  const rowsIn = (file: string, sql: string) => {
    const db = new Database(file, { readonly: true });
    const values = db.prepare<[], string>(sql).pluck().all();
    db.close();
    return values;
  };

  it('write at once without losing or doubling anything', async () => {
    const file = newFile();
    const children = ['a', 'b'].map(prefix => start(file, prefix, 100));
    const ended = await Promise.all(children.map(async child => (await once(child, 'close'))[0]));
    expect(ended).toEqual([0, 0]);
    expect(children.map(({ lines }) => lines.length)).toEqual([100, 100]);
    const operations = rowsIn(file, 'select operation_id from land_plot');
    expect(operations).toHaveLength(300);
    expect(new Set(operations).size).toBe(300);
  });

  it('a process killed in the middle of its writing has lost nothing that it answered', async () => {
    const file = newFile();
    const child = start(file, 'k', 100_000);
    while (child.lines.length < 50) await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const operations = new Set(rowsIn(file, "select operation_id from land_plot where operation_id like 'k-%'"));
    expect(child.lines.filter(line => !operations.has(line))).toEqual([]);
    // An answer that never left may have been written: one, not more, as they are written one after the other.
    expect(operations.size - child.lines.length).toBeLessThanOrEqual(1);
    expect(rowsIn(file, 'pragma integrity_check')).toEqual(['ok']);
  });
});

describe('a register that is away', () => {
  const away = (reason: RegExp) =>
    expect.objectContaining({ name: 'RegisterUnavailable', message: expect.stringMatching(reason) });

  it.each([
    ['the disk is full', 'max_page_count = 12', /SQLITE_FULL/],
    ['the file can only be read', 'query_only = 1', /SQLITE_READONLY/],
  ])('says so when %s, enters nothing, and goes on afterwards', async (_, trouble, reason) => {
    const { source, register, connection } = await connected();
    const [before] = await register.enter([entry('op-1')]);
    connection.pragma(trouble);
    const large = plot('P', { owner: '甲'.repeat(200_000) });
    await expect(register.enter([entry('op-2', large), entry('op-3', large)])).rejects.toThrow(away(reason));
    await expect(
      register.amend([{ operationId: 'am-1', of: 'op-1', changes: { owner: large.owner } }]),
    ).rejects.toThrow(away(reason));
    expect((await register.find(['op-1', 'P'])).size).toBe(1);
    connection.pragma('max_page_count = 1000000');
    connection.pragma('query_only = 0');
    expect(before?.state).toBe('DONE');
    expect((await register.enter([entry('op-2', large)]))[0]?.state).toBe('DONE');
    await source.close();
  });

  it('says so when another process holds the file for too long', async () => {
    const { source, register, connection } = await connected();
    connection.pragma('busy_timeout = 50');
    const other = new Database((connection as Database.Database).name);
    other.exec('begin immediate');
    await expect(register.enter([entry('op-1')])).rejects.toThrow(away(/SQLITE_BUSY/));
    other.exec('rollback');
    expect((await register.enter([entry('op-1')]))[0]?.state).toBe('DONE');
    other.close();
    await source.close();
  });

  it.each([
    [
      'a folder is in its place',
      (file: string) => mkdirSync(file, { recursive: true }),
      /register\.sqlite can't be opened \(SQLITE_CANTOPEN/,
    ],
    [
      'it is no database',
      (file: string) => writeFileSync(file, '%PDF-1.7 '.repeat(500)),
      /can't be opened \(SQLITE_NOTADB/,
    ],
  ])('says at once that it cannot be opened when %s', async (_, spoil, reason) => {
    const file = newFile();
    mkdirSync(join(file, '..'), { recursive: true });
    spoil(file);
    const source = sqliteSource({ file });
    await expect(source.open(PLOTS)).rejects.toThrow(away(reason));
    await source.close();
  });

  it('does not call a defect an outage, and shows no value of a row in it', async () => {
    const { source, register, connection } = await connected();
    connection.exec('alter table land_plot rename column held_by to keeper');
    const error = await register
      .enter([entry('op-1', plot('A', { owner: '秘密某' }))])
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'SqliteError', code: 'SQLITE_ERROR' });
    expect(String((error as Error).stack)).not.toContain('秘密某');
    const asked = await register.search([{ where: { owner: ['秘密某'] }, first: 1 }]).catch((thrown: Error) => thrown);
    expect(String((asked as Error).stack)).toContain('held_by');
    expect(String((asked as Error).stack)).not.toContain('秘密某');
    await source.close();
  });
});
