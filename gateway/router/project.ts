/**
 * Shows of the merged answers what the operation asked, in its order, by the public schema's types: a hidden type
 * or value is no answer, a missing value goes up to the next nullable place.
 *
 * The shape is made once per operation and set of conditions, and for each type only when it first occurs.
 */
import {
  type DocumentNode,
  type ExecutionResult,
  executeSync,
  type FieldNode,
  type GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
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
import { ErrorList, type RouterCode } from './errors.ts';
import { type Answered, isAnswered } from './merge.ts';
import { fetchedKey, isAsked, type Prepared, type Variables } from './operation.ts';
import type { OwnerOf } from './owners.ts';

/** What went wrong before: the projection adds to it only what is not accounted for yet. */
export interface Failures {
  readonly errors: readonly GraphQLError[];
  readonly excused: ReadonlySet<Answered>;
  readonly excusedRoots: ReadonlySet<string>;
}

interface Field {
  /** In the response. */
  readonly key: string;
  /** In what departments answered. */
  readonly fetched: string;
  readonly coordinate: string;
  readonly place: Place;
}

interface Place {
  readonly shape: Shape;
  readonly nonNull: boolean;
}

type Shape =
  | { readonly kind: 'leaf'; readonly type: string; readonly accept: (value: unknown) => unknown }
  | { readonly kind: 'list'; readonly of: Place }
  | { readonly kind: 'composite'; readonly fieldsOf: (object: Answered) => readonly Field[] | undefined }
  | { readonly kind: 'typename'; readonly name: string }
  | { readonly kind: 'introspection'; readonly document: DocumentNode };

/** Stands for a value that must not be null and is: its parent cannot be shown. */
const VOID = Symbol('void');

export class Projection {
  readonly #schema: GraphQLSchema;
  readonly #operation: Prepared;
  readonly #conditions: Variables;
  readonly #root: readonly Field[];
  readonly #ownerOf: OwnerOf;

  /** Of `variables` only those that decide what is asked for are looked at. */
  constructor(schema: GraphQLSchema, operation: Prepared, variables: Variables, ownerOf: OwnerOf = () => undefined) {
    this.#schema = schema;
    this.#ownerOf = ownerOf;
    this.#operation = operation;
    this.#conditions = Object.fromEntries(operation.conditionVariables.map(name => [name, variables[name]]));
    const { definition } = operation;
    const type = schema.getRootType(definition.operation);
    if (!type) throw new Error(`the public schema has no ${definition.operation}`);
    this.#root = this.#fields(type, [definition.selectionSet]);
  }

  show(data: Answered, variables: Variables, failures: Failures): ExecutionResult {
    const showing = new Showing(this.#schema, variables, failures, this.#ownerOf);
    const shown = showing.object(data, this.#root, false, true);
    const errors = [...failures.errors, ...showing.faults.errors()];
    const result = { data: shown === VOID ? null : (shown as Record<string, unknown>) };
    return errors.length > 0 ? { errors, ...result } : result;
  }

  #fields(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly Field[] {
    const nodes = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(type, set, nodes, visited);
    return [...nodes].map(([key, asked]) => this.#field(type, key, asked));
  }

  #collect(
    type: GraphQLObjectType,
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

  #applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const abstract = this.#schema.getType(condition);
    return isAbstractType(abstract) && this.#schema.isSubType(abstract, type);
  }

  #field(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Field {
    const [first] = nodes as readonly [FieldNode];
    const name = first.name.value;
    const field = { key, fetched: fetchedKey(key, name), coordinate: `${type.name}.${name}` };
    if (name === '__typename')
      return { ...field, place: { nonNull: true, shape: { kind: 'typename', name: type.name } } };
    if (name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name) {
      const document = introspectionOf(this.#operation, nodes);
      return { ...field, place: { nonNull: false, shape: { kind: 'introspection', document } } };
    }
    const definition = type.getFields()[name];
    if (!definition) throw new Error(`the public schema has no field ${field.coordinate}`);
    return { ...field, place: this.#place(definition.type, nodes) };
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
    return {
      kind: 'composite',
      fieldsOf: ({ __typename: name }) => {
        if (typeof name !== 'string') return undefined;
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
}

/** One showing of one tree. */
class Showing {
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables;
  readonly #failures: Failures;
  readonly #ownerOf: OwnerOf;
  /** Values that are none of their type, and values that are missing. */
  readonly faults = new ErrorList();
  /** Where the value in hand stands in the response. */
  readonly #path: (string | number)[] = [];

  constructor(schema: GraphQLSchema, variables: Variables, failures: Failures, ownerOf: OwnerOf) {
    this.#schema = schema;
    this.#ownerOf = ownerOf;
    this.#variables = variables;
    this.#failures = failures;
  }

  object(source: Answered, fields: readonly Field[], excused: boolean, root = false): unknown {
    const { excused: known, excusedRoots } = this.#failures;
    const accounted = excused || (known.size > 0 && known.has(source));
    const shown: Answered = {};
    for (const field of fields) {
      const { key, fetched } = field;
      this.#path.push(key);
      const value = this.#value(
        own(source, fetched),
        field.place,
        field.coordinate,
        accounted || (root && excusedRoots.has(fetched)),
      );
      this.#path.pop();
      if (value === VOID) return VOID;
      if (key === '__proto__') Object.defineProperty(shown, key, { value, enumerable: true });
      else shown[key] = value;
    }
    return shown;
  }

  #value(value: unknown, { shape, nonNull }: Place, coordinate: string, excused: boolean): unknown {
    const shown = this.#shown(value, shape, coordinate, excused);
    if (shown === null && nonNull) {
      if (!excused) this.#fault(coordinate, 'must not be null, and was not answered');
      return VOID;
    }
    return shown === VOID && !nonNull ? null : shown;
  }

  #shown(value: unknown, shape: Shape, coordinate: string, excused: boolean): unknown {
    if (shape.kind === 'typename') return shape.name;
    if (shape.kind === 'introspection') return this.#introspection(shape.document);
    if (value === null || value === undefined) return null;
    switch (shape.kind) {
      case 'leaf': {
        const accepted = shape.accept(value);
        return accepted === undefined ? this.#refused(coordinate, `was answered with no ${shape.type}`) : accepted;
      }
      case 'list':
        if (!Array.isArray(value)) return this.#refused(coordinate, 'was answered with no list');
        return this.#list(value, shape.of, coordinate, excused);
      case 'composite': {
        const fields = isAnswered(value) ? shape.fieldsOf(value) : undefined;
        if (!fields) return this.#refused(coordinate, 'was answered with no object of its type');
        return this.object(value as Answered, fields, excused);
      }
    }
  }

  #list(items: readonly unknown[], of: Place, coordinate: string, excused: boolean): unknown {
    const shown: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      this.#path.push(index);
      const item = this.#value(items[index], of, coordinate, excused);
      this.#path.pop();
      if (item === VOID) return VOID;
      shown.push(item);
    }
    return shown;
  }

  #introspection(document: DocumentNode): unknown {
    const { data, errors } = executeSync({ schema: this.#schema, document, variableValues: this.#variables });
    for (const error of errors ?? []) this.faults.add(error.path ?? [...this.#path], error);
    return data ? Object.values(data)[0] : null;
  }

  #refused(coordinate: string, what: string): typeof VOID {
    this.#fault(coordinate, what);
    return VOID;
  }

  #fault(coordinate: string, what: string): void {
    const code: RouterCode = 'DEPARTMENT_ANSWER_INVALID';
    const department = this.#ownerOf(coordinate);
    const extensions = department === undefined ? { code } : { code, department };
    this.faults.add([...this.#path], { message: `${coordinate} ${what}`, extensions });
  }
}

/** A field may bear the name of something that every object inherits, such as `constructor`. */
const own = (object: Answered, key: string): unknown =>
  key in Object.prototype && !Object.hasOwn(object, key) ? undefined : object[key];

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
