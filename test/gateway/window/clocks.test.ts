import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CaseItem, Change } from '../../../gateway/window/case.ts';
import { clocksOf } from '../../../gateway/window/clocks.ts';
import type { ItemState } from '../../../gateway/window/generated/types.ts';
import { departmentIds, type ItemId } from '../../../subgraphs/catalogue.ts';
import { workingMinutes } from '../../../subgraphs/standards/workday.ts';
import { caseItem, caseView } from '../../fixtures/case.ts';
import { carriedOver, type History, opened, wall } from '../../fixtures/ledger.ts';

const item = (id: ItemId, state: ItemState, to: Partial<CaseItem> = {}): Change => ({
  of: 'ITEM',
  item: id,
  to: { state, ...(state === 'SENT' ? { operationId: `x/${id}` } : {}), ...to },
});
const clean: readonly Change[] = departmentIds.map(department => ({ of: 'PRECHECK', department, to: { faults: [] } }));

/** The clocks in one line: net of gross, then each holder. */
function clocks({ entries }: History, now: string): string {
  const { netMinutes, grossMinutes, byHolder } = clocksOf(entries, wall(now));
  const holders = byHolder.map(({ ball, department, minutes }) => `${department ?? ball} ${minutes}`);
  return [`${netMinutes} of ${grossMinutes}`, ...holders].join(', ');
}

const OPENED = opened(wall('2026-03-02 09:00'));
const accepted = OPENED.next(wall('2026-03-02 10:00'), ...clean, item('name', 'SENT'));

