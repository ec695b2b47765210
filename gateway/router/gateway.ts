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
import type { GraphQLSchema } from 'graphql';
import { createExecutor, type Executor } from './execute.ts';
import { ownersIn } from './owners.ts';
import { hivePlanner, type Planner } from './planner.ts';
import type { Subgraph, SubgraphCall } from './subgraph.ts';

export interface Supergraph {
  readonly supergraphSdl: string;
  /** What clients may see and ask: nothing hidden, no machinery of the federation. */
  readonly publicSchema: GraphQLSchema;
}

export interface GatewayOptions<Context> {
  readonly supergraph: Supergraph;
  /** Clients of every department that any supergraph may name. The gateway closes them when it stops. */
  readonly subgraphs: readonly Subgraph[];
  readonly plannerOf?: ((supergraphSdl: string) => Planner) | undefined;
  /** What goes with each request to a department, from the contextValue of the operation that needs it. */
  readonly callOf?: ((context: Context) => Omit<SubgraphCall, 'context'>) | undefined;
}

export interface Gateway extends GatewayInterface {
  /** Serves another supergraph from the next operation on. @throws {Error} if it is unusable; the old one stays. */
  update(supergraph: Supergraph): void;
}

export function createGateway<Context extends object>(options: GatewayOptions<Context>): Gateway {
  const { subgraphs, plannerOf = hivePlanner, callOf } = options;
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  // By the schema that an operation was validated against: Apollo Server hands it on with the operation.
  const executors = new WeakMap<GraphQLSchema, Executor>();
  let current = options.supergraph;

  const adopt = (supergraph: Supergraph) => {
    const { publicSchema, supergraphSdl } = supergraph;
    const clients = new Set(subgraphs.map(({ name }) => name));
    const { departments, ownerOf } = ownersIn(supergraphSdl);
    const strangers = departments.filter(name => !clients.has(name));
    if (strangers.length > 0) throw new Error(`there is no client for ${strangers.join(', ')}`);
    const planner = plannerOf(supergraphSdl);
    executors.set(publicSchema, createExecutor({ publicSchema, planner, subgraphs, ownerOf }));
    current = supergraph;
  };
  const tell = (listener: GatewaySchemaLoadOrUpdateCallback) =>
    listener({ apiSchema: current.publicSchema, coreSupergraphSdl: current.supergraphSdl });
  adopt(options.supergraph);

  const executor: GatewayExecutor = async ({ schema, document, request, context }) => {
    const execute = executors.get(schema);
    if (!execute) throw new Error('the operation was validated against a schema that this gateway never served');
    return execute({
      ...callOf?.(context as Context),
      context,
      document,
      operationName: request.operationName,
      variables: request.variables,
    });
  };

  return {
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
