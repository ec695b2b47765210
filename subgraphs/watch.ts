/** How a department's server is seen from outside: a log line and, where traces are kept, a span for each call. */
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { type Log, type Report, reporting } from './log.ts';
import type { Span, Tracing } from './tracing.ts';

export interface DepartmentWatch {
  /** Names the request that met the defect, where one did. */
  readonly report: Report;
  requests(app: FastifyInstance): void;
  operations<Context extends object>(): ApolloServerPlugin<Context>;
  /** Which request a context belongs to. */
  belongs<Context extends object>(context: Context, requestId: string): Context;
}

export function watchDepartment(log: Log, tracing: Tracing | undefined): DepartmentWatch {
  const requestIds = new WeakMap<object, string>();
  const met = new WeakMap<Error, string>();
  const write = reporting(log);
  return {
    report: (defect, requestId) => write(defect, requestId ?? met.get(defect)),
    requests: app => watchCalls(app, log, tracing),
    operations: () => ({
      async requestDidStart({ contextValue }) {
        return {
          async didEncounterErrors({ errors }) {
            const requestId = requestIds.get(contextValue);
            for (const error of errors) if (requestId) met.set(error.originalError ?? error, requestId);
          },
        };
      },
    }),
    belongs(context, requestId) {
      requestIds.set(context, requestId);
      return context;
    },
  };
}

function watchCalls(app: FastifyInstance, log: Log, tracing: Tracing | undefined): void {
  const spans = new WeakMap<object, Span>();
  app.addHook('onRequest', (request, reply, done) => {
    const { id, headers } = request;
    reply.header('x-request-id', id);
    if (tracing) {
      const span = tracing.begin('POST /graphql', 'SERVER', headers.traceparent, { 'request.id': id });
      spans.set(request, span);
    }
    done();
  });
  app.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
    const failure = statusCode >= 500 ? String(statusCode) : undefined;
    spans.get(request)?.end({ 'http.response.status_code': statusCode }, failure);
    if (log.isLevelEnabled('info')) {
      log.info({ requestId: request.id, status: statusCode, ms: Math.round(elapsedTime * 1_000) / 1_000 }, 'request');
    }
    done();
  });
}
