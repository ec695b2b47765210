/** What each department says of the fields of the graph. */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type TypeNode,
} from 'graphql';
import { argumentOf, textOf } from '../router/directives.ts';

export interface FieldUse {
  readonly service: string;
  readonly type: TypeNode;
  readonly external: boolean;
  readonly requires: string | undefined;
  readonly provides: string | undefined;
  /** The service from which this one takes the field. */
  readonly overrides: string | undefined;
  /** Whether the service knows an interface as an object. */
  readonly ofInterfaceObject: boolean;
}

export interface NamedDocument {
  readonly name: string;
  readonly document: DocumentNode;
}

/** By `Type.field`, with the root types under their usual names. */
export function usesOf(services: readonly NamedDocument[]): ReadonlyMap<string, readonly FieldUse[]> {
  const uses = new Map<string, FieldUse[]>();
  for (const { name: service, document } of services) {
    const [own, roots] = [ownNames(document), rootNames(document)];
    const known = (directives: readonly ConstDirectiveNode[] = [], wanted: string) =>
      directives.find(({ name }) => own(name.value) === wanted);
    const interfaceObjects = new Set<string>();
    for (const type of typesIn(document))
      if (known(type.directives, 'interfaceObject')) interfaceObjects.add(type.name.value);
    const useOf = (type: string, { directives, type: returned }: FieldDefinitionNode): FieldUse => ({
      service,
      type: returned,
      external: known(directives, 'external') !== undefined,
      requires: textArgument(known(directives, 'requires'), 'fields'),
      provides: textArgument(known(directives, 'provides'), 'fields'),
      overrides: textArgument(known(directives, 'override'), 'from'),
      ofInterfaceObject: interfaceObjects.has(type),
    });
    for (const { name, fields = [] } of typesIn(document)) {
      for (const field of fields) {
        const coordinate = `${roots.get(name.value) ?? name.value}.${field.name.value}`;
        uses.set(coordinate, [...(uses.get(coordinate) ?? []), useOf(name.value, field)]);
      }
    }
  }
  return uses;
}

const typesIn = ({ definitions }: DocumentNode) =>
  definitions.filter(
    definition =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.OBJECT_TYPE_EXTENSION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_EXTENSION,
  );

const textArgument = (directive: ConstDirectiveNode | undefined, name: string): string | undefined =>
  textOf(argumentOf(directive, name));

function rootNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const usual = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of definition.operationTypes ?? []) names.set(type.name.value, usual[operation]);
  }
  return names;
}

const FEDERATION = /specs\.apollo\.dev\/federation\/v/;

/** A directive's own name, by the one under which a department imported it. */
function ownNames({ definitions }: DocumentNode): (local: string) => string {
  const renamed = new Map<string, string>();
  let prefix = 'federation__';
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of definition.directives ?? []) {
      if (!FEDERATION.test(textArgument(link, 'url') ?? '')) continue;
      prefix = `${textArgument(link, 'as') ?? 'federation'}__`;
      for (const [local, own] of renamedImports(link)) renamed.set(local, own);
    }
  }
  return local => renamed.get(local) ?? (local.startsWith(prefix) ? local.slice(prefix.length) : local);
}

function renamedImports(link: ConstDirectiveNode): [local: string, own: string][] {
  const imports = argumentOf(link, 'import');
  if (imports?.kind !== Kind.LIST) return [];
  return imports.values.flatMap(each => {
    const [name, as] = [memberOf(each, 'name'), memberOf(each, 'as')];
    return name && as ? [[as.slice(1), name.slice(1)]] : [];
  });
}

const memberOf = (object: ConstValueNode, name: string): string | undefined =>
  object.kind === Kind.OBJECT ? textOf(object.fields.find(field => field.name.value === name)?.value) : undefined;
