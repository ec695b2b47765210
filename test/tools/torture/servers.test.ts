import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { createServers } from '../../../tools/torture/servers.ts';

describe('servers of the torture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'one-window-servers-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are ended, though one of them could not even be started', async () => {
    const servers = createServers();
    const command = { name: 'a', file: 'tools/token.ts', args: [], environment: {}, logFile: join(folder, 'log') };
    const node = jest.replaceProperty(process, 'execPath', join(folder, 'nothing'));
    const server = servers.start(command);
    node.restore();
    await server.started;
    expect(server.isServing).toBe(false);
    await server.stop();
    await server.kill();
    await servers.endAll();
  }, 5_000);
});
