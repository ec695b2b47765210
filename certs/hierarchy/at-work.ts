/** An operator at work on an authority: alone, by name, with the record open. */
import { existsSync } from 'node:fs';
import { type Acts, type By, openActs } from './acts.ts';
import { type Authorities, authorityFolder, ensureAuthorities } from './authorities.ts';
import type { SealPictures } from './electronic-seals.ts';
import { whileLocked } from './lock.ts';

export interface AtWork {
  readonly dataDir: string;
  readonly authorities: Authorities;
  readonly acts: Acts;
  readonly by: By;
  /** For the electronic seals of those whose keys are renewed; without it "npm start" makes them. */
  readonly sealPictures?: SealPictures;
}

/** @throws {Error} in one sentence when there is no authority here, or somebody else is at work on it. */
export function atWork<Result>(dataDir: string, by: By, work: (at: AtWork) => Result): Result {
  const folder = authorityFolder(dataDir);
  if (!existsSync(folder)) throw new Error(`${folder} is missing: "npm start" makes the keys of a new data folder`);
  return whileLocked(folder, () => {
    const acts = openActs(folder);
    if (acts.all.length === 0) throw new Error(`${folder} has no record of its acts yet: "npm start" begins one`);
    return work({ dataDir, authorities: ensureAuthorities(dataDir, by.at), acts, by });
  });
}
