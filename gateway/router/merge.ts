/**
 * The tree of what departments have answered so far: finding entities in it, merging answers into it.
 *
 * Keys come from departments, so any key may be there; `__proto__` is never one that was asked for.
 */
import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import type { Path, Requirement, Rewrite, RewriteStep, Step } from './planner.ts';

/** An object of an answer. Each has one place in the tree; the same entity in two places is two objects. */
export type Answered = Record<string, unknown>;

/** Whether an object of type `name` is one of `condition`, which may be an interface or a union. */
export type Satisfies = (name: string, condition: string) => boolean;

export function satisfiesIn(schema: GraphQLSchema): Satisfies {
  return (name, condition) => {
    if (name === condition) return true;
    const abstract = schema.getType(condition);
    const concrete = schema.getType(name);
    return isAbstractType(abstract) && isObjectType(concrete) && schema.isSubType(abstract, concrete);
  };
}

export type ResponsePath = readonly (string | number)[];

export const isAnswered = (value: unknown): value is Answered =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * What is in `source` goes into `target`, which may keep and later change parts of `source`.
 *
 * @param keys What was asked for. A department that answers more would else speak for those whose fields these are.
 */
export function merge(target: Answered, source: Answered, keys?: readonly string[]): void {
  for (const key in source) {
    if (key === '__proto__' || (keys && !keys.includes(key))) continue;
    const value = source[key];
    const present = target[key];
    if (isContainer(present) && isContainer(value)) mergeContainers(present, value);
    // A department that does not know a value does not take away what another one knows.
    else if (value !== null || present === undefined) target[key] = value;
  }
}

function mergeContainers(target: object, source: object): void {
  if (isAnswered(target) && isAnswered(source)) {
    merge(target, source);
    return;
  }
  if (!Array.isArray(target) || !Array.isArray(source)) return;
  for (let index = 0; index < source.length; index++) {
    const present: unknown = target[index];
    const value: unknown = source[index];
    if (isContainer(present) && isContainer(value)) mergeContainers(present, value);
    else if (value !== null || present === undefined) target[index] = value;
  }
}

/** For the second place of an entity: two places may grow differently, so they must not share an object. */
export function copyOf(value: Answered): Answered {
  const copy: Answered = {};
  for (const key in value) if (key !== '__proto__') copy[key] = copyOfAny(value[key]);
  return copy;
}

function copyOfAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOfAny);
  return isAnswered(value) ? copyOf(value) : value;
}

/** Calls `visit` with each object at `path`, and with its response path if `track` is given to hold it. */
export function walk(
  value: unknown,
  path: Path,
  satisfies: Satisfies,
  visit: (found: Answered, track?: (string | number)[]) => void,
  track?: (string | number)[],
  from = 0,
): void {
  if (Array.isArray(value)) {
    // One step enters a list of lists as a whole, and a list may end the path.
    const next = path[from] === 'each' ? from + 1 : from;
    for (let index = 0; index < value.length; index++) {
      track?.push(index);
      walk(value[index], path, satisfies, visit, track, next);
      track?.pop();
    }
    return;
  }
  if (!isAnswered(value)) return;
  const step: Step | undefined = path[from];
  if (step === undefined) visit(value, track);
  else if (step === 'each') walk(value, path, satisfies, visit, track, from + 1);
  else if ('field' in step) {
    track?.push(step.field);
    walk(ownValue(value, step.field), path, satisfies, visit, track, from + 1);
    track?.pop();
  } else if (isOneOf(value, step.types, satisfies)) walk(value, path, satisfies, visit, track, from + 1);
}

const ownValue = (object: Answered, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined);

/** An object that does not tell its type has the only one that its place allows. */
function isOneOf({ __typename: name }: Answered, types: readonly string[], satisfies: Satisfies): boolean {
  return typeof name !== 'string' || types.includes(name) || types.some(type => satisfies(name, type));
}

/** What a department needs to know of an entity to find it; undefined if that is not known, or of another type. */
export function representationOf(
  entity: Answered,
  requires: readonly Requirement[],
  satisfies: Satisfies,
): Answered | undefined {
  if (!requires.some(required => applies(entity, required, satisfies))) return undefined;
  const representation: Answered = {};
  const name = entity.__typename;
  if (typeof name === 'string') representation.__typename = name;
  return takeRequired(entity, requires, satisfies, representation) ? representation : undefined;
}

function applies({ __typename: name }: Answered, required: Requirement, satisfies: Satisfies): boolean {
  if (required.kind === 'field' || typeof name !== 'string' || name === required.type) return true;
  return satisfies(name, required.type) || satisfies(required.type, name);
}

/** False if something required was never answered. */
function takeRequired(from: Answered, requires: readonly Requirement[], satisfies: Satisfies, into: Answered): boolean {
  return requires.every(required => {
    if (required.kind === 'on') {
      return !applies(from, required, satisfies) || takeRequired(from, required.of, satisfies, into);
    }
    const found = ownValue(from, Object.hasOwn(from, required.name) ? required.name : required.key);
    if (found === undefined) return required.name === '__typename';
    into[required.key] = required.of.length === 0 ? found : requiredParts(found, required.of, satisfies);
    return into[required.key] !== undefined;
  });
}

function requiredParts(value: unknown, requires: readonly Requirement[], satisfies: Satisfies): unknown {
  if (Array.isArray(value)) {
    const parts = value.map(item => requiredParts(item, requires, satisfies));
    return parts.includes(undefined) ? undefined : parts;
  }
  if (!isAnswered(value)) return value;
  const part: Answered = {};
  return takeRequired(value, requires, satisfies, part) ? part : undefined;
}

export function rewriteAll(value: unknown, rewrites: readonly Rewrite[], satisfies: Satisfies): void {
  for (const { kind, path, to } of rewrites) {
    rewriteAt(value, path, satisfies, (object, key) => {
      if (kind === 'set') object[key] = to;
      else if (key !== to) {
        object[to] = object[key];
        delete object[key];
      }
    });
  }
}

function rewriteAt(
  value: unknown,
  path: readonly RewriteStep[],
  satisfies: Satisfies,
  change: (object: Answered, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) rewriteAt(item, path, satisfies, change);
    return;
  }
  const [step, ...rest] = path;
  if (step === undefined || !isAnswered(value)) return;
  if ('types' in step) {
    if (isOneOf(value, step.types, satisfies)) rewriteAt(value, rest, satisfies, change);
  } else if (Object.hasOwn(value, step.key)) {
    if (rest.length === 0) change(value, step.key);
    else rewriteAt(value[step.key], rest, satisfies, change);
  }
}
