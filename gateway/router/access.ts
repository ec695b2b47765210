/**
 * Who may see what, decided for each use of a field before anything is fetched.
 *
 * An operation is looked through once: which of its uses are guarded, by which rules. What a caller may not see is then
 * taken out before planning, so that no department is asked for it. However a use is written, by an alias, a fragment,
 * an interface or a union, the rules of every object that could stand there count.
 */
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type Rule, type Rules, rulesIn } from './access-rules.ts';
import { ErrorList, routerError } from './errors.ts';
import { isAsked, type Prepared, TYPENAME, type Variables } from './operation.ts';

/** Who asks. */
export interface Bearer {
  readonly scopes: readonly string[];
  /** Whether a policy lets this one make this use of a field. */
  allows(policy: string, use: FieldUse): boolean;
}

/** What a policy can look at: nothing has been fetched yet. */
export interface FieldUse {
  /** As the operation has it, such as `Query.enterprise`. */
  readonly coordinate: string;
  /** Coerced, variables and defaults included. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The field whose selection this one stands in. */
  readonly within: FieldUse | undefined;
}

export interface AccessOptions {
  readonly supergraphSdl: string;
  readonly publicSchema: GraphQLSchema;
  /** Names of the policies that bearers know. */
  readonly policies: Iterable<string>;
  /** Undefined for a caller that nobody knows. */
  bearerOf(context: unknown): Bearer | undefined;
}

/** A use of a field, on the way to others or guarded itself. */
interface Place {
  readonly node: FieldNode;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly coordinate: string;
  readonly within: Place | undefined;
}

interface GuardedUse {
  readonly rule: Rule;
  /** Whose arguments the rule's policies look at. */
  readonly place: Place | undefined;
}

interface Guarded {
  readonly node: FieldNode;
  readonly coordinate: string;
  /** Response keys. */
  readonly path: readonly string[];
  readonly rules: readonly GuardedUse[];
  /** What must be asked for that this one is. */
  readonly conditions: readonly SelectionNode[];
  /** The nearest guarded use around it: what stands in one that is taken out goes with it. */
  readonly inside: number | undefined;
}

/** The guarded uses of one operation, whose fragments are written out: two spreads of one are two uses. */
export interface GuardedOperation {
  readonly operation: Prepared;
  readonly uses: readonly Guarded[];
}

export type Access =
  | { readonly is: 'ALLOWED' }
  /** Nothing may be done. */
  | { readonly is: 'REFUSED'; readonly errors: readonly GraphQLError[] }
  | { readonly is: 'RESTRICTED'; readonly denied: Denied; readonly errors: readonly GraphQLError[] };

/** Uses that are taken out. */
export interface Denied {
  /** The same for the same uses of one operation. */
  readonly key: string;
  readonly nodes: ReadonlySet<FieldNode>;
}

const ALLOWED: Access = { is: 'ALLOWED' };

export class Guard {
  readonly #schema: GraphQLSchema;
  readonly #rules: Rules;
  readonly #bearerOf: AccessOptions['bearerOf'];

  /** @throws {Error} with every reason why the supergraph's rules can't be enforced. */
  constructor({ supergraphSdl, publicSchema, policies, bearerOf }: AccessOptions) {
    this.#schema = publicSchema;
    this.#rules = rulesIn(supergraphSdl, new Set(policies));
    this.#bearerOf = bearerOf;
  }

