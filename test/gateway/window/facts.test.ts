import { afterAll, describe, expect, it } from '@jest/globals';
import { canonicalize, type JsonValue } from '../../../certs/jcs.ts';
import { type CaseItem, type CaseView, type Change, changed, type Note } from '../../../gateway/window/case.ts';
import { takeUp, whyNotWithdrawn } from '../../../gateway/window/facts.ts';
import type { ItemState, RepairVerb } from '../../../gateway/window/generated/types.ts';
import type { Fact, Told } from '../../../gateway/window/store.ts';
import type { ItemId } from '../../../subgraphs/catalogue.ts';
import type { ItemOutcome } from '../../../subgraphs/generated/contract.ts';
import { sealHolders } from '../../../subgraphs/holders.ts';
import { NOW, world } from '../../certs/fixture.ts';
import { CASE_NUMBER, caseView, checkedApplication, grantOf, precheck } from '../../fixtures/case.ts';

const keys = world(sealHolders());
const elsewhere = world(sealHolders());
afterAll(() => {
  keys.remove();
  elsewhere.remove();
});

const NOBODY: ReadonlySet<ItemId> = new Set();
const tools = { trust: () => keys.trust, newId: () => 'f'.repeat(32), random: () => 0.5 };
const fact = (told: Told, id = 'fact'): Fact => ({ id, caseNumber: CASE_NUMBER, toldAt: 5, ...told });

function told(view: CaseView, facts: readonly Fact[], underWay = NOBODY) {
  const { changes, taken } = takeUp(view, facts, underWay, NOW, tools);
  return { changes, taken, after: changed(view, changes, NOW.getTime()) };
}
const notesIn = (changes: readonly Change[]): Note[] => changes.flatMap(one => (one.of === 'NOTE' ? [one.note] : []));
const notApplied = (why: unknown) => [{ note: 'NOT_APPLIED', fact: 'fact', why }];

/** An accepted case under R2 whose named items are in other states. */
function inReview(
  items: Readonly<Partial<Record<ItemId, Partial<CaseItem>>>>,
  changes: Partial<CaseView> = {},
): CaseView {
  const view = caseView({ prechecks: [precheck('business'), precheck('tax')], ...changes });
  return { ...view, items: view.items.map(one => ({ ...one, ...items[one.item] })), state: 'IN_REVIEW' };
}
const filed = (item: ItemId, state: ItemState, changes: Partial<CaseItem> = {}): Partial<CaseItem> => ({
  state,
  operationId: `${CASE_NUMBER}/${item}/1`,
  attempts: 1,
  retry: { tries: 3, at: NOW.getTime() + 60_000 },
  ...changes,
});

const OPERATION = `${CASE_NUMBER}/seal-filing/1`;
const RECORD = {
  format: 'one-window/record/1',
  department: 'seal',
  item: 'seal-filing',
  caseNumber: CASE_NUMBER,
  operationId: OPERATION,
  decidedOn: '2025-06-30',
};
const GRANTED = {
  outcome: 'GRANTED',
  kind: 'SEAL_FILING',
  number: '3710020000001',
  holder: '威海市环翠区试样软件有限公司',
  uscc: null,
  version: 1,
  content: {},
};
const REFUSED = { outcome: 'REFUSED', kind: 'REFUSAL', ground: '刻制单位未备案', article: '第六条' };
const CORRECTION = {
  outcome: 'CORRECTION_ASKED',
  kind: 'CORRECTION',
  faults: [{ path: 'sealOrders', code: 'X', message: 'x' }],
};

function outcome(type: string, of: Readonly<Record<string, JsonValue>>, at = keys): ItemOutcome {
  const record = canonicalize({ ...RECORD, ...of });
  const seal = Buffer.from(at.party('seal').seal(Buffer.from(record), NOW)).toString('base64');
  return { __typename: type, document: { record, seal } } as ItemOutcome;
}
const callBack = (said: ItemOutcome, operationId = OPERATION, id = 'fact'): Fact =>
  fact({ kind: 'OUTCOME', operationId, outcome: said }, id);
const grant = outcome('Granted', GRANTED);

