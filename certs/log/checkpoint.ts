/**
 * The head of a log (c2sp.org/tlog-checkpoint): the text of a signed note, of exactly three lines. Extension lines, which
 * the format allows and advises against, are refused: our logs write none.
 *
 *     one-window.internal/log/0123456789abcdef
 *     20852163
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 */
import { fromBase64, toBase64 } from '../base64.ts';
import { Lines, wholeNumber } from './lines.ts';
import { hashBytes } from './tree.ts';

export interface Checkpoint {
  /** Names the log. */
  readonly origin: string;
  /** Leaves of the tree. */
  readonly size: number;
  readonly root: Uint8Array;
}

export const writeCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/**
 * @param text The text of a note.
 * @param base Its byte offset in what the reader was handed, for faults.
 * @throws {FormatError} LOG_CHECKPOINT_MALFORMED
 */
export function readCheckpoint(text: string, base = 0): Checkpoint {
  const lines = new Lines(text, 'LOG_CHECKPOINT_MALFORMED', base);
  const origin = lines.next();
  if (origin === '') throw lines.fault();
  const size = wholeNumber(lines.next());
  if (size === undefined) throw lines.fault();
  const root = fromBase64(lines.next());
  if (root?.length !== hashBytes || !lines.isOver) throw lines.fault();
  return { origin, size, root };
}
