/** Departments of a few lines each, composed and served in one process, which remember what they were asked. */
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, type GraphQLFieldResolver, type GraphQLSchema, graphql, parse } from 'graphql';
import { composeSupergraph } from '../../../gateway/compose.ts';
import { createExecutor } from '../../../gateway/router/execute.ts';
import type { Supergraph } from '../../../gateway/router/gateway.ts';
import { localSubgraph } from '../../../gateway/router/local-subgraph.ts';
import { ownersIn } from '../../../gateway/router/owners.ts';
import { hivePlanner } from '../../../gateway/router/planner.ts';
import type { Subgraph } from '../../../gateway/router/port.ts';

export type Row = Record<string, unknown>;

export interface Part {
  /** Without the `@link`. */
  readonly sdl: string;
  /** Methods and values by the names of the root fields. */
  readonly root?: Row;
  /** An entity from its representation, by type. */
  readonly references?: Readonly<Record<string, (representation: Row) => unknown>>;
}

export interface Federation {
  readonly supergraph: Supergraph;
  readonly run: (source: string, variables?: Row) => Promise<ExecutionResult>;
  /** The same question to one plain schema with these root values. */
  readonly plainly: (source: string, root: Row, variables?: Row) => Promise<ExecutionResult>;
  /** `department: operation`, in order, since the last time it was emptied. */
  readonly asked: string[];
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable",
  "@inaccessible", "@requires", "@provides", "@external", "@override", "@interfaceObject"])`;

/** @param link False for departments of Federation 1, which know no link. */
export function federate(parts: Readonly<Record<string, Part>>): Federation {
  const asked: string[] = [];
  const subgraphs = Object.entries(parts).map(([name, part]) =>
    remembering(localSubgraph({ name, schema: schemaOf(part) }), asked),
  );
  const composed = composeSupergraph(
    Object.entries(parts).map(([name, { sdl }]) => ({ name, sdl: `${LINK} ${sdl}`, url: `http://${name}.invalid` })),
  );
  if (!composed.ok) throw new Error(JSON.stringify(composed.reasons));
  const { publicSchema, supergraphSdl } = composed;
  const { ownerOf, possibleTypes } = ownersIn(supergraphSdl);
  const planner = hivePlanner(supergraphSdl);
  const execute = createExecutor({ publicSchema, planner, subgraphs, ownerOf, possibleTypes });
  return {
    supergraph: composed,
    asked,
    run: async (source, variables) => execute({ document: parse(source), variables, context: {} }),
    plainly: async (source, rootValue, variables) =>
      graphql({ schema: publicSchema, rootValue, source, variableValues: variables ?? null }),
  };
}

function schemaOf({ sdl, root = {}, references = {} }: Part): GraphQLSchema {
  const resolvers = Object.fromEntries(
    Object.entries(references).map(([type, resolve]) => [type, { __resolveReference: resolve }]),
  );
  const schema = buildSubgraphSchema([{ typeDefs: parse(`${LINK} ${sdl}`), resolvers }]);
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const [name, field] of Object.entries(type?.getFields() ?? {}))
      if (name in root) field.resolve = rootResolver(root[name]);
  }
  return schema;
}

const rootResolver =
  (value: unknown): GraphQLFieldResolver<unknown, unknown> =>
  (_, args) =>
    typeof value === 'function' ? value(args) : value;

function remembering(subgraph: Subgraph, asked: string[]): Subgraph {
  return {
    ...subgraph,
    send(request, call) {
      asked.push(`${subgraph.name}: ${request.query}`);
      return subgraph.send(request, call);
    },
  };
}
