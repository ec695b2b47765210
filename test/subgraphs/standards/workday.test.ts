import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chinaDay } from '../../../subgraphs/china-day.ts';
import {
  CALENDAR,
  type Calendar,
  dayKind,
  dueDay,
  endOfDay,
  OFFICE_HOURS,
  WORKDAYS_MAX,
  workingMinutes,
} from '../../../subgraphs/standards/workday.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const MINUTES_PER_WORKDAY = 420;

/** An instant by the clock on a wall in China. */
const at = (wall: string) => Date.parse(`${wall.replace(' ', 'T')}+08:00`);
const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();
const isWeekend = (day: string) => weekday(day) === 0 || weekday(day) === 6;
const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
const isWorked = (day: string) => {
  const kind = dayKind(day);
  return kind === 'UNKNOWN' ? !isWeekend(day) : kind === 'WORKDAY';
};
const without = (...years: number[]): Calendar => new Map([...CALENDAR].filter(([year]) => !years.includes(year)));

/** Known years, a year before them and two after. */
const days = fc.integer({ min: Date.UTC(2008, 0, 1) / DAY_MS, max: Date.UTC(2028, 11, 31) / DAY_MS });
const asDay = (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10);

describe('kinds of day', () => {
  it.each([
    ['2016-09-30', 'WORKDAY', 'an ordinary Friday'],
    ['2016-10-01', 'DAY_OFF', 'National Day, a Saturday'],
    ['2016-10-07', 'DAY_OFF', 'a Friday off in exchange'],
    ['2016-10-08', 'WORKDAY', 'the Saturday worked for it'],
    ['2016-10-09', 'WORKDAY', 'the Sunday worked for it'],
    ['2016-10-15', 'DAY_OFF', 'an ordinary Saturday'],
    ['2016-02-29', 'WORKDAY', 'a leap day, a Monday'],
    ['2020-02-29', 'DAY_OFF', 'a leap day, a Saturday'],
    ['2009-10-08', 'DAY_OFF', 'the eighth day of National Day and Mid-Autumn together'],
    ['2011-12-31', 'WORKDAY', 'a Saturday, worked by the notice for 2012'],
    ['2018-12-29', 'WORKDAY', 'a Saturday, worked by the notice for 2019'],
    ['2018-12-31', 'DAY_OFF', 'a Monday, off by the notice for 2019'],
    ['2015-09-03', 'DAY_OFF', 'the 70th anniversary of victory, which had a notice of its own'],
    ['2015-09-06', 'WORKDAY', 'the Sunday worked for it'],
    ['2019-05-02', 'DAY_OFF', 'Labor Day, lengthened in March'],
    ['2019-05-05', 'WORKDAY', 'the Sunday worked for it'],
    ['2020-01-31', 'DAY_OFF', 'Spring Festival, lengthened while it lasted'],
    ['2020-02-01', 'DAY_OFF', 'a Saturday announced as worked, taken back'],
    ['2024-02-09', 'WORKDAY', 'New Year eve of 2024, when offices were only encouraged to close'],
    ['2026-01-04', 'WORKDAY', 'a Sunday worked for New Year'],
    ['2026-12-28', 'WORKDAY', 'the last day of 2026 that only its own notice settles'],
    ['2026-12-29', 'UNKNOWN', 'a day that the notice for 2027 may still move'],
    ['2027-01-04', 'UNKNOWN', 'not announced'],
    ['2008-12-31', 'UNKNOWN', 'before the first year'],
  ])('%s is %s: %s', (day, kind) => {
    expect(dayKind(day)).toBe(kind);
  });

  it.each([
    '',
    '2016',
    '2016-9-30',
    '20160930',
    '2016-09-30 ',
    '2016-09-30T00:00:00Z',
    ' 2016-09-30',
    '2016/09/30',
    '２０１６-09-30',
    '2016-00-10',
    '2016-13-01',
    '2016-01-00',
    '2016-01-32',
    '2016-09-31',
    '2015-02-29',
    '1900-02-29',
    '2016-02-30',
    '+02016-09-30',
    '-2016-09-30',
    'toString',
  ])('%j is no day', malformed => {
    expect(() => dayKind(malformed)).toThrow(new RangeError('expected a day of the calendar, YYYY-MM-DD'));
    expect(() => dueDay(malformed, 0)).toThrow(RangeError);
    expect(() => endOfDay(malformed)).toThrow(RangeError);
  });

  it('a day of December that is announced is known, though the next year is not', () => {
    expect(dayKind('2018-12-31', without(2019))).toBe('DAY_OFF');
    expect(dayKind('2017-12-29', without(2018))).toBe('UNKNOWN');
    expect(dayKind('2017-12-28', without(2018))).toBe('WORKDAY');
  });

  it('a region with a holiday of its own is counted by its own calendar', () => {
    const year = CALENDAR.get(2011)!;
    const liangshan: Calendar = new Map([[2011, { ...year, holidays: [...year.holidays, '2011-11-21'] }]]);
    expect(dayKind('2011-11-21', liangshan)).toBe('DAY_OFF');
    expect(dueDay('2011-11-18', 1, liangshan).day).toBe('2011-11-22');
    expect(dueDay('2011-11-18', 1).day).toBe('2011-11-21');
  });
});

