/**
 * The fast lane of the graph. Most requests ask what was asked before, with other variables: an operation that Apollo
 * Server has parsed, screened and carried out once is carried out here the next time, by the same executor.
 *
 * Apollo Server stays the judge of everything else: whatever is new, whatever is not a plain POST, and every answer that
 * holds an error, whose result it is handed to be formatted. So the two lanes can differ in one thing only, the writing of
 * a result without errors.
 *
 *     const front = createFront({ gateway, contextOf });
 *     const apollo = new ApolloServer({ gateway: front.gateway, plugins: [..., front.learning()] });
 *     app.post('/graphql', front.handler(fastifyApolloHandler(apollo, { context: front.contextOf })));
 */
import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from './context.ts';
import { answerType } from './door/accept.ts';
import { isRecord } from './door/operation-request.ts';
import type { Gateway } from './router/gateway.ts';

export interface FrontSettings {
  readonly gateway: Gateway;
  /** Who asks. @throws {GraphQLError} for one who may not. */
  contextOf(request: FastifyRequest): Promise<GatewayContext>;
  readonly bounds?: Partial<FrontBounds>;
}

export interface FrontBounds {
  /** A front desk's pages hold some hundred operations. */
  readonly operationsMax: number;
  /** Of all their texts together; the parsed documents beside them are some ten times larger. */
  readonly charactersMax: number;
}

const BOUNDS: FrontBounds = { operationsMax: 1_000, charactersMax: 1_000_000 };

export interface LearnedOperation {
  /** That it was validated against. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

export interface Front {
  /** For Apollo Server, which carries out what was not carried out here. */
  readonly gateway: GatewayInterface;
  contextOf(request: FastifyRequest): Promise<GatewayContext>;
  learning(): ApolloServerPlugin<GatewayContext>;
  /** @param otherwise Apollo Server's, with {@link contextOf}. */
  handler(otherwise: RouteHandlerMethod): RouteHandlerMethod;
}

export function createFront({ gateway, contextOf, bounds }: FrontSettings): Front {
  const learned = new Learned({ ...BOUNDS, ...bounds });
  const contexts = new WeakMap<FastifyRequest, GatewayContext>();
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(update => {
    schema = update.apiSchema;
    // What was validated against an older schema may not be valid any more.
    learned.clear();
  });

  const known = ({ method, headers, body }: FastifyRequest): Asked | undefined => {
    if (method !== 'POST' || !answerType(headers.accept)) return undefined;
    const asked = plainly(body);
    const operation = asked && learned.get(asked.query, asked.operationName);
    return operation && { ...asked, operation };
  };

  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { operation, operationName, variables }: Asked,
    otherwise: () => unknown,
  ): Promise<unknown> => {
    const context = await contextOf(request);
    const { sighting } = context;
    sighting?.begin(operation.operation.operation, operation.operation.name?.value);
    const { schema: validatedAgainst, document } = operation;
    const asked = { document, operationName, variables, octets: true };
    const carriedOut = gateway.carryOut(validatedAgainst, asked, context);
    const result = await carriedOut.catch(() => undefined);
    if (!result || result.errors || !result.data) {
      contexts.set(request, { ...context, carriedOut });
      return otherwise();
    }
    sighting?.end(result.data, undefined);
    reply.header('content-type', `${answerType(request.headers.accept)}; charset=utf-8`);
    // Encoded once, here: for a text Node looks how long it will be, and then encodes it again.
    return Buffer.from(`${JSON.stringify({ data: result.data })}\n`, result.octets ? 'latin1' : 'utf8');
  };

  return {
    gateway: {
      load: async options => {
        const { executor } = await gateway.load(options);
        return {
          executor: context => (context.context as GatewayContext).carriedOut ?? executor?.(context),
        } as Awaited<ReturnType<GatewayInterface['load']>>;
      },
      onSchemaLoadOrUpdate: listener => gateway.onSchemaLoadOrUpdate(listener),
      stop: () => gateway.stop(),
    },
    contextOf: async request => contexts.get(request) ?? contextOf(request),
    learning: () => ({
      async requestDidStart() {
        return {
          async executionDidStart({ source, request, document, operation, schema: validatedAgainst }) {
            // Apollo Server lets the executor say that a document has no such operation.
            const kind = (operation as OperationDefinitionNode | undefined)?.operation;
            if (kind === undefined || kind === 'subscription' || request.http?.method !== 'POST') return;
            if (validatedAgainst !== schema) return;
            learned.set(source, request.operationName, { schema, document, operation });
          },
        };
      },
    }),
    handler: otherwise =>
      function (request, reply) {
        const asked = known(request);
        const slowly = () => otherwise.call(this, request, reply);
        return asked ? answer(request, reply, asked, slowly) : slowly();
      },
  };
}

interface Plain {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Asked extends Plain {
  readonly operation: LearnedOperation;
}

/** A request in its usual form; Apollo Server has words for the others. */
function plainly(body: unknown): Plain | undefined {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string') return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
  if (variables !== undefined && variables !== null && !isRecord(variables)) return undefined;
  if (extensions !== undefined && extensions !== null && !(isRecord(extensions) && isEmpty(extensions))) {
    return undefined;
  }
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

/** Operations by their text and name, those longest not asked for forgotten first. */
class Learned {
  readonly #bounds: FrontBounds;
  readonly #operations = new Map<string, LearnedOperation>();
  #characters = 0;

  constructor(bounds: FrontBounds) {
    this.#bounds = bounds;
  }

  get(query: string, operationName: string | undefined): LearnedOperation | undefined {
    const key = keyOf(query, operationName);
    const operation = this.#operations.get(key);
    if (operation === undefined) return undefined;
    this.#operations.delete(key);
    this.#operations.set(key, operation);
    return operation;
  }

  set(query: string, operationName: string | undefined, operation: LearnedOperation): void {
    const key = keyOf(query, operationName);
    this.#forget(key);
    this.#operations.set(key, operation);
    this.#characters += key.length;
    for (const oldest of this.#operations.keys()) {
      if (this.#operations.size <= this.#bounds.operationsMax && this.#characters <= this.#bounds.charactersMax) break;
      this.#forget(oldest);
    }
  }

  clear(): void {
    this.#operations.clear();
    this.#characters = 0;
  }

  #forget(key: string): void {
    if (this.#operations.delete(key)) this.#characters -= key.length;
  }
}

/** No name holds a line's end. */
const keyOf = (query: string, operationName: string | undefined): string => `${operationName ?? ''}\n${query}`;
