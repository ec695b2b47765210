/**
 * The proof that an entry stands in a log (c2sp.org/tlog-proof), which is all that one needs beside the keys of log and
 * witnesses: no network. An `extra` line, which nobody signs, is refused: our proofs have none.
 *
 *     c2sp.org/tlog-proof@v1
 *     index 73894
 *     gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
 *     …
 *
 *     (the checkpoint, a signed note)
 */
import { fromBase64 } from '../base64.ts';
import { type Finding, FormatError, finding } from '../findings.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { hashLinesBytesMax, readHashLines, writeHashLines } from './hash-lines.ts';
import { Lines, textOf } from './lines.ts';
import {
  checkSignatures,
  NOTE_KEY,
  type NoteKeyType,
  type NoteVerifier,
  noteBytesMax,
  noteVerifier,
  readNote,
} from './note.ts';
import { checkInclusion, leafHash } from './tree.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';

export const proofBytesMax = 64 + hashLinesBytesMax + noteBytesMax;

export interface LogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly path: readonly Uint8Array[];
  /** The signed checkpoint, as the log gave it. */
  readonly note: string;
}

export const writeProof = ({ index, path, note }: LogProof): string =>
  `${FIRST_LINE}\nindex ${index}\n${writeHashLines(path)}${note}`;

/** @throws {FormatError} LOG_PROOF_TOO_LARGE, LOG_PROOF_MALFORMED */
export function readProof(bytes: Uint8Array): LogProof & { readonly noteOffset: number } {
  if (bytes.length > proofBytesMax) throw new FormatError('LOG_PROOF_TOO_LARGE', proofBytesMax);
  const lines = new Lines(textOf(bytes, proofBytesMax, 'LOG_PROOF_MALFORMED'), 'LOG_PROOF_MALFORMED');
  if (lines.next() !== FIRST_LINE) throw lines.fault();
  const index = lines.nextNumber('index');
  const path = readHashLines(lines);
  return { index, path, note: lines.rest, noteOffset: lines.restBase };
}

/** A log that one believes, as trust lists name it. */
export interface KnownLog {
  readonly origin: string;
  /** Base64 of the 32 bytes of its Ed25519 key. */
  readonly key: string;
}

export interface KnownWitness {
  readonly name: string;
  /** Base64 of the 32 bytes of its Ed25519 key. */
  readonly key: string;
}

export interface ProofQuestion {
  readonly proof: Uint8Array;
  /** What must stand in the log, from {@link entryOf}. */
  readonly entry: Uint8Array;
  /** Not to be changed afterwards: what is computed from them is remembered. */
  readonly logs: readonly KnownLog[];
  readonly witnesses: readonly KnownWitness[];
}

export interface ProofAnswer {
  /** Empty: the entry stands in the log, under a checkpoint that the log signed. */
  readonly findings: readonly Finding[];
  /** Which log, and where in it, as far as the proof could be read. */
  readonly origin?: string;
  readonly index?: number;
  readonly size?: number;
  /** Names of the known witnesses who signed the checkpoint, too. */
  readonly witnesses: readonly string[];
}

/** Nothing that a proof holds makes this throw. */
export function checkProof({ proof, entry, logs, witnesses }: ProofQuestion): ProofAnswer {
  try {
    const { index, path, note, noteOffset } = readProof(proof);
    const { checkpoint, witnesses: cosigners, findings } = checkNote(note, noteOffset, logs, witnesses);
    const { origin, size, root } = checkpoint;
    const isIncluded = checkInclusion({ index, size, hash: leafHash(entry), path, root });
    return {
      findings: isIncluded ? findings : [...findings, finding('LOG_INCLUSION_WRONG', 'log proof: inclusion')],
      origin,
      index,
      size,
      witnesses: cosigners,
    };
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    const facts = fault.code === 'LOG_PROOF_TOO_LARGE' ? { max: String(proofBytesMax) } : {};
    return { findings: [finding(fault.code, `log proof byte ${fault.offset}`, facts)], witnesses: [] };
  }
}

interface CheckedNote {
  readonly checkpoint: Checkpoint;
  readonly findings: readonly Finding[];
  readonly witnesses: readonly string[];
}

/** Many seals are proved by one checkpoint, and its signatures cost more than all else of a proof. */
const notesKeptMax = 1_000;

/** Checkpoints that hold, by the lists of keys they were checked with. */
const KEPT = new WeakMap<
  readonly KnownLog[],
  { readonly witnesses: readonly KnownWitness[]; readonly notes: Map<string, CheckedNote> }
>();

/** @throws {FormatError} */
function checkNote(
  note: string,
  base: number,
  logs: readonly KnownLog[],
  witnesses: readonly KnownWitness[],
): CheckedNote {
  const notes = notesKept(logs, witnesses);
  const known = notes.get(note);
  if (known) return known;
  const checked = checkNoteAnew(note, base, logs, witnesses);
  // What does not hold is not kept: a stranger's notes push nobody out.
  if (checked.findings.length === 0) {
    if (notes.size >= notesKeptMax) notes.clear();
    notes.set(note, checked);
  }
  return checked;
}

function notesKept(logs: readonly KnownLog[], witnesses: readonly KnownWitness[]): Map<string, CheckedNote> {
  const kept = KEPT.get(logs);
  if (kept?.witnesses === witnesses) return kept.notes;
  const notes = new Map<string, CheckedNote>();
  KEPT.set(logs, { witnesses, notes });
  return notes;
}

function checkNoteAnew(
  text: string,
  base: number,
  logs: readonly KnownLog[],
  witnesses: readonly KnownWitness[],
): CheckedNote {
  const note = readNote(text, base);
  const checkpoint = readCheckpoint(note.text, base);
  const { origin } = checkpoint;
  const ofLog = verifiersOf(logs, origin);
  const ofWitnesses = witnesses.map(witness => verifierOf(witness, NOTE_KEY.WITNESS, witness.name));
  const checked = checkSignatures(note, [...ofLog, ...ofWitnesses]);
  const findings: Finding[] = [];
  if (ofLog.length === 0) findings.push(finding('LOG_NOT_LISTED', 'log proof: checkpoint', { origin }));
  else if (!ofLog.some(key => checked.has(key)))
    findings.push(finding('LOG_CHECKPOINT_UNSIGNED', 'log proof: checkpoint'));
  for (const [key, holds] of checked) {
    const code = ofLog.includes(key) ? 'LOG_CHECKPOINT_SIGNATURE_WRONG' : 'LOG_COSIGNATURE_WRONG';
    if (!holds) findings.push(finding(code, 'log proof: checkpoint', { name: key.name }));
  }
  // Once, with however many keys: a witness whose key was renewed is listed with both.
  const cosigners = new Set(ofWitnesses.filter(key => checked.get(key)).map(({ name }) => name));
  return { checkpoint, findings, witnesses: [...cosigners] };
}

/** A key's name is its log's origin. An origin may have had several keys. */
export const verifiersOf = (logs: readonly KnownLog[], origin: string): readonly NoteVerifier[] =>
  logs.filter(log => log.origin === origin).map(log => verifierOf(log, NOTE_KEY.LOG, origin));

/** Made once a key: it is computed with again and again. */
const VERIFIERS = new WeakMap<object, NoteVerifier>();

function verifierOf(of: { readonly key: string }, type: NoteKeyType, name: string): NoteVerifier {
  let verifier = VERIFIERS.get(of);
  if (!verifier) {
    verifier = noteVerifier({ type, name, raw: fromBase64(of.key) ?? new Uint8Array(0) });
    VERIFIERS.set(of, verifier);
  }
  return verifier;
}
