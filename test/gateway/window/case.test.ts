import { describe, expect, it } from '@jest/globals';
import {
  type CaseItem,
  type CaseView,
  changed,
  isOver,
  stateOf,
  type Withdrawal,
} from '../../../gateway/window/case.ts';
import type { CaseState, ItemState } from '../../../gateway/window/generated/types.ts';
import { caseItem, caseView, checkedApplication, precheck } from '../../fixtures/case.ts';

const FAULT = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;
const GOOD = [precheck('business'), precheck('tax')];
const OPEN = [precheck('business'), precheck('tax', { faults: null })];
const FAULTY = [precheck('business', { faults: [FAULT] }), precheck('tax')];
const SILENT = [precheck('business'), precheck('tax', { faults: null, silent: true })];
const WITHDRAWN: Withdrawal = { at: 5, by: 'clerk', reason: '不办了' };

/** Items in the states given, in the order name, license, organization code, seal filing. */
const items = (...states: readonly ItemState[]): CaseItem[] => {
  const ids = ['name', 'license', 'organization-code', 'seal-filing'] as const;
  return states.map((state, at) => caseItem(ids[at]!, { state }));
};

type Rows = Partial<Parameters<typeof stateOf>[0]>;
/** Every state of a case, as it is read off its checks and items, and why. */
const TABLE: readonly [CaseState, Rows, readonly CaseItem[], string][] = [
  ['SUBMITTED', { prechecks: OPEN }, items('QUEUED'), 'a department has not checked it yet'],
  [
    'SUBMITTED',
    { prechecks: [...FAULTY, precheck('code', { faults: null })] },
    items('WAITING_INPUT'),
    'faults are told all at once, not one by one',
  ],
  ['CORRECTION_NOTICED', { prechecks: FAULTY }, items('QUEUED', 'WAITING_INPUT'), 'a fault was found'],
  [
    'CORRECTION_NOTICED',
    { prechecks: [...FAULTY, ...SILENT] },
    items('QUEUED', 'WAITING_INPUT'),
    'the silence of one does not mend what another has found',
  ],
  ['RESUBMITTED', { prechecks: OPEN, receivedAt: 7 }, items('QUEUED'), 'the corrected one is being checked'],
  ['ACCEPTED', { prechecks: GOOD }, items('QUEUED', 'QUEUED'), 'nothing is filed yet'],
  ['DEEMED_ACCEPTED', { prechecks: SILENT }, items('QUEUED', 'QUEUED'), 'silence is acceptance'],
  ['IN_REVIEW', { prechecks: GOOD }, items('SENT', 'QUEUED'), 'an answer is under way'],
  ['IN_REVIEW', { prechecks: SILENT }, items('GRANTED', 'SENT'), 'a deemed acceptance goes on like any other'],
  ['IN_REVIEW', { prechecks: GOOD }, items('GRANTED', 'QUEUED'), 'one is granted, the next to be filed'],
  ['IN_REVIEW', { prechecks: GOOD }, items('OUTCOME_UNKNOWN'), 'an answer was lost'],
  ['IN_REVIEW', { prechecks: GOOD }, items('PENDING_HUMAN'), 'a person decides'],
  ['IN_REVIEW', { prechecks: GOOD }, items('GRANTED', 'GRANTED_PROVISIONAL'), 'the filing may still be refused'],
  ['IN_REVIEW', { prechecks: GOOD }, items('GRANTED', 'WAITING_INPUT'), 'a correction was asked after filing'],
  ['IN_REVIEW', { prechecks: GOOD }, items('COMPENSATING', 'REFUSED'), 'a grant is being taken back'],
  ['CLOSED', { prechecks: GOOD }, items('GRANTED', 'GRANTED'), 'everything is granted'],
  ['CLOSED', { prechecks: GOOD }, items('GRANTED', 'GRANTED', 'REFUSED', 'SKIPPED'), 'a partial result'],
  ['CLOSED', { prechecks: GOOD }, items('GRANTED', 'GRANTED', 'GRANTED', 'COMPENSATED'), 'a seal was recalled'],
  ['REFUSED', { prechecks: GOOD }, items('REFUSED', 'SKIPPED'), 'refused before anything was granted'],
  ['REFUSED', { prechecks: GOOD }, items('COMPENSATED', 'REFUSED', 'SKIPPED'), 'a name given back is no paper'],
  ['REVOKED', { prechecks: GOOD }, items('COMPENSATED', 'COMPENSATED', 'REFUSED'), 'everything was taken back'],
  ['IN_REVIEW', { withdrawal: WITHDRAWN, prechecks: GOOD }, items('SENT', 'SKIPPED'), 'what was filed is awaited'],
  [
    'IN_REVIEW',
    { withdrawal: WITHDRAWN, prechecks: GOOD },
    items('GRANTED', 'SKIPPED'),
    'the name is still to be given back',
  ],
  ['IN_REVIEW', { withdrawal: WITHDRAWN, prechecks: GOOD }, items('COMPENSATING', 'SKIPPED'), 'it is being given back'],
  ['WITHDRAWN', { withdrawal: WITHDRAWN, prechecks: GOOD }, items('COMPENSATED', 'SKIPPED'), 'it was given back'],
  ['WITHDRAWN', { withdrawal: WITHDRAWN, prechecks: OPEN }, items('SKIPPED', 'SKIPPED'), 'nobody had looked at it'],
  ['WITHDRAWN', { withdrawal: WITHDRAWN, prechecks: FAULTY }, items('SKIPPED', 'SKIPPED'), 'faults need no mending'],
  ['WITHDRAWN', { withdrawal: WITHDRAWN, prechecks: GOOD }, items('REFUSED', 'SKIPPED'), 'it was refused meanwhile'],
];

