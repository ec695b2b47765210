/** A holder's key and certificates in a container that leaves the installation: for a safe, or for another machine. */
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { takeKept } from '../custody/keep.ts';
import { writePkcs12 } from '../custody/pkcs12.ts';
import { toHex } from '../hex.ts';
import { certificatesFromPem } from '../pem.ts';
import { PRIVATE, syncFolder } from '../publish.ts';
import type { AtWork } from './at-work.ts';
import { type Seat, seatOf } from './seat.ts';

/**
 * That a key has left is on the record before it leaves.
 *
 * @param path Of a file that is not there yet.
 */
export async function exportKey(
  { dataDir, acts, by }: AtWork,
  holder: string,
  path: string,
  password: string,
): Promise<Seat> {
  const seat = seatOf(dataDir, holder);
  const { commonName } = seat.certificate.subject;
  const key = await takeKept(seat.keys, seat.kept, commonName);
  const container = writePkcs12({
    key,
    certificates: certificatesFromPem(seat.chainPem),
    password,
    name: commonName,
  });
  const file = openNew(path);
  try {
    acts.append([{ act: 'EXPORTED', holder, serial: toHex(seat.certificate.serial) }], by);
    writeFileSync(file, container);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(path);
  return seat;
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', PRIVATE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'EEXIST' ? `${path} is there already: nothing is replaced` : `${path} can't be made (${code})`,
    );
  }
}
