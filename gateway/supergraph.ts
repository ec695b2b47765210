import { setTimeout as sleep } from 'node:timers/promises';
import { createComposer } from './composition/composer.ts';
import { enquire, type Pace } from './composition/enquiry.ts';
import { Graph, type Sources, type SupergraphState } from './composition/graph.ts';
import type { Supergraph } from './router/gateway.ts';

/** Which departments are in the graph that is served, and how a newer one is heard of. */
export interface LiveSupergraph {
  readonly first: Supergraph;
  /** Departments that have told their SDL since the start. */
  readonly heard: ReadonlyMap<string, unknown>;
  readonly state: SupergraphState;
  /**
   * Goes on asking until it is stopped: often while a department has not been heard, then whether any has changed.
   *
   * @param update Serves another supergraph. When it throws, the old one goes on.
   */
  follow(update: (supergraph: Supergraph) => void): Promise<void>;
  stop(): void;
}

export interface SupergraphSources extends Sources {
  readonly pace?: Partial<Pace>;
}

const PACE: Pace = { firstWaitMaxMs: 5_000, askTimeoutMs: 2_000, askAgainMs: 500, askForChangesMs: 30_000 };

/**
 * Begins with what was kept when that has all departments; else waits for those that were never heard, and begins with
 * those that answered within the bound and whose schemas compose.
 *
 * @throws {Error} when the window's own schema does not compose.
 */
export async function liveSupergraph(sources: SupergraphSources): Promise<LiveSupergraph> {
  const pace = { ...PACE, ...sources.pace };
  const stopping = new AbortController();
  const enquiry = enquire(sources.departments, pace, stopping.signal);
  const composer = createComposer();
  const graph = new Graph(sources, enquiry, composer);
  try {
    const missing = await graph.recall();
    if (graph.isToBeComposed) composer.warm();
    const deadlineMs = performance.now() + pace.firstWaitMaxMs;
    while (missing.some(name => !enquiry.told.has(name)) && performance.now() < deadlineMs) {
      if (!(await enquiry.ask('SILENT'))) await sleep(pace.askAgainMs);
    }
    const first = await graph.begin();
    graph.tell();
    return {
      first,
      heard: enquiry.told,
      get state() {
        return graph.state;
      },
      async follow(update) {
        while (!stopping.signal.aborted) {
          if ((await enquiry.ask('DUE')) || graph.isToBeTriedAgain) await graph.renew(update, stopping.signal);
          if (!stopping.signal.aborted) graph.tell();
          await sleep(enquiry.nextInMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        }
      },
      stop() {
        stopping.abort();
        void composer.close();
      },
    };
  } catch (error) {
    await composer.close();
    throw error;
  }
}
