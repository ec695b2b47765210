import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { type RegisterSource, RegisterUnavailable } from '../adapters/port.ts';
import { witnessName } from '../certs/hierarchy/names.ts';
import { addCheckpointBytesMax } from '../certs/log/add-checkpoint.ts';
import type { PressSettings } from '../papers/press.ts';
import { bearerReader } from './bearer.ts';
import { CENTER, type DepartmentId } from './catalogue.ts';
import { ownCheckpointKey } from './checkpoint-key.ts';
import type { Department } from './department.ts';
import { shownError } from './errors.ts';
import { followSealer } from './follow-sealer.ts';
import { openGraph } from './graph.ts';
import type { Asked } from './guard.ts';
import type { IdentityConfig } from './identity.ts';
import { BlockExhausted, openJournal } from './journal.ts';
import { followTrust, ownSecret, ownTransport, type TransportIdentity } from './keys.ts';
import { type Log, openLog } from './log.ts';
import { masked } from './masked.ts';
import { openTracing } from './open-tracing.ts';
import { pressOnDemand } from './own-press.ts';
import { pdfForm } from './pdf-form.ts';
import { pdfMaker } from './pdf-maker.ts';
import { requestIdOf } from './request-id.ts';
import { sesForm } from './ses-form.ts';
import { type DepartmentWatch, watchDepartment } from './watch.ts';
import type { WatchConfig } from './watch-settings.ts';
import { openWitness, type Witness } from './witness.ts';

export interface DepartmentServerSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly folder: string;
  readonly trustFolder: string;
  readonly registers: RegisterSource;
  /** Where the public reaches the center, without a slash at the end: it is printed on papers. */
  readonly publicUrl: string;
  readonly press?: PressSettings;
  /** Whose tokens are good here: the center passes on that of whoever asks. */
  readonly identity: IdentityConfig;
  now?(): Date;
  /** How it is seen from outside; warnings on standard error where absent. */
  readonly watch?: WatchConfig;
  /** In the place of the one that {@link watch} describes. */
  readonly log?: Log;
}

/** A call may carry the papers of many applications. */
const requestBytesMax = 32 * 1024 * 1024;
/** The whole of a request must have arrived within this; the center's own time-outs are shorter. */
const requestMaxMs = 60_000;
/** A connection of the gateway that nobody uses is closed after this long. */
const keepAliveMs = 75_000;
/** Of a sentence about a register that is away. */
const expectedCharactersMax = 500;

