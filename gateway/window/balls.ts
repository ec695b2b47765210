import { type DepartmentId, departmentIds, type ItemId } from '../../subgraphs/catalogue.ts';
import { type CaseItem, isOver, type Repair } from './case.ts';
import type { BallHolder, CaseState, ItemState } from './generated/types.ts';
import { means } from './item-states.ts';

/** Whose move it is, and at which department when it is a department's. */
export interface Ball {
  readonly ball: BallHolder;
  readonly department: DepartmentId | null;
}

/** What says whose move it is in a case. */
export interface Moves {
  readonly state: CaseState;
  /** Departments whose check of the application is waited for. */
  readonly unanswered: readonly DepartmentId[];
  readonly items: readonly (MovingItem & Pick<CaseItem, 'item' | 'department'>)[];
  /** What must be granted before an item. */
  needsOf(item: ItemId): readonly ItemId[];
  /** An operator has proposed a repair, and nobody else has approved it. */
  readonly isRepairProposed: boolean;
}

type MovingItem = Pick<CaseItem, 'state' | 'operationId' | 'revocationId'>;

/**
 * Who holds the ball in a case; several can at once. A case that is not over is always somebody's move: the center's,
 * where nothing says another's, for it is the center that has to go on.
 */
export function ballsOf(moves: Moves): readonly Ball[] {
  if (isOver(moves)) return [];
  const balls = [...ballsInPlay(moves), ...(moves.isRepairProposed ? [CENTERS] : [])];
  return balls.length === 0 ? [CENTERS] : ALL.filter(ball => balls.includes(ball));
}

function ballsInPlay({ state, unanswered, items, needsOf }: Moves): readonly Ball[] {
  if (state === 'CORRECTION_NOTICED') return [APPLICANTS];
  if (state === 'SUBMITTED' || state === 'RESUBMITTED') return unanswered.map(departments);
  const states = new Map(items.map(one => [one.item, one.state]));
  const isReady = (item: ItemId): boolean => needsOf(item).every(need => states.get(need) === 'GRANTED');
  return items.flatMap(item => {
    const holder = holderOf(item);
    // Filed with the last answer that it needs; until then it is whose that answer is.
    if (holder === null) return item.state === 'QUEUED' && isReady(item.item) ? [CENTERS] : [];
    return [holder === 'DEPARTMENT' ? departments(item.department) : holder === 'APPLICANT' ? APPLICANTS : CENTERS];
  });
}

/** Whose move an item is by itself; null when it is nobody's, or waits for another item. */
export function holderOf({ state, operationId, revocationId }: MovingItem): BallHolder | null {
  switch (state) {
    case 'WAITING_INPUT':
      return 'APPLICANT';
    case 'QUEUED':
      return operationId === null ? null : 'CENTER';
    case 'SENT':
    case 'OUTCOME_UNKNOWN':
    case 'PENDING_HUMAN':
    case 'GRANTED_PROVISIONAL':
      return 'DEPARTMENT';
    case 'COMPENSATING':
      // What was delivered before it was refused is recalled by a person.
      return revocationId === null ? 'CENTER' : 'DEPARTMENT';
    default:
      return null;
  }
}

/** Whether a proposal still waits for another person: one about an item that is settled would do nothing any more. */
export const isRepairOpen = (
  { approvedBy }: Pick<Repair, 'approvedBy'>,
  state: ItemState | undefined,
): state is ItemState => approvedBy === null && state !== undefined && !means(state, 'settled');

const CENTERS: Ball = { ball: 'CENTER', department: null };
const APPLICANTS: Ball = { ball: 'APPLICANT', department: null };
const DEPARTMENTS: readonly Ball[] = departmentIds.map(department => ({ ball: 'DEPARTMENT', department }));
const departments = (id: DepartmentId): Ball => DEPARTMENTS[departmentIds.indexOf(id)] as Ball;
/** One of each, in the order in which they are shown. */
const ALL: readonly Ball[] = [CENTERS, ...DEPARTMENTS, APPLICANTS];
