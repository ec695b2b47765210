/** The files that a verification reads: what belongs to a seal, what lies beside the root. All of bounded size. */
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crlBytesMax } from '../crl.ts';
import { printable } from '../findings.ts';
import { certificatesFromPem } from '../pem.ts';
import { readTrust, recordBytesMax, sealBytesMax, type Trust } from '../verify.ts';

/** Something that can't be examined at all; the sentence is for the user. */
export class Unreadable extends Error {}

const pemBytesMax = 64 * 1024;
/** Two authorities have one each; more of them when authorities were renewed. */
const revocationListsMax = 32;

export interface SealFiles {
  readonly recordPath: string;
  readonly sealPath: string;
  /** Absent when there is no such file. */
  readonly proofPath?: string;
  /** Absent when there is no such file: then nothing is disclosed of the record's leaves. */
  readonly disclosuresPath?: string;
}

/**
 * x.p7s, x.json, x.tlog-proof and x.disclosures.json; where they have no such neighbor, seal.p7s, record.json,
 * seal.tlog-proof and disclosures.json. The national form is x.ses or seal.ses, its proof x.ses.tlog-proof; a record is
 * judged by it where it has no other seal.
 */
export function sealFiles(named: string): SealFiles {
  const file = recordOf(named) ?? named;
  const [, stem = '', ending] = /^(.*)\.(p7s|ses|json)$/s.exec(file) ?? [];
  if (ending === undefined)
    throw new Unreadable('neither a record (.json), a seal (.p7s, .ses), a paper (.pdf) nor a bundle (.asice)');
  const recordPath = ending === 'json' ? file : neighbor(file, `${stem}.json`, `seal.${ending}`, 'record.json');
  const sealPath = ending === 'json' ? sealOf(file, stem) : file;
  const proofPath = isSes(sealPath) ? `${sealPath}.tlog-proof` : sealPath.replace(/p7s$/, 'tlog-proof');
  const disclosuresPath = neighbor(
    recordPath,
    recordPath.replace(/json$/, 'disclosures.json'),
    'record.json',
    'disclosures.json',
  );
  return {
    recordPath,
    sealPath,
    ...(existsSync(proofPath) && { proofPath }),
    ...(existsSync(disclosuresPath) && { disclosuresPath }),
  };
}

export const isSes = (sealPath: string): boolean => sealPath.endsWith('.ses');

function sealOf(recordPath: string, stem: string): string {
  const [cms, ses] = ['p7s', 'ses'].map(ending =>
    neighbor(recordPath, `${stem}.${ending}`, 'record.json', `seal.${ending}`),
  ) as [string, string];
  return !existsSync(cms) && existsSync(ses) ? ses : cms;
}

/** Of disclosures their record; undefined for another file, and for a record that is only called so. */
function recordOf(file: string): string | undefined {
  const [, stem] = /^(.*)\.disclosures\.json$/s.exec(file) ?? [];
  if (stem !== undefined) return existsSync(`${stem}.disclosures.p7s`) ? undefined : `${stem}.json`;
  return basename(file) === 'disclosures.json' ? join(dirname(file), 'record.json') : undefined;
}

const neighbor = (file: string, beside: string, named: string, counterpart: string): string =>
  basename(file) === named && !existsSync(beside) ? join(dirname(file), counterpart) : beside;

/** What the folder of a root holds beside it, for a verifier that has no network. */
export interface TrustFiles {
  readonly rootPath: string;
  /** The certificates of the authorities, where they lie beside it. */
  readonly chainPath?: string;
  readonly revocationPaths: readonly string[];
}

export function trustFiles(rootPath: string): TrustFiles {
  const folder = dirname(rootPath);
  const names = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.crl')) : [];
  if (names.length > revocationListsMax)
    throw new Unreadable(
      `${printable(folder)} holds ${names.length} revocation lists, more than ${revocationListsMax}`,
    );
  const chainPath = join(folder, 'chain.pem');
  return {
    rootPath,
    revocationPaths: names.sort().map(name => join(folder, name)),
    ...(existsSync(chainPath) && { chainPath }),
  };
}

/** @throws {Unreadable} @throws {TrustError} */
export function openTrust({ rootPath, chainPath, revocationPaths }: TrustFiles): Trust {
  const pem = (path: string) => Buffer.from(readBounded(path, pemBytesMax)).toString('latin1');
  const rootPem = pem(rootPath);
  const authorities = chainPath === undefined ? [] : certificatesFromPem(pem(chainPath));
  const crls = revocationPaths.map(path => readBounded(path, crlBytesMax));
  const listPath = join(dirname(rootPath), 'list.json');
  if (!existsSync(listPath)) return readTrust({ rootPem, crls, authorities });
  const json = readBounded(listPath, recordBytesMax);
  const p7s = readBounded(join(dirname(rootPath), 'list.p7s'), sealBytesMax);
  return readTrust({ rootPem, list: { json, p7s }, crls, authorities });
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
