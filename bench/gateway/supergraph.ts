import { parse, print, visit } from 'graphql';
import { composeSupergraph, fetchSdl, type Service } from '../../gateway/compose.ts';
import { remoteSubgraph } from '../../gateway/router/subgraph.ts';
import { windowSdl } from '../../gateway/window/schema.ts';

/** What our gateway enforces and its peers cannot: they would refuse the supergraph or leave it unenforced. */
const ACCESS = new Set(['authenticated', 'requiresScopes', 'policy']);

/**
 * The supergraph of the departments for gateways that are given one in a file: the same as ours composes, without the
 * rules of access. @param urls Of each department in plain HTTP.
 */
export async function peersSupergraph(urls: Readonly<Record<string, string>>): Promise<string> {
  const services = await Promise.all(
    Object.entries(urls).map(async ([name, url]): Promise<Service> => {
      const bounds = { connectionsMax: 1, timeoutMs: 10_000, responseBytesMax: 1_000_000 };
      const subgraph = remoteSubgraph({ name, url: `${url}/graphql`, ...bounds });
      try {
        return { name, url: `${url}/graphql`, sdl: withoutAccess(await fetchSdl(subgraph)) };
      } finally {
        await subgraph.close();
      }
    }),
  );
  // Part of ours, too; nothing of it is asked for here.
  const window = { name: 'window', sdl: withoutAccess(windowSdl), url: 'http://127.0.0.1:9/graphql' };
  const composed = composeSupergraph([window, ...services]);
  if (!composed.ok) throw new Error(`the departments do not compose: ${composed.reasons.join('; ')}`);
  return composed.supergraphSdl;
}

const withoutAccess = (sdl: string): string =>
  print(visit(parse(sdl), { Directive: ({ name }) => (ACCESS.has(name.value) ? null : undefined) }));