describe('deadlines in working days', () => {
  it.each([
    ['2016-09-26', 0, '2016-09-26', 'an immediate item is due the same day'],
    ['2016-10-02', 0, '2016-10-02', 'even if it is taken in on a day off'],
    ['2016-09-30', 1, '2016-10-08', 'the October holiday is skipped, the Saturday worked instead is not'],
    ['2016-09-29', 3, '2016-10-09', 'a promise of three days over the October holiday ends on a worked Sunday'],
    ['2016-10-03', 1, '2016-10-08', 'taken in on a holiday, the first working day counts'],
    ['2016-10-08', 1, '2016-10-09', 'taken in on a worked Saturday, it is not itself counted'],
    ['2026-02-09', 5, '2026-02-14', 'five days for a correction end on the make-up Saturday'],
    ['2026-02-10', 5, '2026-02-24', 'and a day later behind the Spring Festival'],
    ['2016-02-26', 1, '2016-02-29', 'a leap day is counted'],
    ['2015-02-27', 1, '2015-02-28', 'the last of February, worked for the Spring Festival'],
    ['2011-12-30', 1, '2011-12-31', 'a Saturday worked by the notice of the next year'],
    ['2018-12-28', 2, '2019-01-02', 'over a New Year that begins in December'],
    ['2016-12-30', 1, '2017-01-03', 'over a New Year between two known years'],
    ['2025-01-26', 20, '2025-02-28', 'the statutory twenty days over the Spring Festival'],
  ])('%s + %i = %s: %s', (from, workdays, day) => {
    expect(dueDay(from, workdays)).toEqual({ day, provisional: false });
  });

  it.each([
    ['2026-12-25', 5, '2027-01-01', 'over New Year into a year not announced'],
    ['2026-12-28', 1, '2026-12-29', 'into days that the next notice may move'],
    ['2026-12-31', 10, '2027-01-14', 'wholly in a year not announced'],
    ['2008-12-30', 2, '2009-01-04', 'from a year before the calendar, to a Sunday that was worked'],
  ])('%s + %i = %s is provisional: %s', (from, workdays, day) => {
    expect(dueDay(from, workdays)).toEqual({ day, provisional: true });
  });

  it.each([
    ['2026-12-25', 1, 'it ends before'],
    ['2027-03-01', 0, 'nothing is counted'],
    ['2008-12-31', 1, 'the first day is not counted'],
  ])('%s + %i is certain though the unknown is near: %s', (from, workdays) => {
    expect(dueDay(from, workdays).provisional).toBe(false);
  });

  it('an unknown year in the middle makes the whole chain provisional', () => {
    expect(dueDay('2015-12-01', 300, without(2016)).provisional).toBe(true);
    expect(dueDay('2015-12-01', 300).provisional).toBe(false);
  });

  it.each([-1, 0.5, WORKDAYS_MAX + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    '%d working days are no limit',
    workdays => {
      expect(() => dueDay('2016-09-30', workdays)).toThrow(RangeError);
    },
  );

  it('the longest limit has an end, and days past the year 9999 none', () => {
    expect(dueDay('2009-01-01', WORKDAYS_MAX).day).toBe('2010-08-09');
    expect(() => dueDay('9999-12-31', 1)).toThrow(RangeError);
  });

  it('ends on a worked day with exactly the limit of worked days behind the first', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 60 }), (number, workdays) => {
        const from = asDay(number);
        const due = dueDay(from, workdays);
        let counted = 0;
        let unknown = false;
        for (let day = from; day < due.day; ) {
          day = dayAfter(day);
          if (isWorked(day)) counted++;
          unknown ||= dayKind(day) === 'UNKNOWN';
        }
        expect({ counted, unknown, worked: isWorked(due.day) }).toEqual({
          counted: workdays,
          unknown: due.provisional,
          worked: true,
        });
      }),
    );
  });
});

