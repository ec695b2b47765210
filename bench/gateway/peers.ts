import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const installed = `${folder}node_modules/.package-lock.json`;

/** Whether the peers of the lock file are there. */
export const peersInstalled = (): boolean =>
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${folder}package-lock.json`).mtimeMs;

/** Installs what we are measured beside, which is no part of the product. @throws {Error} */
export function installPeers(log: (line: string) => void): void {
  if (peersInstalled()) return;
  log('Installing the peers that are measured beside (npm ci --prefix bench) …');
  const args = ['ci', '--prefix', folder, '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const options: SpawnSyncOptions = {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: !npm && process.platform === 'win32',
  };
  const { status } = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);
  if (status !== 0) throw new Error('the peers could not be installed: npm ci --prefix bench failed');
}
