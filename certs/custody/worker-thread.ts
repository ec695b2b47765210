/** The thread of worker.ts: it alone reads the key, and gives nothing away but signatures and the public key. */

import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { readKey, signAtOnce, spkiOf, suiteOfKeyObject } from '../key.ts';
import { mustSignSm2 } from '../sm/sign.ts';
import type { Answer, Asked, Started, Wanted } from './worker.ts';

const { keyPath, owner } = workerData as Wanted;
const port = parentPort!;

function start(): void {
  const key = readKey(readFileSync(keyPath, 'utf8'), owner);
  const suite = suiteOfKeyObject(key)!;
  if (suite === 'SM2SM3') mustSignSm2();
  port.on('message', ({ id, bytes }: Asked) => {
    port.postMessage({ id, signature: signAtOnce(key, bytes) } satisfies Answer);
  });
  port.postMessage({ suite, spki: spkiOf(key) } satisfies Started);
}

try {
  start();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  port.postMessage({ refused: code === undefined ? message : `${keyPath} can't be read (${code})` } satisfies Started);
}