describe('the end of a day', () => {
  it('is midnight in China', () => {
    expect(endOfDay('2016-09-30')).toBe(Date.parse('2016-09-30T16:00:00Z'));
    expect(endOfDay('2016-02-28')).toBe(at('2016-02-29 00:00'));
    expect(endOfDay('2026-12-31')).toBe(at('2027-01-01 00:00'));
  });

  it('parts two days as the time zone database does', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1992, 0, 1) / DAY_MS, max: Date.UTC(2099, 0, 1) / DAY_MS }), number => {
        const day = asDay(number);
        expect(chinaDay(new Date(endOfDay(day) - 1))).toBe(day);
        expect(chinaDay(new Date(endOfDay(day)))).toBe(dayAfter(day));
      }),
    );
  });

  it('is not told before 1992, when there had been summer time', () => {
    expect(endOfDay('1992-01-01')).toBe(at('1992-01-02 00:00'));
    expect(() => endOfDay('1991-12-31')).toThrow(RangeError);
  });
});

describe('working minutes', () => {
  it.each([
    ['2016-09-30 09:00', '2016-09-30 17:00', 420, 'a working day has seven hours'],
    ['2016-09-30 00:00', '2016-10-01 00:00', 420, 'from midnight to midnight too'],
    ['2016-09-30 08:00', '2016-09-30 09:00', 0, 'before the offices open'],
    ['2016-09-30 11:59', '2016-09-30 13:01', 2, 'the noon break is not worked'],
    ['2016-09-30 12:10', '2016-09-30 12:50', 0, 'within the noon break'],
    ['2016-09-30 16:59', '2016-10-08 09:01', 2, 'over the October holiday to the Saturday worked'],
    ['2016-10-07 09:00', '2016-10-07 17:00', 0, 'a Friday off'],
    ['2016-10-08 09:00', '2016-10-10 09:00', 840, 'a weekend that was worked'],
    ['2016-10-15 00:00', '2016-10-17 00:00', 0, 'a weekend that was not'],
    ['2016-09-30 10:00:30', '2016-09-30 10:02:29', 1, 'a broken minute is dropped'],
    ['2016-09-30 11:59:30', '2016-09-30 13:00:30', 1, 'two halves around noon are a whole'],
    ['2016-09-30 10:00', '2016-09-30 10:00', 0, 'an instant'],
  ])('%s to %s is %i: %s', (from, to, minutes) => {
    expect(workingMinutes(at(from), at(to))).toEqual({ minutes, provisional: false });
  });

  it.each([
    ['2026-12-28 16:00', '2026-12-29 10:00', 120, true, 'a day not settled is counted by weekends'],
    ['2027-01-02 00:00', '2027-01-04 00:00', 0, true, 'a weekend of it may yet be worked'],
    ['2026-12-28 16:00', '2026-12-29 09:00', 60, false, 'a night is not worked whatever is announced'],
    ['2027-01-04 12:00', '2027-01-04 13:00', 0, false, 'nor is noon'],
  ])('%s to %s is %i, provisional %s: %s', (from, to, minutes, provisional) => {
    expect(workingMinutes(at(from), at(to))).toEqual({ minutes, provisional });
  });

  it('follows the hours of a center', () => {
    const summer = [
      { from: 480, to: 720 },
      { from: 870, to: 1080 },
    ];
    expect(workingMinutes(at('2016-07-01 00:00'), at('2016-07-02 00:00'), CALENDAR, summer).minutes).toBe(450);
    const round = [{ from: 0, to: 1440 }];
    expect(workingMinutes(at('2016-07-01 00:00'), at('2016-07-02 00:00'), CALENDAR, round).minutes).toBe(1440);
    expect(workingMinutes(at('2027-01-04 00:00'), at('2027-02-04 00:00'), CALENDAR, [])).toEqual({
      minutes: 0,
      provisional: false,
    });
  });

  it.each([
    [[{ from: 540, to: 540 }], 'nothing'],
    [[{ from: 720, to: 540 }], 'backwards'],
    [[{ from: -1, to: 540 }], 'before midnight'],
    [[{ from: 540, to: 1441 }], 'after midnight'],
    [[{ from: Number.NaN, to: 540 }], 'no number'],
    [[OFFICE_HOURS[1]!, OFFICE_HOURS[0]!], 'out of order'],
    [[OFFICE_HOURS[0]!, OFFICE_HOURS[0]!], 'counted twice'],
  ])('%j are no office hours: %s', hours => {
    expect(() => workingMinutes(at('2016-07-01 00:00'), at('2016-07-02 00:00'), CALENDAR, hours)).toThrow(RangeError);
  });

  it.each([
    [at('2016-07-02 00:00'), at('2016-07-01 00:00'), 'the end before the beginning'],
    [Number.NaN, at('2016-07-01 00:00'), 'no beginning'],
    [at('2016-07-01 00:00'), Number.NaN, 'no end'],
    [at('2016-07-01 00:00'), Number.POSITIVE_INFINITY, 'without end'],
    [0, at('2016-07-01 00:00'), 'a beginning never set'],
    [at('1991-12-31 23:59'), at('1992-07-01 00:00'), 'before 1992'],
    [at('2016-07-01 00:00'), at('2016-07-01 00:00') * 1000, 'an end in microseconds'],
    [at('1999-12-31 00:00'), at('2100-01-01 00:00'), 'more than a century'],
  ])('from %d to %d is no span: %s', (fromMs, toMs) => {
    expect(() => workingMinutes(fromMs, toMs)).toThrow(RangeError);
  });

  /** Looks at every minute by itself. */
  function minuteByMinute(fromMs: number, toMs: number): { minutes: number; provisional: boolean } {
    let minutes = 0;
    let provisional = false;
    for (let minute = fromMs; minute < toMs; minute += MINUTE_MS) {
      const wallMs = minute + 8 * 60 * MINUTE_MS;
      const hour = Math.floor((wallMs % DAY_MS) / (60 * MINUTE_MS));
      if (hour < 9 || hour === 12 || hour >= 17) continue;
      const day = new Date(wallMs).toISOString().slice(0, 10);
      provisional ||= dayKind(day) === 'UNKNOWN';
      if (isWorked(day)) minutes++;
    }
    return { minutes, provisional };
  }

  it('is what looking at every minute gives', () => {
    const begin = fc.integer({ min: at('2009-01-01 00:00') / MINUTE_MS, max: at('2027-06-01 00:00') / MINUTE_MS });
    fc.assert(
      fc.property(begin, fc.integer({ min: 0, max: 7 * 1440 }), (beginMinute, minutes) => {
        const fromMs = beginMinute * MINUTE_MS;
        const toMs = fromMs + minutes * MINUTE_MS;
        expect(workingMinutes(fromMs, toMs)).toEqual(minuteByMinute(fromMs, toMs));
      }),
    );
  });

  it('is what looking at every minute of a year gives', () => {
    const year = [at('2015-12-20 10:17'), at('2017-01-05 15:42')] as const;
    expect(workingMinutes(...year)).toEqual(minuteByMinute(...year));
  });

  it('cut in two loses less than a minute', () => {
    const begin = fc.integer({ min: at('2009-01-01 00:00'), max: at('2027-06-01 00:00') });
    const span = fc.integer({ min: 0, max: 40 * DAY_MS });
    fc.assert(
      fc.property(begin, span, span, (fromMs, firstMs, secondMs) => {
        const cutMs = fromMs + firstMs;
        const toMs = cutMs + secondMs;
        const whole = workingMinutes(fromMs, toMs).minutes;
        const parts = workingMinutes(fromMs, cutMs).minutes + workingMinutes(cutMs, toMs).minutes;
        expect([0, 1]).toContain(whole - parts);
      }),
    );
  });

  it('agrees with the deadlines: a limit of n working days is n times seven hours', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: WORKDAYS_MAX }), (number, workdays) => {
        const from = asDay(number);
        const due = dueDay(from, workdays);
        expect(workingMinutes(endOfDay(from), endOfDay(due.day))).toEqual({
          minutes: workdays * MINUTES_PER_WORKDAY,
          provisional: due.provisional,
        });
      }),
    );
  });
});

