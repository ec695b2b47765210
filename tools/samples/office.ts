/** Holders with keys that are made for the samples and thrown away. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureHierarchy } from '../../certs/ca.ts';
import { openSealer, type Sealer } from '../../certs/seal.ts';
import { openKeySigner } from '../../certs/signer.ts';
import { sealHolders } from '../../subgraphs/holders.ts';

export interface Office {
  sealerOf(holder: string): Sealer;
  close(): void;
}

export function openOffice(now: Date): Office {
  const dataDir = mkdtempSync(join(tmpdir(), 'one-window-samples-'));
  ensureHierarchy({ dataDir, holders: sealHolders(), now });
  const key = (holder: string, file: string): string => readFileSync(join(dataDir, holder, 'keys', file), 'utf8');
  return {
    sealerOf: holder =>
      openSealer({
        signer: openKeySigner(key(holder, 'seal-key.pem'), `the seal of ${holder}`),
        chainPem: key(holder, 'seal-chain.pem'),
      }),
    close: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