describe('the clocks of a case', () => {
  it('have not begun without a ledger', () => {
    expect(clocksOf([], wall('2026-03-02 09:00'))).toEqual({
      netMinutes: 0,
      grossMinutes: 0,
      byHolder: [],
      provisional: false,
    });
  });

  it('run for all departments from the moment the application comes in, in office hours alone', () => {
    const each = (minutes: number) => `business ${minutes}, tax ${minutes}, code ${minutes}, seal ${minutes}`;
    expect(clocks(OPENED, '2026-03-02 10:30')).toBe(`90 of 90, ${each(90)}`);
    expect(clocks(OPENED, '2026-03-03 09:00')).toBe(`420 of 420, ${each(420)}`);
  });

  it('count for a department no longer than it takes to answer', () => {
    const answered = OPENED.next(wall('2026-03-02 09:20'), ...clean.slice(1));
    expect(clocks(answered, '2026-03-02 10:00')).toBe('60 of 60, business 60, tax 20, code 20, seal 20');
  });

  it('stop when the case is over, whatever is noted later', () => {
    const over = accepted
      .next(
        wall('2026-03-02 11:00'),
        item('name', 'REFUSED'),
        ...OPENED.view.items.slice(1).map(one => item(one.item, 'SKIPPED')),
      )
      .next(wall('2026-03-03 11:00'), { of: 'NOTE', note: { note: 'NOT_APPLIED', fact: 'x', why: 'x' } });
    expect(over.view.state).toBe('REFUSED');
    expect(clocks(over, '2026-03-10 09:00')).toBe('120 of 120, business 120, tax 60, code 60, seal 60');
  });

  it('are the regulatory one and the applicant’s: while only the applicant can act, the first one rests', () => {
    const faults = [{ item: 'license', path: 'address', code: 'X', message: 'x' }] as const;
    const told: Change = { of: 'PRECHECK', department: 'business', to: { faults } };
    const noticed = OPENED.next(wall('2026-03-02 10:00'), ...clean.slice(1), told, item('license', 'WAITING_INPUT'));
    expect(clocks(noticed, '2026-03-03 10:00')).toBe('60 of 480, business 60, tax 60, code 60, seal 60, APPLICANT 420');
    const again: Change = { of: 'PRECHECK', department: 'business', to: { faults: null } };
    const resubmitted = noticed.next(wall('2026-03-03 10:00'), again, item('license', 'QUEUED'));
    expect(clocks(resubmitted, '2026-03-03 10:30')).toBe(
      '90 of 510, business 90, tax 60, code 60, seal 60, APPLICANT 420',
    );
  });

  it('rest too when a department asks for a correction and nothing else can go on', () => {
    const asked = accepted
      .next(wall('2026-03-02 10:30'), item('name', 'GRANTED'), item('license', 'SENT'))
      .next(wall('2026-03-02 11:00'), item('license', 'WAITING_INPUT'));
    expect(clocks(asked, '2026-03-02 12:00')).toMatch(/^120 of 180, business 120, .*APPLICANT 60$/);
  });

  it('go on while the applicant corrects one item and a department decides another', () => {
    const [name, license] = [item('name', 'GRANTED'), item('license', 'GRANTED')];
    const [code, seal] = [item('organization-code', 'WAITING_INPUT'), item('seal-filing', 'SENT')];
    const both = accepted.next(wall('2026-03-02 10:30'), name, license, code, seal);
    expect(clocks(both, '2026-03-02 11:30')).toBe('150 of 150, business 90, tax 60, code 60, seal 120, APPLICANT 60');
  });

  it('show what the center itself leaves lying', () => {
    const lying = OPENED.next(wall('2026-03-02 10:00'), ...clean);
    expect(clocks(lying, '2026-03-02 10:45')).toMatch(/^105 of 105, .*CENTER 45$/);
  });

  it('say that a year was counted whose holidays are not announced', () => {
    const late = opened(wall('2026-12-28 09:00'));
    expect(clocksOf(late.entries, wall('2026-12-28 10:00')).provisional).toBe(false);
    expect(clocksOf(late.entries, wall('2027-01-05 10:00')).provisional).toBe(true);
  });

  it('neither stop nor run backwards where two processes disagree about the time', () => {
    const jittered = accepted.next(wall('2026-03-02 09:59'), item('name', 'OUTCOME_UNKNOWN'));
    expect(clocks(jittered, '2026-03-02 09:58')).toBe('60 of 60, business 60, tax 60, code 60, seal 60');
    expect(clocks(jittered, '2026-03-02 10:30')).toBe('90 of 90, business 90, tax 60, code 60, seal 60');
  });

  it('begin for a case from before there were ledgers with its first entry', () => {
    const items = OPENED.view.items.map(one => (one.item === 'name' ? caseItem('name', { state: 'GRANTED' }) : one));
    const inReview = caseView({ state: 'IN_REVIEW', acceptedOn: '2026-02-27', items });
    const carried = carriedOver(wall('2026-03-02 09:00'), inReview);
    expect(clocks(carried, '2026-03-02 09:30')).toBe('30 of 30, CENTER 30');
    const sent = carried.next(wall('2026-03-02 09:30'), item('license', 'SENT'));
    expect(clocks(sent, '2026-03-02 10:00')).toBe('60 of 60, CENTER 30, business 30');
    expect(clocks(carriedOver(wall('2026-03-02 09:00'), caseView()), '2026-03-02 09:30')).toMatch(
      /^30 of 30, business/,
    );
  });

  it('count a revocation that was carried over for its department, and a recall for the center', () => {
    const items = OPENED.view.items.map(({ item: id }) => caseItem(id, { state: 'GRANTED' }));
    const compensating = items.with(1, caseItem('license', { state: 'COMPENSATING', revocationId: 'x' }));
    const carried = carriedOver(wall('2026-03-02 09:00'), caseView({ state: 'IN_REVIEW', items: compensating }));
    expect(clocks(carried, '2026-03-02 09:30')).toBe('30 of 30, business 30');
    const delivered = carried.next(wall('2026-03-02 09:30'), item('license', 'COMPENSATING', { revocationId: null }));
    expect(clocks(delivered, '2026-03-02 10:00')).toBe('60 of 60, business 30, CENTER 30');
  });

  it('lose no time to entries that follow each other within seconds', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_400_000 }), { maxLength: 40 });
    const states = fc.constantFrom<ItemState>('SENT', 'OUTCOME_UNKNOWN', 'WAITING_INPUT', 'QUEUED', 'PENDING_HUMAN');
    fc.assert(
      fc.property(gaps, fc.infiniteStream(states), (steps, stream) => {
        const from = wall('2026-03-02 09:00');
        let history = accepted;
        let at = wall('2026-03-02 10:00');
        for (const gap of steps) {
          at += gap;
          history = history.next(at, item('name', stream.next().value as ItemState));
        }
        const { netMinutes, grossMinutes, byHolder } = clocksOf(history.entries, at);
        expect(grossMinutes).toBe(workingMinutes(from, Math.floor(at / 60_000) * 60_000).minutes);
        const applicants = byHolder.find(({ ball }) => ball === 'APPLICANT')?.minutes ?? 0;
        // Nothing else can be filed before the name: either the applicant alone holds the ball, or somebody else does.
        expect(netMinutes).toBe(grossMinutes - applicants);
      }),
    );
  });
});
