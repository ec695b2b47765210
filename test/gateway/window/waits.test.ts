import { describe, expect, it } from '@jest/globals';
import type { CaseItem, CaseView, Repair } from '../../../gateway/window/case.ts';
import { waitsOf } from '../../../gateway/window/waits.ts';
import { caseItem, caseView, precheck } from '../../fixtures/case.ts';

const AT = Date.parse('2026-03-02T01:00:00.000Z');
const later = { tries: 1, at: AT + 250 };
const inReview = (changes: Partial<CaseItem>, more: Partial<CaseView> = {}): CaseView =>
  caseView({ state: 'IN_REVIEW', items: [caseItem('license', { since: AT, ...changes })], ...more });
const withdrawal = { at: AT, by: 'clerk', reason: 'x' };

describe('what a case waits for', () => {
  it.each<[Partial<CaseItem>, string, RegExp, RegExp | null, boolean]>([
    [{ state: 'WAITING_INPUT', faults: [] }, 'APPLICANT', /须补正 0 处 \/ 0 faults to mend/, null, false],
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
    [
      { state: 'COMPENSATING', revocationId: 'x' },
      'DEPARTMENT',
      /^营业执照：撤回中 \/ being taken back$/,
      /try again/,
      false,
    ],
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

  it.each(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN'] as const)('is nothing once the case is %s', state => {
    expect(waitsOf(inReview({ state: 'GRANTED' }, { state, withdrawal }))).toEqual([]);
  });

  it('is the applicant alone once faults were found', () => {
    const faults = [{ path: 'address', code: 'X', message: 'x' }];
    const items = [caseItem('name'), caseItem('license', { state: 'WAITING_INPUT', faults })];
    expect(waitsOf(caseView({ state: 'CORRECTION_NOTICED', items })).map(({ ball }) => ball)).toEqual(['APPLICANT']);
  });

  it('is the applicant too when the department that decides asks for a correction', () => {
    const faults = [{ path: 'address', code: 'X', message: 'x' }];
    const [wait] = waitsOf(inReview({ state: 'WAITING_INPUT', faults, attempts: 1 }));
    expect(wait).toMatchObject({ ball: 'APPLICANT', nextAct: null });
    expect(wait?.reason).toBe('营业执照：部门收件后要求补正 1 处 / the department that decides asks to mend 1 fault');
  });
});

describe('a case that departments are checking', () => {
  const prechecks = [
    precheck('business'),
    precheck('tax', { faults: null }),
    precheck('code', { faults: null, silent: true }),
    precheck('seal', { faults: null, retry: later }),
  ];

  it.each(['SUBMITTED', 'RESUBMITTED'] as const)('waits while %s for those that have not answered', state => {
    const waits = waitsOf(caseView({ state, openedAt: AT - 1, receivedAt: AT, prechecks }));
    expect(waits.map(({ item, department, ball, since }) => [item, department, ball, since])).toEqual([
      ['national-tax', 'tax', 'DEPARTMENT', '2026-03-02T01:00:00.000Z'],
      ['seal-filing', 'seal', 'DEPARTMENT', '2026-03-02T01:00:00.000Z'],
    ]);
  });

  it('says until when they may find faults, and what comes first: another question or acceptance by silence', () => {
    const waits = waitsOf(caseView({ receivedAt: AT, prechecks }));
    expect(waits.map(({ reason }) => reason)).toEqual([
      '部门预审中，至 2026-03-09 未告知补正即视为受理 / being checked; without a notice by 2026-03-09 it counts as accepted',
      '部门暂无应答，至 2026-03-09 未告知补正即视为受理 / the department has not answered yet; without a notice by 2026-03-09 it counts as accepted',
    ]);
    expect(waits.map(({ nextAct, nextActAt }) => [nextAct?.split(' / ')[1], nextActAt])).toEqual([
      ['silence becomes acceptance', '2026-03-09T16:00:00.000Z'],
      ['ask again', '2026-03-02T01:00:00.250Z'],
    ]);
    const slow = [precheck('tax', { faults: null, retry: { tries: 9, at: Date.parse('2026-03-10T00:00:00Z') } })];
    expect(waitsOf(caseView({ receivedAt: AT, prechecks: slow }))[0]?.nextAct).toMatch(/silence becomes acceptance/);
  });

  it('promises no acceptance by silence in a year whose holidays are not announced', () => {
    const receivedAt = Date.parse('2027-03-02T01:00:00.000Z');
    expect(waitsOf(caseView({ receivedAt, prechecks })).map(({ reason, nextAct }) => [reason, nextAct])).toEqual([
      ['部门预审中 / being checked', '再次询问 / ask again'],
      ['部门暂无应答 / the department has not answered yet', '再次询问 / ask again'],
    ]);
  });
});

describe('a grant that is being taken back', () => {
  it('is a person’s to recall when it was delivered before it was refused', () => {
    const [wait] = waitsOf(
      inReview({ state: 'COMPENSATING', revocationId: null, refusal: { ground: 'x', article: 'y' } }),
    );
    expect(wait).toMatchObject({ ball: 'CENTER', nextAct: null, nextActAt: null });
    expect(wait?.reason).toMatch(/marks it as recalled/);
  });

  it.each([
    [1, /已 1 次未果 \(TIMEOUT\) \/ being taken back, once in vain/],
    [2, /已 2 次未果 \(TIMEOUT\) \/ being taken back, 2 times in vain/],
  ])('stays visible with its count after %i failures', (tries, reason) => {
    const retry = { tries, at: AT + 250 };
    const [wait] = waitsOf(inReview({ state: 'COMPENSATING', revocationId: 'x', retry, waits: 'TIMEOUT' }));
    expect(wait).toMatchObject({ ball: 'DEPARTMENT', nextActAt: '2026-03-02T01:00:00.250Z' });
    expect(wait?.reason).toMatch(reason);
  });
});

describe('a case that was withdrawn', () => {
  it.each(['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'] as const)('waits for the answer to what is %s', state => {
    const [wait] = waitsOf(inReview({ state, retry: later }, { withdrawal }));
    expect(wait).toMatchObject({ ball: 'DEPARTMENT', nextActAt: '2026-03-02T01:00:00.250Z' });
    expect(wait?.reason).toMatch(/^营业执照：申请已撤回.*withdrawn; the answer/);
    expect(wait?.nextAct).toMatch(/take back a grant/);
  });

  it('keeps what was granted only until nothing filed is open', () => {
    const items = [caseItem('name', { state: 'GRANTED' }), caseItem('license', { state: 'SENT' })];
    const waits = waitsOf(caseView({ state: 'IN_REVIEW', items, withdrawal }));
    expect(waits.map(({ item, ball }) => `${item} ${ball}`)).toEqual(['name CENTER', 'license DEPARTMENT']);
    expect(waits[0]?.nextAct).toMatch(/take it back/);
  });
});

describe('a repair that an operator has proposed', () => {
  const repair: Repair = {
    id: 'r',
    item: 'license',
    verb: 'MARK_RECALLED',
    reason: 'fetched',
    proposedBy: 'a',
    proposedAt: AT + 1_000,
    approvedBy: null,
    approvedAt: null,
  };

  it('waits at the center for a second person', () => {
    const [, wait] = waitsOf(inReview({ state: 'COMPENSATING', revocationId: null }, { repairs: [repair] }));
    expect(wait).toEqual({
      item: 'license',
      department: 'business',
      ball: 'CENTER',
      since: '2026-03-02T01:00:01.000Z',
      reason: '营业执照：“登记收回”待第二人核准 / "mark as recalled" waits for another person\'s approval',
      nextAct: null,
      nextActAt: null,
    });
  });

  it('waits for nobody once it was approved, or the item is settled', () => {
    const approved = { ...repair, approvedBy: 'b', approvedAt: AT };
    expect(waitsOf(inReview({ state: 'SENT' }, { repairs: [approved] }))).toHaveLength(1);
    expect(waitsOf(inReview({ state: 'GRANTED' }, { repairs: [repair] }))).toEqual([]);
  });
});
