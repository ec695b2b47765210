/** Which department answers a field, as the supergraph says. */
import { type ConstDirectiveNode, type DefinitionNode, Kind, parse } from 'graphql';
import { argumentOf, textOf } from './directives.ts';

/** The only department that answers a field, given as `Type.field`; undefined if several can, or it is unknown. */
export type OwnerOf = (coordinate: string) => string | undefined;

export interface Owners {
  /** All names under which plans will ask for departments. */
  readonly departments: readonly string[];
  /** By department, as composed; empty where none was given. */
  readonly urls: ReadonlyMap<string, string>;
  readonly ownerOf: OwnerOf;
  /** The types that are possible where this interface or union stands, hidden ones among them. */
  readonly possibleTypes: (abstractType: string) => readonly string[];
}

/** @throws {Error} if this is not the SDL of a supergraph. */
export function ownersIn(supergraphSdl: string): Owners {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const { names, urls } = departmentsIn(definitions);
  const owners = new Map<string, string>();
  const possible = new Map<string, string[]>();
  for (const definition of definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      possible.set(
        definition.name.value,
        (definition.types ?? []).map(({ name }) => name.value),
      );
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const { name } of definition.interfaces ?? []) {
      possible.set(name.value, [...(possible.get(name.value) ?? []), definition.name.value]);
    }
    const everywhere = graphsOf(definition.directives, 'join__type');
    for (const { name, directives } of definition.fields ?? []) {
      const own = graphsOf(directives, 'join__field');
      const graphs = new Set(own.length > 0 ? own : everywhere);
      const [only] = graphs;
      const department = only === undefined || graphs.size > 1 ? undefined : names.get(only);
      if (department !== undefined) owners.set(`${definition.name.value}.${name.value}`, department);
    }
  }
  return {
    departments: [...names.values()],
    urls,
    ownerOf: coordinate => owners.get(coordinate),
    possibleTypes: abstractType => possible.get(abstractType) ?? [],
  };
}

export interface Departments {
  /** By the name that stands for each in the supergraph. */
  readonly names: ReadonlyMap<string, string>;
  readonly urls: ReadonlyMap<string, string>;
}

/** @throws {Error} if these are not the definitions of a supergraph. */
export function departmentsIn(definitions: readonly DefinitionNode[]): Departments {
  const graphs = definitions.find(
    definition => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new Error('this SDL is not that of a supergraph');
  const names = new Map<string, string>();
  const urls = new Map<string, string>();
  for (const { name, directives } of graphs.values ?? []) {
    const graph = directives?.find(directive => directive.name.value === 'join__graph');
    const department = textOf(argumentOf(graph, 'name'));
    if (department === undefined) continue;
    names.set(name.value, department);
    urls.set(department, textOf(argumentOf(graph, 'url')) ?? '');
  }
  return { names, urls };
}

/** External fields are asked of others; they do not count. */
const graphsOf = (directives: readonly ConstDirectiveNode[] = [], name: string): string[] =>
  directives.flatMap(directive => {
    const [graph, external] = [argumentOf(directive, 'graph'), argumentOf(directive, 'external')];
    const isExternal = external?.kind === Kind.BOOLEAN && external.value;
    return directive.name.value === name && graph?.kind === Kind.ENUM && !isExternal ? graph.value : [];
  });
