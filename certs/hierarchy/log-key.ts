/** The Ed25519 keys with which the log and its witnesses sign checkpoints, on disk. */
import { join } from 'node:path';
import { makeLogKeyPem, rawPublicKey, readLogKey } from '../log-key.ts';
import { PRIVATE, readOrMake } from '../publish.ts';

/** @returns The public key as it stands on the trust list; the private one is made when absent. */
export function ensureLogKey(keys: string, name: 'log' | 'witness', owner: string): string {
  const pem = readOrMake(join(keys, `${name}-key.pem`), PRIVATE, makeLogKeyPem);
  return Buffer.from(rawPublicKey(readLogKey(pem, `${owner} (${name})`))).toString('base64');
}
