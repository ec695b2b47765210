/**
 * What a crash leaves under a temporary name (publish.ts): it may be a private key, in the clear, where nobody looks for
 * one. Whoever has the lock next takes it away.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTemporary } from '../publish.ts';

/** Written in milliseconds, and in seconds on the slowest of disks: an older one is of a process that is no more. */
const temporaryLivesMs = 60_000;

/** @param dataDir With the folders of the authorities, of trust and of each holder's keys. */
export function removeLeftovers(dataDir: string): void {
  const folders = readdirSync(dataDir).flatMap(name => [join(dataDir, name), join(dataDir, name, 'keys')]);
  for (const folder of folders.filter(isFolder))
    for (const name of readdirSync(folder).filter(isTemporary)) removeIfOld(join(folder, name));
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** By the clock of the file system. A writer of that moment may have given it its name meanwhile. */
function removeIfOld(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && Date.now() - stat.mtimeMs > temporaryLivesMs) rmSync(path, { force: true });
}
