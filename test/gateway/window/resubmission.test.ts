import { describe, expect, it } from '@jest/globals';
import type { CaseItem, CaseView, Precheck } from '../../../gateway/window/case.ts';
import { changed, stateOf } from '../../../gateway/window/case.ts';
import type { RegisterEnterpriseInput } from '../../../gateway/window/generated/types.ts';
import { judgeResubmission } from '../../../gateway/window/resubmission.ts';
import type { DepartmentId, ItemId, MaterialKind } from '../../../subgraphs/catalogue.ts';
import { application, paper } from '../../fixtures/application.ts';
import { caseView, checkedApplication, precheck } from '../../fixtures/case.ts';

const FIRST = checkedApplication();
const papers = application().materials;
/** The papers with one kind replaced by what is given. */
const withPaper = (kind: MaterialKind, ...instead: RegisterEnterpriseInput['materials']) => ({
  materials: [...papers.filter(one => one.kind !== kind), ...instead],
});

/** A case before filing, with faults of the items named. */
function noticed(faulty: readonly ItemId[], changes: Partial<Precheck> = {}): CaseView {
  const view = caseView({ application: FIRST });
  const fault = { path: 'address', code: 'X', message: 'x' };
  const items = view.items.map(one =>
    faulty.includes(one.item) ? { ...one, state: 'WAITING_INPUT' as const, faults: [fault] } : one,
  );
  const prechecks = (['business', 'tax', 'code', 'seal'] as const).map(department => {
    const own = items.filter(one => one.department === department && one.faults.length > 0);
    return precheck(department, { ...changes, faults: own.map(({ item }) => ({ item, ...fault })) });
  });
  return { ...view, items, prechecks, state: stateOf({ ...view, items, prechecks }) };
}

/** A case in review that was asked, after filing, to correct the paths named. */
function asked(
  faults: Readonly<Partial<Record<ItemId, readonly string[]>>>,
  changes: Partial<CaseView> = {},
): CaseView {
  const view = caseView({ application: FIRST, prechecks: [precheck('business'), precheck('tax')], ...changes });
  const items = view.items.map((one): CaseItem => {
    const paths = faults[one.item];
    if (!paths) return { ...one, state: one.item === 'name' ? 'GRANTED' : one.state };
    const told = paths.map(path => ({ path, code: 'X', message: 'x' }));
    return { ...one, state: 'WAITING_INPUT', operationId: `${one.item}/1`, attempts: 1, waits: 'x', faults: told };
  });
  return { ...view, items, state: 'IN_REVIEW' };
}

const judge = (view: CaseView, changes: Partial<RegisterEnterpriseInput> = {}) =>
  judgeResubmission(view, checkedApplication(changes));
function accepted(view: CaseView, changes: Partial<RegisterEnterpriseInput> = {}) {
  const judged = judge(view, changes);
  if (!judged.ok) throw new Error(judged.why);
  return judged;
}
/** Departments that are to check again. */
const asksAgain = (view: CaseView, changes: Partial<RegisterEnterpriseInput>): readonly DepartmentId[] =>
  accepted(view, changes).changes.flatMap(change => (change.of === 'PRECHECK' ? [change.department] : []));

const ADDRESS = { address: '威海市环翠区示例路2号' };

describe('a resubmission before anything is filed', () => {
  it('may change anything, and names what has changed', () => {
    expect(accepted(noticed(['license']), ADDRESS).changed).toEqual(['address']);
    const capital = {
      registeredCapital: '100000.00',
      founders: [{ name: '甲子某', idNumber: '371002189503070019', contribution: '100000.00' }],
    };
    expect(accepted(noticed(['license']), capital).changed).toEqual(['registeredCapital', 'founders']);
    expect(accepted(noticed(['license'])).changed).toEqual([]);
  });

  it('names a paper by its kind, added, taken away or replaced', () => {
    const other = { ...paper('ARTICLES'), sha256: 'a'.repeat(64) };
    expect(accepted(noticed(['license']), withPaper('ARTICLES')).changed).toEqual(['materials.ARTICLES']);
    expect(accepted(noticed(['license']), withPaper('ARTICLES', other)).changed).toEqual(['materials.ARTICLES']);
    expect(accepted(noticed(['license']), withPaper('ARTICLES', paper('ARTICLES'), other)).changed).toEqual([
      'materials.ARTICLES',
    ]);
    expect(accepted(noticed(['license']), { materials: papers.toReversed() }).changed).toEqual([]);
  });

  it('is too early while a department has not answered, though another has found a fault already', () => {
    const view = noticed(['license']);
    const prechecks = view.prechecks.map(one => (one.department === 'tax' ? { ...one, faults: null } : one));
    const checking = { ...view, prechecks, state: stateOf({ ...view, prechecks }) };
    expect(judge(checking, ADDRESS)).toEqual({ ok: false, why: 'departments are still checking the application' });
  });

  it('is looked at by who found a fault, though nothing has changed', () => {
    expect(asksAgain(noticed(['license', 'seal-filing']), {})).toEqual(['business', 'seal']);
  });

  it('is looked at by everybody when it is no paper that has changed: any rule may use it', () => {
    expect(asksAgain(noticed(['license']), ADDRESS)).toEqual(['business', 'tax', 'code', 'seal']);
  });

  it('is looked at again only by who demands a paper that has changed; what others have checked stands', () => {
    const articles = { ...paper('ARTICLES'), title: '章程（修订）' };
    expect(asksAgain(noticed(['seal-filing']), withPaper('ARTICLES', articles))).toEqual(['business', 'seal']);
    expect(asksAgain(noticed(['license']), withPaper('IDENTITY', { ...paper('IDENTITY'), trust: 'A' }))).toEqual([
      'business',
      'tax',
      'seal',
    ]);
  });

  it('asks a department that was silent no more, unless what has changed concerns it', () => {
    const silent = noticed(['license']);
    const prechecks = silent.prechecks.map(one =>
      one.department === 'code' ? { ...one, faults: null, silent: true } : one,
    );
    const articles = withPaper('ARTICLES', { ...paper('ARTICLES'), title: '章程（修订）' });
    expect(asksAgain({ ...silent, prechecks }, articles)).toEqual(['business']);
    expect(asksAgain({ ...silent, prechecks }, ADDRESS)).toContain('code');
  });

  it('begins anew: no faults, no tries, and nobody is silent who may still answer in time', () => {
    const late = { retry: { tries: 7, at: 99 } };
    const view = noticed(['license'], late);
    const { changes } = accepted(view, ADDRESS);
    const after = changed(view, changes, 5);
    const fresh = { faults: null, silent: false, retry: { tries: 0, at: null } };
    expect(after.prechecks).toEqual(view.prechecks.map(({ department }) => ({ department, ...fresh })));
    expect(after.items.map(({ state, faults }) => [state, faults.length])).toEqual(Array(6).fill(['QUEUED', 0]));
  });
});

