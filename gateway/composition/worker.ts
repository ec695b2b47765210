/** Composes in a thread of its own, so that no request waits for it, and it can be ended from outside. */
import { parentPort } from 'node:worker_threads';
import type { Composition, Service } from '../compose.ts';
import { attempt } from './center.ts';

export interface Task {
  readonly services: readonly Service[];
  readonly before: Composition | undefined;
}

parentPort?.on('message', ({ services, before }: Task) => {
  parentPort?.postMessage(attempt(services, before));
});
