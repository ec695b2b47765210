/**
 * The order in which a planner sees the departments.
 *
 * Today's planner looks through them by name, and where one that knows an interface as an object (`@interfaceObject`)
 * comes before the one that knows its types, it finds no way from the first to the second. So it is given names that
 * sort the right way; plans come back with the departments' own.
 */
import { type ConstDirectiveNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { argumentOf } from './directives.ts';
import { departmentsIn } from './owners.ts';

export interface Ordered {
  readonly supergraphSdl: string;
  /** A department's own name, by the one that it was given. */
  readonly nameOf: (given: string) => string;
}

/** The orders to try, best first; one, with the names as they are, where there is no interface object. */
export function ordersOf(supergraphSdl: string): readonly [Ordered, ...Ordered[]] {
  const asIs: Ordered = { supergraphSdl, nameOf: name => name };
  if (!supergraphSdl.includes(INTERFACE_OBJECT)) return [asIs];
  const document = parse(supergraphSdl, { noLocation: true });
  const objects = interfaceObjects(document);
  if (objects.size === 0) return [asIs];
  const { names } = departmentsIn(document.definitions);
  const count = ([graph]: readonly [string, string]) => objects.get(graph) ?? 0;
  const sorted = [...names].toSorted((one, other) => count(one) - count(other)).map(([, name]) => name);
  // Two departments may each know as an object what the other one knows the types of.
  return [renamed(document, sorted), renamed(document, sorted.toReversed())];
}

const INTERFACE_OBJECT = 'isInterfaceObject';

/** How many interfaces a department knows as objects, by its value of `join__Graph`. */
function interfaceObjects(document: DocumentNode): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  visit(document, {
    Directive(directive) {
      if (directive.name.value !== 'join__type') return;
      const join = directive as ConstDirectiveNode;
      const [isObject, graph] = [argumentOf(join, INTERFACE_OBJECT), argumentOf(join, 'graph')];
      if (isObject?.kind !== Kind.BOOLEAN || !isObject.value || graph?.kind !== Kind.ENUM) return;
      counts.set(graph.value, (counts.get(graph.value) ?? 0) + 1);
    },
  });
  return counts;
}

function renamed(document: DocumentNode, names: readonly string[]): Ordered {
  const given = new Map(names.map((name, index) => [name, `${String(index).padStart(4, '0')} ${name}`]));
  const own = new Map([...given].map(([name, to]) => [to, name]));
  const supergraph = visit(document, {
    Directive({ name }) {
      return name.value === 'join__graph' ? undefined : false;
    },
    Argument(node) {
      if (node.name.value !== 'name' || node.value.kind !== Kind.STRING) return undefined;
      const value = given.get(node.value.value);
      return value === undefined ? undefined : { ...node, value: { ...node.value, value } };
    },
  });
  return { supergraphSdl: print(supergraph), nameOf: name => own.get(name) ?? name };
}
