/**
 * The variables of an operation, coerced as GraphQL has it; or what is wrong with them.
 *
 * graphql-js quotes each value that it cannot take, and applications are full of identity numbers: an error is shown on
 * screens and kept in logs, where they have no business. So the values are left out here: what stays is the place, and
 * what was expected there.
 */
import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { routerError } from './errors.ts';
import type { Variables } from './operation.ts';

export type Coerced =
  | { readonly ok: true; readonly variables: Variables }
  | { readonly ok: false; readonly faults: readonly GraphQLError[] };

/** One request can hold two million wrong items; as many errors would end the memory. */
const VARIABLE_FAULTS_MAX = 20;
/** Thrown to leave a value whose other faults nobody will be told. */
const ENOUGH = Symbol('enough faults');

/** @param definitions Valid against the schema. */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Variables,
): Coerced {
  const coerced: [string, unknown][] = [];
  const faults: GraphQLError[] = [];
  try {
    for (const { variable, type: node, defaultValue } of definitions) {
      const name = variable.name.value;
      const type = typeFromAST(schema, node as Parameters<typeof typeFromAST>[1]) as GraphQLInputType;
      const tell = (path: readonly (string | number)[], message: string): void => {
        faults.push(faultOf(name, type, path, message));
        if (faults.length >= VARIABLE_FAULTS_MAX) throw ENOUGH;
      };
      if (Object.hasOwn(given, name)) {
        const value = coerceInputValue(given[name], type, (path, _, { message }) => tell(path, message), true);
        coerced.push([name, value]);
      } else if (defaultValue) coerced.push([name, valueFromAST(defaultValue, type)]);
      else if (isNonNullType(type)) tell([], `A value of type "${type}" was not provided.`);
    }
  } catch (thrown) {
    if (thrown !== ENOUGH) throw thrown;
  }
  // By entries, so that a variable called __proto__ is one like any other.
  return faults.length > 0 ? { ok: false, faults } : { ok: true, variables: Object.fromEntries(coerced) };
}

function faultOf(name: string, type: GraphQLInputType, path: readonly (string | number)[], message: string) {
  const place = [name, ...path].join('.');
  const where = path.length > 0 ? ` at ${place}` : '';
  const sentence = `Variable "$${name}"${where}: ${withoutValue(message, type, path)}`;
  return routerError('BAD_USER_INPUT', sentence, { path: place });
}

/** Sentences in which all words are the schema's. */
const OF_THE_SCHEMA =
  /^(A value of type|Field "\w+" of required type|Expected type|Expected non-nullable type|Exactly one key must be specified for OneOf type) "[\w![\]]+"( was not provided| to be an object| not to be null)?\.$/;
/** A field's name that may be told back: no number can stand in its place. */
const UNKNOWN_FIELD = /^Field "[A-Za-z_]{1,40}" is not defined by type "\w+"\.$/;

function withoutValue(message: string, type: GraphQLInputType, path: readonly (string | number)[]): string {
  if (OF_THE_SCHEMA.test(message) || UNKNOWN_FIELD.test(message)) return message;
  const expected = getNullableType(path.reduce(typeBelow, type));
  if (isInputObjectType(expected)) return `a field is not defined by type "${expected}".`;
  if (!isEnumType(expected)) return `expected ${expected}.`;
  const names = expected.getValues().map(({ name }) => name);
  return `expected one of ${names.join(', ')}.`;
}

/** A field of an item that stands alone, in place of a list of one, has the path of a field of the list. */
function typeBelow(type: GraphQLInputType, key: string | number): GraphQLInputType {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return typeof key === 'number' ? nullable.ofType : typeBelow(nullable.ofType, key);
  return isInputObjectType(nullable) ? (nullable.getFields()[key]?.type ?? nullable) : nullable;
}