describe('a resubmission after filing', () => {
  it('may change what is asked, and is filed anew, under an id of its own', () => {
    const view = asked({ license: ['address'] });
    const { changed: fields, changes } = accepted(view, ADDRESS);
    expect(fields).toEqual(['address']);
    const license = changed(view, changes, 5).items.find(({ item }) => item === 'license');
    expect(license).toMatchObject({ state: 'QUEUED', operationId: null, attempts: 1, faults: [], waits: null });
    expect(changes.filter(({ of }) => of === 'PRECHECK')).toEqual([]);
  });

  it.each([
    ['a whole list for a place in it', ['founders.1.idNumber'], { founders: application().founders.toReversed() }],
    ['any paper for the papers', ['materials'], withPaper('ARTICLES', { ...paper('ARTICLES'), title: '章程（修订）' })],
    ['the paper that is named', ['materials.2.trust'], withPaper('IDENTITY', { ...paper('IDENTITY'), trust: 'A' })],
    ['nothing at all, when the fault was the department’s', ['address'], {}],
  ] as const)('may change %s', (_, paths, changes) => {
    expect(judge(asked({ license: paths }), changes)).toMatchObject({ ok: true });
  });

  it('may change the name while it is the name that waits, and not once a license has it', () => {
    const renamed = { name: { ...application().name, tradingName: '试样新名' } };
    expect(judge(asked({ name: ['name.tradingName'] }), renamed)).toMatchObject({ ok: true });
    expect(judge(asked({ license: ['name'] }), renamed)).toMatchObject({ ok: true });
    const view = asked({ 'seal-filing': ['name.tradingName'] });
    const items = view.items.map(one => (one.item === 'license' ? { ...one, state: 'GRANTED' as const } : one));
    expect(judge({ ...view, items }, renamed)).toEqual({
      ok: false,
      why: 'the name is that of a paper which was granted',
    });
  });

  it('that changes what nobody asked is refused: it may be certified already', () => {
    const more = { ...ADDRESS, businessScope: '软件开发' };
    expect(judge(asked({ license: ['address'] }), more)).toEqual({
      ok: false,
      why: 'nobody asked to correct businessScope',
    });
    expect(judge(asked({ license: ['address'] }), withPaper('ARTICLES'))).toEqual({
      ok: false,
      why: 'nobody asked to correct materials.ARTICLES',
    });
    expect(judge(asked({ license: ['materials.2.trust'] }), withPaper('ARTICLES'))).toEqual({
      ok: false,
      why: 'nobody asked to correct materials.ARTICLES',
    });
  });

  it('answers all that was asked, by whomever, at once', () => {
    const view = asked({ license: ['address'], 'seal-filing': ['sealOrders.0'] });
    const { changes } = accepted(view, { ...ADDRESS, sealOrders: ['COMPANY'] });
    expect(changes.map(change => change.of === 'ITEM' && change.item)).toEqual(['license', 'seal-filing']);
  });

  it.each([
    ['nothing is asked', asked({})],
    ['the case is withdrawn', asked({ license: ['address'] }, { withdrawal: { at: 1, by: 'c', reason: 'r' } })],
    ['departments still look', caseView({ application: FIRST, prechecks: [precheck('tax', { faults: null })] })],
    ['the case is over', { ...asked({}), state: 'CLOSED' } as CaseView],
  ])('is refused while %s', (_, view) => {
    expect(judge(view, ADDRESS)).toEqual({ ok: false, why: 'the case waits for no correction' });
  });
});

it.each([
  ['before filing', noticed(['license'])],
  ['after filing', asked({ license: ['regionCode'] })],
])('never moves an enterprise to another region: %s', (_, view) => {
  expect(judge(view, { regionCode: '330782' })).toEqual({
    ok: false,
    why: 'a case stays in the region whose number it has',
  });
});
