/** Where schemas come from: departments that are asked, files, and what a gateway keeps. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Composition, fetchSdl, publicSdlOf, type Service, supergraphOf } from '../../gateway/compose.ts';
import { readKept } from '../../gateway/composition/kept.ts';
import { type GatewayConfig, gatewayConfig } from '../../gateway/config.ts';
import { centerIdentity, responseBytesMax } from '../../gateway/remote-department.ts';
import { remoteSubgraph } from '../../gateway/router/subgraph.ts';
import { windowService } from '../../gateway/window/schema.ts';
import { departmentIds } from '../../subgraphs/catalogue.ts';
import type { Options } from './options.ts';

/** What can't be read; its message says what, and why. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const askTimeoutMs = 5_000;

/** The window first, then the departments in the order of the catalogue. @throws {Unreadable} with all that can't be read. */
export async function readServices({ departments, without }: Options): Promise<readonly Service[]> {
  const config = gatewayConfig(process.env);
  const asked = departmentIds.filter(id => !without.has(id) && !departments.has(id));
  const places = [...asked.map(id => [id, config.departmentUrls[id]] as const), ...departments];
  const read = await Promise.allSettled(places.map(([name, place]) => readService(config, name, place)));
  const failures = read.flatMap(one => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
  if (failures.length > 0) throw new Unreadable(failures.join('\n'));
  return [windowService, ...read.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))];
}

async function readService(config: GatewayConfig, name: string, place: string): Promise<Service> {
  if (!/^https?:\/\//.test(place)) return { name, sdl: await text(place), url: `https://${name}.invalid` };
  const url = place.replace(/\/(graphql)?$/, '');
  const subgraph = remoteSubgraph({
    name,
    url: `${url}/graphql`,
    ...(url.startsWith('https') && { tls: tlsFor(config, name) }),
    connectionsMax: 1,
    timeoutMs: askTimeoutMs,
    responseBytesMax,
  });
  try {
    return { name, sdl: await fetchSdl(subgraph), url };
  } finally {
    await subgraph.close();
  }
}

function tlsFor(config: GatewayConfig, name: string) {
  try {
    return centerIdentity(config, name);
  } catch {
    throw new Unreadable(`${name} can't be asked: there are no keys of the center under ${config.folder}`);
  }
}

/** @param against A supergraph's SDL, or the file that a gateway keeps. @throws {Unreadable} */
export async function readDeployed(against: string | undefined): Promise<Composition> {
  const file = against ?? join(gatewayConfig(process.env).folder, 'supergraph.json');
  if (!/\.json$/.test(file)) return compositionIn(file, await text(file));
  const kept = await readKept(file).catch((error: Error) => {
    throw new Unreadable(error.message);
  });
  if (!kept) throw new Unreadable(`${file} is not there: no gateway has served yet; --against names another file`);
  return kept.composition;
}

function compositionIn(file: string, supergraphSdl: string): Composition {
  try {
    supergraphOf(supergraphSdl);
    return { supergraphSdl, publicSdl: publicSdlOf(supergraphSdl) };
  } catch {
    throw new Unreadable(`${file} holds no supergraph`);
  }
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Unreadable(`${file} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
