/** Chance that is the same on every machine: 32-bit integer arithmetic, and of floating point only + - * /. */
export interface Random {
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number;
  /** Both ends included. */
  between(least: number, most: number): number;
  chance(percent: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  weighted<Item extends { readonly weight: number }>(items: readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
  /** About normal: mean 0, deviation 1, never beyond 6. */
  normal(): number;
}

const twoTo32 = 4_294_967_296;
/** Rounds after which two neighboring seeds have nothing in common. */
const warmUpRounds = 12;

/** sfc32 of PractRand: 128 bits of state. @param seeds Whole numbers; their first 32 bits count. */
export function randomOf(seed: number, stream: number, salt: number): Random {
  let [a, b, c, counter] = [seed | 0, stream | 0, salt | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < warmUpRounds; round++) next();
  const below = (bound: number): number => Math.floor((next() / twoTo32) * bound);
  const random: Random = {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: percent => below(100) < percent,
    pick: items => items[below(items.length)]!,
    weighted(items) {
      let left = below(items.reduce((sum, { weight }) => sum + weight, 0));
      return items.find(({ weight }) => {
        left -= weight;
        return left < 0;
      })!;
    },
    shuffled(items) {
      const deck = [...items];
      for (let last = deck.length - 1; last > 0; last--) {
        const at = below(last + 1);
        [deck[last], deck[at]] = [deck[at]!, deck[last]!];
      }
      return deck;
    },
    normal() {
      let sum = -6;
      for (let term = 0; term < 12; term++) sum += next() / twoTo32;
      return sum;
    },
  };
  return random;
}

/** e^x by its series, because Math.exp may differ in its last bit from one engine to another. For |x| up to 12. */
export function exponential(x: number): number {
  let [term, sum] = [1, 1];
  const magnitude = x < 0 ? -x : x;
  for (let n = 1; n < 60; n++) {
    term = (term * magnitude) / n;
    sum += term;
  }
  return x < 0 ? 1 / sum : sum;
}

/** Bits of a serial that {@link scattered} permutes: the most lines that one seed can have. */
export const serialBits = 21;
const serialMask = 2 ** serialBits - 1;

/** A permutation of the whole numbers below 2^21 that belongs to the seed: different serials stay different. */
export function scattered(serial: number, seed: number): number {
  let value = serial & serialMask;
  for (const odd of [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35]) {
    value = Math.imul(value ^ Math.imul(seed, odd), odd) & serialMask;
    value ^= value >>> 11;
  }
  return value;
}
