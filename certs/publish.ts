/**
 * Files that appear whole or not at all, whenever the power goes: written under a temporary name, forced to disk, then
 * given their name, then the folder forced to disk.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export const PRIVATE = 0o600;
export const PUBLIC = 0o644;

export const readIfThere = (path: string): string | undefined => readBytesIfThere(path)?.toString('utf8');

export function readBytesIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The content of the file, made now if there is none. Never replaces one: of two processes that make it at the same
 * time, both get what the first wrote.
 */
export function readOrMake(path: string, mode: number, make: () => string): string {
  const there = readIfThere(path);
  if (there !== undefined) return there;
  const made = make();
  const temporary = writeTemporary(path, made, mode);
  try {
    linkSync(temporary, path);
    syncFolder(path);
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(path, 'utf8');
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Replaces a file that may be replaced. */
export function replace(path: string, content: string | Uint8Array, mode: number): void {
  const temporary = writeTemporary(path, content, mode);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(path);
}

const temporaryName = (): string => `.${randomUUID()}.tmp`;
export const isTemporary = (name: string): boolean => /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);

function writeTemporary(path: string, content: string | Uint8Array, mode: number): string {
  const temporary = join(dirname(path), temporaryName());
  const file = openSync(temporary, 'wx', mode);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } catch (error) {
    // A full disk must not keep half a private key under a name that nobody looks for.
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return temporary;
}

export function syncFolder(path: string): void {
  // Windows can't open a folder; its file system journals the name itself.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
