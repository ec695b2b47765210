/**
 * What a log sends to a witness (c2sp.org/tlog-witness): its new checkpoint, and that it grew out of the one which the
 * witness has signed last. The answer is signature lines.
 *
 *     old 20852014
 *     PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
 *     …
 *
 *     (the checkpoint, a signed note)
 */
import { hashLinesBytesMax, readHashLines, writeHashLines } from './hash-lines.ts';
import { Lines, textOf, wholeNumber } from './lines.ts';
import { noteBytesMax } from './note.ts';

export interface AddCheckpoint {
  /** Leaves of the checkpoint that the witness has signed last; 0 for none. */
  readonly old: number;
  /** The proof of consistency from there. */
  readonly path: readonly Uint8Array[];
  readonly note: string;
}

export const addCheckpointBytesMax = 64 + hashLinesBytesMax + noteBytesMax;

/** So a witness says that the old size was another: the answer is the size, and a newline. */
export const SIZE_TYPE = 'text/x.tlog.size';

export const writeAddCheckpoint = ({ old, path, note }: AddCheckpoint): string =>
  `old ${old}\n${writeHashLines(path)}${note}`;

/** @throws {FormatError} LOG_PROOF_MALFORMED */
export function readAddCheckpoint(bytes: Uint8Array): AddCheckpoint {
  const code = 'LOG_PROOF_MALFORMED';
  const lines = new Lines(textOf(bytes, addCheckpointBytesMax, code), code);
  const old = lines.nextNumber('old');
  return { old, path: readHashLines(lines), note: lines.rest };
}

/** The size in a witness's answer; undefined for anything else. */
export const readSize = (answer: string): number | undefined =>
  answer.endsWith('\n') ? wholeNumber(answer.slice(0, -1)) : undefined;
