/**
 * The last good supergraph on disk, with the SDL of which it was made, so that a gateway starts at once while departments
 * are away, and a newer gateway composes its own newer window with what they told last.
 *
 * One line of JSON, `{format, fingerprint, kept}`; the fingerprint is SHA-256 over `JSON.stringify(kept)`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Composition, Service } from '../compose.ts';

export interface Kept {
  readonly services: readonly Service[];
  readonly composition: Composition;
  /** By which edition of the rules and the composer, of which SDL; another edition composes anew. */
  readonly madeOf: string;
}

const FORMAT = 'one-window-supergraph/1';
/** Gateways of before kept the supergraph alone, with the window of their time in it. */
const FORMER_FILE = 'supergraph.graphql';
/** Far longer than a file is being written: what is older was left by a process that was killed. */
const leftoverMinAgeMs = 10 * 60_000;

export const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Of the rules by which this gateway composes: its own files, and the edition of the composer. */
function edition(): string {
  const here = new URL('./', import.meta.url);
  const files = readdirSync(here)
    .sort()
    .map(name => new URL(name, here));
  const texts = [...files, new URL('../compose.ts', here), new URL('../../package.json', here)].map(file =>
    readFileSync(file, 'utf8'),
  );
  return fingerprintOf(JSON.stringify(texts));
}

/** In whatever order the departments were heard. */
export function madeOf(services: readonly Service[]): string {
  const told = services
    .map(({ name, sdl, url }) => [name, sdl, url])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  return fingerprintOf(JSON.stringify([edition(), told]));
}

/**
 * What was kept last; undefined if nothing was.
 *
 * @throws {Error} if the file is there and is not as it was written.
 */
export async function readKept(file: string): Promise<Kept | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { format, fingerprint, kept } = JSON.parse(text) as { format: string; fingerprint: string; kept: Kept };
    if (format === FORMAT && fingerprint === fingerprintOf(JSON.stringify(kept))) return kept;
  } catch {
    // Said below.
  }
  throw new Error(`${file} is not as it was written; delete it to start from the departments`);
}

/** Replaces the file as a whole: whoever reads it, after a power cut too, finds the old text or the new one. */
export async function keep(file: string, kept: Kept): Promise<void> {
  const fingerprint = fingerprintOf(JSON.stringify(kept));
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(JSON.stringify({ format: FORMAT, fingerprint, kept }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(file));
  await rm(join(dirname(file), FORMER_FILE), { force: true });
}

/** Deletes what a gateway left half-written when it was killed. Another gateway on the same folder may be writing. */
export async function sweepLeftovers(file: string, now: Date): Promise<void> {
  const folder = dirname(file);
  const names = [basename(file), FORMER_FILE].map(name => name.replaceAll('.', '\\.')).join('|');
  const leftover = new RegExp(`^(?:${names})\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`);
  for (const name of await readdir(folder)) {
    if (!leftover.test(name)) continue;
    const path = join(folder, name);
    const writtenMs = await stat(path)
      .then(({ mtimeMs }) => mtimeMs)
      .catch(() => Number.POSITIVE_INFINITY);
    if (now.getTime() - writtenMs > leftoverMinAgeMs) await rm(path, { force: true });
  }
}

/** Makes the new name durable, where the system can: Windows cannot open a folder, and keeps names in order itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