describe('the calendar that is shipped', () => {
  const years = [...CALENDAR.values()];

  it('is every year from 2009 to 2026', () => {
    expect([...CALENDAR.keys()]).toEqual(Array.from({ length: 18 }, (_, index) => 2009 + index));
  });

  it.each(years)('$year names its notice, and keeps it under its own year', ({ year, source }) => {
    expect(CALENDAR.get(year)!.year).toBe(year);
    const [first, ...later] = source.split(', ');
    expect(first).toMatch(new RegExp(`^国办发明电〔${year - 1}〕[0-9]+号$`));
    for (const change of later) expect(change).toMatch(new RegExp(`^国(办)?发明电〔${year}〕[0-9]+号$`));
  });

  it.each(years)('$year has weekdays off and weekends worked, each once, ascending, of its own', yearCalendar => {
    const { year, holidays, workedWeekends } = yearCalendar;
    for (const list of [holidays, workedWeekends]) {
      expect([...new Set(list)].sort()).toEqual(list);
      expect(list.filter(day => !day.startsWith(`${year}-`))).toEqual([]);
    }
    expect(holidays.filter(isWeekend)).toEqual([]);
    expect(workedWeekends.filter(day => !isWeekend(day))).toEqual([]);
    expect(holidays.length).toBeGreaterThan(0);
  });

  /** Years whose exchange is not even, and why. */
  const UNEVEN: { readonly [year: number]: number } = {
    2011: 11 - 1, // 31 December was worked for New Year 2012,
    2012: 11 + 1, // which is therefore one day longer
    2015: 11 + 1, // the 70th anniversary of victory
    2020: 11 + 2, // the Spring Festival lengthened by a Friday, and a Saturday no longer worked for it
  };

  it.each(years)('$year exchanges evenly: what is off and not worked for is what the law grants', yearCalendar => {
    const { year, holidays, workedWeekends } = yearCalendar;
    const granted = UNEVEN[year] ?? (year < 2025 ? 11 : 13);
    expect(holidays.length - workedWeekends.length).toBe(granted);
  });

  it.each(years)('$year has New Year, Labor Day and three days of National Day off', ({ year }) => {
    for (const day of ['01-01', '05-01', '10-01', '10-02', '10-03']) {
      expect({ day, kind: dayKind(`${year}-${day}`) }).toEqual({ day, kind: 'DAY_OFF' });
    }
  });

  it('2016 is as the General Office announced it', () => {
    expect(CALENDAR.get(2016)).toEqual({
      year: 2016,
      source: '国办发明电〔2015〕18号',
      holidays: [
        ...['2016-01-01', '2016-02-08', '2016-02-09', '2016-02-10', '2016-02-11', '2016-02-12', '2016-04-04'],
        ...['2016-05-02', '2016-06-09', '2016-06-10', '2016-09-15', '2016-09-16'],
        ...['2016-10-03', '2016-10-04', '2016-10-05', '2016-10-06', '2016-10-07'],
      ],
      workedWeekends: ['2016-02-06', '2016-02-14', '2016-06-12', '2016-09-18', '2016-10-08', '2016-10-09'],
    });
  });
});
