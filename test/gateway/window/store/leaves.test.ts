/** The leaves of the log, written with what is sealed, and the time stamps that come later. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSignedData, withTimeStamp } from '../../../../certs/cms.ts';
import { entryOf } from '../../../../certs/log/entry.ts';
import {
  type CaseView,
  type Change,
  changed,
  type PaperChange,
  paperIn,
  type SealedOutcome,
  type Slip,
  UNSTAMPED,
} from '../../../../gateway/window/case.ts';
import { eventsOf, nextEntry } from '../../../../gateway/window/ledger.ts';
import { stamped } from '../../../../gateway/window/stamping.ts';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import { type Held, LeaseLost, type Step, type Store } from '../../../../gateway/window/store.ts';
import { sealHolders } from '../../../../subgraphs/holders.ts';
import { world } from '../../../certs/fixture.ts';
import { places, postgresAbsence, type TestPlace } from '../../../fixtures/database.ts';
import { type LogRows, logFaults, logRowsIn } from '../../../fixtures/log-rows.ts';
import { opening } from '../../../fixtures/opening.ts';
import { stamperOf } from '../../../fixtures/stampers.ts';

const vault = openVault(randomBytes(32));
const keys = world(sealHolders(), new Date(Date.now() - 60_000));
const stamper = stamperOf(keys.dir, () => new Date());
const report = (defect: Error): never => {
  throw defect;
};
const SEAL = Buffer.from(keys.party('business').seal(Buffer.from('{"a":1}'), new Date())).toString('base64');
afterAll(() => keys.remove());

if (postgresAbsence !== undefined) it.skip(`the log in PostgreSQL: ${postgresAbsence}`, () => {});

describe.each(places)('the log in %s', (name, make) => {
  let at: TestPlace;
  let store: Store;
  beforeEach(async () => {
    at = await make();
    store = await openStore(at.place, vault, report);
  });
  afterEach(async () => {
    await store.close();
    await at.remove();
  });

  const log = (): Promise<LogRows> => logRowsIn(at.place);
  async function held(): Promise<Held> {
    const opened = await store.open(opening());
    if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
    return opened.held;
  }
  async function loaded(number: string): Promise<CaseView> {
    const [view] = await store.load([number]);
    return view as CaseView;
  }
  function stepOf(view: CaseView, changes: readonly Change[], isLast = false): Step {
    const after = changed(view, changes, store.now());
    const entry = nextEntry(view.number, view.head, store.now(), eventsOf(view, changes, after));
    const { seq, hash } = entry;
    const release = isLast ? { wakeInMs: null } : null;
    return { view: { ...after, head: { seq, hash } }, changes, entry, taken: [], release };
  }
  const save = async (one: Held, changes: readonly Change[], isLast = false) =>
    store.save(one.lease, stepOf(await loaded(one.lease.number), changes, isLast));
  /** A case that nobody holds, with its papers. */
  async function kept(papersOf: (number: string) => readonly Change[]): Promise<string> {
    const one = await held();
    await save(one, papersOf(one.lease.number), true);
    return one.lease.number;
  }

  let operations = 0;
  const document = (caseNumber: string, changes: Partial<SealedOutcome> = {}): PaperChange => ({
    of: 'DOCUMENT',
    document: {
      id: randomBytes(16).toString('hex'),
      caseNumber,
      item: 'license',
      department: 'business',
      operationId: `${caseNumber}/license/${++operations}`,
      outcome: 'GRANTED',
      kind: 'BUSINESS_LICENSE',
      number: '1',
      holder: '',
      uscc: null,
      decidedOn: '2026-03-02',
      version: 1,
      status: 'VALID',
      record: '{"a":1}',
      seal: SEAL,
      disclosures: null,
      ...UNSTAMPED,
      ...changes,
    },
  });
  const slip = (caseNumber: string, changes: Partial<Slip> = {}): PaperChange => ({
    of: 'SLIP',
    slip: {
      id: randomBytes(16).toString('hex'),
      caseNumber,
      kind: 'ACCEPTANCE',
      number: '1',
      issuedAt: 1,
      record: '{"b":1}',
      seal: SEAL,
      ...UNSTAMPED,
      ...changes,
    },
  });
  const stampedNow = <Each extends Change>(changes: readonly Each[]) => stamped(changes, { ...stamper, report });
  const textOf = (entry: Uint8Array): string => Buffer.from(entry).toString('latin1');
  const DER = Buffer.from(SEAL, 'base64');

  describe('of a step', () => {
    it('has a leaf of each paper that is sealed, in their order, and none of what is not sealed', async () => {
      const one = await held();
      const { number } = one.lease;
      const papers = [document(number), document(number, { seal: null }), slip(number), document(number)];
      await save(one, papers);
      const { size, leaves } = await log();
      expect(size).toBe(3);
      expect(leaves).toEqual(
        [papers[0], papers[2], papers[3]].map((paper, idx) => ({
          idx,
          entry: textOf(entryOf(paper?.of === 'SLIP' ? 'center' : 'business', DER)),
          paper: paperIn(paper as PaperChange).id,
          form: 'B',
        })),
      );
    });

    it('has the leaf of the seal with its time stamp where there is one', async () => {
      const one = await held();
      const [paper] = await stampedNow([document(one.lease.number)]);
      await save(one, [paper as PaperChange]);
      const { timeStamp, stampedAt, id } = paperIn(paper as PaperChange);
      const whole = withTimeStamp(DER, Buffer.from(timeStamp as string, 'base64'));
      expect(readSignedData(whole).timeStamp).toBeDefined();
      expect((await log()).leaves).toMatchObject([
        { idx: 0, entry: textOf(entryOf('business', whole)), paper: id, form: 'BT' },
      ]);
      expect(await store.document(id)).toMatchObject({ seal: SEAL, timeStamp, stampedAt });
      expect((await store.pulse()).unstamped).toBe(0);
    });

    it('that was never saved has none', async () => {
      const one = await held();
      await at.query(`update "case" set epoch = epoch + 1 where number = '${one.lease.number}'`);
      await expect(save(one, [document(one.lease.number)])).rejects.toThrow(LeaseLost);
      expect(await log()).toEqual({ size: 0, leaves: [], papers: [] });
    });
  });

  it('has no gap though a step among many can’t be written', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => held()));
    const settled = await Promise.allSettled(
      all.map((one, nth) => {
        const { number } = one.lease;
        const operationId = nth === 7 || nth === 11 ? 'the same' : `${number}/license/1`;
        return store.save(one.lease, stepOf(one.view, [document(number, { operationId }), slip(number)]));
      }),
    );
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    const { size, leaves, papers } = await log();
    expect(size).toBe(38);
    expect(leaves.map(({ idx }) => idx)).toEqual(Array.from({ length: 38 }, (_, idx) => idx));
    expect(leaves.map(({ paper }) => paper).sort()).toEqual([...papers].sort());
  });

  // SQLite is for one process.
  if (name === 'PostgreSQL') {
    describe('of several gateways', () => {
      let others: readonly Store[];
      beforeEach(async () => {
        others = await Promise.all(Array.from({ length: 3 }, () => openStore(at.place, vault, report)));
      });
      afterEach(async () => {
        await Promise.all(others.map(other => other.close()));
      });

      it('takes the leaves of all of them at once without a gap', async () => {
        const gateways = [store, ...others];
        const cases = await Promise.all(Array.from({ length: 40 }, () => held()));
        await Promise.all(
          cases.map(async ({ lease, view }, nth) => {
            const gateway = gateways[nth % gateways.length] as Store;
            let current = view;
            for (let step = 0; step < 5; step++) {
              const next = stepOf(current, [document(lease.number), slip(lease.number)]);
              await gateway.save(lease, next);
              current = next.view;
            }
          }),
        );
        const { size, leaves } = await log();
        expect(size).toBe(400);
        expect(leaves.map(({ idx }) => idx)).toEqual(Array.from({ length: 400 }, (_, idx) => idx));
      });

      it('lets nobody wait for ever: some complete papers while others change the same ones', async () => {
        const numbers = await Promise.all(
          Array.from({ length: 30 }, () => kept(number => [document(number), document(number), slip(number)])),
        );
        await at.query('update "case" set wake_at = 0');
        async function revokeAll(gateway: Store, mine: readonly string[]): Promise<void> {
          for (const number of mine) {
            const one = (await gateway.claim(number)) as Held;
            const ids = one.view.documents.map(({ id }) => id);
            const changes = ids.map(id => ({ of: 'DOCUMENT_STATUS', id, status: 'REVOKED' }) as const);
            await gateway.save(one.lease, stepOf(one.view, [...changes, slip(number)], true));
          }
        }
        async function completeAll(gateway: Store): Promise<void> {
          for (const kind of ['DOCUMENT', 'SLIP', 'DOCUMENT', 'SLIP'] as const) {
            for (let after: string | null = ''; after !== null; ) {
              const page = await gateway.unstamped({ of: kind, after, first: 7 });
              await gateway.complete(await stampedNow(page.papers));
              after = page.after;
            }
          }
        }
        const [second, third, fourth] = others as [Store, Store, Store];
        await Promise.all([
          revokeAll(
            store,
            numbers.filter((_, nth) => nth % 2 === 0),
          ),
          revokeAll(
            second,
            numbers.filter((_, nth) => nth % 2 === 1),
          ),
          completeAll(third),
          completeAll(fourth),
        ]);
        await completeAll(third);
        const views = await store.load(numbers);
        expect(views.flatMap(({ documents }) => documents).every(({ status }) => status === 'REVOKED')).toBe(true);
        expect((await store.pulse()).unstamped).toBe(0);
        const rows = await log();
        for (const view of views) expect(logFaults(rows, view)).toEqual([]);
        expect(rows.size).toBe(30 * 2 * 4);
      });
    });
  }

  describe('of papers that are completed later', () => {
    /** All that wait, page by page. */
    async function unstamped(of: PaperChange['of'], first = 2): Promise<readonly PaperChange[]> {
      const found: PaperChange[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const page = await store.unstamped({ of, after, first });
        expect(page.unreadable).toEqual([]);
        found.push(...page.papers);
        after = page.after;
      }
      return found;
    }

    it('gets a leaf with the time stamp beside that without, and the paper is as if it had been stamped at once', async () => {
      const number = await kept(number => [document(number), slip(number), document(number, { seal: null })]);
      expect((await store.pulse()).unstamped).toBe(2);
      const papers = [...(await unstamped('DOCUMENT')), ...(await unstamped('SLIP'))];
      const complete = await stampedNow(papers);
      expect(await store.complete(complete)).toBe(2);
      const { leaves } = await log();
      expect(leaves.map(({ form }) => form)).toEqual(['B', 'B', 'BT', 'BT']);
      const wholes = complete.map(paper => withTimeStamp(DER, Buffer.from(String(paperIn(paper).timeStamp), 'base64')));
      expect(leaves.slice(2).map(({ entry }) => entry)).toEqual([
        textOf(entryOf('business', wholes[0] as Uint8Array)),
        textOf(entryOf('center', wholes[1] as Uint8Array)),
      ]);
      const view = await loaded(number);
      expect(view.slips).toEqual([paperIn(complete[1] as PaperChange)]);
      expect(view.documents[0]).toEqual(paperIn(complete[0] as PaperChange));
      expect((await store.pulse()).unstamped).toBe(0);
      expect(await unstamped('DOCUMENT')).toEqual([]);
    });

    it('finds them page by page in the order of their ids', async () => {
      const number = await kept(number => Array.from({ length: 7 }, () => slip(number)));
      const found = await unstamped('SLIP', 3);
      const ids = (await loaded(number)).slips.map(({ id }) => id).sort();
      expect(found.map(paper => paperIn(paper).id)).toEqual(ids);
    });

    it('gets one leaf, whoever else completes them at the same time', async () => {
      await kept(number => [document(number), slip(number)]);
      const papers = [...(await unstamped('DOCUMENT')), ...(await unstamped('SLIP'))];
      const completions = await Promise.all(Array.from({ length: 6 }, () => stampedNow(papers)));
      const counts = await Promise.all(completions.map(complete => store.complete(complete)));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
      expect((await log()).leaves.map(({ form }) => form)).toEqual(['B', 'B', 'BT', 'BT']);
      expect(await store.complete(completions[5] as readonly PaperChange[])).toBe(0);
      expect((await log()).size).toBe(4);
    });

    it('leaves alone what is of a case that somebody holds', async () => {
      const one = await held();
      const paper = document(one.lease.number);
      await save(one, [paper]);
      expect(await unstamped('DOCUMENT')).toEqual([]);
      expect(await store.complete(await stampedNow([paper]))).toBe(0);
      // He knows the paper without a time stamp, and says so with everything that he writes of it.
      await save(one, [{ of: 'DOCUMENT_STATUS', id: paperIn(paper).id, status: 'REVOKED' }], true);
      expect((await loaded(one.lease.number)).documents).toMatchObject([{ status: 'REVOKED', timeStamp: null }]);
      expect(await store.complete(await stampedNow([paper]))).toBe(0);
      expect(await store.complete(await stampedNow(await unstamped('DOCUMENT')))).toBe(1);
      expect((await loaded(one.lease.number)).documents).toMatchObject([
        { status: 'REVOKED', stampedAt: expect.any(Number) },
      ]);
    });

    it('goes on with a paper that was completed: its status is changed, and its time stamp stays', async () => {
      const number = await kept(number => [document(number)]);
      await store.complete(await stampedNow(await unstamped('DOCUMENT')));
      await at.query(`update "case" set wake_at = 0 where number = '${number}'`);
      const again = (await store.claim(number)) as Held;
      const [{ id, timeStamp }] = again.view.documents as [SealedOutcome];
      await save(again, [{ of: 'DOCUMENT_STATUS', id, status: 'REVOKED' }]);
      expect(await store.document(id)).toMatchObject({ status: 'REVOKED', timeStamp });
    });

    it('enters nothing twice for a paper whose time stamp was taken out of its row', async () => {
      const number = await kept(number => [slip(number)]);
      const [row] = await at.query('select fingerprint from slip');
      await store.complete(await stampedNow(await unstamped('SLIP')));
      await at.query(`update slip set time_stamp = null, stamped_at = null, fingerprint = '${row?.fingerprint}'`);
      expect((await loaded(number)).slips).toMatchObject([{ timeStamp: null }]);
      expect(await store.complete(await stampedNow(await unstamped('SLIP')))).toBe(0);
      expect((await log()).size).toBe(2);
    });

    it.each(['time_stamp', 'stamped_at'])('shows no paper whose %s was changed in its row', async column => {
      const number = await kept(number => [document(number), slip(number)]);
      await store.complete(await stampedNow(await unstamped('SLIP')));
      await at.query(`update slip set ${column} = '1'`);
      await expect(store.load([number])).rejects.toThrow(/is not as the window has written it/);
    });

    it('tells which papers can’t be read, and gives the others', async () => {
      await kept(number => [slip(number)]);
      const tampered = await kept(number => [slip(number)]);
      await at.query(`update slip set record = '{}' where case_number = '${tampered}'`);
      const { papers, unreadable, after } = await store.unstamped({ of: 'SLIP', after: '', first: 50 });
      expect(papers).toHaveLength(1);
      expect(unreadable.map(({ message }) => message)).toEqual([expect.stringContaining(`case ${tampered}`)]);
      expect(after).toBeNull();
    });
  });
});
