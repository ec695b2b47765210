import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { type DepartmentId, isDepartment } from '../subgraphs/catalogue.ts';
import { Refusal, shownError } from '../subgraphs/errors.ts';
import type { ItemOutcome } from '../subgraphs/generated/contract.ts';
import { ownTransport } from '../subgraphs/keys.ts';
import type { OutcomeInput, Resolvers } from './generated/call-back.ts';
import { withoutQuotations } from './quotations.ts';
import type { Reported } from './window/call-back.ts';
import { parseOperationId } from './window/operation-id.ts';

export interface ListenerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The center's own keys. */
  readonly keys: string;
  readonly trustFolder: string;
  report(defect: Error): void;
  /** What a department says of an operation. @throws {Refusal} */
  call(department: DepartmentId, operationId: string, outcome: ItemOutcome): Promise<Reported>;
}

/** Who calls, by its certificate. */
export interface Caller {
  readonly department: DepartmentId;
}

/** One sealed outcome is some kilobytes, a long list of faults some hundred. */
const requestBytesMax = 1024 * 1024;
/** The whole of a request must have arrived within this, and a handshake be done. */
const requestMaxMs = 60_000;
const handshakeMaxMs = 10_000;
/** A connection of a department that nobody uses is closed after this long. */
const keepAliveMs = 75_000;
const connectionsMax = 256;
/** A document with one report has about thirty; values travel as variables. Bounds what parsing and validation cost. */
const tokensMax = 1_000;
/** Each has its seal checked, so that one department's rush would hold up everybody's cases. */
const reportsAtOnceMax = 16;

const typeDefs = readFileSync(new URL('./call-back.graphql', import.meta.url), 'utf8');

/** Where departments report outcomes of their own accord: mutual TLS, to departments and nobody else. */
export async function serveListener(
  settings: ListenerSettings,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { host, port, keys, trustFolder, report } = settings;
  const app = fastify({
    https: {
      ...ownTransport(keys, trustFolder),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
      handshakeTimeout: handshakeMaxMs,
    },
    bodyLimit: requestBytesMax,
    requestTimeout: requestMaxMs,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance;
  app.server.maxConnections = connectionsMax;
  const apollo = new ApolloServer<Caller>({
    typeDefs,
    resolvers: resolvers(settings),
    introspection: false,
    persistedQueries: false,
    parseOptions: { maxTokens: tokensMax },
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, thrown) => withoutQuotations(shownError(formatted, thrown, report)),
    plugins: [ApolloServerPluginInlineTraceDisabled(), fastifyApolloDrainPlugin(app)],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  const callers = callersByConnection();
  app.addHook('onRequest', async (request, reply) => {
    if (callers(request.raw.socket as TLSSocket)) return;
    return say(reply, 403, 'FORBIDDEN', 'only departments are served here');
  });
  app.setNotFoundHandler((_, reply) => say(reply, 404, 'NOT_FOUND', 'nothing is under this path'));
  app.setErrorHandler((error: FastifyError, _, reply) => {
    if ((error.statusCode ?? 500) >= 500) report(error);
    return refuse(reply, error.statusCode ?? 500);
  });
  app.post(
    '/graphql',
    fastifyApolloHandler(apollo, { context: async request => callers(request.raw.socket as TLSSocket) as Caller }),
  );
  const url = await app.listen({ host, port });
  return {
    url,
    async close() {
      await apollo.stop();
      await app.close();
    },
  };
}

function refuse(reply: FastifyReply, status: number): FastifyReply {
  if (status === 413) return say(reply, 413, 'BODY_TOO_LARGE', `a request has at most ${requestBytesMax} bytes`);
  if (status >= 500) return say(reply, 500, 'INTERNAL', 'something went wrong here; it has been noted');
  return say(reply, status, 'BAD_REQUEST', 'the request is malformed');
}

const say = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.code(status).send({ errors: [{ message, extensions: { code } }] });

/** The department at the other end. Reading a peer's certificate is costly and it never changes: once a connection. */
function callersByConnection(): (socket: TLSSocket) => Caller | undefined {
  const known = new WeakMap<TLSSocket, { readonly caller: Caller | undefined }>();
  return socket => {
    const remembered = known.get(socket) ?? { caller: callerOf(socket) };
    known.set(socket, remembered);
    return remembered.caller;
  };
}

function callerOf(socket: TLSSocket): Caller | undefined {
  const unit: unknown = socket.getPeerCertificate().subject?.OU;
  return typeof unit === 'string' && isDepartment(unit) ? { department: unit } : undefined;
}

function resolvers({ call }: ListenerSettings): Pick<Resolvers, 'Query' | 'Mutation'> {
  const atOnce = new Map<DepartmentId, number>();

  /** Keeps the reports of one department that are looked at now to a bound. */
  async function inTurn<Result>(department: DepartmentId, work: () => Promise<Result>): Promise<Result> {
    const before = atOnce.get(department) ?? 0;
    if (before >= reportsAtOnceMax) {
      throw new Refusal('BUSY', `${before} reports of ${department} are being looked at already`);
    }
    atOnce.set(department, before + 1);
    try {
      return await work();
    } finally {
      atOnce.set(department, (atOnce.get(department) ?? 1) - 1);
    }
  }

  return {
    Query: { ready: () => true },
    Mutation: {
      async reportOutcome(_, { operationId, outcome }, { department }) {
        if (!parseOperationId(operationId)) {
          throw new Refusal('OPERATION_MALFORMED', 'the window makes no such operation ids');
        }
        const result = await inTurn(department, () => call(department, operationId, outcomeIn(outcome)));
        return { taken: result === 'NEW', repeated: result === 'KNOWN' };
      },
    },
  };
}

/** The outcome as departments answer it. */
function outcomeIn(input: OutcomeInput): ItemOutcome {
  const { granted, grantedProvisionally, pending, correctionAsked, refused, revoked } = input;
  if (granted) return { __typename: 'Granted', ...granted };
  if (grantedProvisionally) return { __typename: 'GrantedProvisionally', ...grantedProvisionally };
  if (pending) return { __typename: 'Pending', ...pending };
  if (correctionAsked) return { __typename: 'CorrectionAsked', ...correctionAsked };
  if (refused) return { __typename: 'Refused', ...refused };
  return { __typename: 'Revoked', ...revoked };
}
