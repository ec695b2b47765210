import { Kind, parse } from 'graphql';
import { type Manifest, readDocuments } from '../door/documents.ts';

/** Each is some series in every store of metrics; the pages of a center have some hundred operations. */
const namesMax = 500;

/** Names of operations in documents that are known beforehand: those that metrics may tell. */
export function operationNamesIn(manifest: Manifest): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of manifest.values()) {
    for (const definition of parse(text, { noLocation: true }).definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION && definition.name && names.size < namesMax) {
        names.add(definition.name.value);
      }
    }
  }
  return names;
}

/** Of the documents that the gateway starts with. Those that are bad name none; who opens them says why. */
export async function knownOperationNames(documents: string | null): Promise<ReadonlySet<string>> {
  if (documents === null) return new Set();
  return readDocuments(documents)
    .then(operationNamesIn)
    .catch(() => new Set<string>());
}
