import { createHash } from 'node:crypto';
import { type ItemId, itemIds } from '../../subgraphs/catalogue.ts';
import { REGIMES } from '../../subgraphs/regimes.ts';
import { type Random, randomOf } from '../generate/random.ts';

/** How a department deals with one filing: by its machine, or at the pace of people. */
export type Fate = { readonly is: 'AT_ONCE' } | SlowFate;

export interface SlowFate {
  readonly is: 'SLOW';
  /** What it says meanwhile: PROVISIONAL is delivered already, while somebody may still refuse it. */
  readonly meanwhile: 'PENDING' | 'PROVISIONAL';
  /** GRANT leaves the decision to the department's own rules. */
  readonly decision: 'GRANT' | 'REFUSE' | 'CORRECT';
  /** From the filing to the decision. */
  readonly afterMs: number;
  /** It calls back before it has answered the filing; `afterMs` counts for nothing then. */
  readonly early: boolean;
  /** TWICE: one gateway after the other; BOTH: all gateways at once. */
  readonly calls: 'ONCE' | 'TWICE' | 'BOTH';
}

const AT_ONCE: Fate = { is: 'AT_ONCE' };
const slowPercent = 12;
const earlyPercent = 20;
const refusedPercent = 25;
const correctedPercent = 8;
const provisionalPercent = 50;
const longWaitPercent = 15;
/** A person who is quick, and one who is not. */
const shortWaitMaxMs = 900;
const longWaitMaxMs = 5_000;

/**
 * Items that no other needs, in whatever regime: only such a grant can be provisional, as that of a seal is, for the
 * departments after it would want a sealed grant that there is not.
 */
const LAST_ITEMS: ReadonlySet<ItemId> = new Set(
  itemIds.filter(item => !REGIMES.some(({ items }) => items.some(({ needs }) => needs.includes(item)))),
);

/** Of a seed's run: what a filing meets depends on its operation id alone, however often it is sent. */
export function fateOf(seed: number, operationId: string, item: ItemId): Fate {
  const random = randomFor(seed, operationId);
  if (!random.chance(slowPercent)) return AT_ONCE;
  const provisional = LAST_ITEMS.has(item) && random.chance(provisionalPercent);
  const draw = random.below(100);
  const refused = draw < refusedPercent;
  const corrected = !provisional && draw >= refusedPercent && draw < refusedPercent + correctedPercent;
  return {
    is: 'SLOW',
    meanwhile: provisional ? 'PROVISIONAL' : 'PENDING',
    decision: refused ? 'REFUSE' : corrected ? 'CORRECT' : 'GRANT',
    afterMs: random.between(1, random.chance(longWaitPercent) ? longWaitMaxMs : shortWaitMaxMs),
    early: !provisional && random.chance(earlyPercent),
    calls: random.pick(['ONCE', 'ONCE', 'TWICE', 'BOTH'] as const),
  };
}

/** Chance that belongs to a text, such as an operation id, under a seed. */
export function randomFor(seed: number, text: string): Random {
  const digest = createHash('sha256').update(text).digest();
  return randomOf(seed, digest.readInt32BE(0), digest.readInt32BE(4));
}
