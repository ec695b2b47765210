import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readDisclosures } from '../../../../certs/leaves.ts';
import { hashOf } from '../../../../certs/ledger-chain.ts';
import {
  type CaseItem,
  type CaseView,
  type Change,
  changed,
  type SealedOutcome,
  type Slip,
  UNSTAMPED,
} from '../../../../gateway/window/case.ts';
import { isCaseNumber } from '../../../../gateway/window/case-number.ts';
import { eventsOf, nextEntry } from '../../../../gateway/window/ledger.ts';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import {
  type Held,
  LeaseLost,
  leaseMs,
  type Opening,
  type Step,
  type Store,
  type Telling,
  TooManyFacts,
} from '../../../../gateway/window/store.ts';
import { mod11_10 } from '../../../../subgraphs/standards/iso7064.ts';
import { coveredRecord } from '../../../fixtures/covered.ts';
import { places, postgresAbsence, type TestPlace } from '../../../fixtures/database.ts';
import { OPENED_AT, OPENED_ON, opening } from '../../../fixtures/opening.ts';

const vault = openVault(randomBytes(32));
const TABLES = [
  'case',
  'application',
  'item',
  'document',
  'slip',
  'rendition',
  'ledger',
  'inbox',
  'material',
  'serial',
];

if (postgresAbsence !== undefined) it.skip(`the store in PostgreSQL: ${postgresAbsence}`, () => {});

