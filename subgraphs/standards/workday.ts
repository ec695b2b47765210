/**
 * Working days 工作日: which days the offices work, deadlines counted in them, and office hours between two instants.
 *
 * Administrative Licensing Law 行政许可法 art. 82: its time limits are counted in working days, without the public
 * holidays. Which days these are is announced year by year ({@link CALENDAR}); until then nobody knows, and what is
 * counted by weekends alone says so.
 *
 * ```ts
 * dueDay('2016-09-29', 3); // { day: '2016-10-09', provisional: false }: a Sunday that was worked
 * dueDay('2026-12-25', 5); // { day: '2027-01-01', provisional: true }: 2027 is not announced
 * ```
 */
import { HOLIDAY_NOTICES } from './holiday-table.ts';

/** What a year has apart from ordinary weeks. Each list is ascending, `YYYY-MM-DD`. */
export interface YearCalendar {
  readonly year: number;
  /** Numbers of the notices that it is taken from. */
  readonly source: string;
  /** Mondays to Fridays off. */
  readonly holidays: readonly string[];
  /** Saturdays and Sundays worked in exchange, 调休上班. */
  readonly workedWeekends: readonly string[];
}

/**
 * By year; a year that is absent is not known.
 *
 * Some regions have holidays of their own (彝族年 in Liangshan 凉山): such a center gives a calendar with them.
 */
export type Calendar = ReadonlyMap<number, YearCalendar>;

/** UNKNOWN: not announced yet, or before the first year of the calendar. */
export type DayKind = 'WORKDAY' | 'DAY_OFF' | 'UNKNOWN';

export interface Deadline {
  /** `YYYY-MM-DD`, China. */
  readonly day: string;
  /** Days were counted whose kind is UNKNOWN, by weekends alone: the deadline may move when they are announced. */
  readonly provisional: boolean;
}

/** Minutes since midnight, China; `to` is the first minute that is no longer worked. */
export interface OfficeHours {
  readonly from: number;
  readonly to: number;
}

export interface WorkingTime {
  /** Whole minutes; a broken one at the end is dropped. */
  readonly minutes: number;
  /** As in {@link Deadline}. */
  readonly provisional: boolean;
}

/** 09:00–12:00 and 13:00–17:00. Local practice, and in many places another one in summer: a center sets its own. */
export const OFFICE_HOURS: readonly OfficeHours[] = [
  { from: 9 * 60, to: 12 * 60 },
  { from: 13 * 60, to: 17 * 60 },
];

/** Above every statutory limit; a larger number is a slip, such as minutes taken for days. */
export const WORKDAYS_MAX = 400;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Beijing time 北京时间 is UTC+8. */
const CHINA_OFFSET_MS = 8 * 60 * MINUTE_MS;
/** The year after the last one with summer time (1986–1991): before it, midnight cannot be reckoned by the offset. */
const FIRST_YEAR_WITHOUT_SUMMER_TIME = 1992;
/** A century outlasts every case; a longer span is a slip, such as microseconds taken for milliseconds. */
const SPAN_MS_MAX = 36_525 * DAY_MS;
/** From here on a December is settled by the next year's notice only: 2011-12-31 was worked, 2018-12-31 was off. */
const MOVED_BY_NEXT_YEAR_FROM = '12-29';

/** 2009 to 2026, as announced. */
export const CALENDAR: Calendar = readNotices(HOLIDAY_NOTICES);

/**
 * Whether the offices work on a day.
 *
 * @param day `YYYY-MM-DD`, China.
 * @throws {RangeError} if it is malformed or no day of the calendar.
 */
export function dayKind(day: string, calendar: Calendar = CALENDAR): DayKind {
  return kindOf(dayNumber(day), calendar);
}

/**
 * The last day on which something is done in time.
 *
 * @param from `YYYY-MM-DD`, China. Not itself counted (Civil Code 民法典 art. 201), and need not be a working day.
 * @param workdays 0 to {@link WORKDAYS_MAX}; 0 is the same day, also when that is a day off.
 * @throws {RangeError} if either is not of that form.
 */
export function dueDay(from: string, workdays: number, calendar: Calendar = CALENDAR): Deadline {
  if (!Number.isInteger(workdays) || workdays < 0 || workdays > WORKDAYS_MAX) {
    throw new RangeError(`a limit is a whole number of working days, 0 to ${WORKDAYS_MAX}, not ${workdays}`);
  }
  let number = dayNumber(from);
  let provisional = false;
  for (let left = workdays; left > 0; ) {
    number++;
    const kind = kindOf(number, calendar);
    if (kind === 'UNKNOWN') provisional = true;
    if (isWorked(number, kind)) left--;
  }
  return { day: dayText(number), provisional };
}

/**
 * The first instant that is too late for a day: the midnight after it in China, in milliseconds since 1970.
 *
 * @param day `YYYY-MM-DD`, China.
 * @throws {RangeError} if it is malformed, no day of the calendar, or before 1992.
 */
export function endOfDay(day: string): number {
  const number = dayNumber(day);
  if (Number(day.slice(0, 4)) < FIRST_YEAR_WITHOUT_SUMMER_TIME)
    throw new RangeError('instants are reckoned since 1992');
  return midnightMs(number + 1);
}

/**
 * Time in office hours on working days between two instants, in milliseconds since 1970.
 *
 * @param hours Ascending, without overlap.
 * @throws {RangeError} if the instants are in the wrong order, before 1992 or more than a century apart, or the
 *   hours are not of that form. Clocks that disagree must be settled by the caller: a negative time has no meaning here.
 */
