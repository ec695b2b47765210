import { itemEntry } from '../../subgraphs/catalogue.ts';
import type { CaseItem, CaseView } from './case.ts';
import type { Wait } from './generated/types.ts';

/** What a case waits for, item by item, in words for the clerk. */
export function waitsOf(view: CaseView): readonly Wait[] {
  if (view.state === 'SUBMITTED') {
    return view.prechecks
      .filter(({ faults }) => faults === null)
      .flatMap(({ department, retry }) => {
        const item = view.items.find(one => one.department === department);
        if (!item) return [];
        const since = new Date(view.openedAt).toISOString();
        const reason =
          retry.tries === 0 ? '部门预审中 / being checked' : '部门暂无应答 / the department has not answered yet';
        return [
          { item: item.item, department, ball: 'DEPARTMENT', since, reason, ...next('再次询问 / ask again', retry.at) },
        ];
      });
  }
  return view.items.flatMap(item => waitOf(item, view));
}

function waitOf(item: CaseItem, { state }: CaseView): readonly Wait[] {
  const wait = (ball: Wait['ball'], reason: string, act?: string): readonly Wait[] => [
    {
      item: item.item,
      department: item.department,
      ball,
      since: new Date(item.since).toISOString(),
      reason,
      ...(act === undefined ? { nextAct: null, nextActAt: null } : next(act, item.retry.at)),
    },
  ];
  const title = itemEntry(item.item).chinese;
  const because = item.waits === null ? '' : ` (${item.waits})`;
  switch (item.state) {
    case 'WAITING_INPUT':
      return wait('APPLICANT', `${title}：须补正 ${item.faults.length} 处 / ${item.faults.length} faults to mend`);
    case 'QUEUED':
      if (state === 'CORRECTION_NOTICED') return [];
      return item.operationId === null
        ? wait(
            'CENTER',
            `${title}：等待前置事项 / waits for what must come before`,
            '前置事项准予后报送 / file it then',
          )
        : wait(
            'CENTER',
            `${title}：部门未曾收到 / the department has not seen it`,
            '以同一编号再次报送 / send it again',
          );
    case 'SENT':
      return wait(
        'DEPARTMENT',
        `${title}：已报送，待答复 / filed, no answer yet`,
        '逾时未答复即查询结果 / without an answer, ask what became of it',
      );
    case 'OUTCOME_UNKNOWN':
      return wait(
        'DEPARTMENT',
        `${title}：结果未知${because} / the outcome is not known`,
        '查询结果 / ask what became of it',
      );
    case 'PENDING_HUMAN':
      return wait('DEPARTMENT', `${title}：人工办理中${because} / a person decides`, '查询结果 / ask again');
    case 'GRANTED_PROVISIONAL':
      return wait(
        'DEPARTMENT',
        `${title}：已交付，备案待核${because} / delivered, filing pending`,
        '查询结果 / ask again',
      );
    case 'COMPENSATING':
      return wait('DEPARTMENT', `${title}：撤回中${because} / being taken back`, '再次撤回 / try again');
    default:
      return [];
  }
}

const next = (nextAct: string, at: number | null) => ({
  nextAct,
  nextActAt: at === null ? null : new Date(at).toISOString(),
});
