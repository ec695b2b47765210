/**
 * Shows of the merged answers what the operation asked, in its order, by the public schema's types: a hidden type
 * or value is no answer, a missing value goes up to the next nullable place.
 *
 * The shape is made once per operation and set of conditions, and for each type only when it first occurs.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import type { Answered } from './merge.ts';
import { type HasHidden, typesToTell } from './open-types.ts';
import { fetchedKeysOf, isAsked, type KeyOf, type Prepared, type Variables } from './operation.ts';
import type { OwnerOf } from './owners.ts';
import type { Field, Place, Shape } from './shapes.ts';
import { type Failures, isShown, Showing, VOID } from './showing.ts';
import { swiftObject, TROUBLE } from './swift.ts';

export class Projection {
  readonly #schema: GraphQLSchema;
  readonly #operation: Prepared;
  readonly #conditions: Variables;
  readonly #root: readonly Field[];
  readonly #ownerOf: OwnerOf;
  readonly #hasHidden: HasHidden;
  readonly #fetchedKey: KeyOf;
  readonly #denied: ReadonlySet<FieldNode>;

  /** Of `variables` only those that decide what is asked for are looked at. */
  constructor(
    schema: GraphQLSchema,
    operation: Prepared,
    variables: Variables,
    ownerOf: OwnerOf = () => undefined,
    hasHidden: HasHidden = () => true,
    denied: ReadonlySet<FieldNode> = new Set(),
    fetchedKey: KeyOf = fetchedKeysOf(operation),
  ) {
    this.#schema = schema;
    this.#ownerOf = ownerOf;
    this.#hasHidden = hasHidden;
    this.#denied = denied;
    this.#fetchedKey = fetchedKey;
    this.#operation = operation;
    this.#conditions = Object.fromEntries(operation.conditionVariables.map(name => [name, variables[name]]));
    const { definition } = operation;
    const type = schema.getRootType(definition.operation);
    if (!type) throw new Error(`the public schema has no ${definition.operation}`);
    this.#root = this.#fields(type, [definition.selectionSet]);
  }

  /** Whether it shows texts of the schema, beside those of departments. */
  get introspects(): boolean {
    return this.#root.some(({ place }) => place.shape.kind === 'introspection');
  }

  show(data: Answered, variables: Variables, failures: Failures): ExecutionResult {
    if (failures.errors.length === 0 && failures.excused.size === 0 && failures.excusedRoots.size === 0) {
      const swift = swiftObject(data, this.#root);
      if (swift !== TROUBLE) return { data: swift as Record<string, unknown> };
    }
    const showing = new Showing(this.#schema, variables, failures, this.#ownerOf);
    const shown = showing.object(data, this.#root, false, undefined, true);
    const result = { data: shown === VOID ? null : (shown as Record<string, unknown>) };
    // A plan may ask for more than the operation does: for a fragment's fields of objects that are of another type.
    const told = failures.errors.filter(({ path }) => isShown(result.data, path));
    const errors = [...told, ...showing.errors()];
    return errors.length > 0 ? { errors, ...result } : result;
  }

  /** @param type An interface where it does not matter which of its types an object is. */
  #fields(type: GraphQLObjectType | GraphQLInterfaceType, sets: readonly SelectionSetNode[]): readonly Field[] {
    const nodes = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(type, set, nodes, visited);
    return [...nodes].map(([key, asked]) => this.#field(type, key, asked));
  }

  #collect(
    type: GraphQLObjectType | GraphQLInterfaceType,
    { selections }: SelectionSetNode,
    nodes: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (!isAsked(selection, this.#conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const same = nodes.get(key);
        if (same) same.push(selection);
        else nodes.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#operation.fragments.get(selection.name.value) : selection;
      if (fragment && this.#applies(type, fragment.typeCondition?.name.value)) {
        this.#collect(type, fragment.selectionSet, nodes, visited);
      }
    }
  }

  #applies(type: GraphQLObjectType | GraphQLInterfaceType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const abstract = this.#schema.getType(condition);
    return isAbstractType(abstract) && this.#schema.isSubType(abstract, type);
  }

  #field(type: GraphQLObjectType | GraphQLInterfaceType, key: string, nodes: readonly FieldNode[]): Field {
    const [first] = nodes as readonly [FieldNode];
    const name = first.name.value;
    const fetched = this.#fetchedKey(first);
    const inherits = fetched in Object.prototype;
    const field = { key, fetched, inherits, coordinate: `${type.name}.${name}` };
    const seen = nodes.filter(node => !this.#denied.has(node));
    const isDenied = seen.length === 0;
    if (name === '__typename' && isDenied) return { ...field, place: { nonNull: true, shape: { kind: 'denied' } } };
    if (name === '__typename')
      return { ...field, place: { nonNull: true, shape: { kind: 'typename', name: type.name } } };
    if (name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name) {
      const document = introspectionOf(this.#operation, nodes);
      return { ...field, place: { nonNull: false, shape: { kind: 'introspection', document } } };
    }
    const definition = type.getFields()[name];
    if (!definition) throw new Error(`the public schema has no field ${field.coordinate}`);
    if (isDenied) return { ...field, place: { nonNull: isNonNullType(definition.type), shape: { kind: 'denied' } } };
    return { ...field, place: this.#place(definition.type, seen) };
  }

  #place(type: GraphQLOutputType, nodes: readonly FieldNode[]): Place {
    if (isNonNullType(type)) return { ...this.#place(type.ofType, nodes), nonNull: true };
    return { nonNull: false, shape: this.#shape(type, nodes) };
  }

  #shape(type: GraphQLOutputType, nodes: readonly FieldNode[]): Shape {
    if (isListType(type)) return { kind: 'list', of: this.#place(type.ofType, nodes) };
    if (isLeafType(type)) return { kind: 'leaf', type: type.name, accept: acceptance(type) };
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (isObjectType(type)) {
      let fields: readonly Field[] | undefined;
      return { kind: 'composite', fieldsOf: () => (fields ??= this.#fields(type, sets)) };
    }
    const schema = this.#schema;
    const byName = new Map<string, readonly Field[]>();
    const ofAny = this.#fieldsOfAny(type, sets);
    return {
      kind: 'composite',
      fieldsOf: ({ __typename: name }) => {
        // To a department that sees an interface as an object, that is the type of all of them.
        if (typeof name !== 'string' || name === type.name) return ofAny?.();
        const before = byName.get(name);
        if (before) return before;
        const concrete = schema.getType(name);
        if (!isObjectType(concrete) || !isAbstractType(type) || !schema.isSubType(type, concrete)) return undefined;
        const fields = this.#fields(concrete, sets);
        byName.set(name, fields);
        return fields;
      },
    };
  }

  /** For an object that does not tell its type, as it has none for which more is asked; absent where it must tell. */
  #fieldsOfAny(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): (() => readonly Field[]) | undefined {
    if (!isInterfaceType(type) || sets.some(set => this.#mustTell(type, set))) return undefined;
    let fields: readonly Field[] | undefined;
    return () => (fields ??= this.#fields(type, sets));
  }

  #mustTell(type: GraphQLInterfaceType, { selections }: SelectionSetNode, seen = new Set<string>()): boolean {
    const asked = selections.filter(selection => isAsked(selection, this.#conditions));
    const { fragments } = this.#operation;
    if (typesToTell(type, asked, this.#schema, fragments, this.#hasHidden) === 'all') return true;
    return asked.some(selection => {
      if (selection.kind === Kind.FIELD) return false;
      const isNew = selection.kind === Kind.INLINE_FRAGMENT || !seen.has(selection.name.value);
      if (selection.kind === Kind.FRAGMENT_SPREAD) seen.add(selection.name.value);
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!fragment || !isNew || !this.#applies(type, fragment.typeCondition?.name.value)) return false;
      return this.#mustTell(type, fragment.selectionSet, seen);
    });
  }
}

/** Passes a value on as the response shows it, or undefined if it is none of this type. */
function acceptance(type: GraphQLLeafType): (value: unknown) => unknown {
  if (isEnumType(type)) {
    // A hidden value is none of the public enum's.
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return value => (names.has(value) ? value : undefined);
  }
  switch (type.name) {
    case 'String':
      return value => (typeof value === 'string' ? value : undefined);
    case 'ID':
      return value => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined);
    case 'Boolean':
      return value => (typeof value === 'boolean' ? value : undefined);
    case 'Int':
      return value => (typeof value === 'number' && (value | 0) === value ? value : undefined);
    case 'Float':
      // JSON has no infinity, but a department may write 1e999.
      return value => (Number.isFinite(value) ? value : undefined);
    default:
      return value => value;
  }
}

/** The operation with nothing but one introspection field. */
function introspectionOf({ definition, fragments }: Prepared, nodes: readonly FieldNode[]): DocumentNode {
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: nodes };
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...definition, operation: OperationTypeNode.QUERY, selectionSet }, ...fragments.values()],
  };
}
