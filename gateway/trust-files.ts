/** The public material of trust, as it lies in the center's folder: for what carries it along, bundles and the page. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TrustFiles } from '../certs/bundle/write.ts';
import { readTrust, TrustError } from '../certs/verify.ts';

const readTriesMax = 5;
const betweenReadsMs = 50;

/** List and seal are replaced one after the other: both are read again until they belong together. @throws {TrustError} */
export async function readTrustFiles(folder: string): Promise<TrustFiles> {
  for (let tries = 1; ; tries++) {
    const files = await readOnce(folder);
    try {
      const list = { json: files.list, p7s: files.listSeal };
      readTrust({ rootPem: Buffer.from(files.root).toString('latin1'), list });
      return files;
    } catch (error) {
      if (!(error instanceof TrustError) || tries === readTriesMax) throw error;
      await delay(betweenReadsMs);
    }
  }
}

/** As it lies there at this moment. */
export async function readOnce(folder: string): Promise<TrustFiles> {
  const read = (name: string) => readFile(join(folder, name));
  const names = (await readdir(folder)).filter(name => CRL.test(name)).sort();
  const [root, chain, list, listSeal, ...crls] = (await Promise.all(
    ['root.pem', 'chain.pem', 'list.json', 'list.p7s', ...names].map(read),
  )) as [Buffer, Buffer, Buffer, Buffer, ...Buffer[]];
  return { root, chain, list, listSeal, crls: new Map(names.map((name, i) => [name.slice(0, -4), crls[i]!])) };
}

const CRL = /^[a-z][a-z0-9-]*\.crl$/;
