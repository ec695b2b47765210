import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { departmentIds } from '../subgraphs/catalogue.ts';
import { guard } from '../subgraphs/guard.ts';
import { graphAccess } from './access.ts';
import type { Close } from './closing.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayContext } from './context.ts';
import { remoteDepartment } from './remote-department.ts';
import { createGateway, type Gateway as Router } from './router/gateway.ts';
import { localSubgraph } from './router/local-subgraph.ts';
import { hivePlanner } from './router/planner.ts';
import { mutationsIn } from './router/time-limit.ts';
import { type LiveSupergraph, liveSupergraph } from './supergraph.ts';
import type { Watch } from './watch/watch.ts';
import { windowResolvers } from './window/resolvers.ts';
import { windowSdl, windowService } from './window/schema.ts';

/**
 * The graph of the window and the departments that have been heard, with clients of its own.
 *
 * @param opened Takes what is to be closed again, in the order in which it was opened.
 */
export async function openGraph(
  config: GatewayConfig,
  watch: Watch,
  opened: Close[],
): Promise<{ readonly gateway: Router; readonly supergraph: LiveSupergraph }> {
  const reading = departmentIds.map(id => ({
    subgraph: watch.subgraph(remoteDepartment(config, id), 'read'),
    url: config.departmentUrls[id],
  }));
  opened.push(() => Promise.all(reading.map(({ subgraph }) => subgraph.close())));
  const schema = guard(buildSubgraphSchema([{ typeDefs: parse(windowSdl), resolvers: windowResolvers }]));
  const supergraph = await liveSupergraph({
    window: windowService,
    departments: reading,
    file: join(config.folder, 'supergraph.json'),
    pace: { askForChangesMs: config.sdlPollMs },
    report: sentence => watch.log.warn(sentence),
  });
  const gateway = createGateway<GatewayContext>({
    supergraph: supergraph.first,
    subgraphs: [
      watch.subgraph(localSubgraph({ name: 'window', schema, onDefect: watch.report }), 'read'),
      ...reading.map(({ subgraph }) => subgraph),
    ],
    plannerOf: sdl => watch.planner(hivePlanner(sdl)),
    access: graphAccess,
    timeLimit: operation => config.requestTimeoutMs + mutationsIn(operation) * config.inlineBudgetMs,
    onEvents: ({ takeEvents }, events) => takeEvents?.(events),
    callOf: ({ stream, requestId, authorization }) => ({
      signal: stream,
      requestId,
      ...(authorization !== undefined && { headers: { authorization } }),
    }),
  });
  return { gateway, supergraph };
}
