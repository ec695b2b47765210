import { type DocumentNode, type GraphQLSchema, Kind } from 'graphql';
import { type Composition, supergraphOf } from '../../gateway/compose.ts';
import { attempt } from '../../gateway/composition/center.ts';
import type { Change } from '../../gateway/composition/changes.ts';
import { BadManifest, readDocuments } from '../../gateway/door/documents.ts';
import { createScreen } from '../../gateway/router/screen.ts';
import { tellReasons } from './compose.ts';
import type { Options } from './options.ts';
import { readDeployed, readServices, Unreadable } from './sources.ts';

/** A persisted document that the newer schema does not take. */
interface BrokenDocument {
  readonly hash: string;
  readonly name: string | null;
  readonly reasons: readonly string[];
}

/** False when something breaks, or the departments do not compose. */
export async function check(options: Options): Promise<boolean> {
  const [deployed, services] = await Promise.all([readDeployed(options.against), readServices(options)]);
  const composed = attempt(services, deployed);
  if (!composed.ok) {
    tellReasons(composed.reasons, options.json);
    return false;
  }
  const { changes, composition } = composed;
  const documents = await brokenDocuments(options.documents, deployed, composition);
  if (options.json) console.log(JSON.stringify({ composes: true, changes, documents }));
  else tell(changes, documents);
  const fatal = changes.filter(({ danger }) => danger === 'BREAKING' || options.strict);
  return fatal.length === 0 && documents.length === 0;
}

/** Of the documents that what is deployed takes, as a gateway judges them at its start. */
async function brokenDocuments(
  path: string | undefined,
  deployed: Composition,
  newer: Composition,
): Promise<readonly BrokenDocument[]> {
  if (path === undefined) return [];
  const manifest = await readDocuments(path).catch((error: unknown) => {
    throw error instanceof BadManifest ? new Unreadable(error.message) : error;
  });
  const screen = createScreen({ introspection: true });
  const [before, after] = [schemaOf(deployed), schemaOf(newer)];
  return [...manifest].flatMap(([hash, text]) => {
    const known = screen.text(text, before);
    const still = screen.text(text, after);
    if (!known.ok || still.ok) return [];
    return [{ hash, name: nameIn(known.document), reasons: still.errors.map(({ message }) => message) }];
  });
}

const schemaOf = ({ supergraphSdl }: Composition): GraphQLSchema => supergraphOf(supergraphSdl).publicSchema;

/** Of its first operation. */
const nameIn = ({ definitions }: DocumentNode): string | null =>
  definitions.find(definition => definition.kind === Kind.OPERATION_DEFINITION)?.name?.value ?? null;

function tell(changes: readonly Change[], documents: readonly BrokenDocument[]): void {
  for (const { danger, code, message } of changes) console.log(`${danger} ${code}: ${message}`);
  for (const { hash, name, reasons } of documents) {
    console.log(`BREAKING DOCUMENT ${name ?? 'without a name'} (${hash.slice(0, 12)}…): ${reasons.join('; ')}`);
  }
  if (changes.length + documents.length === 0) console.log('Nothing changes for those who rely on what is deployed.');
}
