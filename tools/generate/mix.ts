/**
 * What is planted, and how often among 1,000 lines.
 *
 * Against the shares of the domain: 620 straight, 180 corrections, 40 name clashes, 30 refusals (20 before the license,
 * 10 after), 30 duplicates. The other 100 (answers lost, an outage, withdrawals, lateness) are done to a case and not
 * written into an application; their lines are straight ones, or near the edge on its lawful side. A name that was
 * cancelled under a year ago takes a cancellation, which no line can make.
 */
export const MIX = {
  straight: 690,
  // Lawful, though close to what is not.
  'near: same trading name in another trade': 10,
  'near: same name in another city': 10,
  'near: born on the day of listed persons': 5,
  'near: a listed person founds and does not represent': 5,
  // Faulty at the door: 60.
  'door: check digit of an identity number': 7,
  'door: check character of a code': 5,
  'door: contributions do not add up': 5,
  'door: no such region': 5,
  'door: no such industry': 4,
  'door: full-width digits': 7,
  'door: nothing to read in a name': 4,
  'door: hidden character in a name': 5,
  'door: impossible birth date': 3,
  'door: absurd amount': 5,
  'door: form of the rest': 5,
  'door: several at once': 5,
  // Faulty at precheck: 120.
  'precheck: a paper is missing': 18,
  'precheck: identity unchecked': 18,
  'precheck: a paper is only promised': 6,
  'precheck: capital below the minimum': 10,
  'precheck: number of founders': 12,
  'precheck: an enterprise founds what only a person may': 6,
  'precheck: another registry is competent': 10,
  'precheck: abnormal taxpayer': 8,
  'precheck: word that a name may not hold': 8,
  'precheck: form of another type': 8,
  'precheck: company seal missing': 8,
  'precheck: several at once': 8,
  'clash: exact': 30,
  'clash: folded': 10,
  'refused: before the license': 20,
  'refused: after the license': 10,
  'duplicate: same request': 10,
  'duplicate: request id with other content': 10,
  'duplicate: another request id': 10,
} as const;
export type Kind = keyof typeof MIX;

/** Kinds that are about an earlier straight line of the same stream. */
export const DERIVED = [
  'near: same trading name in another trade',
  'near: same name in another city',
  'clash: exact',
  'clash: folded',
  'duplicate: same request',
  'duplicate: request id with other content',
  'duplicate: another request id',
] as const satisfies readonly Kind[];
export type DerivedKind = (typeof DERIVED)[number];

export const isDerived = (kind: Kind): kind is DerivedKind => DERIVED.some(derived => derived === kind);

/** So many lines, at the least, lie between a line and the earlier one that it is about. */
export const linesApartMin = 64;
/** And so many at the most, which bounds what a generator must remember. */
export const linesApartMax = 512;
