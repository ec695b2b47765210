/**
 * The heads of the log that a bundle holds: the newest, in log/checkpoint, and that of each proof. One log has one tree of a
 * size, and never becomes smaller; a bundle in which it does is evidence against the log.
 */
import { toHex } from '../hex.ts';
import { type Checkpoint, readCheckpoint } from '../log/checkpoint.ts';
import { textOf } from '../log/lines.ts';
import { checkSignatures, type Note, noteBytesMax, readNote } from '../log/note.ts';
import { readProof, verifiersOf } from '../log/proof.ts';
import type { TrustList } from '../trust-list.ts';
import type { Found } from './found.ts';
import { CHECKPOINT, proofIn } from './layout.ts';
import type { PaperJudgement } from './papers.ts';
import type { Files } from './zip.ts';

export function examineCheckpoints(
  files: Files,
  papers: readonly PaperJudgement[],
  list: TrustList | undefined,
  found: Found,
): void {
  const proved = papers.flatMap(({ folder, judgement }) => {
    const proof = judgement?.log && files.get(proofIn(folder));
    return proof ? [{ file: proofIn(folder), ...readCheckpoint(readNote(readProof(proof).note).text) }] : [];
  });
  const newest = newestIn(files, list, found);
  if (newest) {
    const largest = Math.max(0, ...proved.filter(({ origin }) => origin === newest.origin).map(({ size }) => size));
    const facts = { size: String(newest.size), proved: String(largest) };
    if (largest > newest.size) found.report(CHECKPOINT, 'CHECKPOINT_OLDER', 'checkpoint', facts);
  }
  const roots = new Map<string, string>();
  for (const { file, origin, size, root } of newest ? [...proved, { file: CHECKPOINT, ...newest }] : proved) {
    const tree = `${origin} ${size}`;
    const known = roots.get(tree) ?? toHex(root);
    roots.set(tree, known);
    if (known !== toHex(root)) found.report(file, 'LOG_FORKED', 'checkpoint', { size: String(size) });
  }
}

/** @returns undefined when there is none, or none that a log of the trust list has signed. */
function newestIn(files: Files, list: TrustList | undefined, found: Found): Checkpoint | undefined {
  const bytes = files.get(CHECKPOINT);
  if (!bytes || !list) return undefined;
  const read = found.read(CHECKPOINT, () => {
    const note = readNote(textOf(bytes, noteBytesMax, 'LOG_CHECKPOINT_MALFORMED'));
    return { note, checkpoint: readCheckpoint(note.text) };
  });
  if (!read) return undefined;
  const { origin } = read.checkpoint;
  if (isSigned(read.note, origin, list)) return read.checkpoint;
  found.report(CHECKPOINT, 'LOG_CHECKPOINT_UNSIGNED', 'checkpoint');
  return undefined;
}

function isSigned(note: Note, origin: string, { logs }: TrustList): boolean {
  const verifiers = verifiersOf(logs, origin);
  const checked = checkSignatures(note, verifiers);
  return verifiers.some(verifier => checked.get(verifier) === true);
}