describe('a call-back', () => {
  it.each([
    ['PENDING_HUMAN', 'Granted', GRANTED, 'GRANTED'],
    ['PENDING_HUMAN', 'Refused', REFUSED, 'REFUSED'],
    ['PENDING_HUMAN', 'CorrectionAsked', CORRECTION, 'WAITING_INPUT'],
    ['GRANTED_PROVISIONAL', 'Granted', GRANTED, 'GRANTED'],
    ['GRANTED_PROVISIONAL', 'Refused', REFUSED, 'COMPENSATING'],
  ] as const)('completes an item that is %s: %s', (state, type, record, end) => {
    const { after, taken, changes } = told(inReview({ 'seal-filing': filed('seal-filing', state) }), [
      callBack(outcome(type, record)),
    ]);
    expect(after.items.find(({ item }) => item === 'seal-filing')?.state).toBe(end);
    expect(notesIn(changes)).toEqual([{ note: 'CALLED_BACK', operationId: OPERATION, outcome: type, hint: false }]);
    expect([taken.length, after.documents.length]).toEqual([1, 1]);
  });

  it('says that it was delivered, provisionally, and a later one that it is granted', () => {
    const said = { ...grant, __typename: 'GrantedProvisionally', awaits: '备案' } as ItemOutcome;
    const pending = inReview({ 'seal-filing': filed('seal-filing', 'PENDING_HUMAN') });
    const delivered = told(pending, [callBack(said)]).after;
    expect(delivered.items.at(3)).toMatchObject({ item: 'seal-filing', state: 'GRANTED_PROVISIONAL', waits: '备案' });
    expect(
      told(pending, [callBack(said, OPERATION, 'a'), callBack(grant, OPERATION, 'b')]).after.items.at(3),
    ).toMatchObject({ state: 'GRANTED' });
  });

  it.each(['OUTCOME_UNKNOWN', 'QUEUED'] as const)(
    'on an item that is %s is only a hint to ask at once: its filing may never have left',
    state => {
      const { after, changes } = told(inReview({ 'seal-filing': filed('seal-filing', state) }), [callBack(grant)]);
      expect(after.items.at(3)).toMatchObject({ state, retry: { tries: 3, at: null } });
      expect(after.documents).toEqual([]);
      expect(notesIn(changes)).toMatchObject([{ note: 'CALLED_BACK', hint: true }]);
    },
  );

  it('waits while the answer to the very filing is awaited', () => {
    const sent = inReview({ 'seal-filing': filed('seal-filing', 'SENT') });
    expect(told(sent, [callBack(grant)])).toMatchObject({ changes: [], taken: [] });
  });

  it.each(['PENDING_HUMAN', 'OUTCOME_UNKNOWN'] as const)(
    'waits while the department is being asked about an item that is %s, and lets other facts pass',
    state => {
      const view = inReview({ 'seal-filing': filed('seal-filing', state) });
      const other = callBack(grant, `${CASE_NUMBER}/seal-filing/7`, 'other');
      const { taken, after } = told(view, [callBack(grant), other], new Set(['seal-filing'] as const));
      expect(taken).toEqual([other]);
      expect(after.items).toEqual(view.items);
    },
  );

  it.each([
    ['says nothing definite', { __typename: 'Pending', reference: 'S-1' }],
    ['knows of nothing', { __typename: 'Unknown', reason: 'NOT_SEEN' }],
    ['is sealed elsewhere', outcome('Granted', GRANTED, elsewhere)],
    ['is about another operation', outcome('Granted', { ...GRANTED, operationId: `${CASE_NUMBER}/seal-filing/2` })],
    ['grants over a sealed refusal', outcome('Granted', REFUSED)],
  ] as const)('that %s completes nothing: the department is asked', (_, said) => {
    const pending = inReview({ 'seal-filing': filed('seal-filing', 'PENDING_HUMAN') });
    const { after, changes } = told(pending, [callBack(said as ItemOutcome)]);
    expect(after.items.at(3)).toMatchObject({ state: 'PENDING_HUMAN', retry: { at: null } });
    expect(after.documents).toEqual([]);
    expect(notesIn(changes)).toMatchObject([{ hint: true }]);
  });

  it('that comes a second time changes nothing', () => {
    const pending = inReview({ 'seal-filing': filed('seal-filing', 'PENDING_HUMAN') });
    const { after, changes, taken } = told(pending, [callBack(grant, OPERATION, 'first'), callBack(grant)]);
    expect(taken).toHaveLength(2);
    expect(after.documents).toHaveLength(1);
    expect(notesIn(changes).slice(1)).toEqual(notApplied('the item is GRANTED'));
  });

  it.each(['GRANTED', 'REFUSED', 'WAITING_INPUT', 'COMPENSATED', 'SKIPPED'] as const)(
    'that comes late, when the item is %s, changes nothing',
    state => {
      const view = inReview({ 'seal-filing': filed('seal-filing', state) });
      const { after, changes, taken } = told(view, [callBack(grant)]);
      expect(after.items).toEqual(view.items);
      expect([taken.length, notesIn(changes)]).toEqual([1, notApplied(`the item is ${state}`)]);
    },
  );

  it('to an earlier filing changes nothing of the corrected one', () => {
    const second = { operationId: `${CASE_NUMBER}/seal-filing/2`, attempts: 2 };
    const view = inReview({ 'seal-filing': filed('seal-filing', 'PENDING_HUMAN', second) });
    const { after, changes } = told(view, [callBack(grant)]);
    expect(after.items).toEqual(view.items);
    expect(notesIn(changes)).toEqual(notApplied('it answers an earlier filing'));
  });

  it('about nothing that the case ever asked is remembered, and changes nothing', () => {
    const view = inReview({});
    for (const strange of ['', 'x', `${CASE_NUMBER}/seal-filing/9`, `${CASE_NUMBER}/seal-filing/revoke-1`]) {
      const { after, changes, taken } = told(view, [callBack(grant, strange)]);
      expect([after.items, taken.length, notesIn(changes).length]).toEqual([view.items, 1, 1]);
    }
  });

  it('before the window has written that it asked waits until it has', () => {
    expect(told(inReview({}), [callBack(grant)])).toMatchObject({ changes: [], taken: [] });
  });

  it('to a filing that will never be is not kept for ever', () => {
    const { changes, taken } = told(inReview({ 'seal-filing': { state: 'SKIPPED' } }), [callBack(grant)]);
    expect([taken.length, notesIn(changes).length]).toEqual([1, 1]);
  });

  it('about a revocation is a hint to ask at once', () => {
    const revocationId = `${CASE_NUMBER}/seal-filing/revoke-1`;
    const view = inReview({ 'seal-filing': filed('seal-filing', 'COMPENSATING', { revocationId }) });
    const said = outcome('Revoked', { outcome: 'REVOKED', kind: 'REVOCATION', ground: 'x', revokes: OPERATION });
    const { after, changes } = told(view, [callBack(said, revocationId)]);
    expect(after.items.at(3)).toMatchObject({ state: 'COMPENSATING', retry: { at: null } });
    expect(notesIn(changes)).toMatchObject([{ hint: true }]);
  });
});

