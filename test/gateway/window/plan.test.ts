import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AT_ONCE,
  type CaseItem,
  type CaseView,
  type Change,
  changed,
  isPaper,
  isUnanswered,
} from '../../../gateway/window/case.ts';
import { takeUp } from '../../../gateway/window/facts.ts';
import { type Act, type Plan, type PlannedCase, planOf } from '../../../gateway/window/plan.ts';
import type { Fact, Told } from '../../../gateway/window/store.ts';
import { type DepartmentId, type ItemId, itemIds } from '../../../subgraphs/catalogue.ts';
import { newestRegime, type Regime } from '../../../subgraphs/regimes.ts';
import { CASE_NUMBER, caseItem, caseView, checkedApplication, precheck } from '../../fixtures/case.ts';

const R2 = newestRegime('R2') as Regime;
const NOW = 1_000_000;

/** R2's items in the states given; the others are QUEUED. */
function r2(states: Readonly<Record<string, Partial<CaseItem>>>, changes: Partial<PlannedCase> = {}) {
  const items = R2.items.map(({ item }) => caseItem(item, states[item]));
  return planOf(caseView({ regime: R2, items, ...changes }), NOW, null);
}
const WITHDRAWN = { withdrawal: { at: NOW, by: 'clerk', reason: '不办了' } } as const;
const REVOKE_ALL = { policy: 'REVOKE_ALL' } as const;
const acts = ({ acts }: { readonly acts: readonly Act[] }): string[] =>
  acts.map(act => (act.verb === 'PRECHECK' ? `PRECHECK ${act.department}` : `${act.verb} ${act.item}`));
/** As a department's refusal leaves it: the ground stays with it. */
const REFUSED = { state: 'REFUSED', operationId: 'filed', refusal: { ground: '欠税', article: 'x' } } as const;
const granted = { state: 'GRANTED', operationId: 'filed' } as const;
const AT_REST: Plan = { acts: [], skip: [], silent: [], wakeAt: null };

