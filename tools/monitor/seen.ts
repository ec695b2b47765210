import { FormatError } from '../../certs/findings.ts';
import { type Checkpoint, readCheckpoint } from '../../certs/log/checkpoint.ts';
import { textOf } from '../../certs/log/lines.ts';
import { checkSignatures, type NoteVerifier, noteBytesMax, readNote } from '../../certs/log/note.ts';

/** What a log must never do, in a sentence, with the checkpoints that show it. */
export class Misbehaved extends Error {
  override readonly name = 'Misbehaved';
  readonly evidence: readonly string[];
  constructor(sentence: string, evidence: readonly string[] = []) {
    super(sentence);
    this.evidence = evidence;
  }
}

/** By which signatures are judged. */
export interface Keys {
  /** A log's key has its origin for a name. */
  readonly logs: readonly NoteVerifier[];
  readonly witnesses: readonly NoteVerifier[];
}

/** A checkpoint with a good signature of its log. */
export interface Seen extends Checkpoint {
  /** The signed note: in anybody's hands it shows what the log has said. */
  readonly note: string;
  /** Names of the known witnesses who have signed it. */
  readonly witnesses: readonly string[];
}

/** @throws {Misbehaved} */
export function readSeen(bytes: Uint8Array, { logs, witnesses }: Keys): Seen {
  const { note, text } = attempt(() => {
    const text = textOf(bytes, noteBytesMax, 'LOG_CHECKPOINT_MALFORMED');
    return { note: readNote(text), text };
  });
  const checkpoint = attempt(() => readCheckpoint(note.text));
  const ofLog = logs.filter(({ name }) => name === checkpoint.origin);
  if (ofLog.length === 0)
    throw new Misbehaved(`The checkpoint is of ${checkpoint.origin}, whose key is not known.`, [text]);
  const checked = checkSignatures(note, [...ofLog, ...witnesses]);
  for (const [{ name }, holds] of checked) {
    if (!holds) throw new Misbehaved(`The signature of ${name} is not over the checkpoint that bears it.`, [text]);
  }
  if (!ofLog.some(key => checked.has(key))) {
    throw new Misbehaved(`The checkpoint of ${checkpoint.size} leaves is not signed with the key of the log.`, [text]);
  }
  return { ...checkpoint, note: text, witnesses: witnesses.filter(key => checked.has(key)).map(({ name }) => name) };
}

function attempt<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof FormatError) throw new Misbehaved(`What the log shows is no checkpoint: ${fault.message}.`);
    throw fault;
  }
}
