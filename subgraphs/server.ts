import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { parse } from 'graphql';
import type { RegisterSource } from '../adapters/port.ts';
import { openSealer } from '../certs/seal.ts';
import { CENTER, type DepartmentId } from './catalogue.ts';
import { contractResolvers } from './contract.ts';
import type { Department, DepartmentTools } from './department.ts';
import { type DeskTools, itemDesk } from './desk.ts';
import { shownError } from './errors.ts';
import { openJournal } from './journal.ts';
import { followTrust, ownSecret, readPem } from './keys.ts';

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
/** A connection of the gateway that nobody uses is closed after this long. */
const keepAliveMs = 75_000;

const contract = parse(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));

/** Serves one department over mutual TLS, to the center and nobody else. */
export async function serveDepartment<Id extends DepartmentId, Context extends object>(
  department: Department<Id, Context>,
  settings: DepartmentServerSettings,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { folder, trustFolder, registers, now = () => new Date() } = settings;
  const key = (name: string): string => readPem(join(folder, 'keys', name));
  const report = (defect: Error): void => console.error(`${department.id}: ${defect.stack ?? defect.message}`);
  const trusted = followTrust(trustFolder, report);

  const journal = openJournal(join(folder, 'journal.sqlite'));
  const deskTools: DeskTools = {
    department: department.id,
    journal,
    sealer: openSealer({ keyPem: key('seal-key.pem'), chainPem: key('seal-chain.pem') }),
    now,
    salt: () => randomBytes(16).toString('hex'),
    report,
  };
  const lookupKey = ownSecret(join(folder, 'keys', 'lookup.key'));
  const tools: DepartmentTools = {
    registers,
    desk: (item, practice) => itemDesk(item, practice, deskTools),
    pseudonym: idNumber => createHmac('sha256', lookupKey).update(idNumber).digest('hex'),
  };
  const open = await department.open(tools);
  const schema = buildSubgraphSchema([
    {
      typeDefs: contract,
      resolvers: contractResolvers({ items: open.items, journal, trust: trusted.trust, now, report }),
    },
    { typeDefs: parse(readFileSync(department.schema, 'utf8')), resolvers: open.resolvers },
  ]);

  const app = fastify({
    https: {
      key: key('tls-key.pem'),
      cert: key('tls-chain.pem'),
      ca: readPem(join(trustFolder, 'transport.pem')),
      requestCert: true,
      rejectUnauthorized: true,
      allowPartialTrustChain: true,
      minVersion: 'TLSv1.3',
    },
    bodyLimit: requestBytesMax,
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
  app.addHook('onRequest', async (request, reply) => {
    const peer = (request.raw.socket as TLSSocket).getPeerCertificate();
    if (peer.subject?.OU !== CENTER.id) {
      await reply
        .code(403)
        .send({ errors: [{ message: 'only the center is served here', extensions: { code: 'FORBIDDEN' } }] });
    }
  });
  app.post('/graphql', fastifyApolloHandler(apollo, { context: async () => open.context() }));
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
