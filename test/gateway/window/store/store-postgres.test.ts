import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { type CaseView, type Change, changed } from '../../../../gateway/window/case.ts';
import { eventsOf, nextEntry } from '../../../../gateway/window/ledger.ts';
import { openStore } from '../../../../gateway/window/store/open-store.ts';
import { openPostgres } from '../../../../gateway/window/store/postgres.ts';
import { openVault } from '../../../../gateway/window/store/secret.ts';
import {
  type Held,
  LeaseLost,
  leaseMs,
  type Step,
  type Store,
  type Telling,
} from '../../../../gateway/window/store.ts';
import { CannotStart } from '../../../../subgraphs/process.ts';
import { freshDatabase, postgresAbsence, postgresPlace, type TestPlace } from '../../../fixtures/database.ts';
import { opening } from '../../../fixtures/opening.ts';
import { type PostgresServer, postgresServer, serverAbsence } from '../../../fixtures/postgres-server.ts';
import { until } from '../../../fixtures/until.ts';

const vault = openVault(randomBytes(32));
const open = (place: TestPlace['place']): Promise<Store> =>
  openStore(place, vault, defect => {
    throw defect;
  });

async function held(store: Store, changes: Parameters<typeof opening>[0] = {}): Promise<Held> {
  const opened = await store.open(opening(changes));
  if (opened.outcome !== 'OPEN' || !opened.held) throw new Error(opened.outcome);
  return opened.held;
}
function stepOf(store: Store, view: CaseView, changes: readonly Change[] = []): Step {
  const after = changed(view, changes, store.now());
  const { seq, hash, ...entry } = nextEntry(view.number, view.head, store.now(), eventsOf(view, changes, after));
  return { view: { ...after, head: { seq, hash } }, changes, entry: { seq, hash, ...entry }, taken: [], release: null };
}
const telling = (caseNumber: string, changes: Partial<Telling> = {}): Telling => ({
  id: `outcome/${randomBytes(4).toString('hex')}`,
  caseNumber,
  fingerprint: 'f',
  told: { kind: 'WITHDRAWAL', requestId: 'w', reason: '不办了', by: 'clerk' },
  contents: new Map(),
  takeOver: false,
  ...changes,
});

if (postgresAbsence !== undefined) it.skip(`several gateways on one PostgreSQL: ${postgresAbsence}`, () => {});

