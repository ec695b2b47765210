/** Which department answers a field, as the supergraph says. */
import { type ConstDirectiveNode, type DefinitionNode, Kind, parse } from 'graphql';

/** The only department that answers a field, given as `Type.field`; undefined if several can, or it is unknown. */
export type OwnerOf = (coordinate: string) => string | undefined;

export interface Owners {
  /** All names under which plans will ask for departments. */
  readonly departments: readonly string[];
  readonly ownerOf: OwnerOf;
}

/** @throws {Error} if this is not the SDL of a supergraph. */
export function ownersIn(supergraphSdl: string): Owners {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  const names = departmentNames(definitions);
  const owners = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const everywhere = graphsOf(definition.directives, 'join__type');
    for (const { name, directives } of definition.fields ?? []) {
      const own = graphsOf(directives, 'join__field');
      const graphs = new Set(own.length > 0 ? own : everywhere);
      const [only] = graphs;
      const department = only === undefined || graphs.size > 1 ? undefined : names.get(only);
      if (department !== undefined) owners.set(`${definition.name.value}.${name.value}`, department);
    }
  }
  return { departments: [...names.values()], ownerOf: coordinate => owners.get(coordinate) };
}

/** By the name that stands for each in the supergraph. */
function departmentNames(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
  const graphs = definitions.find(
    definition => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new Error('this SDL is not that of a supergraph');
  const names = new Map<string, string>();
  for (const { name, directives } of graphs.values ?? []) {
    const graph = directives?.find(directive => directive.name.value === 'join__graph');
    const department = graph && argumentOf(graph, 'name');
    if (department !== undefined) names.set(name.value, department);
  }
  return names;
}

/** External fields are asked of others; they do not count. */
const graphsOf = (directives: readonly ConstDirectiveNode[] = [], name: string): string[] =>
  directives
    .filter(directive => directive.name.value === name && argumentOf(directive, 'external') !== 'true')
    .flatMap(directive => argumentOf(directive, 'graph') ?? []);

function argumentOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find(argument => argument.name.value === name)?.value;
  return value && 'value' in value ? String(value.value) : undefined;
}
