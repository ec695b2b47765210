/**
 * Errors about a request without the values that were in it.
 *
 * graphql-js quotes what it cannot take, and applications are full of identity numbers: an error is shown on screens and
 * kept in logs, where they have no business. What stays is the place, and what was expected there.
 */
import type { ApolloServerPlugin } from '@apollo/server';
import {
  coerceInputValue,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

export function unechoed(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body }, schema, operation, request: { variables } }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return;
          const { errors } = body.singleResult;
          const others = errors.filter(error => !isVariableFault(error)).map(withoutLiterals);
          const ofVariables = errors.length > others.length ? faultsOf(schema, operation, variables ?? {}) : [];
          body.singleResult.errors = [...ofVariables, ...others];
        },
      };
    },
  };
}

// --- variables -------------------------------------------------------------------------------------------------------

/** As many as graphql-js itself tells. */
const variableFaultsMax = 50;

const isVariableFault = ({ message, extensions }: GraphQLFormattedError): boolean =>
  extensions?.code === 'BAD_USER_INPUT' && /^(Variable "\$\w+" (got|of)|Too many errors)/.test(message);

/** What is wrong with the variables, found anew: the message that told it first holds the value. */
function faultsOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode | undefined,
  variables: Variables,
): GraphQLFormattedError[] {
  const faults: GraphQLFormattedError[] = [];
  for (const { variable, type: typeNode, defaultValue } of operation?.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const tell = (path: readonly (string | number)[], message: string): void => {
      if (faults.length >= variableFaultsMax) return;
      const place = [name, ...path].join('.');
      const sentence = `Variable "$${name}"${path.length > 0 ? ` at ${place}` : ''}: ${expectation(message, type, path)}`;
      faults.push({ message: sentence, extensions: { code: 'BAD_USER_INPUT', path: place } });
    };
    const value = variables[name];
    if (value === undefined) {
      if (isNonNullType(type) && !defaultValue) tell([], '');
    } else coerceInputValue(value, type, (path, _, { message }) => tell(path, message));
  }
  return faults;
}

/** Sentences of graphql-js in which all words are the schema's. */
const OF_THE_SCHEMA =
  /^(Field "\w{1,64}" of required type "[\w![\]]{1,64}" was not provided|Expected (non-nullable )?type "[\w![\]]{1,64}" (not to be null|to be an object))\.$/;
/** A field's name that may be told back: no number stands in its place. */
const UNKNOWN_FIELD = /^Field "([A-Za-z_]{1,40})" is not defined by type "(\w+)"/;

function expectation(message: string, type: GraphQLInputType, path: readonly (string | number)[]): string {
  if (OF_THE_SCHEMA.test(message)) return message;
  const [, field, of] = UNKNOWN_FIELD.exec(message) ?? [];
  if (field) return `Field "${field}" is not defined by type "${of}".`;
  const expected = getNullableType(path.reduce(typeBelow, type));
  if (isInputObjectType(expected)) return `a field is not defined by type "${expected.name}".`;
  if (isEnumType(expected))
    return `expected one of ${expected
      .getValues()
      .map(({ name }) => name)
      .join(', ')}.`;
  return `expected ${String(expected)}.`;
}

function typeBelow(type: GraphQLInputType, key: string | number): GraphQLInputType {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return typeof key === 'number' ? nullable.ofType : typeBelow(nullable.ofType, key);
  return isInputObjectType(nullable) ? (nullable.getFields()[key]?.type ?? nullable) : nullable;
}

// --- documents -------------------------------------------------------------------------------------------------------

/** Codes of errors in which graphql-js and Apollo Server quote the document. */
const QUOTING = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);
const QUOTATIONS: readonly (readonly [RegExp, string])[] = [
  [/\b((?:Block)?String|Int|Float) "[\s\S]*$/, '$1.'],
  [/(cannot represent [\w -]{1,60}): [\s\S]*$/, '$1.'],
  [/(Expected value of type "[^"]+"), found [\s\S]*$/, '$1.'],
  [/Value "[\s\S]*" (does not exist in "\w+" enum)[\s\S]*$/, 'The value $1.'],
  [/^Unknown operation named [\s\S]*$/, 'The document has no operation of that name.'],
  // Whatever else may quote: an identity number has 15 digits or more, a phone number 5.
  [/\d{5,}[Xx]?/g, '…'],
];

function withoutLiterals(error: GraphQLFormattedError): GraphQLFormattedError {
  if (!QUOTING.has(String(error.extensions?.code))) return error;
  const message = QUOTATIONS.reduce((text, [quotation, words]) => text.replace(quotation, words), error.message);
  return { ...error, message };
}
