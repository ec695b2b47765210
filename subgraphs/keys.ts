import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type Crl, readCrl } from '../certs/crl.ts';
import { certificatesFromPem } from '../certs/pem.ts';
import { readIfThere } from '../certs/publish.ts';
import { openSealer, type Sealer } from '../certs/seal.ts';
import { openKeySigner } from '../certs/signer.ts';
import { type Trust, withRevocationLists } from '../certs/verify/trust.ts';
import { readTrust } from '../certs/verify.ts';
import { printOf } from './file-print.ts';
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

/** How often it is looked whether there is other news to trust: a revoked seal is good for so long at most. */
export const trustRefreshMs = 5_000;
const REVOCATION_LISTS = ['root.crl', 'seal-authority.crl'];
const NEWS = ['list.json', 'list.p7s', ...REVOCATION_LISTS];

/**
 * The root that was pinned, the newest good trust list and the newest revocation lists. What can't be trusted, or is older
 * than what is at hand, is reported and not taken; the rest is. @throws {CannotStart} when there is no list to begin with.
 */
export function followTrust(folder: string, report: (defect: Error) => void): { trust(): Trust; stop(): void } {
  const rootPem = readPem(join(folder, 'root.pem'));
  const authorities = authoritiesIn(folder);
  const read = (crls: readonly Uint8Array[]): Trust => {
    const [json, p7s] = ['list.json', 'list.p7s'].map(name => readKept(join(folder, name)));
    return readTrust({ rootPem, list: { json: json as Buffer, p7s: p7s as Buffer }, crls, authorities });
  };
  const news = NEWS.map(name => join(folder, name));
  let lists = newestLists(folder, new Map(), report);
  let trust = orCannotStart(`the trust list in ${folder} can't be trusted`, () => read(dersOf(lists)));
  let settled = printOf(news);
  let doubted: string | undefined;
  const refresh = setInterval(() => {
    const print = printOf(news);
    if (print === settled) return;
    const defects: Error[] = [];
    lists = newestLists(folder, lists, defect => defects.push(defect));
    try {
      const loaded = read(dersOf(lists));
      if (versionOf(loaded) < versionOf(trust)) throw new Error('the trust list is older than the one seen before');
      trust = loaded;
    } catch (error) {
      defects.push(error as Error);
      trust = withRevocationLists(trust, dersOf(lists));
    }
    // A list without its seal is being issued: it is a defect if it still is one next time.
    if (defects.length > 0 && print !== doubted) {
      doubted = print;
      return;
    }
    settled = print;
    for (const defect of defects) report(defect);
  }, trustRefreshMs).unref();
  return { trust: () => trust, stop: () => clearInterval(refresh) };
}

/** Those that lie beside the root, for signatures that carry none. They live as long as the root that is pinned. */
const authoritiesIn = (folder: string): readonly Uint8Array[] =>
  certificatesFromPem(readIfThere(join(folder, 'chain.pem')) ?? '');

const versionOf = ({ list }: Trust): number => list?.version ?? 0;
const dersOf = (lists: ReadonlyMap<string, Crl>): readonly Uint8Array[] => [...lists.values()].map(({ der }) => der);

/** By name. A folder of before there were revocation lists has none. */
function newestLists(
  folder: string,
  before: ReadonlyMap<string, Crl>,
  report: (defect: Error) => void,
): ReadonlyMap<string, Crl> {
  const newest = new Map(before);
  for (const name of REVOCATION_LISTS) {
    try {
      const file = join(folder, name);
      if (!existsSync(file) && !before.has(name)) continue;
      const [list, known] = [readCrl(readKept(file)), before.get(name)];
      if (known && list.number < known.number)
        throw new Error(`${name} has the number ${list.number}, and ${known.number} was seen before`);
      newest.set(name, list);
    } catch (error) {
      report(new Error(`${name} is not taken: ${(error as Error).message}`, { cause: error }));
    }
  }
  return newest;
}
