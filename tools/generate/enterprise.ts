import { createHash } from 'node:crypto';
import {
  CATALOGUE,
  type EnterpriseType,
  type ItemId,
  itemEntry,
  MATERIAL_KINDS,
  type MaterialDemand,
  type MaterialKind,
  type SealKind,
  TRUST_LEVELS,
  type TrustLevel,
} from '../../subgraphs/catalogue.ts';
import { newestRegime, type Regime } from '../../subgraphs/regimes.ts';
import type { Founder, Input, Material } from './line.ts';
import { idNumber, uscc, yuan } from './numbers.ts';
import { exponential, type Random, scattered } from './random.ts';
import {
  DISSOLVED,
  FURTHER_SEALS,
  NAME_CHARACTERS,
  PERSON_NAMES,
  type Place,
  RARE_CHARACTERS,
  TRADES,
  type Trade,
  TYPES,
} from './vocabulary.ts';

/** Where a line stands: its number, from 1, in the stream of a seed, and the chance that is its own. */
export interface Site {
  readonly seed: number;
  readonly line: number;
  readonly random: Random;
}

/** What an application shall be; the rest is drawn. */
export interface Wishes {
  readonly regime?: string;
  readonly type?: EnterpriseType;
  readonly place?: Place;
  readonly trade?: Trade;
  readonly founders?: number;
  /** Identity number of a legal representative who is none of the founders. */
  readonly represents?: string;
}

const REGIMES_DRAWN = ['R2', 'R3'] as const;

/** A lawful application with a name that no other line of the seed has. */
export function enterprise(site: Site, wishes: Wishes = {}): Input {
  const { seed, line, random } = site;
  const regime = wishes.regime ?? random.pick(REGIMES_DRAWN);
  const entry = TYPES.find(({ type }) => type === wishes.type) ?? random.weighted(TYPES);
  const place = wishes.place ?? placeFor(random, regime, random.pick(entry.registeredAt));
  const trade = wishes.trade ?? random.weighted(TRADES);
  const capitalFen = drawCapital(random, trade.capitalMinFen ?? 0);
  const count = wishes.founders ?? random.between(...entry.founders);
  const founders = drawFounders(random, place, count, capitalFen, entry.enterprisesFound);
  const requestId = `generated-${seed}-${line}`;
  return {
    requestId,
    regime,
    regionCode: place.code,
    name: { tradingName: tradingName(site), trade: trade.trade, form: random.pick(entry.forms) },
    enterpriseType: entry.type,
    registeredCapital: yuan(capitalFen),
    address: `${place.name}示例路${random.between(1, 999)}号`,
    businessScope: trade.scope,
    industryCode: trade.code,
    legalRepresentative: represent(random, place, founders, wishes.represents),
    founders,
    sealOrders: drawSeals(random, entry.type),
    materials: papers(random, requestId, regimeOf(regime), entry.type),
    ...(random.chance(30) ? { onRefusal: random.pick(['KEEP_GRANTED', 'REVOKE_ALL'] as const) } : {}),
  };
}

/** The regime's items and what each needs: data of the catalogue. @throws {Error} when it is not shipped. */
export function regimeOf(id: string): Regime {
  const regime = newestRegime(id);
  if (!regime) throw new Error(`regime ${id} is not shipped`);
  return regime;
}

/** A region that was dissolved before the time of R3 is lawful under R2. */
const placeFor = (random: Random, regime: string, places: readonly Place[]): Place =>
  regime === 'R2' && random.chance(2) && places.some(({ city }) => city === DISSOLVED.city)
    ? DISSOLVED
    : random.pick(places);

/**
 * Three characters that write the line's number, scattered by the seed, so that no two lines of a seed share a name;
 * what is added leaves these three where they are. Some hold what careless software loses: a character of four bytes,
 * full-width digits, a no-break space.
 */
function tradingName({ seed, line, random }: Site): string {
  const serial = scattered(line, seed);
  const [first, second, third] = [serial >>> 14, (serial >>> 7) & 127, serial & 127].map(at => NAME_CHARACTERS[at]);
  const fourth = random.chance(30) ? random.pick(NAME_CHARACTERS) : '';
  const draw = random.below(1_000);
  if (draw < 10) return `${first}${second}${third}${random.pick(RARE_CHARACTERS)}`;
  if (draw < 15) return `${first}${second}${third}${random.pick(['８８', '１號', '３６５'])}`;
  if (draw < 20) return `${first}${second}\u00a0${third}${fourth}`;
  if (draw < 80) return `${first}${second}${third}${random.pick(['88', '365', 'A', 'Go', 'e1'])}`;
  return `${first}${second}${third}${fourth}`;
}

