/**
 * The media types of answers, as GraphQL over HTTP has them.
 *
 * `application/graphql-response+json` tells by its status whether the operation was carried out. `application/json` may
 * come from any proxy, so its status says only that the request reached a GraphQL server: 200 for a document that is
 * not carried out, too. https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
import type { ApolloServerPlugin } from '@apollo/server';

const JSON_ANSWER = 'application/json';
const GRAPHQL_ANSWER = 'application/graphql-response+json';
export type AnswerType = typeof JSON_ANSWER | typeof GRAPHQL_ANSWER;

/** The one of both that a client likes best; undefined where it takes neither. */
export function answerType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept.trim() === '') return JSON_ANSWER;
  const ranges = accept.split(',').map(rangeOf);
  const [json, graphql] = [liking(JSON_ANSWER, ranges), liking(GRAPHQL_ANSWER, ranges)];
  if (!json.quality && !graphql.quality) return undefined;
  if (json.quality !== graphql.quality) return json.quality > graphql.quality ? JSON_ANSWER : GRAPHQL_ANSWER;
  return graphql.place < json.place ? GRAPHQL_ANSWER : JSON_ANSWER;
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map(part => part.trim().toLowerCase());
  const quality = Number(parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? 1);
  return { type, quality: Number.isFinite(quality) ? quality : 1 };
}

/** By the range that names the type most closely (RFC 9110, 12.5.1). */
function liking(type: AnswerType, ranges: readonly Range[]): { readonly quality: number; readonly place: number } {
  for (const name of [type, 'application/*', '*/*']) {
    const place = ranges.findIndex(range => range.type === name);
    if (place >= 0) return { quality: (ranges[place] as Range).quality, place };
  }
  return { quality: 0, place: ranges.length };
}

/** Gives each answer of Apollo Server its media type, and the status that goes with it. */
export function answersByMediaType(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ request, response, source }) {
          if (!request.http) return;
          const type = answerType(request.http.headers.get('accept'));
          if (!type) return; // Apollo Server answers 406.
          response.http.headers.set('content-type', `${type}; charset=utf-8`);
          const isWellFormed = source !== undefined;
          if (type === JSON_ANSWER && isWellFormed && response.http.status === 400) response.http.status = 200;
        },
      };
    },
  };
}
