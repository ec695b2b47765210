/**
 * Composes beside the event loop. Composing takes some 80 ms the first time and 20 ms later for a graph such as ours, and
 * what departments tell may be made to take for ever: it is given a bound of time and of memory.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { buildASTSchema, parse } from 'graphql';
import type { Composition, Service } from '../compose.ts';
import type { Supergraph } from '../router/gateway.ts';
import type { Attempt } from './center.ts';
import { reason } from './reason.ts';
import type { Task } from './worker.ts';

export interface Composer {
  /** Starts the thread before there is anything to compose. */
  warm(): void;
  /** One at a time; later ones wait. */
  compose(services: readonly Service[], before?: Composition): Promise<Attempt>;
  /** What is being composed, and what waits, is given up. */
  close(): Promise<void>;
}

export interface ComposerBounds {
  /** Some fifty times what our graph takes on an idle machine, its thread's start included. */
  readonly composeMaxMs: number;
  /** A thread holds some 40 MB: it ends when nothing has been composed for so long. */
  readonly idleMaxMs: number;
  /** The composer takes some 30 MB for our graph. */
  readonly heapMaxMb: number;
}

const BOUNDS: ComposerBounds = { composeMaxMs: 10_000, idleMaxMs: 2_000, heapMaxMb: 128 };

export function createComposer(changed: Partial<ComposerBounds> = {}): Composer {
  const { composeMaxMs, idleMaxMs, heapMaxMb } = { ...BOUNDS, ...changed };
  let worker: Worker | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  };
  const start = (): Worker => {
    const resourceLimits = { maxOldGenerationSizeMb: heapMaxMb };
    return new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits });
  };

  async function run(task: Task): Promise<Attempt> {
    if (closed) return failed('the gateway stops');
    clearTimeout(idle);
    worker ??= start();
    // Whoever waits for it keeps the process; a thread that waits for work does not.
    worker.ref();
    worker.postMessage(task);
    const over = new AbortController();
    const timeout = setTimeout(() => over.abort(), composeMaxMs);
    const event = (name: string) => once(worker as Worker, name, { signal: over.signal });
    try {
      const attempt = await Promise.race([
        event('message').then(([answer]) => answer as Attempt),
        event('exit').then(([status]) => Promise.reject(new Error(`the composer's thread ended with ${status}`))),
      ]);
      worker.unref();
      idle = setTimeout(() => void end(), idleMaxMs).unref();
      return attempt;
    } catch (error) {
      await end();
      const { code, message } = error as NodeJS.ErrnoException;
      if (over.signal.aborted) return tooSlow(`it was not composed within ${composeMaxMs} ms`);
      if (code === 'ERR_WORKER_OUT_OF_MEMORY') return tooSlow(`it needs more than ${heapMaxMb} MB`);
      return failed(message);
    } finally {
      clearTimeout(timeout);
      over.abort();
    }
  }

  return {
    warm() {
      worker ??= start();
      worker.unref();
    },
    compose(services, before) {
      const attempt = queue.then(() => run({ services, before }));
      queue = attempt;
      return attempt;
    },
    close() {
      closed = true;
      return end();
    },
  };
}

const failed = (message: string): Attempt => ({
  ok: false,
  reasons: [reason('COMPOSITION_FAILED', [], message)],
});

const tooSlow = (message: string): Attempt => ({
  ok: false,
  reasons: [reason('COMPOSITION_TOO_SLOW', [], message)],
});

/** What the worker has validated is not validated again here, where requests wait. */
export const supergraphFrom = ({ supergraphSdl, publicSdl }: Composition): Supergraph => ({
  supergraphSdl,
  publicSchema: buildASTSchema(parse(publicSdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true }),
});