  /** Undefined where nothing is guarded: nothing has to be decided then, for nobody. */
  guarded(operation: Prepared): GuardedOperation | undefined {
    if (this.#rules.isEmpty) return undefined;
    const definition = writtenOut(operation);
    const uses: Guarded[] = [];
    const root = this.#schema.getRootType(definition.operation);
    if (!root) return undefined;
    const start = { type: root, objects: [root.name], narrowed: true, place: undefined };
    this.#collect(definition.selectionSet, { ...start, path: [], conditions: [], inside: undefined }, uses);
    if (uses.length === 0) return undefined;
    return { operation: { ...operation, definition, fragments: new Map() }, uses };
  }

  decide({ operation: { definition }, uses }: GuardedOperation, variables: Variables, context: unknown): Access {
    const bearer = this.#bearerOf(context);
    const denied = new Map<number, Rule>();
    const gone = new Set<number>();
    for (const [index, use] of uses.entries()) {
      if (use.inside !== undefined && gone.has(use.inside)) {
        gone.add(index);
        continue;
      }
      if (!use.conditions.every(selection => isAsked(selection, variables))) continue;
      if (!bearer) return { is: 'REFUSED', errors: [unknownCaller(use)] };
      const broken = use.rules.find(one => !holds(one, bearer, variables))?.rule;
      if (!broken) continue;
      denied.set(index, broken);
      gone.add(index);
    }
    if (denied.size === 0) return ALLOWED;
    const taken = [...denied].map(([index, rule]) => ({ ...(uses[index] as Guarded), rule }));
    // Of what was done and may not be seen, the answer would say that it was not done.
    if (definition.operation !== 'query') return { is: 'REFUSED', errors: forbidden(taken, HTTP_FORBIDDEN) };
    const errors = forbidden(taken);
    const nodes = new Set(taken.map(({ node }) => node));
    return { is: 'RESTRICTED', denied: { key: [...denied.keys()].join(), nodes }, errors };
  }

  #collect({ selections }: SelectionSetNode, scope: Scope, uses: Guarded[]): void {
    for (const selection of selections) {
      const conditions = selection.directives?.length ? [...scope.conditions, selection] : scope.conditions;
      if (selection.kind === Kind.FIELD) this.#field(selection, { ...scope, conditions }, uses);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = this.#schema.getType(selection.typeCondition?.name.value ?? scope.type.name);
        if (!isCompositeType(type)) continue;
        const possible = new Set(this.#objects(type));
        const objects = scope.objects.filter(name => possible.has(name));
        this.#collect(selection.selectionSet, { ...scope, conditions, type, objects }, uses);
      }
    }
  }

  #field(node: FieldNode, scope: Scope, uses: Guarded[]): void {
    const name = node.name.value;
    const path = [...scope.path, (node.alias ?? node.name).value];
    const coordinate = `${scope.type.name}.${name}`;
    const definition = isUnionType(scope.type) ? undefined : scope.type.getFields()[name];
    const place = definition && { node, definition, coordinate, within: scope.place };
    const rules = this.#rulesFor(name, scope, place);
    const inside = rules.length > 0 ? uses.length : scope.inside;
    const { conditions } = scope;
    if (rules.length > 0) uses.push({ node, coordinate, path, rules, conditions, inside: scope.inside });
    const returned = definition && getNamedType(definition.type);
    if (!node.selectionSet || !isCompositeType(returned)) return;
    const objects = this.#objects(returned);
    const narrowed = isAbstractType(returned);
    this.#collect(node.selectionSet, { type: returned, objects, narrowed, place, path, conditions, inside }, uses);
  }

  /** Each rule once; those of a type look at the field that led to it. */
  #rulesFor(name: string, { type, objects, narrowed, place: around }: Scope, place: Place | undefined): GuardedUse[] {
    const found = new Map<Rule, GuardedUse>();
    const add = (rules: readonly Rule[], at: Place | undefined) => {
      for (const rule of rules) if (!found.has(rule)) found.set(rule, { rule, place: at });
    };
    // Of the schema itself, which everybody may see, and of the root's name.
    if (name.startsWith('__') && !around) return [];
    if (place) for (const kind of [type.name, ...objects]) add(this.#rules.ofField(kind, name), place);
    if (narrowed) for (const object of objects) add(this.#rules.ofType(object), around ?? place);
    return [...found.values()];
  }

  #objects(type: GraphQLCompositeType): readonly string[] {
    return isObjectType(type) ? [type.name] : this.#schema.getPossibleTypes(type).map(({ name }) => name);
  }
}

