/** The supergraph, from what the departments say of themselves; and the last good one, kept on disk. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  composeServices,
  containsSupergraphSpec,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition';
import { buildASTSchema, type DocumentNode, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Supergraph } from './router/gateway.ts';
import type { Subgraph, SubgraphCall } from './router/subgraph.ts';

export interface Service {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
}

export type Composed =
  | ({ readonly ok: true } & Supergraph)
  | { readonly ok: false; readonly reasons: readonly string[] };

export function composeSupergraph(services: readonly Service[]): Composed {
  const definitions: { name: string; url: string; typeDefs: DocumentNode }[] = [];
  const reasons: string[] = [];
  for (const { name, sdl, url } of services) {
    try {
      definitions.push({ name, url, typeDefs: parse(sdl) });
    } catch (error) {
      reasons.push(`${name}: ${error instanceof GraphQLError ? error.message : 'unreadable SDL'}`);
    }
  }
  if (reasons.length > 0) return { ok: false, reasons };
  const composed = composeServices(definitions);
  if (composed.errors) return { ok: false, reasons: composed.errors.map(({ message }) => message) };
  try {
    return { ok: true, ...supergraphOf(composed.supergraphSdl) };
  } catch (error) {
    return { ok: false, reasons: [error instanceof Error ? error.message : String(error)] };
  }
}

/** A department's SDL, from the department itself. */
export async function fetchSdl(subgraph: Subgraph, call: SubgraphCall = {}): Promise<string> {
  const { data, errors } = await subgraph.send({ query: '{ _service { sdl } }' }, call);
  const service = data?._service;
  if (typeof service === 'object' && service !== null && 'sdl' in service && typeof service.sdl === 'string') {
    return service.sdl;
  }
  throw new Error(`${subgraph.name} does not tell its SDL: ${errors?.[0]?.message ?? 'no _service in its answer'}`);
}

/**
 * The last supergraph that was served, to start from while a department is away; undefined if there was none.
 *
 * @throws {Error} if the file is there and is no supergraph.
 */
export async function readLastSupergraph(file: string): Promise<Supergraph | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return supergraphOf(text);
  } catch (cause) {
    throw new Error(`${file} holds no supergraph; delete it to start from the departments`, { cause });
  }
}

/** Replaces the file as a whole: whoever reads it, after a power cut too, finds the old text or the new one. */
export async function writeLastSupergraph(file: string, supergraphSdl: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(supergraphSdl);
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

function supergraphOf(supergraphSdl: string): Supergraph {
  if (!containsSupergraphSpec(supergraphSdl)) throw new Error('this SDL is not that of a supergraph');
  const document = parse(supergraphSdl, { noLocation: true });
  return { supergraphSdl, publicSchema: publicSchemaOf(document) };
}

function publicSchemaOf(supergraph: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(transformSupergraphToPublicSchema(supergraph));
  const machinery = Object.keys(schema.getTypeMap()).filter(name => /^(join|link|federation|core)__/.test(name));
  if (machinery.length > 0) throw new Error(`the public schema shows ${machinery.join(', ')}`);
  if (!schema.getQueryType()) throw new Error('the public schema has no query');
  return schema;
}
