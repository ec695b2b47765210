import type { GraphQLFormattedError } from 'graphql';

/** Codes of errors in which graphql-js and Apollo Server quote the document. */
const QUOTING = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);

const QUOTATIONS: readonly (readonly [quotation: RegExp, words: string])[] = [
  [/\b((?:Block)?String|Int|Float) "[\s\S]*$/, '$1.'],
  [/(cannot represent [\w -]{1,60}): [\s\S]*$/, '$1.'],
  [/(Expected value of type "[^"]+"), found [\s\S]*$/, '$1.'],
  [/Value "[\s\S]*" (does not exist in "\w+" enum)[\s\S]*$/, 'The value $1.'],
  [/ got invalid value [\s\S]*?((?: at "[\w.]+")?; )(?=[^;]*$)/, ' is wrong$1'],
  [/^Unknown operation named [\s\S]*$/, 'The document has no operation of that name.'],
  // Whatever else may quote: an identity number has 15 digits or more, a phone number 5.
  [/\d{5,}[Xx]?/g, '…'],
];

/**
 * An error about a document without the values that are written in it. Applications are full of identity numbers, and
 * an error is shown on screens and kept in logs, where they have no business; where in the document it is stays told.
 * (What is wrong with variables of the public graph the router tells, without their values.)
 */
export function withoutQuotations(error: GraphQLFormattedError): GraphQLFormattedError {
  if (!QUOTING.has(String(error.extensions?.code))) return error;
  const message = QUOTATIONS.reduce((text, [quotation, words]) => text.replace(quotation, words), error.message);
  return { ...error, message };
}
