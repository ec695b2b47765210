import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTrust, type Trust } from '../certs/verify.ts';
import { CannotStart } from './process.ts';

/** A PEM file of the hierarchy. @throws {CannotStart} when it is missing. */
export function readPem(file: string): string {
  if (!existsSync(file)) throw new CannotStart(`${file} is missing: "npm start" makes the keys of a new data folder.`);
  return readFileSync(file, 'utf8');
}

/** A secret of 32 random bytes that never leaves its process's folder; made when absent. */
export function ownSecret(file: string): Buffer {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
  return readFileSync(file);
}

/** How often the trust list is read anew. */
const trustRefreshMs = 3_600_000;

/** The root that was pinned and the newest good trust list; a list that can't be trusted is reported and not taken. */
export function followTrust(folder: string, report: (defect: Error) => void): { trust(): Trust; stop(): void } {
  const load = (): Trust =>
    readTrust({
      rootPem: readPem(join(folder, 'root.pem')),
      list: { json: readFileSync(join(folder, 'list.json')), p7s: readFileSync(join(folder, 'list.p7s')) },
    });
  let trust = load();
  const refresh = setInterval(() => {
    try {
      trust = load();
    } catch (error) {
      report(error as Error);
    }
  }, trustRefreshMs).unref();
  return { trust: () => trust, stop: () => clearInterval(refresh) };
}