describe('the plan of a case', () => {
  it('lets every department check before anything is filed', () => {
    const prechecks = [
      precheck('business'),
      precheck('tax', { faults: null }),
      precheck('code', { faults: null, retry: { tries: 1, at: NOW + 5 } }),
    ];
    const view = caseView({ regime: R2, prechecks });
    const asked = { verb: 'PRECHECK', department: 'tax' };
    expect(planOf(view, NOW, null)).toEqual({ acts: [asked], skip: [], silent: [], wakeAt: 0 });
    expect(acts(planOf(view, NOW + 5, null))).toEqual(['PRECHECK tax', 'PRECHECK code']);
  });

  it('files nothing when one department has found a fault, and waits for the applicant', () => {
    const fault = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;
    const prechecks = [precheck('business', { faults: [fault] })];
    expect(planOf(caseView({ regime: R2, prechecks }), NOW, null)).toEqual(AT_REST);
  });

  describe('when a department does not check', () => {
    const waits = (at: number) => precheck('tax', { faults: null, retry: { tries: 1, at } });
    const view = (at: number) => caseView({ regime: R2, prechecks: [precheck('business'), waits(at)] });

    it('wakes for the next try or for the day on which silence is acceptance, whichever comes first', () => {
      expect(planOf(view(NOW + 5), NOW, NOW + 9).wakeAt).toBe(NOW + 5);
      expect(planOf(view(NOW + 5), NOW, NOW + 3).wakeAt).toBe(NOW + 3);
      expect(planOf(view(NOW + 5), NOW, null).wakeAt).toBe(NOW + 5);
    });

    it('asks it up to the last instant, and then no more: its silence counts', () => {
      expect(planOf(view(NOW), NOW, NOW + 1)).toMatchObject({ acts: [{ verb: 'PRECHECK' }], silent: [] });
      expect(planOf(view(NOW), NOW, NOW)).toEqual({ ...AT_REST, silent: ['tax'] });
    });

    it('goes on without it once its silence has counted', () => {
      const prechecks = [precheck('business'), precheck('tax', { faults: null, silent: true })];
      expect(acts(planOf(caseView({ regime: R2, prechecks }), NOW, NOW))).toEqual(['FILE name']);
    });

    it('waits for ever where nobody knows which days are worked', () => {
      expect(planOf(view(NOW + 5), Number.MAX_SAFE_INTEGER, null)).toMatchObject({ silent: [] });
    });
  });

  it('files the name first, then the license, then what needs the license, at once', () => {
    expect(acts(r2({}))).toEqual(['FILE name']);
    expect(acts(r2({ name: granted }))).toEqual(['FILE license']);
    expect(acts(r2({ name: granted, license: granted }))).toEqual(['FILE organization-code', 'FILE seal-filing']);
  });

  it('does not build on a provisional grant, of which there is no paper yet, and goes on asking what becomes of it', () => {
    const license = { state: 'GRANTED_PROVISIONAL', operationId: 'filed' } as const;
    expect(acts(r2({ name: granted, license }))).toEqual(['ASK license']);
  });

  it.each(['OUTCOME_UNKNOWN', 'PENDING_HUMAN', 'GRANTED_PROVISIONAL'] as const)(
    'asks about an item that is %s when its time has come, and not before',
    state => {
      const regime = { ...R2, items: [{ item: 'name', needs: [] }] } as const;
      const item = caseItem('name', { state, operationId: 'filed', retry: { tries: 3, at: NOW + 1 } });
      const view = caseView({ regime, items: [item] });
      expect(planOf(view, NOW, null)).toEqual({ ...AT_REST, wakeAt: NOW + 1 });
      expect(acts(planOf(view, NOW + 1, null))).toEqual(['ASK name']);
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
    expect(plan).toEqual({ ...AT_REST, wakeAt: NOW + 3 });
  });

  it('does nothing while an answer is under way', () => {
    expect(r2({ name: { state: 'SENT', operationId: 'filed' } })).toEqual(AT_REST);
  });

  it('gives the name back when the license is refused, for no paper will come of it', () => {
    const plan = r2({ name: granted, license: REFUSED });
    expect(plan.skip).toEqual(['organization-code', 'seal-filing', 'national-tax', 'local-tax']);
    expect(acts(plan)).toEqual(['REVOKE name']);
  });

  it('keeps the name as long as one paper may still come of it', () => {
    const regime = { ...R2, items: R2.items.map(one => (one.item === 'seal-filing' ? { ...one, needs: [] } : one)) };
    const items = (sealFiling: CaseItem['state']) =>
      regime.items.map(({ item }) =>
        caseItem(item, { name: granted, license: REFUSED, 'seal-filing': { state: sealFiling } }[item as 'name']),
      );
    const plan = (state: CaseItem['state']) => acts(planOf(caseView({ regime, items: items(state) }), NOW, null));
    expect(plan('QUEUED')).toEqual(['FILE seal-filing']);
    expect(plan('GRANTED')).toEqual([]);
    expect(plan('COMPENSATED')).toEqual(['REVOKE name']);
  });

  it('leaves the others alone when the last item is refused under KEEP_GRANTED', () => {
    const plan = r2({
      name: granted,
      license: granted,
      'organization-code': granted,
      'seal-filing': REFUSED,
    });
    expect(acts(plan)).toEqual(['FILE national-tax', 'FILE local-tax']);
    expect(plan.skip).toEqual([]);
  });

  describe('when everything is to be taken back', () => {
    const refused = { 'seal-filing': REFUSED } as const;

    it('files nothing more, and skips what the applicant was to mend', () => {
      const plan = r2({ ...refused, name: granted, license: { state: 'WAITING_INPUT' } }, REVOKE_ALL);
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
      expect(acts(r2({ ...all, ...refused }, REVOKE_ALL))).toEqual(['REVOKE national-tax', 'REVOKE local-tax']);
      const gone = { state: 'COMPENSATED' } as const;
      const half = {
        ...all,
        'national-tax': gone,
        'local-tax': { state: 'COMPENSATING', operationId: 'filed', revocationId: 'r' },
      } as const;
      expect(acts(r2({ ...half, ...refused }, REVOKE_ALL))).toEqual(['REVOKE local-tax']);
      const more = { ...half, 'local-tax': gone };
      expect(acts(r2({ ...more, ...refused }, REVOKE_ALL))).toEqual(['REVOKE organization-code']);
    });

    it.each(['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'] as const)('revokes nothing while a filing is %s', state => {
      const open = { name: granted, license: granted, 'organization-code': { state, operationId: 'x' } };
      expect(acts(r2({ ...open, ...refused }, REVOKE_ALL)).filter(act => act.startsWith('REVOKE'))).toEqual([]);
    });

    it('sends again what was sent once, because the first message may still arrive', () => {
      const sent = { state: 'QUEUED', operationId: 'filed' } as const;
      const plan = r2({ ...refused, name: granted, license: granted, 'organization-code': sent }, REVOKE_ALL);
      expect(acts(plan)).toEqual(['FILE organization-code']);
      expect(plan.skip).toEqual(['national-tax', 'local-tax']);
    });

    it('begins to revoke at once, however often the grant had been asked for in vain', () => {
      const late = { ...granted, retry: { tries: 9, at: NOW + 60_000 } };
      expect(acts(r2({ ...refused, name: granted, license: late }, REVOKE_ALL))).toContain('REVOKE license');
    });

    it('tries a revocation that failed again when its time has come, and wakes for it', () => {
      const failed = { state: 'COMPENSATING', operationId: 'f', revocationId: 'r', retry: { tries: 2, at: NOW + 4 } };
      const plan = r2({ ...refused, name: granted, license: failed as Partial<CaseItem> }, REVOKE_ALL);
      expect(plan).toMatchObject({ acts: [], wakeAt: NOW + 4 });
    });
  });

  describe('when a seal that was delivered is refused', () => {
    const delivered = { state: 'COMPENSATING', operationId: 'filed', refusal: REFUSED.refusal } as const;
    const all = {
      name: granted,
      license: granted,
      'organization-code': granted,
      'national-tax': granted,
      'local-tax': granted,
    };

    it('waits for the person who fetches it: no message can', () => {
      expect(r2({ ...all, 'seal-filing': delivered })).toEqual(AT_REST);
    });

    it('skips at once what needs it, and does not wait until it is fetched', () => {
      const plan = r2({ name: granted, license: granted, 'organization-code': delivered });
      expect(plan.skip).toEqual(['national-tax', 'local-tax']);
    });

    it('takes back under REVOKE_ALL what does not carry it, and the rest when it is fetched', () => {
      expect(acts(r2({ ...all, 'seal-filing': delivered }, REVOKE_ALL))).toEqual([
        'REVOKE national-tax',
        'REVOKE local-tax',
      ]);
      const gone = { state: 'COMPENSATED' } as const;
      const rest = { ...all, 'organization-code': gone, 'national-tax': gone, 'local-tax': gone };
      expect(acts(r2({ ...rest, 'seal-filing': delivered }, REVOKE_ALL))).toEqual([]);
      const fetched = { ...delivered, state: 'COMPENSATED' } as const;
      expect(acts(r2({ ...rest, 'seal-filing': fetched }, REVOKE_ALL))).toEqual(['REVOKE license']);
    });
  });

  describe('of a case that is withdrawn', () => {
    it('asks for no check any more, and skips everything that is not filed', () => {
      const prechecks = [precheck('business', { faults: null }), precheck('tax', { faults: null })];
      const every = R2.items.map(({ item }) => item);
      expect(r2({}, { ...WITHDRAWN, prechecks })).toEqual({ ...AT_REST, skip: every });
    });

    it('skips what the applicant was to mend, too', () => {
      const fault = { item: 'license', path: 'address', code: 'X', message: 'x' } as const;
      const prechecks = [precheck('business', { faults: [fault] })];
      expect(r2({ license: { state: 'WAITING_INPUT' } }, { ...WITHDRAWN, prechecks }).skip).toContain('license');
    });

    it.each(['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'] as const)(
      'awaits a filing that is %s before it gives anything back',
      state => {
        const plan = r2({ name: granted, license: { state, operationId: 'x' } }, WITHDRAWN);
        expect(acts(plan)).toEqual(state === 'SENT' ? [] : ['ASK license']);
        expect(plan.skip).toEqual(['organization-code', 'seal-filing', 'national-tax', 'local-tax']);
      },
    );

    it('gives back what was granted, whatever the policy, the last first', () => {
      const rest = { 'organization-code': { state: 'SKIPPED' }, 'seal-filing': { state: 'SKIPPED' } } as const;
      expect(acts(r2({ ...rest, name: granted, license: granted }, WITHDRAWN))).toEqual(['REVOKE license']);
      expect(acts(r2({ ...rest, name: granted, license: { state: 'COMPENSATED' } }, WITHDRAWN))).toEqual([
        'REVOKE name',
      ]);
    });

    it('sends again what was sent once, because the first message may still arrive', () => {
      const plan = r2({ name: granted, license: { state: 'QUEUED', operationId: 'filed' } }, WITHDRAWN);
      expect(acts(plan)).toEqual(['FILE license']);
    });
  });
});

