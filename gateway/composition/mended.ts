/**
 * A supergraph with what today's composer leaves out of it, by the departments' own SDL:
 *
 * - where departments answer a field with different types, one of them possible where the other stands, it takes the
 *   narrower one for the public type, so that lawful fragments are refused; and keeps no types of root fields apart;
 * - of a root field that every department has, and of a field of an interface that one department knows as an object
 *   (`@interfaceObject`), it tells the planner neither `@external` nor `@requires`, `@provides` or `@override`.
 */
import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  print,
  type TypeNode,
  visit,
} from 'graphql';
import { argumentOf } from '../router/directives.ts';
import { departmentsIn } from '../router/owners.ts';
import { type FieldUse, type NamedDocument, usesOf } from './uses.ts';

/** The same document where nothing was left out. */
export function mended(supergraph: DocumentNode, services: readonly NamedDocument[]): DocumentNode {
  const uses = usesOf(services);
  const graphs = graphsIn(supergraph);
  const isPossible = possibleIn(supergraph);
  const mend = (type: string, field: FieldDefinitionNode): FieldDefinitionNode | undefined => {
    const told = uses.get(`${type}.${field.name.value}`) ?? [];
    if (told.length < 2) return undefined;
    const own = told.filter(({ external }) => !external);
    const returned =
      widest(
        (own.length > 0 ? own : told).map(use => use.type),
        isPossible,
      ) ?? field.type;
    const retyped = print(returned) === print(field.type) ? field : { ...field, type: returned };
    const rejoined = joined(type, retyped, told, graphs);
    return rejoined === field ? undefined : rejoined;
  };
  const mendAll = <Type extends { name: { value: string }; fields?: readonly FieldDefinitionNode[] }>(node: Type) => {
    const fields = node.fields?.map(field => mend(node.name.value, field) ?? field);
    return fields?.some((field, index) => field !== node.fields?.[index]) ? { ...node, fields } : false;
  };
  return visit(supergraph, { ObjectTypeDefinition: mendAll, InterfaceTypeDefinition: mendAll });
}

/** The values of `join__Graph`, by the services' names. */
const graphsIn = ({ definitions }: DocumentNode): ReadonlyMap<string, string> =>
  new Map([...departmentsIn(definitions).names].map(([graph, service]) => [service, graph]));

type IsPossible = (narrow: string, wide: string) => boolean;

/** Whether an object of one type may stand where another type is answered. */
function possibleIn({ definitions }: DocumentNode): IsPossible {
  const wider = new Map<string, Set<string>>();
  const add = (narrow: string, wide: string) => wider.set(narrow, (wider.get(narrow) ?? new Set()).add(wide));
  for (const definition of definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) add(name.value, definition.name.value);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const { name } of definition.interfaces ?? []) add(definition.name.value, name.value);
  }
  return (narrow, wide) => narrow === wide || (wider.get(narrow)?.has(wide) ?? false);
}

/** The type that all of these keep; undefined if there is none. */
function widest(types: readonly TypeNode[], isPossible: IsPossible): TypeNode | undefined {
  if (types.every(type => type.kind === Kind.NON_NULL_TYPE)) {
    const inner = widest(
      types.map(({ type }) => type),
      isPossible,
    );
    return inner && inner.kind !== Kind.NON_NULL_TYPE ? { kind: Kind.NON_NULL_TYPE, type: inner } : undefined;
  }
  const nullable = types.map(type => (type.kind === Kind.NON_NULL_TYPE ? type.type : type));
  if (nullable.every(type => type.kind === Kind.LIST_TYPE)) {
    const item = widest(
      nullable.map(({ type }) => type),
      isPossible,
    );
    return item && { kind: Kind.LIST_TYPE, type: item };
  }
  const named = nullable.filter(type => type.kind === Kind.NAMED_TYPE);
  if (named.length < nullable.length) return undefined;
  return named.find(wide => named.every(narrow => isPossible(narrow.name.value, wide.name.value)));
}

const JOIN = 'join__field';

function joined(
  type: string,
  field: FieldDefinitionNode,
  uses: readonly FieldUse[],
  graphs: ReadonlyMap<string, string>,
): FieldDefinitionNode {
  const directives = field.directives ?? [];
  const differing = new Map(
    uses.flatMap(({ service, type: told }) =>
      print(told) === print(field.type) ? [] : [[graphs.get(service), print(told)] as const],
    ),
  );
  if (directives.some(({ name }) => name.value === JOIN)) {
    const typed = directives.map(directive => withType(directive, differing));
    return typed.some((directive, index) => directive !== directives[index]) ? { ...field, directives: typed } : field;
  }
  const untold = type === 'Query' || uses.some(use => use.ofInterfaceObject);
  const says = uses.some(use => use.external || use.requires || use.provides || use.overrides);
  if (!untold || !(says || differing.size > 0)) return field;
  const taken = new Set(uses.map(use => use.overrides));
  const joins = uses.filter(({ service }) => !taken.has(service)).map(use => joinOf(use, graphs, differing));
  return { ...field, directives: [...joins, ...directives] };
}

function withType(join: ConstDirectiveNode, differing: ReadonlyMap<string | undefined, string>): ConstDirectiveNode {
  const graph = argumentOf(join, 'graph');
  const told = join.name.value === JOIN && graph?.kind === Kind.ENUM ? differing.get(graph.value) : undefined;
  if (told === undefined || argumentOf(join, 'type')) return join;
  return { ...join, arguments: [...(join.arguments ?? []), textArgument('type', told)] };
}

function joinOf(
  { service, external, requires, provides, overrides }: FieldUse,
  graphs: ReadonlyMap<string, string>,
  differing: ReadonlyMap<string | undefined, string>,
): ConstDirectiveNode {
  const graph = graphs.get(service) ?? service;
  const texts = { type: differing.get(graph), requires, provides, override: overrides };
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: JOIN },
    arguments: [
      argument('graph', { kind: Kind.ENUM, value: graph }),
      ...Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : textArgument(name, text))),
      ...(external ? [argument('external', { kind: Kind.BOOLEAN, value: true })] : []),
    ],
  };
}

const argument = (name: string, value: ConstArgumentNode['value']): ConstArgumentNode => ({
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: name },
  value,
});

const textArgument = (name: string, value: string) => argument(name, { kind: Kind.STRING, value });