describe('a withdrawal', () => {
  const withdrawn = (by: string): Fact => fact({ kind: 'WITHDRAWAL', requestId: 'w', reason: '不办了', by });
  const withdrawal = withdrawn('clerk');

  it('is written with who told it, when and why', () => {
    const { changes } = told(inReview({}), [withdrawal]);
    expect(changes).toEqual([
      { of: 'WITHDRAWAL', withdrawal: { at: withdrawal.toldAt, by: 'clerk', reason: '不办了' } },
    ]);
  });

  it.each([
    ['a paper may be on its way', 'license', 'SENT'],
    ['a person decides on a paper', 'license', 'PENDING_HUMAN'],
    ['a name is reserved, which is no paper', 'name', 'GRANTED'],
    ['a name is being given back', 'name', 'COMPENSATING'],
  ] as const)('can be told while %s', (_, item, state) => {
    expect(whyNotWithdrawn(inReview({ [item]: filed(item, state) }))).toBeUndefined();
  });

  it.each(['GRANTED', 'GRANTED_PROVISIONAL', 'COMPENSATING'] as const)(
    'comes too late for a paper that is %s: the enterprise must be cancelled',
    state => {
      const view = inReview({ license: filed('license', state) });
      const { changes, taken, after } = told(view, [withdrawal]);
      expect(notesIn(changes)).toEqual(notApplied(expect.stringContaining('license has been granted')));
      expect([taken.length, after.withdrawal]).toEqual([1, null]);
    },
  );

  it('counts once, and not for a case that is over', () => {
    const { after, changes } = told(inReview({}), [withdrawal, withdrawn('other')]);
    expect(after.withdrawal?.by).toBe('clerk');
    expect(notesIn(changes)).toEqual(notApplied('the case has been withdrawn already'));
    for (const state of ['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN'] as const) {
      expect(whyNotWithdrawn(caseView({ state }))).toBe(`the case is ${state} already`);
    }
  });

  it('that was told before a correction makes the correction too late', () => {
    const application = checkedApplication();
    const faults = [{ path: 'address', code: 'X', message: 'x' }];
    const view = inReview({ license: filed('license', 'WAITING_INPUT', { faults }) }, { application });
    const mended = fact({ kind: 'RESUBMISSION', requestId: 's', application, duplicateFingerprint: 'd', by: 'clerk' });
    const { changes, after } = told(view, [withdrawal, mended]);
    expect(after.receivedAt).toBe(0);
    expect(notesIn(changes)).toEqual(notApplied('the case waits for no correction'));
  });
});

