import { describe, expect, it } from '@jest/globals';
import { ballsOf, holderOf, isRepairOpen, type Moves } from '../../../gateway/window/balls.ts';
import type { CaseItem } from '../../../gateway/window/case.ts';
import type { BallHolder, CaseState, ItemState } from '../../../gateway/window/generated/types.ts';
import { newestRegime, type Regime } from '../../../subgraphs/regimes.ts';
import { caseItem } from '../../fixtures/case.ts';

const R2 = newestRegime('R2') as Regime;

/** The holders, in words, in a case under R2 whose items are as told and otherwise queued. */
function holders(changes: Partial<Record<CaseItem['item'], Partial<CaseItem>>>, moves: Partial<Moves> = {}) {
  const items = R2.items.map(({ item }) => caseItem(item, changes[item]));
  const needsOf = (id: CaseItem['item']) => R2.items.find(({ item }) => item === id)?.needs ?? [];
  const balls = ballsOf({ state: 'IN_REVIEW', unanswered: [], items, needsOf, isRepairProposed: false, ...moves });
  return balls.map(({ ball, department }) => department ?? ball);
}
const GRANTED = { state: 'GRANTED' } as const;

describe('whose move an item is', () => {
  it.each<[ItemState, Partial<CaseItem>, BallHolder | null]>([
    ['WAITING_INPUT', {}, 'APPLICANT'],
    ['QUEUED', { operationId: null }, null],
    ['QUEUED', { operationId: 'x' }, 'CENTER'],
    ['SENT', {}, 'DEPARTMENT'],
    ['OUTCOME_UNKNOWN', {}, 'DEPARTMENT'],
    ['PENDING_HUMAN', {}, 'DEPARTMENT'],
    ['GRANTED_PROVISIONAL', {}, 'DEPARTMENT'],
    ['COMPENSATING', { revocationId: 'x' }, 'DEPARTMENT'],
    ['COMPENSATING', { revocationId: null }, 'CENTER'],
    ['GRANTED', {}, null],
    ['REFUSED', {}, null],
    ['COMPENSATED', {}, null],
    ['SKIPPED', {}, null],
  ])('when it is %s %j: %s', (state, changes, holder) => {
    expect(holderOf(caseItem('license', { state, ...changes }))).toBe(holder);
  });
});

describe('who holds the ball in a case', () => {
  it.each<CaseState>(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN'])('is nobody once it is %s', state => {
    expect(holders({}, { state, isRepairProposed: true })).toEqual([]);
  });

  it.each<CaseState>(['SUBMITTED', 'RESUBMITTED'])(
    'is each department that has not checked it while it is %s',
    state => {
      expect(holders({}, { state, unanswered: ['seal', 'business'] })).toEqual(['business', 'seal']);
    },
  );

  it('is the applicant alone while faults are told and nothing is filed', () => {
    expect(holders({ license: { state: 'WAITING_INPUT' } }, { state: 'CORRECTION_NOTICED' })).toEqual(['APPLICANT']);
  });

  it('is the center as soon as everything is accepted: the first item can be filed', () => {
    expect(holders({}, { state: 'ACCEPTED' })).toEqual(['CENTER']);
  });

  it('is the department that decides, and not the center for what can only come afterwards', () => {
    expect(holders({ name: GRANTED, license: { state: 'PENDING_HUMAN' } })).toEqual(['business']);
  });

  it('is the applicant alone when an item is to be corrected on which the others wait', () => {
    expect(holders({ name: GRANTED, license: { state: 'WAITING_INPUT' } })).toEqual(['APPLICANT']);
  });

  it('is the center too when something can be filed and is not', () => {
    const changes = { name: GRANTED, license: GRANTED, 'organization-code': { state: 'WAITING_INPUT' } } as const;
    expect(holders(changes)).toEqual(['CENTER', 'APPLICANT']);
  });

  it('is two departments at once, each named once', () => {
    const sent = { state: 'SENT' } as const;
    const changes = { name: GRANTED, license: GRANTED, 'organization-code': GRANTED, 'seal-filing': sent };
    expect(holders({ ...changes, 'national-tax': sent, 'local-tax': sent })).toEqual(['tax', 'seal']);
  });

  it('is the center when nothing says another: a grant waits to be taken back', () => {
    const changes = { name: GRANTED, license: { state: 'REFUSED' } } as const;
    const skipped = { state: 'SKIPPED' } as const;
    const rest = {
      'organization-code': skipped,
      'seal-filing': skipped,
      'national-tax': skipped,
      'local-tax': skipped,
    };
    expect(holders({ ...changes, ...rest })).toEqual(['CENTER']);
  });

  it('is the center too while a proposed repair waits for a second person', () => {
    const changes = { name: GRANTED, license: { state: 'OUTCOME_UNKNOWN' } } as const;
    expect(holders(changes, { isRepairProposed: true })).toEqual(['CENTER', 'business']);
  });
});

describe('a proposed repair', () => {
  it.each<[string | null, ItemState | undefined, boolean, string]>([
    [null, 'OUTCOME_UNKNOWN', true, 'nobody else has approved it'],
    ['b', 'OUTCOME_UNKNOWN', false, 'it was approved'],
    [null, 'GRANTED', false, 'the item was settled without it'],
    [null, undefined, false, 'the case has no such item'],
  ])('approved by %s, its item %s, is open: %s, because %s', (approvedBy, state, open) => {
    expect(isRepairOpen({ approvedBy }, state)).toBe(open);
  });
});
