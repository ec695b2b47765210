/** The center's seal, where the authority needs it: over the trust list. */
import { join } from 'node:path';
import { readKept } from '../custody/kept.ts';
import { openKept } from '../custody/open.ts';
import { readIfThere } from '../publish.ts';
import { openSealer, openSealerAtOnce, type SealerAtOnce } from '../seal.ts';
import { CENTER } from '../trust-list.ts';
import { ensureKeysFolder } from './authorities.ts';

/** @throws {Error} when the center's key is not in a file. */
export function openCenterAtOnce(dataDir: string): SealerAtOnce {
  const keys = ensureKeysFolder(dataDir, CENTER);
  const kept = readKept(keys, 'seal');
  if (!('key' in kept))
    throw new Error(`the trust list must be issued, and the center's key is kept by ${kept.kind}: "npm start" asks it`);
  return openSealerAtOnce({
    keyPem: readIfThere(join(keys, kept.key))!,
    chainPem: readIfThere(join(keys, kept.chain))!,
  });
}

export async function sealByCenter(dataDir: string, record: Uint8Array, at: Date): Promise<Uint8Array> {
  const { signer, chainPem } = await openKept(ensureKeysFolder(dataDir, CENTER), 'seal');
  try {
    return await openSealer({ signer, chainPem }).seal(record, at);
  } finally {
    await signer.close();
  }
}
