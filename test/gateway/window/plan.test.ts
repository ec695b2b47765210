import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AT_ONCE, type CaseItem, type Change, changed, type Precheck } from '../../../gateway/window/case.ts';
import { type Act, type PlannedCase, planOf } from '../../../gateway/window/plan.ts';
import { itemIds } from '../../../subgraphs/catalogue.ts';
import { newestRegime, type Regime } from '../../../subgraphs/regimes.ts';
import { caseItem, caseView } from '../../fixtures/case.ts';

const R2 = newestRegime('R2') as Regime;
const NOW = 1_000_000;

/** R2's items in the states given; the others are QUEUED. */
function r2(states: Readonly<Record<string, Partial<CaseItem>>>, policy: PlannedCase['policy'] = 'KEEP_GRANTED') {
  const items = R2.items.map(({ item }) => caseItem(item, states[item]));
  return planOf(caseView({ regime: R2, policy, items }), NOW);
}
const acts = ({ acts }: { readonly acts: readonly Act[] }): string[] =>
  acts.map(act => (act.verb === 'PRECHECK' ? `PRECHECK ${act.department}` : `${act.verb} ${act.item}`));
const granted = { state: 'GRANTED', operationId: 'filed' } as const;

describe('the plan of a case', () => {
  it('lets every department check before anything is filed', () => {
    const check = (department: Precheck['department'], faults: Precheck['faults'] = null) => ({
      department,
      faults,
      retry: AT_ONCE,
    });
    const prechecks = [check('business', []), check('tax'), { ...check('code'), retry: { tries: 1, at: NOW + 5 } }];
    const view = caseView({ regime: R2, prechecks });
    expect(planOf(view, NOW)).toEqual({ acts: [{ verb: 'PRECHECK', department: 'tax' }], skip: [], wakeAt: 0 });
    expect(acts(planOf(view, NOW + 5))).toEqual(['PRECHECK tax', 'PRECHECK code']);
  });

  it('files nothing when one department has found a fault, and waits for the applicant', () => {
    const fault = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;
    const prechecks = [{ department: 'business', faults: [fault], retry: AT_ONCE }] as const;
    expect(planOf(caseView({ regime: R2, prechecks }), NOW)).toEqual({ acts: [], skip: [], wakeAt: null });
  });

  it('files the name first, then the license, then what needs the license, at once', () => {
    expect(acts(r2({}))).toEqual(['FILE name']);
    expect(acts(r2({ name: granted }))).toEqual(['FILE license']);
    expect(acts(r2({ name: granted, license: granted }))).toEqual(['FILE organization-code', 'FILE seal-filing']);
  });

  it('builds on a provisional grant, and goes on asking what becomes of it', () => {
    const license = { state: 'GRANTED_PROVISIONAL', operationId: 'filed' } as const;
    expect(acts(r2({ name: granted, license }))).toEqual(['ASK license', 'FILE organization-code', 'FILE seal-filing']);
  });

  it.each(['OUTCOME_UNKNOWN', 'PENDING_HUMAN', 'GRANTED_PROVISIONAL'] as const)(
    'asks about an item that is %s when its time has come, and not before',
    state => {
      const regime = { ...R2, items: [{ item: 'name', needs: [] }] } as const;
      const item = caseItem('name', { state, operationId: 'filed', retry: { tries: 3, at: NOW + 1 } });
      const view = caseView({ regime, items: [item] });
      expect(planOf(view, NOW)).toEqual({ acts: [], skip: [], wakeAt: NOW + 1 });
      expect(acts(planOf(view, NOW + 1))).toEqual(['ASK name']);
    },
  );

  it('wakes for the earliest of several retries', () => {
    const waiting = (at: number) => ({ state: 'OUTCOME_UNKNOWN', operationId: 'x', retry: { tries: 1, at } }) as const;
    const plan = r2({
      name: granted,
      license: granted,
      'organization-code': waiting(NOW + 9),
      'seal-filing': waiting(NOW + 3),
    });
    expect(plan).toEqual({ acts: [], skip: [], wakeAt: NOW + 3 });
  });

  it('does nothing while an answer is under way', () => {
    expect(r2({ name: { state: 'SENT', operationId: 'filed' } })).toEqual({ acts: [], skip: [], wakeAt: null });
  });

  it('skips what needs a refused item, and keeps what was granted', () => {
    const plan = r2({ name: granted, license: { state: 'REFUSED' } });
    expect(plan).toEqual({ acts: [], skip: ['organization-code', 'seal-filing'], wakeAt: null });
  });

  it('leaves the others alone when the last item is refused under KEEP_GRANTED', () => {
    const plan = r2({
      name: granted,
      license: granted,
      'organization-code': granted,
      'seal-filing': { state: 'REFUSED' },
    });
    expect(acts(plan)).toEqual(['FILE national-tax', 'FILE local-tax']);
    expect(plan.skip).toEqual([]);
  });

  describe('when everything is to be taken back', () => {
    const refused = { 'seal-filing': { state: 'REFUSED' } } as const;

    it('files nothing more, and skips what the applicant was to mend', () => {
      const plan = r2({ ...refused, name: granted, license: { state: 'WAITING_INPUT' } }, 'REVOKE_ALL');
      expect(plan.skip).toEqual(['license', 'organization-code', 'national-tax', 'local-tax']);
    });

    it('revokes backwards: first what nothing needs', () => {
      const all = {
        name: granted,
        license: granted,
        'organization-code': granted,
        'national-tax': granted,
        'local-tax': granted,
      };
      expect(acts(r2({ ...all, ...refused }, 'REVOKE_ALL'))).toEqual(['REVOKE national-tax', 'REVOKE local-tax']);
      const gone = { state: 'COMPENSATED' } as const;
      const half = { ...all, 'national-tax': gone, 'local-tax': { state: 'COMPENSATING', operationId: 'r' } } as const;
      expect(acts(r2({ ...half, ...refused }, 'REVOKE_ALL'))).toEqual(['REVOKE local-tax']);
      const more = { ...half, 'local-tax': gone };
      expect(acts(r2({ ...more, ...refused }, 'REVOKE_ALL'))).toEqual(['REVOKE organization-code']);
    });

    it.each(['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'] as const)('revokes nothing while a filing is %s', state => {
      const open = { name: granted, license: granted, 'organization-code': { state, operationId: 'x' } };
      expect(acts(r2({ ...open, ...refused }, 'REVOKE_ALL')).filter(act => act.startsWith('REVOKE'))).toEqual([]);
    });

    it('sends again what was sent once, because the first message may still arrive', () => {
      const sent = { state: 'QUEUED', operationId: 'filed' } as const;
      const plan = r2({ ...refused, name: granted, license: granted, 'organization-code': sent }, 'REVOKE_ALL');
      expect(acts(plan)).toEqual(['FILE organization-code']);
      expect(plan.skip).toEqual(['national-tax', 'local-tax']);
    });
  });
});

