import { describe, expect, it } from '@jest/globals';
import { AT_ONCE, type CaseItem, type CaseView } from '../../../gateway/window/case.ts';
import { waitsOf } from '../../../gateway/window/waits.ts';
import { caseItem, caseView } from '../../fixtures/case.ts';

const AT = Date.parse('2026-03-02T01:00:00.000Z');
const later = { tries: 1, at: AT + 250 };
const inReview = (changes: Partial<CaseItem>): CaseView =>
  caseView({ state: 'IN_REVIEW', items: [caseItem('license', { since: AT, ...changes })] });

describe('what a case waits for', () => {
  it.each<[Partial<CaseItem>, string, RegExp, RegExp | null, boolean]>([
    [{ state: 'WAITING_INPUT', faults: [] }, 'APPLICANT', /faults to mend/, null, false],
    [{ state: 'QUEUED' }, 'CENTER', /what must come before/, /file it then/, false],
    [{ state: 'QUEUED', operationId: 'x' }, 'CENTER', /has not seen it/, /send it again/, false],
    [{ state: 'SENT' }, 'DEPARTMENT', /no answer yet/, /ask what became of it/, false],
    [
      { state: 'OUTCOME_UNKNOWN', retry: later, waits: 'TIMEOUT' },
      'DEPARTMENT',
      /\(TIMEOUT\)/,
      /ask what became/,
      true,
    ],
    [
      { state: 'PENDING_HUMAN', retry: later, waits: 'T-1' },
      'DEPARTMENT',
      /\(T-1\) \/ a person decides/,
      /ask again/,
      true,
    ],
    [{ state: 'GRANTED_PROVISIONAL', retry: later }, 'DEPARTMENT', /filing pending/, /ask again/, true],
    [{ state: 'COMPENSATING', retry: later }, 'DEPARTMENT', /taken back/, /try again/, true],
  ])('for an item that is %j: the ball is with the %s', (item, ball, reason, nextAct, isTimed) => {
    const [wait, ...more] = waitsOf(inReview(item));
    expect(more).toEqual([]);
    expect(wait).toMatchObject({ item: 'license', department: 'business', ball, since: '2026-03-02T01:00:00.000Z' });
    expect(wait?.reason).toMatch(reason);
    if (nextAct === null) expect(wait?.nextAct).toBeNull();
    else expect(wait?.nextAct).toMatch(nextAct);
    expect(wait?.nextActAt).toBe(isTimed ? '2026-03-02T01:00:00.250Z' : null);
  });

  it.each(['GRANTED', 'REFUSED', 'COMPENSATED', 'SKIPPED'] as const)('is nothing when an item is %s', state => {
    expect(waitsOf(inReview({ state }))).toEqual([]);
  });

  it('is each department that has not checked it yet', () => {
    const prechecks = [
      { department: 'business', faults: [], retry: AT_ONCE },
      { department: 'tax', faults: null, retry: AT_ONCE },
      { department: 'seal', faults: null, retry: later },
    ] as const;
    expect(
      waitsOf(caseView({ prechecks })).map(({ item, reason, nextActAt }) => [item, reason.split(' / ')[1], nextActAt]),
    ).toEqual([
      ['national-tax', 'being checked', null],
      ['seal-filing', 'the department has not answered yet', '2026-03-02T01:00:00.250Z'],
    ]);
  });

  it('is the applicant alone once faults were found', () => {
    const faults = [{ path: 'address', code: 'X', message: 'x' }];
    const items = [caseItem('name'), caseItem('license', { state: 'WAITING_INPUT', faults })];
    expect(waitsOf(caseView({ state: 'CORRECTION_NOTICED', items })).map(({ ball }) => ball)).toEqual(['APPLICANT']);
  });
});
