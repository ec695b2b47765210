import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { SignedCheckpoint } from '../../gateway/log/log-store.ts';
import { randomOf } from '../../tools/generate/random.ts';
import { type Arena, openArena } from '../../tools/torture/arena.ts';
import { type Desk, openDesk, type Sent } from '../../tools/torture/desk.ts';
import { type Evidence, gather } from '../../tools/torture/evidence.ts';
import { fateOf } from '../../tools/torture/fate.ts';
import { judge, spread, type Violation } from '../../tools/torture/judge.ts';
import { readOptions } from '../../tools/torture/options.ts';
import { makePlace } from '../../tools/torture/place.ts';
import { drawStrikes, type Struck } from '../../tools/torture/strikes.ts';
import { type Seen, takeoversIn } from '../../tools/torture/takeover.ts';
import { application } from '../fixtures/application.ts';
import { postgresAbsence } from '../fixtures/database.ts';

/** Half a minute where nothing else runs; a machine that is busy with other things may take its time. */
const runMaxMs = 300_000;

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it has left among the temporary files. */
  readonly left: readonly string[];
}

const program = fileURLToPath(new URL('../../tools/torture.ts', import.meta.url));

/** In a folder for temporary files that is its own, so that what it leaves behind is seen. */
function torture(args: readonly string[], interruptAfterMs?: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'torture-test-'));
  return new Promise(resolve => {
    const environment = { ...process.env, TMPDIR: folder };
    const child = execFile(process.execPath, [program, ...args], { env: environment }, (_, stdout, stderr) => {
      const left = readdirSync(folder);
      rmSync(folder, { recursive: true });
      resolve({ status: child.exitCode, stdout, stderr, left });
    });
    if (interruptAfterMs !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfterMs);
  });
}

const RUNS = [
  ['one gateway on SQLite', ['--store', 'sqlite'], 0],
  ...(postgresAbsence === undefined
    ? [['two gateways on PostgreSQL', ['--store', 'postgres', '--pauses', '2'], 2] as const]
    : []),
] as const;

describe('a short run', () => {
  if (postgresAbsence !== undefined) it.skip(`of two gateways on PostgreSQL: ${postgresAbsence}`, () => {});

  it.each(RUNS)(
    'of %s with six kills finds no violation, and leaves nothing behind',
    async (_, args, pauses) => {
      const run = await torture(['--kills', '6', '--cases', '40', '--seed', '5', '--json', ...args]);
      expect(run).toMatchObject({ status: 0, stderr: '', left: [] });
      const figures = run.stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as { figure: string; value: number });
      const value = (name: string) => figures.find(({ figure }) => figure.endsWith(`.${name}`))?.value;
      expect([value('kills'), value('pauses')]).toEqual([6, pauses]);
      expect(value('cases')).toBeGreaterThan(20);
      for (const name of ['lost', 'double', 'orphan', 'stuck', 'broken', 'unsealed'])
        expect([name, value(name)]).toEqual([name, 0]);
    },
    runMaxMs,
  );

  it('that is interrupted ends everything that it has started', async () => {
    const run = await torture(['--kills', '50'], 6_000);
    expect(run).toMatchObject({ status: 130, stderr: '', left: [] });
  }, 60_000);
});

