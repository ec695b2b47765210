import { describe, expect, it } from '@jest/globals';
import {
  AT_ONCE,
  type CaseItem,
  type CaseView,
  changed,
  type Precheck,
  stateOf,
} from '../../../gateway/window/case.ts';
import type { CaseState, ItemState } from '../../../gateway/window/generated/types.ts';
import { caseItem, caseView } from '../../fixtures/case.ts';

const check = (faults: Precheck['faults']): Precheck => ({ department: 'business', faults, retry: AT_ONCE });
const FAULT = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;
const GOOD = [check([])];

/** Items in the states given, in the order name, license, organization code, seal filing. */
const items = (...states: readonly ItemState[]): CaseItem[] => {
  const ids = ['name', 'license', 'organization-code', 'seal-filing'] as const;
  return states.map((state, at) => caseItem(ids[at]!, { state }));
};

/** Every state that is read off the rows. DESIGN's others come with what reaches them. */
const TABLE: readonly [CaseState, readonly Precheck[], readonly CaseItem[], string][] = [
  ['SUBMITTED', [check(null)], items('QUEUED'), 'a department has not checked it yet'],
  ['SUBMITTED', [check([FAULT]), check(null)], items('WAITING_INPUT'), 'faults are told all at once, not one by one'],
  ['CORRECTION_NOTICED', [check([FAULT]), check([])], items('QUEUED', 'WAITING_INPUT'), 'a fault was found'],
  ['ACCEPTED', GOOD, items('QUEUED', 'QUEUED'), 'nothing is filed yet'],
  ['IN_REVIEW', GOOD, items('SENT', 'QUEUED'), 'an answer is under way'],
  ['IN_REVIEW', GOOD, items('GRANTED', 'QUEUED'), 'one is granted, the next to be filed'],
  ['IN_REVIEW', GOOD, items('OUTCOME_UNKNOWN'), 'an answer was lost'],
  ['IN_REVIEW', GOOD, items('PENDING_HUMAN'), 'a person decides'],
  ['IN_REVIEW', GOOD, items('GRANTED', 'GRANTED_PROVISIONAL'), 'the filing may still be refused'],
  ['IN_REVIEW', GOOD, items('GRANTED', 'WAITING_INPUT'), 'a correction was asked after filing'],
  ['IN_REVIEW', GOOD, items('COMPENSATING', 'REFUSED'), 'a grant is being taken back'],
  ['CLOSED', GOOD, items('GRANTED', 'GRANTED'), 'everything is granted'],
  ['CLOSED', GOOD, items('GRANTED', 'GRANTED', 'REFUSED', 'SKIPPED'), 'a partial result: the license stays'],
  ['REFUSED', GOOD, items('REFUSED', 'SKIPPED'), 'refused before anything was granted'],
  ['REFUSED', GOOD, items('GRANTED', 'REFUSED', 'SKIPPED'), 'a name that stays reserved is no certificate'],
  ['REVOKED', GOOD, items('COMPENSATED', 'COMPENSATED', 'REFUSED', 'SKIPPED'), 'everything was taken back'],
];

describe('the state of a case', () => {
  it.each(TABLE)('is %s when checks and items say so: %#', (state, prechecks, some) => {
    expect(stateOf({ prechecks, items: some })).toBe(state);
  });

  it('can be each of the states that the schema shows', () => {
    const shown: readonly CaseState[] = [
      'SUBMITTED',
      'CORRECTION_NOTICED',
      'ACCEPTED',
      'IN_REVIEW',
      'CLOSED',
      'REFUSED',
      'REVOKED',
    ];
    expect([...new Set(TABLE.map(([state]) => state))]).toEqual(shown);
  });
});

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
      '2026-03-02',
    );
    expect(before).toEqual(copy);
    expect(after.items.map(({ state }) => state)).toEqual(['GRANTED', 'QUEUED']);
    expect(after.prechecks).toEqual([{ ...GOOD[0], retry: { tries: 2, at: 5 } }]);
    expect(after.state).toBe('IN_REVIEW');
  });

  it('is accepted on the day on which the last department finds nothing, and on no later one', () => {
    const submitted = caseView({ prechecks: [check(null)] });
    expect(changed(submitted, [], '2026-03-01').acceptedOn).toBeNull();
    const accepted = changed(submitted, [{ of: 'PRECHECK', department: 'business', to: { faults: [] } }], '2026-03-02');
    expect(accepted).toMatchObject({ state: 'ACCEPTED', acceptedOn: '2026-03-02' });
    expect(changed(accepted, [], '2026-03-09').acceptedOn).toBe('2026-03-02');
  });

  it('is not accepted while faults are told', () => {
    const faulty = changed(caseView({ prechecks: [check([FAULT])] }), [], '2026-03-02');
    expect(faulty).toMatchObject({ state: 'CORRECTION_NOTICED', acceptedOn: null });
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
      '2026-03-02',
    );
    expect(with2.documents.map(({ id, status }) => `${id} ${status}`)).toEqual(['a REVOKED', 'b VALID']);
  });
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) deepFreeze(each);
  return Object.freeze(value);
}