// --- every regime, every answer, withdrawn and mended at any time ---------------------------------------------------

/**
 * What a department does with one message. LOST: it comes later or never; UNHEARD: it is done, and the answer is lost;
 * UNABLE: it takes back nothing of this, so that a person must; the rest by name.
 */
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
  'UNABLE',
] as const;
type Deed = (typeof DEEDS)[number];
/** What a department does with one precheck. */
const LOOKS = ['FINDS_NOTHING', 'FINDS_NOTHING', 'FINDS_FAULT', 'SAYS_NOTHING'] as const;
type Look = (typeof LOOKS)[number];

interface Story {
  readonly regime: Regime;
  readonly policy: PlannedCase['policy'];
  readonly deeds: readonly Deed[];
  readonly looks: readonly Look[];
  /** In which step the applicant withdraws; after the end: never. */
  readonly withdrawnIn: number;
  /** How often the applicant mends what is asked. */
  readonly mends: number;
}

const regimes: fc.Arbitrary<Regime> = fc
  .shuffledSubarray([...itemIds], { minLength: 1 })
  .chain(ids => fc.tuple(fc.constant(ids), fc.array(fc.nat(), { minLength: ids.length, maxLength: ids.length })))
  .map(([ids, masks]) => ({
    ...R2,
    items: ids.map((item, at) => ({ item, needs: ids.slice(0, at).filter((_, bit) => ((masks[at] ?? 0) >> bit) & 1) })),
  }));
