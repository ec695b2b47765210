/**
 * What a newer supergraph would change for those who rely on the one that is deployed: clients on its public schema, and
 * departments on each other.
 */
import { buildASTSchema, findBreakingChanges, findDangerousChanges, Kind, parse } from 'graphql';
import type { Composition } from '../compose.ts';
import type { Alternatives } from '../router/alternatives.ts';
import { argumentOf, textOf } from '../router/directives.ts';
import { departmentsIn, ownersIn } from '../router/owners.ts';
import { accessIn, isLooser, OPEN, sayAccess } from './access.ts';
import { elementsOf } from './elements.ts';

export interface Change {
  /** BREAKING: an operation that was good may fail. DANGEROUS: it goes on, and may not mean or guard what it did. */
  readonly danger: 'BREAKING' | 'DANGEROUS';
  /** graphql-js's name of the change, such as FIELD_REMOVED; or one of ours. */
  readonly code: string;
  readonly coordinate: string | null;
  readonly message: string;
}

export function changesBetween(before: Composition, after: Composition): Change[] {
  return [...publicChanges(before.publicSdl, after.publicSdl), ...federationChanges(before, after)];
}

function publicChanges(before: string, after: string): Change[] {
  const [older, newer] = [before, after].map(sdl =>
    buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true }),
  ) as [ReturnType<typeof buildASTSchema>, ReturnType<typeof buildASTSchema>];
  const change =
    (danger: Change['danger']) =>
    ({ type, description }: { type: string; description: string }): Change => ({
      danger,
      code: type,
      coordinate:
        /\b[A-Za-z_]\w*\.[A-Za-z_]\w*/.exec(description)?.[0] ??
        /^(?:\w+) (?=was|changed)/.exec(description)?.[0].trim() ??
        null,
      message: description,
    });
  return [
    ...findBreakingChanges(older, newer).map(change('BREAKING')),
    ...findDangerousChanges(older, newer).map(change('DANGEROUS')),
  ];
}

function federationChanges(before: Composition, after: Composition): Change[] {
  const [older, newer] = [graphOf(before), graphOf(after)];
  return [
    ...older.departments
      .filter(name => !newer.departments.includes(name))
      .map(name => breaking('DEPARTMENT_REMOVED', null, `the department ${name} is no longer in the graph`)),
    ...keysRemoved(older, newer),
    ...ownersMoved(older, newer),
    ...accessChanges(older, newer),
  ];
}

/** What federation says in a supergraph. */
interface Graph {
  readonly departments: readonly string[];
  readonly coordinates: ReadonlySet<string>;
  ownerOf(coordinate: string): string | undefined;
  /** Keys by which departments can be asked for entities: `type department key`. */
  readonly keys: ReadonlyMap<string, { readonly type: string; readonly department: string; readonly key: string }>;
  readonly access: ReadonlyMap<string, Alternatives>;
}

function graphOf({ supergraphSdl }: Composition): Graph {
  const document = parse(supergraphSdl, { noLocation: true });
  const { departments, ownerOf } = ownersIn(supergraphSdl);
  const { names } = departmentsIn(document.definitions);
  const elements = elementsOf(document);
  const keys: (readonly [string, { type: string; department: string; key: string }])[] = [];
  for (const { coordinate: type, directives } of elements.values()) {
    for (const join of directives) {
      if (join.name.value !== 'join__type') continue;
      const [graph, resolvable] = [argumentOf(join, 'graph'), argumentOf(join, 'resolvable')];
      const key = textOf(argumentOf(join, 'key'));
      if (graph?.kind !== Kind.ENUM || key === undefined) continue;
      if (resolvable?.kind === Kind.BOOLEAN && !resolvable.value) continue;
      const department = names.get(graph.value) ?? graph.value;
      keys.push([`${type} ${department} ${key}`, { type, department, key }]);
    }
  }
  return {
    departments,
    coordinates: new Set(elements.keys()),
    ownerOf,
    keys: new Map(keys),
    access: accessIn(elements),
  };
}

const keysRemoved = (older: Graph, newer: Graph): Change[] =>
  [...older.keys]
    .filter(([id, { type, department }]) => !newer.keys.has(id) && stays(newer, type, department))
    .map(([, { type, department, key }]) =>
      breaking('KEY_REMOVED', type, `${department} can no longer be asked for ${type} by "${key}"`),
    );

/** Where the whole type or department has gone, that is what is said. */
const stays = ({ coordinates, departments }: Graph, type: string, department: string): boolean =>
  coordinates.has(type) && departments.includes(department);

function ownersMoved(older: Graph, newer: Graph): Change[] {
  return [...older.coordinates].flatMap(coordinate => {
    const [from, to] = [older.ownerOf(coordinate), newer.ownerOf(coordinate)];
    if (from === to || !newer.coordinates.has(coordinate)) return [];
    const message = `${coordinate} was answered by ${from ?? 'several departments'}, and is by ${to ?? 'several'} now`;
    return [dangerous('FIELD_OWNER_MOVED', coordinate, message)];
  });
}

function accessChanges(before: Graph, after: Graph): Change[] {
  return [...new Set([...before.access.keys(), ...after.access.keys()])].flatMap(coordinate => {
    // What is new was open to nobody, and what is gone is to nobody.
    if (!before.coordinates.has(coordinate) || !after.coordinates.has(coordinate)) return [];
    const [older, newer] = [before.access.get(coordinate) ?? OPEN, after.access.get(coordinate) ?? OPEN];
    const shown = `${sayAccess(older)} → ${sayAccess(newer)}`;
    return [
      ...(isLooser(newer, older)
        ? [dangerous('ACCESS_RULE_LOOSENED', coordinate, `who may see ${coordinate} is bound less: ${shown}`)]
        : []),
      ...(isLooser(older, newer)
        ? [dangerous('ACCESS_RULE_TIGHTENED', coordinate, `who may see ${coordinate} is bound more: ${shown}`)]
        : []),
    ];
  });
}

const breaking = (code: string, coordinate: string | null, message: string): Change => ({
  danger: 'BREAKING',
  code,
  coordinate,
  message,
});
const dangerous = (code: string, coordinate: string | null, message: string): Change => ({
  ...breaking(code, coordinate, message),
  danger: 'DANGEROUS',
});
