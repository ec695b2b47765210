/** The access rules of a supergraph, so that two can be compared. */
import { type ConstDirectiveNode, type ConstValueNode, Kind } from 'graphql';
import { ACCESS_RULES } from '../router/access-rules.ts';
import { type Alternatives, across, covers } from '../router/alternatives.ts';
import type { Element } from './elements.ts';

/** One alternative that asks for nothing. */
export const OPEN: Alternatives = [[]];
/** What `@authenticated` asks for, and the other rules too. */
const TOKEN = 'a token';

/** By coordinate, where access is bound; a field is bound as its type is, and more. */
export function accessIn(elements: ReadonlyMap<string, Element>): ReadonlyMap<string, Alternatives> {
  const bound = new Map<string, Alternatives>();
  for (const { coordinate, parent, directives } of elements.values()) {
    const ofType = (parent && bound.get(parent)) || OPEN;
    const access = directives.reduce((so, directive) => both(so, accessOf(directive)), ofType);
    if (access !== OPEN) bound.set(coordinate, access);
  }
  return bound;
}

function accessOf({ name: { value }, arguments: given = [] }: ConstDirectiveNode): Alternatives {
  if (!ACCESS_RULES.some(rule => rule === value)) return OPEN;
  if (value === 'authenticated') return [[TOKEN]];
  const asked = given[0]?.value;
  const alternatives = asked?.kind === Kind.LIST ? asked.values.map(textsOf) : [];
  return alternatives.map(all => [TOKEN, ...all.map(one => `${value} ${one}`)]);
}

const textsOf = (value: ConstValueNode): string[] => {
  if (value.kind === Kind.LIST) return value.values.flatMap(textsOf);
  return value.kind === Kind.STRING ? [value.value] : [];
};

const both = (one: Alternatives, other: Alternatives): Alternatives => (other === OPEN ? one : across(one, other));

/** Whether `access` lets in somebody whom `other` does not. */
export const isLooser = (access: Alternatives, other: Alternatives): boolean => !covers(access, other);

/** Such as `a token and requiresScopes clerk, or policy audit`. */
export const sayAccess = (access: Alternatives): string =>
  access.map(all => (all.length === 0 ? 'open' : all.join(' and '))).join(', or ') || 'nobody';
