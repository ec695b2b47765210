import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStore } from '../../gateway/window/store/open-store.ts';
import { openVault } from '../../gateway/window/store/secret.ts';
import { type Center, openCenter } from '../fixtures/center.ts';

describe('a gateway that can not start', () => {
  let center: Center;
  beforeAll(async () => {
    center = await openCenter();
    await center.stopGateway();
  }, 60_000);
  afterAll(() => center.close());

  it.each([
    ['the public port', () => Number(new URL(center.url).port)],
    ['the port for departments', () => center.listenerPort],
  ])(
    'leaves nothing open when %s is taken',
    async (_, portOf) => {
      const [other, probe] = [createServer(), createServer()];
      await new Promise<void>(listens => other.listen(portOf(), '127.0.0.1', listens));
      try {
        await expect(center.startGateway()).rejects.toThrow(/EADDRINUSE/);
        // The file is nobody's: the lock on it was given up.
        const file = join(center.dataDir, 'center', 'window.sqlite');
        const store = await openStore({ file }, openVault(randomBytes(32)), error => {
          throw error;
        });
        await store.close();
        const ports = [Number(new URL(center.url).port), center.listenerPort].filter(port => port !== portOf());
        await new Promise<void>(listens => probe.listen(ports[0], '127.0.0.1', listens));
      } finally {
        await Promise.all([other, probe].map(server => new Promise(closed => server.close(closed))));
      }
      await center.startGateway();
      expect((await center.ask('{ regimes { id } }')).errors).toBeUndefined();
      await center.stopGateway();
    },
    60_000,
  );
});
