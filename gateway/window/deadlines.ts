import { itemEntry } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import type { Regime } from '../../subgraphs/regimes.ts';
import { type Deadline, dayNumberAt, dueDay, endOfDay } from '../../subgraphs/standards/workday.ts';
import type { CaseView } from './case.ts';

/**
 * Departments tell faults on the spot or within five days of receipt, all at once, or the application counts as accepted
 * (行政许可法 art. 32, item 4); these days are working days (art. 82).
 */
const noticeWorkdays = 5;

/** Days and limits that cases have at one time are few. Beyond this a memory is begun anew, so that none grows. */
const rememberedMax = 4_096;

/**
 * When silence becomes acceptance: the first instant after the fifth working day, the day of receipt not counted (民法典
 * art. 201).
 *
 * @param receivedAt Milliseconds since 1970, UTC.
 * @returns Null when a day is reached of which nobody knows yet whether it is worked: acceptance can't be taken back, so
 *   it is never brought about by a guess.
 */
export function answerBy(receivedAt: number): number | null {
  // Asked in every step of every case: the day's number is reckoned, the calendar is read once a day.
  return remembered(answerByOfDay, dayNumberAt(receivedAt), () => readAnswerBy(chinaDay(new Date(receivedAt))));
}

const answerByOfDay = new Map<number, number | null>();

function readAnswerBy(receivedOn: string): number | null {
  const { day, provisional } = dueDay(receivedOn, noticeWorkdays);
  return provisional ? null : endOfDay(day);
}

/**
 * The last day on which everything can be decided within the promise (承诺时限): the day of acceptance and, along the
 * regime's graph, the longest sum of promised working days. Null before acceptance.
 */
export function dueOf({ acceptedOn, regime }: Pick<CaseView, 'acceptedOn' | 'regime'>): Deadline | null {
  if (acceptedOn === null) return null;
  const workdays = promisedWorkdaysOf(regime);
  return remembered(dueByLimit, `${acceptedOn}+${workdays}`, () => dueDay(acceptedOn, workdays));
}

const dueByLimit = new Map<string, Deadline>();
const promisedByRegime = new WeakMap<Regime, number>();

/** Items on different branches are decided at the same time: the longest way counts, not the sum of all. */
export function promisedWorkdaysOf(regime: Regime): number {
  const known = promisedByRegime.get(regime);
  if (known !== undefined) return known;
  const needsOf = new Map(regime.items.map(({ item, needs }) => [item, needs]));
  const upTo = (item: Regime['items'][number]['item']): number =>
    itemEntry(item).promisedWorkdays + Math.max(0, ...(needsOf.get(item) ?? []).map(upTo));
  const longest = Math.max(0, ...regime.items.map(({ item }) => upTo(item)));
  promisedByRegime.set(regime, longest);
  return longest;
}

function remembered<Key, Value>(memory: Map<Key, Value>, key: Key, read: () => Value): Value {
  const known = memory.get(key);
  if (known !== undefined) return known;
  if (memory.size >= rememberedMax) memory.clear();
  const value = read();
  memory.set(key, value);
  return value;
}
