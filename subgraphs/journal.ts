import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { makeDurable } from './durable.ts';
import { CannotStart } from './process.ts';

/**
 * A department's memory of what it was asked and what it answered. It is what makes one operation id one effect for
 * ever: the intent is written before the register is touched, the sealed answer before it is given, and a second
 * request finds them. Numbers are drawn in the transaction of the intent, so that a number is never given twice.
 */
export interface Journal {
  /** What is remembered of each operation; one that was never seen is absent. */
  recall(operationIds: readonly string[]): ReadonlyMap<string, Operation>;
  /**
   * Writes intents in one transaction, each decided inside it with numbers of its own. An operation that has an intent
   * already keeps it. If deciding one throws, that one is left out with its draws and its error is returned.
   */
  intend(operations: readonly Undecided[]): ReadonlyMap<string, Intent | Error>;
  /** Writes answers of intended operations in one transaction and returns what stands: the first answer wins. */
  complete(answers: readonly { readonly operationId: string; readonly answer: string }[]): ReadonlyMap<string, string>;
  /** Puts an answer in the place of the one that nobody can take, unless that has happened; returns what stands. */
  replace(answer: { readonly operationId: string; readonly from: string; readonly to: string }): string;
  /** The paper of an operation in a form; undefined while there is none. */
  paper(operationId: string, form: string): KeptPaper | undefined;
  /**
   * Keeps a paper where there is none, or in the place of one that counts no more, unless somebody else has been first;
   * returns what stands.
   */
  keepPaper(paper: NewPaper, instead?: KeptPaper): KeptPaper;
  /** Remembers what papers of an operation show no more; returns everything that they do not. */
  strikeOut(operationId: string, paths: readonly string[]): readonly string[];
  close(): void;
}

/** What was handed out of an operation in a form that people hold. */
export interface KeptPaper {
  /** Names what it shows; a paper that shows something else takes its place. */
  readonly shows: string;
  readonly bytes: Uint8Array;
}

export interface NewPaper extends KeptPaper {
  readonly operationId: string;
  /** Such as PDF. */
  readonly form: string;
}

export interface Operation {
  readonly intent: Intent;
  /**
   * As it was first given, for ever, but for a seal that was revoked since; undefined while the register has not answered.
   */
  readonly answer: string | undefined;
}

/** JSON text, meaningful to whoever wrote it. */
export type Intent = string;

export interface Undecided {
  readonly operationId: string;
  decide(draw: Draw): Intent;
}

/** Draws the next numbers of a block for this operation, in order. @throws {BlockExhausted} */
export type Draw = (block: Block, count?: number) => readonly number[];