/** Where a selection stands. */
interface Scope {
  readonly type: GraphQLCompositeType;
  /** Types of the objects that it can be of. */
  readonly objects: readonly string[];
  /** Whether the field around it did not say which of them. */
  readonly narrowed: boolean;
  readonly place: Place | undefined;
  readonly path: readonly string[];
  readonly conditions: readonly SelectionNode[];
  readonly inside: number | undefined;
}

/** The operation with its fragments in place of their spreads. How long it may become is for the limits to say. */
function writtenOut({ definition, fragments }: Prepared): OperationDefinitionNode {
  const inSet = ({ selections, ...set }: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) {
        const { selectionSet } = selection;
        return [selectionSet ? { ...selection, selectionSet: inSet(selectionSet) } : { ...selection }];
      }
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return [{ ...selection, selectionSet: inSet(selection.selectionSet) }];
      const fragment = fragments.get(selection.name.value);
      if (!fragment) return [];
      const { typeCondition, selectionSet } = fragment;
      const directives = selection.directives ?? [];
      return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: inSet(selectionSet) }];
    }),
  });
  return { ...definition, selectionSet: inSet(definition.selectionSet) };
}

/** The operation as it is planned: of what is denied no more is asked than which type it would have stood in. */
export function withoutDenied(operation: Prepared, { nodes }: Denied): Prepared {
  const definition = visit(operation.definition, { Field: node => (nodes.has(node) ? TYPENAME : undefined) });
  return { ...operation, definition };
}

function holds({ rule: { scopes, policies }, place }: GuardedUse, bearer: Bearer, variables: Variables): boolean {
  return (
    (scopes.length === 0 || scopes.some(all => all.every(scope => bearer.scopes.includes(scope)))) &&
    (policies.length === 0 ||
      policies.some(all => all.every(policy => bearer.allows(policy, useOf(place, variables) ?? NO_USE))))
  );
}

/** Of the root itself. */
const NO_USE: FieldUse = { coordinate: '', args: {}, within: undefined };

/** Arguments are worked out for policies that look at them. */
function useOf(place: Place | undefined, variables: Variables): FieldUse | undefined {
  if (!place) return undefined;
  const { coordinate, definition, node, within } = place;
  return {
    coordinate,
    get args() {
      return definition.args.length === 0 ? NO_USE.args : getArgumentValues(definition, node, variables);
    },
    get within() {
      return useOf(within, variables);
    },
  };
}

const HTTP_UNAUTHENTICATED = { status: 401, headers: new Map([['www-authenticate', 'Bearer']]) };
const HTTP_FORBIDDEN = { status: 403, headers: new Map<string, string>() };

const unknownCaller = ({ coordinate }: Guarded): GraphQLError =>
  routerError('UNAUTHENTICATED', `${coordinate} needs a bearer token`, { http: HTTP_UNAUTHENTICATED });

/** One error for each place, whatever was asked for there how often. */
function forbidden(
  taken: readonly (Guarded & { readonly rule: Rule })[],
  http?: typeof HTTP_FORBIDDEN,
): readonly GraphQLError[] {
  const list = new ErrorList();
  const seen = new Set<string>();
  for (const { coordinate, path, rule } of taken) {
    if (seen.has(path.join('.'))) continue;
    seen.add(path.join('.'));
    const { scopes, policies } = rule;
    const needs = { ...(scopes.length > 0 && { scopes }), ...(policies.length > 0 && { policies }) };
    const message = `${coordinate} needs ${wordsOf(rule)}, which this caller does not have`;
    list.add(path, { message, extensions: { code: 'FORBIDDEN', needs, ...(http && { http }) } });
  }
  return list.errors();
}

function wordsOf({ scopes, policies }: Rule): string {
  const either = (all: readonly (readonly string[])[]) => all.map(names => names.join(' and ')).join(' or ');
  const needed = [
    scopes.length > 0 && `the scope ${either(scopes)}`,
    policies.length > 0 && `the policy ${either(policies)}`,
  ];
  return needed.filter(Boolean).join(', and ');
}
