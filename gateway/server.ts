import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { parse } from 'graphql';
import { type DepartmentId, departmentIds } from '../subgraphs/catalogue.ts';
import { shownError } from '../subgraphs/errors.ts';
import { followTrust, ownSecret, readPem } from '../subgraphs/keys.ts';
import type { GatewayConfig } from './config.ts';
import { addPaths, createHttp } from './http.ts';
import { withoutQuotations } from './quotations.ts';
import { createGateway } from './router/gateway.ts';
import { limiting } from './router/limits.ts';
import { localSubgraph, remoteSubgraph, type Subgraph, type TlsIdentity } from './router/subgraph.ts';
import { liveSupergraph } from './supergraph.ts';
import { tokenKey, tokenReader } from './token.ts';
import type { WindowContext } from './window/context.ts';
import { type DepartmentClients, departmentClient } from './window/departments.ts';
import { windowResolvers } from './window/resolvers.ts';
import { windowSdl } from './window/schema.ts';
import { openVault } from './window/secret.ts';
import { openStore } from './window/sqlite.ts';
import { createWindow } from './window/window.ts';

const responseBytesMax = 32 * 1024 * 1024;
/** Reads and filings have pools of their own, so that neither can use up the other's connections. */
const connectionsPerPoolMax = 16;
const readyAfterMs = 10_000;

/** Serves the center: the public graph, the window behind it, and the plain paths. */
export async function serveGateway(
  config: GatewayConfig,
  now = () => new Date(),
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const startedAt = Date.now();
  const report = (defect: Error): void => console.error(`gateway: ${defect.stack ?? defect.message}`);
  const keys = join(config.folder, 'keys');
  const trusted = followTrust(config.trustFolder, report);

  const remote = (id: DepartmentId): Subgraph =>
    remoteSubgraph({
      name: id,
      url: `${config.departmentUrls[id]}/graphql`,
      tls: identity(keys, config.trustFolder, id),
      connectionsMax: connectionsPerPoolMax,
      timeoutMs: config.departmentTimeoutMs,
      responseBytesMax,
    });
  const filing = departmentIds.map(id => [id, remote(id)] as const);
  const reading = departmentIds.map(id => ({ subgraph: remote(id), url: config.departmentUrls[id] }));
  const abandoned = new AbortController();
  setMaxListeners(0, abandoned.signal); // Every call under way listens.

  const vault = openVault(ownSecret(join(keys, 'storage.key')));
  const window = createWindow({
    store: await openStore(join(config.folder, 'window.sqlite'), vault),
    vault,
    clients: Object.fromEntries(
      filing.map(([id, subgraph]) => [id, departmentClient(subgraph, abandoned.signal)]),
    ) as unknown as DepartmentClients,
    abandonCalls: () => abandoned.abort(),
    trust: trusted.trust,
    now,
    newId: () => randomBytes(16).toString('hex'),
    random: Math.random,
    report,
    inlineBudgetMs: config.inlineBudgetMs,
    publicUrl: config.publicUrl,
  });
  const schema = buildSubgraphSchema([{ typeDefs: parse(windowSdl), resolvers: windowResolvers }]);
  const supergraph = await liveSupergraph({
    window: { name: 'window', sdl: windowSdl, url: 'urn:one-window:window' },
    departments: reading,
    file: join(config.folder, 'supergraph.graphql'),
    report: sentence => console.error(`gateway: ${sentence}`),
  });
  const gateway = createGateway<WindowContext>({
    supergraph: supergraph.first,
    subgraphs: [
      localSubgraph({ name: 'window', schema, onDefect: report }),
      ...reading.map(({ subgraph }) => subgraph),
    ],
  });

  const app = createHttp(report);
  const limits = limiting();
  const apollo = new ApolloServer<WindowContext>({
    gateway,
    introspection: !config.production,
    // Nobody needs them, and they would keep strangers' documents in this process's memory.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    ...limits,
    formatError: (formatted, thrown) => withoutQuotations(shownError(formatted, thrown, report)),
    plugins: [
      ...limits.plugins,
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  const read = await tokenReader(await tokenKey(join(keys, 'token-key.json')));
  const handler = fastifyApolloHandler(apollo, {
    context: async request => ({ window, caller: await read(request.headers.authorization) }),
  });
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler });
  addPaths(app, {
    window,
    trustFolder: config.trustFolder,
    ready: () => {
      const departments = Object.fromEntries(departmentIds.map(id => [id, supergraph.heard.has(id)]));
      return {
        ready: supergraph.heard.size === departmentIds.length || Date.now() - startedAt > readyAfterMs,
        departments,
      };
    },
  });
  await window.start();
  await app.listen({ host: config.host, port: config.port });
  void supergraph.follow(gateway.update).catch(report);
  return {
    url: config.publicUrl,
    async close() {
      trusted.stop();
      supergraph.stop();
      // Mutations that wait for departments answer now, with what still waits; then the last requests drain.
      await window.stop();
      await apollo.stop();
      await window.close();
      await Promise.all(filing.map(([, subgraph]) => subgraph.close()));
    },
  };
}

const identity = (keys: string, trustFolder: string, department: DepartmentId): TlsIdentity => ({
  ca: readPem(join(trustFolder, 'transport.pem')),
  key: readPem(join(keys, 'tls-key.pem')),
  cert: readPem(join(keys, 'tls-chain.pem')),
  servername: `${department}.one-window.internal`,
});
