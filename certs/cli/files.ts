/** The files that a verification reads: what belongs to a seal, what lies beside the root. All of bounded size. */
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crlBytesMax } from '../crl.ts';
import { printable } from '../findings.ts';
import { readTrust, recordBytesMax, sealBytesMax, type Trust } from '../verify.ts';

/** Something that can't be examined at all; the sentence is for the user. */
export class Unreadable extends Error {}

const rootBytesMax = 64 * 1024;
/** Two authorities have one each; more of them when authorities were renewed. */
const revocationListsMax = 32;

export interface SealFiles {
  readonly recordPath: string;
  readonly sealPath: string;
  /** Absent when there is no such file. */
  readonly proofPath?: string;
}

/** x.p7s, x.json and x.tlog-proof; where they have no such neighbor, seal.p7s, record.json and seal.tlog-proof. */
export function sealFiles(file: string): SealFiles {
  const [, stem = '', ending] = /^(.*)\.(p7s|json)$/s.exec(file) ?? [];
  if (ending === undefined)
    throw new Unreadable('neither a record (.json), a seal (.p7s), a paper (.pdf) nor a bundle (.asice)');
  const recordPath = ending === 'json' ? file : neighbor(file, `${stem}.json`, 'seal.p7s', 'record.json');
  const sealPath = ending === 'p7s' ? file : neighbor(file, `${stem}.p7s`, 'record.json', 'seal.p7s');
  const proofPath = sealPath.replace(/p7s$/, 'tlog-proof');
  return { recordPath, sealPath, ...(existsSync(proofPath) && { proofPath }) };
}

const neighbor = (file: string, beside: string, named: string, counterpart: string): string =>
  basename(file) === named && !existsSync(beside) ? join(dirname(file), counterpart) : beside;

/** What the folder of a root holds beside it, for a verifier that has no network. */
export interface TrustFiles {
  readonly rootPath: string;
  readonly revocationPaths: readonly string[];
}

export function trustFiles(rootPath: string): TrustFiles {
  const folder = dirname(rootPath);
  const names = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.crl')) : [];
  if (names.length > revocationListsMax)
    throw new Unreadable(
      `${printable(folder)} holds ${names.length} revocation lists, more than ${revocationListsMax}`,
    );
  return { rootPath, revocationPaths: names.sort().map(name => join(folder, name)) };
}

/** @throws {Unreadable} @throws {TrustError} */
export function openTrust({ rootPath, revocationPaths }: TrustFiles): Trust {
  const rootPem = Buffer.from(readBounded(rootPath, rootBytesMax)).toString('latin1');
  const crls = revocationPaths.map(path => readBounded(path, crlBytesMax));
  const listPath = join(dirname(rootPath), 'list.json');
  if (!existsSync(listPath)) return readTrust({ rootPem, crls });
  const json = readBounded(listPath, recordBytesMax);
  const p7s = readBounded(join(dirname(rootPath), 'list.p7s'), sealBytesMax);
  return readTrust({ rootPem, list: { json, p7s }, crls });
}

/**
 * The size is asked of the opened file, and only regular files are read: a pipe or device has no size to bound. Opened
 * without blocking, or a pipe would keep us until somebody writes into it.
 */
export function readBounded(path: string, bytesMax: number): Uint8Array {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new Unreadable(`${printable(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    const stat = fstatSync(file);
    const { size } = stat;
    if (!stat.isFile()) throw new Unreadable(`${printable(path)} is not a file`);
    if (size > bytesMax) throw new Unreadable(`${printable(path)} has ${size} bytes, more than ${bytesMax}`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`${printable(path)} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  } finally {
    closeSync(file);
  }
}
