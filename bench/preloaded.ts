import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startProfile } from './profile.ts';

/** Preloaded into a server that is measured, and does what the process that started it says. */
let stop: Awaited<ReturnType<typeof startProfile>> | undefined;

process.on('message', async message => {
  if (message === 'profile') stop = await startProfile();
  if (message === 'stop profile') process.send?.({ profile: await stop?.() });
  if (message === 'heap') process.send?.({ heapBytes: heapInUse() });
});

/** What is left when everything that nobody needs is gone, buffers outside of the heap too. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let at = 0; at < 3; at++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
