/**
 * `--departments range`: departments that are not all alike. What sets one apart today is its seal: the police's office for
 * seals has a key of SM2 with SM3 (国密), and with it an electronic seal of GB/T 38540.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Holder } from '../../certs/ca.ts';
import { whoIsAtWork } from '../../certs/hierarchy/acts.ts';
import { atWork } from '../../certs/hierarchy/at-work.ts';
import { seatOf } from '../../certs/hierarchy/seat.ts';
import { renewKey } from '../../certs/hierarchy/succession.ts';
import { mustSignSm2 } from '../../certs/sm/sign.ts';
import type { SuiteId } from '../../certs/suites.ts';

const SUITES: Readonly<Record<string, SuiteId>> = { seal: 'SM2SM3' };

/** The suites in which keys are made that are not there yet. */
export const rangeOf = (holders: readonly Holder[]): readonly Holder[] =>
  holders.map(holder => {
    const suite = SUITES[holder.id];
    return suite ? { ...holder, suite } : holder;
  });

/**
 * Renews keys of another suite that are there already: once, because afterwards they are of this one. Those of a new data
 * folder are not there yet.
 *
 * @throws {Error} in one sentence when such a key can't be made or used here.
 */
export async function renewRange(dataDir: string, now: Date): Promise<void> {
  mustSignSm2();
  if (!existsSync(join(dataDir, 'trust', 'list.json'))) return;
  for (const [holder, suite] of Object.entries(SUITES)) {
    if (seatOf(dataDir, holder).certificate.publicKey.suite === suite) continue;
    await atWork(dataDir, { who: whoIsAtWork(), at: now }, at => renewKey(at, holder, { suite }));
  }
}
