import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readLogKey } from '../certs/log-key.ts';
import { readPem } from './keys.ts';
import { CannotStart } from './process.ts';

/** The Ed25519 key with which a holder signs checkpoints of the log: the center its own, a department as a witness. @throws {CannotStart} */
export function ownCheckpointKey(keys: string, of: 'log' | 'witness'): KeyObject {
  const pem = readPem(join(keys, `${of}-key.pem`));
  try {
    return readLogKey(pem, `the ${of}`);
  } catch (cause) {
    throw new CannotStart(`${of}-key.pem in ${keys} can't be used: ${(cause as Error).message}.`, { cause });
  }
}
