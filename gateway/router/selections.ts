/** The fields of a selection set with its fragments spread out. */
import { type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { conditionOf, type Fragments } from './operation.ts';

/** A variable on which it depends whether a field is asked for. */
export interface Condition {
  readonly variable: string;
  readonly wanted: boolean;
}

export interface Collected {
  /** The first of those that are one field. */
  readonly node: FieldNode;
  /** The type on which it is selected. */
  readonly on: string;
  readonly conditions: readonly Condition[];
  /** What all of them select below. */
  readonly sets: readonly SelectionSetNode[];
}

type Growing = Omit<Collected, 'sets'> & { readonly sets: SelectionSetNode[] };

/** Each field once however often it is selected; under several conditions once for each, so that none is missed. */
export function collect(sets: readonly SelectionSetNode[], parent: string, fragments: Fragments): readonly Collected[] {
  const fields = new Map<string, Growing>();
  const spread = new Set<string>();
  const look = (set: SelectionSetNode, on: string, conditions: readonly Condition[]): void => {
    for (const selection of set.selections) {
      const all = withConditions(selection, conditions);
      if (!all) continue;
      if (selection.kind === Kind.FIELD) take(selection, on, all);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        look(selection.selectionSet, selection.typeCondition?.name.value ?? on, all);
      } else {
        const key = `${selection.name.value} ${keyOf(all)}`;
        const fragment = fragments.get(selection.name.value);
        if (!fragment || spread.has(key)) continue;
        spread.add(key);
        look(fragment.selectionSet, fragment.typeCondition.name.value, all);
      }
    }
  };
  const take = (node: FieldNode, on: string, conditions: readonly Condition[]): void => {
    const key = `${(node.alias ?? node.name).value} ${on} ${keyOf(conditions)}`;
    const below = node.selectionSet ? [node.selectionSet] : [];
    const before = fields.get(key);
    if (before) before.sets.push(...below);
    else fields.set(key, { node, on, conditions, sets: below });
  };
  for (const set of sets) look(set, parent, []);
  return [...fields.values()];
}

/** Every field of a set that is valid, and so without a ring of fragments: as often as it is selected, asked for or not. */
export const fieldsIn = ({ selections }: SelectionSetNode, fragments: Fragments): readonly FieldNode[] =>
  selections.flatMap(selection => {
    if (selection.kind === Kind.FIELD) return selection;
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return inner ? fieldsIn(inner.selectionSet, fragments) : [];
  });

const keyOf = (conditions: readonly Condition[]): string =>
  conditions.map(({ variable, wanted }) => `${wanted ? '' : '!'}${variable}`).join();

/** Those of a selection beside those of what it stands in; undefined where it is never asked for. */
function withConditions(
  { directives = [] }: SelectionNode,
  before: readonly Condition[],
): readonly Condition[] | undefined {
  const own: Condition[] = [];
  for (const directive of directives) {
    const value = conditionOf(directive);
    const wanted = directive.name.value === 'include';
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return undefined;
    if (value?.kind === Kind.VARIABLE) own.push({ variable: value.name.value, wanted });
  }
  return own.length === 0 ? before : [...before, ...own];
}
