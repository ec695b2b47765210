import { expect, it } from '@jest/globals';
import { answerType } from '../../../gateway/door/accept.ts';

const [JSON_ANSWER, GRAPHQL_ANSWER] = ['application/json', 'application/graphql-response+json'];

it.each<[string | undefined, string | undefined, string]>([
  [undefined, JSON_ANSWER, 'clients of old send no header'],
  ['', JSON_ANSWER, 'nor do these'],
  ['*/*', JSON_ANSWER, 'whatever it is'],
  [GRAPHQL_ANSWER, GRAPHQL_ANSWER, 'as asked for'],
  [`${GRAPHQL_ANSWER}, ${JSON_ANSWER};q=0.9`, GRAPHQL_ANSWER, 'the better liked'],
  [`${JSON_ANSWER};q=0.5, ${GRAPHQL_ANSWER};q=0.7`, GRAPHQL_ANSWER, 'whatever comes first'],
  [`${JSON_ANSWER}, ${GRAPHQL_ANSWER}`, JSON_ANSWER, 'the first of equals'],
  [`*/*, ${GRAPHQL_ANSWER};q=0.1`, JSON_ANSWER, 'the closest range counts'],
  ['application/*;q=0.2', JSON_ANSWER, 'a range of both'],
  ['APPLICATION/JSON', JSON_ANSWER, 'in capitals'],
  ['text/html', undefined, 'neither'],
  [`${JSON_ANSWER};q=0`, undefined, 'refused in so many words'],
])('%s is answered with %s: %s', (accept, type) => expect(answerType(accept)).toBe(type));
