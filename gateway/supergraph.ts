import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Composed,
  composeSupergraph,
  fetchSdl,
  readLastSupergraph,
  type Service,
  writeLastSupergraph,
} from './compose.ts';
import type { Supergraph } from './router/gateway.ts';
import type { Subgraph } from './router/subgraph.ts';

/** Which departments are in the graph that is served, and how a newer one is heard of. */
export interface LiveSupergraph {
  readonly first: Supergraph;
  /** Departments that have told their SDL since the start. */
  readonly heard: ReadonlyMap<string, unknown>;
  /** Goes on asking until it is stopped: often while a department has not been heard, then whether any has changed. */
  follow(update: (supergraph: Supergraph) => void): Promise<void>;
  stop(): void;
}

export interface SupergraphSources {
  readonly window: Service;
  readonly departments: readonly { readonly subgraph: Subgraph; readonly url: string }[];
  /** Where the last good supergraph is kept. */
  readonly file: string;
  report(sentence: string): void;
  readonly pace?: Pace;
}

export interface Pace {
  /** How long a first start, without a supergraph on disk, waits for all departments. */
  readonly firstWaitMaxMs: number;
  readonly askTimeoutMs: number;
  /** How often a department is asked that has not been heard. */
  readonly askAgainMs: number;
  /** A department that was replaced by a newer one is noticed within this time. */
  readonly askForChangesMs: number;
}

const PACE: Pace = { firstWaitMaxMs: 5_000, askTimeoutMs: 2_000, askAgainMs: 500, askForChangesMs: 30_000 };

/**
 * Begins with the last good supergraph when there is one; else waits for the departments, and begins with those that
 * answered within the bound and whose schemas compose.
 */
export async function liveSupergraph(sources: SupergraphSources): Promise<LiveSupergraph> {
  const { window, departments, file, report, pace = PACE } = sources;
  const services = new Map<string, Service>();
  const stopping = new AbortController();
  const allHeard = (): boolean => services.size === departments.length;
  const pause = (ms: number): Promise<unknown> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  /** Asks the departments; true when one of them told something new. */
  async function ask(asked: typeof departments): Promise<boolean> {
    const news = await Promise.all(
      asked.map(async ({ subgraph, url }) => {
        const { name } = subgraph;
        const call = { timeoutMs: pace.askTimeoutMs, signal: stopping.signal };
        const sdl = await fetchSdl(subgraph, call).catch(() => undefined);
        if (sdl === undefined || sdl === services.get(name)?.sdl) return false;
        services.set(name, { name, sdl, url });
        return true;
      }),
    );
    return news.includes(true);
  }
  const askSilent = (): Promise<boolean> => ask(departments.filter(({ subgraph }) => !services.has(subgraph.name)));

  /** Of all that were heard; one whose schema spoils the whole is left out, and the file is then left as it is. */
  async function composed(): Promise<Supergraph> {
    const heard = departments.flatMap(({ subgraph }) => services.get(subgraph.name) ?? []);
    const whole = composeSupergraph([window, ...heard]);
    if (!whole.ok) return withoutSpoilers(window, heard, report);
    if (allHeard()) {
      await writeLastSupergraph(file, whole.supergraphSdl).catch((error: Error) =>
        report(`the supergraph can't be kept for the next start: ${error.message}`),
      );
    }
    return whole;
  }

  const last = await readLastSupergraph(file).catch((error: Error) => {
    report(`${error.message}; the departments are asked`);
    return undefined;
  });
  if (!last) {
    const deadline = Date.now() + pace.firstWaitMaxMs;
    while (!allHeard() && Date.now() < deadline) if (!(await askSilent())) await pause(pace.askAgainMs);
  }
  const first = last ?? (await composed());

  return {
    first,
    heard: services,
    async follow(update) {
      while (!stopping.signal.aborted) {
        const news = await (allHeard() ? ask(departments) : askSilent());
        // The last good supergraph has all departments: it is replaced by a whole one only.
        if (news && (allHeard() || !last)) {
          await composed()
            .then(update)
            .catch((error: Error) => report(`${error.message}; the old supergraph goes on`));
        }
        await pause(allHeard() ? pace.askForChangesMs : pace.askAgainMs);
      }
    },
    stop: () => stopping.abort(),
  };
}

/** @throws {Error} when not even the window's own schema composes. */
function withoutSpoilers(
  window: Service,
  departments: readonly Service[],
  report: (sentence: string) => void,
): Supergraph {
  let good: readonly Service[] = [window];
  let composed: Composed = composeSupergraph(good);
  for (const department of departments) {
    const more = composeSupergraph([...good, department]);
    if (more.ok) {
      good = [...good, department];
      composed = more;
    } else report(`${department.name} is left out of the graph: ${more.reasons.join('; ')}`);
  }
  if (!composed.ok) throw new Error(`the window's schema does not compose: ${composed.reasons.join('; ')}`);
  return composed;
}
