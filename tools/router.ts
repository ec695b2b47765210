/*
 * The router alone, over any supergraph:
 *
 *     npm run router -- --supergraph supergraph.graphql --port 4000
 *
 * For whoever wants to try its execution on a graph of their own: no window, no tokens, no departments' certificates.
 */
import { readFile } from 'node:fs/promises';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { supergraphOf } from '../gateway/compose.ts';
import { createHttp } from '../gateway/http.ts';
import { responseBytesMax } from '../gateway/remote-department.ts';
import { createGateway, type Supergraph } from '../gateway/router/gateway.ts';
import { ownersIn } from '../gateway/router/owners.ts';
import type { Subgraph } from '../gateway/router/port.ts';
import { createScreen } from '../gateway/router/screen.ts';
import { remoteSubgraph } from '../gateway/router/subgraph.ts';
import { shownError } from '../subgraphs/errors.ts';
import { CannotStart, runServer } from '../subgraphs/process.ts';

const portByDefault = 4000;
const portMax = 65_535;
/** Loopback: whoever can reach this server may ask everything. */
const HOST = '127.0.0.1';
const connectionsPerSubgraphMax = 16;
const subgraphTimeoutMs = 10_000;

const USAGE = `npm run router -- --supergraph FILE [--port N]

Serves a supergraph of Apollo Federation with this product's router alone: POST /graphql, with its limits on what one
operation may ask, and GET /health/live. Subgraphs are asked at the addresses that the file's @join__graph give.

  --supergraph  the composed SDL, as any composer of Federation 2 writes it
  --port        on ${HOST} (0 to ${portMax}, 0 for any that is free; ${portByDefault} when absent)`;

interface Options {
  readonly supergraph: string;
  readonly port: number;
}

const report = ({ stack, message }: Error): void => console.error(`router: ${stack ?? message}`);

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) console.log(USAGE);
else await runServer(() => serve(readOptions(args)));

/** @throws {CannotStart} */
function readOptions(given: readonly string[]): Options {
  const values = new Map<string, string>();
  for (let at = 0; at < given.length; at += 2) {
    const [option = '', value] = given.slice(at);
    if (option !== '--supergraph' && option !== '--port') throw wrongUsage(`"${option}" is no option.`);
    if (value === undefined) throw wrongUsage(`${option} needs a value.`);
    if (values.has(option)) throw wrongUsage(`${option} is given twice.`);
    values.set(option, value);
  }
  const supergraph = values.get('--supergraph');
  if (supergraph === undefined) throw wrongUsage('Which supergraph? Give --supergraph FILE.');
  const port = values.get('--port') ?? String(portByDefault);
  if (!/^\d{1,5}$/.test(port) || Number(port) > portMax) throw wrongUsage(`"${port}" is no port.`);
  return { supergraph, port: Number(port) };
}

function wrongUsage(sentence: string): CannotStart {
  return new CannotStart(`${sentence}\n\n${USAGE}`);
}

async function serve({ supergraph: file, port }: Options): Promise<{ close(): Promise<void> }> {
  const supergraph = await readSupergraph(file);
  const app = createHttp(report);
  const { apollo: limits } = createScreen({ introspection: true });
  const apollo = new ApolloServer({
    gateway: createGateway({ supergraph, subgraphs: subgraphsOf(supergraph, file) }),
    introspection: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    ...limits,
    formatError: (formatted, thrown) => shownError(formatted, thrown, report),
    plugins: [
      ...limits.plugins,
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
    ],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  app.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo) });
  app.get('/health/live', (_, reply) => reply.send({ live: true }));
  const url = await app.listen({ host: HOST, port });
  console.log(`the router answers on ${url}/graphql`);
  return { close: () => apollo.stop() };
}

/** @throws {CannotStart} */
async function readSupergraph(file: string): Promise<Supergraph> {
  const sdl = await readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw new CannotStart(`${file} can't be read (${code}).`);
  });
  try {
    return supergraphOf(sdl);
  } catch (error) {
    throw new CannotStart(`${file} holds no supergraph: ${error instanceof Error ? error.message : error}.`);
  }
}

/** @throws {CannotStart} if one has no address of HTTP. */
function subgraphsOf({ supergraphSdl }: Supergraph, file: string): Subgraph[] {
  const { departments, urls } = ownersIn(supergraphSdl);
  return departments.map(name => {
    const url = urls.get(name) ?? '';
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      throw new CannotStart(`${file} gives the subgraph ${name} no address of HTTP, but "${url}".`);
    }
    return remoteSubgraph({
      name,
      url,
      connectionsMax: connectionsPerSubgraphMax,
      timeoutMs: subgraphTimeoutMs,
      responseBytesMax,
    });
  });
}
