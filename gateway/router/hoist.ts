/**
 * Entity fetches that need not wait for the root on which they hang.
 *
 *     query ($u: ID!) { enterprise(uscc: $u) { name  tax { … }  seal { … } } }
 *
 * The departments that complete the enterprise need its `uscc`, which the client has just named: they are asked beside
 * the department of the root, and one round trip is saved.
 *
 * That `enterprise(uscc: X)` answers the enterprise whose `uscc` is X is a guess, by convention: the root field returns
 * an object type, no list, and has an argument of the name and type of each field that the departments need. It is never
 * trusted. The answer to an early fetch is taken only if the root, once it has answered, leads to exactly the request
 * that was sent; else it is dropped unseen, and what is to be asked then is asked as planned. So a root that is null,
 * refused, failed, of another type or of another key (a department may write keys in another case) shows nothing of it.
 *
 * A wrong guess costs each such department one fetch, which is left to end by itself: to break it off would cost the
 * connection. Mutations are never hoisted: what they answer is what they did, not what they were asked for.
 */
import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isLeafType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  type ValueNode,
  valueFromAST,
} from 'graphql';
import { pick } from './entities.ts';
import type { Answered, Satisfies } from './merge.ts';
import { fragmentsOf, type Variables } from './operation.ts';
import type { EntitiesNode, FetchNode, Path, PlanNode, QueryPlan } from './planner.ts';
import { fieldsIn } from './selections.ts';

/** What a root field will answer, as far as its arguments tell. */
interface Root {
  readonly key: string;
  readonly type: string;
  readonly known: readonly Known[];
}

interface Known {
  readonly field: string;
  readonly type: GraphQLInputType;
  readonly given: ValueNode;
}

/** What of one plan may be asked early. */
export class Hoist {
  readonly #roots: readonly Root[];
  readonly #candidates: ReadonlyMap<EntitiesNode, Candidate>;

  private constructor(roots: readonly Root[], candidates: ReadonlyMap<EntitiesNode, Candidate>) {
    this.#roots = roots;
    this.#candidates = candidates;
  }

  /** Made once for a plan; undefined if nothing in it can go early. */
  static of({ root }: QueryPlan, schema: GraphQLSchema, satisfies: Satisfies): Hoist | undefined {
    if (!root) return undefined;
    const nodes = [...nodesBelow(root)];
    const roots = nodes.flatMap(node => (node.kind === 'fetch' ? rootsOf(node, schema) : []));
    if (roots.length === 0) return undefined;
    const assumed = Object.fromEntries(roots.map(each => [each.key, assumedFor(each)]));
    const candidates = new Map<EntitiesNode, Candidate>();
    for (const node of nodes) {
      if (node.kind !== 'entities' || !isPickedFrom(assumed, node, satisfies)) continue;
      const keys = keysOf(node);
      if (keys) candidates.set(node, new Candidate(keys));
    }
    return candidates.size > 0 ? new Hoist(roots, candidates) : undefined;
  }

  /** The tree that the roots are guessed to answer, and what is to be asked for it; undefined if nothing is. */
  guess(variables: Variables): { readonly data: Answered; readonly nodes: readonly EntitiesNode[] } | undefined {
    const data: Answered = {};
    for (const root of this.#roots) {
      const object = guessedFor(root, variables);
      if (object) data[root.key] = object;
    }
    const nodes: EntitiesNode[] = [];
    for (const [node, candidate] of this.#candidates) if (candidate.mayGoEarly(data)) nodes.push(node);
    return nodes.length > 0 ? { data, nodes } : undefined;
  }

  /** Told, when the roots were there, whether they were those for which the node had been sent. */
  learn(node: EntitiesNode, right: boolean): void {
    this.#candidates.get(node)?.learn(right);
  }
}

/** So many in a row are no chance: the root field does not answer what its argument names, as `parent(uscc:)` would not. */
const WRONG_IN_A_ROW_MAX = 5;
/** Then one request in so many guesses again: perhaps a client had asked in a spelling of its own for a while. */
const GUESSES_AGAIN_EACH = 64;

class Candidate {
  /** The root fields on which the node hangs. */
  readonly #keys: readonly string[];
  #wrongInARow = 0;
  #waited = 0;

  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  mayGoEarly(guessed: Answered): boolean {
    if (!this.#keys.every(key => Object.hasOwn(guessed, key))) return false;
    return this.#wrongInARow < WRONG_IN_A_ROW_MAX || ++this.#waited % GUESSES_AGAIN_EACH === 0;
  }

  learn(right: boolean): void {
    this.#wrongInARow = right ? 0 : this.#wrongInARow + 1;
  }
}

function* nodesBelow(node: PlanNode): Generator<FetchNode | EntitiesNode> {
  if (node.kind === 'fetch' || node.kind === 'entities') yield node;
  else for (const each of node.nodes) yield* nodesBelow(each);
}

function rootsOf({ at, operation, outputRewrites }: FetchNode, schema: GraphQLSchema): Root[] {
  // A renamed root is one that several departments answer under one name: rare, and not worth following.
  if (at.length > 0 || outputRewrites.length > 0) return [];
  const document = parse(operation, { noLocation: true });
  const query = schema.getQueryType();
  const definition = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (!query || definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  if (definition.operation !== OperationTypeNode.QUERY) return [];
  const fields = fieldsIn(definition.selectionSet, fragmentsOf(document));
  return fields.flatMap(field => rootOf(field, query) ?? []);
}

function rootOf({ name, alias, arguments: given = [] }: FieldNode, query: GraphQLObjectType): Root | undefined {
  const definition = query.getFields()[name.value];
  const type = getNullableType(definition?.type);
  if (!definition || !isObjectType(type)) return undefined;
  const known = definition.args.flatMap(({ name: field, type: taken }): Known[] => {
    const value = given.find(argument => argument.name.value === field)?.value;
    const told = type.getFields()[field];
    const isSame =
      told && isLeafType(getNullableType(told.type)) && getNullableType(told.type) === getNullableType(taken);
    return value && isSame ? [{ field, type: taken, given: value }] : [];
  });
  return known.length > 0 ? { key: (alias ?? name).value, type: type.name, known } : undefined;
}

const assumedFor = ({ type, known }: Root): Answered => ({
  __typename: type,
  ...Object.fromEntries(known.map(({ field }) => [field, ''])),
});

function guessedFor({ type, known }: Root, variables: Variables): Answered | undefined {
  const object: Answered = { __typename: type };
  for (const { field, type: taken, given } of known) {
    const value = valueFromAST(given, taken, variables);
    if (value === undefined || value === null) return undefined;
    object[field] = value;
  }
  return object;
}

/** The root fields at which all entities of a node stand; undefined if one stands deeper. */
function keysOf({ batches }: EntitiesNode): string[] | undefined {
  const keys = batches.flatMap(({ paths }) => paths.map(keyOf));
  return keys.every(key => key !== undefined) ? keys : undefined;
}

function keyOf([first, ...rest]: Path): string | undefined {
  const isRoot = typeof first === 'object' && 'field' in first;
  return isRoot && rest.every(step => typeof step === 'object' && 'types' in step) ? first.field : undefined;
}

/** Whether the arguments tell all that is needed to ask for every entity of the node. */
function isPickedFrom(assumed: Answered, { batches }: EntitiesNode, satisfies: Satisfies): boolean {
  return batches.every(batch =>
    batch.paths.every(path => pick({ ...batch, paths: [path] }, assumed, satisfies).representations.length === 1),
  );
}