describe('the state of a case', () => {
  it.each(TABLE)('is %s when checks and items say so: %#', (state, rows, some) => {
    expect(stateOf({ prechecks: [], withdrawal: null, openedAt: 0, receivedAt: 0, ...rows, items: some })).toBe(state);
  });

  it('can be each of the states that can be reached today', () => {
    const shown: readonly CaseState[] = [
      'SUBMITTED',
      'CORRECTION_NOTICED',
      'RESUBMITTED',
      'ACCEPTED',
      'DEEMED_ACCEPTED',
      'IN_REVIEW',
      'CLOSED',
      'REFUSED',
      'REVOKED',
      'WITHDRAWN',
    ];
    expect([...new Set(TABLE.map(([state]) => state))]).toEqual(shown);
    expect(shown.filter(state => isOver({ state }))).toEqual(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN']);
  });
});

/** 23:59 of 2 March in China. */
const LATE_ON_2_MARCH = Date.parse('2026-03-02T15:59:59.999Z');
const ON_3_MARCH = LATE_ON_2_MARCH + 1;
const ON_9_MARCH = Date.parse('2026-03-09T03:00:00.000Z');

describe('a change of a case', () => {
  const frozen = (): CaseView => deepFreeze(caseView({ prechecks: GOOD, items: items('QUEUED', 'QUEUED') }));

  it('makes another case and leaves the first as it was', () => {
    const before = frozen();
    const copy = structuredClone(before);
    const after = changed(
      before,
      [
        { of: 'ITEM', item: 'name', to: { state: 'GRANTED', waits: null } },
        { of: 'PRECHECK', department: 'business', to: { retry: { tries: 2, at: 5 } } },
      ],
      ON_3_MARCH,
    );
    expect(before).toEqual(copy);
    expect(after.items.map(({ state }) => state)).toEqual(['GRANTED', 'QUEUED']);
    expect(after.prechecks).toEqual([{ ...GOOD[0], retry: { tries: 2, at: 5 } }, GOOD[1]]);
    expect(after.state).toBe('IN_REVIEW');
  });

  it('that is none leaves the very same case', () => {
    const before = frozen();
    expect(changed(before, [], ON_3_MARCH)).toBe(before);
  });

  it('adds documents, and changes the status of the one that is named', () => {
    const document = (id: string) => ({ id, status: 'VALID' }) as CaseView['documents'][number];
    const with2 = changed(
      frozen(),
      [
        { of: 'DOCUMENT', document: document('a') },
        { of: 'DOCUMENT', document: document('b') },
        { of: 'DOCUMENT_STATUS', id: 'a', status: 'REVOKED' },
      ],
      ON_3_MARCH,
    );
    expect(with2.documents.map(({ id, status }) => `${id} ${status}`)).toEqual(['a REVOKED', 'b VALID']);
  });

  it('adds slips, and keeps one repair of each id as it was told last', () => {
    const repair = { id: 'r', item: 'license', verb: 'RETRY', reason: 'x', proposedBy: 'a', proposedAt: 1 } as const;
    const open = { ...repair, approvedBy: null, approvedAt: null };
    const after = changed(
      frozen(),
      [
        { of: 'SLIP', slip: { id: 's' } as CaseView['slips'][number] },
        { of: 'REPAIR', repair: open },
        { of: 'REPAIR', repair: { ...open, id: 'other' } },
        { of: 'REPAIR', repair: { ...repair, approvedBy: 'b', approvedAt: 2 } },
      ],
      ON_3_MARCH,
    );
    expect(after.slips.map(({ id }) => id)).toEqual(['s']);
    expect(after.repairs.map(({ id, approvedBy }) => `${id} ${approvedBy}`)).toEqual(['other null', 'r b']);
  });

  it('puts the corrected application in the place of the first, received when it came', () => {
    const application = checkedApplication({ address: '威海市环翠区示例路2号' });
    const resubmission = { requestId: 'r', application, duplicateFingerprint: 'd', changed: [], at: 77, by: 'clerk' };
    const before = caseView({ prechecks: OPEN });
    const after = changed(before, [{ of: 'APPLICATION', resubmission }], ON_3_MARCH);
    expect(after).toMatchObject({ application, receivedAt: 77, openedAt: 0, state: 'RESUBMITTED' });
  });

  it('that only remembers something leaves all rows as they were', () => {
    const before = changed(frozen(), [{ of: 'ITEM', item: 'name', to: {} }], ON_3_MARCH);
    const note = { note: 'NOT_APPLIED', fact: 'f', why: 'w' } as const;
    expect(changed(before, [{ of: 'NOTE', note }], ON_9_MARCH)).toEqual(before);
  });
});

describe('the day of acceptance', () => {
  const found: Parameters<typeof changed>[1] = [{ of: 'PRECHECK', department: 'tax', to: { faults: [] } }];

  it('is the day in China on which the last department finds nothing, and no later one', () => {
    const accepted = changed(caseView({ prechecks: OPEN }), found, LATE_ON_2_MARCH);
    expect(accepted).toMatchObject({ state: 'ACCEPTED', acceptedOn: '2026-03-02' });
    expect(changed(caseView({ prechecks: OPEN }), found, ON_3_MARCH).acceptedOn).toBe('2026-03-03');
    const later = changed(accepted, [{ of: 'ITEM', item: 'name', to: { state: 'SENT' } }], ON_9_MARCH);
    expect(later.acceptedOn).toBe('2026-03-02');
  });

  it('has not come while a department looks, or faults are told', () => {
    const again: Parameters<typeof changed>[1] = [
      { of: 'PRECHECK', department: 'tax', to: { retry: { tries: 1, at: 9 } } },
    ];
    expect(changed(caseView({ prechecks: OPEN }), again, ON_3_MARCH).acceptedOn).toBeNull();
    const faulty = changed(caseView({ prechecks: FAULTY }), found, ON_3_MARCH);
    expect(faulty).toMatchObject({ state: 'CORRECTION_NOTICED', acceptedOn: null });
  });

  it('is the day of receipt when silence is acceptance, however late that is noticed', () => {
    const silent = [{ of: 'PRECHECK', department: 'tax', to: { silent: true } }] as const;
    const view = caseView({ prechecks: OPEN, openedAt: LATE_ON_2_MARCH, receivedAt: LATE_ON_2_MARCH });
    expect(changed(view, silent, ON_9_MARCH)).toMatchObject({ state: 'DEEMED_ACCEPTED', acceptedOn: '2026-03-02' });
    const resubmitted = { ...view, receivedAt: ON_3_MARCH };
    expect(changed(resubmitted, silent, ON_9_MARCH)).toMatchObject({ acceptedOn: '2026-03-03' });
  });

  it.each([
    ['while departments look', OPEN],
    ['while faults are told', FAULTY],
  ])('never comes for a case that is withdrawn %s', (_, prechecks) => {
    const withdrawn = changed(caseView({ prechecks }), [{ of: 'WITHDRAWAL', withdrawal: WITHDRAWN }], ON_3_MARCH);
    expect(withdrawn).toMatchObject({ state: 'IN_REVIEW', acceptedOn: null });
    const skipped = withdrawn.items.map(({ item }) => ({ of: 'ITEM', item, to: { state: 'SKIPPED' } }) as const);
    expect(changed(withdrawn, skipped, ON_3_MARCH)).toMatchObject({ state: 'WITHDRAWN', acceptedOn: null });
  });

  it('stays when an accepted case is withdrawn', () => {
    const accepted = changed(caseView({ prechecks: OPEN }), found, LATE_ON_2_MARCH);
    const withdrawn = changed(accepted, [{ of: 'WITHDRAWAL', withdrawal: WITHDRAWN }], ON_9_MARCH);
    expect(withdrawn.acceptedOn).toBe('2026-03-02');
  });
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) deepFreeze(each);
  return Object.freeze(value);
}