// --- every regime, every answer --------------------------------------------------------------------------------------

/** What a department does with one message. LOST: it comes later or never; UNHEARD: it is done, and the answer is lost. */
const DEEDS = [
  'GRANT',
  'GRANT',
  'GRANT',
  'REFUSE',
  'CORRECT',
  'PEND',
  'PROVISION',
  'DEFER',
  'LOST',
  'UNHEARD',
] as const;
type Deed = (typeof DEEDS)[number];

const regimes: fc.Arbitrary<Regime> = fc
  .shuffledSubarray([...itemIds], { minLength: 1 })
  .chain(ids => fc.tuple(fc.constant(ids), fc.array(fc.nat(), { minLength: ids.length, maxLength: ids.length })))
  .map(([ids, masks]) => ({
    ...R2,
    items: ids.map((item, at) => ({ item, needs: ids.slice(0, at).filter((_, bit) => ((masks[at] ?? 0) >> bit) & 1) })),
  }));

/** Departments that do what a list says, and grant and revoke when it is used up. Operation ids are done once. */
class World {
  readonly done = new Map<string, 'GRANTED' | 'REFUSED' | 'WAITING_INPUT' | 'COMPENSATED'>();
  readonly late = new Set<string>();
  readonly #deeds: Deed[];

  constructor(deeds: readonly Deed[]) {
    this.#deeds = [...deeds];
  }

