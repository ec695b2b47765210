import { HeaderMap } from '@apollo/server';
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
  NO_LONGER_VALID: 'Take the bundle of the case: it proves what was granted, and what became of it.',
  PAPER_NOT_MADE: 'Tell the operator; extensions.reason says what is wrong.',
  STEP_NOT_ALLOWED: 'Look at the state of the case: the sentence says what stands against this step.',
  SAME_PERSON: 'Let another person approve it: one reviews, another approves (一审一核).',
  TEXT_INVALID: 'Mend the text that the sentence names.',
  REGION_UNKNOWN: 'Give a region code of GB/T 2260, six digits.',
  OPERATION_MALFORMED: 'Give the operation id as the window gave it.',
  OPERATION_UNKNOWN: 'Report only what the window has asked of your department.',
  NOT_YOUR_OPERATION: 'Leave the outcome to the department that handles the item.',
  SEAL_REFUSED: 'Send the outcome of this operation, sealed by your department; extensions.reason says what is wrong.',
  TOO_MANY_REPORTS: 'Send no more reports of this operation; what was reported is kept.',
  BUSY: 'Try again after a pause.',
  BATCH_TOO_LARGE: 'Send the entries in several calls.',
  PAGE_TOO_LARGE: 'Ask for fewer entries a page.',
  CURSOR_INVALID: 'Give the endCursor of the page before, as it came.',
  STREAM_NEEDED: 'Send the subscription with the header accept: text/event-stream.',
  NOT_STREAMED: 'Send queries and mutations with the header accept: application/json.',
  TOO_MANY_REQUESTS: 'Wait for the answers that are under way, and try again after the time in Retry-After.',
  TOO_MANY_STREAMS: 'Close a stream, or wait and subscribe again.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** A "no" with a code from one table, a sentence, and the facts. Never a key, a token or an identity number. */
export class Refusal extends GraphQLError {
  constructor(code: RefusalCode, sentence: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(sentence, { extensions: { code, advice: REFUSALS[code], ...facts } });
  }

  /** With the HTTP status, and headers, of the answer that tells it. */
  atStatus(status: number, headers: Readonly<Record<string, string>> = {}): this {
    this.extensions.http = { status, headers: new HeaderMap(Object.entries(headers)) };
    return this;
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
