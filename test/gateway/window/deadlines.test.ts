import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerBy, dueOf, promisedWorkdaysOf } from '../../../gateway/window/deadlines.ts';
import { newestRegime, type Regime } from '../../../subgraphs/regimes.ts';
import { dueDay, endOfDay } from '../../../subgraphs/standards/workday.ts';

/** An instant by the clock on a wall in China. */
const at = (wall: string): number => Date.parse(`${wall.replace(' ', 'T')}+08:00`);
const R2 = newestRegime('R2') as Regime;
const R3 = newestRegime('R3') as Regime;

describe('the time in which departments tell faults', () => {
  it.each([
    ['2026-03-02 09:00', '2026-03-10 00:00', 'Monday to the end of the next Monday'],
    ['2026-03-02 23:59:59.999', '2026-03-10 00:00', 'the whole day of receipt is not counted'],
    ['2026-03-03 00:00', '2026-03-11 00:00', 'midnight begins another day'],
    ['2026-03-01 12:00', '2026-03-07 00:00', 'received on a Sunday'],
    ['2016-09-29 10:00', '2016-10-12 00:00', 'a holiday is left out, and the weekend worked for it is counted'],
    ['2025-12-29 10:00', '2026-01-07 00:00', 'the new year is announced, with a Sunday worked in it'],
  ])('received %s is over at %s: %s', (received, over) => {
    const end = answerBy(at(received));
    expect(end && new Date(end).toISOString()).toBe(new Date(at(over)).toISOString());
  });

  it.each([
    ['2026-12-24 10:00', 'reaches days that the next notice may still move'],
    ['2027-03-01 10:00', 'lies in a year that is not announced'],
    ['2008-06-02 10:00', 'lies before the first year of the calendar'],
    ['1970-01-01 08:00', 'lies before all calendars'],
  ])('received %s is not known: it %s', received => expect(answerBy(at(received))).toBeNull());

  it('is the same the second time, and what the calendar says at any instant of any year', () => {
    const instants = fc.integer({ min: at('2009-01-01 00:00'), max: at('2026-12-31 23:59') });
    fc.assert(
      fc.property(instants, instant => {
        const day = new Date(instant + 8 * 3_600_000).toISOString().slice(0, 10);
        const { day: last, provisional } = dueDay(day, 5);
        const expected = provisional ? null : endOfDay(last);
        expect([answerBy(instant), answerBy(instant)]).toEqual([expected, expected]);
      }),
    );
  });
});

describe('the day on which everything is promised', () => {
  it('is not known before acceptance', () => expect(dueOf({ acceptedOn: null, regime: R2 })).toBeNull());

  it.each([
    ['R2', R2, 5, 'name 0, license 3, organization code 1, tax 1; the seal filing runs beside them'],
    ['R3', R3, 4, 'name 0, license 3, seal filing 1'],
  ])('comes under %s after the longest way through its graph: %#', (_, regime, workdays) => {
    expect(promisedWorkdaysOf(regime)).toBe(workdays);
  });

  it.each([
    ['2026-03-02', R2, '2026-03-09', false],
    ['2016-09-29', R3, '2016-10-10', false],
    ['2026-12-28', R2, '2027-01-04', true],
  ])('for a case accepted on %s', (acceptedOn, regime, day, provisional) => {
    expect(dueOf({ acceptedOn, regime })).toEqual({ day, provisional });
  });

  it('is the day of acceptance itself when everything is done at once', () => {
    const regime = { ...R3, items: [{ item: 'name' as const, needs: [] }] };
    expect(dueOf({ acceptedOn: '2026-03-07', regime })).toEqual({ day: '2026-03-07', provisional: false });
  });
});
