import { existsSync } from 'node:fs';
import { openKept } from '../certs/custody/open.ts';
import { TIME_STAMP_POLICY } from '../certs/hierarchy/names.ts';
import { openTimeStampAuthority, type TimeStampAuthority } from '../certs/tsa.ts';
import { CannotStart } from '../subgraphs/process.ts';

export interface OpenAuthority {
  readonly authority: TimeStampAuthority;
  /** Gives the key back to whoever keeps it. */
  close(): Promise<void>;
}

/** @param keys The folder of the authority's key and chain. @throws {CannotStart} */
export async function openOwnAuthority(keys: string): Promise<OpenAuthority> {
  if (!existsSync(keys)) throw new CannotStart(`${keys} is missing: "npm start" makes the keys of a new data folder.`);
  try {
    const { signer, chainPem } = await openKept(keys, 'tsa');
    const authority = openTimeStampAuthority({ signer, chainPem, policy: TIME_STAMP_POLICY });
    return { authority, close: () => signer.close() };
  } catch (cause) {
    throw new CannotStart(`The key of the time-stamp authority can't be used: ${(cause as Error).message}.`, { cause });
  }
}
