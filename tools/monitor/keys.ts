import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBase64 } from '../../certs/base64.ts';
import { NOTE_KEY, type NoteKeyType, type NoteVerifier, noteVerifier } from '../../certs/log/note.ts';
import { readTrust, TrustError } from '../../certs/verify.ts';
import type { Options } from './options.ts';
import { fetched } from './remote-log.ts';
import type { Keys } from './seen.ts';

/** What is to be trusted can't be read, or is not to be trusted. */
export class NoKeys extends Error {
  override readonly name = 'NoKeys';
}

const listBytesMax = 1024 * 1024;

/**
 * @throws {NoKeys}
 * @throws {NoAnswer}
 */
export async function keysFor({ by, url }: Options): Promise<Keys> {
  if ('key' in by) return { logs: [noteVerifier(by.key)], witnesses: [] };
  const rootPem = readRoot(by.rootPath);
  const list = listBeside(by.rootPath) ?? (await listOf(url));
  try {
    const { logs = [], witnesses = [] } = readTrust({ rootPem, list }).list ?? {};
    return {
      logs: logs.map(({ origin, key }) => verifierOf(NOTE_KEY.LOG, origin, key)),
      witnesses: witnesses.map(({ name, key }) => verifierOf(NOTE_KEY.WITNESS, name, key)),
    };
  } catch (error) {
    if (error instanceof TrustError) throw new NoKeys(`The trust list can't be trusted: ${error.message}.`);
    throw error;
  }
}

const verifierOf = (type: NoteKeyType, name: string, key: string): NoteVerifier =>
  noteVerifier({ type, name, raw: fromBase64(key) ?? new Uint8Array(0) });

function readRoot(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new NoKeys(`${path} can't be read (${(error as NodeJS.ErrnoException).code}): name the root with --trust.`);
  }
}

interface SealedList {
  readonly json: Uint8Array;
  readonly p7s: Uint8Array;
}

function listBeside(rootPath: string): SealedList | undefined {
  const [json = '', p7s = ''] = ['list.json', 'list.p7s'].map(name => join(dirname(rootPath), name));
  return existsSync(json) && existsSync(p7s) ? { json: readFileSync(json), p7s: readFileSync(p7s) } : undefined;
}

/** The gateway's own: the center has sealed it, and the root vouches for the center. */
async function listOf(url: string): Promise<SealedList> {
  const { origin } = new URL(url);
  const [json, p7s] = await Promise.all(
    ['json', 'p7s'].map(ending => fetched(`${origin}/trust/list.${ending}`, listBytesMax)),
  );
  return { json: json as Uint8Array, p7s: p7s as Uint8Array };
}