(postgresAbsence === undefined ? describe : describe.skip)('several gateways on one PostgreSQL', () => {
  let at: TestPlace;
  let a: Store;
  let b: Store;
  beforeAll(async () => {
    at = await postgresPlace();
    // Both make the tables at once.
    [a, b] = await Promise.all([open(at.place), open(at.place)]);
  });
  afterAll(async () => {
    await Promise.all([a.close(), b.close()]);
    await at.remove();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await at.query('update "case" set wake_at = null, owner = null');
  });

  it('wait while another one migrates, and say so when that takes too long', async () => {
    const other = new pg.Client({ connectionString: (at.place as { readonly url: string }).url });
    await other.connect();
    try {
      await other.query('select pg_advisory_lock(2060119450)');
      const { url } = at.place as { readonly url: string };
      await expect(openPostgres(url, 100)).rejects.toThrow(
        /^another gateway is migrating the database .*: start again when it is done\.$/,
      );
      const startedAt = performance.now();
      const opening = open(at.place);
      await sleep(3_000);
      await other.end();
      const c = await opening;
      expect(performance.now() - startedAt).toBeGreaterThan(2_900);
      expect((await held(c)).lease.epoch).toBe(1);
      await c.close();
    } finally {
      await other.end();
    }
  });

  it('open one case for a request that reaches both fifty times at once', async () => {
    const asked = opening();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, nth) => (nth % 2 ? a : b).open(asked)));
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    expect(answers.filter(answer => answer.outcome === 'OPEN' && answer.held)).toHaveLength(1);
  });

  it('open a case although the server has ended the connection in the middle of it', async () => {
    const inTheWay = new pg.Client({ connectionString: (at.place as { readonly url: string }).url });
    await inTheWay.connect();
    try {
      await inTheWay.query('begin; lock table "case" in access exclusive mode');
      const opened = held(a);
      await until(
        async () =>
          (
            await at.query(
              `select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and wait_event = 'relation'`,
            )
          ).length > 0,
      );
      await inTheWay.query('rollback');
      const { lease } = await opened;
      expect((await a.load([lease.number])).map(view => view?.number)).toEqual([lease.number]);
    } finally {
      await inTheWay.end();
    }
  });

  it('open one case for an enterprise that both are asked for at once', async () => {
    const twin = { duplicateFingerprint: randomBytes(4).toString('hex') };
    const answers = await Promise.all(Array.from({ length: 50 }, (_, nth) => (nth % 2 ? a : b).open(opening(twin))));
    expect(answers.filter(({ outcome }) => outcome === 'OPEN')).toHaveLength(1);
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
  });

  it('draw no number twice', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, (_, nth) => held(nth % 2 ? a : b)));
    expect(new Set(all.map(({ lease }) => lease.number)).size).toBe(200);
  });

  it('share two hundred due cases between them, each exactly once', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => held(a)));
    await Promise.all(all.map(({ lease }) => a.release(lease, 0)));
    const claims: string[][] = [[], []];
    await Promise.all(
      [a, b, a, b].map(async (store, nth) => {
        for (;;) {
          const some = await store.claimDue(7);
          if (some.length === 0) return;
          claims[nth % 2]!.push(...some.map(({ lease }) => lease.number));
        }
      }),
    );
    expect(claims.flat().sort()).toEqual(all.map(({ lease }) => lease.number).sort());
    expect(claims.every(({ length }) => length > 0)).toBe(true);
  });

  it('give a case that both ask for to one of them', async () => {
    const one = await held(a);
    await a.release(one.lease, 0);
    const claims = await Promise.all(Array.from({ length: 20 }, (_, nth) => (nth % 2 ? a : b).claim(one.lease.number)));
    expect(claims.filter(claim => claim !== undefined)).toHaveLength(1);
  });

  it('hear one fact that is told to both at once', async () => {
    const one = await held(a);
    const fact = telling(one.lease.number);
    const results = await Promise.all(Array.from({ length: 40 }, (_, nth) => (nth % 2 ? a : b).tell(fact)));
    expect(results.filter(result => result === 'NEW')).toHaveLength(1);
    expect(results.filter(result => result === 'KNOWN')).toHaveLength(39);
    expect(await a.facts(one.lease)).toHaveLength(1);
    expect(one.lease.signal).toBe(1);
    const other = telling(one.lease.number);
    const both = await Promise.all([a.tell(other), b.tell({ ...other, fingerprint: 'g' })]);
    expect([...both].sort()).toEqual(['NEW', 'OTHER']);
  });

  it('never wait for each other in a ring, though both write to the same cases in every order', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => held(a)));
    const [settled, deadlocks] = [
      await storm(all),
      await at.query(`select deadlocks from pg_stat_database where datname = current_database()`),
    ];
    expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(Number(deadlocks[0]?.deadlocks)).toBe(0);
    const views = await b.load(all.map(({ lease }) => lease.number));
    expect(new Set(views.map(({ head }) => head.seq))).toEqual(new Set([9]));
  });

  /** One saves and renews in one order, the other tells in another. */
  async function storm(all: readonly Held[]): Promise<readonly PromiseSettledResult<unknown>[]> {
    const settled: PromiseSettledResult<unknown>[] = [];
    let views = all.map(({ view }) => view);
    for (let round = 0; round < 8; round++) {
      const steps = views.map(view => stepOf(a, view));
      const shuffled = all.map((one, nth) => ({ one, nth })).sort(() => Math.random() - 0.5);
      settled.push(
        ...(await Promise.allSettled([
          ...all.map((one, nth) => a.save(one.lease, steps[nth] as Step)),
          a.renew(shuffled.map(({ one }) => one.lease)),
          ...shuffled.toReversed().map(({ one }) => b.tell(telling(one.lease.number))),
          b.claimDue(50),
        ])),
      );
      views = steps.map(({ view }) => view);
    }
    return settled;
  }

  it.each([
    ['ahead', 60_000],
    ['behind', -60_000],
  ])('keep to the database’s time though one’s own clock is a minute %s', async (_, offMs) => {
    const one = await held(a);
    const { now } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + offMs);
    const c = await open(at.place);
    try {
      // It neither steals what is held …
      expect(await c.claimDue(10)).toEqual([]);
      expect(await c.claim(one.lease.number)).toBeUndefined();
      expect(Math.abs(c.now() - a.now())).toBeLessThan(1_000);
      const mine = await held(c);
      expect(Math.abs(mine.view.openedAt - a.now())).toBeLessThan(1_000);
      await a.renew([one.lease]);
      // … nor lets what has run out sleep.
      await sleep(leaseMs + 200);
      const due = await c.claimDue(10);
      expect(due.map(({ lease }) => lease.number).sort()).toEqual([one.lease.number, mine.lease.number].sort());
      await expect(a.save(one.lease, stepOf(a, one.view))).rejects.toThrow(LeaseLost);
    } finally {
      await c.close();
    }
  });

  it('move the clock for each other', async () => {
    const before = b.now();
    await a.advanceClock(86_400_000);
    await b.claimDue(1);
    expect(b.now() - before).toBeGreaterThanOrEqual(86_400_000);
    await a.advanceClock(-86_400_000);
    await b.claimDue(1);
    expect(Math.abs(b.now() - a.now())).toBeLessThan(1_000);
  });

  it('flush every commit to the disk, on each connection', async () => {
    const connect = jest.spyOn(pg.Pool.prototype, 'connect');
    const commits = new Set<unknown>();
    const all = await Promise.all(Array.from({ length: 4 }, () => held(a)));
    await Promise.all([
      held(a),
      ...all.map(({ lease }) => a.tell(telling(lease.number))),
      a.renew(all.map(({ lease }) => lease)),
      a.claimDue(1),
    ]);
    for (const { value } of connect.mock.results) {
      const client = (await value) as unknown as pg.PoolClient;
      const { rows } = await client.query('show synchronous_commit');
      commits.add(rows[0].synchronous_commit);
    }
    expect(connect.mock.results.length).toBeGreaterThan(3);
    expect([...commits]).toEqual(['on']);
  });

  it('find what is due by the index, among twenty thousand sleeping cases', async () => {
    await at.query(
      `insert into "case" (number, request_id, request_fingerprint, duplicate_fingerprint, regime, regime_version,
         region_code, policy, state, opened_at, wake_at, progress_id, received_at, checks)
       select 's' || n, 's' || n, '', 's' || n, 'R2', 1, '371002', 'KEEP_GRANTED', 'IN_REVIEW', 0,
         (extract(epoch from now()) * 1000)::bigint + 86400000 + n, 's' || n, 0, '[]' from generate_series(1, 20000) n`,
    );
    const one = await held(a);
    await a.release(one.lease, 0);
    const planned = jest.spyOn(pg.Client.prototype, 'query');
    expect((await b.claimDue(50)).map(({ lease }) => lease.number)).toEqual([one.lease.number]);
    const asked = planned.mock.calls
      .map(([query]) => query as unknown as { readonly name?: string; readonly text: string })
      .find(query => query.name === 'claim-due');
    const explained = await at.query(`explain ${asked!.text.replaceAll('$1', '50').replaceAll('$2', "'x'")}`);
    const plan = explained.map(row => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Scan using case_wake_at.*\n *Index Cond: \(wake_at <=/);
    expect(plan).not.toMatch(/Seq Scan on "?case/);
    const startedAt = performance.now();
    for (let nth = 0; nth < 50; nth++) await b.claimDue(50);
    expect((performance.now() - startedAt) / 50).toBeLessThan(20);
    await at.query(`delete from "case" where number like 's%'`);
  });
});