describe('a resubmission', () => {
  it('is the application from then on, with what it has changed', () => {
    const fault = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;
    const view = caseView({
      application: checkedApplication(),
      prechecks: [precheck('business', { faults: [fault] }), precheck('tax')],
      state: 'CORRECTION_NOTICED',
    });
    const application = checkedApplication({ address: '威海市环翠区示例路2号' });
    const mended = fact({ kind: 'RESUBMISSION', requestId: 's', application, duplicateFingerprint: 'd', by: 'clerk' });
    const { changes, after } = told(view, [mended]);
    expect(changes[0]).toMatchObject({
      of: 'APPLICATION',
      resubmission: { requestId: 's', duplicateFingerprint: 'd', changed: ['address'], at: mended.toldAt, by: 'clerk' },
    });
    expect(after).toMatchObject({ application, receivedAt: mended.toldAt, state: 'RESUBMITTED' });
  });
});

describe('a repair', () => {
  const proposed = (verb: RepairVerb, item: ItemId = 'seal-filing', by = 'officer'): Fact =>
    fact({ kind: 'REPAIR_PROPOSED', requestId: 'r', repairId: 'repair', item, verb, reason: '已追回', by }, 'proposal');
  const approved = (by = 'approver'): Fact => fact({ kind: 'REPAIR_APPROVED', repairId: 'repair', by });
  const recalled = filed('seal-filing', 'COMPENSATING');

  it('does nothing before a second person has approved it', () => {
    const view = inReview({ 'seal-filing': recalled });
    const { after } = told(view, [proposed('MARK_RECALLED')]);
    expect(after.items).toEqual(view.items);
    expect(after.repairs).toEqual([
      {
        id: 'repair',
        item: 'seal-filing',
        verb: 'MARK_RECALLED',
        reason: '已追回',
        proposedBy: 'officer',
        proposedAt: 5,
        approvedBy: null,
        approvedAt: null,
      },
    ]);
  });

  it.each(['RETRY', 'TAKE_OVER', 'MARK_RECALLED'] as const)('to %s is not approved by who proposed it', verb => {
    const view = inReview({ 'seal-filing': recalled });
    const { after, changes } = told(view, [proposed(verb), approved('officer')]);
    expect(after.items).toEqual(view.items);
    expect(after.repairs[0]?.approvedBy).toBeNull();
    expect(notesIn(changes)).toEqual(notApplied('the same person proposed it'));
  });

  it.each(['RETRY', 'TAKE_OVER', 'MARK_RECALLED'] as const)('to %s is approved once', verb => {
    const view = inReview({ 'seal-filing': recalled });
    const { after, changes } = told(view, [proposed(verb), { ...approved(), id: 'first' }, approved('third')]);
    expect(after.repairs).toMatchObject([{ approvedBy: 'approver', approvedAt: 5 }]);
    expect(notesIn(changes)).toEqual(notApplied('nothing of this id waits for approval'));
  });

  it('that nobody has proposed is not done', () => {
    const { after, changes } = told(inReview({ 'seal-filing': recalled }), [approved()]);
    expect(after.repairs).toEqual([]);
    expect(notesIn(changes)).toEqual(notApplied('nothing of this id waits for approval'));
  });

  it('waits while the department is being asked about the item', () => {
    const view = inReview({ 'seal-filing': recalled });
    const { taken, after } = told(view, [proposed('MARK_RECALLED'), approved()], new Set(['seal-filing'] as const));
    expect(taken.map(({ id }) => id)).toEqual(['proposal']);
    expect(after.items.at(3)?.state).toBe('COMPENSATING');
  });

  it('to MARK_RECALLED takes back what a person has fetched, and revokes its certificate', () => {
    const view = inReview({ 'seal-filing': recalled }, { documents: [grantOf('seal-filing'), grantOf('license')] });
    const { after } = told(view, [proposed('MARK_RECALLED'), approved()]);
    expect(after.items.at(3)).toMatchObject({ state: 'COMPENSATED', outcomeAt: 5, waits: null });
    expect(after.documents.map(({ item, status }) => `${item} ${status}`)).toEqual([
      'seal-filing REVOKED',
      'license VALID',
    ]);
  });

  it('to MARK_RECALLED takes back nothing else', () => {
    const view = inReview({ 'seal-filing': filed('seal-filing', 'GRANTED') }, { documents: [grantOf('seal-filing')] });
    const { after, changes } = told(view, [proposed('MARK_RECALLED'), approved()]);
    expect(after.items).toEqual(view.items);
    expect(after.documents[0]?.status).toBe('VALID');
    expect(notesIn(changes)).toEqual(notApplied('nothing of seal-filing is to be recalled: it is GRANTED'));
  });

  it.each([
    [0, 'it is being taken back by its department', 'COMPENSATING'],
    [2, 'its department has failed to take it back', 'COMPENSATED'],
  ] as const)('to MARK_RECALLED of a revocation that failed %i times leaves it: %s', (tries, _, state) => {
    const revoking = { ...recalled, revocationId: `${CASE_NUMBER}/seal-filing/revoke-1`, retry: { tries, at: 9 } };
    const { after } = told(inReview({ 'seal-filing': revoking }), [proposed('MARK_RECALLED'), approved()]);
    expect(after.items.find(({ item }) => item === 'seal-filing')?.state).toBe(state);
  });

  it('to RETRY asks at once what would have been asked later, and nobody else', () => {
    const late = { tries: 9, at: NOW.getTime() + 60_000 };
    const prechecks = [
      precheck('business', { faults: null, retry: late }),
      precheck('tax', { faults: null, retry: late }),
    ];
    const view = inReview({ license: filed('license', 'OUTCOME_UNKNOWN', { retry: late }) }, { prechecks });
    const { after } = told(view, [proposed('RETRY', 'license'), approved()]);
    expect(after.prechecks.map(({ retry }) => retry.tries)).toEqual([0, 9]);
    expect(after.items.map(({ retry }) => retry.at)).toEqual([null, null, null, null, null, null]);
    expect(after.items.map(({ state }) => state)).toEqual(view.items.map(({ state }) => state));
    const checked = inReview({ license: filed('license', 'OUTCOME_UNKNOWN') });
    expect(told(checked, [proposed('RETRY', 'license'), approved()]).after.prechecks).toEqual(checked.prechecks);
  });

  it('to TAKE_OVER changes no row: another driver goes on with them', () => {
    const view = inReview({ 'seal-filing': filed('seal-filing', 'PENDING_HUMAN') });
    expect(told(view, [proposed('TAKE_OVER'), approved()]).after.items).toEqual(view.items);
  });
});

it('takes facts up in the order told, each in the case as the one before has left it', () => {
  const view = inReview({ 'seal-filing': filed('seal-filing', 'GRANTED_PROVISIONAL') });
  const facts = [
    callBack(outcome('Refused', REFUSED), OPERATION, 'refusal'),
    fact(
      {
        kind: 'REPAIR_PROPOSED',
        requestId: 'r',
        repairId: 'x',
        item: 'seal-filing',
        verb: 'MARK_RECALLED',
        reason: 'y',
        by: 'a',
      },
      'p',
    ),
    fact({ kind: 'REPAIR_APPROVED', repairId: 'x', by: 'b' }, 'q'),
  ];
  expect(told(view, facts).after.items.at(3)).toMatchObject({ state: 'COMPENSATED', refusal: { article: '第六条' } });
});
