/** The supergraph, from what the departments say of themselves. */
import {
  composeServices,
  containsSupergraphSpec,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse, print, validateSchema } from 'graphql';
import { readSdl } from './composition/bounds.ts';
import { mended } from './composition/mended.ts';
import { composerReason, type Reason, reason } from './composition/reason.ts';
import { brokenRules, type ReadService } from './composition/rules.ts';
import type { Supergraph } from './router/gateway.ts';
import type { Subgraph, SubgraphCall } from './router/port.ts';

export interface Service {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
}

export type Composed =
  | ({ readonly ok: true } & Supergraph)
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/** A supergraph as text, which crosses threads and is kept on disk. */
export interface Composition {
  readonly supergraphSdl: string;
  readonly publicSdl: string;
}

/** What Federation says of them, with every reason if they do not compose. */
export function composeSupergraph(services: readonly Service[]): Composed {
  return composed(services, () => []);
}

/** The same under the rules of this center, where no department can take, hide or thin out what is another's. */
export function composeOffices(services: readonly Service[]): Composed {
  return composed(services, brokenRules);
}

function composed(services: readonly Service[], broken: typeof brokenRules): Composed {
  const read: (ReadService & { readonly url: string; readonly typeDefs: DocumentNode })[] = [];
  const reasons: Reason[] = [];
  for (const { name, sdl, url } of services) {
    const told = readSdl({ name, sdl });
    if (told.ok) read.push({ name, url, document: told.document, typeDefs: told.document });
    else reasons.push(...told.reasons);
  }
  if (reasons.length > 0) return { ok: false, reasons };
  try {
    const result = composeServices(read);
    reasons.push(...(result.errors ?? []).map(composerReason), ...broken(read, result.supergraphDocumentNode));
    if (result.errors || reasons.length > 0) return { ok: false, reasons };
    const whole = mended(result.supergraphDocumentNode, read);
    return checked(whole === result.supergraphDocumentNode ? result.supergraphSdl : print(whole));
  } catch (error) {
    // It is not made for hostile input: an odd schema may end its stack, or find it without an answer.
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, reasons: [reason('COMPOSITION_FAILED', [], message)] };
  }
}

function checked(supergraphSdl: string): Composed {
  const supergraph = supergraphOf(supergraphSdl);
  const faults = validateSchema(supergraph.publicSchema);
  if (faults.length === 0) return { ok: true, ...supergraph };
  return { ok: false, reasons: faults.map(({ message }) => reason('PUBLIC_SCHEMA_INVALID', [], message)) };
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

/** @throws {Error} if this is not the SDL of a supergraph, or shows its machinery. */
export function supergraphOf(supergraphSdl: string): Supergraph {
  if (!containsSupergraphSpec(supergraphSdl)) throw new Error('this SDL is not that of a supergraph');
  const document = parse(supergraphSdl, { noLocation: true });
  return { supergraphSdl, publicSchema: publicSchemaOf(document) };
}

/** What clients may see of a supergraph, as text. */
export const publicSdlOf = (supergraphSdl: string): string =>
  print(transformSupergraphToPublicSchema(parse(supergraphSdl, { noLocation: true })));

function publicSchemaOf(supergraph: DocumentNode): GraphQLSchema {
  const schema = buildASTSchema(transformSupergraphToPublicSchema(supergraph));
  const machinery = Object.keys(schema.getTypeMap()).filter(name => /^(join|link|federation|core)__/.test(name));
  if (machinery.length > 0) throw new Error(`the public schema shows ${machinery.join(', ')}`);
  if (!schema.getQueryType()) throw new Error('the public schema has no query');
  return schema;
}
