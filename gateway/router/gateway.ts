/**
 * The router behind Apollo Server's `gateway` hook. Apollo Server parses and validates against the public schema,
 * the executor of the same supergraph carries out.
 *
 *     const gateway = createGateway({ supergraph, subgraphs });
 *     const server = new ApolloServer({ gateway });
 *     gateway.update(newer);   // operations in flight finish on the supergraph they were validated against
 */
import type {
  GatewayExecutor,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from '@apollo/server-gateway-interface';
import { type ExecutionResult, type GraphQLSchema, getOperationAST, validateSchema } from 'graphql';
import { type Bearer, Guard } from './access.ts';
import { type CostBounds, createMeter } from './cost.ts';
import { createExecutor, type Executor, type Operation, type Result } from './execute.ts';
import { ownersIn } from './owners.ts';
import { hivePlanner, type Planner } from './planner.ts';
import type { Subgraph, SubgraphCall } from './port.ts';
import type { TimeLimit } from './time-limit.ts';

export interface Supergraph {
  readonly supergraphSdl: string;
  /** What clients may see and ask: nothing hidden, no machinery of the federation. */
  readonly publicSchema: GraphQLSchema;
}

export interface GatewayAccess<Context> {
  /** Names of the policies that bearers know; a supergraph that names others is not served. */
  readonly policies: Iterable<string>;
  /** Undefined for a caller that nobody knows. */
  bearerOf(context: Context): Bearer | undefined;
}

export interface GatewayOptions<Context> {
  readonly supergraph: Supergraph;
  /** Clients of every department that any supergraph may name. The gateway closes them when it stops. */
  readonly subgraphs: readonly Subgraph[];
  readonly plannerOf?: ((supergraphSdl: string) => Planner) | undefined;
  /** Who asks, and the policies there are; where absent, nobody is known, and what is guarded nobody sees. */
  readonly access?: GatewayAccess<Context> | undefined;
  /** What an operation may cost, and how long its lists may be; the router's own bounds where absent. */
  readonly cost?: CostBounds | undefined;
  /** How long an operation may be carried out; without end where absent. */
  readonly timeLimit?: TimeLimit | undefined;
  /** What goes with each request to a department, from the contextValue of the operation that needs it. */
  readonly callOf?: ((context: Context) => Omit<SubgraphCall, 'context'>) | undefined;
  /** Takes the events of a subscription, which its operation then answers with nothing; refused where absent. */
  readonly onEvents?: ((context: Context, events: Events) => void) | undefined;
}

export type Events = AsyncGenerator<ExecutionResult, void>;

/** An operation that Apollo Server or the front has validated. */
export type Validated = Pick<Operation, 'document' | 'operationName' | 'variables' | 'octets'>;

export interface Gateway extends GatewayInterface {
  /** Carries out a query or a mutation that is valid against the schema. */
  carryOut(schema: GraphQLSchema, asked: Validated, context: object): Promise<Result>;
  /** Serves another supergraph from the next operation on. @throws {Error} if it is unusable; the old one stays. */
  update(supergraph: Supergraph): void;
}

/**
 * @throws {Error} if the supergraph can't be served: no planner takes it, its public schema breaks the rules, it has a
 * department without a client, or rules of access that can't be enforced.
 */
export function executorFor<Context>(
  { publicSchema, supergraphSdl }: Supergraph,
  {
    subgraphs,
    plannerOf = hivePlanner,
    access,
    cost,
    timeLimit,
  }: Omit<GatewayOptions<Context>, 'supergraph' | 'callOf'>,
): Executor {
  const [fault] = validateSchema(publicSchema);
  if (fault) throw fault;
  const clients = new Set(subgraphs.map(({ name }) => name));
  const { departments, ownerOf, possibleTypes } = ownersIn(supergraphSdl);
  const strangers = departments.filter(name => !clients.has(name));
  if (strangers.length > 0) throw new Error(`there is no client for ${strangers.join(', ')}`);
  const { policies = [], bearerOf } = access ?? {};
  const guard = new Guard({
    supergraphSdl,
    publicSchema,
    policies,
    bearerOf: context => bearerOf?.(context as Context),
  });
  const planner = plannerOf(supergraphSdl);
  const meter = createMeter({ supergraphSdl, publicSchema }, cost);
  return createExecutor({ publicSchema, planner, subgraphs, ownerOf, possibleTypes, guard, meter, timeLimit });
}

export function createGateway<Context extends object>(options: GatewayOptions<Context>): Gateway {
  const { subgraphs, callOf, onEvents } = options;
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  // By the schema that an operation was validated against: Apollo Server hands it on with the operation. What belongs
  // to an older supergraph, its plans too, goes with the last operation on it.
  const executors = new WeakMap<GraphQLSchema, Executor>();
  let current = options.supergraph;

  const adopt = (supergraph: Supergraph) => {
    executors.set(supergraph.publicSchema, executorFor(supergraph, options));
    current = supergraph;
  };
  const tell = (listener: GatewaySchemaLoadOrUpdateCallback) =>
    listener({ apiSchema: current.publicSchema, coreSupergraphSdl: current.supergraphSdl });
  adopt(options.supergraph);

  const executorOf = (schema: GraphQLSchema): Executor => {
    const execute = executors.get(schema);
    if (!execute) throw new Error('the operation was validated against a schema that this gateway never served');
    return execute;
  };
  const executor: GatewayExecutor = async ({ schema, document, request, context }) => {
    const execute = executorOf(schema);
    const { operationName, variables } = request;
    const asked = { ...callOf?.(context as Context), context, document, operationName, variables };
    if (!onEvents || getOperationAST(document, operationName)?.operation !== 'subscription') return execute(asked);
    const subscribed = await execute.subscribe(asked);
    if (!(Symbol.asyncIterator in subscribed)) return subscribed;
    onEvents(context as Context, subscribed);
    return { data: null };
  };

  return {
    carryOut: async (schema, asked, context) =>
      executorOf(schema)({ ...callOf?.(context as Context), context, ...asked }),
    async load() {
      for (const listener of listeners) tell(listener);
      return { executor };
    },
    onSchemaLoadOrUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    update(supergraph) {
      adopt(supergraph);
      for (const listener of listeners) tell(listener);
    },
    async stop() {
      listeners.clear();
      await Promise.all(subgraphs.map(subgraph => subgraph.close()));
    },
  };
}
