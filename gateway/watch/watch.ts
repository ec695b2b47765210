/**
 * The eyes of the gateway: every request is seen once, by one log line, the metrics, and a span where traces are kept.
 *
 *     const watch = createWatch({ log, metrics, tracing });
 *     watch.requests(app);                                   // request.sighting from then on
 *     new ApolloServer({ plugins: [..., watch.operations()] });
 *     const tax = watch.subgraph(remoteSubgraph(…), 'read');
 */
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Log, type Report, reporting } from '../../subgraphs/log.ts';
import { createSparing, SPARING } from '../../subgraphs/sparing.ts';
import type { Span, Tracing } from '../../subgraphs/tracing.ts';
import type { GatewayContext } from '../context.ts';
import type { Planner, QueryPlan } from '../router/planner.ts';
import { DepartmentUnavailable, type Subgraph, type SubgraphCall, type SubgraphResult } from '../router/port.ts';
import type { Metrics, Purpose } from './metrics.ts';
import { Sighting } from './sighting.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** In an application that is watched; null for a request that broke off before it was routed. */
    sighting: Sighting | null;
  }
}

export interface WatchTools {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
}

export interface Watch extends WatchTools {
  /** Names the request that met the defect, where one did. */
  readonly report: Report;
  requests(app: FastifyInstance): void;
  operations(): ApolloServerPlugin<GatewayContext>;
  planner(planner: Planner): Planner;
  /** The same department, seen. */
  subgraph(subgraph: Subgraph, purpose: Purpose): Subgraph;
}

export function createWatch(tools: WatchTools): Watch {
  const { log } = tools;
  const met = new WeakMap<Error, string>();
  const write = reporting(log);
  const sparing = createSparing(SPARING, () => performance.now());
  return {
    ...tools,
    report: (defect, requestId) => write(defect, requestId ?? met.get(defect)),
    requests: app => watchRequests(app, tools),
    operations: () => watchOperations(met),
    planner: planner => watchPlanner(planner, tools),
    subgraph: (subgraph, purpose) =>
      watchSubgraph(subgraph, purpose, tools, (line, what) => {
        const untold = sparing.tell(what);
        if (untold !== undefined) log.warn(untold > 0 ? { ...line, untold } : line, 'no answer of a department');
      }),
  };
}

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

/** No status of HTTP: whoever asked hung up before an answer began. Proxies write it so. */
const CLIENT_GONE = 499;

function watchRequests(app: FastifyInstance, { log, metrics, tracing }: WatchTools): void {
  app.decorateRequest('sighting', null);
  const inFlight = new WeakSet<FastifyRequest>();
  const ended = (request: FastifyRequest, reply: FastifyReply, status: number): void => {
    if (!inFlight.delete(request)) return;
    metrics.httpInFlight.dec();
    metrics.http(routeOf(request), status);
    const { sighting } = request;
    const failure = status >= 500 ? (sighting?.codes[0] ?? String(status)) : undefined;
    sighting?.requestSpan?.end({ 'http.response.status_code': status }, failure);
    if (log.isLevelEnabled('info')) log.info(lineOf(request, reply, status), 'request');
  };
  app.addHook('onRequest', (request, reply, done) => {
    inFlight.add(request);
    metrics.httpInFlight.inc();
    // Fastify tells of no answer that could not leave.
    reply.raw.once('close', () => {
      const { writableFinished, headersSent, statusCode } = reply.raw;
      if (!writableFinished) ended(request, reply, headersSent ? statusCode : CLIENT_GONE);
    });
    const { method, headers } = request;
    const span = tracing?.begin(`${method} ${routeOf(request)}`, 'SERVER', headers.traceparent, {
      'http.request.method': method,
      'http.route': routeOf(request),
      'request.id': request.id,
    });
    request.sighting = new Sighting(metrics, request.id, span, performance.now());
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    ended(request, reply, reply.statusCode);
    done();
  });
}

function lineOf(request: FastifyRequest, reply: FastifyReply, status: number): Readonly<Record<string, unknown>> {
  const { kind = 'none', name, role, codes = [] } = request.sighting ?? {};
  return {
    requestId: request.id,
    method: request.method,
    route: routeOf(request),
    status,
    ms: Math.round(reply.elapsedTime * 1_000) / 1_000,
    ...(kind !== 'none' && { kind }),
    ...(name !== undefined && { operation: name }),
    ...(role !== undefined && { role }),
    ...(codes.length > 0 && { codes }),
  };
}