/** A pre-allocated block of numbers (号段), both ends included. */
export interface Block {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export class BlockExhausted extends Error {
  override readonly name = 'BlockExhausted';
  constructor(block: Block) {
    super(`the block ${block.name} (${block.from} to ${block.to}) is used up; allocate a new one`);
  }
}

/** How long to wait for another process that holds the file; this whole process waits with it. */
const lockWaitMs = 2_000;

/**
 * Opens the journal in one SQLite file, made when absent. Every answered write has been flushed to the disk.
 * @throws {CannotStart}
 */
export function openJournal(file: string): Journal {
  const db = openDatabase(file);
  const select = db.prepare<[string], { intent: string; answer: string | null }>(
    'select intent, answer from operation where operation_id = ?',
  );
  const insert = db.prepare('insert into operation (operation_id, intent) values (?, ?)');
  const answerOnce = db.prepare('update operation set answer = ? where operation_id = ? and answer is null');
  const exchange = db.prepare('update operation set answer = ? where operation_id = ? and answer = ?');
  const next = db.prepare<[string], { next: number }>('select next from block where name = ?');
  const advance = db.prepare(
    'insert into block (name, next) values (?, ?) on conflict (name) do update set next = excluded.next',
  );

  const selectPaper = db.prepare<[string, string], KeptPaper>(
    'select shows, bytes from paper where operation_id = ? and form = ?',
  );
  const insertPaper = db.prepare(
    'insert into paper (operation_id, form, shows, bytes) values (?, ?, ?, ?) on conflict do nothing',
  );
  const exchangePaper = db.prepare(
    'update paper set shows = ?, bytes = ? where operation_id = ? and form = ? and bytes = ?',
  );

  const insertStruckOut = db.prepare(
    'insert into struck_out (operation_id, path) values (?, ?) on conflict do nothing',
  );
  const selectStruckOut = db
    .prepare<[string], string>('select path from struck_out where operation_id = ? order by path')
    .pluck();

  const draw: Draw = (block, count = 1) => {
    const first = Math.max(next.get(block.name)?.next ?? block.from, block.from);
    if (first + count - 1 > block.to) throw new BlockExhausted(block);
    advance.run(block.name, first + count);
    return Array.from({ length: count }, (_, offset) => first + offset);
  };

  const intendOne = db.transaction((operation: Undecided): Intent => {
    const known = select.get(operation.operationId);
    if (known) return known.intent;
    const intent = operation.decide(draw);
    insert.run(operation.operationId, intent);
    return intent;
  });

  const intendAll = db.transaction((operations: readonly Undecided[]) => {
    const intents = new Map<string, Intent | Error>();
    for (const operation of operations) {
      try {
        intents.set(operation.operationId, intendOne(operation));
      } catch (error) {
        if (error instanceof Error && error.name === 'SqliteError') throw error;
        intents.set(operation.operationId, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return intents;
  });

  const completeAll = db.transaction((answers: readonly { operationId: string; answer: string }[]) => {
    const standing = new Map<string, string>();
    for (const { operationId, answer } of answers) {
      answerOnce.run(answer, operationId);
      const kept = select.get(operationId)?.answer;
      if (!kept) throw new Error(`${operationId} was answered without an intent`);
      standing.set(operationId, kept);
    }
    return standing;
  });

  const replaceOne = db.transaction(({ operationId, from, to }: { operationId: string; from: string; to: string }) => {
    exchange.run(to, operationId, from);
    const standing = select.get(operationId)?.answer;
    if (!standing) throw new Error(`${operationId} has no answer that could be replaced`);
    return standing;
  });

  const keepOne = db.transaction(({ operationId, form, shows, bytes }: NewPaper, instead?: KeptPaper) => {
    if (instead) exchangePaper.run(shows, bytes, operationId, form, instead.bytes);
    else insertPaper.run(operationId, form, shows, bytes);
    const standing = selectPaper.get(operationId, form);
    if (!standing) throw new Error(`${operationId} has no paper that could be replaced`);
    return standing;
  });

  const strikeAll = db.transaction((operationId: string, paths: readonly string[]) => {
    for (const path of paths) insertStruckOut.run(operationId, path);
    return selectStruckOut.all(operationId);
  });

  return {
    recall: operationIds => {
      const known = new Map<string, Operation>();
      for (const operationId of operationIds) {
        const row = select.get(operationId);
        if (row) known.set(operationId, { intent: row.intent, answer: row.answer ?? undefined });
      }
      return known;
    },
    intend: operations => intendAll.immediate(operations),
    complete: answers => completeAll.immediate(answers),
    replace: answer => replaceOne.immediate(answer),
    paper: (operationId, form) => selectPaper.get(operationId, form),
    keepPaper: (paper, instead) => keepOne.immediate(paper, instead),
    strikeOut: (operationId, paths) =>
      paths.length > 0 ? strikeAll.immediate(operationId, paths) : selectStruckOut.all(operationId),
    close: () => db.close(),
  };
}

function openDatabase(file: string): Database.Database {
  mkdirSync(dirname(file), { recursive: true });
  try {
    const db = new Database(file);
    makeDurable(db, lockWaitMs);
    db.exec(`
      create table if not exists operation (
        operation_id text primary key, intent text not null, answer text
      ) strict, without rowid;
      create table if not exists block (
        name text primary key, next integer not null
      ) strict, without rowid;
      create table if not exists paper (
        operation_id text not null, form text not null, shows text not null, bytes blob not null,
        primary key (operation_id, form)
      ) strict;
      create table if not exists struck_out (
        operation_id text not null, path text not null, primary key (operation_id, path)
      ) strict, without rowid`);
    return db;
  } catch (cause) {
    throw new CannotStart(`the journal ${file} can't be opened: ${(cause as Error).message}.`, { cause });
  }
}
