import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { openSealer, type Sealer } from '../certs/seal.ts';
import { openKeySigner } from '../certs/signer.ts';
import { readTrust, type Trust } from '../certs/verify.ts';
import { CannotStart } from './process.ts';

/** A file of the hierarchy. @throws {CannotStart} when it is missing. */
function readKept(file: string): Buffer {
  if (!existsSync(file)) throw new CannotStart(`${file} is missing: "npm start" makes the keys of a new data folder.`);
  return readFileSync(file);
}

/** A PEM file of the hierarchy. @throws {CannotStart} when it is missing. */
export const readPem = (file: string): string => readKept(file).toString('utf8');

/** The seal of a holder, from its folder of keys. @throws {CannotStart} */
export function ownSealer(keys: string): Sealer {
  const [keyPem, chainPem] = ['seal-key.pem', 'seal-chain.pem'].map(name => readPem(join(keys, name)));
  return orCannotStart(`the seal in ${keys} can't be used`, () =>
    openSealer({ signer: openKeySigner(keyPem as string, 'the seal'), chainPem: chainPem as string }),
  );
}

/** What a holder shows of itself on the internal network, and whom it trusts there. */
export interface TransportIdentity {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/** @throws {CannotStart} */
export function ownTransport(keys: string, trustFolder: string): TransportIdentity {
  const identity = {
    key: readPem(join(keys, 'tls-key.pem')),
    cert: readPem(join(keys, 'tls-chain.pem')),
    ca: readPem(join(trustFolder, 'transport.pem')),
  };
  orCannotStart(`tls-key.pem and tls-chain.pem in ${keys} can't be used`, () => createSecureContext(identity));
  return identity;
}

function orCannotStart<Value>(sentence: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof CannotStart) throw cause;
    throw new CannotStart(`${sentence}: ${(cause as Error).message}.`, { cause });
  }
}

const secretBytes = 32;

/** A secret of 32 random bytes that never leaves its process's folder; made when absent. @throws {CannotStart} */
export function ownSecret(file: string): Buffer {
  if (!existsSync(file)) writeFileSync(file, randomBytes(secretBytes), { mode: 0o600, flag: 'wx', flush: true });
  const secret = readFileSync(file);
  if (secret.length === secretBytes) return secret;
  throw new CannotStart(`${file} must hold ${secretBytes} bytes, found ${secret.length}: restore it from a backup.`);
}

/** How often the trust list is read anew. */
const trustRefreshMs = 3_600_000;

/**
 * The root that was pinned and the newest good trust list. A list that can't be trusted, or is older than the one at
 * hand, is reported and not taken. @throws {CannotStart} when there is none to begin with.
 */
export function followTrust(folder: string, report: (defect: Error) => void): { trust(): Trust; stop(): void } {
  const load = (): Trust =>
    readTrust({
      rootPem: readPem(join(folder, 'root.pem')),
      list: { json: readKept(join(folder, 'list.json')), p7s: readKept(join(folder, 'list.p7s')) },
    });
  let trust = orCannotStart(`the trust list in ${folder} can't be trusted`, load);
  const refresh = setInterval(() => {
    try {
      const loaded = load();
      if (versionOf(loaded) < versionOf(trust)) throw new Error('the trust list is older than the one seen before');
      trust = loaded;
    } catch (error) {
      report(error as Error);
    }
  }, trustRefreshMs).unref();
  return { trust: () => trust, stop: () => clearInterval(refresh) };
}

const versionOf = ({ list }: Trust): number => list?.version ?? 0;
