/**
 * A client's operation, and the form of it that is planned.
 *
 * The planned form holds no introspection, which the gateway answers itself; no `@skip` and `@include`, which are
 * decided before planning, so that a plan asks each department once and for nothing that is left out; asks for
 * `__typename` where more than one type is possible and something depends on it; and renames what a client chose freely
 * and a planner might trip over: an alias that is the name of a key field, `__typename: name`, a variable called
 * `representations`. The client's own names return in the projection.
 */
import {
  type BooleanValueNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  separateOperations,
  TypeInfo,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type HasHidden, typesToTell } from './open-types.ts';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
export type Variables = Readonly<Record<string, unknown>>;

/** What is known of an operation before its variables are. */
export interface Prepared {
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** The variables that decide what is asked for, in a fixed order. */
  readonly conditionVariables: readonly string[];
}

export function prepare(document: DocumentNode, definition: OperationDefinitionNode): Prepared {
  // Alone: a variable of this name may decide something in another operation, and nothing in this one.
  const alone = separateOperations(document)[definition.name?.value ?? ''] as DocumentNode;
  return { definition, fragments: fragmentsOf(alone), conditionVariables: conditionVariables(alone) };
}

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/** Whether `@skip` and `@include` let a selection be asked for. */
export function isAsked({ directives }: SelectionNode, variables: Variables): boolean {
  if (!directives?.length) return true;
  return directives.every(directive => {
    const value = conditionOf(directive);
    if (!value) return true;
    const given = value.kind === Kind.VARIABLE ? variables[value.name.value] === true : value.value;
    return given === (directive.name.value === 'include');
  });
}

/** What a `@skip` or `@include` looks at; undefined for another directive. */
export function conditionOf({ name, arguments: given }: DirectiveNode): VariableNode | BooleanValueNode | undefined {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  const value = given?.find(argument => argument.name.value === 'if')?.value;
  return value?.kind === Kind.VARIABLE || value?.kind === Kind.BOOLEAN ? value : undefined;
}

/** Names with two underscores are reserved, so no field of any department can bear this one. */
const ALIAS_PREFIX = '__a';

/** The key under which a field is fetched. */
export type KeyOf = (field: FieldNode) => string;

/**
 * The same key may stand for different fields, or for one with different arguments, in fragments on types that exclude
 * each other. A planner may fetch for both at once: so the second such field has a key of its own, and the third.
 */
export function fetchedKeysOf({ definition, fragments }: Pick<Prepared, 'definition' | 'fragments'>): KeyOf {
  const forms = new Map<string, string[]>();
  const note = (field: FieldNode) => {
    const [key, form] = [keyOf(field), formOf(field)];
    const known = forms.get(key);
    if (!known) forms.set(key, [form]);
    else if (!known.includes(form)) known.push(form);
  };
  for (const part of [definition, ...fragments.values()]) visit(part, { Field: note });
  return field => {
    const key = keyOf(field);
    const nth = forms.get(key)?.indexOf(formOf(field)) ?? 0;
    if (nth > 0) return `${ALIAS_PREFIX}${nth}_${key}`;
    return key === field.name.value ? key : `${ALIAS_PREFIX}_${key}`;
  };
}

const keyOf = ({ alias, name }: FieldNode) => (alias ?? name).value;
const formOf = ({ name, arguments: given = [] }: FieldNode) =>
  given.length === 0 ? name.value : `${name.value} ${given.map(print).join()}`;

/** The response key of a fetched one. */
export const responseKey = (fetched: string): string =>
  fetched.startsWith(ALIAS_PREFIX) ? fetched.slice(fetched.indexOf('_', ALIAS_PREFIX.length) + 1) : fetched;

const VARIABLE_PREFIX = '_v_';
/** What a planner may call its own variables, and what renaming makes of that. */
const RISKY_VARIABLE = /^(representations$|__|_v_)/;

const plannedVariable = (name: string) => (RISKY_VARIABLE.test(name) ? VARIABLE_PREFIX + name : name);

/** The variables under the names that a plan knows them by; usually those are the client's. */
export function plannedVariables(variables: Variables): Variables {
  const names = Object.keys(variables);
  if (!names.some(name => RISKY_VARIABLE.test(name))) return variables;
  return Object.fromEntries(names.map(name => [plannedVariable(name), variables[name]]));
}

export const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

const typenameOn = (type: string): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  selectionSet: { kind: Kind.SELECTION_SET, selections: [TYPENAME] },
});

/**
 * The text to plan, equal for operations that differ in layout only; undefined where nothing has to be fetched.
 *
 * @param variables Only those that decide what is asked for are looked at.
 */
export function plannedText(
  { definition, fragments }: Prepared,
  variables: Variables,
  schema: GraphQLSchema,
  hasHidden: HasHidden = () => true,
  fetchedKey: KeyOf = fetchedKeysOf({ definition, fragments }),
): string | undefined {
  const types = new TypeInfo(schema);
  // Of the set in hand and those around it; found before `__typename` itself is left out of them.
  // Likewise, before variables were renamed in it.
  const keys: string[] = [];
  const toTell: ReturnType<typeof typesToTell>[] = [];
  const left = (node: SelectionNode) => (isAsked(node, variables) ? undefined : null);
  const wanted: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition, ...fragments.values()] };
  const rewritten = visit(
    wanted,
    visitWithTypeInfo(types, {
      Field: {
        enter(node) {
          if (node.name.value.startsWith('__') || !isAsked(node, variables)) return null;
          keys.push(fetchedKey(node));
          return undefined;
        },
        leave(node) {
          const { alias, ...plain } = node;
          const key = keys.pop() ?? node.name.value;
          return key === node.name.value ? plain : { ...plain, alias: { kind: Kind.NAME, value: key } };
        },
      },
      InlineFragment: { enter: left },
      FragmentSpread: { enter: left },
      SelectionSet: {
        enter(node) {
          const asked = node.selections.filter(selection => isAsked(selection, variables));
          toTell.push(typesToTell(types.getParentType(), asked, schema, fragments, hasHidden));
        },
        leave(node) {
          const told = toTell.pop() ?? 'all';
          const isEmpty = node.selections.length === 0;
          if (told !== 'all' && told.size === 0 && !isEmpty) return undefined;
          const asking = told === 'all' || isEmpty ? [TYPENAME] : [...told].map(typenameOn);
          return { ...node, selections: [...asking, ...node.selections] };
        },
      },
      Variable: ({ name, ...node }) => ({ ...node, name: { ...name, value: plannedVariable(name.value) } }),
      Directive: node => (conditionOf(node) ? null : undefined),
    }),
  );
  const separate = separateOperations(rewritten)[definition.name?.value ?? ''];
  return separate && asksForFields(separate) ? print(separate) : undefined;
}

/** Whether anything but `__typename` is left at the root. */
function asksForFields(document: DocumentNode): boolean {
  const fragments = fragmentsOf(document);
  const seen = new Set<string>();
  const asks = ({ selections }: SelectionSetNode): boolean =>
    selections.some(selection => {
      if (selection.kind === Kind.FIELD) return selection.name.value !== '__typename';
      if (selection.kind === Kind.INLINE_FRAGMENT) return asks(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      if (!fragment || seen.has(fragment.name.value)) return false;
      seen.add(fragment.name.value);
      return asks(fragment.selectionSet);
    });
  return document.definitions.some(
    definition => definition.kind === Kind.OPERATION_DEFINITION && asks(definition.selectionSet),
  );
}

function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      const value = conditionOf(node);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
