/** The key with which a holder seals, or the time-stamp authority stamps: its folder, its custody, its certificate. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Kept, type KeyName, readKept } from '../custody/kept.ts';
import { certificatesFromPem } from '../pem.ts';
import { readIfThere } from '../publish.ts';
import { isHolderId } from '../trust-list.ts';
import { type Certificate, readCertificate } from '../x509.ts';
import { TIME_STAMPS } from './names.ts';

export interface Seat {
  readonly holder: string;
  readonly name: KeyName;
  /** The folder. */
  readonly keys: string;
  readonly kept: Kept;
  readonly certificate: Certificate;
  readonly chainPem: string;
}

/** @throws {Error} in one sentence when there is no such holder. */
export function seatOf(dataDir: string, holder: string): Seat {
  const keys = join(dataDir, holder, 'keys');
  const name = holder === TIME_STAMPS ? 'tsa' : 'seal';
  if (!isHolderId(holder) || !existsSync(keys)) throw new Error(`"${holder}" holds no key in ${dataDir}`);
  const kept = readKept(keys, name);
  const path = join(keys, kept.chain);
  const chainPem = readIfThere(path);
  const [der] = certificatesFromPem(chainPem ?? '');
  if (chainPem === undefined || !der) throw new Error(`${path} holds no certificate: put it back from a backup`);
  return { holder, name, keys, kept, certificate: readCertificate(der), chainPem };
}
