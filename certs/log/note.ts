/**
 * Signed notes (c2sp.org/signed-note), with the two kinds of signature that a log needs: the log's own (Ed25519, type 1)
 * and a witness's with its time (c2sp.org/tlog-cosignature, Ed25519, type 4).
 *
 *     text, ending in a newline
 *
 *     — name base64(key id, 4 bytes ‖ signature)
 */
import { fromBase64, toBase64 } from '../base64.ts';
import { utf8, utf8Length } from '../bytes.ts';
import { toHex } from '../hex.ts';
import { type PublicKey, sha256 } from '../primitives.ts';
import { ed25519Key, ed25519KeyBytes, ed25519SignatureBytes, verifyEd25519 } from './ed25519.ts';
import { Lines } from './lines.ts';

/** Ours have some 130 bytes a signature, so that a hundred fit. */
export const noteBytesMax = 16 * 1024;

export interface Note {
  /** With its last newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/**
 * @param base Byte offset of the note in what the reader was handed, for faults.
 * @throws {FormatError} LOG_CHECKPOINT_MALFORMED
 */
export function readNote(note: string, base = 0): Note {
  const code = 'LOG_CHECKPOINT_MALFORMED';
  const border = note.lastIndexOf('\n\n');
  if (border < 1 || note.length > noteBytesMax || CONTROL.test(note) || !note.isWellFormed())
    throw new Lines(note, code, base).fault();
  const text = note.slice(0, border + 1);
  return { text, signatures: readSignatures(new Lines(note.slice(border + 2), code, base + utf8Length(text) + 1)) };
}

/** At least one signature line, none of them twice, and nothing else. @throws {FormatError} */
export function readSignatures(lines: Lines): readonly NoteSignature[] {
  const signatures = new Map<string, NoteSignature>();
  do {
    const line = lines.next();
    const signature = readSignature(line);
    // Copied a hundred times, a signature that holds would be checked as often.
    if (!signature || signatures.has(line)) throw lines.fault();
    signatures.set(line, signature);
  } while (!lines.isOver);
  return [...signatures.values()];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a note has none but the newline.
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

function readSignature(line: string): NoteSignature | undefined {
  const [, name, base64] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = base64 === undefined ? undefined : fromBase64(base64);
  if (name === undefined || name.includes('+') || !bytes || bytes.length <= keyIdBytes) return undefined;
  return { name, keyId: toHex(bytes.subarray(0, keyIdBytes)), signature: bytes.subarray(keyIdBytes) };
}

const keyIdBytes = 4;

/** One line, with its newline. */
export function writeSignature({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(Uint8Array.of(...fromKeyId(keyId), ...signature))}\n`;
}

const fromKeyId = (keyId: string): readonly number[] =>
  Array.from({ length: keyIdBytes }, (_, i) => Number.parseInt(keyId.slice(2 * i, 2 * i + 2), 16));

export const writeNote = ({ text, signatures }: Note): string => `${text}\n${signatures.map(writeSignature).join('')}`;

// --- keys ------------------------------------------------------------------------------------------------------------

/** What a key is for; also the byte that stands for it. */
export const NOTE_KEY = { LOG: 1, WITNESS: 4 } as const;
export type NoteKeyType = (typeof NOTE_KEY)[keyof typeof NOTE_KEY];

export interface NoteKey {
  readonly type: NoteKeyType;
  readonly name: string;
  /** Its 32 bytes. */
  readonly raw: Uint8Array;
}

export function keyIdOf({ type, name, raw }: NoteKey): string {
  const named = utf8(`${name}\n`);
  const bytes = new Uint8Array(named.length + 1 + raw.length);
  bytes.set(named);
  bytes[named.length] = type;
  bytes.set(raw, named.length + 1);
  return toHex(sha256(bytes).subarray(0, keyIdBytes));
}

/** The key as one line of text, `name+key id+base64(type ‖ key)`: what other people's tools are told. */
export const writeVerifierKey = (key: NoteKey): string =>
  `${key.name}+${keyIdOf(key)}+${toBase64(Uint8Array.of(key.type, ...key.raw))}`;

/** @returns undefined for whatever {@link writeVerifierKey} does not write. */
export function readVerifierKey(text: string): NoteKey | undefined {
  const [, name, keyId, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const bytes = base64 === undefined ? undefined : fromBase64(base64);
  if (name === undefined || !bytes) return undefined;
  const type = Object.values(NOTE_KEY).find(known => known === bytes[0]);
  const raw = bytes.subarray(1);
  if (type === undefined || raw.length !== ed25519KeyBytes) return undefined;
  const key = { type, name, raw };
  return keyIdOf(key) === keyId ? key : undefined;
}

/** A key that signatures are checked with. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: string;
  /** Whether the signature is this key's over the text of a note. */
  verifies(text: string, signature: Uint8Array): boolean;
}

/** @throws {RangeError} if the key has not 32 bytes. */
export function noteVerifier(of: NoteKey): NoteVerifier {
  const key = ed25519Key(of.raw);
  if (!key) throw new RangeError(`the key ${of.name} has not ${ed25519KeyBytes} bytes`);
  const { name, type } = of;
  return {
    name,
    keyId: keyIdOf(of),
    verifies: (text, signature) =>
      type === NOTE_KEY.LOG ? verifyEd25519(key, utf8(text), signature) : verifyCosignature(key, text, signature),
  };
}

function verifyCosignature(key: PublicKey, text: string, signature: Uint8Array): boolean {
  if (signature.length !== timeBytes + ed25519SignatureBytes) return false;
  const time = readTime(signature);
  // A witness that keeps no time says 0, and then says nothing of the tree's growth.
  if (!Number.isSafeInteger(time) || time === 0) return false;
  return verifyEd25519(key, utf8(cosigned(text, time)), signature.subarray(timeBytes));
}

const timeBytes = 8;

const readTime = (signature: Uint8Array): number =>
  signature.subarray(0, timeBytes).reduce((time, byte) => time * 256 + byte, 0);

/** What a witness signs. @param time Seconds since 1970, UTC. */
export const cosigned = (text: string, time: number): string => `cosignature/v1\ntime ${time}\n${text}`;

/** @param signature Ed25519, over {@link cosigned}. */
export function writeCosignature(time: number, signature: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(timeBytes + signature.length);
  for (let i = timeBytes - 1, rest = time; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  bytes.set(signature, timeBytes);
  return bytes;
}

/** Of the signatures of a note that are by a known key: whether each holds. Those by others say nothing, and are left out. */
export function checkSignatures(
  { text, signatures }: Note,
  known: readonly NoteVerifier[],
): ReadonlyMap<NoteVerifier, boolean> {
  const checked = new Map<NoteVerifier, boolean>();
  for (const { name, keyId, signature } of signatures) {
    const verifier = known.find(one => one.name === name && one.keyId === keyId);
    if (verifier) checked.set(verifier, (checked.get(verifier) ?? true) && verifier.verifies(text, signature));
  }
  return checked;
}
