import type { Knex } from 'knex';
import type { Input } from '../generate/line.ts';
import type { Desk } from './desk.ts';
import { randomFor } from './fate.ts';
import { withdrawalOf } from './load.ts';
import { mended, type Told } from './mend.ts';

/** The people at the center's side: applicants who are asked to correct, and operators who recall what was delivered. */
export interface Attendance {
  /** Cases that somebody is busy with, or would be at the next look. */
  readonly busy: number;
  /** Looks now, and again and again until it is stopped. */
  stop(): Promise<void>;
}

export interface AttendanceTools {
  readonly desk: Desk;
  readonly window: Knex;
  readonly seed: number;
  /** By request id, as the applicant wrote it last. */
  readonly applied: Map<string, Input>;
  report(defect: Error): void;
}

const lookEveryMs = 400;
/** People at work at once; the others wait. */
const atOnceMax = 12;
/** An applicant who is asked more often gives up. */
const correctionsMax = 4;
const leftPercent = 10;
const withdrawnPercent = 10;

/** An item that somebody has to do something about. */
interface Need {
  readonly number: string;
  readonly requestId: string;
  readonly caseState: string;
  readonly item: string;
  readonly state: string;
  readonly faults: string;
}

export function attend(tools: AttendanceTools): Attendance {
  const { report } = tools;
  const underWay = new Map<string, Promise<void>>();
  /** Cases that their applicants leave as they are. */
  const left = new Set<string>();
  const rounds = new Map<string, number>();
  let waiting = 0;
  let stopped = false;

  async function look(): Promise<void> {
    const needs = Map.groupBy(await needsIn(tools.window), ({ number }) => number);
    const open = [...needs].filter(([, some]) => some.some(isOpen));
    waiting = open.length;
    for (const [number, some] of open) {
      if (underWay.has(number) || underWay.size >= atOnceMax) continue;
      const working = helped(number, some).catch(report);
      underWay.set(number, working);
      void working.finally(() => underWay.delete(number));
    }
  }

  const isOpen = (need: Need): boolean =>
    need.state === 'COMPENSATING' || (!left.has(need.number) && isTold(need, tools.seed));

  async function helped(number: string, needs: readonly Need[]): Promise<void> {
    const delivered = needs.filter(({ state }) => state === 'COMPENSATING');
    const round = (rounds.get(number) ?? 0) + 1;
    for (const need of delivered) await recall(need, round, tools.desk);
    const faulty = needs.filter(need => need.state === 'WAITING_INPUT' && isOpen(need));
    const done = faulty.length > 0 ? await correct(faulty, round, tools) : 'DONE';
    if (done === 'LEFT') left.add(number);
    // What was refused, because it came too early, is sent again as it was.
    if (done === 'DONE') rounds.set(number, round);
  }

  const looking = (async () => {
    while (!stopped) {
      await look().catch(report);
      await new Promise(resolve => setTimeout(resolve, lookEveryMs));
    }
  })();

  return {
    get busy() {
      return underWay.size + waiting;
    },
    async stop() {
      stopped = true;
      await looking;
      await Promise.all(underWay.values());
    },
  };
}

async function needsIn(window: Knex): Promise<readonly Need[]> {
  const rows: Record<string, string>[] = await window('item')
    .join('case', 'case.number', 'item.case_number')
    .where('item.state', 'WAITING_INPUT')
    .orWhere(or => or.where('item.state', 'COMPENSATING').whereNull('item.revocation_id'))
    .select(
      'item.case_number',
      'case.request_id',
      'case.state as case_state',
      'item.item',
      'item.state',
      'item.faults',
    );
  return rows.map(row => ({
    number: row.case_number as string,
    requestId: row.request_id as string,
    caseState: row.case_state as string,
    item: row.item as string,
    state: row.state as string,
    faults: row.faults as string,
  }));
}

/** One person says that it was brought back, another approves. */
async function recall({ number, item, requestId }: Need, round: number, desk: Desk): Promise<void> {
  const id = `${requestId}/recall-${round}`;
  const variables = { requestId: id, number, item, verb: 'MARK_RECALLED', reason: '印章已收回' };
  const proposed = await desk.ask({ mutation: 'PROPOSE', requestId: id, variables }, round);
  if (proposed?.is !== 'DONE' || proposed.repairId === undefined) return;
  const approval = { id: proposed.repairId, number };
  await desk.ask({ mutation: 'APPROVE', requestId: proposed.repairId, variables: approval }, round + 1);
}

/** LEFT: the case waits for the applicant for good, which is lawful. */
async function correct(
  needs: readonly Need[],
  round: number,
  tools: AttendanceTools,
): Promise<'DONE' | 'REFUSED' | 'LEFT'> {
  const { desk, applied, seed } = tools;
  const { number, requestId } = needs[0] as Need;
  const random = randomFor(seed, `correct ${requestId} ${round}`);
  const before = applied.get(requestId);
  const draw = random.below(100);
  if (!before || draw < leftPercent) return 'LEFT';
  const faults = needs.flatMap(need => JSON.parse(need.faults) as Told[]);
  const givesUp = draw < leftPercent + withdrawnPercent || round > correctionsMax;
  const after = givesUp ? undefined : mended(before, faults, random);
  if (!after) {
    // Where a paper has been granted it can't be withdrawn any more: the applicant leaves it.
    const answer = await desk.ask(withdrawalOf(requestId, number), round);
    return answer?.is === 'DONE' ? 'DONE' : 'LEFT';
  }
  const id = `${requestId}/again-${round}`;
  const variables = { requestId: id, number, application: fieldsOf(after) };
  const answer = await desk.ask({ mutation: 'RESUBMIT', requestId: id, variables }, round);
  if (answer?.is !== 'DONE') return 'REFUSED';
  applied.set(requestId, after);
  return 'DONE';
}

/** Most wait for the notice (告知单), which comes when every department has looked; some see a fault and mend it at once. */
const isTold = ({ caseState, requestId }: Need, seed: number): boolean =>
  !STILL_CHECKED.has(caseState) || randomFor(seed, `early ${requestId}`).chance(earlyPercent);
const STILL_CHECKED: ReadonlySet<string> = new Set(['SUBMITTED', 'RESUBMITTED']);
const earlyPercent = 15;

/** The application without what a resubmission can't change. */
function fieldsOf(input: Input): Omit<Input, 'requestId' | 'regime' | 'regionCode' | 'onRefusal'> {
  const { requestId: _, regime: __, regionCode: ___, onRefusal: ____, ...fields } = input;
  return fields;
}