const medianCapitalFen = 100_000_000;
const capitalDeviation = 1.4;

/** Log-normal about one million yuan, in whole ten thousands from there on, as people register it. */
function drawCapital(random: Random, leastFen: number): number {
  if (leastFen > 0 && random.chance(25)) return leastFen;
  const drawn = Math.floor(medianCapitalFen * exponential(capitalDeviation * random.normal()));
  const tenThousand = 1_000_000;
  const kept = drawn > medianCapitalFen ? drawn - (drawn % tenThousand) : drawn - (drawn % 100);
  return Math.max(kept, leastFen, 10_000);
}

function drawFounders(
  random: Random,
  { code }: Place,
  count: number,
  capitalFen: number,
  enterprisesFound: boolean,
): readonly Founder[] {
  const [named, coded] = [random.below(PERSON_NAMES.length), random.below(99_999)];
  const persons = new Set<string>();
  while (persons.size < count) persons.add(idNumber(random, code));
  return [...persons].map((idNumber, at) => {
    const contribution = yuan(share(capitalFen, count, at));
    if (at > 0 && enterprisesFound && random.chance(15)) {
      return { name: `示例投资${at}号有限公司`, uscc: uscc(code, coded + at), contribution };
    }
    return { name: PERSON_NAMES[(named + at) % PERSON_NAMES.length]!, idNumber, contribution };
  });
}

/** The first founder gets twice what each other gets, and what is left over. */
function share(fen: number, count: number, at: number): number {
  const each = Math.floor(fen / (count + 1));
  return at === 0 ? fen - each * (count - 1) : each;
}

/** Mostly the first founder, who is a person; sometimes somebody who founds nothing. */
function represent(
  random: Random,
  { code }: Place,
  [first]: readonly Founder[],
  wished: string | undefined,
): Input['legalRepresentative'] {
  const phone = `000${String(random.below(100_000_000)).padStart(8, '0')}`;
  const other = wished ?? (random.chance(15) ? idNumber(random, code) : undefined);
  if (other === undefined && first?.idNumber) return { name: first.name, idNumber: first.idNumber, phone };
  return { name: random.pick(PERSON_NAMES), idNumber: other ?? idNumber(random, code), phone };
}

/** An individual business may do with its owner's name seal; everybody else has a company seal. */
const drawSeals = (random: Random, type: EnterpriseType): readonly SealKind[] =>
  type === 'INDIVIDUAL_BUSINESS' && random.chance(40)
    ? ['LEGAL_REPRESENTATIVE']
    : ['COMPANY', ...FURTHER_SEALS.filter(() => random.chance(35))];

/** What an item of the catalogue demands of an enterprise of this type. */
export const demandsOf = (item: ItemId, type: EnterpriseType): readonly MaterialDemand[] =>
  itemEntry(item).materials.filter(({ only }) => !only || only.includes(type));

/** One paper of every kind that is demanded, at a trust that satisfies whoever demands most. */
function papers(random: Random, requestId: string, regime: Regime, type: EnterpriseType): readonly Material[] {
  const strictest = new Map<MaterialKind, TrustLevel>();
  for (const { item } of regime.items) {
    for (const { kind, trust } of demandsOf(item, type)) {
      const known = strictest.get(kind);
      if (known === undefined || trust < known) strictest.set(kind, trust);
    }
  }
  return [...strictest].map(([kind, trust]) => {
    const enough = TRUST_LEVELS.slice(0, TRUST_LEVELS.indexOf(trust) + 1);
    return paper(kind, random.chance(70) ? 'B' : random.pick(enough), `${requestId}/${kind}`, random.chance(15));
  });
}

/** @param text What stands in the paper; sent along when `enclosed`. */
export function paper(kind: MaterialKind, trust: TrustLevel, text: string, enclosed = false): Material {
  const content = Buffer.from(text);
  return {
    kind,
    title: MATERIAL_KINDS[kind],
    trust,
    mediaType: enclosed ? 'text/plain' : 'application/pdf',
    sha256: createHash('sha256').update(content).digest('hex'),
    ...(enclosed ? { content: content.toString('base64') } : {}),
  };
}

/** The kind of certificate that an item gives; null for a grant that no paper shows. */
export const certificateOf = (item: ItemId): string | null => CATALOGUE[item].certificate;