describe('the judgement', () => {
  let arena: Arena;
  let desk: Desk;
  let evidence: Evidence;

  beforeAll(async () => {
    arena = await openArena({
      store: 'sqlite',
      gateways: 1,
      seed: 1,
      departmentTimeoutMs: 5_000,
      inlineBudgetMs: 20_000,
      through: (_, call, answer) => answer(call),
    });
    const server = arena.gateways[0]!.start();
    await server.started;
    expect(server.isServing).toBe(true);
    desk = await openDesk(arena, randomOf(1, 1, 1));
    for (let at = 0; at < 3; at++) {
      const input = application();
      const answer = await desk.ask({ mutation: 'REGISTER', requestId: input.requestId, variables: { input } }, 0);
      expect(answer).toMatchObject({ is: 'DONE', state: 'CLOSED' });
    }
    await server.stop();
    evidence = await gather(arena, desk.sent);
  }, 60_000);
  afterAll(() => arena?.close(false));

  const judged = (changes: Partial<Evidence> = {}): readonly Violation[] =>
    judge({ ...evidence, ...changes }, new Date());

  /** The judgement of a copy of all databases in which something was done to one of them. */
  async function judgedAfter(file: string, ...statements: readonly string[]): Promise<readonly Violation[]> {
    const dataDir = mkdtempSync(join(tmpdir(), 'planted-'));
    try {
      cpSync(arena.dataDir, dataDir, { recursive: true });
      const db = new Database(join(dataDir, file));
      for (const statement of statements) db.exec(statement);
      db.close();
      const found = await gather({ dataDir, place: await makePlace('sqlite', dataDir) }, desk.sent);
      return judge(found, new Date());
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  }

  const CENTER = 'center/window.sqlite';
  const first = (): string => evidence.cases[0]!.number;
  const firstRequest = (): string => evidence.cases[0]!.requestId;

  it('finds nothing in a run that nobody disturbed', () => {
    expect(evidence.cases).toHaveLength(3);
    expect(judged()).toEqual([]);
  });

  it('names a case that was answered and is not there, and the effects that belong to it no more', async () => {
    const found = await judgedAfter(CENTER, `delete from "case" where number = '${first()}'`);
    expect(found).toContainEqual({
      is: 'LOST',
      of: firstRequest(),
      sentence: `it was answered with case ${first()}, but there is no such case`,
    });
    const orphans = found.filter(({ is }) => is === 'ORPHAN').map(({ of }) => of);
    expect(orphans.toSorted()).toEqual(
      ['license', 'local-tax', 'name', 'national-tax', 'organization-code', 'seal-filing'].map(
        item => `${first()}/${item}/1`,
      ),
    );
  });

  it('names a request that nobody answered, and one that was refused though it has opened a case', () => {
    const unanswered: Sent = { mutation: 'REGISTER', requestId: 'nobody', answers: [] };
    expect(judged({ sent: [...evidence.sent, unanswered] })).toEqual([
      { is: 'LOST', of: 'nobody', sentence: 'no gateway has ever answered the request' },
    ]);
    const sent = evidence.sent.map(
      (one): Sent =>
        one.requestId === firstRequest()
          ? { ...one, answers: [{ is: 'REFUSED', code: 'POSSIBLE_DUPLICATE', number: undefined }] }
          : one,
    );
    expect(judged({ sent })).toEqual([
      {
        is: 'LOST',
        of: firstRequest(),
        sentence: `it was refused with POSSIBLE_DUPLICATE though it has opened case ${first()}`,
      },
    ]);
  });

  it('names a withdrawal that was answered and not kept', () => {
    const answers = [{ is: 'DONE', number: first(), state: 'WITHDRAWN' } as const];
    const sent: Sent = { mutation: 'WITHDRAW', requestId: 'w', answers };
    expect(judged({ sent: [...evidence.sent, sent] })).toEqual([
      { is: 'LOST', of: 'w', sentence: 'it was answered and has not been kept' },
    ]);
  });

  it('names a second live row in a register', async () => {
    const columns = 'case_number, uscc, filing_number, holder, seals, filed_on, status';
    const found = await judgedAfter(
      'seal/register.sqlite',
      `insert into seal_filing (operation_id, ${columns})
       select case_number || '/seal-filing/2', ${columns.replace('filing_number', "filing_number || '-2'")}
       from seal_filing where case_number = '${first()}'`,
    );
    expect(found.map(({ is, of }) => [is, of])).toEqual([
      ['DOUBLE', `${first()}/seal-filing`],
      ['ORPHAN', `${first()}/seal-filing/2`],
    ]);
  });

  it('names a grant whose row is not live any more', async () => {
    const found = await judgedAfter(
      'tax/register.sqlite',
      `update tax_registration set status = 'REVOKED' where operation_id = '${first()}/local-tax/1'`,
    );
    expect(found.map(({ is, of }) => [is, of])).toEqual([['ORPHAN', `${first()}/local-tax`]]);
  });

  it('names an answer of a department that is not what the window holds', async () => {
    const found = await judgedAfter(
      'code/journal.sqlite',
      `update operation set answer = replace(answer, '颁', '办') || ' '
       where operation_id = '${first()}/organization-code/1'`,
      `update operation set answer = json_set(answer, '$.record', '{}')
       where operation_id = '${first()}/organization-code/1'`,
    );
    expect(found.map(({ is, of }) => [is, of])).toEqual([['DOUBLE', `${first()}/organization-code/1`]]);
  });

  it.each([
    ['removed', 'delete from ledger where seq = 2', 'the ledger is broken at entry 2: ENTRY_MISSING'],
    [
      'changed',
      `update ledger set events = replace(events, 'clerk-1', 'clerk-9') where seq = 1`,
      'entry 1: HASH_DIFFERS',
    ],
    [
      'the last, and cut off',
      'delete from ledger where seq = (select max(seq) from ledger l where l.case_number = ledger.case_number)',
      'state is IN_REVIEW by the ledger and CLOSED in the rows',
    ],
  ])('names a ledger of which an entry was %s', async (_, statement, sentence) => {
    const found = await judgedAfter(CENTER, `${statement} and case_number = '${first()}'`);
    expect(found[0]).toMatchObject({ is: 'BROKEN', of: first(), sentence: expect.stringContaining(sentence) });
    expect(new Set(found.map(({ of }) => of))).toEqual(new Set([first()]));
  });

  it('names a state that the ledger does not tell', async () => {
    const found = await judgedAfter(CENTER, `update "case" set state = 'REFUSED' where number = '${first()}'`);
    expect(found).toEqual([
      { is: 'BROKEN', of: first(), sentence: 'state is CLOSED by the ledger and REFUSED in the rows' },
    ]);
  });

  it('names a case that is over and still due, and one that nothing will move', async () => {
    const due = await judgedAfter(CENTER, `update "case" set wake_at = 1 where number = '${first()}'`);
    expect(due.map(({ is, of }) => [is, of])).toEqual([['STUCK', first()]]);
    const view = evidence.views.get(first())!;
    const items = view.items.map(one => (one.item === 'license' ? { ...one, state: 'PENDING_HUMAN' as const } : one));
    const views = new Map(evidence.views).set(first(), { ...view, items, state: 'IN_REVIEW' });
    expect(judged({ views })).toContainEqual({
      is: 'STUCK',
      of: first(),
      sentence: 'IN_REVIEW (license PENDING_HUMAN): it waits for nobody, and nothing will move it',
    });
  });

  it('does not call a case stuck that waits for its applicant, but one whose applicant has been told nothing', () => {
    const view = evidence.views.get(first())!;
    const fault = { path: 'address', code: 'X', message: 'x' };
    const waiting = (faults: readonly (typeof fault)[]) => {
      const items = view.items.map(one =>
        one.item === 'license' ? { ...one, state: 'WAITING_INPUT' as const, faults } : one,
      );
      return new Map(evidence.views).set(first(), { ...view, items, state: 'CORRECTION_NOTICED' });
    };
    const stuck = (found: readonly Violation[]) => found.filter(({ is }) => is === 'STUCK');
    expect(stuck(judged({ views: waiting([fault]) }))).toEqual([]);
    expect(stuck(judged({ views: waiting([]) }))).toHaveLength(1);
  });

  it('names what was told of a case and never taken up', () => {
    const facts = new Map([['outcome/x/1', { number: first(), taken: false }]]);
    expect(judged({ facts })).toEqual([
      { is: 'STUCK', of: first(), sentence: 'what was told under outcome/x/1 has never been taken up' },
    ]);
  });

  it('names a seal that does not hold', () => {
    const view = evidence.views.get(first())!;
    const slips = view.slips.map(slip => ({ ...slip, record: `${slip.record} ` }));
    const found = judged({ views: new Map(evidence.views).set(first(), { ...view, slips }) });
    expect(found.filter(({ is }) => is === 'UNSEALED').map(({ of }) => of)).toEqual(slips.map(({ id }) => id));
  });

  it('names a seal that does not stand in the log, and one in the log that no case has', () => {
    const entry = evidence.log.entries.findIndex(one => one.startsWith('one-window.seal/1 center '));
    const changed = evidence.log.entries.with(entry, `one-window.seal/1 center ${'0'.repeat(64)}\n`);
    const found = judged({ log: { ...evidence.log, entries: changed } });
    expect(found).toEqual([
      { is: 'UNLOGGED', of: expect.any(String), sentence: 'its seal does not stand in the log' },
      { is: 'UNLOGGED', of: `leaf ${entry}`, sentence: 'no case has the seal that stands in the log' },
      { is: 'BROKEN', of: 'log', sentence: 'its leaves do not have the root of its checkpoint' },
    ]);
  });

  it('names leaves that were lost, under a checkpoint or between others', async () => {
    const { size } = evidence.log.newest!;
    expect(await judgedAfter(CENTER, `delete from log_leaf where idx >= ${size - 1}`)).toContainEqual({
      is: 'BROKEN',
      of: 'log',
      sentence: `its checkpoint has ${size} leaves, but only ${size - 1} are there`,
    });
    expect((await judgedAfter(CENTER, 'delete from log_leaf where idx = 3'))[0]).toMatchObject({
      is: 'BROKEN',
      sentence: 'the leaf 3 of the log is missing',
    });
  });

  it('names a checkpoint that is missing, or not signed by the log', () => {
    const unsigned = { ...evidence.log.newest!, note: evidence.log.newest!.note.replace(/\n\d+\n/, '\n0\n') };
    const sentences = (newest: SignedCheckpoint | undefined) =>
      judged({ log: { ...evidence.log, newest } }).map(({ sentence }) => sentence);
    expect(sentences(undefined)).toEqual(['it has leaves, but no checkpoint']);
    expect(sentences(unsigned)).toEqual(['its checkpoint is not signed']);
  });

  it('looks at a sample from the whole, not at the beginning alone', () => {
    expect(spread([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
    expect(spread([1, 2], 3)).toEqual([1, 2]);
  });
});

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(drawStrikes(7, 20, 5)).toEqual(drawStrikes(7, 20, 5));
    expect(drawStrikes(7, 20, 5)).not.toEqual(drawStrikes(8, 20, 5));
    const kinds = Map.groupBy(drawStrikes(7, 20, 5), ({ is }) => is);
    expect([kinds.get('KILL')?.length, kinds.get('PAUSE')?.length]).toEqual([20, 5]);
  });

  it('gives a filing the same fate however often it is sent, and a provisional one only where nothing follows', () => {
    const fates = Array.from({ length: 2_000 }, (_, at) => fateOf(3, `case-${at}/license/1`, 'license'));
    expect(fates).toEqual(Array.from({ length: 2_000 }, (_, at) => fateOf(3, `case-${at}/license/1`, 'license')));
    const slow = fates.flatMap(fate => (fate.is === 'SLOW' ? [fate] : []));
    expect(slow.length).toBeGreaterThan(150);
    expect(new Set(slow.map(({ meanwhile }) => meanwhile))).toEqual(new Set(['PENDING']));
    expect(new Set(slow.map(({ decision }) => decision))).toEqual(new Set(['GRANT', 'REFUSE', 'CORRECT']));
    const seals = Array.from({ length: 500 }, (_, at) => fateOf(3, `case-${at}/seal-filing/1`, 'seal-filing'));
    expect(seals.some(fate => fate.is === 'SLOW' && fate.meanwhile === 'PROVISIONAL')).toBe(true);
  });

  it.each([
    ['--kills', 'many'],
    ['--kills', '-1'],
    ['--store', 'oracle'],
    ['--pauses', '1'],
    ['--speed', '9'],
  ])('is not made of %s %s', async (...args) => {
    expect(() => readOptions(args, () => 1)).toThrow(/--help|whole number|sqlite or postgres|needs --store postgres/);
  });

  it('has five applications for each strike unless told otherwise', () => {
    const drawn = () => 42;
    expect(readOptions(['--kills', '10'], drawn)).toMatchObject({ kills: 10, cases: 50, seed: 42, store: 'sqlite' });
    expect(readOptions(['--kills', '0'], drawn)).toMatchObject({ kills: 0, cases: 50 });
    expect(readOptions(['--pauses', '4', '--kills', '6', '--store', 'postgres', '--seed', '9'], drawn)).toMatchObject({
      cases: 50,
      seed: 9,
    });
  });
});

