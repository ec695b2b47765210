import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { type RegisterSource, RegisterUnavailable } from '../adapters/port.ts';
import { CENTER, type DepartmentId } from './catalogue.ts';
import type { Department } from './department.ts';
import { shownError } from './errors.ts';
import { openGraph } from './graph.ts';
import { BlockExhausted, openJournal } from './journal.ts';
import { followTrust, ownSealer, ownSecret, ownTransport } from './keys.ts';

export interface DepartmentServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly folder: string;
  readonly trustFolder: string;
  readonly registers: RegisterSource;
  now?(): Date;
}

/** A call may carry the papers of many applications. */
const requestBytesMax = 32 * 1024 * 1024;
/** The whole of a request must have arrived within this; the center's own time-outs are shorter. */
const requestMaxMs = 60_000;
/** A connection of the gateway that nobody uses is closed after this long. */
const keepAliveMs = 75_000;

/** Serves one department over mutual TLS, to the center and nobody else. */
export async function serveDepartment<Id extends DepartmentId, Context extends object>(
  department: Department<Id, Context>,
  settings: DepartmentServerSettings,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { folder, trustFolder, registers, now = () => new Date() } = settings;
  const keys = join(folder, 'keys');
  const report = (reason: Error): void => {
    const expected = reason instanceof RegisterUnavailable || reason instanceof BlockExhausted;
    console.error(`${department.id}: ${expected ? reason.message : (reason.stack ?? reason.message)}`);
  };
  const identity = ownTransport(keys, trustFolder);
  const sealer = ownSealer(keys);
  const lookupKey = ownSecret(join(keys, 'lookup.key'));
  const trusted = followTrust(trustFolder, report);
  const journal = openJournal(join(folder, 'journal.sqlite'));
  const { schema, context } = await openGraph(department, {
    journal,
    registers,
    sealer,
    trust: trusted.trust,
    now,
    salt: () => randomBytes(16).toString('hex'),
    pseudonym: idNumber => createHmac('sha256', lookupKey).update(idNumber).digest('hex'),
    report,
  });

  const app = fastify({
    https: { ...identity, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    bodyLimit: requestBytesMax,
    requestTimeout: requestMaxMs,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, thrown) => shownError(formatted, thrown, report),
    plugins: [ApolloServerPluginInlineTraceDisabled(), fastifyApolloDrainPlugin(app)],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  const ofCenter = centerConnections();
  app.addHook('onRequest', async (request, reply) => {
    if (!ofCenter(request.raw.socket as TLSSocket)) {
      return reply
        .code(403)
        .send({ errors: [{ message: 'only the center is served here', extensions: { code: 'FORBIDDEN' } }] });
    }
  });
  app.post('/graphql', fastifyApolloHandler(apollo, { context: async () => context() }));
  const url = await app.listen({ host: settings.host, port: settings.port });
  return {
    url,
    async close() {
      trusted.stop();
      await apollo.stop();
      await app.close();
      await registers.close();
      journal.close();
    },
  };
}

/** Whether the center is at the other end. Reading a peer's certificate is costly and it never changes: once a connection. */
function centerConnections(): (socket: TLSSocket) => boolean {
  const known = new WeakMap<TLSSocket, boolean>();
  return socket => {
    const remembered = known.get(socket);
    if (remembered !== undefined) return remembered;
    const isCenter = socket.getPeerCertificate().subject?.OU === CENTER.id;
    known.set(socket, isCenter);
    return isCenter;
  };
}