const stories: fc.Arbitrary<Story> = fc.record({
  regime: regimes,
  policy: fc.constantFrom('KEEP_GRANTED', 'REVOKE_ALL'),
  deeds: fc.array(fc.constantFrom(...DEEDS), { maxLength: 60 }),
  looks: fc.array(fc.constantFrom(...LOOKS), { maxLength: 12 }),
  withdrawnIn: fc.oneof(fc.nat({ max: 25 }), fc.constant(Number.POSITIVE_INFINITY)),
  mends: fc.nat({ max: 3 }),
});

type ItemAct = Exclude<Act, { verb: 'PRECHECK' }>;
type Done = 'GRANTED' | 'REFUSED' | 'WAITING_INPUT';
const refusal = { ground: '欠税', article: 'x' };
const fault = { path: 'address', code: 'X', message: 'x' };

/** Departments that do what a list says, and grant and take back when it is used up. Operation ids are done once. */
class World {
  readonly filings = new Map<string, Done>();
  /** Filings whose grants were taken back, by message or by hand. */
  readonly takenBack = new Set<string>();
  /** Filings that left and that no answer is known of. */
  readonly left = new Set<string>();
  readonly unable = new Set<string>();
  readonly #deeds: Deed[];
  readonly #looks: Look[];

  constructor({ deeds, looks }: Story) {
    this.#deeds = [...deeds];
    this.#looks = [...looks];
  }

  look(department: DepartmentId, view: CaseView, now: number): readonly Change[] {
    const look = this.#looks.pop() ?? 'FINDS_NOTHING';
    const { retry } = view.prechecks.find(one => one.department === department)!;
    const later = { tries: retry.tries + 1, at: now + 10 };
    if (look === 'SAYS_NOTHING') return [{ of: 'PRECHECK', department, to: { retry: later } }];
    const own = view.items.filter(one => one.department === department).map(({ item }) => item);
    const faulty = look === 'FINDS_FAULT' ? own.slice(0, 1) : [];
    return [
      { of: 'PRECHECK', department, to: { faults: faulty.map(item => ({ item, ...fault })) } },
      ...faulty.map((item): Change => ({ of: 'ITEM', item, to: { state: 'WAITING_INPUT', faults: [fault] } })),
    ];
  }