export function workingMinutes(
  fromMs: number,
  toMs: number,
  calendar: Calendar = CALENDAR,
  hours: readonly OfficeHours[] = OFFICE_HOURS,
): WorkingTime {
  checkSpan(fromMs, toMs);
  checkHours(hours);
  let workedMs = 0;
  let provisional = false;
  for (let number = dayNumberAt(fromMs); midnightMs(number) < toMs; number++) {
    const openMs = openMsWithin(hours, fromMs - midnightMs(number), toMs - midnightMs(number));
    // A night that no office hour touches stays 0, whatever kind of day it turns out to be.
    if (openMs === 0) continue;
    const kind = kindOf(number, calendar);
    if (kind === 'UNKNOWN') provisional = true;
    if (isWorked(number, kind)) workedMs += openMs;
  }
  return { minutes: Math.floor(workedMs / MINUTE_MS), provisional };
}

/** Days are numbered from 1970-01-01 = 0, as days of China. */
function kindOf(number: number, calendar: Calendar): DayKind {
  const day = dayText(number);
  const year = Number(day.slice(0, 4));
  const known = calendar.get(year);
  if (!known) return 'UNKNOWN';
  if (known.holidays.includes(day)) return 'DAY_OFF';
  if (known.workedWeekends.includes(day)) return 'WORKDAY';
  if (day.slice(5) >= MOVED_BY_NEXT_YEAR_FROM && !calendar.has(year + 1)) return 'UNKNOWN';
  return isWeekend(number) ? 'DAY_OFF' : 'WORKDAY';
}

function isWorked(number: number, kind: DayKind): boolean {
  return kind === 'UNKNOWN' ? !isWeekend(number) : kind === 'WORKDAY';
}

function isWeekend(number: number): boolean {
  const weekday = new Date(number * DAY_MS).getUTCDay();
  return weekday === 0 || weekday === 6;
}

function dayNumber(day: string): number {
  const number = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) / DAY_MS : Number.NaN;
  // Date.parse makes 1 March of 30 February; written out again, it is another day.
  if (Number.isNaN(number) || dayText(number) !== day)
    throw new RangeError('expected a day of the calendar, YYYY-MM-DD');
  return number;
}

function dayText(number: number): string {
  const text = new Date(number * DAY_MS).toISOString();
  if (text.length !== 24) throw new RangeError('days are written with four digits of year');
  return text.slice(0, 10);
}

/** The number of the day in China at an instant, in milliseconds since 1970; since 1992 there is no summer time. */
export function dayNumberAt(instantMs: number): number {
  return Math.floor((instantMs + CHINA_OFFSET_MS) / DAY_MS);
}

function midnightMs(number: number): number {
  return number * DAY_MS - CHINA_OFFSET_MS;
}

/** The part of a day's office hours that lies in a span, both reckoned from that day's midnight. */
function openMsWithin(hours: readonly OfficeHours[], fromMs: number, toMs: number): number {
  let openMs = 0;
  for (const { from, to } of hours) {
    openMs += Math.max(0, Math.min(to * MINUTE_MS, toMs) - Math.max(from * MINUTE_MS, fromMs));
  }
  return openMs;
}

function checkSpan(fromMs: number, toMs: number): void {
  // Written so that NaN fails too.
  if (!(fromMs <= toMs)) throw new RangeError('a span ends no earlier than it begins');
  if (fromMs < Date.UTC(FIRST_YEAR_WITHOUT_SUMMER_TIME, 0, 1) - CHINA_OFFSET_MS) {
    throw new RangeError('instants are reckoned since 1992');
  }
  if (toMs - fromMs > SPAN_MS_MAX) throw new RangeError('a span is a century at most');
}

function checkHours(hours: readonly OfficeHours[]): void {
  let closedSince = 0;
  for (const { from, to } of hours) {
    if (!(closedSince <= from && from < to && to <= 24 * 60)) {
      throw new RangeError('office hours are minutes of one day, ascending and without overlap');
    }
    closedSince = to;
  }
}

function readNotices(notices: string): Calendar {
  const years = new Map<number, { year: number; source: string; holidays: string[]; workedWeekends: string[] }>();
  for (const notice of notices.trim().split('\n\n')) {
    const [heading, ...lines] = notice.split('\n');
    const year = Number(heading!.slice(0, 4));
    years.set(year, { year, source: heading!.slice(5), holidays: [], workedWeekends: [] });
    for (const line of lines) {
      const { off, worked } = readHoliday(line, year);
      // By the day's own year: a notice reaches into the December before, which may lie before the first year.
      for (const number of off) {
        if (!isWeekend(number)) years.get(yearOf(number))?.holidays.push(dayText(number));
      }
      for (const number of worked) years.get(yearOf(number))?.workedWeekends.push(dayText(number));
    }
  }
  // Two holidays close together may be worked for crosswise.
  for (const { workedWeekends } of years.values()) workedWeekends.sort();
  return years;
}

/** 春节 02-07~02-13 上班 02-06 02-14. */
function readHoliday(line: string, year: number): { off: readonly number[]; worked: readonly number[] } {
  const read = (day: string) => dayNumber(day.length === 5 ? `${year}-${day}` : day);
  const [holiday, worked] = line.split(' 上班 ');
  const [, ...spans] = holiday!.split(' ');
  const off = spans.flatMap(span => {
    const [first, last = first] = span.split('~');
    const firstNumber = read(first!);
    return Array.from({ length: read(last!) - firstNumber + 1 }, (_, index) => firstNumber + index);
  });
  return { off, worked: worked?.split(' ').map(read) ?? [] };
}

function yearOf(number: number): number {
  return Number(dayText(number).slice(0, 4));
}