/** Serves one department over mutual TLS, to the center and nobody else. */
export async function serveDepartment<Id extends DepartmentId, Context extends object>(
  department: Department<Id, Context>,
  settings: DepartmentServerSettings,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { folder, trustFolder, registers, now = () => new Date() } = settings;
  const log = settings.log ?? openLog({ service: department.id, level: settings.watch?.logLevel ?? 'warn' });
  const keys = join(folder, 'keys');
  const tracing = await openTracing({
    endpoint: settings.watch?.tracesEndpoint ?? '',
    ratio: settings.watch?.tracesRatio ?? 1,
    service: `one-window-${department.id}`,
    log,
  });
  const watch = watchDepartment(log, tracing);
  const report = reportWith(log, watch);
  const identity = ownTransport(keys, trustFolder);
  const lookupKey = ownSecret(join(keys, 'lookup.key'));
  const trusted = followTrust(trustFolder, report);
  const seal = await followSealer(keys, { trust: trusted.trust, report });
  const { press, close: closePress } = await pressOnDemand(settings.press ?? {});
  const journal = openJournal(join(folder, 'journal.sqlite'));
  const { id: holder, papers } = department;
  const { sealer } = seal;
  const make = pdfMaker({ holder, press, sealer, publicUrl: settings.publicUrl, now });
  const { schema, context } = await openGraph(department, {
    journal,
    forms: {
      PDF: pdfForm({ papers, make, sealer, trust: trusted.trust, now }),
      SES: sesForm({ sealer, trust: trusted.trust, now }),
    },
    registers,
    sealer,
    trust: trusted.trust,
    now,
    salt: () => randomBytes(16).toString('hex'),
    pseudonym: idNumber => createHmac('sha256', lookupKey).update(idNumber).digest('hex'),
    report,
  });

  const bearers = await bearerReader(settings.identity, sentence => log.warn(sentence));
  const app = createHttps(identity);
  const apollo = apolloOf<Context>(app, schema, watch, report);
  await apollo.start();
  watch.requests(app);
  refuseOthers(app);
  const contextOf = async ({ id, headers }: FastifyRequest): Promise<Context & Asked> => {
    const caller = await bearers.read(headers.authorization);
    return watch.belongs({ ...context(), caller }, id);
  };
  app.post('/graphql', fastifyApolloHandler(apollo, { context: contextOf }));
  const witness = openWitness({
    file: join(folder, 'witness.sqlite'),
    name: witnessName(department.id),
    key: ownCheckpointKey(keys, 'witness'),
    logs: () => trusted.trust().list?.logs ?? [],
    now,
    report,
  });
  addWitness(app, witness);
  const url = await app.listen({ host: settings.host, port: settings.port });
  return {
    url,
    async close() {
      trusted.stop();
      bearers.stop();
      await apollo.stop();
      await app.close();
      await registers.close();
      journal.close();
      await closePress();
      await seal.close();
      witness.close();
      await tracing?.close();
    },
  };
}

/** What is known of in the life of a register, and stands in no need of a stack. */
const reportWith =
  (log: Log, watch: DepartmentWatch) =>
  (reason: Error): void => {
    const expected = reason instanceof RegisterUnavailable || reason instanceof BlockExhausted;
    if (expected) log.warn({ reason: masked(reason.message, expectedCharactersMax) }, 'the register is away');
    else watch.report(reason);
  };

const createHttps = (identity: TransportIdentity): FastifyInstance =>
  fastify({
    https: { ...identity, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' },
    bodyLimit: requestBytesMax,
    requestTimeout: requestMaxMs,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    genReqId: requestIdOf,
  }) as unknown as FastifyInstance; // Of a server with TLS, which no plugin here asks about.

const apolloOf = <Context extends object>(
  app: FastifyInstance,
  schema: GraphQLSchema,
  watch: DepartmentWatch,
  report: (defect: Error) => void,
): ApolloServer<Context & Asked> =>
  new ApolloServer<Context & Asked>({
    schema,
    introspection: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, thrown) => shownError(formatted, thrown, report),
    plugins: [watch.operations(), ApolloServerPluginInlineTraceDisabled(), fastifyApolloDrainPlugin(app)],
    stopOnTerminationSignals: false,
  });

/** Where the center's log brings its checkpoints: plain text beside the graph. */
function addWitness(app: FastifyInstance, witness: Witness): void {
  app.register(async door => {
    door.removeAllContentTypeParsers();
    const whole = { parseAs: 'buffer', bodyLimit: addCheckpointBytesMax } as const;
    door.addContentTypeParser('*', whole, (_, body, done) => done(null, body));
    door.post<{ Body: Buffer | undefined }>('/add-checkpoint', (request, reply) => {
      const { status, type, body } = witness.addCheckpoint(request.body ?? Buffer.alloc(0));
      return reply.code(status).type(type).send(body);
    });
  });
}

/** A certificate of the internal authority is not enough: departments have such, too. */
function refuseOthers(app: FastifyInstance): void {
  const ofCenter = centerConnections();
  app.addHook('onRequest', async (request, reply) => {
    if (!ofCenter(request.raw.socket as TLSSocket)) {
      return reply
        .code(403)
        .send({ errors: [{ message: 'only the center is served here', extensions: { code: 'FORBIDDEN' } }] });
    }
  });
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
