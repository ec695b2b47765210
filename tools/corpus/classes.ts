/** All classes of a corpus, and which of them a number of a seed is of. */
import { type Random, randomOf } from '../generate/random.ts';
import { BUNDLE_CLASSES } from './classes/bundles.ts';
import { CHAIN_CLASSES } from './classes/chains.ts';
import { MUTANT_CLASSES } from './classes/mutants.ts';
import { PDF_CLASSES } from './classes/pdfs.ts';
import { REDACTED_CLASSES } from './classes/redacted.ts';
import { SEAL_CLASSES } from './classes/seals.ts';
import { TRUNCATED_CLASSES } from './classes/truncated.ts';
import type { Class, Drawn } from './entry.ts';
import type { Yard } from './yard.ts';

export const CLASSES: readonly Class[] = [
  ...SEAL_CLASSES,
  ...CHAIN_CLASSES,
  ...REDACTED_CLASSES,
  ...MUTANT_CLASSES,
  ...TRUNCATED_CLASSES,
  ...BUNDLE_CLASSES,
  ...PDF_CLASSES,
];

const salt = 0xc0de;

export interface Numbered extends Drawn {
  /** Four digits or more. */
  readonly id: string;
  readonly class: string;
}

/** The same class and the same change for ever; signatures and serial numbers of time stamps are drawn anew each time. */
export async function entryOf(yard: Yard, number: number): Promise<Numbered> {
  const random: Random = randomOf(yard.seed, number, salt);
  const { name, draw } = random.weighted(CLASSES);
  return { id: String(number).padStart(4, '0'), class: name, ...(await draw(random, yard)) };
}
