/** The authorities of an installation, and what everybody is told of them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { certificateToPem } from '../pem.ts';
import { PUBLIC, readIfThere, replace } from '../publish.ts';
import type { AuthorityName } from './acts.ts';
import { type Authority, ensureAuthority } from './certificate.ts';
import { removeLeftovers } from './leftovers.ts';
import { ROOT, SEAL_AUTHORITY, TRANSPORT_AUTHORITY } from './names.ts';

export type Authorities = Readonly<Record<AuthorityName, Authority>>;

export const authorityFolder = (dataDir: string): string => join(dataDir, 'authority');
export const trustFolder = (dataDir: string): string => join(dataDir, 'trust');

export function ensureFolder(path: string, mode: number): string {
  mkdirSync(path, { recursive: true, mode });
  return path;
}

/** Where a holder, or the time-stamp authority, has its keys. */
export const ensureKeysFolder = (dataDir: string, id: string): string =>
  ensureFolder(join(ensureFolder(join(dataDir, id), 0o700), 'keys'), 0o700);

/** Makes what is missing of the authorities and of `trust/`, takes away what crashes left; the caller holds the lock. */
export function ensureAuthorities(dataDir: string, now: Date): Authorities {
  removeLeftovers(dataDir);
  const folder = authorityFolder(dataDir);
  const trust = ensureFolder(trustFolder(dataDir), 0o755);
  const root = ensureAuthority({ folder, name: 'root', profile: 'ROOT', subject: ROOT, now });
  const seals = ensureAuthority(
    { folder, name: 'seal-authority', profile: 'SEAL_AUTHORITY', subject: SEAL_AUTHORITY, now },
    root,
  );
  const transport = ensureAuthority({
    folder,
    name: 'transport-authority',
    profile: 'TRANSPORT_AUTHORITY',
    subject: TRANSPORT_AUTHORITY,
    now,
  });
  publishTrust(trust, 'root.pem', [root]);
  publishTrust(trust, 'chain.pem', [seals, root]);
  publishTrust(trust, 'transport.pem', [transport]);
  return { root, 'seal-authority': seals, 'transport-authority': transport };
}

function publishTrust(trust: string, name: string, authorities: readonly Authority[]): void {
  const pem = authorities.map(({ certificate }) => certificateToPem(certificate.der)).join('');
  const path = join(trust, name);
  const there = readIfThere(path);
  if (there === pem) return;
  if (there !== undefined && name === 'root.pem')
    throw new Error(`${path} is another root than the one in the authority's folder`);
  replace(path, pem, PUBLIC);
}
