/**
 * A witness (见证者) of the center's log, by c2sp.org/tlog-witness: it signs a checkpoint only when the log has signed it and
 * it continues the last one that was signed here. So the center can show nobody another log than it shows the departments.
 */
import type { KeyObject } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { fromBase64 } from '../certs/base64.ts';
import { compareBytes } from '../certs/der.ts';
import { FormatError } from '../certs/findings.ts';
import { type AddCheckpoint, readAddCheckpoint, SIZE_TYPE } from '../certs/log/add-checkpoint.ts';
import { type Checkpoint, readCheckpoint } from '../certs/log/checkpoint.ts';
import { checkSignatures, NOTE_KEY, type Note, type NoteVerifier, noteVerifier, readNote } from '../certs/log/note.ts';
import type { KnownLog } from '../certs/log/proof.ts';
import { cosigner } from '../certs/log/sign.ts';
import { checkConsistency, emptyRoot } from '../certs/log/tree.ts';
import { makeDurable } from './durable.ts';

export interface Witness {
  /** @param body As a log has sent it. */
  addCheckpoint(body: Uint8Array): WitnessAnswer;
  close(): void;
}

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: 'text/plain; charset=utf-8' | typeof SIZE_TYPE;
  readonly body: string;
}

export interface WitnessTools {
  /** Made when absent. */
  readonly file: string;
  /** Of its own signatures. */
  readonly name: string;
  /** Private, Ed25519. */
  readonly key: KeyObject;
  /** Those whose checkpoints it signs, as the trust list has them by now. */
  logs(): readonly KnownLog[];
  now(): Date;
  /** Of a log that has signed what can't both be true. */
  report(defect: Error): void;
}

/** @throws {CannotStart} when what it has signed could be forgotten. */
export function openWitness({ file, name, key, logs, now, report }: WitnessTools): Witness {
  const signed = openSigned(file);
  const self = cosigner(name, key);

  function answer(body: Uint8Array): WitnessAnswer {
    const asked = readAddCheckpoint(body);
    const note = readNote(asked.note);
    const checkpoint = readCheckpoint(note.text);
    const refusal = refusalOf(note, checkpoint, logs());
    if (refusal) return refusal;
    if (asked.old > checkpoint.size) return said(400, 'the old size is greater than that of the checkpoint');
    return signed.alone(() => continued(asked, note, checkpoint));
  }

  function continued({ old, path, note }: AddCheckpoint, { text }: Note, checkpoint: Checkpoint): WitnessAnswer {
    const { origin, size } = checkpoint;
    const last = signed.last(origin);
    const lastSize = last?.size ?? 0;
    if (old !== lastSize) return { status: 409, type: SIZE_TYPE, body: `${lastSize}\n` };
    if (!continues(path, checkpoint, last)) {
      signed.accuse(note, now());
      report(new Error(`${origin} signed a checkpoint of ${size} leaves that does not continue its ${lastSize}`));
      return said(422, 'the checkpoint does not continue the one that was signed last');
    }
    signed.put(origin, note);
    return { status: 200, type: TEXT, body: self.line(text, now()) };
  }

  return {
    addCheckpoint(body) {
      try {
        return answer(body);
      } catch (fault) {
        if (fault instanceof FormatError) return said(400, fault.message);
        throw fault;
      }
    },
    close: () => signed.close(),
  };
}

const TEXT = 'text/plain; charset=utf-8';
const said = (status: 400 | 403 | 404 | 422, sentence: string): WitnessAnswer => ({
  status,
  type: TEXT,
  body: `${sentence}\n`,
});

function refusalOf(note: Note, { origin }: Checkpoint, logs: readonly KnownLog[]): WitnessAnswer | undefined {
  const keys = logs.filter(log => log.origin === origin).map(verifierOf);
  if (keys.length === 0) return said(404, 'the trust list names no such log');
  const holds = [...checkSignatures(note, keys).values()];
  return holds.length > 0 && holds.every(Boolean) ? undefined : said(403, 'the log has not signed this checkpoint');
}

const verifierOf = ({ origin, key }: KnownLog): NoteVerifier =>
  noteVerifier({ type: NOTE_KEY.LOG, name: origin, raw: fromBase64(key) ?? new Uint8Array(0) });

/** @param last Of as many leaves as the log has said. */
function continues(path: readonly Uint8Array[], { size, root }: Checkpoint, last: Checkpoint | undefined): boolean {
  if (!last || last.size === 0) {
    return path.length === 0 && (size > 0 || compareBytes(root, emptyRoot) === 0);
  }
  return checkConsistency({ from: last.size, to: size, fromRoot: last.root, toRoot: root, path });
}

/** What has been signed, flushed to the disk before anybody is told. */
interface Signed {
  /** Runs while no other process looks or writes; what it writes is there when this returns, or not at all. */
  alone<Result>(work: () => Result): Result;
  /** The checkpoint that was signed last. */
  last(origin: string): Checkpoint | undefined;
  put(origin: string, note: string): void;
  /** Keeps a checkpoint that contradicts what was signed: with the one signed last it convicts the log. */
  accuse(note: string, at: Date): void;
  close(): void;
}

/** How long to wait for another process that holds the file; this whole process waits with it. */
const lockWaitMs = 2_000;
/** One is enough to convict. */
const accusationsMax = 100;

function openSigned(file: string): Signed {
  mkdirSync(dirname(file), { recursive: true });
  const db = new Database(file);
  makeDurable(db, lockWaitMs);
  db.exec(`create table if not exists signed (origin text primary key, note text not null) strict;
    create table if not exists accused (at integer not null, note text not null) strict`);
  const last = db.prepare<[string], string>('select note from signed where origin = ?').pluck();
  const put = db.prepare('insert into signed values (?, ?) on conflict (origin) do update set note = excluded.note');
  const accuse = db.prepare(`insert into accused select ?, ? where (select count(*) from accused) < ${accusationsMax}`);
  return {
    alone: work => db.transaction(work).immediate(),
    last(origin) {
      const note = last.get(origin);
      return note === undefined ? undefined : readCheckpoint(readNote(note).text);
    },
    put: (origin, note) => void put.run(origin, note),
    accuse: (note, at) => void accuse.run(at.getTime(), note),
    close: () => db.close(),
  };
}
