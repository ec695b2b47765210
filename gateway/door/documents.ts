/**
 * Documents that are known before anybody sends them: a manifest of their texts by the SHA-256 of each, as the tools of
 * today's clients write it.
 *
 *     { "<64 hexadecimal digits>": "query Case($number: ID!) { case(number: $number) { state } }" }
 *
 * A client then sends the hash alone, `{"documentId": "sha256:…"}` (GraphQL over HTTP, appendix "Persisted Documents")
 * or `{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "…"}}}` (Apollo's clients).
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import type { Screen } from '../router/screen.ts';

/** Texts by their hash. */
export type Manifest = ReadonlyMap<string, string>;

/** Far more than all pages of a center have; each is checked at every reload of the schema, in about a millisecond. */
const DOCUMENTS_MAX = 5_000;
const MANIFEST_BYTES_MAX = 32 * 1024 * 1024;
const HASH = /^[0-9a-f]{64}$/;

export class BadManifest extends Error {
  override readonly name = 'BadManifest';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`the documents are not usable: ${reasons.join('; ')}`);
    this.reasons = reasons;
  }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads a manifest, or a folder of .graphql files. @throws {BadManifest} with every reason. */
export async function readDocuments(path: string): Promise<Manifest> {
  const about = await stat(path).catch(() => undefined);
  if (!about) throw new BadManifest([`${path} can't be read`]);
  return about.isDirectory() ? documentsBelow(path) : manifestIn(path, about.size);
}

async function manifestIn(file: string, bytes: number): Promise<Manifest> {
  if (bytes > MANIFEST_BYTES_MAX)
    throw new BadManifest([`${file} has ${bytes} bytes, more than ${MANIFEST_BYTES_MAX}`]);
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new BadManifest([`${file} is not JSON`]);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new BadManifest([`${file} is no object of documents by their hash`]);
  }
  return checked(new Map(Object.entries(parsed)));
}

/** The documents of all .graphql files in a folder and those below it, each file one document. */
export async function documentsBelow(folder: string): Promise<Manifest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile() && entry.name.endsWith('.graphql'));
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  if (texts.length === 0) throw new BadManifest([`${folder} holds no .graphql file`]);
  return checked(new Map(texts.sort().map(text => [hashOf(text), text])));
}

function checked(entries: ReadonlyMap<string, unknown>): Manifest {
  if (entries.size > DOCUMENTS_MAX) throw new BadManifest([`${entries.size} documents, more than ${DOCUMENTS_MAX}`]);
  const reasons: string[] = [];
  for (const [hash, text] of entries) {
    if (typeof text !== 'string') reasons.push(`${hash}: is no text`);
    else if (!HASH.test(hash)) reasons.push(`${hash}: is no SHA-256 in lower-case hexadecimal digits`);
    else if (hashOf(text) !== hash) reasons.push(`${hash}: the text has the hash ${hashOf(text)}`);
  }
  if (reasons.length > 0) throw new BadManifest(reasons);
  return entries as Manifest;
}

/** What stands against carrying out each document on a schema, in one sentence each; nothing where all is well. */
export function faultsOf(manifest: Manifest, schema: GraphQLSchema, screen: Pick<Screen, 'text'>): string[] {
  return [...manifest].flatMap(([hash, text]) => {
    const screened = screen.text(text, schema);
    return screened.ok ? [] : screened.errors.map(({ message }) => `${hash}: ${message}`);
  });
}

/** The known documents as they stand now. */
export interface Documents {
  /** Whether nothing else is carried out. */
  readonly only: boolean;
  textOf(hash: string): string | undefined;
}

export interface OpenDocuments extends Documents {
  /** Reports what stands against carrying them out on the schema that is served now. */
  check(): void;
  stop(): void;
}

export interface DocumentSettings {
  readonly screen: Pick<Screen, 'text'>;
  /** The one that is served now. */
  schema(): GraphQLSchema;
  /** Whether it has the fields of all departments: while one was never heard, a document may need what is not there. */
  isWhole(): boolean;
  report(sentence: string): void;
  /** How often the file is looked at. */
  readonly lookAgainMs?: number;
}

const LOOK_AGAIN_MS = 5_000;

/**
 * Reads the documents, and again when their file or folder has changed. A newer manifest that is bad is refused with all
 * reasons, and the old one goes on.
 *
 * @throws {BadManifest} at the start.
 */
export async function openDocuments(
  { documents: path, documentsOnly: only }: { readonly documents: string | null; readonly documentsOnly: boolean },
  { screen, schema, isWhole, report, lookAgainMs = LOOK_AGAIN_MS }: DocumentSettings,
): Promise<OpenDocuments> {
  if (path === null) return { only, textOf: () => undefined, check() {}, stop() {} };
  const good = async (): Promise<Manifest> => {
    const read = await readDocuments(path);
    const faults = faultsOf(read, schema(), screen);
    if (faults.length > 0 && isWhole()) throw new BadManifest(faults);
    for (const fault of faults) report(`a document can't be carried out while a department is away: ${fault}`);
    return read;
  };
  let manifest = await good();
  let seen = await changedAt(path);
  const look = async (): Promise<void> => {
    const now = await changedAt(path);
    if (now === seen) return;
    seen = now;
    manifest = await good();
    report(`${manifest.size} documents are known now`);
  };
  const looking = setInterval(() => {
    look().catch((error: Error) => report(`${error.message}; the documents from before go on`));
  }, lookAgainMs).unref();
  return {
    only,
    textOf: hash => manifest.get(hash),
    check() {
      for (const fault of faultsOf(manifest, schema(), screen)) report(`a document can't be carried out: ${fault}`);
    },
    stop: () => clearInterval(looking),
  };
}

/** Differs whenever something in it has changed; undefined while it can't be read. */
async function changedAt(path: string): Promise<string | undefined> {
  const about = await stat(path).catch(() => undefined);
  if (!about?.isDirectory()) return about && `${about.mtimeMs} ${about.size}`;
  const entries = await readdir(path, { recursive: true });
  const times = await Promise.all(entries.map(async entry => (await stat(join(path, entry))).mtimeMs));
  return `${entries.join()} ${times.join()}`;
}
