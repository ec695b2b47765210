import type { Line } from './line.ts';
import { isDerived, type Kind, linesApartMax, linesApartMin, MIX } from './mix.ts';
import { DERIVE, type Original, PLANT } from './plant.ts';
import { randomOf } from './random.ts';

const kinds = Object.keys(MIX) as readonly Kind[];
/** One card for each of a thousand lines. */
const DECK: readonly Kind[] = kinds.flatMap(kind => Array.from({ length: MIX[kind] }, () => kind));

/** Salts that keep the chance of a line apart from that of the deck it was dealt from. */
const deckSalt = 1;
const lineSalt = 2;

/**
 * The first lines of a seed's stream, which has no end but the names: asking for more gives the same ones first. What
 * is remembered is bounded: one deck, and the straight lines that later ones may still be about.
 */
export function* linesOf(count: number, seed: number): Generator<Line, void> {
  let deck: Kind[] = [];
  const originals: Original[] = [];
  const postponed: Kind[] = [];
  for (let line = 1; line <= count; line++) {
    const at = (line - 1) % DECK.length;
    if (at === 0) deck = randomOf(seed, line, deckSalt).shuffled(DECK);
    const site = { seed, line, random: randomOf(seed, line, lineSalt) };
    while (originals[0] && line - originals[0].line > linesApartMax) originals.shift();
    const ripe = originals.filter(original => line - original.line >= linesApartMin);

    let kind = deck[at]!;
    if (isDerived(kind) && ripe.length === 0) {
      // Nothing to be about yet: a straight line stands in, and its kind takes the place of a later straight one.
      postponed.push(kind);
      kind = 'straight';
    } else if (kind === 'straight' && ripe.length > 0) {
      kind = postponed.shift() ?? kind;
    }
    if (isDerived(kind)) {
      const original = site.random.pick(preferred(kind, ripe));
      originals.splice(originals.indexOf(original), 1);
      const { input, outcome } = DERIVE[kind](site, original);
      yield { input, expect: { kind, ...outcome } };
    } else {
      const { input, outcome } = PLANT[kind](site);
      if (kind === 'straight') originals.push({ line, input });
      yield { input, expect: { kind, ...outcome } };
    }
  }
}

/** A name with digits or letters in it can be written in another width; most names have none. */
function preferred(kind: Kind, ripe: readonly Original[]): readonly Original[] {
  if (kind !== 'clash: folded') return ripe;
  const foldable = ripe.filter(({ input }) => /[0-9A-Za-z\uff01-\uff5e]/.test(input.name.tradingName));
  return foldable.length > 0 ? foldable : ripe;
}