  answer({ verb, item }: Exclude<Act, { verb: 'PRECHECK' }>, before: CaseItem, now: number): Change {
    const id = before.operationId as string;
    const state = this.#state(verb, id, before);
    const waits = state === 'SENT' || state === 'OUTCOME_UNKNOWN' || state === before.state;
    const retry = waits ? { tries: before.retry.tries + 1, at: now + 10 } : { ...before.retry, at: null };
    return { of: 'ITEM', item, to: { state: state === 'SENT' ? 'OUTCOME_UNKNOWN' : state, retry } };
  }

  #state(verb: Act['verb'], id: string, before: CaseItem): CaseItem['state'] {
    const deed = this.#deeds.pop() ?? 'GRANT';
    if (deed === 'LOST') {
      if (verb !== 'ASK') this.late.add(id);
      return before.state;
    }
    const known = this.done.get(id);
    if (known) return deed === 'UNHEARD' ? before.state : known;
    if (verb === 'REVOKE') {
      this.done.set(id, 'COMPENSATED');
      return deed === 'UNHEARD' ? before.state : 'COMPENSATED';
    }
    if (verb === 'ASK' && before.state !== 'GRANTED_PROVISIONAL') {
      return deed === 'PEND' ? 'PENDING_HUMAN' : 'QUEUED';
    }
    if (deed === 'DEFER') return before.state;
    if (deed === 'PEND') return before.state === 'GRANTED_PROVISIONAL' ? before.state : 'PENDING_HUMAN';
    if (deed === 'PROVISION') return 'GRANTED_PROVISIONAL';
    const end = deed === 'REFUSE' ? 'REFUSED' : deed === 'CORRECT' ? 'WAITING_INPUT' : 'GRANTED';
    this.done.set(id, end);
    return deed === 'UNHEARD' ? before.state : end;
  }
}

const LIVE = ['GRANTED', 'GRANTED_PROVISIONAL'];
const HELD = [...LIVE, 'COMPENSATING'];
const OPEN = ['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'];

/** Drives a case as the driver does, checks every plan on the way, and returns how it ended. */
function drive(regime: Regime, policy: PlannedCase['policy'], deeds: readonly Deed[]) {
  const world = new World(deeds);
  let view = caseView({ regime, policy, items: regime.items.map(({ item }) => caseItem(item)) });
  let now = NOW;
  for (let step = 0; step < 2_000; step++) {
    const plan = planOf(view, now);
    checkPlan(view, plan, now);
    if (plan.acts.length === 0 && plan.skip.length === 0) {
      if (plan.wakeAt === null) return { view, world };
      now = plan.wakeAt;
      continue;
    }
    view = changed(
      view,
      plan.skip.map((item): Change => ({ of: 'ITEM', item, to: { state: 'SKIPPED' } })),
      'today',
    );
    for (const act of plan.acts) {
      if (act.verb === 'PRECHECK') throw new Error('all prechecks are done');
      view = changed(view, [mark(view.items, act)], 'today');
      const item = view.items.find(one => one.item === act.item) as CaseItem;
      view = changed(view, [world.answer(act, item, now)], 'today');
    }
  }
  throw new Error('the case came to no end');
}

