/** Shows a tree field by field, and tells what is wrong with it: where, and whose fault it is. */
import { type DocumentNode, executeSync, type GraphQLError, type GraphQLSchema } from 'graphql';
import { ErrorList, type Loss, type Losses, lossOf, type RouterCode } from './errors.ts';
import { type Answered, isAnswered, type ResponsePath } from './merge.ts';
import type { Variables } from './operation.ts';
import type { OwnerOf } from './owners.ts';
import { type Field, own, type Place, type Shape } from './shapes.ts';

/** What went wrong before: the projection adds to it only what is not accounted for yet. */
export interface Failures {
  readonly errors: readonly GraphQLError[];
  /** Objects that lost something; what of it is asked for is told here, at its exact path. */
  readonly excused: ReadonlyMap<Answered, Losses>;
  readonly excusedRoots: ReadonlySet<string>;
}

/** Stands for a value that must not be null and is: its parent cannot be shown. */
export const VOID = Symbol('void');

/** One showing of one tree. */
export class Showing {
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables;
  readonly #failures: Failures;
  readonly #ownerOf: OwnerOf;
  /** Values that are none of their type, and values that are missing. */
  readonly #faults = new ErrorList();
  /** A list for each, so that one department that is away does not keep another one from being named. */
  readonly #lost = new Map<Loss, ErrorList>();
  /** Where the value in hand stands in the response. */
  readonly #path: (string | number)[] = [];

  constructor(schema: GraphQLSchema, variables: Variables, failures: Failures, ownerOf: OwnerOf) {
    this.#schema = schema;
    this.#ownerOf = ownerOf;
    this.#variables = variables;
    this.#failures = failures;
  }

  errors(): GraphQLError[] {
    return [...this.#lost.values(), this.#faults].flatMap(list => list.errors());
  }

  /** @param loss Why what is missing here is missing, where that is known. */
  object(source: Answered, fields: readonly Field[], excused: boolean, loss?: Loss, root = false): unknown {
    const { excused: known, excusedRoots } = this.#failures;
    const losses = known.size > 0 ? known.get(source) : undefined;
    const accounted = excused || losses !== undefined;
    const shown: Answered = {};
    for (const field of fields) {
      const { key, fetched } = field;
      this.#path.push(key);
      const value = this.#value(
        own(source, fetched),
        field.place,
        field.coordinate,
        accounted || (root && excusedRoots.has(fetched)),
        losses ? (lossOf(losses, fetched) ?? loss) : loss,
      );
      this.#path.pop();
      if (value === VOID) return VOID;
      if (key === '__proto__') Object.defineProperty(shown, key, { value, enumerable: true });
      else shown[key] = value;
    }
    return shown;
  }

  #value(value: unknown, { shape, nonNull }: Place, coordinate: string, excused: boolean, loss?: Loss): unknown {
    const shown = this.#shown(value, shape, coordinate, excused, loss);
    if (shown === null && nonNull) {
      if (!excused) this.#fault(coordinate, 'must not be null, and was not answered');
      return VOID;
    }
    return shown === VOID && !nonNull ? null : shown;
  }

  #shown(value: unknown, shape: Shape, coordinate: string, excused: boolean, loss?: Loss): unknown {
    if (shape.kind === 'denied') return VOID;
    if (shape.kind === 'typename') return shape.name;
    if (shape.kind === 'introspection') return this.#introspection(shape.document);
    if (value === undefined && loss) this.#lose(loss);
    if (value === null || value === undefined) return null;
    switch (shape.kind) {
      case 'leaf': {
        const accepted = shape.accept(value);
        return accepted === undefined ? this.#refused(coordinate, `was answered with no ${shape.type}`) : accepted;
      }
      case 'list':
        if (!Array.isArray(value)) return this.#refused(coordinate, 'was answered with no list');
        return this.#list(value, shape.of, coordinate, excused, loss);
      case 'composite': {
        const fields = isAnswered(value) ? shape.fieldsOf(value) : undefined;
        if (!fields) return this.#refused(coordinate, 'was answered with no object of its type');
        return this.object(value as Answered, fields, excused, loss);
      }
    }
  }

  #list(items: readonly unknown[], of: Place, coordinate: string, excused: boolean, loss?: Loss): unknown {
    const shown: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      this.#path.push(index);
      const item = this.#value(items[index], of, coordinate, excused, loss);
      this.#path.pop();
      if (item === VOID) return VOID;
      shown.push(item);
    }
    return shown;
  }

  #introspection(document: DocumentNode): unknown {
    const { data, errors } = executeSync({ schema: this.#schema, document, variableValues: this.#variables });
    for (const error of errors ?? []) this.#faults.add(error.path ?? [...this.#path], error);
    return data ? Object.values(data)[0] : null;
  }

  #lose(loss: Loss): void {
    const list = this.#lost.get(loss) ?? new ErrorList();
    this.#lost.set(loss, list);
    list.add([...this.#path], loss);
  }

  #refused(coordinate: string, what: string): typeof VOID {
    this.#fault(coordinate, what);
    return VOID;
  }

  #fault(coordinate: string, what: string): void {
    const code: RouterCode = 'DEPARTMENT_ANSWER_INVALID';
    const department = this.#ownerOf(coordinate);
    const extensions = department === undefined ? { code } : { code, department };
    this.#faults.add([...this.#path], { message: `${coordinate} ${what}`, extensions });
  }
}

/** Whether something stands at this path, a null at least, there or above. */
export function isShown(data: Answered | null, path: ResponsePath = []): boolean {
  let value: unknown = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return true;
    // What is denied is denied in every place of a list: its path has none.
    if (Array.isArray(value) && typeof key === 'string') return true;
    if (!Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}
