import { GraphQLError } from 'graphql';

/** Why the door turns a request away, and the HTTP status that goes with it. What is beyond a bound has a LimitCode. */
const STATUS = {
  BAD_REQUEST: 400,
  BODY_NOT_JSON: 400,
  BATCHING_UNSUPPORTED: 400,
  CSRF_PREVENTED: 400,
  DOCUMENT_NOT_KNOWN: 400,
  METHOD_NOT_ALLOWED: 405,
  MEDIA_TYPE_UNSUPPORTED: 415,
  /** No failure: upon this word Apollo's clients send the text. */
  PERSISTED_QUERY_NOT_FOUND: 200,
} as const;
export type DoorCode = keyof typeof STATUS;

/** @param facts Beside the code, such as what was found. */
export const turnedAway = (
  code: DoorCode,
  sentence: string,
  facts: Readonly<Record<string, unknown>> = {},
): GraphQLError => new GraphQLError(sentence, { extensions: { code, ...facts, http: { status: STATUS[code] } } });