function mark(items: readonly CaseItem[], { verb, item }: Exclude<Act, { verb: 'PRECHECK' }>): Change {
  const { state, operationId } = items.find(one => one.item === item) as CaseItem;
  if (verb === 'FILE') return { of: 'ITEM', item, to: { state: 'SENT', operationId: operationId ?? `${item}/file` } };
  const begins = verb === 'REVOKE' && state !== 'COMPENSATING';
  return { of: 'ITEM', item, to: begins ? { state: 'COMPENSATING', operationId: `${item}/revoke` } : {} };
}

function checkPlan({ regime, policy, items }: PlannedCase, plan: ReturnType<typeof planOf>, now: number): void {
  const stateOf = (id: string): string => items.find(({ item }) => item === id)?.state as string;
  const takenBack = policy === 'REVOKE_ALL' && items.some(({ state }) => state === 'REFUSED');
  for (const act of plan.acts) {
    if (act.verb === 'PRECHECK') throw new Error('all prechecks are done');
    expect(plan.skip).not.toContain(act.item);
    const { needs } = regime.items.find(({ item }) => item === act.item)!;
    const { state, operationId, retry } = items.find(({ item }) => item === act.item)!;
    expect(retry.at === null || retry.at <= now).toBe(true);
    if (act.verb === 'FILE' && operationId === null) {
      expect(takenBack).toBe(false);
      expect(needs.every(need => LIVE.includes(stateOf(need)))).toBe(true);
    }
    if (act.verb === 'REVOKE' && state !== 'COMPENSATING') {
      const dependents = regime.items.filter(one => one.needs.includes(act.item));
      expect(dependents.filter(({ item }) => HELD.includes(stateOf(item)))).toEqual([]);
      expect(items.filter(one => OPEN.includes(one.state))).toEqual([]);
      expect(takenBack).toBe(true);
    }
  }
  if (plan.acts.length > 0) expect(plan.wakeAt).not.toBeNull();
  else if (plan.wakeAt !== null) expect(plan.wakeAt).toBeGreaterThan(now);
}

describe('whatever the regime and whatever departments answer', () => {
  const policies = fc.constantFrom('KEEP_GRANTED', 'REVOKE_ALL');
  const deeds = fc.array(fc.constantFrom(...DEEDS), { maxLength: 60 });

  it('comes to an end with nothing left to do', () => {
    fc.assert(
      fc.property(regimes, policies, deeds, (regime, policy, some) => {
        const { view } = drive(regime, policy, some);
        const ends = ['GRANTED', 'REFUSED', 'COMPENSATED', 'SKIPPED', 'WAITING_INPUT', 'QUEUED'];
        expect(view.items.filter(({ state }) => !ends.includes(state))).toEqual([]);
        // What is still queued needs, at some distance, what the applicant must mend.
        const queued = view.items.some(({ state }) => state === 'QUEUED');
        if (queued) expect(view.items.some(({ state }) => state === 'WAITING_INPUT')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves no grant at a department that the case does not know of, though messages come late', () => {
    fc.assert(
      fc.property(regimes, policies, deeds, (regime, policy, some) => {
        const { view, world } = drive(regime, policy, some);
        for (const id of world.late) {
          const [item, what] = id.split('/');
          if (what === 'file' && !world.done.has(id)) throw new Error(`${item} may still be granted`);
        }
        for (const { item, state } of view.items) {
          const isGranted = world.done.get(`${item}/file`) === 'GRANTED' && !world.done.has(`${item}/revoke`);
          expect(state === 'GRANTED').toBe(isGranted);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps nothing granted under REVOKE_ALL once something was refused', () => {
    fc.assert(
      fc.property(regimes, deeds, (regime, some) => {
        const { view } = drive(regime, 'REVOKE_ALL', some);
        if (!view.items.some(({ state }) => state === 'REFUSED')) return;
        expect(view.items.filter(({ state }) => state === 'GRANTED')).toEqual([]);
        expect(['REFUSED', 'REVOKED']).toContain(view.state);
      }),
      { numRuns: 1_000 },
    );
  });
});