describe.each(places)('the store in %s', (name, make) => {
  let at: TestPlace;
  let store: Store;
  let reported: string[];

  beforeAll(async () => {
    at = await make();
  });
  afterAll(() => at.remove());
  beforeEach(async () => {
    reported = [];
    store = await open();
    // As if it were the day of the fixtures.
    await store.advanceClock(OPENED_AT - store.now());
  });
  afterEach(async () => {
    await store.close();
    for (const table of TABLES) await at.query(`delete from "${table}"`);
    await at.query('update clock set offset_ms = 0');
  });

  const open = (key = vault): Promise<Store> =>
    openStore(at.place, key, (defect: Error) => reported.push(defect.message));

  async function held(changes: Partial<Opening> = {}, input: Parameters<typeof opening>[1] = {}): Promise<Held> {
    const opened = await store.open(opening(changes, input));
    if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
    return opened.held;
  }
  const opened = async (...some: Parameters<typeof held>): Promise<string> => (await held(...some)).lease.number;

  async function loaded(number: string): Promise<CaseView> {
    const [view] = await store.load([number]);
    return view as CaseView;
  }
  /** A step with its entry; `release` keeps the case unless it is given. */
  function stepOf(view: CaseView, changes: readonly Change[], more: Partial<Step> = {}): Step {
    const after = changed(view, changes, store.now());
    const entry = nextEntry(view.number, view.head, store.now(), eventsOf(view, changes, after));
    const { seq, hash } = entry;
    return { view: { ...after, head: { seq, hash } }, changes, entry, taken: [], release: null, ...more };
  }
  async function saved(one: Held, changes: readonly Change[], more: Partial<Step> = {}): Promise<CaseView> {
    const step = stepOf(await loaded(one.lease.number), changes, more);
    await store.save(one.lease, step);
    return step.view;
  }
  const released = async (one: Held, wakeInMs: number | null): Promise<void> => {
    const view = await loaded(one.lease.number);
    expect(await store.save(one.lease, { view, changes: [], entry: null, taken: [], release: { wakeInMs } })).toBe(
      'RELEASED',
    );
  };

  const document = (caseNumber: string, changes: Partial<SealedOutcome> = {}): SealedOutcome => ({
    id: randomBytes(16).toString('hex'),
    caseNumber,
    item: 'license',
    department: 'business',
    operationId: `${caseNumber}/license/1`,
    outcome: 'GRANTED',
    kind: 'BUSINESS_LICENSE',
    number: '371002000000011',
    holder: '威海市环翠区𠀀试样软件有限公司',
    uscc: '91371002PDY00001XJ',
    decidedOn: OPENED_ON,
    version: 1,
    status: 'VALID',
    record: '{"a":1}',
    seal: 'MAA=',
    disclosures: null,
    ...UNSTAMPED,
    ...changes,
  });
  const slip = (caseNumber: string, changes: Partial<Slip> = {}): Slip => ({
    id: randomBytes(16).toString('hex'),
    caseNumber,
    kind: 'ACCEPTANCE',
    number: '1',
    issuedAt: OPENED_AT,
    record: '{"b":"丙"}',
    seal: 'MAA=',
    ...UNSTAMPED,
    ...changes,
  });
  const telling = (caseNumber: string, changes: Partial<Telling> = {}): Telling => ({
    id: `outcome/${randomBytes(4).toString('hex')}`,
    caseNumber,
    fingerprint: 'of what is told',
    told: { kind: 'WITHDRAWAL', requestId: 'w', reason: '不办了', by: 'clerk' },
    contents: new Map(),
    takeOver: false,
    ...changes,
  });

  describe('opening a case', () => {
    it('answers the same request with the same case, once and for ever', async () => {
      const asked = opening();
      const first = await store.open(asked);
      expect(first).toMatchObject({ outcome: 'OPEN', held: { lease: { epoch: 1, signal: 0 } } });
      expect(await store.open(asked)).toEqual({ outcome: 'OPEN', number: first.number, held: undefined });
      expect(await store.count({ visibleIn: null })).toBe(1);
    });

    it('gives whoever opened it the case as it is read back, with the first entry of its ledger', async () => {
      const { lease, view, facts } = await held();
      expect(facts).toEqual([]);
      expect(await loaded(lease.number)).toEqual(view);
      const [entry, ...more] = await store.ledger(lease.number);
      expect(more).toEqual([]);
      expect(entry).toMatchObject({ seq: 1, at: view.openedAt, hash: view.head.hash });
      expect(hashOf(entry!, '')).toBe(view.head.hash);
      expect(JSON.parse(entry!.events)).toMatchObject([
        { event: 'OPENED', regime: 'R2', region: '371002', by: 'clerk', items: view.items.map(({ item }) => item) },
      ]);
    });

    it('refuses a request id that has opened a case with another content', async () => {
      const asked = opening();
      const { number } = await store.open(asked);
      expect(await store.open({ ...asked, requestFingerprint: 'another' })).toEqual({
        outcome: 'REQUEST_ID_REUSED',
        number,
      });
    });

    it('asks whether it is a duplicate, and goes on when a clerk has looked at that very case', async () => {
      const twin = { duplicateFingerprint: 'the same founders and name' };
      const first = await opened(twin);
      expect(await store.open(opening(twin))).toEqual({ outcome: 'POSSIBLE_DUPLICATE', number: first });
      const other = await opened();
      expect(await store.open(opening({ ...twin, notDuplicateOf: other }))).toMatchObject({ number: first });
      const second = await opened({ ...twin, notDuplicateOf: first });
      expect(second).not.toBe(first);
      expect(await store.open(opening(twin))).toEqual({ outcome: 'POSSIBLE_DUPLICATE', number: second });
    });

    it.each(['REFUSED', 'REVOKED', 'WITHDRAWN'] as const)('takes the same enterprise again when %s', async state => {
      const twin = { duplicateFingerprint: 'the same founders and name' };
      const first = await held(twin);
      await store.save(first.lease, {
        ...stepOf(first.view, []),
        ...{ view: { ...first.view, state }, entry: null },
      });
      expect(await store.open(opening(twin))).toMatchObject({ outcome: 'OPEN', held: expect.anything() });
    });

    it('numbers cases by region and day of the store, with a check digit', async () => {
      expect(mod11_10('3710022026030200001')).toBe('5');
      expect(await opened()).toBe('371002-20260302-00001-5');
      expect(await opened()).toMatch(/^371002-20260302-00002-\d$/);
      expect(await opened({}, { regionCode: '330782' })).toMatch(/^330782-20260302-00001-\d$/);
      await store.advanceClock(86_400_000);
      expect(await opened()).toMatch(/^371002-20260303-00001-\d$/);
    });

    it('gives two hundred openings at once two hundred numbers', async () => {
      const all = await Promise.all(Array.from({ length: 200 }, () => opened()));
      expect(all.every(isCaseNumber)).toBe(true);
      expect(all.map(number => Number(number.slice(16, 21))).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 200 }, (_, serial) => serial + 1),
      );
    });

    it('opens one case when fifty equal requests come at once', async () => {
      const asked = opening();
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.open(asked)));
      expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
      expect(answers.filter(answer => answer.outcome === 'OPEN' && answer.held)).toHaveLength(1);
    });

    it('opens one case when fifty applications for one enterprise come at once, and names it to the others', async () => {
      const twin = { duplicateFingerprint: 'the same founders and name' };
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.open(opening(twin))));
      expect(answers.filter(({ outcome }) => outcome === 'OPEN')).toHaveLength(1);
      expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    });

    it('lets an opening that can’t be written fail alone, and uses up no number for it', async () => {
      const [poison, ...good] = Array.from({ length: 6 }, () => opening());
      const progressId = await held().then(({ view }) => view.progressId);
      const all = await Promise.allSettled([...good, { ...poison!, progressId }].map(one => store.open(one)));
      expect(all.map(({ status }) => status)).toEqual([...good.map(() => 'fulfilled'), 'rejected']);
      expect(await opened()).toMatch(/^371002-20260302-00007-\d$/);
    });

    it('refuses a case number with a mistyped digit', async () => {
      const number = await opened();
      expect(isCaseNumber(number)).toBe(true);
      for (const place of [0, 5, 7, 14, 16, 20, 22]) {
        const digit = String((Number(number[place]) + 1) % 10);
        expect(isCaseNumber(number.slice(0, place) + digit + number.slice(place + 1))).toBe(false);
      }
    });
  });

  describe('the rows of a case', () => {
    it('begin with every item queued and every department to be asked', async () => {
      const view = await loaded(await opened());
      expect(view).toMatchObject({ state: 'SUBMITTED', acceptedOn: null, policy: 'KEEP_GRANTED', documents: [] });
      expect(view.openedAt - OPENED_AT).toBeLessThan(30_000);
      expect(view.openedAt).toBeGreaterThanOrEqual(OPENED_AT - 1);
      expect(view.regime.items.map(({ item }) => item)).toEqual(view.items.map(({ item }) => item));
      expect(view.items.every(({ state, since }) => state === 'QUEUED' && since === view.openedAt)).toBe(true);
      expect(view.prechecks.map(({ department }) => department).sort()).toEqual(['business', 'code', 'seal', 'tax']);
      expect(view.prechecks.every(({ faults, retry }) => faults === null && retry.at === null)).toBe(true);
    });

    /** Each column of an item with two values that differ; the second of some is null. */
    const COLUMNS: readonly [Partial<CaseItem>, Partial<CaseItem>][] = [
      [{ state: 'SENT' }, { state: 'GRANTED' }],
      [{ operationId: 'a' }, { operationId: null }],
      [{ revocationId: 'a' }, { revocationId: null }],
      [{ attempts: 1 }, { attempts: 0 }],
      [{ retry: { tries: 3, at: 1_772_413_200_250 } }, { retry: { tries: 0, at: null } }],
      [{ waits: '等' }, { waits: null }],
      [{ faults: [{ path: 'a', code: 'B', message: '丙' }] }, { faults: [] }],
      [{ refusal: { ground: '欠税', article: 'art. 15' } }, { refusal: null }],
      [{ since: 1 }, { since: 0 }],
      [{ sentAt: 1 }, { sentAt: null }],
      [{ outcomeAt: 0 }, { outcomeAt: null }],
    ];

    it.each(COLUMNS)('keep %j and then %j, and nothing else changes', async (first, second) => {
      const one = await held();
      const whole = one.view;
      for (const to of [first, second]) {
        const view = await saved(one, [{ of: 'ITEM', item: 'license', to }]);
        const read = await loaded(view.number);
        expect(read).toEqual(view);
        const others = (some: CaseView) => some.items.filter(({ item }) => item !== 'license');
        expect(others(read)).toEqual(others(whole));
        const license = (some: CaseView) => some.items.find(({ item }) => item === 'license')!;
        for (const column of Object.keys(license(whole)).filter(key => !(key in to)) as (keyof CaseItem)[]) {
          expect(license(read)[column]).toEqual(license(whole)[column]);
        }
      }
    });

    it('keep what departments found, that they found nothing, and that they were silent', async () => {
      const fault = { item: 'license', path: 'address', code: 'X', message: '丙' } as const;
      const view = await saved(await held(), [
        { of: 'PRECHECK', department: 'business', to: { faults: [fault] } },
        { of: 'PRECHECK', department: 'tax', to: { faults: [] } },
        { of: 'PRECHECK', department: 'code', to: { retry: { tries: 2, at: 7 } } },
        { of: 'PRECHECK', department: 'seal', to: { silent: true } },
      ]);
      const { prechecks } = await loaded(view.number);
      expect(prechecks).toEqual(view.prechecks);
      expect(prechecks.find(({ department }) => department === 'code')).toEqual({
        department: 'code',
        faults: null,
        silent: false,
        retry: { tries: 2, at: 7 },
      });
    });

    it.each([
      ['sealed', {}],
      ['unsealed', { seal: null }],
      ['without a code', { uscc: null }],
      ['of another version', { version: 7, kind: 'X' }],
    ])('keep a document %s, byte for byte', async (_, changes) => {
      const one = await held();
      const kept = document(one.lease.number, changes);
      const view = await saved(one, [{ of: 'DOCUMENT', document: kept }]);
      expect(await store.document(kept.id)).toEqual(kept);
      expect(await loaded(view.number)).toEqual(view);
      await saved(one, [{ of: 'DOCUMENT_STATUS', id: kept.id, status: 'REVOKED' }]);
      expect(await store.document(kept.id)).toEqual({ ...kept, status: 'REVOKED' });
    });

    it('keep what is disclosed of a document locked, and forget what is struck out of it', async () => {
      const one = await held();
      const { record, disclosures } = coveredRecord({ name: '甲子某', other: '乙丑某', third: '丙寅某' });
      const texts = { record: Buffer.from(record).toString(), disclosures: Buffer.from(disclosures).toString() };
      const kept = document(one.lease.number, texts);
      const view = await saved(one, [{ of: 'DOCUMENT', document: kept }]);
      expect(await loaded(view.number)).toEqual(view);
      expect(await store.document(kept.id)).toEqual(kept);
      const inRow = async () => JSON.stringify(await at.query('select * from document'));
      expect(await inRow()).not.toMatch(/[甲乙丙]/);

      const act = { of: 'STRIKE_OUT', id: kept.id, by: 'a', approvedBy: 'b', reason: 'c' } as const;
      const after = await saved(one, [{ ...act, paths: ['content.name', 'content.third'] }]);
      expect(await loaded(view.number)).toEqual(after);
      const left = (await store.document(kept.id))?.disclosures ?? '';
      expect([...readDisclosures(Buffer.from(left)).leaves.keys()]).toEqual(['content.other']);
      await saved(one, [{ ...act, paths: ['content.other'] }]);
      expect(await store.document(kept.id)).toEqual({ ...kept, disclosures: null });
      expect(await at.query('select disclosures from document')).toEqual([{ disclosures: null }]);
    });

    it('drop what was made of a document when something of it is struck out, and of no other', async () => {
      const one = await held();
      const { record, disclosures } = coveredRecord({ name: '甲子某' });
      const texts = { record: Buffer.from(record).toString(), disclosures: Buffer.from(disclosures).toString() };
      const [kept, other] = ['1', '2'].map(nth => document(one.lease.number, { ...texts, operationId: nth })) as [
        SealedOutcome,
        SealedOutcome,
      ];
      await saved(
        one,
        [kept, other].map(document => ({ of: 'DOCUMENT', document })),
      );
      const rendition = (paper: string, form: 'PDF' | 'SES') => ({
        paper,
        form,
        caseNumber: one.lease.number,
        holder: 'business',
        shows: 'x',
        bytes: Buffer.from(paper + form).toString('base64'),
        ...UNSTAMPED,
        proof: null,
      });
      for (const made of [rendition(kept.id, 'PDF'), rendition(kept.id, 'SES'), rendition(other.id, 'PDF')])
        await store.keepRendition(made, { was: undefined, newSeal: Buffer.from(made.paper + made.form) });
      await saved(one, [{ of: 'DOCUMENT_STATUS', id: kept.id, status: 'REVOKED' }]);
      expect(await store.rendition(kept.id, 'PDF')).toBeDefined();
      const act = { of: 'STRIKE_OUT', id: kept.id, by: 'a', approvedBy: 'b', reason: 'c' } as const;
      await saved(one, [{ ...act, paths: ['content.name'] }]);
      expect(await store.rendition(kept.id, 'PDF')).toBeUndefined();
      expect(await store.rendition(kept.id, 'SES')).toBeUndefined();
      expect(await store.rendition(other.id, 'PDF')).toBeDefined();
      await store.dropRenditions([kept.id, other.id]);
      expect(await store.rendition(other.id, 'PDF')).toBeUndefined();
    });

    it('are found out when somebody else writes what is disclosed', async () => {
      const one = await held();
      const { record, disclosures } = coveredRecord({ name: '甲子某' });
      const texts = { record: Buffer.from(record).toString(), disclosures: Buffer.from(disclosures).toString() };
      const kept = document(one.lease.number, texts);
      await saved(one, [{ of: 'DOCUMENT', document: kept }]);
      await at.query('update document set disclosures = null');
      await expect(store.document(kept.id)).rejects.toThrow(/is not as the window has written it/);
    });

    it('keep nothing of a fact that was taken up but that it was told', async () => {
      const one = await held();
      const { number } = one.lease;
      await store.tell(telling(number, { id: 'outcome/x' }));
      const [before] = await at.query('select body from inbox');
      expect(String(before?.body).length).toBeGreaterThan(10);
      await saved(one, [], { taken: ['outcome/x'], entry: null, view: await loaded(number) });
      expect(await at.query('select body, taken from inbox')).toEqual([{ body: '', taken: 1 }]);
      expect(await store.told('outcome/x')).toEqual({ caseNumber: number, fingerprint: 'of what is told' });
      expect(await store.tell(telling(number, { id: 'outcome/x' }))).toBe('KNOWN');
    });

    it('keep documents and slips in the order in which they came, though one step brought several', async () => {
      const one = await held();
      const { number } = one.lease;
      const documents = Array.from({ length: 6 }, (_, nth) => document(number, { operationId: `${nth}` }));
      const slips = Array.from({ length: 4 }, (_, nth) => slip(number, { number: String(nth) }));
      await saved(one, [
        ...documents.slice(0, 3).map(kept => ({ of: 'DOCUMENT', document: kept }) as const),
        ...slips.slice(0, 2).map(kept => ({ of: 'SLIP', slip: kept }) as const),
      ]);
      const view = await saved(one, [
        ...documents.slice(3).map(kept => ({ of: 'DOCUMENT', document: kept }) as const),
        ...slips.slice(2).map(kept => ({ of: 'SLIP', slip: kept }) as const),
        { of: 'DOCUMENT_STATUS', id: documents[4]!.id, status: 'REVOKED' },
        { of: 'DOCUMENT_STATUS', id: documents[0]!.id, status: 'REVOKED' },
      ]);
      expect(view.documents.map(({ id }) => id)).toEqual(documents.map(({ id }) => id));
      expect(await loaded(number)).toEqual(view);
      expect(await store.slip(slips[2]!.id)).toEqual(slips[2]);
      expect(await store.slip('none')).toBeUndefined();
    });

    it('keep an application that is handed in again, a withdrawal and repairs', async () => {
      const one = await held();
      const resubmission = {
        requestId: 'again',
        application: { ...one.view.application, address: '另一条街 1 号' },
        duplicateFingerprint: 'another enterprise',
        changed: ['address'],
        at: OPENED_AT + 5,
        by: 'clerk',
      };
      const repair = {
        id: 'r',
        item: 'license',
        verb: 'RETRY',
        reason: '试',
        proposedBy: 'a',
        proposedAt: 1,
        approvedBy: null,
        approvedAt: null,
      } as never;
      const view = await saved(one, [
        { of: 'APPLICATION', resubmission },
        { of: 'WITHDRAWAL', withdrawal: { at: 3, by: 'clerk', reason: '不办了' } },
        { of: 'REPAIR', repair },
      ]);
      expect(view.receivedAt).toBe(OPENED_AT + 5);
      expect(await loaded(view.number)).toEqual(view);
      // What nothing is said of stays.
      expect(await loaded((await saved(one, [])).number)).toMatchObject({
        application: resubmission.application,
        withdrawal: view.withdrawal,
        repairs: [repair],
      });
      await expect(opened({ duplicateFingerprint: 'another enterprise' })).rejects.toThrow('POSSIBLE_DUPLICATE');
    });

    it('change all together with the ledger, or not at all', async () => {
      const one = await held();
      const twice = document(one.lease.number);
      const changes: Change[] = [
        { of: 'ITEM', item: 'license', to: { state: 'GRANTED' } },
        { of: 'DOCUMENT', document: twice },
        { of: 'DOCUMENT', document: { ...twice, id: 'another' } },
      ];
      await expect(saved(one, changes)).rejects.toThrow(/unique/i);
      expect(await loaded(one.lease.number)).toEqual(one.view);
      expect(await store.document(twice.id)).toBeUndefined();
      expect(await store.ledger(one.lease.number)).toHaveLength(1);
    });

    it('take no step whose entry is not where the case’s ledger ends', async () => {
      const one = await held();
      const step = stepOf(one.view, []);
      await expect(store.save(one.lease, { ...step, view: one.view })).rejects.toThrow(/not the entry of the step/);
    });

    it('come in the order asked, without those that are not there', async () => {
      const [a, b] = [await opened(), await opened()];
      expect((await store.load([b, 'none', 'nu\0l', a])).map(({ number }) => number)).toEqual([b, a]);
      expect(await store.load([])).toEqual([]);
    });

    it('are found by the progress id', async () => {
      const { view } = await held();
      expect(await store.followed(view.progressId)).toBe(view.number);
      expect(await store.followed('0'.repeat(32))).toBeUndefined();
    });

    it('survive a stop', async () => {
      const one = await held();
      const before = await saved(one, [{ of: 'DOCUMENT', document: document(one.lease.number) }]);
      await store.close();
      store = await open();
      expect(await loaded(before.number)).toEqual(before);
    });
  });

  describe('one write among many', () => {
    const NUL = '\u0000';

    it('fails alone when it can’t be written', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => held()));
      const settled = await Promise.allSettled(
        all.map((one, nth) => {
          const { number } = one.lease;
          const bad = document(number, { operationId: 'the same', holder: `${nth}` });
          const good = document(number);
          return store.save(
            one.lease,
            stepOf(one.view, [{ of: 'DOCUMENT', document: nth === 7 || nth === 11 ? bad : good }]),
          );
        }),
      );
      expect(settled.flatMap(({ status }, nth) => (status === 'rejected' ? [nth] : []))).toEqual([11]);
      const views = await store.load(all.map(({ lease }) => lease.number));
      expect(views.map(({ documents, head }) => [documents.length, head.seq])).toEqual(
        all.map((_, nth) => (nth === 11 ? [0, 1] : [1, 2])),
      );
    });

    it('fails alone when a department’s words hold a NUL, where that can’t be written', async () => {
      const all = await Promise.all(Array.from({ length: 5 }, () => held()));
      const settled = await Promise.allSettled(
        all.map((one, nth) =>
          store.save(
            one.lease,
            stepOf(one.view, [{ of: 'ITEM', item: 'license', to: { waits: nth === 2 ? NUL : 'x' } }]),
          ),
        ),
      );
      expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, name === 'SQLite', true, true]);
    });

    it('is refused alone when its lease is lost', async () => {
      const all = await Promise.all(Array.from({ length: 5 }, () => held()));
      await store.tell(telling(all[2]!.lease.number, { takeOver: true }));
      const settled = await Promise.allSettled(all.map(one => store.save(one.lease, stepOf(one.view, []))));
      expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, false, true, true]);
      expect((settled[2] as PromiseRejectedResult).reason).toBeInstanceOf(LeaseLost);
    });

    it('of a case that is saved twice at once is written once for each', async () => {
      const one = await held();
      const first = stepOf(one.view, [{ of: 'ITEM', item: 'name', to: { state: 'SENT' } }]);
      const second = stepOf(first.view, [{ of: 'ITEM', item: 'license', to: { state: 'SENT' } }]);
      await Promise.all([store.save(one.lease, first), store.save(one.lease, second)]);
      expect(await loaded(one.lease.number)).toEqual(second.view);
    });
  });

  describe('a lease', () => {
    it('keeps others away until it runs out, and its end makes the case due', async () => {
      const { lease } = await held();
      expect(await store.claim(lease.number)).toBeUndefined();
      expect(await store.claimDue(10)).toEqual([]);
      await store.advanceClock(leaseMs - 200);
      expect(await store.claimDue(10)).toEqual([]);
      await store.advanceClock(400);
      const [claimed] = await store.claimDue(10);
      expect(claimed?.lease).toMatchObject({ number: lease.number, epoch: 2 });
    });

    it('is lost to whoever claims: nothing more is written under it', async () => {
      const old = await held();
      await store.advanceClock(leaseMs);
      const next = await store.claim(old.lease.number);
      expect(next?.view).toEqual(old.view);
      const step = stepOf(old.view, [{ of: 'ITEM', item: 'name', to: { state: 'SENT' } }]);
      await expect(store.save(old.lease, step)).rejects.toThrow(LeaseLost);
      expect(await store.renew([old.lease])).toEqual([old.lease.number]);
      await store.release(old.lease, 0);
      expect(await loaded(old.lease.number)).toEqual(old.view);
      expect(await store.claim(old.lease.number)).toBeUndefined();
      await expect(store.save(next!.lease, step)).resolves.toBe('HELD');
    });

    it('ends with a release: nothing more is written under it', async () => {
      const one = await held();
      await released(one, null);
      await expect(store.save(one.lease, stepOf(one.view, []))).rejects.toThrow(LeaseLost);
      expect(await store.renew([one.lease])).toEqual([one.lease.number]);
    });

    it.each(['save', 'renew'] as const)('begins anew with every %s, here and in the database', async verb => {
      const [one, other] = [await held(), await held()];
      await store.advanceClock(leaseMs - 500);
      const before = performance.now();
      if (verb === 'save') await store.save(one.lease, stepOf(one.view, []));
      else expect(await store.renew([one.lease])).toEqual([]);
      expect(one.lease.validUntilMs).toBeGreaterThanOrEqual(before + leaseMs);
      expect(one.lease.validUntilMs).toBeLessThanOrEqual(performance.now() + leaseMs);
      await store.advanceClock(700);
      expect((await store.claimDue(10)).map(({ lease }) => lease.number)).toEqual([other.lease.number]);
    });

    it('is renewed with many others in one transaction, and those that are lost are named', async () => {
      const all = await Promise.all(Array.from({ length: 40 }, () => held()));
      const lost = all.filter((_, nth) => nth % 10 === 3).map(({ lease }) => lease);
      for (const { number } of lost) await store.tell(telling(number, { takeOver: true }));
      const until = lost.map(({ validUntilMs }) => validUntilMs);
      const { commits } = store.counts;
      expect([...(await store.renew(all.map(({ lease }) => lease)))].sort()).toEqual(
        lost.map(({ number }) => number).sort(),
      );
      expect(store.counts.commits).toBe(commits + 1);
      expect(lost.map(({ validUntilMs }) => validUntilMs)).toEqual(until);
      expect(await store.renew([])).toEqual([]);
    });

    it('is not valid longer than it is in the database', async () => {
      const { lease } = await held();
      const [row] = await at.query('select wake_at from "case"');
      const endsInMs = Number(row?.wake_at) - store.now();
      expect(lease.validUntilMs - performance.now()).toBeLessThanOrEqual(endsInMs + 5);
    });
  });

  describe('cases that somebody must look at', () => {
    it('are those whose time has come, the longest due first', async () => {
      const all = await Promise.all([held(), held(), held(), held()]);
      const [a, b, c, d] = all as [Held, Held, Held, Held];
      await released(a, 3_000);
      await released(b, 1_000);
      await released(c, null);
      await released(d, 60_000);
      expect(await store.claimDue(10)).toEqual([]);
      await store.advanceClock(5_000);
      const due = await store.claimDue(10);
      expect(due.map(({ lease }) => lease.number)).toEqual([b.lease.number, a.lease.number]);
      expect(await store.claimDue(10)).toEqual([]);
      await store.release(due[0]!.lease, 0);
      await store.release(due[1]!.lease, 100);
      await store.advanceClock(1_000);
      expect((await store.claimDue(1)).map(({ lease }) => lease.number)).toEqual([b.lease.number]);
    });

    it('are not those that nobody has to look at', async () => {
      const one = await held();
      await released(one, null);
      await store.advanceClock(86_400_000);
      expect(await store.claimDue(10)).toEqual([]);
      expect(await store.claim(one.lease.number)).toBeUndefined();
      expect(await store.claim('none')).toBeUndefined();
    });

    it('go to one of those who ask for the same one at once', async () => {
      const one = await held();
      await released(one, 0);
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(one.lease.number)));
      expect(claims.filter(claim => claim !== undefined)).toHaveLength(1);
    });

    it('can be given a time that is no whole number', async () => {
      const one = await held();
      await released(one, 0.4);
      await store.advanceClock(1.5);
      const claimed = await store.claim(one.lease.number);
      await store.release(claimed!.lease, 0.4);
      await store.advanceClock(2);
      expect(await store.claim(one.lease.number)).toBeDefined();
    });

    it('can be given up without a step', async () => {
      const { lease } = await held();
      await store.release(lease, 5_000);
      expect(await store.claim(lease.number)).toBeUndefined();
      await store.advanceClock(5_000);
      expect((await store.claim(lease.number))?.lease.epoch).toBe(2);
    });

    it.each([
      [
        'of which a text was changed',
        (number: string) => `update "case" set checks = '{李四' where number = '${number}'`,
      ],
      [
        'that is locked with another key',
        (number: string) =>
          `update application set body = '${openVault(randomBytes(32)).lock('{}')}' where case_number = '${number}'`,
      ],
      [
        'of a regime that this version does not know',
        (number: string) => `update "case" set regime_version = 99 where number = '${number}'`,
      ],
    ])('may include one %s, which spoils no other', async (_, spoil) => {
      const all = await Promise.all(Array.from({ length: 5 }, () => held()));
      for (const one of all) await released(one, 0);
      const numbers = all.map(({ lease }) => lease.number);
      const bad = numbers[2] as string;
      await at.query(spoil(bad));
      expect((await store.claimDue(10)).map(({ lease }) => lease.number).sort()).toEqual(
        numbers.filter(number => number !== bad).sort(),
      );
      expect(reported).toEqual([expect.stringContaining(`case ${bad} can't be read`)]);
      // Whatever stands in a row may be somebody's name.
      expect(reported.join()).not.toContain('李四');
      expect((await store.load(numbers)).map(({ number }) => number)).toEqual(numbers.filter(one => one !== bad));
      expect(await store.count({ visibleIn: null })).toBe(5);
      await store.advanceClock(3_599_000);
      expect(await store.claim(bad)).toBeUndefined();
      expect(reported).toHaveLength(2);
      await store.advanceClock(2_000);
      expect(await store.claim(bad)).toBeUndefined();
      expect(reported).toHaveLength(3);
    });
  });

  describe('a fact', () => {
    it('is told once, whoever tells it again, and is never another one under the same id', async () => {
      const number = await opened();
      const fact = telling(number);
      expect(await store.tell(fact)).toBe('NEW');
      expect(await store.tell(fact)).toBe('KNOWN');
      expect(await store.tell({ ...fact, fingerprint: 'another' })).toBe('OTHER');
      expect(await store.tell(telling('371002-20260302-99999-1'))).toBe('NO_SUCH_CASE');
      expect(await store.told(fact.id)).toEqual({ caseNumber: number, fingerprint: fact.fingerprint });
      expect(await store.told('outcome/none')).toBeUndefined();
    });

    it('is told once when fifty tell it at once, and another one under its id is refused', async () => {
      const fact = telling(await opened());
      const results = await Promise.all(Array.from({ length: 50 }, () => store.tell(fact)));
      expect(results.filter(result => result === 'NEW')).toHaveLength(1);
      expect(results.filter(result => result === 'KNOWN')).toHaveLength(49);
      const next = telling(fact.caseNumber);
      const both = await Promise.all([store.tell(next), store.tell({ ...next, fingerprint: 'another' })]);
      expect(both).toEqual(['NEW', 'OTHER']);
    });

    it('is read by whoever holds the case, oldest first, until it is taken up', async () => {
      const one = await held();
      const [first, second] = [telling(one.lease.number), telling(one.lease.number)];
      await store.tell(first);
      await store.tell(second);
      const facts = await store.facts(one.lease);
      expect(facts).toEqual(
        [first, second].map(({ id, caseNumber, told }) => ({ id, caseNumber, ...told, toldAt: expect.any(Number) })),
      );
      expect(one.lease.signal).toBe(2);
      await saved(one, [], { taken: [first.id] });
      expect((await store.facts(one.lease)).map(({ id }) => id)).toEqual([second.id]);
      expect(await store.tell(first)).toBe('KNOWN');
    });

    it('keeps a case from being released by who has not heard it', async () => {
      const one = await held();
      const fact = telling(one.lease.number);
      await store.tell(fact);
      const release = { release: { wakeInMs: null } };
      expect(await store.save(one.lease, stepOf(one.view, [], release))).toBe('TOLD');
      const after = await loaded(one.lease.number);
      expect(after.head.seq).toBe(2);
      await store.facts(one.lease);
      expect(await store.save(one.lease, stepOf(after, [], { ...release, taken: [fact.id] }))).toBe('RELEASED');
      expect(one.lease.validUntilMs).toBeLessThan(performance.now());
    });

    it('is known to who holds the case with the next write, and only then', async () => {
      const one = await held();
      expect(await store.save(one.lease, stepOf(one.view, []))).toBe('HELD');
      await store.tell(telling(one.lease.number));
      expect(await store.save(one.lease, stepOf(await loaded(one.lease.number), []))).toBe('TOLD');
      await store.facts(one.lease);
      expect(await store.save(one.lease, stepOf(await loaded(one.lease.number), []))).toBe('HELD');
    });

    it('wakes a case that nobody holds, and no other', async () => {
      const [sleeping, driven] = [await held(), await held()];
      await released(sleeping, null);
      const fact = telling(sleeping.lease.number);
      await store.tell(fact);
      await store.tell(telling(driven.lease.number));
      const due = await store.claimDue(10);
      expect(due.map(({ lease, facts }) => [lease.number, lease.signal, facts.map(({ id }) => id)])).toEqual([
        [sleeping.lease.number, 1, [fact.id]],
      ]);
      await released(due[0]!, null);
      expect(await store.claim(sleeping.lease.number)).toBeUndefined();
    });

    it('makes a case that is given up without a step due at once when it was not heard', async () => {
      const { lease } = await held();
      await store.tell(telling(lease.number));
      await store.release(lease, 60_000);
      expect(await store.claim(lease.number)).toMatchObject({ facts: [{ kind: 'WITHDRAWAL' }] });
    });

    it('can take a case from whoever holds it', async () => {
      const one = await held();
      await store.tell(telling(one.lease.number, { takeOver: true }));
      await expect(store.save(one.lease, stepOf(one.view, []))).rejects.toThrow(LeaseLost);
      const next = await store.claim(one.lease.number);
      expect(next).toMatchObject({ lease: { epoch: 3, signal: 1 }, facts: [{ kind: 'WITHDRAWAL' }] });
    });

    it('brings its papers along', async () => {
      const number = await opened();
      const contents = new Map([['a'.repeat(64), 'Y29udGVudA==']]);
      await store.tell(telling(number, { contents }));
      await store.tell(telling(number, { contents }));
      expect(await store.contents(number)).toEqual(contents);
      await store.tell(telling('none', { contents: new Map([['b'.repeat(64), '']]) }));
      expect(await at.query('select count(*) as n from material')).toMatchObject([{ n: expect.anything() }]);
      expect(await store.contents('none')).toEqual(new Map());
    });

    it('is refused when nobody has taken up two hundred others, and other cases do not notice', async () => {
      const [flooded, other] = [await held(), await opened()];
      const { number } = flooded.lease;
      const told = await Promise.allSettled(Array.from({ length: 205 }, () => store.tell(telling(number))));
      expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(200);
      await expect(store.tell(telling(number))).rejects.toThrow(TooManyFacts);
      expect(await store.tell(telling(other))).toBe('NEW');
      const [first] = await store.facts(flooded.lease);
      await saved(flooded, [], { taken: [first!.id] });
      expect(await store.tell(telling(number))).toBe('NEW');
      await expect(store.tell(telling(number))).rejects.toThrow(/told more/);
    });
  });

  describe('the clock', () => {
    it('is the store’s, moved for every process', async () => {
      const before = store.now();
      await store.advanceClock(3_600_000);
      expect(store.now() - before).toBeGreaterThanOrEqual(3_600_000 - 5);
      expect(store.now() - before).toBeLessThan(3_610_000);
      const { view } = await held();
      expect(Math.abs(view.openedAt - store.now())).toBeLessThan(5_000);
    });

    it('never goes back', async () => {
      let latest = store.now();
      for (let nth = 0; nth < 50; nth++) {
        const one = await held();
        await store.renew([one.lease]);
        expect(store.now()).toBeGreaterThanOrEqual(latest);
        latest = store.now();
      }
    });
  });

  describe('whoever follows a case', () => {
    it('sees where its ledger ends and whether somebody holds it', async () => {
      const [driven, left, silent] = [await held(), await held(), await held()];
      await saved(driven, []);
      await released(left, null);
      const numbers = [driven, left, silent].map(({ lease }) => lease.number) as [string, string, string];
      await store.advanceClock(leaseMs);
      await store.renew([driven.lease]);
      expect(await store.heads([...numbers, 'none'])).toEqual(
        new Map([
          [numbers[0], { seq: 2, isHeld: true }],
          [numbers[1], { seq: 1, isHeld: false }],
          [numbers[2], { seq: 1, isHeld: false }],
        ]),
      );
    });

    it('reads a ledger that is chained from the first entry to the last', async () => {
      const one = await held();
      for (const state of ['SENT', 'GRANTED'] as const) await saved(one, [{ of: 'ITEM', item: 'name', to: { state } }]);
      const entries = await store.ledger(one.lease.number);
      expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
      entries.forEach((entry, nth) => {
        expect(entry.hash).toBe(hashOf(entry, entries[nth - 1]?.hash ?? ''));
      });
      expect((await loaded(one.lease.number)).head).toEqual({ seq: 3, hash: entries[2]?.hash });
    });
  });

  describe('the list of cases', () => {
    it('shows the newest first, page by page, until there is no more', async () => {
      const numbers: string[] = [];
      for (let nth = 0; nth < 5; nth++) numbers.unshift(await opened());
      const list = { visibleIn: null };
      const first = await store.list(list, 2, null);
      expect(first.numbers).toEqual(numbers.slice(0, 2));
      await opened();
      const second = await store.list(list, 2, first.cursor);
      expect(second.numbers).toEqual(numbers.slice(2, 4));
      expect(await store.list(list, 2, second.cursor)).toEqual({ numbers: numbers.slice(4), cursor: null });
      expect(await store.count(list)).toBe(6);
    });

    it.each([
      [null, undefined, 3, 'all of them'],
      ['371002', undefined, 1, 'those of one district'],
      ['371000', undefined, 2, 'those of a city'],
      ['370000', undefined, 2, 'those of a province'],
      ['330000', undefined, 1, 'those of another province'],
      [null, '371000', 2, 'those of the city asked for'],
      ['371002', '330782', 0, 'none, when another region is asked for'],
      ['371002', '370000', 1, 'no more than the caller may see'],
    ])('seen from %s and asked for %s holds %i: %s', async (visibleIn, regionCode, count, _why) => {
      for (const region of ['371002', '371082', '330782']) await opened({}, { regionCode: region });
      expect(await store.count({ visibleIn, regionCode })).toBe(count);
      expect((await store.list({ visibleIn, regionCode }, 10, null)).numbers).toHaveLength(count);
    });

    it('can be asked for one state', async () => {
      const one = await held();
      await opened();
      const step = { changes: [], entry: null, taken: [], release: null };
      await store.save(one.lease, { ...step, view: { ...one.view, state: 'CLOSED' } });
      expect((await store.list({ visibleIn: null, state: 'CLOSED' }, 10, null)).numbers).toEqual([one.lease.number]);
      expect(await store.count({ visibleIn: null, state: 'SUBMITTED' })).toBe(1);
    });
  });

  describe('the pulse', () => {
    it('counts open cases by state, and how long the longest due one has been due', async () => {
      expect(await store.pulse()).toEqual({ open: new Map(), dueSinceMs: 0, unstamped: 0 });
      const [waits, over] = [await held(), await held()];
      expect(await store.pulse()).toEqual({ open: new Map([['SUBMITTED', 2]]), dueSinceMs: 0, unstamped: 0 });
      await released(waits, 60_000);
      await at.query(`update "case" set state = 'CLOSED', wake_at = null where number = '${over.lease.number}'`);
      expect((await store.pulse()).dueSinceMs).toBe(0);
      await store.advanceClock(90_000);
      const { open: cases, dueSinceMs } = await store.pulse();
      expect(cases).toEqual(new Map([['SUBMITTED', 1]]));
      expect(dueSinceMs).toBeGreaterThanOrEqual(30_000);
      expect(dueSinceMs).toBeLessThan(35_000);
    });
  });

  describe('the rows', () => {
    it('hold no identity number, phone, name of a person or paper that could be read', async () => {
      const paper = 'the content of an identity paper';
      const sha256 = createHash('sha256').update(paper).digest('hex');
      const content = Buffer.from(paper).toString('base64');
      const material = {
        kind: 'IDENTITY',
        title: '身份证明',
        trust: 'B',
        mediaType: 'image/png',
        sha256,
        content,
      } as const;
      const one = await held({}, { materials: [material] });
      const { application } = one.view;
      await store.tell(
        telling(one.lease.number, {
          told: { kind: 'RESUBMISSION', requestId: 'r', application, duplicateFingerprint: 'f', by: 'clerk' },
          contents: new Map([['0'.repeat(64), content]]),
        }),
      );
      const resubmission = { requestId: 'r', application, duplicateFingerprint: 'f', changed: [], at: 1, by: 'clerk' };
      await saved(one, [{ of: 'APPLICATION', resubmission }]);
      expect((await store.contents(one.lease.number)).get(sha256)).toBe(content);
      expect((await loaded(one.lease.number)).application.legalRepresentative.idNumber).toBe('371002189503070019');
      const everything = (await Promise.all(TABLES.map(table => at.query(`select * from "${table}"`)))).flat();
      const text = JSON.stringify(everything);
      expect(text.length).toBeGreaterThan(4_000);
      for (const secret of ['371002189503070019', '371002189811230029', '063100000000', '甲子某', paper, content]) {
        expect(text.includes(secret)).toBe(false);
      }
    });

    it.each([
      ['record', '{}'],
      ['seal', 'AAAA'],
      ['holder', '他人有限公司'],
      ['status', 'REVOKED'],
      ['kind', 'ORGANIZATION_CODE'],
    ])('show no document whose %s was changed in them', async (column, value) => {
      const one = await held();
      const certificate = document(one.lease.number);
      await saved(one, [{ of: 'DOCUMENT', document: certificate }]);
      expect(await store.document(certificate.id)).toEqual(certificate);
      await at.query(`update document set ${column} = '${value}'`);
      await expect(store.document(certificate.id)).rejects.toThrow(/is not as the window has written it/);
      expect(await store.load([one.lease.number])).toEqual([]);
      expect(reported).toEqual([expect.stringMatching(/is not as the window has written it/)]);
    });

    it.each(['record', 'seal', 'kind', 'number'])('show no slip whose %s was changed in them', async column => {
      const one = await held();
      const paper = slip(one.lease.number);
      await saved(one, [{ of: 'SLIP', slip: paper }]);
      expect(await store.slip(paper.id)).toEqual(paper);
      await at.query(`update slip set ${column} = 'x'`);
      await expect(store.slip(paper.id)).rejects.toThrow(/is not as the window has written it/);
    });

    it('are refused when the storage key is another than the one they were locked with', async () => {
      await opened();
      await store.close();
      await expect(open(openVault(randomBytes(32)))).rejects.toThrow(/another storage key/);
      store = await open();
      expect(await store.count({ visibleIn: null })).toBe(1);
    });

    it('are refused in one sentence when a newer version has written them', async () => {
      await store.close();
      await at.query("insert into knex_migrations (name, batch, migration_time) values ('999', 9, '2030-01-01')");
      const [out, err] = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')];
      await expect(open()).rejects.toThrow(/was written by a newer version of this program: start that one/);
      expect([...out.mock.calls, ...err.mock.calls]).toEqual([]);
      await at.query("delete from knex_migrations where name = '999'");
      store = await open();
    });

    it('are opened though a process ended in the middle of making them', async () => {
      await store.close();
      await at.query('update knex_migrations_lock set is_locked = 1');
      store = await open();
      expect(await store.count({ visibleIn: null })).toBe(0);
    });
  });

  it('is closed when what is under way has ended, and does not wait for ever', async () => {
    const { number } = (await held()).lease;
    const underWay = [store.claimDue(5), store.heads([number]), store.load([number]), store.ledger(number)];
    await new Promise(resolve => setImmediate(resolve));
    await Promise.all([store.close(), Promise.allSettled(underWay)]);
    store = await open();
    expect((await loaded(number)).number).toBe(number);
    expect(reported).toEqual([]);
  });

  it('counts the steps and the transactions of this process', async () => {
    const before = store.counts;
    const [a, b] = await Promise.all([held(), held()]);
    await Promise.all([store.save(a!.lease, stepOf(a!.view, [])), store.save(b!.lease, stepOf(b!.view, []))]);
    await store.save(a!.lease, { ...stepOf(a!.view, []), view: a!.view, entry: null }).catch(() => undefined);
    expect(store.counts.writes - before.writes).toBe(4);
    expect(store.counts.commits - before.commits).toBe(3);
  });
});

it('locks with a whole key only', () => {
  expect(() => openVault(new Uint8Array(0))).toThrow(/0 bytes instead of 32/);
});