describe('a PostgreSQL that is not there', () => {
  it('is named in one sentence, without its password', async () => {
    const refused = await open({ url: 'postgres://window:secret@127.0.0.1:1/cases' }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(CannotStart);
    expect((refused as Error).message).toBe("the database cases on 127.0.0.1:1 can't be reached (ECONNREFUSED).");
  });

  it('is refused when its address is none', async () => {
    await expect(open({ url: 'secret' })).rejects.toThrow(/^DATABASE_URL is no address such as/);
  });
});

if (serverAbsence !== undefined) it.skip(`a PostgreSQL that goes away: ${serverAbsence}`, () => {});

(serverAbsence === undefined ? describe : describe.skip)('a PostgreSQL that goes away', () => {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await postgresServer();
    ({ url } = await freshDatabase(server.url));
  }, 60_000);
  afterAll(() => server.remove());

  it('makes calls fail, and the same store works again when it is back, with everything that was answered', async () => {
    const store = await open({ url });
    const one = await held(store);
    let answered = one.view;
    const writing = (async () => {
      for (;;) {
        const step = stepOf(store, answered);
        await store.save(one.lease, step);
        answered = step.view;
      }
    })();
    await sleep(100);
    server.stop();
    await expect(writing).rejects.toThrow(/can not reach its cases/);
    const startedAt = performance.now();
    const all = await Promise.allSettled([
      ...Array.from({ length: 150 }, () => store.open(opening())),
      store.save(one.lease, stepOf(store, answered)),
      store.tell(telling(one.lease.number)),
      store.claimDue(5),
      store.renew([one.lease]),
      store.load([one.lease.number]),
      store.count({ visibleIn: null }),
    ]);
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 'rejected'));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    server.start();
    const [view] = await store.load([one.lease.number]);
    // The step whose answer was lost may have been written.
    expect([answered.head.seq, answered.head.seq + 1]).toContain(view!.head.seq);
    expect(view!.head.seq).toBeGreaterThan(3);
    await held(store);
    await sleep(leaseMs);
    expect((await store.claimDue(5)).map(({ lease }) => lease.number)).toContain(one.lease.number);
    await store.close();
  }, 60_000);

  it.each([
    [
      'is told to close a session',
      () =>
        `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
    ],
  ])('is no trouble when it %s that nobody uses', async (_, sql) => {
    const store = await open({ url });
    await held(store);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql());
    await client.end();
    await sleep(100);
    await held(store);
    expect(await store.claimDue(0)).toEqual([]);
    await store.close();
  });

  it('is refused when it would answer before it has written', async () => {
    server.stop();
    server.start({ fsync: 'off' });
    const refused = await open({ url }).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(CannotStart);
    expect((refused as Error).message).toMatch(/before a commit is on its disk \(fsync off/);
    server.stop();
    server.start({ synchronous_commit: 'off' });
    const store = await open({ url });
    await held(store);
    await store.close();
  }, 60_000);
});
