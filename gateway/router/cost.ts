/**
 * What an operation may cost, worked out before anything is fetched: `@cost` and `@listSize` of the GraphQL cost
 * specification (https://ibm.github.io/graphql-specs/cost-spec.html), as Federation 2.9 has them.
 *
 * An object costs 1, a scalar nothing, unless a weight says otherwise; a list costs what one of its items does times its
 * size; a mutation costs 10 more. How many items a client asks for stands in its variables, so an operation is worked out
 * once as a formula, and each request only puts its own numbers in.
 */
import {
  type GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  parse,
} from 'graphql';
import { type CostRules, costRulesIn, type ListSize } from './cost-rules.ts';
import { type Amount, argumentsTerm, sizeOf } from './cost-values.ts';
import { exceeded } from './limits.ts';
import { type Satisfies, satisfiesIn } from './merge.ts';
import type { Prepared, Variables } from './operation.ts';
import { type Collected, collect } from './selections.ts';

export interface CostBounds {
  readonly costMax: number;
  readonly listSizeMax: number;
  /** Of a list of which nothing is said. */
  readonly assumedSize: number;
}

export const COST_BOUNDS: CostBounds = {
  /** The dearest page: 1,000 enterprises with all that four departments know of each cost some 15,000. */
  costMax: 20_000,
  /** The longest page of any list. */
  listSizeMax: 1_000,
  assumedSize: 10,
};

/** What stands against carrying an operation out with these variables. They are coerced. */
export type Price = (variables: Variables) => readonly GraphQLError[];
export type Meter = (operation: Prepared) => Price;

const MUTATION_WEIGHT = 10;
/** More would be no number any more in JSON. */
const TOLD_MAX = Number.MAX_SAFE_INTEGER;

/** Part of a formula. */
type Term = (asking: Asking) => number;

/** One request. */
interface Asking {
  readonly variables: Variables;
  /** The first list that is too long. */
  excess: { readonly field: string; readonly size: number } | undefined;
  /** The first field that needs one slicing argument and has another number of them. */
  unsliced: { readonly field: string; readonly given: number } | undefined;
}

export function createMeter(
  { supergraphSdl, publicSchema }: { readonly supergraphSdl: string; readonly publicSchema: GraphQLSchema },
  bounds: CostBounds = COST_BOUNDS,
): Meter {
  const rules = costRulesIn(parse(supergraphSdl, { noLocation: true }));
  return operation => {
    const formula = new Formula(publicSchema, rules, bounds, operation).term();
    return variables => {
      const asking: Asking = { variables, excess: undefined, unsliced: undefined };
      return refusals(formula(asking), asking, bounds);
    };
  };
}

function refusals(cost: number, { excess, unsliced }: Asking, { costMax, listSizeMax }: CostBounds): GraphQLError[] {
  const errors: GraphQLError[] = [];
  if (unsliced) {
    const sentence = `${unsliced.field} has ${unsliced.given} arguments that bound its size, where 1 is needed`;
    errors.push(exceeded('LIST_SIZE_LIMIT', sentence, { limit: 1, found: unsliced.given }));
  }
  if (excess) {
    const found = Math.min(excess.size, TOLD_MAX);
    const sentence = `${excess.field} is asked for ${found} items, more than the ${listSizeMax} allowed`;
    errors.push(exceeded('LIST_SIZE_LIMIT', sentence, { limit: listSizeMax, found }));
  }
  if (cost > costMax) {
    const found = Math.min(Math.ceil(cost), TOLD_MAX);
    const sentence = `The operation costs ${found}, more than the ${costMax} allowed`;
    errors.push(exceeded('COST_LIMIT', sentence, { limit: costMax, found }));
  }
  return errors;
}

class Formula {
  readonly #schema: GraphQLSchema;
  readonly #satisfies: Satisfies;
  readonly #rules: CostRules;
  readonly #bounds: CostBounds;
  readonly #operation: Prepared;

  constructor(schema: GraphQLSchema, rules: CostRules, bounds: CostBounds, operation: Prepared) {
    this.#schema = schema;
    this.#satisfies = satisfiesIn(schema);
    this.#rules = rules;
    this.#bounds = bounds;
    this.#operation = operation;
  }

  term(): Term {
    const { definition } = this.#operation;
    const root = this.#schema.getRootType(definition.operation);
    if (!root) return () => 0;
    const below = this.#below([definition.selectionSet], root.name, new Map());
    return definition.operation === 'mutation' ? asking => MUTATION_WEIGHT + below(asking) : below;
  }

