import { join } from 'node:path';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { RouteHandlerMethod } from 'fastify';
import { bearerReader } from '../subgraphs/bearer.ts';
import { type Log, openLog } from '../subgraphs/log.ts';
import { openTracing } from '../subgraphs/open-tracing.ts';
import { apolloOf } from './apollo.ts';
import { whoAsks } from './asking.ts';
import { addBundlePath, BUNDLE_BOUNDS } from './bundle-path.ts';
import { type Close, closeAll } from './closing.ts';
import type { GatewayConfig } from './config.ts';
import { createAdmission } from './door/admission.ts';
import { openDocuments } from './door/documents.ts';
import { type DoorSettings, openDoor } from './door/door.ts';
import { createFront } from './front.ts';
import { addPaths, createHttp } from './http.ts';
import { serveListener } from './listener.ts';
import { openGraph } from './open-graph.ts';
import { openWindow } from './open-window.ts';
import { addPaperPaths } from './papers/paths.ts';
import { asksForStream, createStreams, type Streams } from './progress.ts';
import { createScreen } from './router/screen.ts';
import { addVerifyPage } from './verify-page.ts';
import { createHealth } from './watch/health.ts';
import { createMetrics } from './watch/metrics.ts';
import { metricsForRoles, openMetricsDoor } from './watch/metrics-door.ts';
import { knownOperationNames } from './watch/operation-names.ts';
import { countPulse } from './watch/pulse.ts';
import { createWatch, type Watch } from './watch/watch.ts';

export interface Gateway {
  readonly url: string;
  /** For simulations and tests: moves the clock of every gateway on this database. */
  advanceClock(byMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Serves the center: the public graph, the window behind it, the plain paths, and the departments' listener. */
export async function serveGateway(
  config: GatewayConfig,
  log: Log = openLog({ service: 'gateway', level: config.watch.logLevel }),
): Promise<Gateway> {
  const opened: Close[] = [];
  const watch = createWatch({
    log,
    metrics: createMetrics(await knownOperationNames(config.documents)),
    tracing: await openTracing({
      endpoint: config.watch.tracesEndpoint,
      ratio: config.watch.tracesRatio,
      service: 'one-window-gateway',
      log,
    }),
  });
  opened.push(() => watch.tracing?.close());
  try {
    return await openGateway(config, watch, opened);
  } catch (error) {
    await closeAll(opened).catch(watch.report);
    throw error;
  }
}

/** @param opened Takes what is to be closed again, in the order in which it was opened. */
async function openGateway(config: GatewayConfig, watch: Watch, opened: Close[]): Promise<Gateway> {
  const { report, metrics } = watch;
  const { store, window, log, bundles, papers, circuits, timeStampCircuit } = await openWindow(config, watch, opened);
  const { gateway, supergraph } = await openGraph(config, watch, opened);
  const { readiness, drain } = createHealth({ store, supergraph });

  const app = createHttp(report);
  watch.requests(app);
  const screen = createScreen({ introspection: !config.production });
  const served = { schema: supergraph.first.publicSchema };
  const documents = await openDocuments(config, {
    screen,
    schema: () => served.schema,
    isWhole: () => Object.values(supergraph.state.departments).every(department => department.served),
    report: sentence => watch.log.warn(sentence),
  });
  opened.push(() => documents.stop());
  const bearers = await bearerReader(config.identity, sentence => watch.log.warn(sentence));
  opened.push(() => bearers.stop());
  const { contextOf, clientOf } = whoAsks(bearers, window);
  const front = createFront({ gateway, contextOf });
  const apollo = apolloOf(app, front, watch, screen);
  await apollo.start();
  const doors: Close[] = [() => apollo.stop()];
  opened.push(() => Promise.all(doors.map(close => close())));

  const streams = createStreams({ apollo, contextOf, report });
  const door: DoorSettings = {
    url: '/graphql',
    admission: createAdmission(config),
    documents,
    clientOf,
    isStream: asksForStream,
  };
  const answerOnce = front.handler(fastifyApolloHandler(apollo, { context: front.contextOf }));
  openDoor(app, door, graphHandler(streams, answerOnce));
  addPaths(app, {
    window,
    log,
    trustFolder: config.trustFolder,
    readiness,
  });
  addVerifyPage(app, { trustFolder: config.trustFolder });
  addPaperPaths(app, { window, ...papers, report });
  addBundlePath(app, { bundles, contextOf, clientOf, admission: createAdmission(BUNDLE_BOUNDS) });
  countPulse(metrics, {
    store,
    driving: () => window.driving,
    streams: () => streams.open,
    circuits,
    timeStampCircuit,
    supergraph: () => supergraph.state,
  });
  app.get('/metrics', metricsForRoles(metrics, contextOf));
  const listener = await serveListener({
    host: config.host,
    port: config.listenerPort,
    keys: join(config.folder, 'keys'),
    trustFolder: config.trustFolder,
    report,
    call: window.callBack,
  });
  doors.push(() => listener.close());
  if (config.metrics) {
    const door = await openMetricsDoor(metrics.registry, config.metrics);
    opened.push(() => door.close());
  }
  // Mutations that wait for departments answer then, with what still waits, before the last requests drain.
  opened.push(() => Promise.all([streams.stop(), window.stop()]));
  await window.start();
  await app.listen({ host: config.host, port: config.port });
  const following = supergraph
    .follow(newer => {
      gateway.update(newer);
      served.schema = newer.publicSchema;
      documents.check();
      metrics.supergraphUpdated();
    })
    .catch(report);
  opened.push(() => {
    supergraph.stop();
    return following;
  });
  return {
    url: config.publicUrl,
    advanceClock: byMs => store.advanceClock(byMs),
    async close() {
      await drain(config.drainWaitMs);
      await closeAll(opened);
    },
  };
}

const graphHandler = (streams: Streams, answerOnce: RouteHandlerMethod): RouteHandlerMethod =>
  function (request, reply) {
    return asksForStream(request) ? streams.answer(request, reply) : answerOnce.call(this, request, reply);
  };
