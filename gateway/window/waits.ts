import { itemEntry } from '../../subgraphs/catalogue.ts';
import { chinaDay } from '../../subgraphs/china-day.ts';
import { holderOf, isRepairOpen } from './balls.ts';
import { type CaseItem, type CaseView, isOver, isUnanswered, type Precheck, type Repair } from './case.ts';
import { answerBy } from './deadlines.ts';
import type { RepairVerb, Wait } from './generated/types.ts';

/** What a case waits for: which item, whose move it is, since when, why, and what happens next by itself. */
export function waitsOf(view: CaseView): readonly Wait[] {
  if (isOver(view)) return [];
  const isBeingChecked = view.state === 'SUBMITTED' || view.state === 'RESUBMITTED';
  const waits = isBeingChecked
    ? view.prechecks.filter(isUnanswered).flatMap(check => waitOfCheck(check, view))
    : view.items.flatMap(item => waitOfItem(item, view));
  return [...waits, ...view.repairs.flatMap(repair => waitOfRepair(repair, view))];
}

function waitOfCheck({ department, retry }: Precheck, { items, receivedAt }: CaseView): readonly Wait[] {
  const item = items.find(one => one.department === department);
  if (!item) return [];
  const silenceAt = answerBy(receivedAt);
  const [chinese, english] =
    retry.tries === 0 ? ['部门预审中', 'being checked'] : ['部门暂无应答', 'the department has not answered yet'];
  const [until, without] = silenceAt === null ? ['', ''] : silenceWords(lastDayBefore(silenceAt));
  const asksAgain = retry.at !== null && (silenceAt === null || retry.at < silenceAt);
  const next: Next =
    asksAgain || silenceAt === null
      ? { act: '再次询问 / ask again', at: retry.at }
      : { act: '视为受理 / silence becomes acceptance', at: silenceAt };
  return [waitFor(item, 'DEPARTMENT', receivedAt, `${chinese}${until} / ${english}${without}`, next)];
}

const silenceWords = (day: string): readonly [string, string] => [
  `，至 ${day} 未告知补正即视为受理`,
  `; without a notice by ${day} it counts as accepted`,
];

/** A deadline is the midnight after its day. */
const lastDayBefore = (at: number): string => chinaDay(new Date(at - 1));

function waitOfItem(item: CaseItem, view: CaseView): readonly Wait[] {
  const words = view.withdrawal ? (withdrawnWords(item) ?? wordsOf(item, view)) : wordsOf(item, view);
  if (!words) return [];
  const { reason, act } = words;
  // What waits for another item, or to be taken back, is for the center to go on with.
  const ball = holderOf(item) ?? 'CENTER';
  const next = act === undefined ? undefined : { act, at: item.retry.at };
  return [waitFor(item, ball, item.since, `${itemEntry(item.item).chinese}：${reason}`, next)];
}

interface Words {
  readonly reason: string;
  /** What happens next by itself; absent when somebody must act. */
  readonly act?: string;
}

/** Of a case that was withdrawn: what is filed is awaited, what is granted taken back. */
function withdrawnWords({ state }: CaseItem): Words | undefined {
  switch (state) {
    case 'SENT':
    case 'OUTCOME_UNKNOWN':
    case 'PENDING_HUMAN':
      return {
        reason: '申请已撤回，待部门答复 / withdrawn; the answer to what was filed is awaited',
        act: '查询结果，已准予的予以撤回 / ask what became of it, and take back a grant',
      };
    case 'GRANTED':
    case 'GRANTED_PROVISIONAL':
      return {
        reason: '申请已撤回，待无在途事项后撤回 / withdrawn; taken back when nothing filed is open',
        act: '撤回 / take it back',
      };
    default:
      return undefined;
  }
}

function wordsOf(item: CaseItem, { state }: CaseView): Words | undefined {
  const because = item.waits === null ? '' : ` (${item.waits})`;
  switch (item.state) {
    case 'WAITING_INPUT':
      return inputWords(item);
    case 'QUEUED':
      return state === 'CORRECTION_NOTICED' ? undefined : queuedWords(item);
    case 'SENT':
      return {
        reason: '已报送，待答复 / filed, no answer yet',
        act: '逾时未答复即查询结果 / without an answer, ask what became of it',
      };
    case 'OUTCOME_UNKNOWN':
      return { reason: `结果未知${because} / the outcome is not known`, act: '查询结果 / ask what became of it' };
    case 'PENDING_HUMAN':
      return { reason: `人工办理中${because} / a person decides`, act: '查询结果 / ask again' };
    case 'GRANTED_PROVISIONAL':
      return { reason: `已交付，备案待核${because} / delivered, filing pending`, act: '查询结果 / ask again' };
    case 'COMPENSATING':
      return takingBackWords(item, because);
    default:
      return undefined;
  }
}

function inputWords({ faults: { length }, attempts }: CaseItem): Words {
  const faults = length === 1 ? '1 fault' : `${length} faults`;
  return attempts === 0
    ? { reason: `须补正 ${length} 处 / ${faults} to mend` }
    : { reason: `部门收件后要求补正 ${length} 处 / the department that decides asks to mend ${faults}` };
}

const queuedWords = ({ operationId }: CaseItem): Words =>
  operationId === null
    ? { reason: '等待前置事项 / waits for what must come before', act: '前置事项准予后报送 / file it then' }
    : { reason: '部门未曾收到 / the department has not seen it', act: '以同一编号再次报送 / send it again' };

function takingBackWords({ revocationId, retry: { tries } }: CaseItem, because: string): Words {
  if (revocationId === null) {
    return {
      reason: '已交付，须由人员收回并登记 / delivered; a person recalls it and an operator marks it as recalled',
    };
  }
  if (tries === 0) return { reason: `撤回中${because} / being taken back`, act: '再次撤回 / try again' };
  const times = tries === 1 ? 'once' : `${tries} times`;
  return {
    reason: `撤回中，已 ${tries} 次未果${because} / being taken back, ${times} in vain`,
    act: '再次撤回 / try again',
  };
}

/** In Chinese and English. */
const VERBS: Readonly<Record<RepairVerb, readonly [string, string]>> = {
  RETRY: ['立即重试', 'try now'],
  TAKE_OVER: ['接管办件', 'take the case over'],
  MARK_RECALLED: ['登记收回', 'mark as recalled'],
  STRIKE_OUT: ['隐去个人信息', 'strike out personal fields'],
};

function waitOfRepair(repair: Repair, { items }: CaseView): readonly Wait[] {
  const item = items.find(one => one.item === repair.item);
  if (!item || !isRepairOpen(repair, item.state)) return [];
  const [chinese, english] = VERBS[repair.verb];
  const reason = `${itemEntry(item.item).chinese}：“${chinese}”待第二人核准 / "${english}" waits for another person's approval`;
  return [waitFor(item, 'CENTER', repair.proposedAt, reason)];
}

interface Next {
  readonly act: string;
  /** Null when it depends on others. */
  readonly at: number | null;
}

const waitFor = (
  { item, department }: CaseItem,
  ball: Wait['ball'],
  since: number,
  reason: string,
  next?: Next,
): Wait => ({
  item,
  department,
  ball,
  since: new Date(since).toISOString(),
  reason,
  nextAct: next?.act ?? null,
  nextActAt: next && next.at !== null ? new Date(next.at).toISOString() : null,
});
