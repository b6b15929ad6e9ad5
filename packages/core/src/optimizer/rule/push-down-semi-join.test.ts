import { expect, test } from 'vitest';
import type { JoinNode, LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { pushDownSemiJoin } from './push-down-semi-join.ts';

function semiOverInner(b: PlanBuilder, rowsOfV: number): LogicalPlan {
  const inner = { ...b.join('inner', b.scan('t', ['k', 'a']), b.scan('u', ['x'])) } as JoinNode;
  const joined: JoinNode = { ...inner, on: [{ left: b.ref('a'), right: b.ref('x') }] };
  const semi = b.join('semi', joined, b.scan('v', ['z'], rowsOfV)) as JoinNode;
  return { ...semi, on: [{ left: b.ref('k'), right: b.ref('z') }] };
}

test('a semi join that leaves out most rows of a relation is made first', () => {
  const b = new PlanBuilder();
  expectRewrite(pushDownSemiJoin, semiOverInner(b, 100), b.newColumnId, {
    before: `
      Join semi on k = z
      ├─ Join inner on a = x
      │  ├─ Scan t [k, a]
      │  └─ Scan u [x]
      └─ Scan v [z]
      `,
    after: `
      Join inner on a = x
      ├─ Join semi on k = z
      │  ├─ Scan t [k, a]
      │  └─ Scan v [z]
      └─ Scan u [x]
      `,
  });
});

test('one that leaves out few stays where it is', () => {
  const b = new PlanBuilder();
  const plan = semiOverInner(b, 1000);
  expect(pushDownSemiJoin.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});
