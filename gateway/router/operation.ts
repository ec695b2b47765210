/**
 * A client's operation, and the form of it that is planned.
 *
 * The planned form holds no introspection, which the gateway answers itself; asks for `__typename` wherever the
 * type of an object is open; and renames what a client chose freely and a planner might trip over: an alias that is
 * the name of a key field, `__typename: name`, a variable called `representations`. The client's own names return
 * in the projection.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
export type Variables = Readonly<Record<string, unknown>>;

/** Something is asked for if `variable`, or the constant that stands in its place, is `is`. */
export interface Condition {
  readonly variable?: string;
  readonly constant?: boolean;
  readonly is: boolean;
}

export interface Prepared {
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** The text to plan, equal for operations that differ in layout only; absent where nothing has to be fetched. */
  readonly planned: string | undefined;
  /** The variables that decide what is asked for, in a fixed order. */
  readonly conditionVariables: readonly string[];
}

export function prepare(document: DocumentNode, definition: OperationDefinitionNode, schema: GraphQLSchema): Prepared {
  return {
    definition,
    fragments: fragmentsOf(document),
    planned: plannedText(document, definition, schema),
    conditionVariables: conditionVariables(document),
  };
}

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/** What `@skip` and `@include` on a selection say. */
export function conditionsOf({ directives }: SelectionNode): readonly Condition[] {
  if (!directives?.length) return NO_CONDITIONS;
  const conditions: Condition[] = [];
  for (const { name, arguments: given } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const is = name.value === 'include';
    const value = given?.find(argument => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, is });
    else if (value?.kind === Kind.BOOLEAN) conditions.push({ constant: value.value, is });
  }
  return conditions;
}

const NO_CONDITIONS: readonly Condition[] = [];

export const hold = (conditions: readonly Condition[], variables: Variables): boolean =>
  conditions.every(
    ({ variable, constant, is }) => (variable === undefined ? constant : variables[variable] === true) === is,
  );

/** Names with two underscores are reserved, so no field of any department can bear this one. */
const ALIAS_PREFIX = '__a_';

/** The key under which a field with this response key is fetched. */
export const fetchedKey = (responseKey: string, fieldName: string): string =>
  responseKey === fieldName ? fieldName : ALIAS_PREFIX + responseKey;

/** The response key of a fetched one. */
export const responseKey = (fetched: string): string =>
  fetched.startsWith(ALIAS_PREFIX) ? fetched.slice(ALIAS_PREFIX.length) : fetched;

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

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

function plannedText(
  document: DocumentNode,
  definition: OperationDefinitionNode,
  schema: GraphQLSchema,
): string | undefined {
  const types = new TypeInfo(schema);
  const wanted: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: document.definitions.filter(each => each === definition || each.kind === Kind.FRAGMENT_DEFINITION),
  };
  const rewritten = visit(
    wanted,
    visitWithTypeInfo(types, {
      Field: {
        leave(node) {
          if (node.name.value.startsWith('__')) return null;
          if (!node.alias) return undefined;
          const key = fetchedKey(node.alias.value, node.name.value);
          const { alias, ...plain } = node;
          return key === node.name.value ? plain : { ...node, alias: { ...alias, value: key } };
        },
      },
      SelectionSet: {
        leave(node) {
          const open = isAbstractType(types.getParentType());
          if (!open && node.selections.length > 0) return undefined;
          return { ...node, selections: [TYPENAME, ...node.selections] };
        },
      },
      Variable: ({ name, ...node }) => ({ ...node, name: { ...name, value: plannedVariable(name.value) } }),
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
  const note = (node: SelectionNode) => {
    for (const { variable } of conditionsOf(node)) if (variable !== undefined) names.add(variable);
  };
  visit(document, { Field: { enter: note }, InlineFragment: { enter: note }, FragmentSpread: { enter: note } });
  return [...names];
}