  answer({ verb, item }: ItemAct, before: CaseItem, now: number): Change {
    const deed = this.#deeds.pop() ?? 'GRANT';
    const state = verb === 'REVOKE' ? this.#revoke(deed, before) : this.#file(deed, verb, before);
    const waits = state === 'SENT' || state === before.state;
    const retry = waits ? { tries: before.retry.tries + 1, at: now + 10 } : AT_ONCE;
    const isRefused = state === 'REFUSED' || (before.state === 'GRANTED_PROVISIONAL' && state === 'COMPENSATING');
    const to = { state: state === 'SENT' ? 'OUTCOME_UNKNOWN' : state, retry } as const;
    const faults = state === 'WAITING_INPUT' ? { faults: [fault] } : {};
    return { of: 'ITEM', item, to: { ...to, ...faults, ...(isRefused ? { refusal } : {}) } };
  }

  #revoke(deed: Deed, { operationId, state }: CaseItem): CaseItem['state'] {
    const id = operationId as string;
    if (deed === 'UNABLE') this.unable.add(id);
    if (this.takenBack.has(id)) return deed === 'LOST' ? state : 'COMPENSATED';
    if (this.unable.has(id) || deed === 'LOST' || deed === 'DEFER') return state;
    this.takenBack.add(id);
    return deed === 'UNHEARD' ? state : 'COMPENSATED';
  }

  #file(deed: Deed, verb: Act['verb'], { operationId, state }: CaseItem): CaseItem['state'] {
    const id = operationId as string;
    if (deed === 'LOST') {
      if (verb === 'FILE') this.left.add(id);
      return state;
    }
    const known = this.filings.get(id);
    if (known) return deed === 'UNHEARD' ? state : said(known, state);
    const isProvisional = state === 'GRANTED_PROVISIONAL';
    if (verb === 'ASK' && !isProvisional) return deed === 'PEND' ? 'PENDING_HUMAN' : 'QUEUED';
    if (deed === 'DEFER') return state;
    if (deed === 'PEND') return isProvisional ? state : 'PENDING_HUMAN';
    if (deed === 'PROVISION') return 'GRANTED_PROVISIONAL';
    const done = deed === 'REFUSE' ? 'REFUSED' : deed === 'CORRECT' && !isProvisional ? 'WAITING_INPUT' : 'GRANTED';
    this.filings.set(id, done);
    return deed === 'UNHEARD' ? state : said(done, state);
  }
}

/** What was delivered before it was refused must be taken back. */
const said = (done: Done, before: CaseItem['state']): CaseItem['state'] =>
  done === 'REFUSED' && before === 'GRANTED_PROVISIONAL' ? 'COMPENSATING' : done;

const LIVE: readonly string[] = ['GRANTED', 'GRANTED_PROVISIONAL'];
const HELD: readonly string[] = [...LIVE, 'COMPENSATING'];
const OPEN: readonly string[] = ['SENT', 'OUTCOME_UNKNOWN', 'PENDING_HUMAN'];
const DEAD: readonly string[] = ['REFUSED', 'SKIPPED', 'COMPENSATING', 'COMPENSATED'];
/** How long after receipt silence is acceptance. */
const patienceMs = 100;
const APPLICATIONS = [1, 2, 3, 4].map(at => checkedApplication({ address: `威海市环翠区示例路${at}号` }));
const factTools = { trust: () => undefined as never, newId: () => 'f'.repeat(32), random: () => 0.5 };

/** A case under way as a story tells it. Each step checks the plan before it follows it. */
class Lived {
  view: CaseView;
  now = NOW;
  readonly world: World;
  readonly #story: Story;
  #step = 0;
  #mends = 0;
  #facts = 0;

  constructor(story: Story) {
    this.#story = story;
    this.world = new World(story);
    const { regime, policy } = story;
    const items = regime.items.map(({ item }) => caseItem(item));
    const prechecks = [...new Set(items.map(({ department }) => department))].map(department =>
      precheck(department, { faults: null }),
    );
    const application = APPLICATIONS[0]!;
    this.view = caseView({ regime, policy, items, prechecks, application, openedAt: NOW, receivedAt: NOW });
  }

