import { setTimeout as sleep } from 'node:timers/promises';
import { composeSupergraph, fetchSdl, readLastSupergraph, type Service, writeLastSupergraph } from './compose.ts';
import type { Supergraph } from './router/gateway.ts';
import type { Subgraph } from './router/subgraph.ts';

/** Which departments are in the graph that is served, and how a newer one is heard of. */
export interface LiveSupergraph {
  readonly first: Supergraph;
  /** Departments that have told their SDL since the start. */
  readonly heard: ReadonlyMap<string, unknown>;
  /** Goes on asking those that have not, until all have or it is stopped. */
  follow(update: (supergraph: Supergraph) => void): Promise<void>;
  stop(): void;
}

export interface SupergraphSources {
  readonly window: Service;
  readonly departments: readonly { readonly subgraph: Subgraph; readonly url: string }[];
  /** Where the last good supergraph is kept. */
  readonly file: string;
  report(sentence: string): void;
}

/** How long a first start, without a supergraph on disk, waits for all departments. */
const firstWaitMaxMs = 10_000;
const askTimeoutMs = 2_000;
const askAgainMs = 500;

/**
 * Begins with the last good supergraph when there is one; else waits for the departments, and begins with those that
 * answered within the bound. @throws {Error} when not even those compose.
 */
export async function liveSupergraph(sources: SupergraphSources): Promise<LiveSupergraph> {
  const { window, departments, file, report } = sources;
  const services = new Map<string, Service>();
  const stopping = new AbortController();
  const complete = (): boolean => services.size === departments.length;
  const pause = (): Promise<unknown> =>
    sleep(askAgainMs, undefined, { signal: stopping.signal }).catch(() => undefined);

  /** Asks every department that has not been heard; true when that brought something new. */
  async function ask(): Promise<boolean> {
    const before = services.size;
    const silent = departments.filter(({ subgraph }) => !services.has(subgraph.name));
    await Promise.all(
      silent.map(async ({ subgraph, url }) => {
        const sdl = await fetchSdl(subgraph, { timeoutMs: askTimeoutMs, signal: stopping.signal }).catch(
          () => undefined,
        );
        if (sdl !== undefined) services.set(subgraph.name, { name: subgraph.name, sdl, url });
      }),
    );
    return services.size > before;
  }

  async function composed(): Promise<Supergraph> {
    const present = departments.flatMap(({ subgraph }) => services.get(subgraph.name) ?? []);
    const result = composeSupergraph([window, ...present]);
    if (!result.ok) throw new Error(`the departments' schemas do not compose: ${result.reasons.join('; ')}`);
    if (complete()) await writeLastSupergraph(file, result.supergraphSdl);
    return result;
  }

  const last = await readLastSupergraph(file);
  if (!last) {
    const deadline = Date.now() + firstWaitMaxMs;
    while (!complete() && Date.now() < deadline) if (!(await ask())) await pause();
  }
  const first = last ?? (await composed());

  return {
    first,
    heard: services,
    async follow(update) {
      while (!complete() && !stopping.signal.aborted) {
        // The last good supergraph has all departments: it is replaced by a whole one only.
        if ((await ask()) && (complete() || !last)) {
          await composed().then(update, (error: Error) => report(`${error.message}; the old supergraph goes on`));
        }
        if (!complete()) await pause();
      }
    },
    stop: () => stopping.abort(),
  };
}
