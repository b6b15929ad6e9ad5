import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { pushDownFilter } from '../rule/push-down-filter.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { greedyJoinOrder } from './greedy-join-order.ts';

test('relations without a condition between them are not joined while others have one', () => {
  const b = new PlanBuilder();
  const cross = b.join('cross', b.scan('small', ['a'], 10), b.scan('middle', ['b'], 100));
  const join = b.join('cross', cross, b.scan('large', ['x', 'y'], 10_000));
  const filtered = b.filter(join, b.and(b.call('=', 'a', 'x'), b.call('=', 'b', 'y')));
  const plan = pushDownFilter.apply(filtered, ruleContext(b.newColumnId));
  expectRewrite(greedyJoinOrder, plan, b.newColumnId, {
    before: `
      Join inner on a = x AND b = y
      ├─ Join cross
      │  ├─ Scan small [a]
      │  └─ Scan middle [b]
      └─ Scan large [x, y]
      `,
    after: `
      Project a, b, x, y
      └─ Join inner on b = y
         ├─ Scan middle [b]
         └─ Join inner on x = a
            ├─ Scan large [x, y]
            └─ Scan small [a]
      `,
  });
});