  /** @throws {Error} when it comes to no end. */
  toEnd(): this {
    for (; this.#step < 2_000; this.#step += 1) {
      if (this.#step === this.#story.withdrawnIn) {
        this.#tell({ kind: 'WITHDRAWAL', requestId: 'w', reason: '不办了', by: 'clerk' });
      }
      if (!this.#follow(this.#plan()) && !this.#help()) return this;
    }
    throw new Error('the case came to no end');
  }

  #plan(): Plan {
    const { receivedAt, prechecks } = this.view;
    const plan = planOf(this.view, this.now, prechecks.some(isUnanswered) ? receivedAt + patienceMs : null);
    checkPlan(this.view, plan, this.now);
    return plan;
  }

  /** Does what the plan says, or lets time pass; false when there is neither anything to do nor to wait for. */
  #follow({ acts, skip, silent, wakeAt }: Plan): boolean {
    const marks = [
      ...skip.map((item): Change => ({ of: 'ITEM', item, to: { state: 'SKIPPED' } })),
      ...silent.map((department): Change => ({ of: 'PRECHECK', department, to: { silent: true } })),
    ];
    this.#change(marks);
    for (const act of acts) this.#act(act);
    if (acts.length > 0 || marks.length > 0) return true;
    if (wakeAt === null || this.view.items.some(isHopeless)) return false;
    this.now = wakeAt;
    return true;
  }

  #act(act: Act): void {
    if (act.verb === 'PRECHECK') {
      this.#change(this.world.look(act.department, this.view, this.now));
      return;
    }
    this.#change([mark(this.view.items, act)]);
    const sent = this.view.items.find(({ item }) => item === act.item)!;
    this.#change([this.world.answer(act, sent, this.now)]);
  }

  /** What people do when nothing moves any more: two fetch what no message takes back, the applicant mends. */
  #help(): boolean {
    const stuck = this.view.items.find(item => item.state === 'COMPENSATING');
    if (stuck) {
      const repair = { requestId: 'r', repairId: `repair-${this.#facts}`, item: stuck.item, reason: '已追回' } as const;
      this.#tell({ kind: 'REPAIR_PROPOSED', ...repair, verb: 'MARK_RECALLED', by: 'officer' });
      this.#tell({ kind: 'REPAIR_APPROVED', repairId: repair.repairId, by: 'approver' });
      this.world.takenBack.add(stuck.operationId as string);
      return true;
    }
    if (this.#mends >= this.#story.mends || this.view.withdrawal) return false;
    if (!this.view.items.some(({ state }) => state === 'WAITING_INPUT')) return false;
    this.#mends += 1;
    const application = APPLICATIONS[this.#mends]!;
    this.#tell({ kind: 'RESUBMISSION', requestId: 's', application, duplicateFingerprint: 'd', by: 'clerk' });
    return true;
  }

  #tell(told: Told): void {
    this.#facts += 1;
    const fact: Fact = { id: `fact-${this.#facts}`, caseNumber: CASE_NUMBER, toldAt: this.now, ...told };
    const { changes, taken } = takeUp(this.view, [fact], new Set(), new Date(this.now), factTools);
    expect(taken).toEqual([fact]);
    this.#change(changes);
  }

  #change(changes: readonly Change[]): void {
    this.view = changed(this.view, changes, this.now);
  }
}

/** A revocation that has been tried often enough for people to see to it. */
const isHopeless = ({ state, retry }: CaseItem): boolean => state === 'COMPENSATING' && retry.tries > 5;

function mark(items: readonly CaseItem[], { verb, item }: ItemAct): Change {
  const { state, operationId, attempts } = items.find(one => one.item === item) as CaseItem;
  if (verb === 'ASK' || (verb === 'REVOKE' && state === 'COMPENSATING')) return { of: 'ITEM', item, to: {} };
  if (verb === 'REVOKE') {
    return {
      of: 'ITEM',
      item,
      to: { state: 'COMPENSATING', revocationId: `${item}/revoke-${attempts}`, retry: AT_ONCE },
    };
  }
  const filing = operationId === null ? { operationId: `${item}/${attempts + 1}`, attempts: attempts + 1 } : {};
  return { of: 'ITEM', item, to: { state: 'SENT', ...filing } };
}

