/** Parts of a cost that stand in the arguments of a field: how many items are asked for, and what an input costs. */
import {
  type ArgumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import type { CostRules, ListSize } from './cost-rules.ts';
import type { Variables } from './operation.ts';

/** How many items are asked for: the most that any slicing argument says, and how many of them say something. */
export type Amount = (variables: Variables) => { readonly size: number | undefined; readonly given: number };

type Field = GraphQLField<unknown, unknown>;
type Value = (variables: Variables) => unknown;

export function sizeOf(node: FieldNode, field: Field, { slicingArguments }: ListSize): Amount {
  const values = slicingArguments.map(name => argumentValue(node, field, name));
  return variables => {
    let size: number | undefined;
    let given = 0;
    for (const value of values) {
      const found = value(variables);
      if (typeof found !== 'number') continue;
      given++;
      size = Math.max(size ?? 0, found);
    }
    return { size, given };
  };
}

/** The value of an argument; its default where none is given. */
function argumentValue(node: FieldNode, field: Field, name: string): Value {
  const given = node.arguments?.find(argument => argument.name.value === name);
  const byDefault = field.args.find(argument => argument.name === name)?.defaultValue;
  if (!given) return () => byDefault;
  const value = givenValue(given);
  return variables => value(variables) ?? byDefault;
}

function givenValue({ value }: ArgumentNode): Value {
  if (value.kind === Kind.VARIABLE) {
    const { value: name } = value.name;
    return variables => variables[name];
  }
  if (value.kind === Kind.LIST || value.kind === Kind.OBJECT) return variables => valueFromASTUntyped(value, variables);
  const constant = valueFromASTUntyped(value);
  return () => constant;
}

/** What the arguments of a field cost: an input object 1, a scalar nothing, unless a weight says otherwise. */
export function argumentsTerm(
  node: FieldNode,
  field: Field,
  place: string,
  { weights }: CostRules,
): (variables: Variables) => number {
  const terms = field.args.flatMap(argument => termOf(argument, node, field, place, weights) ?? []);
  if (terms.length === 0) return () => 0;
  return variables => terms.reduce((whole, term) => whole + term(variables), 0);
}

function termOf(
  { name, type }: GraphQLArgument,
  node: FieldNode,
  field: Field,
  place: string,
  weights: CostRules['weights'],
): ((variables: Variables) => number) | undefined {
  const own = weights.get(`${place}.${name}`);
  const named = getNamedType(type);
  if (own === undefined && !isInputObjectType(named) && !weights.has(named.name)) return undefined;
  const value = argumentValue(node, field, name);
  return variables => {
    const given = value(variables);
    return given === undefined || given === null ? 0 : inputCost(given, type, weights, own);
  };
}

/** @param own The weight of the place, which stands instead of that of its type. */
function inputCost(value: unknown, type: GraphQLInputType, weights: CostRules['weights'], own?: number): number {
  if (value === null || value === undefined) return 0;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const items = Array.isArray(value) ? value : [value];
    return items.reduce<number>((whole, item) => whole + inputCost(item, nullable.ofType, weights, own), 0);
  }
  const weight = own ?? weights.get(nullable.name) ?? (isInputObjectType(nullable) ? 1 : 0);
  if (!isInputObjectType(nullable) || typeof value !== 'object') return weight;
  const fields = Object.values(nullable.getFields());
  return fields.reduce((whole, { name, type: inner }) => {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    return whole + inputCost(member, inner, weights, weights.get(`${nullable.name}.${name}`));
  }, weight);
}
