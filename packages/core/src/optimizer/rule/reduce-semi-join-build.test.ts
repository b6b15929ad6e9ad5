import { expect, test } from 'vitest';
import type { JoinType, LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { reduceSemiJoinBuild } from './reduce-semi-join-build.ts';

const KEYS = { min: 1, max: 50_000 };

function join(b: PlanBuilder, type: JoinType, left: LogicalPlan, right: LogicalPlan): LogicalPlan {
  return { ...b.join(type, left, right), on: [{ left: b.ref('k'), right: b.ref('o') }] } as LogicalPlan;
}

const large = (b: PlanBuilder) => b.scan('large', ['o'], 1_000_000, { o: KEYS });
const small = (b: PlanBuilder, rows = 50_000) => ({
  ...b.scan('small', ['k', 'c'], rows, { k: KEYS }),
  filters: [b.call('=', 'c', 1)],
});

test('only what a small left side asks for is kept of a large right side', () => {
  const b = new PlanBuilder();
  expectRewrite(reduceSemiJoinBuild, join(b, 'semi', small(b), large(b)), b.newColumnId, {
    before: `
      Join semi on k = o
      ├─ Scan small [k, c] filter=[c = 1]
      └─ Scan large [o]
      `,
    after: `
      Join semi on k = o
      ├─ Scan small [k, c] filter=[c = 1]
      └─ Join semi on o = k
         ├─ Scan large [o]
         └─ Scan small [k, c] filter=[c = 1]
      `,
  });
});

test('an anti join asks for the same rows', () => {
  const b = new PlanBuilder();
  const plan = join(b, 'anti', small(b), large(b));
  const reduced = reduceSemiJoinBuild.apply(plan, ruleContext(b.newColumnId));
  expect(reduced).toMatchObject({ type: 'anti', right: { kind: 'Join', type: 'semi' } });
  expect(reduceSemiJoinBuild.apply(reduced, ruleContext(b.newColumnId))).toBe(reduced);
});

test.each<[string, (b: PlanBuilder) => LogicalPlan]>([
  ['a left side that costs more than it spares', (b) => join(b, 'semi', small(b, 3_000_000), large(b))],
  ['a left side that asks for most keys', (b) => join(b, 'semi', { ...small(b), filters: [] }, large(b))],
  ['a left side with a limit', (b) => join(b, 'semi', b.limit(small(b), 10), large(b))],
  ['an inner join', (b) => join(b, 'inner', small(b), large(b))],
])('%s: as it is', (_, make) => {
  const b = new PlanBuilder();
  const plan = make(b);
  expect(reduceSemiJoinBuild.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});