  /** What is asked of one object. @param sizes Of its lists, where the field that leads here bounds them. */
  #below(sets: Collected['sets'], parent: string, sizes: ReadonlyMap<string, Amount>): Term {
    const parts = collect(sets, parent, this.#operation.fragments).map(field => ({
      on: field.on,
      term: this.#field(field, sizes.get(field.node.name.value)),
    }));
    const type = this.#schema.getType(parent);
    if (!isAbstractType(type)) return sum(parts.map(({ term }) => term));
    // An object is of one type: what others are asked for costs nothing.
    const always = sum(parts.filter(({ on }) => on === parent).map(({ term }) => term));
    const others = parts.filter(({ on }) => on !== parent);
    const alternatives = new Map<string, Term>();
    for (const { name } of this.#schema.getPossibleTypes(type)) {
      const fitting = others.filter(({ on }) => this.#satisfies(name, on));
      alternatives.set(fitting.map(part => others.indexOf(part)).join(), sum(fitting.map(({ term }) => term)));
    }
    const terms = [...alternatives.values()];
    return asking => always(asking) + terms.reduce((most, term) => Math.max(most, term(asking)), 0);
  }

  #field({ node, on, sets, conditions }: Collected, inherited: Amount | undefined): Term {
    const parent = this.#schema.getType(on);
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return () => 0; // Of introspection, which limits of its own bound.
    const place = `${on}.${field.name}`;
    const listSize = this.#listSizeOf(on, field.name);
    const slice = listSize && sizeOf(node, field, listSize);
    const weight = this.#weightOf(on, field);
    const sizes = new Map((slice ? listSize.sizedFields : []).map(name => [name, slice as Amount]));
    const item =
      sets.length === 0 ? () => weight : plus(weight, this.#below(sets, getNamedType(field.type).name, sizes));
    const given = argumentsTerm(node, field, place, this.#rules);
    const isSliced = listSize?.requireOneSlicingArgument && listSize.slicingArguments.length > 0;
    const size = this.#size(field, place, inherited ?? (listSize?.sizedFields.length ? undefined : slice), listSize);
    return asking => {
      const { variables } = asking;
      if (!conditions.every(({ variable, wanted }) => (variables[variable] === true) === wanted)) return 0;
      if (isSliced) {
        const { given: count } = (slice as Amount)(variables);
        if (count !== 1) asking.unsliced ??= { field: place, given: count };
      }
      return size(asking) * item(asking) + given(variables);
    };
  }

  /** How many items a field has; 1 for one that is no list. */
  #size(field: GraphQLField<unknown, unknown>, place: string, amount: Amount | undefined, own?: ListSize): Term {
    const { assumedSize, listSizeMax } = this.#bounds;
    const lists = listsIn(field);
    if (lists === 0) return () => 1;
    const assumed = own?.assumedSize ?? assumedSize;
    // Lists within lists: nothing is said of the inner ones.
    const inner = assumedSize ** (lists - 1);
    return asking => {
      const { size } = amount?.(asking.variables) ?? {};
      if (size !== undefined && size > listSizeMax) asking.excess ??= { field: place, size };
      return (size ?? assumed) * inner;
    };
  }

  #weightOf(on: string, field: GraphQLField<unknown, unknown>): number {
    const type = getNamedType(field.type);
    const own = this.#placesOf(on, field.name).flatMap(place => this.#rules.weights.get(place) ?? []);
    if (own.length > 0) return Math.max(...own);
    return this.#rules.weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
  }

  #listSizeOf(on: string, field: string): ListSize | undefined {
    return this.#placesOf(on, field).flatMap(place => this.#rules.listSizes.get(place) ?? [])[0];
  }

  /** Where something may be said of a field: on an interface it is every object's that implements it, too. */
  #placesOf(on: string, field: string): string[] {
    const type = this.#schema.getType(on);
    const objects = isInterfaceType(type) ? this.#schema.getPossibleTypes(type) : [];
    return [on, ...objects.map(({ name }) => name)].map(name => `${name}.${field}`);
  }
}

const plus =
  (weight: number, term: Term): Term =>
  asking =>
    weight + term(asking);

const sum = (terms: readonly Term[]): Term =>
  terms.length === 1
    ? (terms[0] as Term)
    : asking => {
        let whole = 0;
        for (const term of terms) whole += term(asking);
        return whole;
      };

function listsIn({ type }: GraphQLField<unknown, unknown>): number {
  let lists = 0;
  for (let each = getNullableType(type); isListType(each); each = getNullableType(each.ofType)) lists++;
  return lists;
}
