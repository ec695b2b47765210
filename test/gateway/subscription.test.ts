import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type DocumentNode,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
} from 'graphql';
import { composeSupergraph } from '../../gateway/compose.ts';
import { hivePlanner } from '../../gateway/router/planner.ts';
import { queryFor } from '../../gateway/subscription.ts';
import { windowService } from '../../gateway/window/schema.ts';

const schema = buildSchema(`
  type Query { case(number: ID!): Case }
  type Subscription { caseProgress(number: ID!): Case! }
  type Case { number: ID!  state: String!  twin: Case  caseProgress: Int }
`);
const operationIn = (document: DocumentNode, name?: string): OperationDefinitionNode =>
  getOperationAST(document, name) as OperationDefinitionNode;
const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

function queryOf(text: string, name?: string): string {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const query = queryFor(document, operationIn(document, name), schema);
  expect(validate(schema, query)).toEqual([]);
  return flat(print(query));
}

describe('an event of a subscription is read by the query for the same selection', () => {
  it.each([
    [
      'the response key is the subscription’s own',
      'subscription { caseProgress(number: "1") { number } }',
      'query { caseProgress: case(number: "1") { number } }',
    ],
    [
      'or the alias',
      'subscription { mine: caseProgress(number: "1") { no: number } }',
      'query { mine: case(number: "1") { no: number } }',
    ],
    [
      'variables and their defaults stay',
      'subscription S($n: ID! = "1", $s: Boolean!) { caseProgress(number: $n) { number @skip(if: $s) state @include(if: $s) } }',
      'query S($n: ID! = "1", $s: Boolean!) { caseProgress: case(number: $n) { number @skip(if: $s) state @include(if: $s) } }',
    ],
    [
      'fragments on the root are fragments on the other root',
      'subscription { ...F } fragment F on Subscription { ... on Subscription { caseProgress(number: "1") { ...G } } } fragment G on Case { number }',
      'query { ...F } fragment F on Query { ... on Query { caseProgress: case(number: "1") { ...G } } } fragment G on Case { number }',
    ],
    [
      'a field of that name further down is another field',
      'subscription { caseProgress(number: "1") { caseProgress twin { caseProgress } } }',
      'query { caseProgress: case(number: "1") { caseProgress twin { caseProgress } } }',
    ],
  ])('%s', (_, subscription, query) => expect(queryOf(subscription)).toBe(flat(query).replace(/^query \{/, '{')));

  it('leaves out the other operations of the document', () => {
    const text = `query Q { case(number: "2") { ...G } } subscription S { caseProgress(number: "1") { ...F } }
      fragment F on Case { number } fragment G on Case { state }`;
    expect(queryOf(text, 'S')).toBe(
      'query S { caseProgress: case(number: "1") { ...F } } fragment F on Case { number }',
    );
  });
});

it('composes: the public sees the subscription, and what it is read with can be planned', () => {
  const composed = composeSupergraph([windowService]);
  if (!composed.ok) throw new Error(composed.reasons.join('\n'));
  expect(Object.keys(composed.publicSchema.getSubscriptionType()?.getFields() ?? {})).toEqual(['caseProgress']);
  const document = parse('subscription ($n: ID!) { caseProgress(number: $n) { state } }');
  expect(validate(composed.publicSchema, document)).toEqual([]);
  const query = queryFor(document, operationIn(document), composed.publicSchema);
  expect(hivePlanner(composed.supergraphSdl).plan(print(query)).root).toMatchObject({ keys: ['caseProgress'] });
});