describe('how long a case waited for the next gateway', () => {
  const kill = (gateway: string, atMs: number, otherServed = true): Struck => ({
    is: 'KILL',
    gateway,
    atMs,
    wasServing: true,
    otherServed,
  });
  const seen = (owner: string | null, epoch: number, heldSinceMs: number): Seen => ({
    atMs: heldSinceMs + 10,
    epoch,
    owner,
    heldSinceMs,
  });
  const waits = (sightings: readonly Seen[], ...struck: readonly Struck[]) =>
    takeoversIn(new Map([['case', sightings]]), struck);

  it('is from the strike to the next holder’s first write', () => {
    expect(waits([seen('a', 1, 900), seen('b', 2, 2_600)], kill('one', 1_000))).toEqual({
      withOther: [1_600],
      withoutOther: [],
    });
  });

  it('is told apart where no other gateway served all the time', () => {
    const sightings = [seen('a', 1, 900), seen('b', 2, 2_600)];
    expect(waits(sightings, kill('one', 1_000, false)).withoutOther).toEqual([1_600]);
    expect(waits(sightings, kill('one', 1_000), kill('two', 1_200)).withoutOther).toEqual([1_600]);
  });

  it('is none where the holder gave the case up, or wrote after the strike', () => {
    const none = { withOther: [], withoutOther: [] };
    expect(waits([seen('a', 1, 900), seen(null, 1, 950), seen('b', 2, 2_600)], kill('one', 1_000))).toEqual(none);
    expect(waits([seen('a', 1, 900), seen('a', 1, 1_400), seen('b', 2, 2_600)], kill('one', 1_000))).toEqual(none);
    expect(waits([seen('a', 1, 900), seen('b', 2, 2_600)])).toEqual(none);
  });
});
