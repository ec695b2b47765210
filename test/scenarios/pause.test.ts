import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { leaseMs } from '../../gateway/window/store.ts';
import { randomOf } from '../../tools/generate/random.ts';
import { type Arena, openArena } from '../../tools/torture/arena.ts';
import { type Answer, type Desk, openDesk } from '../../tools/torture/desk.ts';
import { gather } from '../../tools/torture/evidence.ts';
import { judge } from '../../tools/torture/judge.ts';
import type { Call, Reply } from '../../tools/torture/line.ts';
import { readDefects } from '../../tools/torture/logs.ts';
import { application } from '../fixtures/application.ts';
import { postgresAbsence } from '../fixtures/database.ts';

/*
 * A gateway is stopped (SIGSTOP) in the middle of a case, for longer than its lease lasts, and goes on as if nothing had
 * happened. Another has taken the case over meanwhile. Two processes on one PostgreSQL database.
 */
const onPostgres = postgresAbsence === undefined ? describe : describe.skip;
const takenOverWithinMs = 20_000;
/** Longer than the stopped gateway could need to write what it had in mind. */
const afterwardsMs = 2 * leaseMs;

interface Head {
  readonly state: string;
  readonly epoch: number;
  readonly seq: number;
  readonly owner: string | null;
}

onPostgres(`a gateway that is stopped in the middle of a case ${postgresAbsence ?? ''}`, () => {
  let arena: Arena;
  let desk: Desk;
  let window: Knex;
  /** What has been sent to the tax office: operation names and operation ids. */
  const asked: { readonly operation: string; readonly ids: readonly string[] }[] = [];
  /** While it is set, the tax office's answer to a filing waits here; its work is done. */
  let held: Promise<void> | undefined;
  let reached: () => void = () => {};

  async function through(department: string, call: Call, answer: (call: Call) => Promise<Reply>): Promise<Reply> {
    if (department !== 'tax' || call.operation === 'anonymous') return answer(call);
    const { filings = [], ids = [] } = call.variables as {
      filings?: readonly { operationId: string }[];
      ids?: string[];
    };
    asked.push({ operation: call.operation, ids: [...filings.map(({ operationId }) => operationId), ...ids] });
    const reply = await answer(call);
    if (call.operation !== 'FileItems' || !held) return reply;
    const waiting = held;
    reached();
    await waiting;
    return reply;
  }

  beforeAll(async () => {
    const bounds = { seed: 1, departmentTimeoutMs: 30_000, inlineBudgetMs: 500 };
    arena = await openArena({ store: 'postgres', gateways: 2, through, ...bounds });
    for (const slot of arena.gateways) await slot.start().started;
    expect(arena.gateways.map(({ current }) => current?.isServing)).toEqual([true, true]);
    window = arena.place.read();
    desk = await openDesk(arena, randomOf(1, 1, 1));
  }, 60_000);
  afterAll(async () => {
    await window?.destroy();
    await arena?.close(false);
  });

  async function headOf(requestId: string): Promise<Head> {
    const [row] = await window('case').where('request_id', requestId).select('state', 'epoch', 'seq', 'owner');
    return { state: row.state, epoch: Number(row.epoch), seq: Number(row.seq), owner: row.owner };
  }

  async function until(requestId: string, isSo: (head: Head) => boolean): Promise<Head> {
    const deadline = performance.now() + takenOverWithinMs;
    for (;;) {
      const head = await headOf(requestId);
      if (isSo(head)) return head;
      if (performance.now() > deadline) throw new Error(`the case stayed ${JSON.stringify(head)}`);
      await sleep(50);
    }
  }

  it('writes nothing more, and nothing is done twice, when it goes on after another has finished the case', async () => {
    const input = application();
    const { requestId } = input;
    let letGo: () => void = () => {};
    const filed = new Promise<void>(resolve => {
      reached = resolve;
    });
    held = new Promise(resolve => {
      letGo = resolve;
    });
    const answering: Promise<Answer | undefined> = desk.ask(
      { mutation: 'REGISTER', requestId, variables: { input } },
      0,
    );
    await filed;
    const before = await headOf(requestId);
    expect(before).toMatchObject({ state: 'IN_REVIEW', epoch: 1 });
    const [stopped, other] = arena.gateways.map(({ current }) => current!);

    stopped!.pause();
    held = undefined;
    const finished = await until(requestId, ({ state }) => state === 'CLOSED');
    expect(finished).toMatchObject({ owner: null });
    expect(finished.epoch).toBeGreaterThan(before.epoch);

    // The answer for which the stopped gateway waits lies ready when it goes on.
    letGo();
    stopped!.resume();
    const { number } = (await answering) as Answer & { is: 'DONE' };
    await sleep(afterwardsMs);
    expect(await headOf(requestId)).toEqual(finished);
    // It did not even try: the ledger's key, the second bolt on the door, has refused nothing.
    const told = [...readDefects(arena.gateways.map(({ logFile }) => logFile)).keys()];
    expect(told.filter(line => /duplicate key/.test(line))).toEqual([]);

    const filings = asked.filter(({ operation }) => operation === 'FileItems').flatMap(({ ids }) => ids);
    expect(new Set(filings)).toEqual(new Set([`${number}/national-tax/1`, `${number}/local-tax/1`]));
    // Whoever took over asked what had become of the filings before anything else.
    const afterFiling = asked.slice(asked.findIndex(({ operation }) => operation === 'FileItems') + 1);
    expect(afterFiling[0]?.operation).toBe('OutcomesOf');

    await Promise.all([stopped!.stop(), other!.stop()]);
    const evidence = await gather(arena, desk.sent);
    expect(judge(evidence, new Date())).toEqual([]);
    expect(evidence.entered.map(({ operationId }) => operationId).toSorted()).toEqual(
      ['license', 'local-tax', 'name', 'national-tax', 'organization-code', 'seal-filing'].map(
        item => `${number}/${item}/1`,
      ),
    );
  }, 90_000);
});