function checkPlan(view: CaseView, plan: Plan, now: number): void {
  const stateOf = (id: ItemId): string => view.items.find(({ item }) => item === id)?.state as string;
  const isChecked = view.prechecks.every(check => !isUnanswered(check) && !check.faults?.length);
  const hopeless = view.items
    .filter(isPaper)
    .every(({ state, item }) => plan.skip.includes(item) || DEAD.includes(state));
  const isTakenBack =
    view.withdrawal !== null || (view.items.some(item => item.refusal) && (view.policy === 'REVOKE_ALL' || hopeless));
  for (const act of plan.acts) {
    if (act.verb === 'PRECHECK') {
      expect(view.withdrawal).toBeNull();
      continue;
    }
    expect(plan.skip).not.toContain(act.item);
    const { needs } = view.regime.items.find(({ item }) => item === act.item)!;
    const { state, operationId, retry } = view.items.find(({ item }) => item === act.item)!;
    const begins = act.verb === 'REVOKE' && state !== 'COMPENSATING';
    expect(begins || retry.at === null || retry.at <= now).toBe(true);
    if (act.verb === 'FILE' && operationId === null) {
      expect([isTakenBack, isChecked]).toEqual([false, true]);
      expect(needs.filter(need => !LIVE.includes(stateOf(need)))).toEqual([]);
    }
    if (begins) {
      const dependents = view.regime.items.filter(one => one.needs.includes(act.item));
      expect(dependents.filter(({ item }) => HELD.includes(stateOf(item)))).toEqual([]);
      expect(view.items.filter(one => OPEN.includes(one.state))).toEqual([]);
      expect(isTakenBack).toBe(true);
    }
  }
  if (plan.acts.length > 0) expect(plan.wakeAt).not.toBeNull();
  else if (plan.wakeAt !== null) expect(plan.wakeAt).toBeGreaterThan(now);
}

describe('whatever the regime, whatever departments answer, and whenever it is withdrawn', () => {
  const always = (check: (end: Lived) => void): void =>
    fc.assert(
      fc.property(stories, story => check(new Lived(story).toEnd())),
      { numRuns: 1_000 },
    );

  it('comes to an end, unless the applicant leaves it waiting', () => {
    always(({ view }) => {
      const ends = ['GRANTED', 'REFUSED', 'COMPENSATED', 'SKIPPED', 'WAITING_INPUT', 'QUEUED'];
      expect(view.items.filter(({ state }) => !ends.includes(state))).toEqual([]);
      // What is still queued needs, at some distance, what the applicant must mend.
      const waits = view.items.some(({ state }) => state === 'WAITING_INPUT');
      if (!waits) expect(['CLOSED', 'REFUSED', 'REVOKED', 'WITHDRAWN']).toContain(view.state);
      if (view.withdrawal) expect(view.state).toBe('WITHDRAWN');
    });
  });

  it('leaves no grant at a department that the case does not know of, though messages come late', () => {
    always(({ view, world }) => {
      for (const id of world.left) {
        if (!world.filings.has(id) && !world.takenBack.has(id)) throw new Error(`${id} may still be granted`);
      }
      const held = [...world.filings].filter(([id, done]) => done === 'GRANTED' && !world.takenBack.has(id));
      const known = view.items.filter(({ state }) => state === 'GRANTED').map(({ operationId }) => operationId);
      expect(held.map(([id]) => id).sort()).toEqual(known.sort());
    });
  });

  it('keeps nothing granted once it is withdrawn, or refused under REVOKE_ALL', () => {
    always(({ view }) => {
      const isRefused = view.policy === 'REVOKE_ALL' && view.items.some(item => item.refusal);
      if (!isRefused && !view.withdrawal) return;
      expect(view.items.filter(({ state }) => state === 'GRANTED')).toEqual([]);
      expect(['REFUSED', 'REVOKED', 'WITHDRAWN']).toContain(view.state);
    });
  });

  it('keeps no name from others when no paper has come of it', () => {
    always(({ view }) => {
      const papers = view.items.filter(isPaper);
      if (view.state !== 'REFUSED' || papers.length === 0) return;
      expect(view.items.filter(({ state }) => state === 'GRANTED')).toEqual([]);
    });
  });
});
