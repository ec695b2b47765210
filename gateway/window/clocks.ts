import type { LedgerEntry } from '../../certs/ledger-chain.ts';
import { itemEntry } from '../../subgraphs/catalogue.ts';
import { workingMinutes } from '../../subgraphs/standards/workday.ts';
import { type Ball, ballsOf, isRepairOpen } from './balls.ts';
import { isOver } from './case.ts';
import { type CountedCase, type CountedItem, counted, readEvents, regimeOf } from './counted-case.ts';
import type { Clocks } from './generated/types.ts';

/**
 * The two clocks of a case, counted from its ledger: the applicant's runs from the opening to the end, the regulatory one
 * rests while it is nobody's move but the applicant's (补正). It is never stopped by hand: who holds the ball is read off
 * what happened.
 *
 * @param now Milliseconds since 1970, by the database's clock.
 */
export function clocksOf(ledger: readonly LedgerEntry[], now: number): Clocks {
  const byHolder = new Map<Ball, number>();
  let grossMinutes = 0;
  let netMinutes = 0;
  let isProvisional = false;
  for (const { balls, from, to } of spansOf(ledger, now)) {
    const { minutes, provisional } = from < to ? workingMinutes(from, to) : { minutes: 0, provisional: false };
    isProvisional ||= provisional;
    grossMinutes += minutes;
    if (!balls.every(({ ball }) => ball === 'APPLICANT')) netMinutes += minutes;
    for (const ball of balls) byHolder.set(ball, (byHolder.get(ball) ?? 0) + minutes);
  }
  return {
    netMinutes,
    grossMinutes,
    byHolder: [...byHolder].map(([ball, minutes]) => ({ ...ball, minutes })),
    provisional: isProvisional,
  };
}

interface Span {
  readonly balls: readonly Ball[];
  /** Whole minutes, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Who held the ball from each entry to the next, up to the end of the case or to now. */
function spansOf(ledger: readonly LedgerEntry[], now: number): readonly Span[] {
  const spans: Span[] = [];
  let counting: CountedCase | undefined;
  let from = 0;
  for (const [at, entry] of ledger.entries()) {
    counting = (readEvents(entry.events) ?? []).reduce((view, event) => counted(view, event) ?? view, counting);
    if (!counting) continue;
    // Clocks of two processes may disagree a little: time is not counted twice, nor backwards.
    from = Math.max(from, wholeMinute(entry.at));
    if (isOver(counting)) break;
    const to = Math.max(from, wholeMinute(ledger[at + 1]?.at ?? now));
    spans.push({ balls: ballsIn(counting), from, to });
  }
  return spans;
}

const minuteMs = 60_000;
/** Most spans are shorter than a minute: cut at whole minutes of the clock, the parts add up to the whole. */
const wholeMinute = (atMs: number): number => Math.floor(atMs / minuteMs) * minuteMs;

function ballsIn(view: CountedCase): readonly Ball[] {
  const regime = regimeOf(view);
  const items = [...view.items].map(([item, facts]) => ({
    item,
    department: itemEntry(item).department,
    state: facts.state,
    operationId: facts.operationId ?? null,
    revocationId: revocationOf(facts),
  }));
  return ballsOf({
    state: view.state,
    unanswered: [...view.checks]
      .filter(([, { faults, silent }]) => !faults && !silent)
      .map(([department]) => department),
    items,
    needsOf: item => regime?.items.find(entry => entry.item === item)?.needs ?? [],
    isRepairProposed: [...view.repairs.values()].some(repair =>
      isRepairOpen(repair, view.items.get(repair.item)?.state),
    ),
  });
}

/** Before there were ledgers every revocation was a department's. */
const revocationOf = ({ revocationId }: CountedItem): string | null => (revocationId === undefined ? '' : revocationId);