/** @param met Takes which request met a defect: who reports it later is not told. */
function watchOperations(met: WeakMap<Error, string>): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ contextValue: { sighting, requestId, stream, carriedOut } }) {
      if (!sighting) return;
      if (stream) sighting.again();
      return {
        async didResolveOperation({ operation }) {
          if (operation && !carriedOut) sighting.begin(operation.operation, operation.name?.value);
        },
        async didEncounterErrors({ errors }) {
          for (const error of errors) met.set(error.originalError ?? error, requestId);
        },
        async willSendResponse({ response: { body } }) {
          if (body.kind === 'single') sighting.end(body.singleResult.data, body.singleResult.errors);
        },
      };
    },
  };
}

function watchPlanner(planner: Planner, { metrics }: WatchTools): Planner {
  // A planner gives the plans that it remembers as the same objects.
  const known = new WeakSet<QueryPlan>();
  return {
    ...planner,
    plan(operation, operationName) {
      const since = performance.now();
      const plan = planner.plan(operation, operationName);
      metrics.plan(!known.has(plan), performance.now() - since);
      known.add(plan);
      return plan;
    },
  };
}

type Tell = (line: Readonly<Record<string, unknown>>, what: string) => void;

/** In the order of {@link Subgraph.send}'s ends: an answer, an answer with errors, none, a caller who did not wait. */
function watchSubgraph(subgraph: Subgraph, purpose: Purpose, { metrics, tracing }: WatchTools, tell: Tell): Subgraph {
  const { name: department } = subgraph;
  const calls = metrics.department(department, purpose);

  return {
    ...subgraph,
    send(request, call) {
      const since = performance.now();
      const span = tracing && spanOf(tracing, department, purpose, request.query, call);
      calls.began();
      const ended = (outcome: string, failed: boolean): number => {
        const ms = performance.now() - since;
        calls.ended(outcome, ms);
        span?.end({ 'department.outcome': outcome }, failed ? outcome : undefined);
        return ms;
      };
      return carriedOut(subgraph, request, call, span, tracing).then(
        result => {
          const { errors } = result;
          ended(errors && errors.length > 0 ? 'errors' : 'answered', false);
          return result;
        },
        (error: unknown) => {
          const reason =
            error instanceof DepartmentUnavailable ? error.reason : call.signal?.aborted ? 'ABORTED' : 'DEFECT';
          const ms = ended(reason, true);
          if (error instanceof DepartmentUnavailable) {
            const { requestId } = call;
            const line = { department, purpose, reason, ms: Math.round(ms), ...(requestId && { requestId }) };
            tell(line, `${department} ${purpose} ${reason}`);
          }
          throw error;
        },
      );
    },
  };
}

function carriedOut(
  subgraph: Subgraph,
  request: Parameters<Subgraph['send']>[0],
  call: SubgraphCall,
  span: Span | undefined,
  tracing: Tracing | undefined,
): Promise<SubgraphResult> {
  if (!span || !tracing) return subgraph.send(request, call);
  const headers = { ...call.headers, traceparent: span.traceParent };
  // What the window's resolvers begin, the filings of a case above all, finds the span as the current one.
  return tracing.within(span, () => subgraph.send(request, { ...call, headers }));
}

/** Our own operations are named in their text; those of plans are not. */
const NAMED = /^(query|mutation|subscription)\s+(\w{1,64})/;

function spanOf(tracing: Tracing, department: string, purpose: Purpose, query: string, call: SubgraphCall): Span {
  const [, kind = 'query', name] = NAMED.exec(query) ?? [];
  const attributes = {
    'peer.service': department,
    'department.purpose': purpose,
    'graphql.operation.type': kind,
    ...(name !== undefined && { 'graphql.operation.name': name }),
  };
  const { sighting } = (call.context ?? {}) as Partial<GatewayContext>;
  const parent = sighting?.span ?? tracing.current;
  const title = name === undefined ? department : `${department} ${name}`;
  return parent ? parent.child(title, 'CLIENT', attributes) : tracing.begin(title, 'CLIENT', undefined, attributes);
}
