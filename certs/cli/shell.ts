/** Pieces of command lines for a POSIX shell. */
import { printable } from '../findings.ts';

export const cut = (path: string, offset: number, length: number): string =>
  `tail -c +${offset + 1} ${quoted(path)} | head -c ${length}`;

/** A path that would move the cursor is shown, not given. */
export const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", `'\\''`)}'`;
