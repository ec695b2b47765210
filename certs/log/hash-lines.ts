import { fromBase64, toBase64 } from '../base64.ts';
import type { Lines } from './lines.ts';
import { hashBytes, proofHashesMax } from './tree.ts';

/** Of so many hashes as a proof may have, each base64 with a newline. */
export const hashLinesBytesMax = proofHashesMax * 45;

/** A proof as text: one hash a line, and an empty line after them. */
export const writeHashLines = (path: readonly Uint8Array[]): string =>
  `${path.map(hash => `${toBase64(hash)}\n`).join('')}\n`;

/** @throws {FormatError} */
export function readHashLines(lines: Lines): readonly Uint8Array[] {
  const path: Uint8Array[] = [];
  for (let line = lines.next(); line !== ''; line = lines.next()) {
    const hash = fromBase64(line);
    if (hash?.length !== hashBytes || path.length === proofHashesMax) throw lines.fault();
    path.push(hash);
  }
  return path;
}
