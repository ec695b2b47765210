import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { Refusal } from '../subgraphs/errors.ts';
import type { GatewayContext } from './context.ts';
import { fragmentsOf } from './router/operation.ts';
import { fieldsIn } from './router/selections.ts';

/** Where the value that a subscription of the window tells of is read. */
const QUERY_FIELD: Readonly<Record<string, string>> = { caseProgress: 'case' };

/**
 * Lets Apollo Server carry a subscription out as often as it has an event. It is parsed, limited and validated as it
 * came, so that errors point into the client's own text; then a query for the same selection takes its place. Where a
 * department tells of the events, the subscription stays, and is carried out once.
 */
export function subscriptions(): ApolloServerPlugin<GatewayContext> {
  // Apollo Server keeps the documents of recent operations, and lets go of them; so does this.
  const queries = new WeakMap<OperationDefinitionNode, DocumentNode>();
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(request) {
          const { document, operation, schema, contextValue } = request;
          if (!operation) return;
          mustComeRight(operation, contextValue.stream !== undefined);
          if (operation.operation !== 'subscription' || !isReread(document, operation)) return;
          const query = queries.get(operation) ?? queryFor(document, operation, schema);
          queries.set(operation, query);
          (request as { document: DocumentNode }).document = query;
        },
      };
    },
  };
}

/** Whether each event is read anew; else a department tells of it. Validation leaves a subscription one field. */
function isReread(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fields = fieldsIn(operation.selectionSet, fragmentsOf(document));
  return fields.some(({ name }) => Object.hasOwn(QUERY_FIELD, name.value));
}

/** A subscription has more than one answer, the others have one. @throws {Refusal} */
function mustComeRight({ operation }: OperationDefinitionNode, isStream: boolean): void {
  if ((operation === 'subscription') === isStream) return;
  if (isStream) throw new Refusal('NOT_STREAMED', `a ${operation} has one answer and is not streamed`).atStatus(400);
  const sentence = 'a subscription is told over server-sent events: accept text/event-stream';
  throw new Refusal('STREAM_NEEDED', sentence).atStatus(406);
}

/** The query that asks for what a subscription, valid against the schema, asks for; under the same response keys. */
export function queryFor(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): DocumentNode {
  const alone = separateOperations(document)[operation.name?.value ?? ''] as DocumentNode;
  const [from, to] = [schema.getSubscriptionType(), schema.getQueryType()];
  const types = new TypeInfo(schema);
  return visit(
    alone,
    visitWithTypeInfo(types, {
      OperationDefinition: { leave: node => ({ ...node, operation: OperationTypeNode.QUERY }) },
      // Of a fragment on the root.
      NamedType: { leave: node => (node.name.value === from?.name ? { ...node, name: nameOf(to?.name) } : undefined) },
      Field: {
        leave(node) {
          if (types.getParentType() !== from) return undefined;
          const key = node.alias ?? node.name;
          return { ...node, alias: key, name: nameOf(QUERY_FIELD[node.name.value]) };
        },
      },
    }),
  );
}

function nameOf(value: string | undefined): NameNode {
  if (value === undefined) throw new Error('a subscription has no query that its events are read with');
  return { kind: Kind.NAME, value };
}
