import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/**
 * Every refusal that a caller can act on: its stable code, and what the caller should do. Anything else that is thrown
 * is a defect and is shown as INTERNAL.
 */
export const REFUSALS = {
  APPLICATION_INVALID: 'Mend every field named in extensions.faults and send the application again.',
  UNAUTHENTICATED: 'Send a valid bearer token in the Authorization header.',
  FORBIDDEN: 'Ask for the role or the region that this needs.',
  REQUEST_ID_REUSED: 'The request id belongs to another application: make a new one.',
  POSSIBLE_DUPLICATE: 'Look at the case named in extensions.case; to go on, send its number as notDuplicateOf.',
  NOT_FOUND: 'Check the number.',
  REGION_UNKNOWN: 'Give a region code of GB/T 2260, six digits.',
  BATCH_TOO_LARGE: 'Send the entries in several calls.',
  PAGE_TOO_LARGE: 'Ask for fewer entries a page.',
  CURSOR_INVALID: 'Give the endCursor of the page before, as it came.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** A "no" with a code from one table, a sentence, and the facts. Never a key, a token or an identity number. */
export class Refusal extends GraphQLError {
  constructor(code: RefusalCode, sentence: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(sentence, { extensions: { code, advice: REFUSALS[code], ...facts } });
  }
}

/**
 * What a caller sees of an error: a refusal as it is, a defect as INTERNAL. The defect goes whole to `report`; nothing
 * of it leaves the process.
 */
export function shownError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  report: (defect: Error) => void,
): GraphQLFormattedError {
  if (formatted.extensions?.code !== 'INTERNAL_SERVER_ERROR') return formatted;
  const original = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
  report(original instanceof Error ? original : new Error(String(original)));
  const { path, locations } = formatted;
  return {
    message: 'Something went wrong here; it has been noted. Try again, and tell the operator if it stays.',
    ...(path ? { path } : {}),
    ...(locations ? { locations } : {}),
    extensions: { code: 'INTERNAL' },
  };
}
