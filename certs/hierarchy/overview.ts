/** What there is: every certificate that was issued, who has it, where its key is, and how it stands. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CustodyKind } from '../custody/kept.ts';
import { certificatesFromPem } from '../pem.ts';
import { readIfThere } from '../publish.ts';
import { readCertificate } from '../x509.ts';
import { type Act, AUTHORITIES } from './acts.ts';
import { authorityFolder } from './authorities.ts';
import { sha256Of } from './names.ts';
import { seatOf } from './seat.ts';
import { type Standing, standings } from './standing.ts';

export interface Row extends Omit<Standing, 'status'> {
  readonly status: Standing['status'] | 'expired';
  /** Whether its holder uses it today. */
  readonly current: boolean;
  /** Of the keys that seal and stamp, while they are current. */
  readonly custody?: CustodyKind;
}

export function overview(dataDir: string, acts: readonly Act[], now: Date): readonly Row[] {
  const all = standings(acts);
  const uses = new Map<string, Pick<Row, 'custody'>>();
  for (const holder of new Set(all.map(one => one.holder)))
    for (const [sha256, use] of inUse(dataDir, holder)) uses.set(sha256, use);
  return all.map(standing => ({
    ...standing,
    status: standing.status === 'good' && new Date(standing.notAfter) < now ? 'expired' : standing.status,
    current: uses.has(standing.sha256),
    ...uses.get(standing.sha256),
  }));
}

type Use = readonly [sha256: string, use: Pick<Row, 'custody'>];

function inUse(dataDir: string, holder: string): readonly Use[] {
  if (AUTHORITIES.some(name => name === holder)) return certificateIn(join(authorityFolder(dataDir), `${holder}.pem`));
  if (!existsSync(join(dataDir, holder, 'keys'))) return [];
  const { certificate, kept, keys } = seatOf(dataDir, holder);
  const others = ['tls-chain.pem', 'seal-maker.pem'].flatMap(name => certificateIn(join(keys, name)));
  return [[sha256Of(certificate), { custody: kept.kind }], ...others];
}

function certificateIn(path: string): readonly Use[] {
  const [der] = certificatesFromPem(readIfThere(path) ?? '');
  return der ? [[sha256Of(readCertificate(der)), {}]] : [];
}
