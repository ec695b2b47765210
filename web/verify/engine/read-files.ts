/** Reads what was dropped, within bounds: what is too large is never read. */
import { zipBytesMax } from '../../../certs/bundle/zip.ts';
import type { Dropped } from './dropped.ts';
import type { Unreadable } from './report.ts';

/** The largest thing there is to verify is a bundle. */
const fileBytesMax = zipBytesMax;
/** Of one drop. */
export const filesMax = 400;
const allBytesMax = 8 * fileBytesMax;

export async function readFiles(
  files: readonly File[],
): Promise<{ readonly dropped: readonly Dropped[]; readonly refused: readonly Unreadable[] }> {
  const dropped: Dropped[] = [];
  const refused: Unreadable[] = [];
  const refuse = (name: string, reason: Unreadable['reason'], max: number) =>
    refused.push({ state: 'UNREADABLE', names: [name], reason, facts: { max: String(max) } });
  let left = allBytesMax;
  for (const file of files.slice(0, filesMax)) {
    left -= file.size;
    if (file.size > fileBytesMax || left < 0) refuse(file.name, 'FILE_TOO_LARGE', fileBytesMax);
    else
      try {
        dropped.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
      } catch {
        // A folder, or a file that is gone by now.
        refused.push({ state: 'UNREADABLE', names: [file.name], reason: 'FILE_NOT_READ' });
      }
  }
  if (files.length > filesMax) refuse(files[filesMax]!.name, 'FILES_TOO_MANY', filesMax);
  return { dropped, refused };
}
