import { expect, test } from 'vitest';
import type { JoinType, LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { reduceAggregateInput } from './reduce-aggregate-input.ts';

function totals(b: PlanBuilder) {
  return b.aggregate(b.scan('large', ['k', 'q'], 1_000_000, { k: { min: 1, max: 50_000 } }), ['k'], {
    n: b.count('q'),
  });
}

function few(b: PlanBuilder, filter = b.call('=', 'c', 1)) {
  return { ...b.scan('small', ['p', 'c'], 1000, { p: { min: 1, max: 50_000 } }), filters: [filter] };
}

function join(b: PlanBuilder, type: JoinType, left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  return { ...b.join(type, left, right), on: [{ left: b.ref('k'), right: b.ref('p') }] } as LogicalPlan;
}

test('only the groups that the join wants are aggregated', () => {
  const b = new PlanBuilder();
  expectRewrite(reduceAggregateInput, join(b, 'inner', totals(b), few(b)), b.newColumnId, {
    before: `
      Join inner on k = p
      ├─ Aggregate by=[k] count(q)
      │  └─ Scan large [k, q]
      └─ Scan small [p, c] filter=[c = 1]
      `,
    after: `
      Join inner on k = p
      ├─ Aggregate by=[k] count(q)
      │  └─ Join semi on k = p
      │     ├─ Scan large [k, q]
      │     └─ Scan small [p, c] filter=[c = 1]
      └─ Scan small [p, c] filter=[c = 1]
      `,
  });
});

test.each<[string, (b: PlanBuilder) => LogicalPlan]>([
  ['a join that keeps all groups', (b) => join(b, 'left', totals(b), few(b))],
  [
    'most groups wanted',
    (b) => join(b, 'inner', totals(b), b.scan('small', ['p'], 40_000, { p: { min: 1, max: 50_000 } })),
  ],
  ['another result each time', (b) => join(b, 'inner', totals(b), few(b, b.call('<', b.call('random', 'c'), 1)))],
  ['rows that a limit chose', (b) => join(b, 'inner', totals(b), b.limit(few(b), 3))],
])('%s: as it is', (_, make) => {
  const b = new PlanBuilder();
  const plan = make(b);
  expect(reduceAggregateInput.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});
