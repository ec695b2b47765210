import { expect, it } from '@jest/globals';
import type { CaseItem } from '../../../gateway/window/case.ts';
import { whyNotRepaired } from '../../../gateway/window/repairs.ts';
import { caseView } from '../../fixtures/case.ts';

const why = (to: Partial<CaseItem>, verb: 'RETRY' | 'TAKE_OVER' | 'MARK_RECALLED'): string | undefined => {
  const view = caseView({ state: 'IN_REVIEW' });
  const items = view.items.map(item => (item.item === 'license' ? { ...item, ...to } : item));
  return whyNotRepaired({ ...view, items }, { item: 'license', verb });
};

it.each(['GRANTED', 'REFUSED', 'COMPENSATED', 'SKIPPED'] as const)(
  'nothing is repaired of an item that is %s',
  state => {
    for (const verb of ['RETRY', 'TAKE_OVER', 'MARK_RECALLED'] as const)
      expect(why({ state }, verb)).toMatch(/already$/);
  },
);

it('only what people recall is marked as recalled, not what its department takes back', () => {
  expect(why({ state: 'COMPENSATING', revocationId: null }, 'MARK_RECALLED')).toBeUndefined();
  expect(why({ state: 'COMPENSATING', revocationId: 'x' }, 'MARK_RECALLED')).toMatch(/taken back by its department/);
  const failed = { tries: 2, at: 9 };
  expect(why({ state: 'COMPENSATING', revocationId: 'x', retry: failed }, 'MARK_RECALLED')).toBeUndefined();
  expect(why({ state: 'PENDING_HUMAN', revocationId: null }, 'MARK_RECALLED')).toMatch(/recalled/);
  expect(why({ state: 'COMPENSATING', revocationId: 'x' }, 'RETRY')).toBeUndefined();
});
