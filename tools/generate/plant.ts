import { DOOR } from './door.ts';
import { enterprise, type Site } from './enterprise.ts';
import type { Input, Planted, PrecheckFault } from './line.ts';
import type { DerivedKind, Kind } from './mix.ts';
import { fullWidth, listedIdNumber } from './numbers.ts';
import { closed, corrected, refused } from './outcome.ts';
import { PRECHECK } from './precheck.ts';
import type { Random } from './random.ts';
import { CITIES, COUNTIES, type Place, TRADES } from './vocabulary.ts';

/** An earlier straight line, which every other line is about at most once. */
export interface Original {
  readonly line: number;
  readonly input: Input;
}

const straight = (input: Input): Planted => ({ input, outcome: closed(input) });

/** The days on which the persons of the reference departments' lists were born; the lists hold the orders 001 to 050. */
const LISTED_DAYS = ['18991201', '18991202', '18991203'] as const;

/** How each kind is planted. A kind of the mix without its entry here does not compile. */
export const PLANT: Readonly<Record<Exclude<Kind, DerivedKind>, (site: Site) => Planted>> = {
  straight: site => straight(enterprise(site)),
  'near: born on the day of listed persons': site => {
    const represents = listedIdNumber(site.random.pick(LISTED_DAYS), site.random.between(51, 99));
    return straight(enterprise(site, { represents }));
  },
  'near: a listed person founds and does not represent': site => {
    const good = enterprise(site, { type: 'LIMITED_COMPANY' });
    const idNumber = listedIdNumber(site.random.pick(LISTED_DAYS), site.random.between(1, 50));
    const founders = good.founders.map((founder, at) => (at === 0 ? { ...founder, idNumber } : founder));
    return straight({ ...good, founders });
  },
  ...DOOR,
  ...PRECHECK,
  'refused: before the license': site => {
    const input = enterprise(site, { represents: listedIdNumber('18991201', site.random.between(1, 50)) });
    return { input, outcome: refused(input, 'license') };
  },
  'refused: after the license': site => {
    const good = enterprise(site, { represents: listedIdNumber('18991203', site.random.between(1, 50)) });
    const input = { ...good, onRefusal: site.random.pick(['KEEP_GRANTED', 'REVOKE_ALL'] as const) };
    return { input, outcome: refused(input, 'seal-filing') };
  },
};

/** How a kind is planted that is about an earlier line. */
export const DERIVE: Readonly<Record<DerivedKind, (site: Site, original: Original) => Planted>> = {
  'near: same trading name in another trade': (site, { input: { name, regionCode } }) => {
    const trade = site.random.pick(TRADES.filter(other => other.trade !== name.trade));
    const place = site.random.pick(placesOf(cityOf(regionCode)));
    const near = enterprise(site, { type: 'LIMITED_COMPANY', place, trade });
    return straight({ ...near, name: { ...near.name, tradingName: name.tradingName } });
  },
  'near: same name in another city': (site, { input: { name, regionCode } }) => {
    const city = cityOf(regionCode);
    const place = site.random.pick(COUNTIES.filter(other => other.city !== city));
    const trade = TRADES.find(each => each.trade === name.trade)!;
    const near = enterprise(site, { type: 'LIMITED_COMPANY', place, trade });
    return straight({ ...near, name: { ...near.name, tradingName: name.tradingName } });
  },
  'clash: exact': (site, original) => clash(site, original, original.input.name.tradingName),
  'clash: folded': (site, original) => clash(site, original, lookalike(original.input.name.tradingName, site.random)),
  // The same content, though not in the same order of its fields.
  'duplicate: same request': (_, { line, input }) => ({
    input: Object.fromEntries(Object.entries(input).reverse()) as unknown as Input,
    outcome: { ...closed(input), caseOfLine: line },
  }),
  'duplicate: request id with other content': ({ random }, { line, input }) => ({
    input: random.pick([
      { ...input, address: `${input.address}二楼` },
      { ...input, onRefusal: input.onRefusal === 'REVOKE_ALL' ? 'KEEP_GRANTED' : 'REVOKE_ALL' },
      { ...input, founders: input.founders.map(one => ({ ...one, name: `${one.name}某` })) },
    ] as const),
    outcome: { outcome: 'REQUEST_ID_REUSED', caseOfLine: line },
  }),
  // Founders in another order, another address: the same enterprise all the same.
  'duplicate: another request id': ({ seed, line: ownLine }, { line, input }) => ({
    input: {
      ...input,
      requestId: `generated-${seed}-${ownLine}`,
      address: `${input.address}三楼`,
      founders: [...input.founders].reverse(),
    },
    outcome: { outcome: 'POSSIBLE_DUPLICATE', caseOfLine: line },
  }),
};

/** Everywhere that names are drawn from: the counties, the cities, and a dissolved district of one of them. */
const cityOf = (regionCode: string): string =>
  [...COUNTIES, ...CITIES].find(({ code }) => code === regionCode)?.city ?? '110000';
const placesOf = (city: string): readonly Place[] => COUNTIES.filter(county => county.city === city);

/** Another enterprise, by other founders, wants the same name and trade in the same city. */
function clash(site: Site, { input }: Original, tradingName: string): Planted {
  const places = placesOf(cityOf(input.regionCode));
  const trade = TRADES.find(each => each.trade === input.name.trade)!;
  const drawn = enterprise(site, { type: 'LIMITED_COMPANY', place: site.random.pick(places), trade });
  const clashing = { ...drawn, name: { ...drawn.name, tradingName } };
  const fault: PrecheckFault = { item: 'name', path: 'name.tradingName', code: 'NAME_CLASH' };
  return { input: clashing, outcome: corrected(clashing, [fault]) };
}

/** What a reader takes for the same name: other widths, other case, a space of some kind between two characters. */
function lookalike(name: string, random: Random): string {
  const wide = fullWidth(name);
  if (wide !== name) return random.pick([wide, wide, name.toUpperCase() === name ? wide : name.toUpperCase()]);
  const narrow = name.normalize('NFKC');
  if (narrow !== name) return narrow;
  return name.slice(0, 2) + random.pick(['\u00a0', '\u3000', ' ']) + name.slice(2);
}
