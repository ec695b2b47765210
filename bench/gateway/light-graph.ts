/**
 * Answers the operations that a gateway sends a department, and does little else: so that beside it gateways are
 * measured, and not departments. It knows fields, aliases, fragments and variables; conditions are decided before.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { ENTERPRISE, type Known, usccAt } from './data.ts';

export interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

type Given = Readonly<Record<string, unknown>>;
type Root = (given: Given) => unknown;

/** @param sdl What the department tells of itself. */
export function lightGraph(department: string, sdl: string): (asked: Asked) => unknown {
  const enterpriseOf = ENTERPRISE[department];
  if (!enterpriseOf) throw new Error(`there is no department ${department}`);
  const roots: Readonly<Record<string, Root>> = {
    _service: () => ({ __typename: '_Service', sdl }),
    _entities: ({ representations }) =>
      (representations as readonly { uscc: string }[]).map(({ uscc }) => enterpriseOf(uscc)),
    __typename: () => 'Query',
    enterprise: ({ uscc }) => enterpriseOf(uscc as string),
    enterprises({ filter, first }) {
      const { regionCode } = filter as { regionCode: string };
      const nodes = Array.from({ length: first as number }, (_, nth) => enterpriseOf(usccAt(regionCode, nth)));
      return { __typename: 'EnterpriseConnection', nodes };
    },
  };
  const operations = new Map<string, Operation>();
  return ({ query, variables = {} }) => {
    const operation = operations.get(query) ?? operationIn(query);
    operations.set(query, operation);
    return { data: operation(roots, variables) };
  };
}

type Operation = (roots: Readonly<Record<string, Root>>, variables: Given) => unknown;

function operationIn(query: string): Operation {
  const document = parse(query, { noLocation: true });
  const definition = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('there is no operation');
  const fields = fieldsOf(definition.selectionSet, fragmentsIn(document));
  return (roots, variables) => {
    const data: Record<string, unknown> = {};
    for (const { key, name, node, of } of fields) {
      const root = roots[name];
      if (!root) throw new Error(`this department does not answer ${name}`);
      data[key] = shown(root(argumentsOf(node, variables)), of);
    }
    return data;
  };
}

interface Field {
  readonly key: string;
  readonly name: string;
  readonly node: FieldNode;
  /** Undefined for a leaf. */
  readonly of: readonly Field[] | undefined;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const fragmentsIn = ({ definitions }: DocumentNode): Fragments =>
  new Map(
    definitions.flatMap(definition =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );

/** Types need not be looked at: this graph has no abstract type with more than one object. */
function fieldsOf({ selections }: SelectionSetNode, fragments: Fragments): readonly Field[] {
  return selections.flatMap(selection => {
    if (selection.kind === Kind.FIELD) {
      const { alias, name, selectionSet } = selection;
      const of = selectionSet && fieldsOf(selectionSet, fragments);
      return { key: (alias ?? name).value, name: name.value, node: selection, of };
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fragment ? fieldsOf(fragment.selectionSet, fragments) : [];
  });
}

function argumentsOf({ arguments: all = [] }: FieldNode, variables: Given): Given {
  return Object.fromEntries(all.map(({ name, value }) => [name.value, given(value, variables)]));
}

function given(node: ValueNode, variables: Given): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.INT:
      return Number(node.value);
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, given(value, variables)]));
    case Kind.LIST:
      return node.values.map(value => given(value, variables));
    case Kind.NULL:
      return null;
    default:
      return node.value;
  }
}

function shown(value: unknown, fields: readonly Field[] | undefined): unknown {
  if (Array.isArray(value)) return value.map(item => shown(item, fields));
  if (fields === undefined || value === null || value === undefined) return value ?? null;
  const object: Record<string, unknown> = {};
  for (const { key, name, of } of fields) object[key] = shown((value as Known)[name], of);
  return object;
}
